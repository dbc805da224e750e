//! Files as arrays of the page, over a WebSocket whose other end is the test.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod page;

use js_sys::{Uint8Array, WebAssembly};
use page::{Agent, session, settle};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::*;
use yew_sandbox::client::{Client, ClientOptions, ErrorKind, SessionError, SessionSource};

wasm_bindgen_test_configure!(run_in_browser);

fn client() -> Client {
    let source = SessionSource::new(|_| async { Ok::<_, SessionError>(session("box")) });
    Client::new(ClientOptions::new(source))
}

/// A connected client, and its agent, which takes files in parts.
async fn taking_parts() -> (Agent, Client) {
    let agent = Agent::new();
    agent.take_parts();
    let client = client();
    client.connect().await.unwrap();
    (agent, client)
}

fn array(length: u32, value: u8) -> Uint8Array {
    Uint8Array::new_with_length(length).fill(value, 0, length)
}

#[wasm_bindgen_test]
async fn arrays_are_written_and_read_at_any_size() {
    let _agent = Agent::new();
    let fs = client().fs();
    for length in [0, 1, 65_535, 65_536, 300_000] {
        let content = array(length, 7);
        content.subarray(length / 2, length).fill(8, 0, length);
        fs.write_array("file", &content).await.unwrap();
        let read = fs.read_array("file").await.unwrap();
        assert!(read.to_vec() == content.to_vec(), "{length}");
        // The same content comes in where bytes are asked for.
        assert!(
            fs.read("file").await.unwrap() == content.to_vec(),
            "{length}"
        );
    }
}

#[wasm_bindgen_test]
async fn an_array_is_written_as_it_was_at_the_call() {
    let (_agent, client) = taking_parts().await;
    let fs = client.fs();
    // In one request, and in parts.
    for length in [100_000, 3 * 1024 * 1024] {
        let content = array(length, 7);
        let written = fs.write_array("file", &content);
        content.fill(8, 0, length);
        written.await.unwrap();
        let read = fs.read_array("file").await.unwrap();
        assert!(read.to_vec() == vec![7; length as usize], "{length}");
    }
}

#[wasm_bindgen_test]
async fn a_transferred_array_is_empty_and_its_file_whole() {
    let (agent, client) = taking_parts().await;
    let fs = client.fs();
    for length in [0, 100, 100_000, 3 * 1024 * 1024 + 7, 17 * 1024 * 1024] {
        let content = mixed(length);
        let expected = content.to_vec();
        let written = fs.transfer_array("file", &content);
        assert_eq!(content.length(), 0);
        written.await.unwrap();
        assert!(fs.read("file").await.unwrap() == expected, "{length}");
    }

    // A part of a larger buffer.
    let whole = mixed(300_000);
    let expected = whole.to_vec();
    fs.transfer_array("file", &whole.subarray(1000, 200_000))
        .await
        .unwrap();
    assert_eq!(whole.length(), 0);
    assert!(fs.read("file").await.unwrap() == expected[1000..200_000]);

    // The link breaks when it was sent: it goes out again.
    let content = mixed(3 * 1024 * 1024);
    let expected = content.to_vec();
    agent.cut();
    let written = fs.transfer_array("file", &content);
    settle().await;
    written.await.unwrap();
    assert_eq!(agent.opened(), 2);
    assert!(fs.read("file").await.unwrap() == expected);
}

#[wasm_bindgen_test]
async fn a_buffer_that_cannot_be_transferred_is_written_as_it_was_at_the_call() {
    let (_agent, client) = taking_parts().await;
    let memory = wasm_bindgen::memory().unchecked_into::<WebAssembly::Memory>();
    let mut bytes = vec![7_u8; 200_000];
    let start = bytes.as_ptr() as u32;
    let end = start + bytes.len() as u32;
    let content = Uint8Array::new(&memory.buffer()).subarray(start, end);
    let written = client.fs().transfer_array("file", &content);
    bytes.fill(8);
    written.await.unwrap();
    assert!(client.fs().read("file").await.unwrap() == vec![7; bytes.len()]);
}

/// Bytes that are another at each place, nearly.
fn mixed(length: u32) -> Uint8Array {
    let bytes: Vec<u8> = (0..length).map(|place| (place / 3 % 251) as u8).collect();
    Uint8Array::from(&bytes[..])
}

#[wasm_bindgen_test]
async fn large_arrays_go_in_parts() {
    const MIB: u32 = 1024 * 1024;
    let (agent, client) = taking_parts().await;
    let fs = client.fs();
    // The last part is a small one, a large one, a whole one; more than fit into one frame.
    let long = "long/".repeat(1000);
    for (path, length) in [
        ("file", MIB + 1),
        ("file", 2 * MIB - 1),
        ("file", 3 * MIB),
        (&long, MIB + 100_000),
        ("file", 17 * MIB),
    ] {
        let content = mixed(length);
        fs.write_array(path, &content).await.unwrap();
        let read = fs.read(path).await.unwrap();
        assert!(read == content.to_vec(), "{length}");
    }
    let bytes = mixed(3 * MIB + 5).to_vec();
    fs.write("bytes", bytes.clone()).await.unwrap();
    assert!(fs.read("bytes").await.unwrap() == bytes);

    // What has no answer when the link breaks goes out again.
    let content = mixed(5 * MIB);
    agent.cut();
    let written = fs.write_array("file", &content);
    settle().await;
    written.await.unwrap();
    assert_eq!(agent.opened(), 2);
    assert!(fs.read("file").await.unwrap() == content.to_vec());
}

/// It was taken for the end, and the write told as done.
#[wasm_bindgen_test]
async fn an_array_that_is_taken_away_midway_is_an_error() {
    const MIB: u32 = 1024 * 1024;
    let (agent, client) = taking_parts().await;
    let fs = client.fs();
    fs.write("file", "before").await.unwrap();
    let content = mixed(20 * MIB);
    let written = fs.write_array("file", &content);
    content.buffer().transfer().unwrap();
    let error = written.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.subject(), Some("file"));
    assert_eq!(fs.read("file").await.unwrap(), "before");
    assert_eq!(agent.opened(), 1);
}

#[wasm_bindgen_test]
async fn a_large_array_goes_out_again_after_a_broken_link() {
    let agent = Agent::new();
    let client = client();
    client.connect().await.unwrap();
    agent.cut();
    let written = client.fs().write_array("file", &array(100_000, 7));
    settle().await;
    written.await.unwrap();
    assert_eq!(agent.opened(), 2);
    assert_eq!(
        client.fs().read_array("file").await.unwrap().length(),
        100_000
    );
}

#[wasm_bindgen_test]
async fn what_is_refused_says_why() {
    let _agent = Agent::new();
    let fs = client().fs();
    let error = fs.read_array("none").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("none"), "{error}");
    let large = array(16 * 1024 * 1024 + 1, 7);
    let error = fs.write_array("large", &large).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

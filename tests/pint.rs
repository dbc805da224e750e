//! Agents that speak REST, over a browser's `fetch`.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod page;

use page::{session, until, until_within};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;
use yew_sandbox::client::{Client, ClientOptions, SessionError, SessionSource};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/page/fetch.js")]
extern "C" {
    fn install(lines: &str, cut: u32);
    fn restore();
    fn open() -> u32;
    #[wasm_bindgen(js_name = mostOpen)]
    fn most_open() -> u32;
}

fn client() -> Client {
    let mut session = session("box");
    session.is_pint = true;
    session.pitcher_url = "http://agent.test/".into();
    let source = SessionSource::new(move |_| {
        let session = session.clone();
        async move { Ok::<_, SessionError>(session) }
    });
    Client::new(ClientOptions::new(source))
}

#[wasm_bindgen_test]
async fn files_and_commands_work_and_nothing_stays_open() {
    install(r#"[["n\u00e9 ", "\ud83d\ude42 ", "end"], [""]]"#, 1);
    let client = client();
    let text = client.fs().read_text("a").await.unwrap();
    assert_eq!(text, "from the agent");
    // Each stream is cut after one event, in the middle of the next.
    let output = client.commands().run("any").await.unwrap();
    assert_eq!(output.text(), "né 🙂 end");
    let silent = client.commands().run_background("any").await.unwrap();
    until("two streams", || open() == 2).await;
    client.close();
    until("no stream", || open() == 0).await;
    drop(silent);
    restore();
}

/// A browser opens six connections to one host: with a stream for each shell nothing else got through.
#[wasm_bindgen_test]
async fn many_shells_take_turns_on_few_streams() {
    let lines = r#"[["1", ""], ["2", ""], ["3", ""], ["4", ""], ["5", ""]]"#;
    install(lines, 0);
    let client = client();
    let mut shells = Vec::new();
    for _ in 0..5 {
        shells.push(client.commands().run_background("any").await.unwrap());
    }
    for (place, shell) in shells.iter().enumerate() {
        let expected = (place + 1).to_string();
        until_within(20, "its output", || shell.text() == expected).await;
    }
    assert!(most_open() <= 3, "{}", most_open());
    client.close();
    until("no stream", || open() == 0).await;
    restore();
}

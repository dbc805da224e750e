//! Frames that are no requests, and requests that there are not.

use tokio_tungstenite::tungstenite::Message;
use yew_sandbox_protocol::limits::MAX_FRAME;

use super::value::{Value, map};
use super::wire::Wire;
use super::world::in_each;

/// WebSocket close codes.
const PROTOCOL_ERROR: u16 = 1002;
const UNSUPPORTED: u16 = 1003;
const TOO_LARGE: u16 = 1009;
/// The code of a method that there is not.
const UNKNOWN: u32 = 1;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_closes_its_connection_with_a_reason() {
    in_each(async |world| {
        let request = map! {"id": 1, "method": "fs/stat", "params": map! {"path": "."}}.pack();
        let mut frames: Vec<Vec<u8>> = (0..request.len())
            .map(|length| request[..length].to_vec())
            .collect();
        frames.push([request.clone(), vec![0xc0]].concat());
        let method = || Value::text("fs/stat");
        let no_requests = [
            Value::Nil,
            7.into(),
            "text".into(),
            vec![method()].into(),
            Value::Map(vec![]),
            map! {"id": 1},
            map! {"method": method()},
            map! {"id": Value::Nil, "method": method()},
            map! {"id": "1", "method": method()},
            map! {"id": -1, "method": method()},
            map! {"id": 1.5, "method": method()},
            map! {"id": f64::NAN, "method": method()},
            map! {"id": Value::Raw(vec![0xcf, 255, 255, 255, 255, 255, 255, 255, 255]), "method": method()},
            map! {"id": 1, "method": 7},
            map! {"id": 1, "method": b"fs/stat".as_slice()},
            map! {"id": 1, "method": Value::Raw(vec![0xa2, 0xc3, 0x28])},
            map! {"id": 1, "method": method(), "params": Value::nested(33)},
            map! {"id": 1, "method": method(), "params": Value::nested(100_000)},
            map! {"id": 1, "method": method(), "unknown": Value::nested(33)},
            // A byte that the format does not use, and lengths that lie.
            map! {"id": 1, "method": method(), "params": Value::Raw(vec![0xc1])},
            map! {"id": 1, "method": method(), "params": Value::Raw(vec![0xdd, 255, 255, 255, 255])},
            map! {"id": 1, "method": method(), "params": Value::Raw(vec![0xdf, 255, 255, 255, 255])},
            map! {"id": 1, "method": method(), "params": Value::Raw(vec![0xc6, 255, 255, 255, 255])},
            map! {"id": 1, "method": Value::Raw(vec![0xdb, 255, 255, 255, 255])},
            Value::Raw(vec![0x81, 0x01, 0x02]),
            Value::Raw(vec![0xdf, 255, 255, 255, 255]),
            Value::Raw(vec![0xff; 1000]),
        ];
        frames.extend(no_requests.iter().map(Value::pack));
        for (place, frame) in frames.into_iter().enumerate() {
            let what = format!("frame {place}: {:?}", &frame[..frame.len().min(40)]);
            let mut wire = Wire::open(&world.session).await;
            wire.send(frame).await;
            let (code, reason) = wire.closed(&what).await;
            assert_eq!(code, PROTOCOL_ERROR, "{what}: {reason}");
            assert!(!reason.is_empty(), "{what}");
        }
        // Those who did nothing wrong notice nothing.
        let mut other = world.wire().await;
        let mut wire = world.wire().await;
        wire.send(vec![0xc1]).await;
        assert_eq!(wire.closed("a joined client").await.0, PROTOCOL_ERROR);
        world.is_well(&mut other).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_and_giants_close_their_connection_with_a_reason() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        wire.put(Message::Text("".into())).await;
        world.is_well(&mut wire).await;
        for text in [
            "{}",
            "\0",
            r#"{"id":1,"method":"fs/stat","params":{"path":"."}}"#,
        ] {
            let mut wire = world.wire().await;
            wire.put(Message::Text(text.into())).await;
            let (code, reason) = wire.closed(text).await;
            assert_eq!(code, UNSUPPORTED, "{text}: {reason}");
            assert!(!reason.is_empty(), "{text}");
        }
        let mut wire = world.wire().await;
        wire.send(vec![0; MAX_FRAME + 1]).await;
        let (code, reason) = wire.closed("a giant").await;
        assert_eq!(code, TOO_LARGE, "{reason}");
        assert!(!reason.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_methods_are_answered_whatever_their_name_is() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let namespaces = [
            "channel",
            "client",
            "command",
            "file",
            "fs",
            "git",
            "notification",
            "port",
            "setup",
            "shell",
            "system",
            "task",
            "",
        ];
        let mut names: Vec<String> = Vec::new();
        for namespace in namespaces {
            let unknown = ["", "/", "/none", "/list/", "/../fs/stat", "/\0"];
            names.extend(unknown.map(|rest| format!("{namespace}{rest}")));
        }
        names.extend(
            ["FS/stat", " fs/stat", "fs\\stat", "\u{202e}", "fs/stat\n"].map(str::to_owned),
        );
        // An answer that repeats it, escaped or not, would be too large.
        names.extend(["x", "\u{1}", "fs/\u{1}", "git/\u{1}"].map(|name| {
            let count = (MAX_FRAME - 100) / name.len();
            name.repeat(count)
        }));
        for name in names {
            for params in [Value::Nil, map! {"path": "."}] {
                let (code, message) = wire.refusal(&name, params).await;
                let name = &name[..name.floor_char_boundary(40)];
                assert_eq!(code, UNKNOWN, "{name:?}: {message}");
                assert!(message.len() < 10_000, "{name:?}: {}", message.len());
            }
        }
        world.is_well(&mut wire).await;
    })
    .await;
}

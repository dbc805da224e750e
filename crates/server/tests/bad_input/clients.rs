//! What clients say to each other and to the sandbox as a whole.

use std::time::Duration;

use yew_sandbox_protocol::channel::{SendAnswer, SubscribeAnswer};
use yew_sandbox_protocol::limits::MAX_FRAME;
use yew_sandbox_protocol::setup::Progress;

use super::value::{Value, map};
use super::wire::Wire;
use super::world::in_each;

/// The codes of the namespaces.
const CRITICAL: u32 = 0;
const TOO_MUCH: u32 = 3;
const INVALID_ID: u32 = 100;
const CHANNEL: u32 = 500;

#[tokio::test(flavor = "multi_thread")]
async fn channels_and_clients_that_there_are_not() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let mut other = world.wire().await;
        let huge = "\u{1}".repeat(16_000_000);
        for name in ["", &"x".repeat(257), &huge] {
            let (code, message) = wire.refusal("channel/subscribe", map! {"name": name}).await;
            assert_eq!(code, CHANNEL, "{message}");
        }
        let nothing = || Value::Map(vec![]);
        for name in ["", "none", "\0", &huge] {
            let params = map! {"name": name, "data": nothing()};
            let (code, message) = wire.refusal("channel/message", params).await;
            assert_eq!(code, CHANNEL, "{message:.200}");
            assert!(message.len() < 10_000);
            // To leave what it never was in is no mistake.
            let params = map! {"name": name};
            wire.ask("channel/unsubscribe", params).await.unwrap();
        }
        for wire in [&mut wire, &mut other] {
            let _: SubscribeAnswer = wire.get("channel/subscribe", map! {"name": "a"}).await;
        }
        // Those that are not there are not among those that received it.
        for clients in [vec![], vec!["none".into()], vec![Value::text("\0"); 10_000]] {
            let params = map! {"name": "a", "clients": clients, "data": nothing()};
            let sent: SendAnswer = wire.get("channel/message", params).await;
            assert_eq!(sent.clients, [""; 0]);
        }
        for place in 0..63 {
            let params = map! {"name": format!("{place}")};
            let _: SubscribeAnswer = wire.get("channel/subscribe", params).await;
        }
        let params = map! {"name": "one too many"};
        assert_eq!(wire.refusal("channel/subscribe", params).await.0, TOO_MUCH);
        // What nests as deeply as a frame may is passed on; the others read it.
        let data = map! {"data": Value::nested(29)};
        let params = map! {"name": "a", "data": data};
        let sent: SendAnswer = wire.get("channel/message", params).await;
        assert_eq!(sent.clients.len(), 1);
        let _: yew_sandbox_protocol::channel::Message =
            other.hears("channel/message", |_| true).await;
        world.is_well(&mut other).await;
        world.is_well(&mut wire).await;
    })
    .await;
}

/// A message that fits into its request, but not into what the others get, is refused: it once ended the agent.
#[tokio::test(flavor = "multi_thread")]
async fn what_fits_in_but_not_out_is_refused() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let mut other = world.wire().await;
        for wire in [&mut wire, &mut other] {
            let _: SubscribeAnswer = wire.get("channel/subscribe", map! {"name": "a"}).await;
        }
        let request = |data: Value| {
            let params = map! {"name": "a", "data": data};
            map! {"id": 0, "method": "channel/message", "params": params}
                .pack()
                .len()
        };
        let empty = request(map! {"data": Value::Bytes(vec![])});
        let data = map! {"data": Value::Bytes(vec![0; MAX_FRAME - empty])};
        assert_eq!(request(data.clone()), MAX_FRAME);
        let params = map! {"name": "a", "data": data};
        assert_eq!(wire.refusal("channel/message", params).await.0, TOO_MUCH);
        world.is_well(&mut other).await;
        world.is_well(&mut wire).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_and_notifications_that_there_are_not() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        for step in [0, 1, 4_294_967_295] {
            for (method, name) in [
                ("setup/skip", "stepIndexToSkip"),
                ("setup/setStep", "stepIndex"),
            ] {
                let params = Value::Map(vec![(name, step.into())]);
                assert_eq!(wire.refusal(method, params).await.0, INVALID_ID, "{method}");
            }
        }
        let progress: Progress = wire.get("setup/get", Value::Nil).await;
        assert_eq!(progress.steps, []);
        for id in [
            "",
            "none",
            "n",
            "n0",
            "n1",
            "n-1",
            "n18446744073709551616",
            &"\u{1}".repeat(16_000_000),
        ] {
            let params = map! {"notificationId": id, "response": "Yes"};
            let (code, message) = wire.refusal("notification/notifyResponse", params).await;
            assert_eq!(code, INVALID_ID, "{message:.200}");
        }
        assert_eq!(wire.refusal("client/join", Value::Nil).await.0, CRITICAL);
        world.is_well(&mut wire).await;
    })
    .await;
}

/// A flood of nonsense gets its answers, and others theirs meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_nonsense_disturbs_nobody() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let mut other = world.wire().await;
        let methods = [
            "none/none",
            "shell/in",
            "fs/readFile",
            "task/run",
            "git/status",
        ];
        let mut asked = Vec::new();
        for place in 0..2000 {
            let method = methods[place % methods.len()];
            asked.push((wire.request(method, Value::Flag(true)).await, method));
        }
        let start = std::time::Instant::now();
        world.is_well(&mut other).await;
        assert!(start.elapsed() < Duration::from_secs(5));
        let mut left: std::collections::HashSet<i64> = asked.iter().map(|(id, _)| *id).collect();
        while !left.is_empty() {
            let id = wire.any_answer("the flood").await;
            assert!(left.remove(&id), "{id} was answered twice");
        }
        world.is_well(&mut wire).await;
    })
    .await;
}

/// Asked for with nonsense, sleep still comes; and then the sandbox wakes as ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_was_put_to_sleep_wakes() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        wire.ask("system/hibernate", Value::nested(8))
            .await
            .unwrap();
        let (code, reason) = wire.closed("sleep").await;
        assert!(!reason.is_empty(), "{code}");
        world.wake().await;
        let mut wire: Wire = world.wire().await;
        wire.ask("system/update", Value::Nil).await.unwrap();
    })
    .await;
}

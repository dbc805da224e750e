//! Searches that cannot be done.

use yew_sandbox_protocol::search::{SearchAnswer, SearchFinished};

use super::value::{Value, map};
use super::world::in_each;

/// The codes of the namespace.
const CRITICAL: u32 = 0;
const INVALID_ID: u32 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn broken_expressions_and_globs_are_refused() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let (long, many) = ("x".repeat(1_000_000), "a,".repeat(10_000));
        let broken = [
            ("(", "", true),
            ("[", "", true),
            ("*", "", true),
            ("a{2,1}", "", true),
            ("\\", "", true),
            ("(?<name", "", true),
            ("\\p{Nothing}", "", true),
            ("(?=look)", "", true),
            ("a{1000}{1000}{1000}", "", true),
            ("", "", false),
            ("", "", true),
            (&long, "", false),
            ("x", "[", false),
            ("x", "a[b", false),
            ("x", "{a", false),
            ("x", "*.{rs,", false),
            ("x", "[z-a]", false),
            ("x", &long, false),
            ("x", &many, false),
        ];
        for (text, glob, is_regex) in broken {
            let params = || {
                vec![
                    ("text", Value::text(text)),
                    ("glob", glob.into()),
                    ("isRegex", is_regex.into()),
                ]
            };
            let what = format!("{text:.20} in {glob:.20}");
            let outcome = wire.ask("fs/search", Value::Map(params())).await;
            let Err(error) = outcome else {
                panic!("{what} was taken");
            };
            let (code, message) = (error.code.0, error.message);
            assert_eq!(code, CRITICAL, "{what}: {message}");
            assert!(message.len() < 5000, "{what}");
            let mut streaming = params();
            streaming.push(("searchId", "broken".into()));
            let refused = wire
                .refusal("fs/streamingSearch", Value::Map(streaming))
                .await;
            assert_eq!(refused, (CRITICAL, message), "{what}");
        }
        // The id was never taken.
        let params = map! {"searchId": "broken", "text": "x"};
        let _: SearchAnswer = wire.get("fs/streamingSearch", params).await;
        let _: SearchFinished = wire.hears("fs/searchFinished", |_| true).await;
        world.is_well(&mut wire).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_are_too_long_are_refused() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        for id in ["x".repeat(100_000), "x".repeat(16_840_000)] {
            let params = map! {"searchId": id.as_str(), "text": "x"};
            assert_eq!(
                wire.refusal("fs/streamingSearch", params).await.0,
                INVALID_ID
            );
            let params = map! {"searchId": id.as_str()};
            let method = "fs/cancelStreamingSearch";
            assert_eq!(wire.refusal(method, params).await.0, INVALID_ID);
        }
        for most in [0, 1, 4_294_967_295] {
            let params = map! {"searchId": "none", "text": "x", "maxResults": most};
            let _: SearchAnswer = wire.get("fs/streamingSearch", params).await;
            let _: SearchFinished = wire.hears("fs/searchFinished", |_| true).await;
        }
        for text in ["", "\0", "../..", &"x".repeat(16_000_000)] {
            wire.ask("fs/pathSearch", map! {"text": text})
                .await
                .unwrap();
        }
        world.is_well(&mut wire).await;
    })
    .await;
}

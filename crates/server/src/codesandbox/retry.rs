//! Whether a call of the cloud is tried again, and when.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};

use crate::manage::timestamp;

/// Most tries of one call.
const MOST_TRIES: u32 = 6;
/// Most tries of a start that is answered as if there were no such sandbox, or as if something else were under way: the JavaScript SDK's.
const START_TRIES: u32 = 3;
/// The longest pause before the second try; it doubles from there.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause that nobody asked for.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// The cloud's limits: how much is left, and when more is.
const LIMITS: [(&str, &str); 2] = [
    ("x-csb-rate-hourly-remaining", "x-csb-rate-hourly-reset"),
    (
        "x-csb-sandbox-hourly-remaining",
        "x-csb-sandbox-hourly-reset",
    ),
];

/// Whether a call may be done twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It may.
    Freely,
    /// Only where it was not done: it would make a second sandbox.
    Once,
    /// It may, and it starts a sandbox. The cloud may not know one yet that it has just made, or may still put it to sleep; it is given so
    /// long before each further try.
    Start(Duration),
}

/// How a try failed.
#[derive(Clone, Debug)]
pub(super) enum Failed {
    /// Nothing was sent.
    Connecting,
    /// Something was sent, and no answer came.
    Lost,
    /// The cloud answered with a failure.
    Status(StatusCode, Box<HeaderMap>),
}

/// How long to wait before the next try; `None`: it is not tried again.
///
/// `tries` counts those that failed. `random` lies between 0 and 1. A pause that the cloud asks for is kept in full.
pub(super) fn pause(
    failed: &Failed,
    repeat: Repeat,
    tries: u32,
    random: f64,
    now: SystemTime,
) -> Option<Duration> {
    if tries >= MOST_TRIES {
        return None;
    }
    if let (Repeat::Start(pause), Failed::Status(status, _)) = (repeat, failed)
        && matches!(*status, StatusCode::NOT_FOUND | StatusCode::CONFLICT)
    {
        return (tries < START_TRIES).then_some(pause);
    }
    let again = match failed {
        Failed::Connecting => true,
        Failed::Lost => repeat != Repeat::Once,
        Failed::Status(status, headers) => match *status {
            StatusCode::TOO_MANY_REQUESTS => true,
            // Who says when to come again has done nothing. Without that it may come from in between, and too late.
            StatusCode::SERVICE_UNAVAILABLE if headers.contains_key(RETRY_AFTER) => true,
            status => status.is_server_error() && repeat != Repeat::Once,
        },
    };
    if !again {
        return None;
    }
    let longest = FIRST_PAUSE.saturating_mul(1 << tries.saturating_sub(1).min(16));
    let own = longest.min(LONGEST_PAUSE).mul_f64(random.clamp(0.0, 1.0));
    let asked = match failed {
        Failed::Status(_, headers) => asked(headers, now),
        Failed::Connecting | Failed::Lost => None,
    };
    Some(asked.map_or(own, |asked| asked.max(own)))
}

/// The pause that the cloud asks for.
fn asked(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    if let Some(after) = text(RETRY_AFTER.as_str()) {
        return match after.trim().parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => until(after, now),
        };
    }
    let spent = |remaining: &str| text(remaining)?.trim().parse::<i64>().ok();
    let resets = LIMITS
        .iter()
        .filter(|(remaining, _)| spent(remaining).is_some_and(|left| left <= 0));
    resets
        .filter_map(|(_, reset)| until(text(reset)?, now))
        .max()
}

/// The time until a date, which the cloud may write in one of three ways.
fn until(date: &str, now: SystemTime) -> Option<Duration> {
    let date = date.trim();
    let seconds = || Some(UNIX_EPOCH + Duration::from_secs(date.parse::<u32>().ok()?.into()));
    let date = timestamp::parse(date)
        .or_else(|| timestamp::parse_http(date))
        .or_else(seconds)?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn status(status: u16, headers: &[(&'static str, &str)]) -> Failed {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()));
        Failed::Status(
            StatusCode::from_u16(status).unwrap(),
            Box::new(headers.collect()),
        )
    }

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_767_225_600)
    }

    fn first(failed: &Failed, repeat: Repeat) -> Option<Duration> {
        pause(failed, repeat, 1, 1.0, now())
    }

    #[test]
    fn what_may_have_been_done_is_not_done_again() {
        for (failed, freely, once) in [
            (Failed::Connecting, true, true),
            (Failed::Lost, true, false),
            (status(429, &[]), true, true),
            (status(503, &[("retry-after", "1")]), true, true),
            (status(503, &[]), true, false),
            (status(500, &[]), true, false),
            (status(502, &[]), true, false),
            (status(504, &[]), true, false),
            (status(400, &[]), false, false),
            (status(401, &[]), false, false),
            (status(404, &[]), false, false),
            (status(302, &[]), false, false),
        ] {
            assert_eq!(
                first(&failed, Repeat::Freely).is_some(),
                freely,
                "{failed:?}"
            );
            assert_eq!(first(&failed, Repeat::Once).is_some(), once, "{failed:?}");
        }
    }

    #[test]
    fn start_waits_for_a_sandbox_that_is_not_there_yet() {
        let start = Repeat::Start(Duration::from_millis(200));
        let at = |code, tries| pause(&status(code, &[]), start, tries, 1.0, now());
        for code in [404, 409] {
            assert_eq!(at(code, 1), Some(Duration::from_millis(200)));
            assert_eq!(at(code, 2), Some(Duration::from_millis(200)));
            assert_eq!(at(code, 3), None);
        }
        assert_eq!(at(403, 1), None);
        assert_eq!(at(502, 3), Some(Duration::from_secs(1)));
        assert!(first(&Failed::Lost, start).is_some());
    }

    #[test]
    fn pauses_grow_and_end() {
        let at = |tries, random| pause(&Failed::Connecting, Repeat::Once, tries, random, now());
        assert_eq!(at(1, 1.0), Some(Duration::from_millis(250)));
        assert_eq!(at(2, 1.0), Some(Duration::from_millis(500)));
        assert_eq!(at(5, 1.0), Some(Duration::from_secs(4)));
        assert_eq!(at(5, 0.0), Some(Duration::ZERO));
        assert_eq!(at(MOST_TRIES, 0.5), None);
    }

    #[test]
    fn what_the_cloud_asks_for_is_kept() {
        let wait = |headers: &[(&'static str, &str)]| {
            first(&status(429, headers), Repeat::Once)
                .unwrap()
                .as_secs()
        };
        assert_eq!(wait(&[("retry-after", "7")]), 7);
        assert_eq!(
            wait(&[("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT")]),
            30
        );
        let reset = ("x-csb-rate-hourly-reset", "1767225645");
        assert_eq!(wait(&[("x-csb-rate-hourly-remaining", "0"), reset]), 45);
        let reset = ("x-csb-sandbox-hourly-reset", "2026-01-01T00:01:00Z");
        assert_eq!(wait(&[("x-csb-sandbox-hourly-remaining", "0"), reset]), 60);
        assert_eq!(wait(&[("x-csb-sandbox-hourly-remaining", "3"), reset]), 0);
        assert_eq!(wait(&[("retry-after", "soon")]), 0);
        assert_eq!(wait(&[("retry-after", "Thu, 01 Jan 2015 00:00:30 GMT")]), 0);
    }
}

//! Times as the wire writes them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, Unit};

/// As `2026-01-31T12:00:00Z`.
pub(crate) fn format(time: SystemTime) -> String {
    let time = Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
    let seconds = time.round(Unit::Second).unwrap_or(time);
    seconds.to_string()
}

/// Seconds since 1970, as text: the JavaScript SDK reads some times as a number.
pub(crate) fn seconds(time: SystemTime) -> String {
    let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since_1970.as_secs().to_string()
}

/// What [`format`](fn@format) writes, with any offset and part of a second. `None` where it is no time after 1970.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let time: Timestamp = text.parse().ok()?;
    let since_1970 = Duration::try_from(time.as_duration()).ok()?;
    UNIX_EPOCH.checked_add(since_1970)
}

/// A date as HTTP writes it: `Thu, 01 Jan 2026 00:00:30 GMT`.
pub(crate) fn parse_http(text: &str) -> Option<SystemTime> {
    let time = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(SystemTime::from(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        let time = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        assert_eq!(format(time), "2026-01-01T00:00:00Z");
        for text in [
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T01:00:00+01:00",
        ] {
            assert_eq!(parse(text), Some(time), "{text}");
        }
        assert_eq!(seconds(time), "1767225600");
        for wrong in [
            "",
            "tomorrow",
            "2026-13-01T00:00:00Z",
            "1969-01-01T00:00:00Z",
            "1767225600",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}

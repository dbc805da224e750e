//! Points in time as the agent writes them.

/// Milliseconds since 1970 of a time as RFC 3339 has it; 0 where it is none.
pub(super) fn milliseconds(text: &str) -> f64 {
    read(text).unwrap_or(0.0)
}

fn read(text: &str) -> Option<f64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let is_separated = |place: usize, letters: &[u8]| {
        text.as_bytes()
            .get(place)
            .is_some_and(|byte| letters.contains(byte))
    };
    let separated = is_separated(4, b"-")
        && is_separated(7, b"-")
        && is_separated(10, b"Tt ")
        && is_separated(13, b":")
        && is_separated(16, b":");
    if !separated || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let rest = &text[19..];
    let zone = rest.find(['Z', 'z', '+', '-'])?;
    let fraction: f64 = match &rest[..zone] {
        "" => 0.0,
        digits => ["0", digits].concat().parse().ok()?,
    };
    let offset = match &rest[zone..] {
        "Z" | "z" => 0,
        zone => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if zone.starts_with('-') {
                -minutes
            } else {
                minutes
            }
        }
    };
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset;
    Some((minutes * 60 + second) as f64 * 1000.0 + (fraction * 1e6).round() / 1000.0)
}

/// Days from 1970 to a date of the Gregorian calendar. Years begin in March here, so that the leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 719,468 days lie between March 1 of the year 0 and 1970.
    year * 365 + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(milliseconds("1970-01-01T00:00:00Z"), 0.0);
        assert_eq!(milliseconds("2017-07-21T17:32:28Z"), 1_500_658_348_000.0);
        assert_eq!(
            milliseconds("2017-07-21T19:32:28.25+02:00"),
            1_500_658_348_250.0
        );
        assert_eq!(
            milliseconds("2024-02-29T23:59:59.123456789Z"),
            1_709_251_199_123.457
        );
        assert_eq!(milliseconds("2000-03-01T00:00:00-01:30"), 951_874_200_000.0);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "yesterday",
            "2017-07-21",
            "2017-13-21T17:32:28Z",
            "2017-07-21T17:32:28é",
            "2017-07-21T17:32:28+é",
        ] {
            assert_eq!(milliseconds(text), 0.0, "{text}");
        }
    }
}

//! When changes are told: soon, and together.

use std::time::Duration;

use tokio::time::Instant;

use super::events::Taken;

/// How often the kernel's queue is emptied while changes come. It has room for 16,384 events.
pub(super) const LOOK: Duration = Duration::from_millis(5);
/// How far apart changes are told at least. So long, too, what is gone may still come again: a file that is replaced shall not be one
/// that went and another that came.
pub(super) const APART: Duration = Duration::from_millis(50);
/// How long changes wait at most while more and more come.
const MOST: Duration = Duration::from_millis(100);

/// Says when it is time to tell.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When the changes that wait began.
    begun: Option<Instant>,
    /// Not before.
    earliest: Option<Instant>,
}

impl Pace {
    /// A first change is there.
    pub(super) fn begin(&mut self, now: Instant) {
        self.begun = Some(now);
        self.earliest = self.earliest.filter(|earliest| *earliest > now);
    }

    /// Whether to tell now, after one more look. If so, the next telling is [`APART`] from this one.
    pub(super) fn is_due(&mut self, now: Instant, taken: Taken) -> bool {
        if taken.many {
            self.earliest = None;
            return true;
        }
        let begun = self.begun.unwrap_or(now);
        if taken.gone {
            self.earliest = self.earliest.max(Some(begun + APART));
        }
        let is_settled = !taken.any && self.earliest.is_none_or(|earliest| earliest <= now);
        let is_due = is_settled || now >= begun + MOST;
        if is_due {
            self.earliest = Some(now + APART);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Taken = Taken {
        any: false,
        gone: false,
        many: false,
    };
    const CHANGED: Taken = Taken {
        any: true,
        gone: false,
        many: false,
    };
    const GONE: Taken = Taken {
        any: true,
        gone: true,
        many: false,
    };

    /// After how many milliseconds it is told, of what each look finds, the last one again and again.
    fn told_after(pace: &mut Pace, begun: Instant, looks: &[Taken]) -> u128 {
        pace.begin(begun);
        let mut now = begun;
        let mut looks = looks.iter();
        let mut taken = NOTHING;
        loop {
            taken = *looks.next().unwrap_or(&taken);
            if pace.is_due(now, taken) {
                return (now - begun).as_millis();
            }
            now += LOOK;
        }
    }

    #[test]
    fn a_single_change_is_told_when_no_other_followed() {
        let begun = Instant::now();
        assert_eq!(
            told_after(&mut Pace::default(), begun, &[CHANGED, NOTHING]),
            5
        );
        let burst = [CHANGED, CHANGED, CHANGED, NOTHING];
        assert_eq!(told_after(&mut Pace::default(), begun, &burst), 15);
    }

    #[test]
    fn what_is_gone_may_come_again() {
        let begun = Instant::now();
        assert_eq!(
            told_after(&mut Pace::default(), begun, &[GONE, NOTHING]),
            50
        );
        let replaced = [GONE, NOTHING, CHANGED, NOTHING];
        assert_eq!(told_after(&mut Pace::default(), begun, &replaced), 50);
    }

    #[test]
    fn changes_without_end_are_told_all_the_same() {
        let begun = Instant::now();
        assert_eq!(told_after(&mut Pace::default(), begun, &[CHANGED]), 100);
        assert_eq!(told_after(&mut Pace::default(), begun, &[GONE]), 100);
    }

    #[test]
    fn many_changes_do_not_wait() {
        let many = Taken {
            many: true,
            ..CHANGED
        };
        let mut pace = Pace::default();
        let begun = Instant::now();
        assert_eq!(told_after(&mut pace, begun, &[GONE, CHANGED, many]), 10);
        assert_eq!(told_after(&mut pace, begun + LOOK, &[CHANGED, NOTHING]), 5);
    }

    #[test]
    fn a_file_that_changes_all_the_time_is_told_twenty_times_a_second_at_most() {
        let mut pace = Pace::default();
        let mut now = Instant::now();
        let mut told = Vec::new();
        for _ in 0..4 {
            let wait = told_after(&mut pace, now, &[CHANGED, NOTHING]);
            told.push(wait);
            now += Duration::from_millis(10) + Duration::from_millis(u64::try_from(wait).unwrap());
        }
        assert_eq!(told, [5, 40, 40, 40]);
        // What comes later is alone again.
        now += APART;
        assert_eq!(told_after(&mut pace, now, &[CHANGED, NOTHING]), 5);
    }
}

//! When to try again: a pure function with full jitter.

use std::time::Duration;

use fastrand::Rng;

/// Bound of the first delay.
const FIRST: Duration = Duration::from_millis(250);

/// Bound of every delay.
const MOST: Duration = Duration::from_secs(10);

/// The moment of the next attempt, after `failures` attempts have failed in a row.
///
/// The delay is anything between zero and a bound that doubles from 250 ms to 10 s. It counts from the moment when
/// the last attempt began, so that an attempt that hung for long is not followed by a long wait as well. From the
/// moment when it ended there is at most the first bound.
pub(crate) fn next_attempt(
    failures: u32,
    began: Duration,
    ended: Duration,
    random: &mut Rng,
) -> Duration {
    let bound = FIRST
        .saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX))
        .min(MOST);
    let delay = began + up_to(bound, random);
    let floor = ended + up_to(FIRST, random);
    delay.max(floor)
}

/// The moment of the first attempt after a lost link: once everybody who is told had a turn to see that it was lost. Where it fails,
/// the delays that follow keep the clients of a server apart.
pub(crate) fn soon(now: Duration) -> Duration {
    now
}

fn up_to(bound: Duration, random: &mut Rng) -> Duration {
    Duration::from_millis(random.u64(0..=bound.as_millis() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1000);

    #[test]
    fn bound_doubles_to_ten_seconds() {
        let mut random = Rng::with_seed(1);
        for (failures, bound) in [(0, 250), (1, 500), (3, 2000), (6, 10_000), (40, 10_000)] {
            let longest = (0..2000)
                .map(|_| next_attempt(failures, NOW, NOW, &mut random) - NOW)
                .max();
            let longest = longest.unwrap().as_millis();
            assert!(longest <= bound, "{failures}: {longest}");
            assert!(longest > bound * 9 / 10, "{failures}: {longest}");
        }
    }

    #[test]
    fn two_hundred_clients_spread() {
        let mut delays: Vec<_> = (0..200)
            .map(|seed| next_attempt(8, NOW, NOW, &mut Rng::with_seed(seed)) - NOW)
            .collect();
        delays.sort();
        assert!(delays[190] - delays[10] > Duration::from_secs(5));
    }

    #[test]
    fn a_hung_attempt_is_followed_soon() {
        let mut random = Rng::with_seed(2);
        for _ in 0..1000 {
            let began = NOW - Duration::from_secs(10);
            let next = next_attempt(9, began, NOW, &mut random);
            assert!(next >= NOW && next <= NOW + FIRST);
        }
    }
}

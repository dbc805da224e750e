//! How often something may happen, and how much of it at once.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(60);

/// At most so many events in any minute.
#[derive(Debug)]
pub(crate) struct PerMinute {
    bound: usize,
    /// When the latest events happened, oldest first; never more than `bound`.
    latest: Mutex<VecDeque<Instant>>,
}

impl PerMinute {
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            bound,
            latest: Mutex::default(),
        }
    }

    pub(crate) fn bound(&self) -> usize {
        self.bound
    }

    /// Counts an event. False where there were too many; that one is not counted.
    pub(crate) fn allows(&self) -> bool {
        let now = Instant::now();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        while latest
            .front()
            .is_some_and(|event| now.duration_since(*event) >= WINDOW)
        {
            latest.pop_front();
        }
        let allowed = latest.len() < self.bound;
        if allowed {
            latest.push_back(now);
        }
        allowed
    }
}

/// How many addresses are told apart.
const MOST_ADDRESSES: usize = 10_000;

/// At most so many events of one address, from its first one on for a minute.
///
/// An IPv6 address stands for its network of 64 bits, which is what one customer has at least.
#[derive(Debug)]
pub(crate) struct PerAddress {
    bound: usize,
    counts: Mutex<HashMap<Option<IpAddr>, (Instant, usize)>>,
}

impl PerAddress {
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            bound,
            counts: Mutex::default(),
        }
    }

    pub(crate) fn bound(&self) -> usize {
        self.bound
    }

    /// Counts an event. False where there were too many; that one is not counted.
    pub(crate) fn allows(&self, address: Option<IpAddr>) -> bool {
        let now = Instant::now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = address.map(network);
        if counts.len() >= MOST_ADDRESSES && !counts.contains_key(&key) {
            counts.retain(|_, (start, _)| now.duration_since(*start) < WINDOW);
            if counts.len() >= MOST_ADDRESSES {
                // What cannot be told apart counts as one.
                key = None;
            }
        }
        let (start, count) = counts.entry(key).or_insert((now, 0));
        if now.duration_since(*start) >= WINDOW {
            (*start, *count) = (now, 0);
        }
        let allowed = *count < self.bound;
        *count += usize::from(allowed);
        allowed
    }
}

/// At most so many things of one address at once, with addresses as in [`PerAddress`].
#[derive(Debug)]
pub(crate) struct AtOnce {
    bound: usize,
    /// Only those that have some, so that it is as large as what there is.
    counts: Arc<Mutex<HashMap<Option<IpAddr>, usize>>>,
}

impl AtOnce {
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            bound,
            counts: Arc::default(),
        }
    }

    pub(crate) fn bound(&self) -> usize {
        self.bound
    }

    /// One more, until it is dropped; none where there are too many.
    pub(crate) fn take(&self, address: Option<IpAddr>) -> Option<Taken> {
        let address = address.map(network);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&address).copied().unwrap_or_default();
        if count >= self.bound {
            return None;
        }
        counts.insert(address, count + 1);
        Some(Taken {
            address,
            counts: Arc::clone(&self.counts),
        })
    }
}

/// One of those that [`AtOnce`] counts.
#[derive(Debug)]
pub(crate) struct Taken {
    address: Option<IpAddr>,
    counts: Arc<Mutex<HashMap<Option<IpAddr>, usize>>>,
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn room_comes_back_after_a_minute() {
        let rate = PerMinute::new(2);
        assert!(rate.allows());
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(rate.allows());
        assert!(!rate.allows());
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(rate.allows());
        assert!(!rate.allows());
        assert!(!PerMinute::new(0).allows());
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_do_not_use_up_each_others_room() {
        let address = |text: &str| Some(text.parse().unwrap());
        let rate = PerAddress::new(2);
        for (who, allowed) in [
            ("1.1.1.1", true),
            ("1.1.1.1", true),
            ("1.1.1.1", false),
            ("1.1.1.2", true),
            ("2001:db8::1", true),
            ("2001:db8::2", true),
            ("2001:db8::3", false),
            ("2001:db8:0:1::3", true),
        ] {
            assert_eq!(rate.allows(address(who)), allowed, "{who}");
        }
        assert!(rate.allows(None) && rate.allows(None) && !rate.allows(None));
        tokio::time::advance(WINDOW).await;
        assert!(rate.allows(address("1.1.1.1")) && rate.allows(None));
    }

    /// One who has many addresses took all memory.
    #[test]
    fn what_is_given_back_makes_room_and_takes_none() {
        let [one, other] = [1, 2].map(|end| Some(IpAddr::from([192, 0, 2, end])));
        let at_once = AtOnce::new(2);
        let taken = [at_once.take(one), at_once.take(one)];
        assert!(taken.iter().all(Option::is_some));
        assert!(at_once.take(one).is_none());
        assert!(at_once.take(other).is_some());
        drop(taken);
        assert!(at_once.counts.lock().unwrap().is_empty());
        assert!(at_once.take(one).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded_whatever_addresses_come() {
        let rate = PerAddress::new(1);
        let address = |number: u32| Some(std::net::Ipv4Addr::from_bits(number).into());
        for number in 0..20_000 {
            rate.allows(address(number));
        }
        assert!(rate.counts.lock().unwrap().len() <= MOST_ADDRESSES + 1);
        assert!(!rate.allows(address(30_000)), "those count as one");
        tokio::time::advance(WINDOW).await;
        assert!(rate.allows(address(30_000)));
    }
}

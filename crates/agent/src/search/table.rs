//! The searches that run.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use yew_sandbox_protocol::{ErrorCode, WireError};

use crate::quoted::quoted;

/// Most searches of a sandbox at a time; each takes a thread.
pub(crate) const MOST_SEARCHES: usize = 8;
/// Most bytes of a search's name.
const MOST_NAME: usize = 256;

/// The searches of all clients. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Searches(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    running: HashMap<u64, Running>,
    next: u64,
    is_over: bool,
}

#[derive(Debug)]
struct Running {
    client: u32,
    /// The client's name for it, where it has one.
    name: Option<String>,
    is_over: Arc<AtomicBool>,
}

/// The place of one search. Dropped, it is free for another.
#[derive(Debug)]
pub(crate) struct Ticket {
    searches: Searches,
    number: u64,
    is_over: Arc<AtomicBool>,
}

impl Searches {
    /// Takes a place for a search.
    ///
    /// # Errors
    /// Where as many run as may, or the client has a search of that name.
    pub(crate) fn start(&self, client: u32, name: Option<&str>) -> Result<Ticket, WireError> {
        name.map_or(Ok(()), check)?;
        let mut table = self.lock();
        let mut running = table.running.values();
        if let Some(name) = name
            && running.any(|other| other.client == client && other.name.as_deref() == Some(name))
        {
            let message = format!(
                "a search with the id {} runs already; choose another id",
                quoted(name)
            );
            return Err(WireError::new(ErrorCode::INVALID_ID, message));
        }
        if table.running.len() >= MOST_SEARCHES || table.is_over {
            let message = format!(
                "{MOST_SEARCHES} searches run, and no more may; wait for one, or cancel one"
            );
            return Err(WireError::new(ErrorCode::RATE_LIMIT, message));
        }
        let number = table.next;
        table.next += 1;
        let is_over = Arc::new(AtomicBool::new(false));
        table.running.insert(
            number,
            Running {
                client,
                name: name.map(str::to_owned),
                is_over: is_over.clone(),
            },
        );
        Ok(Ticket {
            searches: self.clone(),
            number,
            is_over,
        })
    }

    /// Ends a client's search early. One that is over is over.
    ///
    /// # Errors
    /// Where no search can have that name.
    pub(crate) fn cancel(&self, client: u32, name: &str) -> Result<(), WireError> {
        check(name)?;
        self.end(|own| own.client == client && own.name.as_deref() == Some(name));
        Ok(())
    }

    /// Ends all searches of a client.
    pub(crate) fn remove_client(&self, client: u32) {
        self.end(|own| own.client == client);
    }

    /// Ends a client's searches whose matches are told as they are found. Others may still be answered.
    pub(crate) fn cancel_streams(&self, client: u32) {
        self.end(|own| own.client == client && own.name.is_some());
    }

    /// Ends all searches, and lets no other begin.
    pub(crate) fn close(&self) {
        self.lock().is_over = true;
        self.end(|_| true);
    }

    fn end(&self, is_meant: impl Fn(&Running) -> bool) {
        for own in self.lock().running.values() {
            if is_meant(own) {
                own.is_over.store(true, Ordering::Relaxed);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// True from when the search is of no more use.
    pub(crate) fn is_over(&self) -> &AtomicBool {
        &self.is_over
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.searches.lock().running.remove(&self.number);
    }
}

fn check(name: &str) -> Result<(), WireError> {
    if name.len() > MOST_NAME {
        let message = format!("the id of a search has at most {MOST_NAME} bytes");
        return Err(WireError::new(ErrorCode::INVALID_ID, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bounded_and_come_back() {
        let searches = Searches::default();
        let tickets: Vec<Ticket> = (0..MOST_SEARCHES)
            .map(|_| searches.start(1, None).unwrap())
            .collect();
        let error = searches.start(2, Some("a")).unwrap_err();
        assert_eq!(error.code, ErrorCode::RATE_LIMIT);
        drop(tickets);
        let first = searches.start(2, Some("a")).unwrap();
        let error = searches.start(2, Some("a")).unwrap_err();
        assert_eq!(error.code, ErrorCode::INVALID_ID);
        let other = searches.start(3, Some("a")).unwrap();
        searches.cancel(2, "a").unwrap();
        searches.cancel(2, "unknown").unwrap();
        assert!(first.is_over().load(Ordering::Relaxed));
        assert!(!other.is_over().load(Ordering::Relaxed));
        searches.remove_client(3);
        assert!(other.is_over().load(Ordering::Relaxed));
        searches.close();
        assert!(searches.start(4, None).is_err());
    }
}

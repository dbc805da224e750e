//! All ledgers of a sandbox.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use yew_sandbox_protocol::client::Resume;
use yew_sandbox_protocol::limits::MAX_KEPT_CLIENTS;

use super::ledger::Ledger;
use crate::link::Visitor;
use crate::secret::random_text;

/// The ledgers of all clients that can come back. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledgers(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    by_number: HashMap<u32, Arc<Ledger>>,
    by_token: HashMap<String, Arc<Ledger>>,
    /// The numbers of those that have no link, the one that lost it first in front.
    away: VecDeque<u32>,
}

impl Ledgers {
    /// A client joined that is nobody's continuation.
    pub(crate) fn begin(&self, number: u32, visitor: &Visitor) -> Arc<Ledger> {
        let ledger = Arc::new(Ledger::new(number, random_text(), visitor));
        let mut table = self.lock();
        table.by_number.insert(number, ledger.clone());
        table
            .by_token
            .insert(ledger.token().to_owned(), ledger.clone());
        ledger
    }

    /// A client that says that it comes back: its ledger, and the number of the link before, whose requests are not taken any more.
    ///
    /// `None` where nobody is kept under that token, it is another user's or another session's, or it cannot be shown that nothing
    /// was lost.
    pub(crate) fn resume(
        &self,
        number: u32,
        visitor: &Visitor,
        resume: &Resume,
    ) -> Option<(Arc<Ledger>, u32)> {
        let mut table = self.lock();
        let ledger = table.by_token.get(&resume.token)?.clone();
        if !ledger.is_of(visitor) {
            return None;
        }
        let (before, done) = ledger.claim(number, resume.answer)?;
        for number in done {
            table.by_number.remove(&number);
        }
        table.by_number.insert(number, ledger.clone());
        table.away.retain(|away| *away != before);
        Some((ledger, before))
    }

    /// The ledger of a client that joined and can come back.
    pub(crate) fn of(&self, number: u32) -> Option<Arc<Ledger>> {
        self.lock().by_number.get(&number).cloned()
    }

    /// A client's link is gone. Says whether it is kept, and who has to go for it.
    pub(crate) fn lose(&self, number: u32) -> (bool, Option<u32>) {
        let mut table = self.lock();
        let Some(ledger) = table.by_number.get(&number) else {
            return (false, None);
        };
        if !ledger.lose(number) {
            return (true, None);
        }
        table.away.push_back(number);
        if table.away.len() > MAX_KEPT_CLIENTS {
            (true, table.away.pop_front())
        } else {
            (true, None)
        }
    }

    /// Forgets a client that has not come back since it lost the link of this number.
    pub(crate) fn expire(&self, number: u32) {
        self.lock()
            .remove(number, |ledger| ledger.is_away_since(number));
    }

    /// Forgets a client, unless another link serves it by now.
    pub(crate) fn forget(&self, number: u32) {
        self.lock()
            .remove(number, |ledger| ledger.is_served_by(number));
    }

    /// Passes a frame on: an answer of a client that can come back by its ledger, anything else as it is.
    pub(crate) fn pass(
        &self,
        client: u32,
        answered: Option<(u64, &str)>,
        frame: Bytes,
        send: impl FnOnce(u32, Bytes),
    ) {
        match answered.and_then(|answered| Some((answered, self.of(client)?))) {
            Some(((id, method), ledger)) => ledger.answer(id, method, frame, send),
            None => send(client, frame),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn remove(&mut self, number: u32, is_meant: impl FnOnce(&Ledger) -> bool) {
        let ledger = self.by_number.get(&number).cloned();
        if let Some(ledger) = ledger.filter(|ledger| is_meant(ledger)) {
            self.by_token.remove(ledger.token());
            for number in ledger.numbers() {
                self.by_number.remove(&number);
                self.away.retain(|away| *away != number);
            }
        }
    }
}

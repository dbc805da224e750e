//! `fs/search`, `fs/streamingSearch`, `fs/cancelStreamingSearch`, `fs/pathSearch`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::{OwnedSemaphorePermit, mpsc};
use yew_sandbox_protocol::search::{
    CancelStreamingSearch, CaseSensitivity, PathSearch, PathSearchAnswer, Search, SearchAnswer,
    SearchFinished, SearchMatches, SearchResult, StreamingSearch,
};
use yew_sandbox_protocol::{
    ClientFrame, Encode, ErrorCode, WireError, encode_answer, encode_error,
};

use super::{Effect, Session};
use crate::sandbox::Sandbox;
use crate::search::{Matches, Pattern, Ticket, Tree, search_paths, search_text};

/// Most matches of a search, unless fewer are asked for.
const MOST_MATCHES: usize = 10_000;
/// Most matches that can be asked for.
const MOST_ASKED: u32 = 100_000;
/// Most bytes of matches in one answer, so that it fits into a frame with ease.
const MOST_ANSWER: usize = 12 * 1024 * 1024;
/// Most bytes of matches in one notification.
const MOST_PORTION: usize = 256 * 1024;
/// So many files' matches wait to be told before the search waits.
const WAITING: usize = 64;

impl Session {
    /// Tells the matches as they are found. The answer comes first and `fs/searchFinished` last, also where the search
    /// was cancelled.
    pub(super) async fn streaming_search(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let Some(request) = self.params::<StreamingSearch>(&frame).await else {
            return;
        };
        let pattern = pattern(
            &request.text,
            request.glob.as_deref(),
            request.is_regex,
            request.case_sensitivity,
        );
        let Some((pattern, ticket)) = self.begin(&frame, pattern, Some(&request.search_id)).await
        else {
            return;
        };
        let turn = self.turn(Effect::Look).await;
        let reply = self.reply(&frame, permit);
        let search_id = request.search_id;
        let most = request.max_results.map_or(MOST_MATCHES, |most| {
            usize::try_from(most.min(MOST_ASKED)).unwrap_or(MOST_MATCHES)
        });
        let (sandbox, number) = (self.sandbox.clone(), self.number);
        let ticket = Arc::new(ticket);
        tokio::spawn(async move {
            drop(turn.await);
            let answer = SearchAnswer {
                search_id: search_id.clone(),
            };
            reply.answer(&answer).await;
            let (sender, receiver) = mpsc::channel::<Matches>(WAITING);
            let (shared, running) = (sandbox.clone(), ticket.clone());
            let work = tokio::task::spawn_blocking(move || {
                let Ok(tree) = Tree::open(&shared.root) else {
                    // The workspace is gone, and with it all matches.
                    return false;
                };
                let taken = |matches| sender.blocking_send(matches).is_ok();
                search_text(&tree, &pattern, most, running.is_over(), taken)
            });
            tell(&sandbox, number, &search_id, &ticket, receiver).await;
            let hit_limit = work.await.unwrap_or(false);
            // The place is free before the client hears of the end.
            drop(ticket);
            let finished = SearchFinished {
                search_id,
                hit_limit,
            };
            if sandbox.members.is_open(number) {
                sandbox.outgoing.notify(number, &finished).await;
            }
        });
    }

    /// Answers the same for a search that is over: it may have ended while the request was on its way.
    pub(super) async fn cancel_search(&self, frame: ClientFrame) {
        let Some(request) = self.params::<CancelStreamingSearch>(&frame).await else {
            return;
        };
        let cancelled = self
            .sandbox
            .searches
            .cancel(self.number, &request.search_id);
        if let Err(error) = cancelled {
            return self.refuse(&frame, error.code, error.message).await;
        }
        let answer = SearchAnswer {
            search_id: request.search_id,
        };
        self.answer(&frame, &answer).await;
    }

    pub(super) async fn search(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let Some(request) = self.params::<Search>(&frame).await else {
            return;
        };
        let pattern = pattern(
            &request.text,
            request.glob.as_deref(),
            request.is_regex,
            request.case_sensitivity,
        );
        if let Some((pattern, ticket)) = self.begin(&frame, pattern, None).await {
            let work = move |tree: &Tree, ticket: &Ticket| all_matches(tree, &pattern, ticket);
            self.look(frame, permit, ticket, work).await;
        }
    }

    pub(super) async fn path_search(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let Some(request) = self.params::<PathSearch>(&frame).await else {
            return;
        };
        if let Some(((), ticket)) = self.begin(&frame, Ok(()), None).await {
            let work = move |tree: &Tree, ticket: &Ticket| PathSearchAnswer {
                matches: search_paths(tree, &request.text, ticket.is_over()),
            };
            self.look(frame, permit, ticket, work).await;
        }
    }

    /// Takes a place for a search; an answer has gone out where it cannot begin.
    async fn begin<T>(
        &self,
        frame: &ClientFrame,
        pattern: Result<T, WireError>,
        name: Option<&str>,
    ) -> Option<(T, Ticket)> {
        let started = pattern
            .and_then(|pattern| Ok((pattern, self.sandbox.searches.start(self.number, name)?)));
        match started {
            Ok(started) => Some(started),
            Err(error) => {
                let answer = encode_error(frame.id, &frame.method, &error);
                self.sandbox.outgoing.frame(self.number, answer).await;
                None
            }
        }
    }

    /// Searches on a thread of its own, after the client's earlier changes, and answers.
    async fn look<A: Encode>(
        &self,
        frame: ClientFrame,
        permit: OwnedSemaphorePermit,
        ticket: Ticket,
        work: impl FnOnce(&Tree, &Ticket) -> A + Send + 'static,
    ) {
        let turn = self.turn(Effect::Look).await;
        let (sandbox, number) = (self.sandbox.clone(), self.number);
        tokio::spawn(async move {
            drop(turn.await);
            let (id, method) = (frame.id, frame.method);
            let (shared, own_method) = (sandbox.clone(), method.clone());
            let work = move || match Tree::open(&shared.root) {
                Ok(tree) => encode_answer(id, &own_method, &work(&tree, &ticket)),
                Err(fault) => {
                    let workspace = shared.root.visible(shared.root.workspace());
                    let error = fault.into_wire("search", &workspace);
                    encode_error(id, &own_method, &error)
                }
            };
            let answer = tokio::task::spawn_blocking(work).await;
            let answer = answer.unwrap_or_else(|error| {
                let message = format!("{method} failed: {error}");
                encode_error(id, &method, &WireError::new(ErrorCode::CRITICAL, message))
            });
            sandbox.outgoing.frame(number, answer).await;
            drop(permit);
        });
    }
}

/// All matches up to the bound of an answer.
fn all_matches(tree: &Tree, pattern: &Pattern, ticket: &Ticket) -> Vec<SearchResult> {
    let all = std::sync::Mutex::new((0, Vec::new()));
    search_text(tree, pattern, MOST_MATCHES, ticket.is_over(), |matches| {
        let mut all = all
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for hit in matches {
            all.0 += hit.size();
            if all.0 > MOST_ANSWER {
                return false;
            }
            all.1.push(hit.into_result());
        }
        true
    });
    all.into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .1
}

/// Tells matches until there are no more, or the search is of no more use: those that wait go together.
async fn tell(
    sandbox: &Sandbox,
    client: u32,
    search_id: &str,
    ticket: &Ticket,
    mut receiver: mpsc::Receiver<Matches>,
) {
    let mut left_over: Option<Matches> = None;
    loop {
        let mut next = match left_over.take() {
            Some(matches) => Some(matches),
            None => receiver.recv().await,
        };
        let (mut matches, mut bytes) = (Vec::new(), 0);
        while let Some(some) = next {
            bytes += some.iter().map(|hit| hit.size()).sum::<usize>();
            if bytes > MOST_PORTION && !matches.is_empty() {
                left_over = Some(some);
                break;
            }
            matches.extend(some.into_iter().map(|hit| hit.into_match()));
            next = receiver.try_recv().ok();
        }
        if matches.is_empty() || ticket.is_over().load(Ordering::Relaxed) {
            return;
        }
        let notification = SearchMatches {
            search_id: search_id.to_owned(),
            matches,
        };
        sandbox.outgoing.notify(client, &notification).await;
    }
}

fn pattern(
    text: &str,
    glob: Option<&str>,
    is_regex: Option<bool>,
    case: Option<CaseSensitivity>,
) -> Result<Pattern, WireError> {
    let case = case.unwrap_or(CaseSensitivity::Smart);
    Pattern::new(text, glob, is_regex == Some(true), case)
}

//! Texts and paths in the workspace.

use std::fmt;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use yew_sandbox_protocol::search::{
    CancelStreamingSearch, CaseSensitivity, SearchFinished, SearchMatch, SearchMatches,
    StreamingSearch,
};
use yew_sandbox_protocol::{Notification, WireError, decode};

use crate::client::{Client, Completion};
use crate::core::{Feed, Heard, Outbox, Step};
use crate::error::{Error, ErrorKind};
use crate::feed::FeedGuard;
use crate::queue::Queue;
use crate::send::{Shared, lock};

/// Most matches of a search by default, as for the JavaScript SDK.
const MOST_MATCHES: u32 = 10_000;
/// Most matches that can be asked for: so many may wait for a reader.
const MOST_EVER: u32 = 100_000;

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchOptions {
    /// Whether the text is a regular expression, as ripgrep knows them. By default it is not.
    pub is_regex: bool,
    /// Which files: globs, divided by commas; `!` in front leaves out. All that git does not ignore by default.
    pub glob: Option<String>,
    /// Whether upper and lower case differ. By default they do where the text has an upper-case letter.
    pub case: CaseSensitivity,
    /// Most matches, up to 100,000. 10,000 by default.
    pub most: u32,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            is_regex: false,
            glob: None,
            case: CaseSensitivity::Smart,
            most: MOST_MATCHES,
        }
    }
}

/// The matches of a search, as they are found. Dropping it ends the search.
///
/// A search does not outlive a broken link: it ends with `Interrupted`, and can be begun anew.
#[must_use = "the search ends when it is dropped"]
pub struct Search {
    feed: Shared<SearchFeed>,
    _guard: FeedGuard,
}

impl Search {
    pub(super) fn begin(client: &Client, text: &str, options: SearchOptions) -> (Self, Completion) {
        let most = options.most.min(MOST_EVER);
        let feed = Shared::new(SearchFeed {
            request: StreamingSearch {
                search_id: client.made_up("search"),
                text: text.to_owned(),
                glob: options.glob,
                is_regex: Some(options.is_regex),
                case_sensitivity: Some(options.case),
                max_results: Some(most),
            },
            // As many as were asked for, and an error: nothing is lost.
            queue: Queue::new(most as usize + 1),
            state: Mutex::new(State::New),
            room: Mutex::new(most),
        });
        let (guard, begun) = client.follow(feed.clone());
        let search = Self {
            feed,
            _guard: guard,
        };
        (search, begun)
    }

    /// The next match. `None` when the search is over. An error is the last one: `Interrupted` where the link broke, `Closed` where
    /// the client is gone.
    pub async fn next(&mut self) -> Option<Result<SearchMatch, Error>> {
        self.feed.queue.next().await
    }

    /// Whether there are more matches than were asked for. False while the search runs.
    pub fn has_more(&self) -> bool {
        matches!(*lock(&self.feed.state), State::Finished { has_more: true })
    }
}

impl Stream for Search {
    type Item = Result<SearchMatch, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.feed.queue.poll_next(context)
    }
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Search")
            .field(&self.feed.request.text)
            .finish()
    }
}

struct SearchFeed {
    request: StreamingSearch,
    queue: Queue<Result<SearchMatch, Error>>,
    state: Mutex<State>,
    /// How many more matches are taken.
    room: Mutex<u32>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Running,
    Finished { has_more: bool },
}

impl SearchFeed {
    /// Takes matches, but no more than were asked for, whatever the agent sends.
    fn take(&self, matches: Vec<SearchMatch>) {
        let mut room = lock(&self.room);
        for found in matches.into_iter().take(*room as usize) {
            *room -= 1;
            self.queue.push_within(Ok(found));
        }
    }
}

impl Feed for SearchFeed {
    fn methods(&self) -> &'static [&'static str] {
        &[SearchMatches::METHOD, SearchFinished::METHOD]
    }

    fn joined(&self, out: &mut Outbox) {
        let mut state = lock(&self.state);
        if *state == State::New {
            *state = State::Running;
            out.ask(&self.request);
        }
    }

    fn answer(&self, outcome: Result<Bytes, WireError>, _out: &mut Outbox) -> Step {
        match outcome {
            Ok(_) => Step::Begun,
            Err(error) => Step::Failed(Error::from(error).about(&self.request.text)),
        }
    }

    fn notification(&self, method: &str, params: &Bytes, _out: &mut Outbox) -> Heard {
        let own = &self.request.search_id;
        let taken = match method {
            SearchMatches::METHOD => decode::<SearchMatches>(params).map(|found| {
                if found.search_id == *own {
                    self.take(found.matches);
                }
            }),
            _ => decode::<SearchFinished>(params).map(|finished| {
                if finished.search_id == *own {
                    let has_more = finished.hit_limit;
                    *lock(&self.state) = State::Finished { has_more };
                    self.queue.end(None);
                }
            }),
        };
        match taken {
            Ok(()) => Heard::Noted,
            Err(_) => Heard::Malformed,
        }
    }

    /// Matches that were told meanwhile are gone.
    fn lost(&self, _kept: bool) -> Option<Error> {
        let message = "the link broke during the search";
        (*lock(&self.state) == State::Running)
            .then(|| Error::new(ErrorKind::Interrupted, message).about(&self.request.text))
    }

    fn ended(&self, error: Error) {
        self.queue.push_within(Err(error));
        self.queue.end(None);
    }

    fn dropped(&self, out: &mut Outbox) {
        if *lock(&self.state) == State::Running {
            let search_id = self.request.search_id.clone();
            out.tell(&CancelStreamingSearch { search_id });
        }
    }
}

//! A search that runs, and what it found so far.

use std::rc::Rc;

use futures_util::future::{AbortHandle, FutureExt, abortable};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_sandbox::client::{SearchMatch, SearchOptions};
use yew_sandbox::{Error, Sandbox, use_sandbox};

/// How long typing rests before a search begins, in milliseconds.
const REST: u32 = 250;
/// How often new matches are drawn, in milliseconds.
const DRAWS: u32 = 50;

/// The matches of one file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FoundFile {
    pub(super) path: String,
    pub(super) matches: Rc<Vec<SearchMatch>>,
}

/// What was found so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Found {
    pub(super) files: Rc<Vec<FoundFile>>,
    /// How many lines match.
    pub(super) count: usize,
    pub(super) is_begun: bool,
    pub(super) is_over: bool,
    pub(super) has_more: bool,
    pub(super) error: Option<Rc<Error>>,
}

/// One search at a time.
#[derive(Clone)]
pub(super) struct SearchHandle {
    sandbox: Sandbox,
    found: UseStateHandle<Found>,
    running: Rc<std::cell::RefCell<Option<AbortHandle>>>,
}

#[hook]
pub(super) fn use_search() -> SearchHandle {
    let sandbox = use_sandbox();
    let found = use_state_eq(Found::default);
    let running = use_mut_ref(|| None::<AbortHandle>);
    {
        let running = running.clone();
        use_effect_with((), move |()| {
            move || {
                if let Some(abort) = running.take() {
                    abort.abort();
                }
            }
        });
    }
    SearchHandle {
        sandbox,
        found,
        running,
    }
}

impl SearchHandle {
    pub(super) fn found(&self) -> &Found {
        &self.found
    }

    /// Ends the search that runs, begins another, at once or after a rest. An empty text finds nothing.
    pub(super) fn begin(&self, text: String, options: SearchOptions, at_once: bool) {
        if let Some(abort) = self.running.take() {
            abort.abort();
        }
        if text.is_empty() {
            self.found.set(Found::default());
            return;
        }
        let (sandbox, found) = (self.sandbox.clone(), self.found.setter());
        let (task, abort) = abortable(async move {
            if !at_once {
                TimeoutFuture::new(REST).await;
            }
            follow(&sandbox, &text, options, &found).await;
        });
        self.running.replace(Some(abort));
        spawn_local(async move {
            let _ = task.await;
        });
    }

    /// Ends the search that runs and keeps what it found.
    pub(super) fn end(&self) {
        if let Some(abort) = self.running.take() {
            abort.abort();
            let mut found = (*self.found).clone();
            found.is_over = true;
            self.found.set(found);
        }
    }
}

async fn follow(
    sandbox: &Sandbox,
    text: &str,
    options: SearchOptions,
    shown: &UseStateSetter<Found>,
) {
    let mut found = Found {
        is_begun: true,
        ..Found::default()
    };
    shown.set(found.clone());
    let mut search = match sandbox.fs().search(text, options).await {
        Ok(search) => search,
        Err(error) => {
            found.error = Some(Rc::new(error));
            found.is_over = true;
            return shown.set(found);
        }
    };
    let mut files: Vec<FoundFile> = Vec::new();
    while !found.is_over {
        let mut next = search.next().await;
        // What is there already is drawn together.
        loop {
            match next {
                Some(Ok(one)) => add(&mut files, one),
                Some(Err(error)) => found.error = Some(Rc::new(error)),
                None => found.is_over = true,
            }
            match search.next().now_or_never() {
                Some(more) if !found.is_over => next = more,
                _ => break,
            }
        }
        found.files = Rc::new(files.clone());
        found.count = files.iter().map(|file| file.matches.len()).sum();
        found.has_more = search.has_more();
        shown.set(found.clone());
        TimeoutFuture::new(DRAWS).await;
    }
}

/// Matches of a file come together or not; they are shown together.
fn add(files: &mut Vec<FoundFile>, found: SearchMatch) {
    let last = files.iter_mut().rev().find(|file| file.path == found.path);
    match last {
        Some(file) => Rc::make_mut(&mut file.matches).push(found),
        None => files.push(FoundFile {
            path: found.path.clone(),
            matches: Rc::new(vec![found]),
        }),
    }
}

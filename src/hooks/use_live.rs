//! What `use_file` and `use_directory` share: a value that is loaded, and loaded again when a watch says so.

use std::future::Future;
use std::rc::Rc;

use futures_util::future::{FutureExt, abortable};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_sandbox_client::{Error, FileSystem, WatchEvent, WatchOptions};

use super::{SetStateOf, use_sandbox, use_state_of};
use crate::context::Sandbox;

/// A loaded value, as it stands on the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Live<T> {
    /// The newest value; it stays while a newer one is loaded and while the link is gone.
    pub(crate) value: Option<T>,
    /// Why the last load failed.
    pub(crate) error: Option<Rc<Error>>,
    /// Whether the first load is under way.
    pub(crate) loading: bool,
}

impl<T> Default for Live<T> {
    fn default() -> Self {
        Self {
            value: None,
            error: None,
            loading: true,
        }
    }
}

/// Where a value is set.
type Set<T> = SetStateOf<(Sandbox, Source), Live<T>>;

/// What is loaded, and what to watch for it.
#[derive(Clone, PartialEq)]
pub(crate) struct Source {
    /// What is loaded.
    pub(crate) path: String,
    /// The directory that is watched.
    pub(crate) directory: String,
}

/// How a value is loaded.
pub(crate) struct Kind<F> {
    /// Loads the value of a path.
    pub(crate) load: fn(FileSystem, String) -> F,
    /// Whether an event in the watched directory concerns the value of a path.
    pub(crate) concerns: fn(&WatchEvent, &str) -> bool,
}

/// Loads the value, watches, and loads again. `refresh` restarts it all.
#[hook]
pub(crate) fn use_live<T, F>(source: Source, kind: Kind<F>) -> (Live<T>, Callback<()>)
where
    T: Clone + PartialEq + 'static,
    F: Future<Output = Result<T, Error>> + 'static,
{
    let sandbox = use_sandbox();
    let (live, set) = use_state_of((sandbox.clone(), source.clone()));
    let restarts = use_state(|| 0u32);

    use_effect_with((sandbox, source, *restarts), move |(sandbox, source, _)| {
        let (task, abort) = abortable(follow(sandbox.clone(), source.clone(), kind, set));
        spawn_local(async move {
            // An abort is the cleanup below, and no one is left to tell.
            let _ = task.await;
        });
        move || abort.abort()
    });

    let refresh = {
        let restarts = restarts.clone();
        Callback::from(move |()| restarts.set(restarts.wrapping_add(1)))
    };
    (live, refresh)
}

async fn follow<T, F>(sandbox: Sandbox, source: Source, kind: Kind<F>, set: Set<T>)
where
    T: Clone + PartialEq + 'static,
    F: Future<Output = Result<T, Error>> + 'static,
{
    let mut value = None;
    loop {
        if let Err(error) = follow_once(&sandbox, &source, &kind, &set, &mut value).await {
            set.set(Live {
                value: value.clone(),
                error: Some(Rc::new(error)),
                loading: false,
            });
        }
        // A directory may be made at any time, and nothing tells.
        sandbox.until_retry().await;
    }
}

/// Follows as long as there is something to follow.
///
/// # Errors
/// The link broke: nothing is known.
async fn follow_once<T, F>(
    sandbox: &Sandbox,
    source: &Source,
    kind: &Kind<F>,
    set: &Set<T>,
    value: &mut Option<T>,
) -> Result<(), Error>
where
    T: Clone + PartialEq + 'static,
    F: Future<Output = Result<T, Error>> + 'static,
{
    let fs = sandbox.fs();
    // Watching comes first: a change between loading and watching would be lost.
    let watch = fs.watch(&source.directory, WatchOptions::default()).await;
    let mut events = match watch {
        Ok(events) => Some(events),
        Err(error) if error.is_connection() => return Err(error),
        // Without the directory there is nothing to load, which the load says.
        Err(_) => None,
    };
    loop {
        let (loaded, error) = match (kind.load)(fs.clone(), source.path.clone()).await {
            Ok(loaded) => (Some(loaded), None),
            Err(error) if error.is_connection() => return Err(error),
            Err(error) => (None, Some(Rc::new(error))),
        };
        *value = loaded;
        set.set(Live {
            value: value.clone(),
            error,
            loading: false,
        });
        let Some(events) = &mut events else {
            return Ok(());
        };
        // One load answers all events that have gathered.
        let mut concerned = false;
        while !concerned {
            match events.next().await {
                Some(event) => concerned = (kind.concerns)(&event, &source.path),
                None => return Ok(()),
            }
        }
        while let Some(Some(_)) = events.next().now_or_never() {}
    }
}

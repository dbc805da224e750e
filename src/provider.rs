//! `<SandboxProvider>`: owns the connection.

use std::rc::Rc;

use yew::prelude::*;
#[cfg(feature = "test")]
use yew_sandbox_client::fake::FakeSandbox;
use yew_sandbox_client::{
    Client, ClientOptions, ConnectionState, FocusSource, InitProgress, Session,
};

use crate::context::Sandbox;
use crate::endpoint::{Endpoint, GetSession};
use crate::hooks::use_watch;
use crate::platform::{Here, IS_PAGE, session_source, subscribe};
use crate::views;
use crate::words::ProviderWords;

/// When the provider connects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// As soon as it is mounted.
    #[default]
    AtOnce,
    /// When someone calls [`Sandbox::connect`] or makes the first request.
    OnDemand,
}

/// When the provider's children are on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChildrenWhen {
    /// From the first time that the sandbox is ready; the loading and the failed view stand in their place
    /// before that. Once shown they stay, so that a lost link costs no component its state.
    #[default]
    Ready,
    /// From the start, below the loading or the failed view.
    Always,
}

/// The properties of [`SandboxProvider`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SandboxProviderProps {
    /// Where sessions come from: `POST` here creates a sandbox, `GET` of `{endpoint}/{id}` resumes one.
    /// Not used where `get_session` is given. Default: `/api/sandboxes`.
    #[prop_or(AttrValue::Static("/api/sandboxes"))]
    pub endpoint: AttrValue,

    /// A session that the page has already, for the first connection.
    #[prop_or_default]
    pub session: Option<Session>,

    /// Fetches a session in place of `endpoint`: the first one where `session` is not given, and a new one
    /// whenever the one at hand does not work any more. Make it once (`use_memo`, `use_callback`), not in each
    /// render.
    #[prop_or_default]
    pub get_session: Option<GetSession>,

    /// The sandbox to resume. `None` creates one. Another id moves to that sandbox.
    #[prop_or_default]
    pub id: Option<AttrValue>,

    /// Tells when the user looks at the page, in place of the page's own visibility and focus.
    #[prop_or_default]
    pub on_focus_change: Option<FocusSource>,

    /// A sandbox in memory in place of a server, for tests: `endpoint`, `session`, `get_session` and `id` are not used then.
    #[cfg(feature = "test")]
    #[prop_or_default]
    pub fake: Option<FakeSandbox>,

    /// Called for each event of start-up.
    #[prop_or_default]
    pub on_init: Callback<InitProgress>,

    /// Called for each transition of the connection, in order.
    #[prop_or_default]
    pub on_state_change: Callback<ConnectionState>,

    /// When to connect. Default: at once.
    #[prop_or_default]
    pub start: Start,

    /// Draws start-up in place of [`LoadingView`](crate::LoadingView).
    #[prop_or_default]
    pub loading: Option<Callback<InitProgress, Html>>,

    /// Draws a failure in place of [`FailedView`](crate::FailedView). The handle is there for a retry.
    #[prop_or_default]
    pub failed: Option<Callback<(ConnectionState, Sandbox), Html>>,

    /// What [`LoadingView`](crate::LoadingView) and [`FailedView`](crate::FailedView) say. Default: what a context around the provider gives, as `SandboxUi` of
    /// `yew-sandbox-components` does; English without one.
    #[prop_or_default]
    pub words: Option<ProviderWords>,

    /// When the children are on the page. Default: once the sandbox is ready.
    #[prop_or_default]
    pub children_when: ChildrenWhen,

    /// The components that use the sandbox.
    #[prop_or_default]
    pub children: Html,
}

/// Owns the connection to one sandbox and gives it to the hooks of everything inside.
///
/// Unmounting it closes the connection and releases every listener and timer. Several providers on a page do not
/// know of each other.
#[component]
pub fn SandboxProvider(props: &SandboxProviderProps) -> Html {
    let sandbox = use_connection_for(props);
    let client = sandbox.client();

    {
        // The callbacks of the newest render are called, without a new subscription for each.
        let callbacks = use_mut_ref(|| (props.on_init.clone(), props.on_state_change.clone()));
        *callbacks.borrow_mut() = (props.on_init.clone(), props.on_state_change.clone());
        let start = sandbox.start();
        use_effect_with(client.clone(), move |client| {
            let of_state = Rc::clone(&callbacks);
            let states = subscribe(&client.watch_state(), move |state| {
                let callback = of_state.borrow().1.clone();
                callback.emit(state.clone());
            });
            let inits = subscribe(&client.watch_init(), move |init| {
                let callback = callbacks.borrow().0.clone();
                callback.emit(init.clone());
            });
            if start == Start::AtOnce {
                drop(client.connect());
            }
            let client = client.clone();
            move || {
                drop((states, inits));
                // Clones of the handle may live on in running tasks; the connection shall not.
                client.close();
            }
        });
    }

    let around = use_context::<ProviderWords>();
    let words = props.words.clone().or(around).unwrap_or_default();
    let state = sandbox.shown(use_watch(&client.watch_state()));
    let init = use_watch(&client.watch_init());
    let ready_one = use_mut_ref(|| None);
    if state == ConnectionState::Connected && init.ready {
        *ready_one.borrow_mut() = Some(client.identity());
    }
    let ready = *ready_one.borrow() == Some(client.identity());

    let view = match &state {
        ConnectionState::Failed(error) => match &props.failed {
            Some(draw) => draw.emit((state.clone(), sandbox.clone())),
            None => views::failed(words.clone(), sandbox.clone(), error),
        },
        ConnectionState::Idle | ConnectionState::Disconnected => Html::default(),
        _ if ready => Html::default(),
        _ => match &props.loading {
            Some(draw) => draw.emit(init),
            None => views::loading(words.clone(), Some(sandbox.clone()), &init, &state),
        },
    };
    let children = match props.children_when {
        ChildrenWhen::Ready if !ready => Html::default(),
        _ => props.children.clone(),
    };
    // Another sandbox starts with nothing of the one before.
    let key = client.identity();
    html! {
        <ContextProvider<Sandbox> {key} context={sandbox.clone()}>
            <ContextProvider<ProviderWords> context={words}>
                { view }
                { children }
            </ContextProvider<ProviderWords>>
        </ContextProvider<Sandbox>>
    }
}

/// What the connection depends on; another value asks for another connection.
#[derive(Clone, PartialEq)]
struct Origin {
    endpoint: AttrValue,
    get_session: Option<GetSession>,
    session: Option<Session>,
    id: Option<AttrValue>,
    focus: Option<FocusSource>,
    #[cfg(feature = "test")]
    fake: Option<FakeSandbox>,
}

/// The connection of this render: the last one while the properties still mean the same sandbox.
#[hook]
fn use_connection_for(props: &SandboxProviderProps) -> Sandbox {
    let current = use_mut_ref(|| None::<(Origin, Sandbox)>);
    let origin = Origin {
        endpoint: props.endpoint.clone(),
        get_session: props.get_session.clone(),
        session: props.session.clone(),
        id: props.id.clone(),
        focus: props.on_focus_change.clone(),
        #[cfg(feature = "test")]
        fake: props.fake.clone(),
    };
    let mut current = current.borrow_mut();
    let sandbox = match current.take() {
        Some((known, sandbox))
            if known == origin || only_learned_its_id(&known, &origin, &sandbox) =>
        {
            sandbox
        }
        _ => Sandbox::new(new_client(&origin), props.start),
    };
    *current = Some((origin, sandbox.clone()));
    sandbox
}

/// Whether nothing changed but that the page now passes the id of the sandbox that was created for it.
fn only_learned_its_id(known: &Origin, origin: &Origin, sandbox: &Sandbox) -> bool {
    let same_otherwise = Origin {
        id: origin.id.clone(),
        ..known.clone()
    } == *origin;
    same_otherwise && origin.id.is_some() && sandbox.id().as_deref() == origin.id.as_deref()
}

fn new_client(origin: &Origin) -> Client {
    #[cfg(feature = "test")]
    if let Some(fake) = &origin.fake {
        let mut options = fake.options();
        options.focus = focus(origin).or(options.focus);
        return fake.client_on(options, Here);
    }
    let first_id = origin.id.as_ref().map(ToString::to_string);
    let get_session = match &origin.get_session {
        Some(get_session) => get_session.clone(),
        None => {
            let endpoint = Endpoint::new(origin.endpoint.to_string());
            GetSession::new(move |request| {
                let endpoint = endpoint.clone();
                async move { endpoint.fetch(request).await }
            })
        }
    };
    let source = session_source(get_session);
    let mut options = ClientOptions::new(source);
    options.session = origin.session.clone();
    options.sandbox_id = first_id;
    options.focus = focus(origin);
    Client::with_platform(options, Here)
}

/// A source of the page's own is asked in the page only.
fn focus(origin: &Origin) -> Option<FocusSource> {
    origin.focus.clone().filter(|_| IS_PAGE)
}

//! A running server of the sandbox, seen in the page.

mod bar;
mod failed;
mod keeper;
mod place;
mod stopped;
mod words;

use yew::prelude::*;
use yew_sandbox::client::PreviewStatus;
use yew_sandbox::{
    ConnectionState, Error, ErrorKind, UsePreviewHandle, use_connection, use_ports, use_preview,
};

pub use keeper::{PreviewKeeper, PreviewKeeperProps};
pub use words::PreviewWords;

use self::bar::Bar;
use self::failed::Failed;
use self::keeper::{Keeper, Wanted};
use self::place::Place;
use self::stopped::use_stopped;
use crate::parts::{Note, NoteKind};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "preview",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

/// What a preview may do by default; [`PreviewProps::sandbox`] says why.
pub(crate) const SANDBOX: &str = "allow-scripts allow-same-origin allow-forms allow-popups";

/// How wide a preview is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceWidth {
    /// As wide as there is room.
    #[default]
    Full,
    /// As a tablet: 768 px.
    Tablet,
    /// As a phone: 375 px.
    Phone,
}

impl DeviceWidth {
    fn style(self) -> Option<&'static str> {
        match self {
            Self::Full => None,
            Self::Tablet => Some("inline-size: 768px"),
            Self::Phone => Some("inline-size: 375px"),
        }
    }
}

/// The properties of [`Preview`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PreviewProps {
    /// The port that is shown. Default: the lowest that something listens on.
    #[prop_or_default]
    pub port: Option<u16>,

    /// Told the port that the user chose, where there are several.
    #[prop_or_default]
    pub on_port: Callback<u16>,

    /// How wide it is drawn, where the parent keeps that. Default: kept here, and as wide as there is room at first.
    #[prop_or_default]
    pub width: Option<DeviceWidth>,

    /// Told the width that the user chose.
    #[prop_or_default]
    pub on_width: Callback<DeviceWidth>,

    /// Whether there is a bar with address and buttons. Default: there is.
    #[prop_or(true)]
    pub has_bar: bool,

    /// The name under which a [`PreviewKeeper`] around it keeps its frame, so that what it shows goes on when the component is removed
    /// and drawn again. Of several with one name the last one has the frame. Default: its frame ends with it.
    #[prop_or_default]
    pub keep: Option<AttrValue>,

    /// What the frame may do: the value of its `sandbox` attribute, in place of the default
    /// `allow-scripts allow-same-origin allow-forms allow-popups`.
    ///
    /// - `allow-scripts` runs the page's own programs. Without it the preview is shown, but cannot be moved or talked to.
    /// - `allow-same-origin` lets it be of its own origin, which is never that of the page around it: it has its own storage and
    ///   cookies, and reaches its own server. Without it the preview cannot be moved or talked to either.
    /// - `allow-forms` sends forms.
    /// - `allow-popups` opens links to a new tab (`target="_blank"`) and windows, after a press of the user. They are as restricted as the
    ///   frame. The bar's own button for a new tab is the page's and opens a tab without restrictions.
    ///
    /// What a host may add, where it trusts what runs in the sandbox:
    ///
    /// - `allow-popups-to-escape-sandbox`: tabs that the preview opens are not restricted. A login of another site may need it.
    /// - `allow-modals`: `alert`, `confirm`, `prompt` and `print`, which stop the whole page until they are answered.
    /// - `allow-downloads`: puts files onto the user's disk.
    /// - `allow-pointer-lock`, `allow-orientation-lock`, `allow-presentation`: takes the pointer or the screen, as games do.
    /// - `allow-storage-access-by-user-activation`: may ask for cookies that the browser keeps from framed pages.
    /// - `allow-top-navigation` and its kin move the page around the preview away, and belong to nothing that others wrote.
    #[prop_or(AttrValue::Static(SANDBOX))]
    pub sandbox: AttrValue,

    /// What the frame may ask for: the value of its `allow` attribute. Default: nothing.
    #[prop_or_default]
    pub allow: AttrValue,

    /// Draws what stands in place of the preview while nothing listens.
    #[prop_or_default]
    pub empty: Option<Callback<(), Html>>,

    /// Told the handle on each preview that is shown, for messages to and from it.
    #[prop_or_default]
    pub on_preview: Callback<yew_sandbox::client::Preview>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// Whether an error is more than that nothing listens yet, for which there are other words.
fn is_told(error: &Error) -> bool {
    error.kind() != ErrorKind::Unsupported
}

/// A port's page in a frame, with an address bar, back, forward, reload, a new tab and device widths. While nothing
/// listens, or while the sandbox sleeps, it says so; the frame stays through lost links. Where the server stops while its page is
/// shown, the page stays, with a line above it that says so, and is loaded again once the server is back. Stable class names:
/// `ys-preview` with `data-status` (`empty`, `loading`, `ready`, `silent` where what is shown cannot be moved), `ys-preview-frame`,
/// `ys-preview-progress` while a page is loaded, `ys-preview-stopped`, `ys-preview-failed` above a page that did not catch an error.
#[component]
pub fn Preview(props: &PreviewProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.preview;
    let connection = use_connection();
    let ports = use_ports();
    let chosen = use_state(|| None::<u16>);
    // A port that went away for a moment, as it does when a server restarts, keeps its frame.
    let kept = use_mut_ref(|| None::<u16>);
    let port = props
        .port
        .or(*chosen)
        .or(*kept.borrow())
        .or_else(|| ports.first().map(|port| port.port));
    *kept.borrow_mut() = port;
    let frame = use_node_ref();
    let keeper = use_context::<Option<Keeper>>().flatten();
    let keeper = keeper.zip(props.keep.clone());
    let place = use_memo((), |()| crate::code_editor::next_id());
    let own = use_preview(frame.clone(), port.filter(|_| keeper.is_none()));
    // What the keeper tells of the frame of a name.
    let kept_handle = use_state_eq(|| None::<(AttrValue, UsePreviewHandle)>);
    let on_handle = {
        let (name, set) = (props.keep.clone(), kept_handle.setter());
        use_callback(name, move |handle, name| {
            set.set(name.clone().map(|name| (name, handle)));
        })
    };
    let handle = match (&*kept_handle, &keeper) {
        (Some((told, handle)), Some((_, name))) if told == name => handle.clone(),
        _ => own,
    };
    {
        let told = props.on_preview.clone();
        use_effect_with(handle.preview().cloned(), move |preview| {
            if let Some(preview) = preview {
                told.emit(preview.clone());
            }
        });
    }
    let own_width = use_state(DeviceWidth::default);
    let width = props.width.unwrap_or(*own_width);

    let status = match (&handle.state, port) {
        (_, None) => "empty",
        (Some(state), _) if state.status == PreviewStatus::Ready => "ready",
        (Some(state), _) if state.status == PreviewStatus::Silent => "silent",
        _ => "loading",
    };
    let on_port = {
        let chosen = chosen.setter();
        use_callback(props.on_port.clone(), move |port: u16, told| {
            chosen.set(Some(port));
            told.emit(port);
        })
    };
    let on_width = {
        let own = own_width.setter();
        use_callback(props.on_width.clone(), move |next, told| {
            own.set(next);
            told.emit(next);
        })
    };
    let wake = {
        let connection = connection.clone();
        Callback::from(move |_: MouseEvent| connection.reconnect())
    };
    let is_listening = port.is_some_and(|port| ports.iter().any(|other| other.port == port));
    let is_connected = connection.state.is_connected();
    let has_stopped = use_stopped(port, is_connected.then_some(is_listening), &handle);
    let over = if matches!(connection.state, ConnectionState::Hibernated) {
        Some(html! {
            <Note kind={NoteKind::Warning} text={words.asleep.clone()} class="ys-preview-over">
                <button type="button" class="ys-button" onclick={wake}>{ ui.words.connection.wake.clone() }</button>
            </Note>
        })
    } else if let Some(error) = handle.error.as_ref().filter(|error| is_told(error)) {
        Some(html! {
            <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} class="ys-preview-over" />
        })
    } else if matches!(connection.state, ConnectionState::Connecting) {
        Some(html! {
            <Note kind={NoteKind::Busy} text={ui.words.parts.loading.clone()} class="ys-preview-over" />
        })
    } else if port.is_none() {
        Some(match &props.empty {
            Some(empty) => empty.emit(()),
            None => html! { <Note text={words.empty.clone()} class="ys-preview-over" /> },
        })
    } else if !is_listening && is_connected && status != "ready" {
        Some(html! {
            <Note kind={NoteKind::Busy} text={words.waiting.clone()} class="ys-preview-over" />
        })
    } else {
        None
    };
    // What lies over the frame has words of its own.
    let is_loading = status == "loading" && over.is_none();
    let stopped = port.filter(|_| has_stopped && over.is_none()).map(|port| {
        html! { <Note kind={NoteKind::Warning} text={(words.stopped)(port)} class="ys-preview-stopped" /> }
    });
    let page_error = handle.state.as_ref().and_then(|state| state.error.clone());
    let failed = page_error
        .filter(|_| over.is_none())
        .map(|error| html! { <Failed {error} /> });
    // The one that is shown is a choice too: where it is gone, the others are the way on.
    let mut choices: Vec<u16> = ports.iter().map(|port| port.port).collect();
    if let Some(port) = port.filter(|port| !choices.contains(port)) {
        choices.insert(0, port);
    }
    let body = match keeper {
        Some((keeper, name)) => {
            let wanted = Wanted {
                name,
                place: place.to_string(),
                port,
                title: words.title.clone(),
                sandbox: props.sandbox.clone(),
                allow: props.allow.clone(),
                is_covered: over.is_some(),
                on_handle,
            };
            html! { <Place {keeper} {wanted} style={width.style()} /> }
        }
        None => html! {
            <iframe
                ref={frame}
                class="ys-preview-frame"
                title={words.title.clone()}
                sandbox={props.sandbox.clone()}
                allow={props.allow.clone()}
                referrerpolicy="no-referrer"
                style={width.style()}
                hidden={port.is_none()}
            />
        },
    };
    html! {
        <section
            class={classes!("ys-panel", "ys-preview", props.class.clone())}
            aria-label={words.title.clone()}
            style={props.style.clone()}
            data-status={status}
        >
            if props.has_bar {
                <Bar
                    handle={handle.clone()}
                    {port}
                    ports={choices}
                    {width}
                    {on_port}
                    {on_width}
                />
            }
            // It has its room always, so that the frame keeps its size.
            <div class="ys-preview-line">
                if is_loading {
                    <div class="ys-preview-progress" role="progressbar" aria-label={ui.words.parts.loading.clone()} />
                }
            </div>
            { stopped.unwrap_or_default() }
            { failed.unwrap_or_default() }
            <div class="ys-preview-body">
                { body }
                // Always one node: unkeyed nodes are compared from the end, and one more would make the frame anew.
                { over.unwrap_or_default() }
            </div>
        </section>
    }
}

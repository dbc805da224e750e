//! What listens in the sandbox.

mod words;

use yew::prelude::*;
use yew_sandbox::client::Port;
use yew_sandbox::{use_connection, use_ports, use_sandbox};

pub use words::PortListWords;

use crate::parts::{Icon, IconName, Note, NoteKind, use_action};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "port-list",
    structure: "",
    css: include_str!("style.css"),
};

/// The properties of [`PortList`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PortListProps {
    /// Called with a port to show its preview. Without it, there is no button for that.
    #[prop_or_default]
    pub on_open: Option<Callback<u16>>,

    /// Draws a port in place of the row that is built in.
    #[prop_or_default]
    pub row: Option<Callback<Port, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// The ports that something in the sandbox listens on, live, each with its preview: here, or in a new tab. Stable class
/// names: `ys-ports`, `ys-port`.
#[component]
pub fn PortList(props: &PortListProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.port_list;
    let is_connected = use_connection().state.is_connected();
    let ports = use_ports();
    html! {
        <div class={classes!("ys-ports", props.class.clone())} style={props.style.clone()}>
            if ports.is_empty() {
                if is_connected {
                    <Note text={words.none.clone()} />
                } else {
                    <Note kind={NoteKind::Busy} text={ui.words.parts.loading.clone()} />
                }
            }
            <ul class="ys-ports-list" aria-label={words.title.clone()} aria-live="polite">
                { for ports.iter().map(|port| match &props.row {
                    Some(row) => html! { <li class="ys-port" key={port.port}>{ row.emit(port.clone()) }</li> },
                    None => html! { <Row key={port.port} port={port.port} on_open={props.on_open.clone()} /> },
                }) }
            </ul>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct RowProps {
    port: u16,
    on_open: Option<Callback<u16>>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.port_list;
    let sandbox = use_sandbox();
    let action = use_action();
    let url = use_state(|| None::<AttrValue>);
    {
        // The address may carry a token, so it is asked for and never told.
        let (url, action) = (url.clone(), action.clone());
        use_effect_with((sandbox, props.port), move |(sandbox, port)| {
            let address = sandbox.hosts().url(*port);
            action.run(async move {
                url.set(Some(address.await?.into()));
                Ok(())
            });
        });
    }
    let port = props.port;
    html! {
        <li class="ys-port">
            <span class="ys-port-number">{ port }</span>
            if let Some(on_open) = props.on_open.clone() {
                <button type="button" class="ys-button" onclick={move |_| on_open.emit(port)} aria-label={(words.open)(port)}>
                    { words.preview.clone() }
                </button>
            }
            if let Some(url) = &*url {
                <a class="ys-port-link" href={url.clone()} target="_blank" rel="noopener noreferrer" aria-label={(words.tab)(port)}>
                    <Icon name={IconName::External} />
                    { words.new_tab.clone() }
                </a>
            }
            if let Some(error) = &action.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
        </li>
    }
}

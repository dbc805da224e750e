//! Frames that outlive the previews that show them.

use std::rc::Rc;

use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;
use yew_sandbox::{UsePreviewHandle, use_preview};

use crate::parts::focus_beside;
use crate::style::use_style_sheet;

/// The properties of [`PreviewKeeper`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PreviewKeeperProps {
    /// The components with previews in them, however deep.
    #[prop_or_default]
    pub children: Html,
}

/// Keeps the frames of the previews inside that have a name ([`PreviewProps::keep`](crate::PreviewProps::keep)): one that is
/// removed and drawn again elsewhere shows its page as it was, without loading it anew.
///
/// The frames are the keeper's own elements, laid over the places of their previews by CSS anchors; a frame without a place is
/// hidden, and goes with the keeper. Where the browser knows no anchors, previews hold their frames themselves. Keyboard focus
/// enters and leaves a frame at its place.
#[component]
pub fn PreviewKeeper(props: &PreviewKeeperProps) -> Html {
    use_style_sheet(&super::STYLE);
    let shelf = use_reducer_eq(Shelf::default);
    // Asked after the first render, which a server may have done.
    let has_anchors = use_state_eq(|| false);
    {
        let set = has_anchors.setter();
        use_effect_with((), move |()| set.set(knows_anchors()));
    }
    let keeper = has_anchors.then(|| Keeper {
        shelf: shelf.dispatcher(),
    });
    // One node of their own: were they beside the children, the first one would make those begin anew.
    let frames: Html = shelf
        .frames
        .iter()
        .map(|frame| {
            html! { <KeptFrame key={frame.wanted.name.to_string()} frame={frame.clone()} /> }
        })
        .collect();
    html! {
        <ContextProvider<Option<Keeper>> context={keeper}>
            { props.children.clone() }
            { frames }
        </ContextProvider<Option<Keeper>>>
    }
}

/// What previews have of a keeper. It is always the same.
#[derive(Clone, PartialEq)]
pub(super) struct Keeper {
    shelf: UseReducerDispatcher<Shelf>,
}

impl Keeper {
    /// Shows a frame at the place of its anchor, or hides it.
    pub(super) fn show(&self, frame: Wanted) {
        self.shelf.dispatch(Act::Show(frame));
    }

    /// Hides the frame of a place that is gone, unless another place has it by now.
    pub(super) fn leave(&self, name: &AttrValue, place: &str) {
        self.shelf
            .dispatch(Act::Leave(name.clone(), place.to_owned()));
    }
}

/// How a preview wants its frame.
#[derive(Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) name: AttrValue,
    /// The id of the place, by which it is also anchored.
    pub(super) place: String,
    pub(super) port: Option<u16>,
    pub(super) title: AttrValue,
    pub(super) sandbox: AttrValue,
    pub(super) allow: AttrValue,
    /// Whether something else is shown there, or nothing at all.
    pub(super) is_covered: bool,
    /// Told what is known of what the frame shows.
    pub(super) on_handle: Callback<UsePreviewHandle>,
}

#[derive(Clone, PartialEq)]
struct Frame {
    wanted: Wanted,
    is_placed: bool,
}

#[derive(Clone, Default, PartialEq)]
struct Shelf {
    frames: Vec<Frame>,
}

enum Act {
    Show(Wanted),
    Leave(AttrValue, String),
}

impl Reducible for Shelf {
    type Action = Act;

    fn reduce(self: Rc<Self>, act: Act) -> Rc<Self> {
        let mut next = (*self).clone();
        let name = match &act {
            Act::Show(wanted) => &wanted.name,
            Act::Leave(name, _) => name,
        };
        let mut frames = next.frames.iter();
        let place = frames.position(|frame| frame.wanted.name == *name);
        match (act, place.map(|place| &mut next.frames[place])) {
            (Act::Show(wanted), Some(frame)) => {
                // A preview that has just come does not know its port yet. What the frame shows is not to be begun anew for that.
                let port = wanted.port.or(frame.wanted.port);
                frame.wanted = Wanted { port, ..wanted };
                frame.is_placed = true;
            }
            (Act::Show(wanted), None) => next.frames.push(Frame {
                wanted,
                is_placed: true,
            }),
            (Act::Leave(_, place), Some(frame)) if frame.wanted.place == place => {
                frame.is_placed = false;
            }
            (Act::Leave(..), _) => {}
        }
        Rc::new(next)
    }
}

#[derive(Clone, PartialEq, Properties)]
struct KeptFrameProps {
    frame: Frame,
}

/// One frame, over its place.
#[component]
fn KeptFrame(props: &KeptFrameProps) -> Html {
    let Frame { wanted, is_placed } = &props.frame;
    let element = use_node_ref();
    let handle = use_preview(element.clone(), wanted.port);
    // A preview that comes is told as well.
    let told = (handle, wanted.on_handle.clone());
    use_effect_with(told, |(handle, on_handle)| on_handle.emit(handle.clone()));
    let is_hidden = !is_placed || wanted.is_covered || wanted.port.is_none();
    // In the order of the page the frame is elsewhere: the focus leaves at the place, to what stands around it.
    let leave = |side: &'static str| {
        let place = wanted.place.clone();
        Callback::from(move |_: FocusEvent| leave_frame(&place, side))
    };
    let guard = |side| {
        html! { <span class="ys-unseen" tabindex={if is_hidden { "-1" } else { "0" }} onfocus={leave(side)} /> }
    };
    html! {
        <div
            class="ys-preview-kept"
            hidden={is_hidden}
            style={format!("position-anchor: --{}", wanted.place)}
        >
            { guard("before") }
            <iframe
                ref={element}
                id={beside(&wanted.place, "frame")}
                class="ys-preview-frame"
                title={wanted.title.clone()}
                sandbox={wanted.sandbox.clone()}
                allow={wanted.allow.clone()}
                referrerpolicy="no-referrer"
            />
            { guard("after") }
        </div>
    }
}

/// The id of what marks where a place begins or ends, or of its frame.
pub(super) fn beside(place: &str, side: &str) -> String {
    format!("{place}-{side}")
}

/// Takes the focus into the frame of a place.
pub(super) fn enter_frame(place: &str) {
    let frame = element(place, "frame").and_then(|frame| frame.dyn_into::<HtmlElement>().ok());
    if let Some(frame) = frame {
        // One that is hidden takes no focus.
        drop(frame.focus());
    }
}

/// Leaves the frame of a place at one side, to the stop that is nearest there.
fn leave_frame(place: &str, side: &str) {
    if let Some(edge) = element(place, side) {
        focus_beside(
            &edge,
            side == "before",
            ".ys-preview-kept, .ys-preview-place",
        );
    }
}

fn element(place: &str, side: &str) -> Option<Element> {
    let document = web_sys::window()?.document()?;
    document.get_element_by_id(&beside(place, side))
}

/// Whether the browser can lay one element over another by CSS alone.
fn knows_anchors() -> bool {
    let knows = web_sys::css::supports_with_value;
    knows("anchor-name", "--a").unwrap_or(false)
        && knows("width", "anchor-size(width)").unwrap_or(false)
}

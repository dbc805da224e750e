//! The place of a kept frame.

use yew::prelude::*;

use super::keeper::{Keeper, Wanted, beside, enter_frame};
use crate::parts::use_room;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct PlaceProps {
    pub(super) keeper: Keeper,
    pub(super) wanted: Wanted,
    /// The width of the device, as a style.
    pub(super) style: Option<&'static str>,
}

/// Where the keeper lays the frame, as long as this is there and has room. It takes the focus for the frame.
#[component]
pub(super) fn Place(props: &PlaceProps) -> Html {
    let Wanted { name, place, .. } = &props.wanted;
    let element = use_node_ref();
    // A frame lies beside its place in the document: what hides the place does not hide the frame.
    let has_room = use_room(&element, |width, height| Some(width > 0.0 && height > 0.0));
    let wanted = Wanted {
        is_covered: props.wanted.is_covered || has_room == Some(false),
        ..props.wanted.clone()
    };
    let takes_focus = !props.wanted.is_covered;
    {
        let keeper = props.keeper.clone();
        use_effect_with(wanted, move |wanted| keeper.show(wanted.clone()));
    }
    {
        let keeper = props.keeper.clone();
        use_effect_with((name.clone(), place.clone()), move |(name, place)| {
            let (name, place) = (name.clone(), place.clone());
            move || keeper.leave(&name, &place)
        });
    }
    let onfocus = {
        let place = place.clone();
        move |_: FocusEvent| enter_frame(&place)
    };
    let edge = |side| html! { <span id={beside(place, side)} /> };
    let style = props.style.unwrap_or_default();
    html! {
        <>
            { edge("before") }
            <div
                ref={element}
                class="ys-preview-place"
                tabindex={if takes_focus { "0" } else { "-1" }}
                style={format!("anchor-name: --{place}; {style}")}
                {onfocus}
            />
            { edge("after") }
        </>
    }
}

//! A sandbox in memory, and components around it.

use yew::prelude::*;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox::{ChildrenWhen, ConnectionState, SandboxProvider, Start};

use crate::hand::{Hand, Step};

/// How much room a story has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Room {
    /// As much as it takes.
    #[default]
    Natural,
    /// A panel at the side of a work place.
    Side,
    /// A panel in its middle.
    Middle,
    /// All there is.
    Whole,
}

impl Room {
    fn name(self) -> &'static str {
        match self {
            Self::Natural => "natural",
            Self::Side => "side",
            Self::Middle => "middle",
            Self::Whole => "whole",
        }
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct SceneProps {
    #[prop_or_default]
    pub(crate) fake: FakeSandbox,

    #[prop_or_default]
    pub(crate) room: Room,

    /// What happens to the sandbox once the page is connected for the first time.
    #[prop_or_default]
    pub(crate) then: Callback<FakeSandbox>,

    /// What a person does.
    #[prop_or_default]
    pub(crate) steps: Vec<Step>,

    #[prop_or_default]
    pub(crate) start: Start,

    pub(crate) children: Html,
}

/// Components of a sandbox, in whatever state that is.
#[component]
pub(crate) fn Scene(props: &SceneProps) -> Html {
    let was_connected = use_mut_ref(|| false);
    let on_state_change = {
        let (then, fake) = (props.then.clone(), props.fake.clone());
        Callback::from(move |state: ConnectionState| {
            if state == ConnectionState::Connected && !was_connected.replace(true) {
                then.emit(fake.clone());
            }
        })
    };
    // The components show by themselves how start-up goes.
    let nothing = Callback::from(|_| Html::default());
    let no_failure = Callback::from(|_| Html::default());
    html! {
        <SandboxProvider
            fake={props.fake.clone()}
            start={props.start}
            children_when={ChildrenWhen::Always}
            loading={nothing}
            failed={no_failure}
            {on_state_change}
        >
            <div class="scene" data-room={props.room.name()}>{ props.children.clone() }</div>
            <Hand steps={props.steps.clone()} />
        </SandboxProvider>
    }
}

//! Every component in every state, each at an address of its own.

mod address;
mod frame;
mod hand;
mod sample;
mod scene;
mod stories;
mod story;
mod switches;

use std::rc::Rc;

use yew::prelude::*;
use yew_hooks::{use_hash, use_title};
use yew_sandbox_components::{Direction, SandboxUi, Words};

use crate::address::Address;
use crate::frame::Frame;
use crate::stories::ALL;

#[component]
fn App() -> Html {
    let address = Address::parse(&use_hash());
    let (group, story) = address.story();
    use_title(format!("{}: {}", group.name, story.name));
    let is_mirrored = address.is_mirrored || story.is_mirrored;
    let words = use_memo(is_mirrored, |is_mirrored| {
        let direction = if *is_mirrored {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        };
        Rc::new(Words {
            direction,
            ..Words::default()
        })
    });
    // Drawn once: a sandbox is made with it.
    let key = format!("{}/{}", group.path, story.name);
    let drawn = use_memo(key.clone(), |_| (story.draw)());
    let shown = html! { <div class="story" data-story={key.clone()} key={key.as_str()}>{ (*drawn).clone() }</div> };
    let (scheme, contrast) = address.theme.settings();
    html! {
        <SandboxUi {scheme} {contrast} words={(*words).clone()} styled={!address.is_unstyled}>
            if address.is_bare {
                <main class="bare">{ shown }</main>
            } else {
                <Frame {address}>{ shown }</Frame>
            }
            // What the stories are, and how each can be told to be all there, for programs.
            <script type="application/json" id="stories">{ story::list(ALL).to_string() }</script>
        </SandboxUi>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}

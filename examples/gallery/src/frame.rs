//! What stands around a story: the menu and the switches.

use yew::prelude::*;

use crate::address::Address;
use crate::stories::ALL;
use crate::switches::Switches;

#[derive(PartialEq, Properties)]
pub(crate) struct FrameProps {
    pub(crate) address: Address,
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Frame(props: &FrameProps) -> Html {
    let (group, story) = props.address.story();
    // For narrow windows only: wide ones show the menu always.
    let is_open = use_state_eq(|| false);
    let toggle = {
        let is_open = is_open.clone();
        move |_: MouseEvent| is_open.set(!*is_open)
    };
    {
        // Who chose a story wants to see it.
        let close = is_open.setter();
        use_effect_with(props.address.path.clone(), move |_| close.set(false));
    }
    let alone = Address {
        is_bare: true,
        ..props.address.of(group, story)
    };
    html! {
        <div class="gallery" data-menu={if *is_open { "open" } else { "closed" }}>
            <header class="gallery-header">
                <button
                    type="button"
                    class="ys-button gallery-menu"
                    aria-expanded={if *is_open { "true" } else { "false" }}
                    aria-controls="stories-menu"
                    onclick={toggle}
                >
                    { "Stories" }
                </button>
                <h1>{ "Gallery" }</h1>
                <div class="gallery-switches"><Switches address={props.address.clone()} /></div>
            </header>
            <nav id="stories-menu" class="gallery-nav" aria-label="Stories">
                { for ALL.iter().map(|known| html! {
                    <details key={known.path} open={known == group}>
                        <summary>{ known.name }</summary>
                        <ul>
                            { for known.stories.iter().map(|one| html! {
                                <li>
                                    <a
                                        href={props.address.of(known, one).hash()}
                                        aria-current={(known == group && one == story).then_some("page")}
                                    >
                                        { words(one.name) }
                                    </a>
                                </li>
                            }) }
                        </ul>
                    </details>
                }) }
            </nav>
            <main class="gallery-main">
                <div class="gallery-title">
                    <h2>{ group.name }</h2>
                    <p>{ words(story.name) }</p>
                    <a href={alone.hash()}>{ "Alone" }</a>
                </div>
                { props.children.clone() }
            </main>
        </div>
    }
}

/// `long-names` as people write it.
fn words(name: &str) -> String {
    let mut words = name.replace('-', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

//! On a server, where there is neither a page nor a runtime of the caller's: each component draws what stands there until
//! the page has taken over.

#![cfg(not(target_arch = "wasm32"))]

mod every;

use every::{EVERY, Page, page};
use yew::ServerRenderer;
use yew::prelude::*;
use yew_sandbox::client::FocusSource;
use yew_sandbox::{ChildrenWhen, GetSession, SandboxProvider, Start};
use yew_sandbox_components::{SandboxUi, Theme, Token, style_sheet};

async fn render<C>(props: impl Send + FnOnce() -> C::Properties + 'static) -> String
where
    C: BaseComponent,
{
    ServerRenderer::<C>::with_props(props).render().await
}

#[tokio::test]
async fn each_component_says_something_before_the_page_is_there() {
    for (place, story) in EVERY.iter().enumerate() {
        let markup = render::<Page>(move || page(place)).await;
        assert!(markup.contains(story.says), "{}: {markup}", story.name);
        assert!(!markup.contains("<b>"), "{}: {markup}", story.name);
    }
}

#[tokio::test]
async fn what_is_about_to_connect_offers_no_button_to_connect() {
    let place = EVERY.iter().position(|story| story.name == "InitScreen");
    let markup = render::<Page>(move || page(place.unwrap())).await;
    assert!(markup.contains("Connecting"), "{markup}");
    assert!(!markup.contains("<button"), "{markup}");
}

#[component]
fn Plain() -> Html {
    html! { <SandboxProvider>{ "inside" }</SandboxProvider> }
}

#[tokio::test]
async fn a_provider_shows_its_loading_view_in_place_of_its_children() {
    let markup = render::<Plain>(|| ()).await;
    assert!(markup.contains("role=\"progressbar\""), "{markup}");
    assert!(markup.contains("Connecting to the sandbox"), "{markup}");
    assert!(!markup.contains("inside"), "{markup}");
}

/// What a page gives, which works in a browser only.
#[component]
fn Hostile() -> Html {
    let get_session = use_memo((), |()| {
        GetSession::new(|_| async { unreachable!("nothing connects here") })
    });
    let focus = use_memo((), |()| {
        FocusSource::new(|_| -> () { unreachable!("nobody looks here") })
    });
    html! {
        <SandboxProvider
            start={Start::OnDemand}
            children_when={ChildrenWhen::Always}
            get_session={(*get_session).clone()}
            on_focus_change={(*focus).clone()}
            on_init={|_| unreachable!("nothing starts here")}
            on_state_change={|_| unreachable!("nothing changes here")}
        >
            { "inside" }
        </SandboxProvider>
    }
}

#[tokio::test]
async fn what_a_page_gives_is_not_called() {
    let markup = render::<Hostile>(|| ()).await;
    assert!(markup.contains("inside"), "{markup}");
    assert!(
        !markup.contains("progressbar"),
        "nothing is on its way: {markup}"
    );
}

#[component]
fn Themed() -> Html {
    let theme = Theme::new().with(Token::Accent, "</style><script>alert(1)</script>");
    html! { <SandboxUi {theme} nonce="abc">{ "inside" }</SandboxUi> }
}

#[tokio::test]
async fn a_theme_is_in_the_markup_and_the_same_each_time() {
    let markup = render::<Page>(|| page(0)).await;
    assert!(markup.contains("--ys-accent:"), "{markup}");
    assert!(markup.contains("rebeccapurple"), "{markup}");
    let class = |markup: &str| {
        let class = markup
            .split("ys-theme-")
            .nth(1)
            .map(|rest| rest[..16].to_owned());
        class.expect("a theme has a class")
    };
    assert_eq!(class(&markup), class(&render::<Page>(|| page(1)).await));

    let hostile = render::<Themed>(|| ()).await;
    assert!(!hostile.contains("</style><script"), "{hostile}");
    assert!(hostile.contains("nonce=\"abc\""), "{hostile}");
}

#[test]
fn the_style_sheet_has_the_rules_of_every_component() {
    let all = style_sheet();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "css") {
                let css = std::fs::read_to_string(&path).unwrap();
                assert!(all.contains(&css), "{} is not in it", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 20, "{count} sheets");
    assert!(!all.contains("</style"), "it goes into a style element");
}

//! A work place on one page.

mod address;
mod german;
mod switches;

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;
use yew_hooks::{use_hash, use_local_storage};
use yew_sandbox::{SandboxProvider, use_sandbox};
use yew_sandbox_components::{
    Contrast, Direction, InitScreen, Place, SandboxIde, SandboxUi, Scheme, Words,
};

use crate::address::Address;
use crate::switches::{ENGLISH, Switch};

/// How long the cursor rests before the address tells where, in milliseconds: Safari takes 100 addresses in 30 seconds.
const CALM: u32 = 400;

#[component]
fn App() -> Html {
    let theme = use_local_storage::<String>("theme".to_owned());
    let language = use_local_storage::<String>("language".to_owned());
    let chosen = |kept: &Option<String>| kept.clone().unwrap_or_default();
    let (scheme, contrast) = match chosen(&theme).as_str() {
        "light" => (Scheme::Light, Contrast::Normal),
        "dark" => (Scheme::Dark, Contrast::Normal),
        "contrast" => (Scheme::Auto, Contrast::High),
        _ => (Scheme::Auto, Contrast::Auto),
    };
    let words = use_memo(chosen(&language), |language| {
        Rc::new(match language.as_str() {
            "de" => german::words(),
            "mirrored" => Words {
                direction: Direction::RightToLeft,
                ..Words::default()
            },
            _ => Words::default(),
        })
    });
    let switches = match chosen(&language).as_str() {
        "de" => german::SWITCHES,
        _ => ENGLISH,
    };
    let hash = use_hash();
    let address = Address::parse(&hash);
    let header_end = html! {
        <div class="switches">
            <Switch
                label={switches.theme}
                options={switches.themes()}
                chosen={chosen(&theme)}
                on_choose={let theme = theme.clone(); Callback::from(move |name: String| theme.set(name))}
            />
            <Switch
                label={switches.language}
                options={switches.languages()}
                chosen={chosen(&language)}
                on_choose={let language = language.clone(); Callback::from(move |name: String| language.set(name))}
            />
        </div>
    };
    let start = || html! { <InitScreen header={html! { <h1>{ "yew-sandbox" }</h1> }} /> };
    html! {
        <SandboxUi {scheme} {contrast} words={(*words).clone()}>
            <SandboxProvider id={address.id} loading={Callback::from(move |_| start())} failed={Callback::from(move |_| start())}>
                <Desk {header_end} />
            </SandboxProvider>
        </SandboxUi>
    }
}

#[derive(PartialEq, Properties)]
struct DeskProps {
    header_end: Html,
}

/// The work place. The address of the page keeps its sandbox, its file and its line.
#[component]
fn Desk(props: &DeskProps) -> Html {
    let id = use_sandbox().id();
    // What the address said when the page came; later the page tells the address.
    let place = use_memo((), |()| {
        let address = Address::parse(&address::current());
        address.path.map(|path| Place {
            path,
            line: address.line.unwrap_or(1),
            column: 1,
        })
    });
    let waiting = use_mut_ref(|| None::<Timeout>);
    let on_place = {
        let (id, waiting) = (id.clone(), Rc::clone(&waiting));
        Callback::from(move |place: Place| {
            let address = Address::of(id.clone(), Some(&place));
            waiting.replace(Some(Timeout::new(CALM, move || address.show())));
        })
    };
    {
        let place = Rc::clone(&place);
        use_effect_with(id, move |id| {
            Address::of(id.clone(), (*place).as_ref()).show();
            // What waits is of the sandbox before.
            move || drop(waiting.take())
        });
    }
    let first = Place {
        path: "index.html".to_owned(),
        line: 1,
        column: 1,
    };
    html! {
        <SandboxIde
            header={html! { <h1 class="name">{ "yew-sandbox" }</h1> }}
            header_end={props.header_end.clone()}
            place={(*place).clone().unwrap_or(first)}
            {on_place}
        />
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}

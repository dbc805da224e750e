//! The screen itself, around xterm.js.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::abortable;
use js_sys::Object;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;
use yew_sandbox::client::{Terminal as Shell, TerminalSize};

use super::feed::feed;
use super::screen::{Screen, TerminalModule};
use super::typing::{NotTyped, Typing};
use super::{TerminalProps, TerminalRenderer};
use crate::module::{Module, ModuleName, object, set, use_module};
use crate::parts::{Note, NoteKind};
use crate::ui::use_ui;

/// Most lines that are kept above the screen.
const MOST_SCROLLBACK: u32 = 100_000;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct SurfaceProps {
    pub(super) shared: TerminalProps,
    pub(super) label: String,
    pub(super) described_by: String,
    pub(super) shell: Option<Shell>,
    pub(super) screen: Option<Screen>,
    pub(super) on_screen: Callback<Option<Screen>>,
    /// Told whether the focus goes backwards.
    pub(super) on_leave: Callback<bool>,
    pub(super) on_search: Callback<()>,
    pub(super) on_results: Callback<(Option<u32>, u32)>,
    pub(super) on_trouble: Callback<NotTyped>,
}

/// What is on the page: the screen, and what it calls. All ends with the component.
struct Mounted {
    screen: Screen,
    _on_input: Closure<dyn FnMut(String)>,
    _on_resize: Closure<dyn FnMut(u16, u16)>,
    _on_search: Closure<dyn FnMut()>,
    _on_leave: Closure<dyn FnMut(bool)>,
    _on_results: Closure<dyn FnMut(i32, u32)>,
}

/// The newest properties, and what is typed into.
#[derive(Default)]
struct Now {
    props: Option<SurfaceProps>,
    typing: Option<Rc<Typing>>,
}

#[component]
pub(super) fn Surface(props: &SurfaceProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.terminal;
    let (module, retry) = use_module(ModuleName::Terminal);
    let place = use_node_ref();
    let has_failed = use_state_eq(|| false);
    let now = use_mut_ref(Now::default);
    now.borrow_mut().props = Some(props.clone());

    {
        let (place, now, nonce) = (place.clone(), Rc::clone(&now), ui.nonce.clone());
        let (props, has_failed) = (props.clone(), has_failed.setter());
        let too_much = words.too_much_output.clone();
        use_effect_with(module.clone(), move |module| {
            let mut mounted = None::<Mounted>;
            if let (Module::Ready(module), Some(place)) = (module, place.cast::<Element>()) {
                let module: TerminalModule = module.clone().unchecked_into();
                module.speak(&too_much);
                let settings = settings(&props);
                let is_fast = props.shared.renderer == TerminalRenderer::Auto;
                set(&settings, "webgl", &is_fast.into());
                if let Some(nonce) = nonce {
                    set(&settings, "nonce", &nonce.as_str().into());
                }
                match begin(&module, &place, &settings, &now) {
                    Ok(begun) => {
                        props.on_screen.emit(Some(begun.screen.clone()));
                        props.shared.on_view.emit(begun.screen.term());
                        if props.shared.autofocus {
                            drop(begun.screen.focus());
                        }
                        mounted = Some(begun);
                    }
                    Err(_) => has_failed.set(true),
                }
            }
            move || {
                if let Some(mounted) = mounted {
                    // An error of a screen that is going concerns nobody.
                    drop(mounted.screen.destroy());
                    props.on_screen.emit(None);
                }
            }
        });
    }
    {
        let (on_trouble, gap) = (props.on_trouble.clone(), words.gap.to_string());
        let (now, is_new) = (
            Rc::clone(&now),
            props.shared.shell.is_none() || props.shared.just_made,
        );
        use_effect_with(
            (props.shell.clone(), props.screen.clone()),
            move |(shell, screen)| {
                let abort = shell.clone().zip(screen.clone()).map(|(shell, screen)| {
                    drop(screen.reset(None));
                    now.borrow_mut().typing = Some(Typing::new(shell.clone(), on_trouble));
                    if let Ok([cols, rows]) = screen.size().as_deref() {
                        resize(&shell, *cols, *rows);
                    }
                    let (feeding, abort) = abortable(feed(shell, screen, gap, is_new));
                    spawn_local(async move {
                        // An abort is the cleanup below, and no one is left to tell.
                        let _ = feeding.await;
                    });
                    abort
                });
                move || {
                    now.borrow_mut().typing = None;
                    if let Some(abort) = abort {
                        abort.abort();
                    }
                }
            },
        );
    }
    {
        let screen = props.screen.clone();
        let compared = (
            props.shared.font_size,
            props.shared.scrollback,
            props.shared.screen_reader,
            props.shared.read_only,
            props.label.clone(),
            ui.clone(),
        );
        let props = props.clone();
        use_effect_with((screen, compared), move |(screen, _)| {
            if let Some(screen) = screen {
                // An error of the screen's leaves it as it was.
                drop(screen.show(&settings(&props)));
            }
        });
    }

    let note = match &module {
        Module::Loading => html! { <Note kind={NoteKind::Busy} text={words.loading.clone()} /> },
        Module::Ready(_) if !*has_failed => html! {},
        Module::Ready(_) | Module::Failed => html! {
            <Note kind={NoteKind::Error} text={words.no_module.clone()}>
                if module == Module::Failed {
                    <button type="button" class="ys-button" onclick={retry.reform(|_: MouseEvent| ())}>
                        { ui.words.parts.retry.clone() }
                    </button>
                }
            </Note>
        },
    };
    html! {
        <>
            { note }
            // Programs count columns from the left in every language.
            <div class="ys-terminal-surface" dir="ltr"><div class="ys-terminal-screen" ref={place} /></div>
        </>
    }
}

fn settings(props: &SurfaceProps) -> Object {
    let shared = &props.shared;
    let size = shared.font_size.filter(|size| size.is_finite());
    object([
        (
            "fontSize",
            size.map_or(JsValue::NULL, |size| size.clamp(4.0, 100.0).into()),
        ),
        ("scrollback", shared.scrollback.min(MOST_SCROLLBACK).into()),
        ("screenReader", shared.screen_reader.into()),
        ("readOnly", shared.read_only.into()),
        ("label", props.label.as_str().into()),
        ("describedBy", props.described_by.as_str().into()),
    ])
}

fn begin(
    module: &TerminalModule,
    place: &Element,
    settings: &Object,
    now: &Rc<RefCell<Now>>,
) -> Result<Mounted, JsValue> {
    let newest = |now: &Rc<RefCell<Now>>| {
        let now = Rc::clone(now);
        move || now.borrow().props.clone()
    };
    let on_input = {
        let now = Rc::clone(now);
        Closure::<dyn FnMut(String)>::new(move |text: String| {
            let typing = now.borrow().typing.clone();
            if let Some(typing) = typing {
                typing.write(&text);
            }
        })
    };
    let on_resize = {
        let newest = newest(now);
        Closure::<dyn FnMut(u16, u16)>::new(move |cols, rows| {
            if let Some(shell) = newest().and_then(|props| props.shell) {
                resize(&shell, cols, rows);
            }
        })
    };
    let on_search = {
        let newest = newest(now);
        Closure::<dyn FnMut()>::new(move || {
            if let Some(props) = newest() {
                props.on_search.emit(());
            }
        })
    };
    let on_leave = {
        let newest = newest(now);
        Closure::<dyn FnMut(bool)>::new(move |is_backwards| {
            if let Some(props) = newest() {
                props.on_leave.emit(is_backwards);
            }
        })
    };
    let on_results = {
        let newest = newest(now);
        Closure::<dyn FnMut(i32, u32)>::new(move |index: i32, count| {
            if let Some(props) = newest() {
                props.on_results.emit((u32::try_from(index).ok(), count));
            }
        })
    };
    set(settings, "onInput", on_input.as_ref());
    set(settings, "onResize", on_resize.as_ref());
    set(settings, "onSearch", on_search.as_ref());
    set(settings, "onLeave", on_leave.as_ref());
    set(settings, "onResults", on_results.as_ref());
    Ok(Mounted {
        screen: module.create(place, settings)?,
        _on_input: on_input,
        _on_resize: on_resize,
        _on_search: on_search,
        _on_leave: on_leave,
        _on_results: on_results,
    })
}

fn resize(shell: &Shell, cols: u16, rows: u16) {
    // The size is told again with each connection, so an error is none that lasts.
    drop(shell.resize(TerminalSize { cols, rows }));
}

//! Loads heavy JavaScript modules on first use. `js/` has their sources and builds them.

mod files;
mod objects;

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

pub(crate) use objects::{object, set};

use crate::ui::use_ui;

#[wasm_bindgen(module = "/js/load.js")]
extern "C" {
    #[wasm_bindgen(js_name = loadEditor, catch)]
    async fn load_editor(address: Option<String>) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = loadTerminal, catch)]
    async fn load_terminal(address: Option<String>) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = loadViewer, catch)]
    async fn load_viewer(address: Option<String>) -> Result<JsValue, JsValue>;
}

/// A module of ours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ModuleName {
    /// CodeMirror with all that `CodeEditor` uses.
    Editor,
    /// xterm.js with all that `Terminal` uses.
    Terminal,
    /// Highlighting alone.
    Viewer,
}

/// How far a module is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Module {
    /// On its way.
    Loading,
    /// What it exports.
    Ready(JsValue),
    /// It could not be fetched.
    Failed,
}

/// Loads a module once the component is there. The callback tries again.
#[hook]
pub(crate) fn use_module(name: ModuleName) -> (Module, Callback<()>) {
    let address = use_ui().modules;
    let module = use_state_eq(|| Module::Loading);
    let attempts = use_state(|| 0_u32);
    {
        let set = module.setter();
        use_effect_with((name, *attempts, address), move |(name, _, address)| {
            let (name, address) = (*name, address.as_ref().map(ToString::to_string));
            let is_there = Rc::new(Cell::new(true));
            let told = Rc::clone(&is_there);
            spawn_local(async move {
                let loaded = match name {
                    ModuleName::Editor => load_editor(address).await,
                    ModuleName::Terminal => load_terminal(address).await,
                    ModuleName::Viewer => load_viewer(address).await,
                };
                if told.get() {
                    set.set(loaded.map_or(Module::Failed, Module::Ready));
                }
            });
            move || is_there.set(false)
        });
    }
    let retry = {
        let set = module.setter();
        Callback::from(move |()| {
            set.set(Module::Loading);
            attempts.set(attempts.wrapping_add(1));
        })
    };
    ((*module).clone(), retry)
}

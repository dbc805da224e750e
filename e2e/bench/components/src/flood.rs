//! 50 MB from a shell of the real server on the screen, beside xterm.js that is fed straight.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::client::Terminal as Shell;
use yew_sandbox_components::Terminal;

use crate::measure::{
    count_writes, feed_directly, figures, longest, now, painted, shown, watch_frames,
};
use crate::stage::Stage;

const SIZE: f64 = 50_000_000.0;
/// The end is written so that the echo of the line is not taken for it.
const LINE: &str =
    "yes 'the quick brown fox jumps over the lazy dog' | head -c 50000000; echo flood-is-''over";

pub(crate) async fn run() -> Result<JsValue, String> {
    let shell = Rc::new(RefCell::new(None::<Shell>));
    let view = Rc::new(RefCell::new(JsValue::NULL));
    let stage = {
        let on_open = {
            let shell = Rc::clone(&shell);
            Callback::from(move |opened| drop(shell.replace(Some(opened))))
        };
        let on_view = {
            let view = Rc::clone(&view);
            Callback::from(move |term| drop(view.replace(term)))
        };
        Stage::new(move || {
            html! {
                <SandboxProvider>
                    <Terminal on_open={on_open.clone()} on_view={on_view.clone()} />
                </SandboxProvider>
            }
        })
    };
    painted(&stage.element, "[data-state=running] .xterm-rows").await?;
    let term = view.borrow().clone();
    shown(&term, "$").await?;
    let shell = shell.borrow().clone().ok_or("the shell is not open")?;

    let frames = watch_frames();
    let direct = feed_directly(&term, SIZE).await?;
    let direct_longest = longest(&frames.end());

    let written = count_writes(&term);
    let frames = watch_frames();
    let begun = now();
    shell.run(LINE).await.map_err(|error| error.to_string())?;
    let time = shown(&term, "flood-is-over").await? - begun;
    let gaps = frames.end();
    Ok(figures([
        ("time", time.into()),
        ("longest", longest(&gaps).into()),
        ("bytes", written.bytes().into()),
        ("direct", direct.into()),
        ("direct_longest", direct_longest.into()),
    ]))
}

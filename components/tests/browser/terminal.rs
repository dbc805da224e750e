//! Terminals in a real browser, against a sandbox in memory.

use std::cell::RefCell;
use std::rc::Rc;

use crate::page::{Mounted, mount, until, until_within};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::{FakeCommand, FakeSandbox};
use yew_sandbox_components::{SandboxUi, Scheme, Terminal, TerminalEnd};

#[wasm_bindgen(inline_js = "
export function lines(term) {
  const { buffer: { active } } = term, lines = [];
  for (let at = 0; at < active.length; at += 1) lines.push(active.getLine(at).translateToString(true));
  return lines.join('\\n').trimEnd();
}
export function watchGaps() {
  const watch = { longest: 0, ended: false };
  const { port1, port2 } = new MessageChannel();
  let last = performance.now();
  port1.onmessage = () => {
    const now = performance.now();
    watch.longest = Math.max(watch.longest, now - last);
    last = now;
    // Behind the timers that wait, which endless messages would starve.
    if (!watch.ended) setTimeout(() => port2.postMessage(0), 4);
  };
  port2.postMessage(0);
  return watch;
}
export function longest(watch) { watch.ended = true; return watch.longest; }
export function watchDraws(term) {
  const watch = { times: [], rows: 0, end() { drawn.dispose(); changes.disconnect(); return watch.times; } };
  const drawn = term.onRender(() => watch.times.push(performance.now()));
  const changes = new MutationObserver((records) => { watch.rows += records.length; });
  for (const row of term.element.querySelector('.xterm-rows').children) changes.observe(row, { childList: true });
  return watch;
}
export function selectAll(term) { term.selectAll(); }
export function selections(term) { return term.element.querySelector('.xterm-selection').children.length; }
export function rows(term) { return term.rows; }
export function screen(term) { return term.element.querySelector('.xterm-rows').textContent; }
export function paste(term, text) {
  // Not every browser lets a page fill a real one.
  const event = new Event('paste', { bubbles: true, cancelable: true });
  event.clipboardData = { getData: (kind) => (kind === 'text/plain' ? text : '') };
  term.textarea.dispatchEvent(event);
}
export function withoutGraphics(renderer) {
  const { prototype } = HTMLCanvasElement, { getContext } = prototype;
  let asked = 0;
  prototype.getContext = function (kind, ...rest) {
    if (kind !== 'webgl2') return getContext.call(this, kind, ...rest);
    asked += 1;
    // The machine says that it has graphics, and then does not give any.
    return renderer && asked === 1 ? { getExtension: () => null, getParameter: () => renderer } : null;
  };
  return { count: () => asked, end: () => { prototype.getContext = getContext; } };
}
export function background(term) { return term.options.theme.background; }
export function type(term, text) { term.input(text); }
export function columns(term) { return term.cols; }
export function press(term, key, ctrlKey, shiftKey) {
  term.textarea.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, shiftKey, bubbles: true, cancelable: true }));
}
")]
extern "C" {
    fn lines(term: &JsValue) -> String;
    #[wasm_bindgen(js_name = type)]
    fn enter(term: &JsValue, text: &str);
    #[wasm_bindgen(js_name = watchGaps)]
    fn watch_gaps() -> JsValue;
    fn longest(watch: &JsValue) -> f64;
    #[wasm_bindgen(js_name = watchDraws)]
    fn watch_draws(term: &JsValue) -> Draws;
    type Draws;
    #[wasm_bindgen(method)]
    fn end(this: &Draws) -> Vec<f64>;
    /// How often a row was drawn.
    #[wasm_bindgen(method, getter, js_name = rows)]
    fn drawn_rows(this: &Draws) -> u32;
    #[wasm_bindgen(js_name = selectAll)]
    fn select_all(term: &JsValue);
    fn selections(term: &JsValue) -> u32;
    fn rows(term: &JsValue) -> u32;
    fn screen(term: &JsValue) -> String;
    fn paste(term: &JsValue, text: &str);
    fn background(term: &JsValue) -> String;
    #[wasm_bindgen(js_name = withoutGraphics)]
    fn without_graphics(renderer: &str) -> Graphics;
    type Graphics;
    #[wasm_bindgen(method)]
    fn count(this: &Graphics) -> u32;
    #[wasm_bindgen(method, js_name = end)]
    fn end_graphics(this: &Graphics);
    fn columns(term: &JsValue) -> u16;
    fn press(term: &JsValue, key: &str, is_control: bool, is_shift: bool);
}

#[derive(Clone, Default)]
struct View(Rc<RefCell<Option<JsValue>>>);

impl View {
    fn term(&self) -> JsValue {
        self.0.borrow().clone().unwrap()
    }

    fn text(&self) -> String {
        self.0.borrow().as_ref().map(lines).unwrap_or_default()
    }

    fn told(&self) -> Callback<JsValue> {
        let this = self.clone();
        Callback::from(move |view| {
            this.0.replace(Some(view));
        })
    }

    async fn until(&self, text: &str) {
        until_within(10, &format!("the terminal says {text:?}"), || {
            self.text().contains(text)
        })
        .await;
    }
}

/// A page with one terminal for a shell that is there. What the page is set to is its width in pixels.
fn open(fake: &FakeSandbox, shell: &str) -> (Mounted, View) {
    let view = View::default();
    let (fake, told, shell) = (fake.clone(), view.told(), shell.to_owned());
    let page = mount(move |width| {
        let width = if width.is_empty() { "640" } else { width };
        html! {
            <SandboxProvider fake={fake.clone()}>
                <div style={format!("block-size: 300px; inline-size: {width}px")}>
                    <Terminal shell={shell.clone()} scrollback={20_000} on_view={told.clone()} />
                </div>
            </SandboxProvider>
        }
    });
    (page, view)
}

#[wasm_bindgen_test]
async fn a_shell_is_shown_typed_into_and_told_its_size() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    fake.put_out(&shell, "said before\n");
    let (page, view) = open(&fake, &shell);
    view.until("said before").await;
    fake.put_out(&shell, "<b>said</b> \u{1b}[31mnow\u{1b}[0m\n");
    view.until("<b>said</b> now").await;

    enter(&view.term(), "echo hello\r");
    view.until("\nhello").await;
    assert_eq!(fake.typed(&shell).as_deref(), Some("echo hello\r"));

    let told = || fake.terminal_size(&shell).map(|size| size.cols);
    let wide = columns(&view.term());
    until("the shell has the size", || told() == Some(wide)).await;
    page.set("320");
    until("it is smaller", || columns(&view.term()) < wide).await;
    let narrow = columns(&view.term());
    until("the shell heard of it", || told() == Some(narrow)).await;

    press(&view.term(), "F6", false, false);
    until("the focus is outside", || {
        page.find(".ys-terminal-outside:focus").is_some()
    })
    .await;
    assert!(page.find("textarea[aria-describedby]").is_some());
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_flood_ends_with_its_last_line_and_the_page_goes_on() {
    let fake = FakeSandbox::builder()
        .command("yes", FakeCommand::new().flood(20_000_000).out("the end\n"))
        .build();
    let shell = fake.open_terminal();
    let (page, view) = open(&fake, &shell);
    view.until("$").await;
    let watch = watch_gaps();
    enter(&view.term(), "yes\r");
    until_within(30, "the last line is shown", || {
        view.text().ends_with("the end\n$")
    })
    .await;
    let longest = longest(&watch);
    // Of a build without optimization, which makes the flood too.
    assert!(longest < 750.0, "the page stood still for {longest} ms");
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_flood_is_drawn_now_and_then_and_its_end_at_once() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    let (page, view) = open(&fake, &shell);
    view.until("$").await;
    let draws = watch_draws(&view.term());
    let lines = "0123456789".repeat(4) + "\n";
    for _ in 0..40 {
        fake.put_out(&shell, &lines.repeat(5000));
        yew::platform::time::sleep(std::time::Duration::ZERO).await;
    }
    fake.put_out(&shell, "the end\n");
    until_within(10, "the end is drawn", || {
        screen(&view.term()).contains("the end")
    })
    .await;
    let times = draws.end();
    let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let soon = gaps.iter().filter(|gap| **gap < 50.0).count();
    // What is typed and the last line come at once.
    assert!(
        soon <= 3,
        "{soon} of {} drawings came soon: {gaps:?}",
        gaps.len()
    );
    assert!(gaps.len() >= 3, "it was drawn meanwhile: {gaps:?}");
    // Some more where the page began to be drawn only now; twice as many where all is drawn for a selection too.
    let (drawn, once) = (draws.drawn_rows(), times.len() as u32 * rows(&view.term()));
    assert!(drawn < once * 3 / 2, "{drawn} rows were drawn, {once} once");

    select_all(&view.term());
    until("the selection is drawn", || selections(&view.term()) > 0).await;

    fake.put_out(&shell, "a line more\n");
    until_within(10, "what comes alone is drawn", || {
        screen(&view.term()).contains("a line more")
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn after_a_broken_link_the_output_is_shown_once() {
    let flood = FakeCommand::new().flood(3_000_000).out("third\n");
    let fake = FakeSandbox::builder().command("yes", flood).build();
    let shell = fake.open_terminal();
    let (page, view) = open(&fake, &shell);
    view.until("$").await;
    fake.put_out(&shell, "first\n");
    view.until("first").await;
    fake.set_reachable(false);
    fake.put_out(&shell, "second\n");
    fake.set_reachable(true);
    view.until("second").await;
    assert_eq!(view.text(), "$ first\nsecond");

    fake.set_reachable(false);
    // More than is kept: what was shown cannot be continued.
    fake.type_into(&shell, "\r");
    fake.type_into(&shell, "yes\r");
    until("the flood is over", || {
        fake.output(&shell)
            .is_some_and(|kept| kept.contains("third"))
    })
    .await;
    fake.set_reachable(true);
    view.until("third").await;
    assert_eq!(view.text().matches("third").count(), 1);
    assert!(!view.text().contains("first"));
    assert!(view.text().starts_with("[Earlier output is missing here]"));
    enter(&view.term(), "echo again\r");
    view.until("\nagain").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn the_end_is_shown_and_a_restart_begins_anew() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    let (page, view) = open(&fake, &shell);
    view.until("$").await;
    enter(&view.term(), "echo before\r");
    view.until("\nbefore").await;
    fake.exit_shell(&shell, 3);
    page.until_text(
        ".ys-terminal-bar p",
        "The process has ended with exit code 3.",
    )
    .await;
    assert!(page.find("[data-state=exited]").is_some());
    page.click(".ys-terminal-bar button");
    until("it runs again", || {
        page.find("[data-state=running]").is_some()
    })
    .await;
    until("what was before is gone", || view.text() == "$").await;
    enter(&view.term(), "echo after\r");
    view.until("\nafter").await;
    until("the focus is in the terminal", || {
        page.find("textarea:focus").is_some()
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_page_says_itself_that_the_process_has_ended() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    let view = View::default();
    let page = mount({
        let (fake, shell, told) = (fake.clone(), shell.clone(), view.told());
        move |_| {
            let ended = Callback::from(|end: TerminalEnd| {
                let code = end.exit_code.map(|code| code.to_string());
                let again = end.again.unwrap_or_default();
                html! {
                    <button class="slot" onclick={again.reform(|_: MouseEvent| ())}>
                        { code.unwrap_or_else(|| "closed".to_owned()) }
                    </button>
                }
            });
            html! {
                <SandboxProvider fake={fake.clone()}>
                    <Terminal
                        shell={shell.clone()}
                        on_view={told.clone()}
                        {ended}
                        class="own"
                        style="block-size: 200px"
                    />
                </SandboxProvider>
            }
        }
    });
    view.until("$").await;
    assert!(
        page.find(".ys-terminal.own[style='block-size: 200px']")
            .is_some()
    );
    fake.exit_shell(&shell, 3);
    page.until_text("[role=status] .slot", "3").await;
    assert!(page.find(".ys-terminal-bar").is_none());
    page.click(".slot");
    page.until_gone(".slot").await;
    view.until("$").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn without_graphics_the_text_is_elements() {
    // None at all, such as fail when they are needed, and such as the processor makes, which are slower than elements.
    for (renderer, asked) in [("", 1), ("Card", 2), ("ANGLE (SwiftShader)", 1)] {
        let graphics = without_graphics(renderer);
        let fake = FakeSandbox::new();
        let shell = fake.open_terminal();
        fake.put_out(&shell, "said before\n");
        let (page, view) = open(&fake, &shell);
        view.until("said before").await;
        until("it asked for graphics", || graphics.count() >= asked).await;
        fake.put_out(&shell, "said after\n");
        until("elements have the text", || {
            let rows = page.text(".xterm-rows");
            rows.contains("said before") && rows.contains("said after")
        })
        .await;
        enter(&view.term(), "echo alive\r");
        view.until("\nalive").await;
        assert_eq!(graphics.count(), asked, "{renderer}");
        page.unmount();
        graphics.end_graphics();
    }
}

#[wasm_bindgen_test]
async fn a_shell_of_its_own_ends_with_the_component() {
    let fake = FakeSandbox::new();
    let (view, exits) = (View::default(), Rc::new(RefCell::new(Vec::new())));
    let page = mount({
        let (fake, told, exits) = (fake.clone(), view.told(), Rc::clone(&exits));
        move |gone| {
            let exits = Rc::clone(&exits);
            let on_exit = Callback::from(move |code| exits.borrow_mut().push(code));
            html! {
                <SandboxProvider fake={fake.clone()}>
                    if gone.is_empty() { <Terminal on_view={told.clone()} {on_exit} /> }
                </SandboxProvider>
            }
        }
    });
    view.until("$").await;
    assert_eq!(fake.shells().len(), 1);
    enter(&view.term(), "exit\r");
    page.until_text(".ys-terminal-bar p", "The process has ended.")
        .await;
    assert_eq!(*exits.borrow(), [0]);
    page.set("gone");
    until("its shell is gone", || fake.shells().is_empty()).await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn what_programs_print_cannot_harm_the_page() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    let title = web_sys::window().unwrap().document().unwrap().title();
    // Asked before the page came: an answer now would be typed into whatever runs.
    fake.put_out(
        &shell,
        "\u{1b}[c\u{1b}[6n\u{1b}]10;?\u{7}\u{1b}P$qm\u{1b}\\",
    );
    let (page, view) = open(&fake, &shell);
    view.until("$").await;
    for hostile in [
        "\u{1b}]0;taken over\u{7}",
        "\u{1b}]52;c;aGFybQ==\u{7}",
        "\u{1b}]8;;javascript:alert(1)\u{1b}\\press me\u{1b}]8;;\u{1b}\\",
        "<img src=x onerror=alert(1)>",
        "\u{1b}[2147483647S\u{1b}[2147483647L\u{1b}[2147483647T\u{1b}[2147483647M",
        "x\u{1b}[2147483647b\u{1b}[2147483647I\u{1b}[2147483647Z",
        "\u{1b}[2147483647@\u{1b}[2147483647P\u{1b}[2147483647X",
        "\u{1b}[8;9999;9999t\u{1b}[21t",
        "\u{1b}Pq\u{1b}\\\u{1b}]1337;File=:\u{7}",
    ] {
        fake.put_out(&shell, hostile);
    }
    fake.put_out(&shell, "\n\u{1b}creset and alive\n");
    view.until("reset and alive").await;
    assert_eq!(
        web_sys::window().unwrap().document().unwrap().title(),
        title
    );
    assert!(page.find("img, a, script").is_none());
    assert_eq!(fake.typed(&shell).as_deref(), Some(""), "nothing was typed");
    fake.put_out(&shell, "\u{1b}[c");
    until("a program that asks now is answered", || {
        fake.typed(&shell).is_some_and(|typed| !typed.is_empty())
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn what_is_pasted_arrives_in_order_without_escapes() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    let (page, view) = open(&fake, &shell);
    view.until("$").await;
    fake.put_out(&shell, "\u{1b}[?2004hready");
    view.until("ready").await;
    let text = "ü😀".repeat(30_000);
    paste(&view.term(), &format!("{text}\u{1b}[201~evil\r"));
    enter(&view.term(), "typed after");
    until("all of it is there", || {
        fake.typed(&shell)
            .is_some_and(|typed| typed.ends_with("after"))
    })
    .await;
    let wanted = format!("\u{1b}[200~{text}[201~evil\r\u{1b}[201~typed after");
    assert!(fake.typed(&shell) == Some(wanted), "in order, once");
    page.unmount();
}

#[wasm_bindgen_test]
async fn it_is_searched_by_keyboard() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    fake.put_out(&shell, "needle\nhay\nNeedle\n");
    let (page, view) = open(&fake, &shell);
    view.until("Needle").await;
    press(&view.term(), "F", true, true);
    until("the field has the focus", || {
        page.find(".ys-terminal-search input:focus").is_some()
    })
    .await;
    let field: HtmlInputElement = page
        .find(".ys-terminal-search input")
        .unwrap()
        .unchecked_into();
    field.set_value("needle");
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    let event = web_sys::Event::new_with_event_init_dict("input", &init).unwrap();
    field.dispatch_event(&event).unwrap();
    until("both are found", || {
        page.text(".ys-terminal-count").ends_with("of 2")
    })
    .await;
    page.click(".ys-terminal-search [aria-pressed]");
    until("one is found", || {
        page.text(".ys-terminal-count").ends_with("of 1")
    })
    .await;
    page.click(".ys-terminal-search button:last-child");
    until("the focus is back", || {
        page.find("textarea:focus").is_some() && page.find(".ys-terminal-search").is_none()
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn it_follows_the_theme() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    let view = View::default();
    let page = mount({
        let told = view.told();
        move |scheme| {
            let given = if scheme == "dark" {
                Scheme::Dark
            } else {
                Scheme::Light
            };
            let own = if scheme == "own" {
                "--ys-terminal-background: rgb(1 2 3)"
            } else {
                ""
            };
            html! {
                <SandboxUi scheme={given}>
                    <SandboxProvider fake={fake.clone()}>
                        <div style={own}>
                            <Terminal shell={shell.clone()} on_view={told.clone()} />
                        </div>
                    </SandboxProvider>
                </SandboxUi>
            }
        }
    });
    view.until("$").await;
    assert_eq!(background(&view.term()), "#ffffff");
    page.set("dark");
    until("it is dark", || background(&view.term()) == "#0d1117").await;
    page.set("own");
    until("it is as the page says", || {
        background(&view.term()) == "#010203"
    })
    .await;
    page.unmount();
}

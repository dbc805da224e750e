//! Panels, palette and toasts in a real browser.

use std::cell::RefCell;
use std::rc::Rc;

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{
    Event, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit, MouseEventInit,
    PointerEvent, PointerEventInit,
};
use yew::prelude::*;
use yew_sandbox_components::{
    Axis, CommandPalette, PaletteCommand, ResizablePanel, ResizablePanels, Toast, ToastKind,
    Toasts, Urgency, announce, use_toasts,
};

fn press(page: &Mounted, selector: &str, key: &str) {
    let options = KeyboardEventInit::new();
    options.set_key(key);
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    page.find(selector).unwrap().dispatch_event(&event).unwrap();
}

fn attribute(page: &Mounted, selector: &str, name: &str) -> String {
    let element = page.find(selector).unwrap();
    element.get_attribute(name).unwrap_or_default()
}

#[wasm_bindgen_test]
async fn a_line_moves_by_keyboard_and_closes_its_panel() {
    let told = Rc::new(RefCell::new(Vec::new()));
    let on_resize = Callback::from({
        let told = Rc::clone(&told);
        move |sizes: Vec<f64>| told.borrow_mut().push(sizes)
    });
    let page = mount(move |direction| {
        html! {
            <div dir={if direction.is_empty() { "ltr".to_owned() } else { direction.to_owned() }}>
                <ResizablePanels axis={Axis::Row} on_resize={on_resize.clone()}>
                    <ResizablePanel label="Files" size={20.0} min={10.0} collapsible=true>{ "one" }</ResizablePanel>
                    <ResizablePanel label="Editor">{ "two" }</ResizablePanel>
                </ResizablePanels>
            </div>
        }
    });
    let line = ".ys-resizable-line";
    until("there is a line", || page.find(line).is_some()).await;
    assert_eq!(attribute(&page, line, "role"), "separator");
    assert_eq!(attribute(&page, line, "aria-label"), "Size of Files");
    assert_eq!(attribute(&page, line, "aria-orientation"), "vertical");
    press(&page, line, "ArrowRight");
    until("it grew", || {
        attribute(&page, line, "aria-valuenow") == "22"
    })
    .await;
    // Two presses before anything is drawn count as two.
    press(&page, line, "ArrowLeft");
    press(&page, line, "ArrowLeft");
    until("it shrank", || {
        attribute(&page, line, "aria-valuenow") == "18"
    })
    .await;
    press(&page, line, "Home");
    until("it is at its least", || {
        attribute(&page, line, "aria-valuenow") == "10"
    })
    .await;
    press(&page, line, "Enter");
    until("it is closed", || {
        attribute(&page, line, "aria-valuenow") == "0"
    })
    .await;
    assert!(page.find(".ys-resizable-panel[inert]").is_some());
    press(&page, line, "Enter");
    until("it is open again", || {
        attribute(&page, line, "aria-valuenow") == "10"
    })
    .await;
    page.set("rtl");
    until("it runs the other way", || page.find("[dir=rtl]").is_some()).await;
    press(&page, line, "ArrowLeft");
    until("left is towards the end", || {
        attribute(&page, line, "aria-valuenow") == "12"
    })
    .await;
    assert_eq!(told.borrow().last().unwrap(), &[12.0, 88.0]);
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_closed_panel_opens_when_it_is_asked_for() {
    let told = Rc::new(RefCell::new(Vec::new()));
    let on_resize = Callback::from({
        let told = Rc::clone(&told);
        move |sizes: Vec<f64>| told.borrow_mut().push(sizes)
    });
    let page = mount(move |wishes| {
        let wishes = wishes.len() as u32;
        html! {
            <ResizablePanels on_resize={on_resize.clone()}>
                <ResizablePanel label="Files" size={30.0} collapsible=true {wishes}>{ "files" }</ResizablePanel>
                <ResizablePanel label="Editor">{ "editor" }</ResizablePanel>
            </ResizablePanels>
        }
    });
    page.until_there("[role=separator]").await;
    let is = async |value: &str| {
        until(&format!("it has {value}"), || {
            attribute(&page, "[role=separator]", "aria-valuenow") == value
        })
        .await;
    };
    press(&page, "[role=separator]", "Enter");
    is("0").await;
    page.set("!");
    is("30").await;
    until("the page is told", || {
        *told.borrow() == [[0.0, 100.0], [30.0, 70.0]]
    })
    .await;
    // Open already: nothing is new.
    page.set("!!");
    press(&page, "[role=separator]", "ArrowRight");
    is("32").await;
    assert_eq!(told.borrow().len(), 3);
    page.unmount();
}

#[wasm_bindgen_test]
async fn one_panel_may_have_all_the_room_and_the_others_stay_as_they_are() {
    let page = mount(|only| {
        html! {
            <div style="inline-size: 401px; block-size: 100px">
                <ResizablePanels only={only.parse::<usize>().ok()}>
                    <ResizablePanel label="Files" size={25.0} collapsible=true><input id="one" /></ResizablePanel>
                    <ResizablePanel label="Editor"><input id="two" /></ResizablePanel>
                </ResizablePanels>
            </div>
        }
    });
    let line = ".ys-resizable-line";
    page.until_there(line).await;
    let fields = ["#one", "#two"].map(|id| page.find(id).unwrap().unchecked_into::<HtmlElement>());
    let widths = || {
        let panels = fields
            .each_ref()
            .map(|field| field.parent_element().unwrap());
        panels.map(|panel| panel.get_bounding_client_rect().width())
    };
    press(&page, line, "ArrowRight");
    until("it moved", || {
        attribute(&page, line, "aria-valuenow") == "27"
    })
    .await;
    assert_eq!(widths(), [108.0, 292.0]);
    for (only, wanted) in [("1", [0.0, 401.0]), ("0", [401.0, 0.0])] {
        page.set(only);
        until("one has all", || widths() == wanted).await;
        let line = page.find(line).unwrap().get_bounding_client_rect();
        assert_eq!(line.width(), 0.0);
    }
    page.set("all");
    until("both are seen", || widths() == [108.0, 292.0]).await;
    // One that is closed is open while it is alone.
    press(&page, line, "Enter");
    page.until_there("[inert] > #one").await;
    page.set("0");
    until("it has all", || widths() == [401.0, 0.0]).await;
    assert!(page.find("[inert] > #one").is_none());
    assert!(fields.iter().all(|field| field.is_connected()));
    page.unmount();
}

/// What a pointer does to the line, at a place of the window. No pointer is there that could be captured.
fn point(page: &Mounted, what: &str, kind: &str, button: i16, (x, y): (f64, f64)) {
    let options = PointerEventInit::new();
    options.set_bubbles(true);
    options.set_cancelable(true);
    options.set_pointer_type(kind);
    options.set_button(button);
    options.set_client_x(x as i32);
    options.set_client_y(y as i32);
    let event = PointerEvent::new_with_event_init_dict(what, &options).unwrap();
    let line = page.find(".ys-resizable-line").unwrap();
    let capture = js_sys::Function::new_no_args("");
    js_sys::Reflect::set(&line, &"setPointerCapture".into(), &capture).unwrap();
    line.dispatch_event(&event).unwrap();
}

/// The pointer was captured by the root of the app, so that no line moved.
#[wasm_bindgen_test]
async fn a_line_is_dragged_by_mouse_and_by_touch() {
    let page = mount(|how| {
        let axis = if how == "column" {
            Axis::Column
        } else {
            Axis::Row
        };
        html! {
            <div dir={if how == "rtl" { "rtl" } else { "ltr" }} style="inline-size: 500px; block-size: 500px">
                <ResizablePanels {axis}>
                    <ResizablePanel label="Files" size={20.0} min={10.0}>{ "one" }</ResizablePanel>
                    <ResizablePanel label="Editor">{ "two" }</ResizablePanel>
                </ResizablePanels>
            </div>
        }
    });
    let line = ".ys-resizable-line";
    until("there is a line", || page.find(line).is_some()).await;
    let is_at = async |how: &str, size: &str| {
        until(&format!("it is at {size} by {how}"), || {
            attribute(&page, line, "aria-valuenow") == size
        })
        .await;
    };
    for (kind, reached) in [("mouse", "30"), ("touch", "40")] {
        point(&page, "pointerdown", kind, 0, (100.0, 10.0));
        // Two moves before anything is drawn; only the way along the axis counts.
        point(&page, "pointermove", kind, 0, (120.0, 200.0));
        point(&page, "pointermove", kind, 0, (150.0, 300.0));
        is_at(kind, reached).await;
        point(&page, "pointerup", kind, 0, (150.0, 300.0));
        point(&page, "pointermove", kind, 0, (400.0, 10.0));
    }
    // The panel itself is as wide as its line says, and the move after the drag moved nothing.
    let panel = page.find(".ys-resizable-panel").unwrap();
    let width = panel.get_bounding_client_rect().width();
    assert!((width - 200.0).abs() < 2.0, "{width}");
    // It goes no further than it may.
    point(&page, "pointerdown", "touch", 0, (200.0, 10.0));
    point(&page, "pointermove", "touch", 0, (-400.0, 10.0));
    is_at("touch", "10").await;
    point(&page, "pointercancel", "touch", 0, (-400.0, 10.0));
    point(&page, "pointermove", "touch", 0, (400.0, 10.0));
    // What lies below the line is not dragged or selected in its place, and the line has the focus.
    let options = MouseEventInit::new();
    options.set_bubbles(true);
    options.set_cancelable(true);
    let press = MouseEvent::new_with_mouse_event_init_dict("mousedown", &options).unwrap();
    let element = page.find(line).unwrap();
    assert!(!element.dispatch_event(&press).unwrap(), "the browser acts");
    assert!(has_focus(&element));
    // The other button of a mouse is for menus.
    point(&page, "pointerdown", "mouse", 2, (50.0, 10.0));
    point(&page, "pointermove", "mouse", 2, (300.0, 10.0));
    page.set("rtl");
    until("it runs the other way", || page.find("[dir=rtl]").is_some()).await;
    is_at("nothing", "10").await;
    point(&page, "pointerdown", "mouse", 0, (450.0, 10.0));
    point(&page, "pointermove", "mouse", 0, (400.0, 10.0));
    is_at("right to left", "20").await;
    point(&page, "pointerup", "mouse", 0, (400.0, 10.0));
    page.set("column");
    page.until_there("[data-axis=column] > .ys-resizable-line")
        .await;
    point(&page, "pointerdown", "touch", 0, (10.0, 100.0));
    point(&page, "pointermove", "touch", 0, (300.0, 150.0));
    is_at("column", "30").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn the_palette_finds_runs_and_gives_the_focus_back() {
    let ran = Rc::new(RefCell::new(Vec::new()));
    let page = mount({
        let ran = Rc::clone(&ran);
        move |_| html! { <Palette ran={Shared(Rc::clone(&ran))} /> }
    });
    until("there is a button", || page.find("#open").is_some()).await;
    let button: HtmlElement = page.find("#open").unwrap().unchecked_into();
    button.focus().unwrap();
    button.click();
    until("it is open", || page.find("dialog[open] input").is_some()).await;
    let field: HtmlInputElement = page.find("input").unwrap().unchecked_into();
    until("the field has the focus", || has_focus(&field)).await;
    field.set_value("rp");
    let options = web_sys::EventInit::new();
    options.set_bubbles(true);
    field
        .dispatch_event(&Event::new_with_event_init_dict("input", &options).unwrap())
        .unwrap();
    until("one fits", || {
        page.text("[role=listbox]") == "Reload preview"
    })
    .await;
    assert_eq!(attribute(&page, "[role=option]", "aria-selected"), "true");
    assert_eq!(
        attribute(&page, "input", "aria-activedescendant"),
        attribute(&page, "[role=option]", "id")
    );
    press(&page, "input", "Enter");
    until("it ran", || *ran.borrow() == ["Reload preview"]).await;
    until("it is closed", || page.find("dialog").is_none()).await;
    until("the focus is back", || has_focus(&button)).await;
    page.unmount();
}

/// In Safari, the Enter that ends an input method's composition ran a command: it comes after the composition, with the code of such keys.
#[wasm_bindgen_test]
async fn the_palette_leaves_the_keys_of_an_input_method_alone() {
    let ran = Rc::new(RefCell::new(Vec::new()));
    let page = mount({
        let ran = Rc::clone(&ran);
        move |_| html! { <Palette ran={Shared(Rc::clone(&ran))} /> }
    });
    page.until_there("#open").await;
    page.click("#open");
    page.until_there("dialog[open] input").await;
    for (is_composing, code) in [(true, 13), (false, 229)] {
        let options = KeyboardEventInit::new();
        options.set_key("Enter");
        options.set_is_composing(is_composing);
        options.set_key_code(code);
        options.set_bubbles(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
        let field = page.find("dialog input").unwrap();
        field.dispatch_event(&event).unwrap();
        assert!(ran.borrow().is_empty(), "the code {code} ran a command");
    }
    press(&page, "dialog input", "Enter");
    until("it ran", || *ran.borrow() == ["New terminal"]).await;
    page.unmount();
}

/// A screen reader said nothing of how many commands fit: behind a modal dialog all of the page is inert, the regions for
/// announcements too.
#[wasm_bindgen_test]
async fn what_is_announced_while_a_dialog_is_open_is_said_within_it() {
    let page = mount(|_| html! { <Palette ran={Shared(Rc::default())} /> });
    page.until_there("#open").await;
    page.click("#open");
    page.until_there("dialog[open] input").await;
    page.fill("dialog input", "rp");
    page.until_text("dialog[open] [aria-live=polite]", "1 command")
        .await;
    press(&page, "dialog input", "Enter");
    page.until_gone("dialog").await;
    announce("later", Urgency::Polite);
    page.until_announced("later").await;
    page.unmount();
}

fn has_focus(element: &web_sys::Element) -> bool {
    let document = web_sys::window().unwrap().document().unwrap();
    document
        .active_element()
        .is_some_and(|active| active.is_same_node(Some(element)))
}

#[derive(Clone)]
struct Shared(Rc<RefCell<Vec<String>>>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PaletteProps {
    ran: Shared,
}

#[component]
fn Palette(props: &PaletteProps) -> Html {
    let open = use_state(|| false);
    let commands = ["New terminal", "Reload preview"].map(|label| {
        let ran = props.ran.clone();
        PaletteCommand::new(
            label,
            Callback::from(move |()| ran.0.borrow_mut().push(label.to_owned())),
        )
    });
    let (show, hide) = (open.clone(), open.clone());
    html! {
        <>
            <button id="open" onclick={move |_| show.set(true)}>{ "Open" }</button>
            if *open {
                <CommandPalette commands={commands.to_vec()} on_close={move |()| hide.set(false)} />
            }
        </>
    }
}

#[component]
fn Shows() -> Html {
    let toasts = use_toasts();
    let error = {
        let toasts = toasts.clone();
        move |_| {
            let toast = Toast::new(ToastKind::Error, "<b>broken</b>");
            toasts.show(toast.with_action("Mend", Callback::noop()));
        }
    };
    let info = move |_| {
        toasts.show(Toast::new(ToastKind::Info, "saved"));
    };
    html! {
        <>
            <button id="error" onclick={error}>{ "Error" }</button>
            <button id="info" onclick={info}>{ "Info" }</button>
        </>
    }
}

#[wasm_bindgen_test]
async fn toasts_are_text_are_told_and_go() {
    let page = mount(|_| html! { <Toasts><Shows /></Toasts> });
    until("there is a button", || page.find("#error").is_some()).await;
    page.click("#error");
    page.click("#info");
    until("both are there", || {
        page.root.query_selector_all(".ys-toast").unwrap().length() == 2
    })
    .await;
    assert_eq!(page.text("[role=alert] p"), "<b>broken</b>");
    assert_eq!(attribute(&page, ".ys-toasts", "aria-live"), "polite");
    page.click("[data-kind=info] [aria-label=Dismiss]");
    until("one is gone", || page.find("[data-kind=info]").is_none()).await;
    page.click("[data-kind=error] .ys-button");
    until("an action takes the toast away", || {
        page.find(".ys-toast").is_none()
    })
    .await;
    page.unmount();
}

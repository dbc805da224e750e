//! What follows the system of whoever looks: scheme, contrast, motion.

use crate::page::{mount, until};
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{CssMediaRule, CssRuleList, CssStyleSheet, Element, HtmlElement};
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{
    CommandOutput, Contrast, MetricsBar, Preview, SandboxIde, SandboxUi, Scheme, Terminal,
    TerminalRenderer, Toast, ToastKind, Toasts, Token, resolve, style_sheet, use_toasts,
};

fn document() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

fn computed(element: &Element, name: &str) -> String {
    let style = web_sys::window().unwrap().get_computed_style(element);
    style.unwrap().unwrap().get_property_value(name).unwrap()
}

/// The contrast ratio of two computed colours, by WCAG 2.2.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |color: &str| {
        let inside = color
            .strip_prefix("rgb(")
            .and_then(|rest| rest.strip_suffix(')'));
        let parts = inside.unwrap_or_else(|| panic!("{color} is no opaque colour"));
        let parts: Vec<f64> = parts
            .split(", ")
            .map(|part| {
                let value = part.parse::<f64>().unwrap() / 255.0;
                if value <= 0.04045 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            })
            .collect();
        0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The scheme and the contrast of a name such as `high dark`.
pub(crate) fn theme_named(name: &str) -> (Scheme, Contrast) {
    let scheme = if name.ends_with("dark") {
        Scheme::Dark
    } else {
        Scheme::Light
    };
    let contrast = if name.starts_with("high") {
        Contrast::High
    } else {
        Contrast::Normal
    };
    (scheme, contrast)
}

/// Tracks had the colour of borders: in high contrast the same black, or white, as what fills them.
#[wasm_bindgen_test]
async fn what_fills_a_meter_stands_out_from_its_track() {
    let fake = FakeSandbox::new();
    let page = mount(move |theme| {
        let (scheme, contrast) = theme_named(theme);
        html! {
            <SandboxUi {scheme} {contrast}>
                <SandboxProvider fake={fake.clone()}><MetricsBar /></SandboxProvider>
            </SandboxUi>
        }
    });
    page.until_there("meter").await;
    for (theme, selector) in [
        ("light", "[data-scheme=light][data-contrast=normal]"),
        ("dark", "[data-scheme=dark][data-contrast=normal]"),
        ("high light", "[data-scheme=light][data-contrast=high]"),
        ("high dark", "[data-scheme=dark][data-contrast=high]"),
    ] {
        page.set(theme);
        page.until_there(&format!("{selector} meter")).await;
        let meter = page.find("meter").unwrap();
        // What is in a meter has no look of its own.
        let around = meter.parent_element().unwrap();
        let track = computed(&meter, "background-color");
        for token in [Token::Success, Token::Warning, Token::Error] {
            let fill = resolve(&around, token).unwrap();
            let ratio = contrast(&fill, &track);
            assert!(ratio >= 3.0, "{theme}: {fill} on {track} is {ratio}");
        }
        let around = resolve(&around, Token::Surface).unwrap();
        let border = computed(&meter, "border-top-color");
        let ratio = contrast(&border, &around);
        assert!(ratio >= 3.0, "{theme}: {border} on {around} is {ratio}");
    }
    page.unmount();
}

/// A frame's page is told the scheme of the frame itself, which stands for the system here.
#[wasm_bindgen_test]
async fn the_scheme_follows_the_system_while_it_is_shown() {
    let frame = document().create_element("iframe").unwrap();
    let frame: web_sys::HtmlIFrameElement = frame.unchecked_into();
    frame.style().set_property("color-scheme", "light").unwrap();
    document().body().unwrap().append_child(&frame).unwrap();
    let inside = frame.content_document().unwrap();
    let style = inside.create_element("style").unwrap();
    style.set_text_content(Some(&style_sheet()));
    let body = inside.query_selector("body").unwrap().unwrap();
    body.append_child(&style).unwrap();
    let page = mount(|scheme| {
        let scheme = match scheme {
            "dark" => Scheme::Dark,
            _ => Scheme::Auto,
        };
        html! { <SandboxUi {scheme}><CommandOutput text="text" /></SandboxUi> }
    });
    body.append_child(&page.root).unwrap();
    page.until_there(".ys-output-line").await;
    let output = page.find(".ys-output").unwrap();
    let shows = async |name: &str, color: &str| {
        until(&format!("it is {name}"), || {
            computed(&output, "background-color") == color
        })
        .await;
    };
    let (light, dark) = ("rgb(255, 255, 255)", "rgb(13, 17, 23)");
    shows("light", light).await;
    frame.style().set_property("color-scheme", "dark").unwrap();
    shows("dark", dark).await;
    frame.style().set_property("color-scheme", "light").unwrap();
    shows("light again", light).await;
    page.set("dark");
    shows("dark by choice", dark).await;
    page.unmount();
    frame.remove();
}

/// Says something.
#[component]
fn Says() -> Html {
    let toasts = use_toasts();
    use_effect_with((), move |()| {
        toasts.show(Toast::new(ToastKind::Error, "broken"));
    });
    Html::default()
}

/// Has the rules for some media be for others, those in layers too. Media are the only thing in which a test can play the system.
fn change_media(rules: &CssRuleList, from: &str, to: &str) -> usize {
    let mut count = 0;
    for place in 0..rules.length() {
        let rule = rules.item(place).unwrap();
        if let Some(media) = rule.dyn_ref::<CssMediaRule>().map(CssMediaRule::media)
            && media.media_text() == from
        {
            media.set_media_text(to);
            count += 1;
        }
        let inner = js_sys::Reflect::get(&rule, &"cssRules".into());
        if let Some(inner) = inner.ok().and_then(|inner| inner.dyn_into().ok()) {
            count += change_media(&inner, from, to);
        }
    }
    count
}

fn set_media(from: &str, to: &str) -> usize {
    let sheets = document().style_sheets();
    let sheets = (0..sheets.length()).filter_map(|place| sheets.item(place));
    sheets
        .filter_map(|sheet| sheet.dyn_into::<CssStyleSheet>().ok()?.css_rules().ok())
        .map(|rules| change_media(&rules, from, to))
        .sum()
}

/// The bar of a terminal's screen faded for almost a second, whatever the system said.
#[wasm_bindgen_test]
async fn nothing_moves_where_the_system_asks_for_less_motion() {
    let fake = FakeSandbox::builder().port_at(3000, "localhost:9").build();
    let page = mount(move |_| {
        html! {
            <SandboxUi>
                <SandboxProvider fake={fake.clone()}>
                    <Toasts><Says /></Toasts>
                    <div style="block-size: 200px"><Preview /></div>
                    <div style="block-size: 200px"><Terminal renderer={TerminalRenderer::Dom} /></div>
                </SandboxProvider>
            </SandboxUi>
        }
    });
    for part in [
        ".ys-toast",
        ".ys-preview-progress",
        ".xterm-scrollable-element > .scrollbar",
    ] {
        page.until_there(part).await;
    }
    let of = |part: &str, name: &str| computed(&page.find(part).unwrap(), name);
    let bar = page.find(".xterm-scrollable-element > .scrollbar").unwrap();
    bar.set_class_name("invisible scrollbar vertical fade");
    let asks = "(prefers-reduced-motion: reduce)";
    let is_asked = web_sys::window().unwrap().match_media(asks).unwrap();
    assert!(!is_asked.unwrap().matches(), "the test cannot tell then");
    assert_eq!(computed(&bar, "transition-duration"), "0.8s");
    assert_eq!(
        of(".ys-preview-progress", "animation-name"),
        "ys-preview-progress"
    );
    assert_eq!(of(".ys-toast", "animation-duration"), "0.12s");

    assert!(set_media(asks, "all") >= 3);
    let bar_moves = computed(&bar, "transition-duration");
    let line = of(".ys-preview-progress", "animation-name");
    let toast = of(".ys-toast", "animation-duration");
    set_media("all", asks);
    assert_eq!((&*bar_moves, &*line, &*toast), ("0s", "none", "0s"));
    page.unmount();
}

/// Faint text had the theme's grey by `!important`, which no rule of the page could take away.
#[wasm_bindgen_test]
async fn faint_text_of_a_terminal_is_grey_unless_the_page_says_otherwise() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    fake.put_out(
        &shell,
        "\u{1b}[2mfaint\u{1b}[0m \u{1b}[2;38;2;200;200;200mgrey\u{1b}[0m\n",
    );
    let page = mount(move |own| {
        html! {
            <SandboxUi scheme={Scheme::Light}>
                <style>{ own.to_owned() }</style>
                <SandboxProvider fake={fake.clone()}>
                    <div style="block-size: 200px">
                        <Terminal shell={shell.clone()} renderer={TerminalRenderer::Dom} />
                    </div>
                </SandboxProvider>
            </SandboxUi>
        }
    });
    until("both are there", || page.texts(".xterm-dim").len() == 2).await;
    let fills = || {
        let faint = page.root.query_selector_all(".xterm-dim").unwrap();
        let faint = (0..faint.length()).filter_map(|place| faint.item(place));
        faint
            .map(|faint| computed(faint.unchecked_ref(), "-webkit-text-fill-color"))
            .collect::<Vec<_>>()
    };
    let terminal: HtmlElement = page.find(".ys-terminal").unwrap().unchecked_into();
    let grey = resolve(&terminal, Token::TerminalBrightBlack).unwrap();
    assert_eq!(fills(), [grey.clone(), grey]);
    page.set(".xterm-dim { -webkit-text-fill-color: rgb(1, 2, 3) }");
    until("the page's colour is shown", || {
        fills().iter().all(|fill| fill == "rgb(1, 2, 3)")
    })
    .await;
    page.unmount();
}

/// Forced colours take backgrounds and shadows away: what was chosen looked like all else.
#[wasm_bindgen_test]
async fn what_is_chosen_is_seen_in_forced_colors() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .file("b.txt", "b")
        .build();
    let page = mount(move |_| {
        html! {
            <SandboxProvider fake={fake.clone()}>
                <SandboxIde style="inline-size: 1200px; block-size: 700px" />
            </SandboxProvider>
        }
    });
    page.until_there("[data-layout=wide] [role=treeitem]").await;
    page.until_there(".xterm-screen").await;
    for (place, name) in [(1, "a.txt"), (2, "b.txt")] {
        page.click(&format!(".ys-tree-name[title='{name}']"));
        let tab = format!(".ys-tabs-item:nth-child({place})[data-active=true]");
        page.until_there(&tab).await;
    }
    page.click("[aria-label='New terminal']");
    page.until_there(".ys-terminal-tabs-item:nth-child(2)[data-active=true]")
        .await;
    page.click(".ys-ide-tab[aria-label=Search]");
    page.until_there(".ys-search-toggle").await;
    page.click(".ys-search-toggle");
    page.until_there(".ys-search-toggle[aria-pressed=true]")
        .await;
    let active: HtmlElement = document().active_element().unwrap().unchecked_into();
    active.blur().unwrap();
    // What is chosen, and what is not.
    let pairs = [
        ".ys-tree-row[aria-selected=true]",
        ".ys-tabs-item[data-active=true]",
        ".ys-terminal-tabs-item[data-active=true]",
        ".ys-ide-tab[aria-selected=true]",
        ".ys-search-toggle[aria-pressed=true]",
    ]
    .map(|chosen| (chosen, chosen.replace("=true]", "=false]")));
    let outline = |selector: &str| {
        let element = page.find(selector);
        let element = element.unwrap_or_else(|| panic!("no {selector}"));
        computed(&element, "outline-style")
    };
    let forced = "(forced-colors: active)";
    assert!(set_media(forced, "all") >= 6);
    let seen: Vec<_> = pairs
        .iter()
        .map(|(chosen, other)| (outline(chosen), outline(other)))
        .collect();
    set_media("all", forced);
    for ((chosen, _), seen) in pairs.iter().zip(seen) {
        assert_eq!(seen, ("solid".to_owned(), "none".to_owned()), "{chosen}");
    }
    page.unmount();
}

//! What a server rendered is taken over by the page as it stands, element by element, and then works.

use std::collections::HashSet;

use crate::every::{EVERY, Page};
use crate::page::until;
use wasm_bindgen_test::*;
use web_sys::Element;
use yew::LocalServerRenderer;

#[wasm_bindgen_test]
async fn the_page_takes_over_what_the_server_rendered() {
    for (place, story) in EVERY.iter().enumerate() {
        // Yew panics where the markup is not what it expects; this line says in which component.
        console_log!("{}", story.name);
        let server = crate::every::page(place);
        let rendered_by = server.fake.clone();
        let markup = LocalServerRenderer::<Page>::with_props(server)
            .render()
            .await;
        let root = element();
        root.set_inner_html(&markup);
        assert_all_have_names(&root, story.name);
        let before = elements(&root, "*");
        assert!(before.len() > 1, "{}", story.name);

        let page = crate::every::page(place);
        let fake = page.fake.clone();
        let app = yew::Renderer::<Page>::with_root_and_props(root.clone(), page).hydrate();
        until("the page is connected", || fake.connections() > 0).await;
        if story.name != "Preview of a port" {
            let busy = ".ys-note[data-kind=busy]";
            until("nothing is on its way", || elements(&root, busy).is_empty()).await;
        }
        let after = elements(&root, "*");
        assert!(
            before[0].is_same_node(Some(&after[0])),
            "{} was made anew",
            story.name
        );
        assert_ids_are_whole(&root, story.name);
        assert_all_have_names(&root, story.name);
        app.destroy();
        until("the connection is closed", || fake.connections() == 0).await;
        until("the server's client is gone", || {
            rendered_by.connections() == 0
        })
        .await;
        root.remove();
    }
}

fn element() -> Element {
    let document = web_sys::window().unwrap().document().unwrap();
    let root = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&root).unwrap();
    root
}

fn elements(root: &Element, selector: &str) -> Vec<Element> {
    use web_sys::wasm_bindgen::JsCast;

    let found = root.query_selector_all(selector).unwrap();
    (0..found.length())
        .map(|place| found.item(place).unwrap().unchecked_into())
        .collect()
}

/// What can be used has a name, for people who do not see it.
fn assert_all_have_names(root: &Element, story: &str) {
    const USED: &str = "button, input, select, textarea, iframe, section, progress, dialog, [role=tree], [role=tablist], [role=listbox], [role=separator], [role=region], [role=log], [role=group]";
    for element in elements(root, USED) {
        let named = ["aria-label", "aria-labelledby", "title"]
            .iter()
            .any(|name| !element.get_attribute(name).unwrap_or_default().is_empty());
        let says = element.text_content().unwrap_or_default();
        let is_button = element.tag_name() == "BUTTON" && !says.trim().is_empty();
        assert!(named || is_button, "{story}: {}", element.outer_html());
    }
}

/// Each id is there once, and what names one finds it.
fn assert_ids_are_whole(root: &Element, story: &str) {
    let mut ids = HashSet::new();
    for element in elements(root, "[id]") {
        assert!(ids.insert(element.id()), "{story}: {} twice", element.id());
    }
    for name in [
        "aria-controls",
        "aria-describedby",
        "aria-labelledby",
        "aria-activedescendant",
    ] {
        for element in elements(root, &format!("[{name}]")) {
            let id = element.get_attribute(name).unwrap();
            assert!(ids.contains(&id), "{story}: {name}={id} leads nowhere");
        }
    }
}

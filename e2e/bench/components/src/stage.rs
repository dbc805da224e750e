//! Where a row's components stand.

use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

/// What is drawn; two are equal only when they are the same.
#[derive(Clone, Properties)]
struct StageProps {
    draw: Rc<dyn Fn() -> Html>,
}

impl PartialEq for StageProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.draw, &other.draw)
    }
}

#[component]
fn Drawn(props: &StageProps) -> Html {
    (props.draw)()
}

/// An element of the page with an app in it. Dropping it leaves the page empty.
pub(crate) struct Stage {
    pub(crate) element: Element,
    app: Option<yew::AppHandle<Drawn>>,
}

impl Stage {
    /// Draws into a fresh element that fills the page.
    pub(crate) fn new(draw: impl Fn() -> Html + 'static) -> Self {
        let document = web_sys::window()
            .and_then(|window| window.document())
            .expect("a page has a document");
        let element = document.create_element("div").expect("an element");
        element.set_class_name("stage");
        let body = document.body().expect("a page has a body");
        body.append_child(&element)
            .expect("the body takes an element");
        let props = StageProps {
            draw: Rc::new(draw),
        };
        let app = yew::Renderer::<Drawn>::with_root_and_props(element.clone(), props).render();
        Self {
            element,
            app: Some(app),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.element.remove();
    }
}

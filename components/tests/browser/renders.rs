//! How many components of the whole work place render again for one event, as Yew's own spans tell.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::{FakeGit, FakeSandbox, FakeTask};
use yew_sandbox_components::{Documents, SandboxIde};

use crate::ide::Give;
use crate::page::{Mounted, mount, settle};

thread_local! {
    static RENDERS: Cell<u32> = const { Cell::new(0) };
}

/// Counts what Yew calls a render: one component that draws, for the first time or again.
struct Renders;

impl Subscriber for Renders {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "render" && metadata.target().starts_with("yew::")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        RENDERS.set(RENDERS.get() + 1);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// How many rendered for what `event` brings. It is over once `shows` is on the page and what follows from it was drawn.
async fn renders(page: &Mounted, event: impl FnOnce(), shows: &str) -> u32 {
    settle().await;
    RENDERS.take();
    event();
    page.until_there(shows).await;
    settle().await;
    RENDERS.take()
}

/// Whatever happened, most of the work place was drawn anew.
#[wasm_bindgen_test]
async fn an_event_draws_what_shows_it_and_nothing_else() {
    tracing::subscriber::set_global_default(Renders).unwrap();
    let git = |committed: &'static str| FakeGit::new("main").committed("b.txt", committed);
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .file("b.txt", "b")
        .task(FakeTask::new("Test", "npm test"))
        .git(git("b"))
        .build();
    let documents = Rc::new(RefCell::new(None::<Documents>));
    let page = {
        let (fake, given) = (fake.clone(), Rc::clone(&documents));
        mount(move |_| {
            let given = Rc::clone(&given);
            let on_documents =
                Callback::from(move |documents| drop(given.replace(Some(documents))));
            html! {
                <SandboxProvider fake={fake.clone()}>
                    <SandboxIde
                        header={html! { <Give {on_documents} /> }}
                        style="inline-size: 1200px; block-size: 700px"
                        autosave={None}
                    />
                </SandboxProvider>
            }
        })
    };
    page.until_there(".ys-terminal[data-state=running]").await;
    let documents: Documents = documents.borrow().clone().unwrap();
    documents.open("b.txt");
    documents.open("a.txt");
    page.until_there(".cm-content").await;
    page.click(".ys-ide-tab[aria-label=Changes]");
    page.until_there(".ys-git").await;
    page.click(".ys-ide-tab[aria-label='Tasks and ports']");
    page.until_there(".ys-task").await;

    let task = || assert!(fake.run_task("Test"));
    let task = renders(&page, task, ".ys-task[data-state=running]").await;
    let client = || drop(fake.client_joins("ada"));
    let client = renders(&page, client, ".ys-presence-one[title=ada]").await;
    let status = || fake.set_git(git("before"));
    let status = renders(&page, status, ".ys-git-file").await;
    let edit = || documents.edit("a.txt", "edited");
    let dirt = renders(&page, edit, ".ys-tabs-item[data-dirty=true]").await;
    let terminal = || drop(fake.open_terminal());
    let terminal = renders(&page, terminal, ".ys-terminal-tabs-item:nth-child(2)").await;
    let port = || fake.open_port(3000);
    let port = renders(&page, port, ".ys-port a").await;
    let all = [task, client, status, dirt, terminal, port];
    let most = [10, 2, 13, 6, 22, 24];
    assert!(
        all.iter().zip(most).all(|(count, most)| *count <= most),
        "task, client, status, dirt, terminal, port: {all:?} of {most:?}"
    );
    page.unmount();
}

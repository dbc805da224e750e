//! An agent writes files, runs tests and mends what fails, while somebody watches.

mod plan;

use std::rc::Rc;
use std::time::Duration;

use gloo_timers::future::sleep;
use yew::prelude::*;
use yew_hooks::use_async;
use yew_sandbox::{Error, ErrorKind, Sandbox, SandboxProvider, use_sandbox};
use yew_sandbox_components::{
    CodeEditor, CommandOutput, ConnectionStatus, DocumentsProvider, InitScreen, SandboxUi,
};

use crate::plan::{PLAN, PROGRAM, Step, TESTS};

/// How many characters come at once, and how often.
const PIECE: usize = 12;
const PACE: Duration = Duration::from_millis(60);

#[component]
fn App() -> Html {
    let start = || html! { <InitScreen header={html! { <h1>{ "AI agent" }</h1> }} /> };
    html! {
        <SandboxUi>
            <SandboxProvider loading={Callback::from(move |_| start())} failed={Callback::from(move |_| start())}>
                <DocumentsProvider>
                    <Agent />
                </DocumentsProvider>
            </SandboxProvider>
        </SandboxUi>
    }
}

/// What is seen of the agent's work.
#[derive(Clone, PartialEq)]
struct Work {
    said: Vec<Rc<str>>,
    /// The file that it writes.
    path: &'static str,
    output: Rc<str>,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            said: Vec::new(),
            path: PROGRAM,
            output: Rc::default(),
        }
    }
}

enum Seen {
    Said(Rc<str>),
    Wrote(&'static str),
    Printed(Rc<str>),
}

impl Reducible for Work {
    type Action = Seen;

    fn reduce(self: Rc<Self>, seen: Seen) -> Rc<Self> {
        let mut work = Self::clone(&self);
        match seen {
            Seen::Said(text) => work.said.push(text),
            Seen::Wrote(path) => work.path = path,
            Seen::Printed(text) => work.output = text,
        }
        Rc::new(work)
    }
}

#[component]
fn Agent() -> Html {
    let sandbox = use_sandbox();
    let work = use_reducer_eq(Work::default);
    let running = {
        let tell = work.dispatcher();
        use_async(async move { carry_out(&sandbox, |seen| tell.dispatch(seen)).await })
    };
    let begin = {
        let running = running.clone();
        Callback::from(move |_| running.run())
    };
    let verdict = match (&running.loading, &running.data, &running.error) {
        (true, ..) => "The agent is at work.".to_owned(),
        (_, _, Some(error)) => error.to_string(),
        (_, Some(true), _) => "The tests pass.".to_owned(),
        (_, Some(false), _) => "The tests fail.".to_owned(),
        _ => "The agent waits.".to_owned(),
    };
    html! {
        <main>
            <header><h1>{ "AI agent" }</h1><ConnectionStatus /></header>
            <p>
                <button onclick={begin} disabled={running.loading}>{ "Write a greeting" }</button>
                { " " }<span role="status" aria-label="Verdict">{ verdict }</span>
            </p>
            <ol role="log" aria-label="What the agent says">
                { for work.said.iter().map(|text| html! { <li>{ &**text }</li> }) }
            </ol>
            <h2>{ work.path }</h2>
            <CodeEditor path={work.path} />
            <CommandOutput text={AttrValue::from(Rc::clone(&work.output))} label="Tests" />
        </main>
    }
}

/// Does all of the plan, and says whether the last tests passed.
async fn carry_out(sandbox: &Sandbox, tell: impl Fn(Seen)) -> Result<bool, Rc<Error>> {
    let mut has_passed = false;
    for step in PLAN {
        match step {
            Step::Say(text) => tell(Seen::Said((*text).into())),
            Step::Write(path, text) => {
                tell(Seen::Wrote(path));
                let characters: Vec<char> = text.chars().collect();
                let mut written = String::new();
                for piece in characters.chunks(PIECE) {
                    written.extend(piece);
                    sandbox.fs().write(path, written.clone()).await?;
                    sleep(PACE).await;
                }
            }
            Step::Test => {
                let outcome = sandbox.commands().run(TESTS).await;
                has_passed = outcome.is_ok();
                let output = match &outcome {
                    Ok(output) => output.text(),
                    Err(error) if error.kind() == ErrorKind::CommandFailed => {
                        error.command().map_or("", |output| output.text())
                    }
                    Err(_) => outcome.map(|_| "")?,
                };
                tell(Seen::Printed(output.into()));
            }
        }
    }
    Ok(has_passed)
}

fn main() {
    yew::Renderer::<App>::new().render();
}

//! What shows the sandbox itself, in a real browser: tasks, ports, set-up, start-up, people, metrics and notices.

use std::cell::RefCell;
use std::rc::Rc;

use crate::page::{Mounted, mount, rendered, renders, settle, until};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::client::protocol::system::{AmountMetrics, CpuMetrics};
use yew_sandbox::client::{Metrics, SessionErrorKind, Severity, ShellStatus};
use yew_sandbox::fake::{FakeCommand, FakeSandbox, FakeStep, FakeTask};
use yew_sandbox::{SandboxProvider, SessionError};
use yew_sandbox_components::{
    InitScreen, MetricsBar, PortList, Presence, SandboxNotices, SetupSteps, TaskList, Toasts,
};

/// Shows `draw` in the sandbox; its text is what [`Mounted::set`] said last.
fn show(fake: &FakeSandbox, draw: impl Fn(&str) -> Html + 'static) -> Mounted {
    let fake = fake.clone();
    mount(
        move |text| html! { <SandboxProvider fake={fake.clone()}>{ draw(text) }</SandboxProvider> },
    )
}

/// Keeps what a callback is told.
fn kept<T: 'static>() -> (Rc<RefCell<Vec<T>>>, Callback<T>) {
    let told = Rc::new(RefCell::new(Vec::new()));
    let callback = {
        let told = Rc::clone(&told);
        Callback::from(move |value| told.borrow_mut().push(value))
    };
    (told, callback)
}

fn button(name: &str) -> String {
    format!("button[aria-label='{name}']")
}

#[wasm_bindgen_test]
async fn tasks_are_run_stopped_and_told_apart() {
    let fake = FakeSandbox::builder()
        .task(FakeTask::new("test", "npm test"))
        .task(FakeTask::new("lint", "npm run lint"))
        .task(FakeTask::new("<b>dev</b>", "npm run dev").port(5173))
        .command("npm test", FakeCommand::from("2 passed\n"))
        .command("npm run lint", FakeCommand::from("1 error\n").exit(3))
        .build();
    let (shells, on_open_shell) = kept();
    let (ports, on_open_port) = kept();
    let page = show(&fake, move |text| {
        html! {
            <TaskList
                read_only={text == "look"}
                on_open_shell={on_open_shell.clone()}
                on_open_port={on_open_port.clone()}
                extra={|_| { rendered("a task"); Html::default() }}
            />
        }
    });
    page.until_there(".ys-task").await;
    assert_eq!(page.texts(".ys-task-name"), ["test", "lint", "<b>dev</b>"]);
    assert_eq!(page.texts(".ys-task-state"), ["Not running"; 3]);
    assert!(page.find("b").is_none(), "a name is text");

    page.click(&button("Run test"));
    page.until_text("[data-state=done] .ys-task-state", "Done")
        .await;
    page.click(&button("Run lint"));
    let failed = "[data-state=failed] .ys-task-state";
    page.until_text(failed, "Failed with exit code 3").await;
    page.click(&button("Run <b>dev</b>"));
    page.until_there("[data-state=running]").await;
    until("its port is there", || {
        page.texts(".ys-task-buttons > .ys-button") == ["Open port 5173"]
    })
    .await;
    page.click(".ys-task-buttons > .ys-button");
    assert_eq!(*ports.borrow(), [5173]);
    page.click(&button("Output of <b>dev</b>"));
    let running = fake.shells().into_iter();
    let running = running.filter(|shell| shell.status == ShellStatus::Running);
    let running: Vec<String> = running.map(|shell| shell.id).collect();
    assert_eq!(*shells.borrow(), running);

    // Nothing is drawn again for what tasks are not.
    let before = renders("a task");
    fake.write("other.txt", "other");
    fake.open_port(8080);
    fake.client_joins("Ada");
    settle().await;
    assert_eq!(renders("a task"), before);

    page.click(&button("Stop <b>dev</b>"));
    page.until_gone("[data-state=running]").await;
    page.set("look");
    page.until_gone(&button("Run test")).await;
    assert!(page.find(&button("Output of test")).is_some());
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_task_that_cannot_run_says_why() {
    let fake = FakeSandbox::builder()
        .task(FakeTask::new("test", "npm test"))
        .build();
    fake.fail_next("task/run", ErrorCode::CRITICAL, "no more processes");
    let page = show(&fake, |_| html! { <TaskList /> });
    page.until_there(&button("Run test")).await;
    page.click(&button("Run test"));
    page.until_there("[role=alert]").await;
    assert!(page.text("[role=alert]").contains("no more processes"));
    // The next attempt takes the error away.
    page.click(&button("Run test"));
    page.until_gone("[role=alert]").await;
    fake.set_tasks([]);
    page.until_text(
        ".ys-note p",
        "No tasks. They stand in .codesandbox/tasks.json.",
    )
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn ports_come_and_go_with_their_links() {
    let fake = FakeSandbox::new();
    let (opened, on_open) = kept();
    let page = show(&fake, move |text| {
        if text == "slot" {
            html! { <PortList row={|port: yew_sandbox::client::Port| { rendered("a port"); html! { port.port } }} /> }
        } else {
            html! { <PortList on_open={on_open.clone()} /> }
        }
    });
    let nothing = "Nothing listens yet. Start a server, and its port shows up here.";
    page.until_text(".ys-note p", nothing).await;
    fake.open_port_at(5173, "a.example");
    fake.open_port(8080);
    page.until_there("a.ys-port-link").await;
    assert_eq!(page.texts(".ys-port-number"), ["5173", "8080"]);
    assert_eq!(page.attribute("a", "rel"), "noopener noreferrer");
    assert_eq!(page.attribute("a", "aria-label"), "Port 5173 in a new tab");
    page.click(&button("Preview of port 5173"));
    assert_eq!(*opened.borrow(), [5173]);
    fake.close_port(5173);
    until("one is left", || page.texts(".ys-port-number") == ["8080"]).await;

    page.set("slot");
    page.until_text(".ys-port", "8080").await;
    let before = renders("a port");
    fake.write("other.txt", "other");
    fake.client_joins("Ada");
    settle().await;
    assert_eq!(renders("a port"), before);
    // While the link is gone, what was known stays.
    fake.set_reachable(false);
    fake.open_port(9090);
    fake.set_reachable(true);
    until("the missed one is there", || {
        page.texts(".ys-port") == ["8080", "9090"]
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn steps_are_skipped_and_gone_back_to() {
    let fake = FakeSandbox::builder()
        .step(FakeStep::finished("install", "npm ci"))
        .step(FakeStep::running("build", "npm run build"))
        .step(FakeStep::waiting("seed", "npm run seed"))
        .build();
    let (shells, on_open_shell) = kept();
    let fake_ = fake.clone();
    let page = mount(move |text| {
        let children_when = yew_sandbox::ChildrenWhen::Always;
        html! {
            <SandboxProvider fake={fake_.clone()} {children_when} loading={|_| Html::default()}>
                <SetupSteps on_open_shell={on_open_shell.clone()} read_only={text == "look"} />
            </SandboxProvider>
        }
    });
    page.until_there(".ys-setup-step").await;
    assert_eq!(
        page.texts(".ys-setup-state"),
        ["Done", "Running", "Waiting"]
    );
    assert_eq!(page.text("[aria-current=step] .ys-setup-name"), "build");
    page.click(&button("Output of build"));
    assert_eq!(shells.borrow().len(), 1);
    page.click("[data-state=running] > .ys-button");
    until("it was passed over", || {
        page.texts(".ys-setup-state")[1] == "Skipped"
    })
    .await;
    fake.set_setup([
        FakeStep::failed("install", "npm ci"),
        FakeStep::waiting("build", "npm run build"),
    ]);
    page.until_text("[data-state=failed] .ys-setup-state", "Failed")
        .await;
    page.set("look");
    page.until_gone(".ys-button").await;
    page.set("");
    page.until_text("[data-state=failed] > .ys-button", "Try again")
        .await;
    page.click("[data-state=failed] > .ys-button");
    page.until_gone("[data-state=failed]").await;
    fake.finish_setup();
    page.until_text(".ys-setup > .ys-button", "Run set-up again")
        .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn start_up_is_shown_until_the_sandbox_is_ready() {
    let fake = FakeSandbox::builder()
        .step(FakeStep::running("install", "npm ci"))
        .build();
    let fake_ = fake.clone();
    let page = mount(move |_| {
        html! {
            <SandboxProvider fake={fake_.clone()} loading={|_| html! { <InitScreen header={html! { <h1>{ "Logo" }</h1> }} /> }}>
                <p class="inside">{ "inside" }</p>
            </SandboxProvider>
        }
    });
    page.until_there(".ys-setup-step").await;
    fake.tell_start_up_with("Installing", 40, "\u{1b}[31m<i>added</i>\u{1b}[0m 3\n");
    page.until_text(".ys-init-message", "Installing").await;
    assert_eq!(page.attribute("progress", "value"), "40");
    assert_eq!(page.attribute("progress", "aria-valuetext"), "Installing");
    page.until_text(".ys-init-output .ys-output-line", "<i>added</i> 3\n")
        .await;
    assert!(page.find("i").is_none());
    assert!(page.find(".inside").is_none());
    fake.finish_setup();
    page.until_there(".inside").await;
    assert!(page.find(".ys-init").is_none());
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_start_that_failed_says_so_and_is_tried_again() {
    let fake = FakeSandbox::new();
    let gone = SessionError::new(SessionErrorKind::NotFound, "that sandbox is gone");
    fake.refuse_next_session(gone);
    let fake_ = fake.clone();
    let page = mount(move |_| {
        let draw = || html! { <InitScreen /> };
        html! {
            <SandboxProvider fake={fake_.clone()} loading={move |_| draw()} failed={move |_| draw()}>
                <p class="inside">{ "inside" }</p>
            </SandboxProvider>
        }
    });
    page.until_there("[role=alert]").await;
    assert!(page.text("[role=status]").contains("that sandbox is gone"));
    assert!(page.find("progress").is_none(), "nothing is on its way");
    page.click("button");
    page.until_there(".inside").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn people_are_shown_by_their_initials() {
    let fake = FakeSandbox::builder().username("you").build();
    let page = show(&fake, |text| {
        if text == "slot" {
            html! { <Presence most={9} avatar={|_| { rendered("a person"); Html::default() }} /> }
        } else {
            html! { <Presence most={2} /> }
        }
    });
    page.until_there(".ys-presence-one").await;
    let ada = fake.client_joins("Ada Lovelace");
    page.until_there("[title='Ada Lovelace']").await;
    assert_eq!(page.text("[title='Ada Lovelace'] [aria-hidden]"), "AL");
    fake.client_joins("<b>Eve</b>");
    page.until_text(".ys-presence-more", "and 1 more").await;
    assert!(fake.client_leaves(&ada));
    page.until_gone("[title='Ada Lovelace']").await;
    page.until_there("[title='<b>Eve</b>']").await;
    assert!(page.find("b").is_none());

    page.set("slot");
    until("the slot draws", || renders("a person") > 0).await;
    let before = renders("a person");
    fake.write("other.txt", "other");
    fake.open_port(8080);
    settle().await;
    assert_eq!(renders("a person"), before);
    page.unmount();
}

#[wasm_bindgen_test]
async fn metrics_have_a_meter_each_and_follow() {
    let fake = FakeSandbox::new();
    let page = show(&fake, |_| html! { <MetricsBar /> });
    page.until_text(".ys-metric-text", "50 %").await;
    let texts = ["50 %", "2.0 GiB / 4.0 GiB", "10 GiB / 20 GiB"];
    assert_eq!(page.texts(".ys-metric-text"), texts);
    assert_eq!(page.attribute("meter", "aria-label"), "CPU");
    let amount = |used| AmountMetrics {
        used,
        total: 1024.0,
        configured: 0.0,
    };
    fake.set_metrics(Metrics {
        cpu: CpuMetrics {
            cores: 2.0,
            used: f64::NAN,
            configured: 0.0,
        },
        memory: amount(1e300),
        storage: amount(-5.0),
    });
    page.until_text(".ys-metric-text", "0 %").await;
    let value =
        |place: usize| page.attribute(&format!(".ys-metric:nth-child({place}) meter"), "value");
    assert_eq!(
        (value(1), value(2)),
        ("0.000".to_owned(), "1.000".to_owned())
    );
    page.unmount();
}

#[wasm_bindgen_test]
async fn notices_are_toasts_whose_answer_goes_back() {
    let fake = FakeSandbox::new();
    let page = show(&fake, |_| html! { <Toasts><SandboxNotices /></Toasts> });
    page.until_there(".ys-toasts").await;
    until("it listens", || fake.connections() == 1).await;
    let id = fake.notify(Severity::Warning, "<b>Restart?</b>", &["Now", "Later"]);
    page.until_text(".ys-toast-text", "<b>Restart?</b>").await;
    assert_eq!(page.attribute(".ys-toast", "data-kind"), "warning");
    assert_eq!(page.texts(".ys-toast .ys-button"), ["Now", "Later"]);
    page.click(".ys-toast .ys-button");
    page.until_gone(".ys-toast").await;
    until("the answer came", || {
        fake.responses() == [(id.clone(), Some("Now".to_owned()))]
    })
    .await;

    let error = fake.notify(Severity::Error, "Out of memory", &[]);
    page.until_there(".ys-toast[role=alert]").await;
    // Another client answered it.
    assert!(fake.dismiss(&error));
    page.until_gone(".ys-toast").await;
    page.unmount();
}

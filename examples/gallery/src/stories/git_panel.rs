//! `GitPanel`.

use yew::prelude::*;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::fake::{FakeGit, FakeSandbox};
use yew_sandbox_components::GitPanel;

use crate::hand::Step;
use crate::sample::{LONG, NAMES, app, changed_app};
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "GitPanel",
    path: "git-panel",
    stories: &[
        Story::new("changes", ".ys-git-file", changes),
        Story::new("difference", ".ys-git-diff", difference),
        Story::new("long-difference", ".ys-git-rest", long_difference),
        Story::new("clean", ".ys-git .ys-note[data-kind=empty]", clean),
        Story::new("no-repository", ".ys-git .ys-note", no_repository),
        Story::new("conflicts", ".ys-note[data-kind=warning]", conflicts),
        Story::new("discard", "dialog[open]", discard),
        Story::new("error", ".ys-git .ys-note[data-kind=error]", error),
        Story::new("disconnected", ".ys-git-file", disconnected),
        Story::new("read-only", ".ys-git-file", read_only),
        Story::new("long-names", ".ys-git-file", long_names),
        Story::mirrored(".ys-git-file", changes),
    ],
};

fn show(fake: FakeSandbox, steps: Vec<Step>) -> Html {
    html! {
        <Scene {fake} {steps} room={Room::Side}><GitPanel on_open={Callback::noop()} /></Scene>
    }
}

fn changes() -> Html {
    show(changed_app().build(), Vec::new())
}

fn difference() -> Html {
    show(
        changed_app().build(),
        vec![Step::Click("[data-status=M] .ys-git-path")],
    )
}

fn long_difference() -> Html {
    let lines: String = (0..3_000).map(|line| format!("line {line}\n")).collect();
    let fake = FakeSandbox::builder()
        .file("long.txt", lines)
        .git(FakeGit::new("main").untracked("long.txt"));
    show(fake.build(), vec![Step::Click(".ys-git-path")])
}

fn clean() -> Html {
    show(app().git(FakeGit::new("main")).build(), Vec::new())
}

fn no_repository() -> Html {
    show(app().build(), Vec::new())
}

fn conflicts() -> Html {
    let git = FakeGit::new("main")
        .committed("src/app.js", "export {};\n")
        .conflicted("src/app.js");
    show(app().git(git).build(), Vec::new())
}

fn discard() -> Html {
    show(
        changed_app().build(),
        vec![Step::Click(".ys-git-row .ys-icon-button:last-child")],
    )
}

fn error() -> Html {
    let fake = changed_app().build();
    let message = "the remote has commits that are not here; pull first";
    fake.fail_next("git/push", ErrorCode::GIT_PUSH_FAIL, message);
    let push = ".ys-panel-header .ys-icon-button ~ .ys-icon-button";
    show(fake, vec![Step::Click(push)])
}

fn disconnected() -> Html {
    let fake = changed_app().build();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    show(fake, vec![Step::Call(".ys-git-file", cut)])
}

fn read_only() -> Html {
    html! { <Scene fake={changed_app().build()} room={Room::Side}><GitPanel read_only=true /></Scene> }
}

fn long_names() -> Html {
    let branch = format!("feature/{LONG}");
    let git = FakeGit::new(&branch).remote("https://example.com/notes.git");
    let git = NAMES.iter().fold(git, |git, name| git.untracked(name));
    let fake = FakeSandbox::builder().files(NAMES.iter().map(|name| (name, "new\n")));
    show(fake.git(git).build(), Vec::new())
}

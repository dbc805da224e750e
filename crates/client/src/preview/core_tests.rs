use super::super::address::PageError;
use super::*;

const URL: &str = "http://box-5173.localhost:3000/?preview_token=secret";

fn core() -> Core {
    Core::new(URL).unwrap()
}

/// A core whose document answered.
fn ready() -> Core {
    let mut core = core();
    core.handle(Input::FrameLoaded);
    answer(&mut core);
    assert_eq!(core.state.status, PreviewStatus::Ready);
    core
}

fn answer(core: &mut Core) -> Vec<Effect> {
    let uid = core.navigation();
    core.handle(Input::Heard(PreviewHeard::Injected { uid }))
}

fn posts(effects: Vec<Effect>) -> Vec<PreviewPost> {
    let post = |effect| match effect {
        Effect::Post(post) => Some(post),
        _ => None,
    };
    effects.into_iter().filter_map(post).collect()
}

fn moved(path: &str, entries: &[&str], position: usize) -> Input {
    let whole = |path: &&str| ["http://box-5173.localhost:3000", path].concat();
    Input::Heard(PreviewHeard::Moved {
        url: whole(&path),
        back: position > 0,
        forward: position + 1 < entries.len(),
        entries: entries.iter().map(whole).collect(),
        position,
    })
}

fn tick(core: &mut Core, times: u32) -> Vec<Effect> {
    let mut all = Vec::new();
    for _ in 0..times {
        all.extend(core.handle(Input::Alarm));
    }
    all
}

fn message(kind: &str) -> PreviewMessage {
    PreviewMessage::new(kind, "{}").unwrap()
}

/// The cloud's messages went out while nobody listened, and injections waited for ever.
#[test]
fn what_is_asked_while_it_loads_is_done_once_it_answers() {
    let mut core = core();
    let (sent, mut was_sent) = oneshot::channel();
    let (ran, mut was_run) = oneshot::channel();
    assert!(posts(core.handle(Input::Send(message("early"), sent))).is_empty());
    let (code, scope) = ("code".to_owned(), "{}".to_owned());
    let inject = Input::Inject {
        code,
        scope,
        outcome: ran,
    };
    assert!(posts(core.handle(inject)).is_empty());
    core.handle(Input::FrameLoaded);
    let effects = answer(&mut core);
    for effect in effects {
        if let Effect::Send(_, outcome) = effect {
            outcome.send(Ok(())).unwrap();
        }
    }
    was_sent.try_recv().unwrap().unwrap().unwrap();
    assert!(was_run.try_recv().unwrap().is_none());
    let uid = core.injections[0].uid.clone();
    let effects = core.handle(Input::Heard(PreviewHeard::Injected { uid }));
    assert!(matches!(effects[..], [Effect::Settle(_, Ok(()))]));
}

#[test]
fn what_waits_is_bounded() {
    let mut core = core();
    let send = |core: &mut Core| core.handle(Input::Send(message("x"), oneshot::channel().0));
    for _ in 0..MOST_WAITING {
        assert!(
            !send(&mut core)
                .iter()
                .any(|one| matches!(one, Effect::Settle(..)))
        );
    }
    let effects = send(&mut core);
    let [Effect::Settle(_, Err(error))] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(error.kind(), ErrorKind::QueueFull);
}

#[test]
fn a_document_that_never_answers_is_given_up_and_taken_up_again() {
    let mut core = core();
    let (sent, _kept) = oneshot::channel();
    core.handle(Input::FrameLoaded);
    core.handle(Input::Send(message("x"), sent));
    assert!(posts(tick(&mut core, TO_ANSWER - 1)).contains(&PreviewPost::Ask));
    let effects = tick(&mut core, 1);
    assert_eq!(core.state.status, PreviewStatus::Silent);
    let error = effects.iter().find_map(|effect| match effect {
        Effect::Settle(_, Err(error)) => Some(error.kind()),
        _ => None,
    });
    assert_eq!(error, Some(ErrorKind::Timeout));
    // Nothing is waited for, so nothing wakes.
    assert!(tick(&mut core, 100).is_empty());
    core.handle(Input::Heard(PreviewHeard::Loaded));
    answer(&mut core);
    assert_eq!(core.state.status, PreviewStatus::Ready);
}

#[test]
fn a_document_that_never_comes_is_given_up_after_thirty_seconds() {
    let mut core = core();
    core.handle(Input::Reload);
    tick(&mut core, TO_COME - 1);
    assert_eq!(core.state.status, PreviewStatus::Loading);
    tick(&mut core, 1);
    assert_eq!(core.state.status, PreviewStatus::Silent);
}

#[test]
fn a_document_that_goes_interrupts_what_it_was_running() {
    let mut core = ready();
    let (code, scope) = ("code".to_owned(), "{}".to_owned());
    let outcome = oneshot::channel().0;
    core.handle(Input::Inject {
        code,
        scope,
        outcome,
    });
    let effects = core.handle(Input::Heard(PreviewHeard::Unloading));
    let interrupted = effects.iter().any(|effect| {
        matches!(effect, Effect::Settle(_, Err(error)) if error.kind() == ErrorKind::Interrupted)
    });
    assert!(interrupted, "{effects:?}");
    assert_eq!(core.state.status, PreviewStatus::Loading);
}

#[test]
fn the_next_document_is_told_where_the_frame_has_been() {
    let mut core = ready();
    core.handle(moved("/b", &["/a", "/b"], 1));
    assert!(core.state.can_go_back && !core.state.can_go_forward);
    core.handle(Input::Heard(PreviewHeard::Unloading));
    let told = posts(core.handle(Input::Heard(PreviewHeard::Loaded)));
    let [PreviewPost::Inject { scope, .. }] = &told[..] else {
        panic!("{told:?}");
    };
    let expected = r#"{"entries":["http://box-5173.localhost:3000/a","http://box-5173.localhost:3000/b"],"position":1}"#;
    assert_eq!(scope, expected);
}

#[test]
fn documents_under_a_strict_policy_are_moved_from_outside() {
    let mut core = core();
    core.handle(Input::FrameLoaded);
    core.handle(moved("/b", &["/a", "/b"], 1));
    let (uid, message) = (core.navigation(), "no eval".to_owned());
    core.handle(Input::Heard(PreviewHeard::Refused { uid, message }));
    assert_eq!(core.state.status, PreviewStatus::Ready);
    let effects = core.handle(Input::Back);
    let shown = effects.iter().any(
        |effect| matches!(effect, Effect::Show(url) if url == "http://box-5173.localhost:3000/a"),
    );
    assert!(shown, "{effects:?}");
    assert!(core.state.can_go_forward);
}

#[test]
fn addresses_of_other_origins_are_not_believed() {
    let mut core = ready();
    let before = core.state.clone();
    for url in [
        "http://evil/",
        "javascript:alert(1)",
        "http://box-5173.localhost:3001/",
    ] {
        let moved = PreviewHeard::Moved {
            url: url.to_owned(),
            back: true,
            forward: true,
            entries: vec![url.to_owned()],
            position: 0,
        };
        assert!(core.handle(Input::Heard(moved)).is_empty());
    }
    assert_eq!(core.state, before);
    assert_eq!(before.url, "http://box-5173.localhost:3000/");
}

#[test]
fn a_closed_handle_refuses_and_says_so() {
    let mut core = ready();
    core.handle(Input::Close);
    let effects = core.handle(Input::Send(message("x"), oneshot::channel().0));
    let [Effect::Settle(_, Err(error))] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(core.handle(Input::FrameLoaded).is_empty());
}

/// WebKit tells of the end of a document after the frame has loaded the next one.
#[test]
fn an_end_that_is_told_late_does_not_delay_the_verdict() {
    let mut core = ready();
    core.handle(Input::FrameLoaded);
    core.handle(Input::Heard(PreviewHeard::Unloading));
    tick(&mut core, TO_ANSWER);
    assert_eq!(core.state.status, PreviewStatus::Silent);
}

/// An overlay that stayed over the next page would blame the wrong one.
#[test]
fn the_first_error_of_a_document_is_kept_until_the_next_document() {
    let mut core = ready();
    let error = |message: &str| {
        Input::Heard(PreviewHeard::Failed(PageError {
            message: message.to_owned(),
            place: "a.js:1:2".to_owned(),
        }))
    };
    let shown = |core: &Core| core.state().error.clone().map(|error| error.message);
    assert_eq!(core.handle(error("first")).len(), 1);
    assert!(core.handle(error("second")).is_empty());
    core.handle(moved("/elsewhere", &["/", "/elsewhere"], 1));
    assert_eq!(shown(&core).as_deref(), Some("first"));
    core.handle(Input::Heard(PreviewHeard::Unloading));
    assert_eq!(shown(&core), None);
    // One that fails before it answers, and goes.
    core.handle(error("third"));
    assert_eq!(shown(&core).as_deref(), Some("third"));
    let told = core.handle(Input::Heard(PreviewHeard::Unloading));
    assert!(matches!(&told[..], [Effect::Tell(state)] if state.error.is_none()));
}

//! Order is kept; output has no silent hole.

use std::fmt::Write as _;
use std::time::Duration;

use fastrand::Rng;
use futures_util::future::join_all;
use sha2::{Digest, Sha256};
use tokio::time::sleep;
use yew_sandbox_client::{ShellEvent, ShellOutput, TerminalOptions};

use crate::rig::{Agent, Rig};
use crate::within;

/// Starts a program in a terminal.
fn program(line: &str) -> TerminalOptions {
    TerminalOptions {
        program: line.to_owned(),
        ..TerminalOptions::default()
    }
}

/// Order is kept: 10,000 keystrokes over 50 cuts arrive in order, each once.
#[tokio::test]
async fn keystrokes_arrive_in_order_and_once_over_50_cuts() {
    let agent = Agent::start().await;
    let rig = agent.client([]);
    let created = rig.client.terminals().create(program("cat > keys"));
    let terminal = within(created).await.unwrap();
    let mut random = Rng::with_seed(10_000);
    let mut wanted = String::new();
    for cut in 0..50 {
        rig.tell_of_cuts(random.bool());
        // Two hundred keystrokes take more than that.
        rig.cut_after(random.usize(..8_000));
        let mut typed = Vec::new();
        for key in 0..200 {
            let text = format!("{}\n", cut * 200 + key);
            typed.push(terminal.write(&text));
            wanted.push_str(&text);
        }
        for outcome in within(join_all(typed)).await {
            outcome.unwrap();
        }
    }
    assert!(rig.connections() > 50, "{}", rig.connections());
    within(terminal.write("\x04")).await.unwrap();
    within(async {
        let keys = agent.workspace("keys");
        while std::fs::metadata(&keys).unwrap().len() < wanted.len() as u64 {
            sleep(Duration::from_millis(5)).await;
        }
        let keys = std::fs::read_to_string(&keys).unwrap();
        assert!(
            keys == wanted,
            "{} bytes are not {}",
            keys.len(),
            wanted.len()
        );
    })
    .await;
}

/// What came of an output: the text since the beginning and since each gap, up to the exit.
async fn pieces(mut output: ShellOutput) -> Vec<String> {
    let mut pieces = vec![String::new()];
    within(async {
        loop {
            match output.next().await.unwrap() {
                ShellEvent::Output(text) => pieces.last_mut().unwrap().push_str(text.as_str()),
                ShellEvent::Gap => pieces.push(String::new()),
                ShellEvent::Exited(0) => break,
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
    pieces
}

/// What `seq 1 200000` puts out on a terminal.
fn numbers() -> String {
    let mut numbers = String::new();
    for number in 1..=200_000 {
        write!(numbers, "{number}\r\n").unwrap();
    }
    numbers
}

/// A client whose connections carry so many bytes each.
fn with_cuts(agent: &Agent, cuts: usize, bytes: std::ops::Range<usize>) -> Rig {
    let mut random = Rng::with_seed(200_000);
    agent.client((0..cuts).map(|_| random.usize(bytes.clone())))
}

/// Terminal output has no silent hole: `seq 1 200000` over 20 cuts has the same hash. It takes its time, so that no outage is longer
/// than what is kept.
#[tokio::test]
async fn output_over_20_cuts_has_the_same_hash() {
    let agent = Agent::start().await;
    let rig = with_cuts(&agent, 20, 20_000..70_000);
    let slowly =
        "bash -c 'for i in {0..39}; do seq $((i*5000+1)) $((i*5000+5000)); sleep 0.02; done'";
    let created = rig.client.terminals().create(program(slowly));
    let terminal = within(created).await.unwrap();
    let pieces = pieces(terminal.output()).await;
    assert!(rig.connections() > 20, "{}", rig.connections());
    assert_eq!(pieces.len(), 1, "there was a gap");
    assert_eq!(Sha256::digest(&pieces[0]), Sha256::digest(numbers()));
}

/// The same as fast as it goes: an outage hides more than is kept, and a gap stands where it is.
#[tokio::test]
async fn output_that_is_lost_is_told_as_a_gap() {
    let agent = Agent::start().await;
    let numbers = numbers();
    let mut gaps = 0;
    for _ in 0..10 {
        let rig = with_cuts(&agent, 20, 1_000..140_000);
        let created = rig.client.terminals().create(program("seq 1 200000"));
        let terminal = within(created).await.unwrap();
        let pieces = pieces(terminal.output()).await;
        gaps += pieces.len() - 1;
        let mut rest = numbers.as_str();
        for (number, piece) in pieces.iter().enumerate() {
            // What follows a gap is all that is kept, from before the gap too.
            let place = if number == 0 {
                Some(0)
            } else {
                numbers.find(piece.as_str())
            };
            let place = place.expect("a piece has a hole");
            assert!(
                numbers[place..].starts_with(piece.as_str()),
                "a piece has a hole"
            );
            rest = &numbers[place + piece.len()..];
        }
        assert_eq!(rest, "", "the end is missing");
    }
    assert!(gaps > 0, "no output was lost");
}

/// A shell that was being made when the link broke is made once, and none of its output is missing.
#[tokio::test]
async fn a_shell_that_is_being_made_is_made_once_wherever_the_link_is_cut() {
    let agent = Agent::start().await;
    for offset in (0..1_000).step_by(7) {
        let rig = agent.client([]);
        within(rig.client.fs().write("made", "")).await.unwrap();
        rig.tell_of_cuts(offset % 2 == 0);
        rig.cut_after(offset);
        let made = "bash -c 'echo made | tee -a made; seq 1 50'";
        let created = rig.client.terminals().create(program(made));
        let terminal = within(created).await.unwrap();
        let pieces = pieces(terminal.output()).await;
        let mut wanted = "made\r\n".to_owned();
        (1..=50).for_each(|n| write!(wanted, "{n}\r\n").unwrap());
        assert_eq!(pieces, [wanted], "at {offset}");
        assert_eq!(
            std::fs::read_to_string(agent.workspace("made")).unwrap(),
            "made\n"
        );
        within(terminal.kill()).await.unwrap();
    }
}

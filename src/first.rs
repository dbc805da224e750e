//! The first request of a page goes alone: its answer may bring the cookie by which the server knows the user.
//!
//! Two at once without it would be two users, and the cookie of only one of them would stay.

use std::cell::RefCell;
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Whether the server has answered this page.
#[derive(Default)]
enum Gate {
    /// It was not asked, or did not answer.
    #[default]
    Unknown,
    /// It was asked; these wait for the answer.
    Asked(Vec<Waker>),
    /// It has answered.
    Answered,
}

thread_local! {
    static GATE: RefCell<Gate> = RefCell::default();
}

/// The leave to ask the server. Dropped without [`answered`](Self::answered), it goes to another.
pub(crate) struct Turn {
    is_first: bool,
    has_answered: bool,
}

/// Waits while the first request is under way.
pub(crate) async fn turn() -> Turn {
    poll_fn(|context| {
        GATE.with_borrow_mut(|gate| {
            let is_first = match gate {
                Gate::Unknown => true,
                Gate::Asked(waiting) => {
                    waiting.push(context.waker().clone());
                    return Poll::Pending;
                }
                Gate::Answered => false,
            };
            if is_first {
                *gate = Gate::Asked(Vec::new());
            }
            Poll::Ready(Turn {
                is_first,
                has_answered: false,
            })
        })
    })
    .await
}

impl Turn {
    /// The server answered, whatever it said.
    pub(crate) fn answered(mut self) {
        self.has_answered = true;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_first {
            return;
        }
        let next = if self.has_answered {
            Gate::Answered
        } else {
            Gate::Unknown
        };
        if let Gate::Asked(waiting) = GATE.replace(next) {
            waiting.into_iter().for_each(Waker::wake);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Context;

    use super::*;

    /// A page that showed two sandboxes at once had only one of them after it was loaded again.
    #[test]
    fn others_wait_for_the_first_answer() {
        let mut context = Context::from_waker(Waker::noop());
        let (mut first, mut second) = (pin!(turn()), pin!(turn()));
        let Poll::Ready(lost) = first.as_mut().poll(&mut context) else {
            panic!("the first waits");
        };
        assert!(second.as_mut().poll(&mut context).is_pending());
        // No answer came: the next one is the first.
        drop(lost);
        let Poll::Ready(again) = second.as_mut().poll(&mut context) else {
            panic!("nobody is asked, and it waits");
        };
        let (mut third, mut fourth) = (pin!(turn()), pin!(turn()));
        assert!(third.as_mut().poll(&mut context).is_pending());
        again.answered();
        assert!(third.as_mut().poll(&mut context).is_ready());
        assert!(fourth.as_mut().poll(&mut context).is_ready());
    }
}

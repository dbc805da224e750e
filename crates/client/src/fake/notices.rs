//! `notification/*`: what the sandbox tells people.

use yew_sandbox_protocol::notification::{
    Action, Dismiss, List, Listed, Notify, Respond, Severity,
};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, Request, WireError};

use super::sandbox::FakeSandbox;
use super::state::{Answer, State, answer, params};

/// The notifications that are shown, and what people answered.
#[derive(Debug, Default)]
pub(super) struct Notices {
    shown: Vec<Notify>,
    /// The ids of all that ever were.
    known: Vec<String>,
    responses: Vec<(String, Option<String>)>,
}

impl Notices {
    pub(super) fn shown(&self) -> &[Notify] {
        &self.shown
    }
}

impl FakeSandbox {
    /// Shows people a sentence, with actions that they can choose from, until one answers. Returns its id.
    pub fn notify(&self, severity: Severity, message: &str, actions: &[&str]) -> String {
        let actions = actions.iter().map(|label| Action {
            label: (*label).to_owned(),
        });
        let actions: Vec<Action> = actions.collect();
        self.with(|state| {
            let notice = Notify {
                severity,
                id: format!("n{}", state.next_id()),
                message: message.to_owned(),
                actions: Some(actions).filter(|actions| !actions.is_empty()),
            };
            state.tell(&notice);
            let id = notice.id.clone();
            state.notices.shown.push(notice);
            state.notices.known.push(id.clone());
            id
        })
    }

    /// Takes a notification back. Returns whether it was shown.
    pub fn dismiss(&self, id: &str) -> bool {
        self.with(|state| state.dismiss(None, id))
    }

    /// What people answered, oldest first: the notification's id and the label of the action; `None` where it was dismissed.
    pub fn responses(&self) -> Vec<(String, Option<String>)> {
        self.with(|state| state.notices.responses.clone())
    }
}

impl State {
    pub(super) fn notification(&mut self, connection: u64, frame: &ClientFrame) -> Answer {
        if frame.method == List::METHOD {
            let notifications = self.notices.shown.clone();
            return answer(&Listed { notifications });
        }
        if frame.method != Respond::METHOD {
            return self.unknown(frame);
        }
        let Respond { id, response } = params(frame)?;
        if !self.notices.known.contains(&id) {
            let message = format!("there is no notification {id:?}");
            return Err(WireError::new(ErrorCode::INVALID_ID, message));
        }
        if let Some(notice) = self.notices.shown.iter().find(|notice| notice.id == id) {
            let mut actions = notice.actions.iter().flatten();
            if let Some(response) = &response
                && !actions.any(|action| action.label == *response)
            {
                let message = format!("the notification {id:?} has no action {response:?}");
                return Err(WireError::new(ErrorCode::INVALID_ID, message));
            }
            self.notices.responses.push((id.clone(), response));
            self.dismiss(Some(connection), &id);
        }
        answer(&())
    }

    fn dismiss(&mut self, but: Option<u64>, id: &str) -> bool {
        let before = self.notices.shown.len();
        self.notices.shown.retain(|notice| notice.id != id);
        let was_shown = self.notices.shown.len() < before;
        if was_shown {
            self.tell_but(but, &Dismiss { id: id.to_owned() });
        }
        was_shown
    }
}

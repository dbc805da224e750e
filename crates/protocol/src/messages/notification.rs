//! `notification/*`: what the sandbox tells people.

use crate::request::{notifications, requests};
use crate::wire::{record, words};

words! {
    /// How serious a notification is.
    pub enum Severity {
        /// Good to know.
        Info = "info",
        /// Something may go wrong.
        Warning = "warning",
        /// Something went wrong.
        Error = "error",
    }
}

record! {
    /// What a person can answer.
    #[derive(Eq)]
    pub struct Action {
        /// The button's text.
        "label" => label: String,
    }
}

record! {
    /// `notification/notify`: something to show.
    #[derive(Eq)]
    pub struct Notify {
        /// How serious it is.
        "type" => severity: Severity,
        /// Names it.
        "notificationId" => id: String,
        /// A sentence for people.
        "message" => message: String,
        /// What can be answered.
        "actions" => actions: Option<Vec<Action>>,
    }
}

record! {
    /// `notification/dismiss`: it need not be shown any more.
    pub struct Dismiss {
        /// Names it.
        "notificationId" => id: String,
    }
}

record! {
    /// `notification/notifyResponse`: a person's answer.
    pub struct Respond {
        /// Names it.
        "notificationId" => id: String,
        /// The label of the action that was chosen; absent where it was dismissed.
        "response" => response: Option<String>,
    }
}

record! {
    /// `notification/list`: what is shown, for a client that listens only after it has joined. An extension of our agent: others tell it
    /// to those that join, and answer this by an error.
    pub struct List;
}

record! {
    /// The answer to [`List`].
    pub struct Listed {
        /// What is shown, the oldest first.
        "notifications" => notifications: Vec<Notify>,
    }
}

requests! {
    List: "notification/list" -> Listed, Repeatable;
    Respond: "notification/notifyResponse" -> (), Repeatable;
}

notifications! {
    Notify: "notification/notify";
    Dismiss: "notification/dismiss";
}

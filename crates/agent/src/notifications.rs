//! What the agent tells people.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::io::Errno;
use yew_sandbox_protocol::notification::{Action, Dismiss, Notify, Severity};
use yew_sandbox_protocol::{ErrorCode, WireError, encode_notification};

use crate::members::Members;
use crate::outgoing::Outgoing;
use crate::quoted::quoted;

/// Most notifications that are shown at a time; one more takes the place of the oldest.
const MOST_SHOWN: usize = 32;

/// The notifications that are shown, to all clients and to those that join later.
#[derive(Debug)]
pub(crate) struct Notifications {
    outgoing: Outgoing,
    members: Arc<Members>,
    shown: Mutex<Shown>,
    is_disk_full: AtomicBool,
}

#[derive(Debug, Default)]
struct Shown {
    /// By their number, so in the order in which they came.
    all: BTreeMap<u64, Notify>,
    last: u64,
    disk_full: Option<u64>,
}

impl Notifications {
    pub(crate) fn new(outgoing: Outgoing, members: Arc<Members>) -> Self {
        Self {
            outgoing,
            members,
            shown: Mutex::default(),
            is_disk_full: AtomicBool::new(false),
        }
    }

    /// Shows a sentence to everyone, and gives the number of the notification.
    pub(crate) async fn notify(
        &self,
        severity: Severity,
        message: impl Into<String>,
        actions: &[&str],
    ) -> u64 {
        let actions = actions.iter().map(|label| Action {
            label: (*label).to_owned(),
        });
        let (number, notification, oldest) = {
            let mut shown = self.lock();
            shown.last += 1;
            let number = shown.last;
            let notification = Notify {
                severity,
                id: id(number),
                message: message.into(),
                actions: Some(actions.collect::<Vec<_>>()).filter(|all| !all.is_empty()),
            };
            let is_full = shown.all.len() >= MOST_SHOWN;
            let oldest = is_full.then(|| shown.all.pop_first()).flatten();
            shown.all.insert(number, notification.clone());
            (number, notification, oldest)
        };
        if let Some((oldest, _)) = oldest {
            self.tell_dismissed(oldest, None).await;
        }
        let frame = encode_notification(&notification);
        for client in self.members.joined() {
            self.outgoing.frame(client, frame.clone()).await;
        }
        number
    }

    /// Takes a notification back; one that is not shown any more is left alone.
    pub(crate) async fn dismiss(&self, number: u64) {
        if self.lock().all.remove(&number).is_some() {
            self.tell_dismissed(number, None).await;
        }
    }

    /// What is shown, the oldest first.
    pub(crate) fn shown(&self) -> Vec<Notify> {
        self.lock().all.values().cloned().collect()
    }

    /// Shows a client that has just joined what the others see.
    pub(crate) async fn welcome(&self, client: u32) {
        for notification in &self.shown() {
            self.outgoing.notify(client, notification).await;
        }
    }

    /// A person answered: it is shown to nobody any more. A second answer changes nothing.
    ///
    /// # Errors
    /// Where there never was such a notification, or it has no such action.
    pub(crate) async fn respond(
        &self,
        client: u32,
        name: &str,
        response: Option<&str>,
    ) -> Result<(), WireError> {
        let number = name
            .strip_prefix('n')
            .and_then(|number| number.parse().ok());
        let number: u64 = {
            let mut shown = self.lock();
            let number = number.filter(|number| (1..=shown.last).contains(number));
            let Some(number) = number else {
                let message = format!("there is no notification {}", quoted(name));
                return Err(WireError::new(ErrorCode::INVALID_ID, message));
            };
            let Some(notification) = shown.all.get(&number) else {
                return Ok(());
            };
            let mut actions = notification.actions.iter().flatten();
            if let Some(response) = response
                && !actions.any(|action| action.label == response)
            {
                let message = format!(
                    "the notification {} has no action {}",
                    quoted(name),
                    quoted(response)
                );
                return Err(WireError::new(ErrorCode::INVALID_ID, message));
            }
            shown.all.remove(&number);
            number
        };
        self.tell_dismissed(number, Some(client)).await;
        Ok(())
    }

    /// A write came to an end, perhaps with an errno: people are told when the disk is full, and no more once there is
    /// room again.
    pub(crate) async fn wrote(&self, errno: Option<i32>) {
        let is_full = match errno.map(Errno::from_raw_os_error) {
            None => false,
            Some(Errno::NOSPC | Errno::DQUOT) => true,
            Some(_) => return,
        };
        if self.is_disk_full.swap(is_full, Ordering::Relaxed) == is_full {
            return;
        }
        if is_full {
            let message = "The sandbox's disk is full. Remove files that are not needed.";
            let number = self.notify(Severity::Error, message, &[]).await;
            self.lock().disk_full = Some(number);
        } else {
            let number = self.lock().disk_full.take();
            if let Some(number) = number {
                self.dismiss(number).await;
            }
        }
    }

    async fn tell_dismissed(&self, number: u64, but: Option<u32>) {
        let frame = encode_notification(&Dismiss { id: id(number) });
        let clients = self.members.joined().into_iter();
        for client in clients.filter(|client| Some(*client) != but) {
            self.outgoing.frame(client, frame.clone()).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id(number: u64) -> String {
    format!("n{number}")
}

#[cfg(test)]
mod tests {
    use crate::kept::Ledgers;
    use yew_sandbox_protocol::client::{ClientInfo, Subscriptions};

    use super::*;
    use crate::link::{LinkReader, Message};

    /// Two clients that have joined, and what they are told.
    async fn told(work: impl AsyncFnOnce(&Notifications)) -> Vec<(u32, String)> {
        let (outgoing, queue) = Outgoing::new(Ledgers::default());
        let members = Arc::new(Members::default());
        for client in [1, 2] {
            members.open(client, "u");
            let info = ClientInfo {
                client_id: client.to_string(),
                username: String::new(),
                name: String::new(),
                avatar_url: None,
                color: String::new(),
                app_id: String::new(),
            };
            members.join(client, info, &Subscriptions::all());
        }
        work(&Notifications::new(outgoing.clone(), members)).await;
        outgoing.end();
        let (reader, writer) = tokio::io::duplex(1 << 20);
        queue.write_to(writer).await.unwrap();
        let mut reader = LinkReader::new(reader);
        let mut told = Vec::new();
        while let Some(Message::Frame { client, payload }) = reader.read().await.unwrap() {
            let text = String::from_utf8_lossy(&payload);
            let is_notify = text.contains("notification/notify");
            told.push((
                client,
                if is_notify { "notify" } else { "dismiss" }.to_owned(),
            ));
        }
        told
    }

    fn both(kind: &str) -> Vec<(u32, String)> {
        vec![(1, kind.to_owned()), (2, kind.to_owned())]
    }

    #[tokio::test]
    async fn a_full_disk_is_told_once_until_there_is_room() {
        let told = told(async |notifications| {
            let full = Some(Errno::NOSPC.raw_os_error());
            notifications.wrote(None).await;
            notifications.wrote(full).await;
            notifications.wrote(full).await;
            notifications.wrote(Some(Errno::NOENT.raw_os_error())).await;
            notifications.wrote(None).await;
            notifications.wrote(None).await;
        });
        assert_eq!(told.await, [both("notify"), both("dismiss")].concat());
    }

    #[tokio::test]
    async fn an_answer_takes_it_from_the_others() {
        let told = told(async |notifications| {
            let number = notifications
                .notify(Severity::Info, "?", &["Yes", "No"])
                .await;
            let name = id(number);
            let broken = notifications.respond(1, &name, Some("Maybe")).await;
            assert_eq!(broken.unwrap_err().code, ErrorCode::INVALID_ID);
            notifications.respond(1, &name, Some("Yes")).await.unwrap();
            notifications.respond(2, &name, None).await.unwrap();
            notifications.dismiss(number).await;
        });
        let expected = [both("notify"), vec![(2, "dismiss".to_owned())]].concat();
        assert_eq!(told.await, expected);
    }

    #[tokio::test]
    async fn one_more_takes_the_place_of_the_oldest() {
        let told = told(async |notifications| {
            for number in 0..=MOST_SHOWN {
                let message = format!("message {number}");
                notifications.notify(Severity::Warning, message, &[]).await;
            }
            assert_eq!(notifications.lock().all.len(), MOST_SHOWN);
        });
        let told = told.await;
        let dismissed = told.iter().filter(|(_, kind)| kind == "dismiss").count();
        assert_eq!((told.len(), dismissed), (2 * (MOST_SHOWN + 2), 2));
    }
}

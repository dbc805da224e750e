//! The sessions that the fake hands out.

use yew_sandbox_protocol::{BootupType, Session};

use super::paths::WORKSPACE;
use super::sandbox::FakeSandbox;
use crate::options::{SessionError, SessionErrorKind};

impl FakeSandbox {
    /// Refuses the next session that a client asks for. Those that are refused for good (`NotFound`, `Unauthorized`,
    /// `Forbidden`) end in `Failed`; `Unavailable` is tried again. A client that had joined asks for one only when it cannot come
    /// back with the one that it has: see [`set_reachable`](Self::set_reachable).
    pub fn refuse_next_session(&self, error: SessionError) {
        self.with(|state| state.refusals.push_back(error));
    }

    /// A session, as a server would answer it.
    ///
    /// # Errors
    /// The next refusal, and `Unavailable` without a network.
    pub fn session(&self) -> Result<Session, SessionError> {
        self.with(|state| {
            if let Some(error) = state.refusals.pop_front() {
                return Err(error);
            }
            if !state.is_online {
                let message = "the server could not be reached";
                return Err(SessionError::new(SessionErrorKind::Unavailable, message));
            }
            let was_asleep = std::mem::take(&mut state.is_asleep);
            Ok(Session {
                sandbox_id: state.id.clone(),
                session_id: None,
                is_pint: false,
                bootup_type: match was_asleep {
                    true => BootupType::Resume,
                    false => BootupType::Running,
                },
                cluster: String::new(),
                pitcher_url: "wss://fake.invalid".to_owned(),
                pitcher_token: "fake".to_owned(),
                pitcher_version: String::new(),
                latest_pitcher_version: String::new(),
                pitcher_manager_version: String::new(),
                workspace_path: WORKSPACE.to_owned(),
                user_workspace_path: WORKSPACE.to_owned(),
                host_token: None,
            })
        })
    }
}

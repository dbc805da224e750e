//! A backend whose sandboxes are always awake, and have nothing in them but what the input says.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use yew_sandbox_protocol::BootupType;
use yew_sandbox_server::manage::PreviewAccess;
use yew_sandbox_server::{
    AgentAt, AgentReceiver, AgentSender, Attachment, Awake, Backend, ClientQueueBounds, DoorStream,
    Inside, Problem, SessionOptions, User, Visit, agent_queue, client_queue,
};

/// The one sandbox that everybody has.
pub(super) const ID: &str = "standing";

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    to_agent: AgentSender,
    _received: Arc<Mutex<AgentReceiver>>,
    /// What a program in the sandbox answers to whatever it is asked.
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Standing {
    pub(super) fn new() -> Self {
        let (to_agent, received) = agent_queue();
        Self {
            to_agent,
            _received: Arc::new(Mutex::new(received)),
            answer: Arc::default(),
        }
    }

    /// From now on a program answers this.
    pub(super) fn answers(&self, answer: &[u8]) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer.to_vec();
    }
}

impl Backend for Standing {
    async fn create(&self, owner: &User, _: &SessionOptions) -> Result<Awake, Problem> {
        Ok(Awake {
            id: ID.into(),
            bootup_type: BootupType::Clean,
            workspace_path: "/project/workspace".into(),
            agent: AgentAt::Here {
                session: owner.id.clone(),
            },
        })
    }

    async fn resume(
        &self,
        id: &str,
        owner: &User,
        session: &SessionOptions,
    ) -> Result<Awake, Problem> {
        if id == ID {
            self.create(owner, session).await
        } else {
            Err(Problem::not_found())
        }
    }

    async fn attach(&self, id: &str, _: &str) -> Result<Attachment, Problem> {
        assert_eq!(id, ID, "a token opened another sandbox");
        let (sender, from_agent) = client_queue(ClientQueueBounds::default());
        Ok(Attachment {
            client: 1,
            to_agent: self.to_agent.clone(),
            from_agent,
            presence: Box::new(sender),
        })
    }

    fn preview_access(&self, id: &str, _: Option<&str>) -> PreviewAccess {
        if id == ID {
            PreviewAccess::Allowed
        } else {
            PreviewAccess::NoSuchSandbox
        }
    }

    async fn connect(&self, id: &str, to: Inside<'_>, _: Visit) -> Result<DoorStream, Problem> {
        if id != ID {
            return Err(Problem::not_found());
        }
        let (ours, theirs) = duplex(64 * 1024);
        let answer = self
            .answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let is_asked = matches!(to, Inside::Port(_));
        tokio::spawn(async move {
            let (mut from, mut to) = tokio::io::split(theirs);
            // Something is asked; then it is answered and over.
            if is_asked && from.read(&mut [0; 1024]).await.is_err() {
                return;
            }
            if to.write_all(&answer).await.is_ok() {
                let _ = to.shutdown().await;
            }
        });
        Ok(Box::new(ours))
    }
}

//! A backend with one sandbox, whose agent is a piece of the test.

use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;
use yew_sandbox_agent::{Message, Permission, Visitor};
use yew_sandbox_protocol::BootupType;
use yew_sandbox_server::{
    AgentAt, AgentReceiver, AgentSender, Attachment, Awake, Backend, ClientQueueBounds,
    ClientSender, Problem, SessionOptions, User, agent_queue, client_queue,
};

/// The one sandbox's id.
pub const FAKE_ID: &str = "fake";

/// Tells the test of each client, and lets it answer.
#[derive(Clone, Debug)]
pub struct FakeBackend {
    bounds: ClientQueueBounds,
    to_agent: AgentSender,
    clients: mpsc::UnboundedSender<(Visitor, ClientSender)>,
    left: mpsc::UnboundedSender<u32>,
    count: Arc<Mutex<u32>>,
}

/// The test's side.
#[derive(Debug)]
pub struct FakeAgent {
    pub received: AgentReceiver,
    pub clients: mpsc::UnboundedReceiver<(Visitor, ClientSender)>,
    pub left: mpsc::UnboundedReceiver<u32>,
}

struct Presence(u32, mpsc::UnboundedSender<u32>);

impl FakeBackend {
    pub fn new(bounds: ClientQueueBounds) -> (Self, FakeAgent) {
        let (to_agent, received) = agent_queue();
        let (clients_sender, clients) = mpsc::unbounded_channel();
        let (left_sender, left) = mpsc::unbounded_channel();
        let backend = Self {
            bounds,
            to_agent,
            clients: clients_sender,
            left: left_sender,
            count: Arc::default(),
        };
        let agent = FakeAgent {
            received,
            clients,
            left,
        };
        (backend, agent)
    }
}

impl FakeAgent {
    /// The next client that was let in.
    pub async fn client(&mut self) -> (Visitor, ClientSender) {
        super::soon("a client", self.clients.recv()).await.unwrap()
    }

    /// The next message of a client.
    pub async fn message(&mut self) -> Message {
        super::soon("a message", self.received.next())
            .await
            .unwrap()
    }
}

impl Backend for FakeBackend {
    async fn create(&self, owner: &User, _: &SessionOptions) -> Result<Awake, Problem> {
        Ok(Awake {
            id: FAKE_ID.into(),
            bootup_type: BootupType::Clean,
            workspace_path: "/project/workspace".into(),
            agent: AgentAt::Here {
                session: format!("{}\n{}", owner.id, owner.name),
            },
        })
    }

    async fn resume(
        &self,
        id: &str,
        owner: &User,
        session: &SessionOptions,
    ) -> Result<Awake, Problem> {
        if id == FAKE_ID {
            self.create(owner, session).await
        } else {
            Err(Problem::not_found())
        }
    }

    async fn attach(&self, id: &str, session: &str) -> Result<Attachment, Problem> {
        let (user, name) = session.split_once('\n').unwrap();
        let visitor = Visitor::new(Permission::Write, name, user);
        assert_eq!(id, FAKE_ID);
        let client = {
            let mut count = self.count.lock().unwrap();
            *count += 1;
            *count
        };
        let (sender, from_agent) = client_queue(self.bounds);
        self.clients.send((visitor, sender)).unwrap();
        Ok(Attachment {
            client,
            to_agent: self.to_agent.clone(),
            from_agent,
            presence: Box::new(Presence(client, self.left.clone())),
        })
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // The test may be over.
        let _ = self.1.send(self.0);
    }
}

//! The cloud as the router sees it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use tokio::time::Instant;
use yew_sandbox_protocol::Session;

use super::client::Client;
use super::error::About;
use super::owners::{Claim, Owners};
use super::resumes::Resumes;
use super::retry::Repeat;
use super::wire::{self, Fork, Forked, SessionMade, Start, Started};
use super::{CloudError, CloudErrorKind, CloudOptions};
use crate::backend::{AgentAt, Attachment, Awake, Backend};
use crate::identity::{SessionOptions, User};
use crate::problem::{Limit, Problem, ProblemKind};
use crate::rate::PerMinute;

/// Length of a session's id at the cloud: what its users are told apart by.
const SESSION_ID: usize = 20;
/// Longest id that the cloud may give a sandbox.
const MAX_ID: usize = 64;
/// How long a sandbox that was just made is waited for where its start does not find it: as the JavaScript SDK does.
const START_OF_NEW: Repeat = Repeat::Start(Duration::from_millis(200));
/// The same for one that there was before.
const START_OF_OLD: Repeat = Repeat::Start(Duration::from_millis(500));

/// Sandboxes of the cloud. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct CloudBackend(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    owners: Arc<Owners>,
    options: CloudOptions,
    creates: PerMinute,
    resumes: Resumes,
}

impl CloudBackend {
    /// Takes hold of the data folder. Nothing is asked of the cloud; [`check`](Self::check) does.
    ///
    /// # Errors
    /// The folder cannot be used or another server uses it, the address or the template makes no sense, or this
    /// machine has no root certificates.
    pub fn open(options: CloudOptions) -> Result<Self, CloudError> {
        let tame = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
        let template = &options.template;
        if template.is_empty() || template.starts_with('.') || !template.bytes().all(tame) {
            let message = format!("`{}` is no id of a template", template.escape_debug());
            return Err(CloudError::new(CloudErrorKind::Options, message));
        }
        Ok(Self(Arc::new(Inner {
            client: Client::new(&options)?,
            owners: Arc::new(Owners::open(&options.data_dir)?),
            creates: PerMinute::new(options.creates_per_minute),
            resumes: Resumes::default(),
            options,
        })))
    }

    /// The data folder, as an absolute path.
    pub fn data_dir(&self) -> &Path {
        self.0.owners.data()
    }

    /// Asks the cloud for a list, to know that it is there and knows the key.
    ///
    /// # Errors
    /// It is not, or does not.
    pub async fn check(&self) -> Result<(), CloudError> {
        let path = "/sandbox?page_size=1";
        let deadline = self.0.deadline();
        let answer =
            self.0
                .client
                .call::<IgnoredAny>(Method::GET, path, NOTHING, Repeat::Freely, deadline);
        answer.await.map(drop)
    }
}

impl Backend for CloudBackend {
    fn is_elsewhere(&self) -> bool {
        true
    }

    async fn create(&self, owner: &User, session: &SessionOptions) -> Result<Awake, Problem> {
        let inner = &self.0;
        must_be_possible(session)?;
        let limit = inner.options.sandboxes_per_user;
        let claim = inner.owners.claim(&owner.id, limit)?;
        if !inner.creates.allows() {
            return Err(Problem::limited(
                Limit::CreatesPerMinute,
                inner.creates.bound(),
            ));
        }
        // In a task of its own: what has begun is noted or taken back, also where who asked goes away.
        let (inner, owner, session) = (inner.clone(), owner.clone(), session.clone());
        let (answer, answered) = oneshot::channel();
        let making = tokio::spawn(async move {
            let made = inner.create(&owner, &session, claim).await;
            if let Err(Ok(awake)) = answer.send(made) {
                // Nobody knows of it.
                inner.take_back(awake.id).await;
            }
        });
        let made = answered.await.map_err(|_| Problem::internal())?;
        // It lets go of the data folder, too.
        let _ = making.await;
        made
    }

    async fn resume(
        &self,
        id: &str,
        owner: &User,
        session: &SessionOptions,
    ) -> Result<Awake, Problem> {
        let inner = &self.0;
        must_be_possible(session)?;
        if !inner.owners.owns(&owner.id, id) {
            return Err(Problem::not_found());
        }
        let call = {
            let (inner, id) = (inner.clone(), id.to_owned());
            let (owner, session) = (owner.clone(), session.clone());
            async move { inner.resume(&id, &owner, &session).await }
        };
        inner.resumes.answer(id, owner, session, call).await
    }

    async fn attach(&self, _: &str, _: &str) -> Result<Attachment, Problem> {
        Err(Problem::new(
            ProblemKind::NotFound,
            "sandboxes of the cloud are not reached through this server",
            "fetch a session and connect to its address",
        ))
    }
}

impl Inner {
    fn deadline(&self) -> Instant {
        Instant::now() + self.options.deadline
    }

    async fn create(
        self: &Arc<Self>,
        owner: &User,
        session: &SessionOptions,
        claim: Claim,
    ) -> Result<Awake, Problem> {
        let deadline = self.deadline();
        let forked = self.fork(deadline).await;
        let id = forked.map_err(|error| error.into_problem(About::Template))?;
        let made = async {
            self.owners.add(id.clone(), claim).await?;
            let awake = self.awake(&id, owner, session, START_OF_NEW, deadline);
            let awake = awake.await;
            awake.map_err(|error| error.into_problem(About::Sandbox))
        };
        let made = made.await;
        if made.is_err() {
            let inner = self.clone();
            tokio::spawn(async move { inner.take_back(id).await });
        }
        made
    }

    /// Forgets a sandbox that somebody deleted at the cloud: its note takes one of its owner's places.
    async fn resume(
        self: &Arc<Self>,
        id: &str,
        owner: &User,
        session: &SessionOptions,
    ) -> Result<Awake, Problem> {
        let deadline = self.deadline();
        let awake = self.awake(id, owner, session, START_OF_OLD, deadline);
        let error = match awake.await {
            Ok(awake) => return Ok(awake),
            Err(error) => error,
        };
        if error.kind() != CloudErrorKind::NotFound || !self.is_gone(id, deadline).await {
            return Err(error.into_problem(About::Sandbox));
        }
        tracing::warn!(sandbox = id, %error, "the cloud does not know a sandbox any more; it is forgotten");
        // What went wrong was logged where it did.
        let _ = self.owners.remove(id.to_owned()).await;
        Err(Problem::not_found())
    }

    /// Whether the cloud has no such sandbox by another call either. A start may miss one for a while, and a note that is gone does not
    /// come back.
    async fn is_gone(&self, id: &str, deadline: Instant) -> bool {
        let path = format!("/sandbox/{id}");
        let known =
            self.client
                .call::<IgnoredAny>(Method::GET, &path, NOTHING, Repeat::Freely, deadline);
        let unknown = known.await.err();
        unknown.is_some_and(|error| error.kind() == CloudErrorKind::NotFound)
    }

    /// A new sandbox's id.
    async fn fork(&self, deadline: Instant) -> Result<String, CloudError> {
        let path = format!("/sandbox/{}/fork", self.options.template);
        let fork = Fork {
            privacy: 2,
            private_preview: false,
            tags: ["yew-sandbox"],
            path: "/yew-sandbox",
        };
        let forked: Forked = self
            .client
            .call(Method::POST, &path, Some(&fork), Repeat::Once, deadline)
            .await?;
        let tame = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if forked.id.is_empty() || forked.id.len() > MAX_ID || !forked.id.bytes().all(tame) {
            let message = "the cloud gave a sandbox an id that cannot stand in an address";
            return Err(CloudError::new(CloudErrorKind::Unreadable, message));
        }
        Ok(forked.id)
    }

    /// A sandbox that runs, and a session of its user.
    async fn awake(
        &self,
        id: &str,
        owner: &User,
        options: &SessionOptions,
        start: Repeat,
        deadline: Instant,
    ) -> Result<Awake, CloudError> {
        let path = format!("/vm/{id}/start");
        let started: Started = self
            .client
            .call(Method::POST, &path, Some(&Start {}), start, deadline)
            .await?;
        let session_id = session_id(owner, options);
        let git = options.git.as_deref();
        let session = wire::Session {
            session_id: &session_id,
            permission: options.permission,
            git_user_name: git.map(|git| &*git.name).filter(|name| !name.is_empty()),
            git_user_email: git.map(|git| &*git.email).filter(|email| !email.is_empty()),
            git_access_token: git.and_then(|git| git.access_token.as_deref()),
        };
        let path = format!("/vm/{id}/sessions");
        let made: SessionMade = self
            .client
            .call(
                Method::POST,
                &path,
                Some(&session),
                Repeat::Freely,
                deadline,
            )
            .await?;
        let begins_with = |schemes: [&str; 2]| {
            let mut schemes = schemes.iter();
            schemes.any(|scheme| made.pitcher_url.starts_with(scheme))
        };
        // Where both agents are there, the session's address says which of them it opens.
        let is_pint = started.use_pint && begins_with(["http://", "https://"]);
        if !is_pint && !begins_with(["ws://", "wss://"]) {
            let message = "the cloud's agent is at no WebSocket address";
            return Err(CloudError::new(CloudErrorKind::Unreadable, message));
        }
        let session = Session {
            sandbox_id: id.to_owned(),
            session_id: Some(session_id),
            is_pint,
            bootup_type: started.bootup_type,
            cluster: started.cluster,
            pitcher_url: made.pitcher_url,
            pitcher_token: made.pitcher_token,
            pitcher_version: started.pitcher_version,
            latest_pitcher_version: started.latest_pitcher_version,
            pitcher_manager_version: started.pitcher_manager_version,
            workspace_path: started.workspace_path.clone(),
            user_workspace_path: made.user_workspace_path,
            host_token: None,
        };
        Ok(Awake {
            id: id.to_owned(),
            bootup_type: started.bootup_type,
            workspace_path: started.workspace_path,
            agent: AgentAt::Elsewhere(Box::new(session)),
        })
    }

    /// A sandbox that never came up is nothing that anybody owns.
    async fn take_back(&self, id: String) {
        let path = format!("/vm/{id}");
        let deadline = self.deadline();
        let deleted = self.client.call::<IgnoredAny>(
            Method::DELETE,
            &path,
            NOTHING,
            Repeat::Freely,
            deadline,
        );
        if let Err(error) = deleted.await {
            tracing::warn!(sandbox = id, %error, "a sandbox that did not start is left at the cloud");
        }
        // What went wrong was logged where it did.
        let _ = self.owners.remove(id).await;
    }
}

/// No body.
const NOTHING: Option<&()> = None;

/// Refuses what the cloud's calls cannot carry.
fn must_be_possible(session: &SessionOptions) -> Result<(), Problem> {
    let what = if !session.env.is_empty() {
        "an environment"
    } else if session
        .git
        .as_ref()
        .is_some_and(|git| git.username.is_some())
    {
        "a git user name to log in with"
    } else if session.git.as_ref().is_some_and(|git| {
        let provider = git.provider.as_deref().unwrap_or("github.com");
        git.access_token.is_some() && provider != "github.com"
    }) {
        "a git token of another provider than GitHub"
    } else {
        return Ok(());
    };
    Err(Problem::new(
        ProblemKind::Invalid,
        format!("the cloud gives a session no such thing as {what}"),
        "leave it out of the session, and set it inside the sandbox",
    ))
}

/// The same for the same user, and of no use for finding out who it is.
fn session_id(owner: &User, options: &SessionOptions) -> String {
    options.id.clone().unwrap_or_else(|| {
        let mut id = URL_SAFE_NO_PAD.encode(Sha256::digest(owner.id.as_bytes()));
        id.truncate(SESSION_ID);
        id
    })
}

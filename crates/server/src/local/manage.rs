//! The embedded backend in the hands of who runs the server.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::backend::LocalBackend;
use super::catalog::Catalog;
use super::host_tokens::{HostTokens, KeptToken};
use super::inner::{Inner, awake};
use super::meta::{Meta, now};
use super::sandbox::Sandbox;
use super::{copy_tree, new_files};
use crate::backend::Awake;
use crate::identity::SessionOptions;
use crate::manage::{
    HostTokenInfo, Manage, NewFile, NewHostToken, NewSandbox, PreviewAccess, PreviewHost, Running,
    RunningSandbox, SandboxInfo, StartOptions, Tier, WakeOn,
};
use crate::problem::{Problem, ProblemKind};

/// What the JavaScript SDK calls the template that it takes where none is named, on the cloud and on its test system.
const DEFAULT_TEMPLATES: [&str; 3] = ["default", "pcz35m", "7ngcrf"];
/// Longest title, in characters.
const MAX_TITLE: usize = 255;

impl LocalBackend {
    /// Whether somebody with `token` may see the previews of the sandbox `id`, which may be anything.
    ///
    /// Only those of a private sandbox need a token. Looks at nothing but memory.
    pub fn preview_allowed(&self, id: &str, token: Option<&str>) -> PreviewAccess {
        let Ok(sandbox) = self.0.sandbox(id) else {
            return PreviewAccess::NoSuchSandbox;
        };
        if sandbox.meta.get().privacy != crate::manage::Privacy::Private {
            return PreviewAccess::Allowed;
        }
        let tokens = sandbox.host_tokens.get();
        match token.and_then(|token| tokens.find(token)) {
            Some(token) => {
                sandbox.note_use(token);
                PreviewAccess::Allowed
            }
            None => PreviewAccess::NeedsToken,
        }
    }

    /// Which requests to its previews wake the sandbox `id`; none where there is no such sandbox.
    pub fn wakes_on(&self, id: &str) -> Option<WakeOn> {
        let sandbox = self.0.sandbox(id).ok()?;
        Some(sandbox.meta.get().wake_on)
    }
}

impl Manage for LocalBackend {
    async fn list(&self) -> Result<Vec<SandboxInfo>, Problem> {
        let sandboxes = self.0.all();
        Ok(sandboxes.iter().map(|sandbox| info(sandbox)).collect())
    }

    async fn info(&self, id: &str) -> Result<SandboxInfo, Problem> {
        Ok(info(&*self.0.sandbox(id)?))
    }

    async fn create_with(
        &self,
        new: NewSandbox,
        files: Vec<NewFile>,
    ) -> Result<SandboxInfo, Problem> {
        new_files::check(&files)?;
        let meta = apply(Meta::new(None), new);
        let sandbox = self
            .0
            .make_asleep(meta, move |root| new_files::write(root, files))
            .await?;
        Ok(info(&sandbox))
    }

    async fn fork(&self, source: &str, new: NewSandbox) -> Result<SandboxInfo, Problem> {
        let inner = &self.0;
        let template = inner.options.templates.contains_key(source);
        let sandbox = if template || inner.is_default_template(source) {
            let mut meta = apply(Meta::new(None), new);
            meta.template = template.then(|| source.to_owned());
            meta.fork_of = Some(source.to_owned());
            inner.make_asleep(meta, |_| Ok(())).await?
        } else {
            inner.fork(source, new).await?
        };
        Ok(info(&sandbox))
    }

    async fn start(&self, id: &str, options: StartOptions) -> Result<Awake, Problem> {
        self.0.must_be_open()?;
        let sandbox = self.0.sandbox(id)?;
        if options != StartOptions::default() {
            let change = move |meta: &mut Meta| {
                let seconds = options.hibernation_timeout.map(seconds);
                meta.hibernation_timeout = seconds.or(meta.hibernation_timeout);
                meta.tier = options.tier.or(meta.tier);
                meta.wake_on = options.wake_on.unwrap_or(meta.wake_on);
            };
            sandbox.change_meta(change).await?;
            sandbox.renew_idle(&self.0.host);
        }
        let woken = sandbox.wake(&self.0.host).await?;
        woken.agent.touch();
        let session = sandbox
            .open_session(None, SessionOptions::default())
            .await?;
        Ok(awake(&sandbox, &woken.agent, woken.bootup_type, session))
    }

    async fn open_session(&self, id: &str, session: SessionOptions) -> Result<Awake, Problem> {
        let sandbox = self.0.sandbox(id)?;
        let agent = sandbox.agent().ok_or_else(not_running)?;
        let session = sandbox.open_session(None, session).await?;
        let running = yew_sandbox_protocol::BootupType::Running;
        Ok(awake(&sandbox, &agent, running, session))
    }

    async fn hibernate(&self, id: &str) -> Result<(), Problem> {
        let sandbox = self.0.sandbox(id)?;
        if !sandbox.is_running() {
            return Err(not_running());
        }
        sandbox.put_to_sleep().await;
        Ok(())
    }

    async fn shut_down(&self, id: &str) -> Result<(), Problem> {
        let sandbox = self.0.sandbox(id)?;
        if !sandbox.is_running() {
            return Err(not_running());
        }
        // A start that goes on would take the word for one that it follows itself.
        sandbox.settled().await;
        // First the word, so that whoever wakes it in between starts it from nothing too.
        sandbox.change_meta(|meta| meta.shut_down = true).await?;
        sandbox.put_to_sleep().await;
        Ok(())
    }

    async fn delete(&self, id: &str) -> Result<(), Problem> {
        self.0.must_be_open()?;
        let sandbox = self.0.sandbox(id)?;
        // In a task of its own: what has begun is done, also where who asked goes away.
        let inner = self.0.clone();
        let removed = tokio::spawn(async move { inner.remove(&sandbox).await });
        match removed.await {
            Ok(true) => Ok(()),
            _ => Err(Problem::new(
                ProblemKind::Internal,
                "the sandbox is deleted, but some of its files could not be removed",
                "the server's log has the reason; its next start tries again",
            )),
        }
    }

    async fn set_tier(&self, id: &str, tier: Tier) -> Result<(), Problem> {
        let sandbox = self.0.sandbox(id)?;
        sandbox
            .change_meta(move |meta| meta.tier = Some(tier))
            .await
    }

    async fn set_hibernation_timeout(&self, id: &str, timeout: Duration) -> Result<(), Problem> {
        let sandbox = self.0.sandbox(id)?;
        let seconds = seconds(timeout);
        let change = move |meta: &mut Meta| meta.hibernation_timeout = Some(seconds);
        sandbox.change_meta(change).await?;
        sandbox.renew_idle(&self.0.host);
        Ok(())
    }

    async fn running(&self) -> Result<Running, Problem> {
        let sandboxes = self.0.all();
        let running = sandboxes.iter().filter_map(|sandbox| {
            let agent = sandbox.agent()?;
            Some(RunningSandbox {
                id: sandbox.id.clone(),
                started: agent.started(),
                last_active: ago(agent.active().elapsed()),
                tier: sandbox.meta.get().tier,
            })
        });
        Ok(Running {
            sandboxes: running.collect(),
            limit: self.0.host.running_limit,
        })
    }

    async fn create_host_token(
        &self,
        id: &str,
        expires: Option<SystemTime>,
    ) -> Result<NewHostToken, Problem> {
        let expires = expires.map(since_1970);
        let create = move |tokens: &mut HostTokens| tokens.create(expires);
        let sandbox = self.0.sandbox(id)?;
        let (token, secret) = sandbox.change_host_tokens(create).await?;
        let info = token_info(&sandbox, &token);
        Ok(NewHostToken { info, secret })
    }

    async fn host_tokens(&self, id: &str) -> Result<Vec<HostTokenInfo>, Problem> {
        let sandbox = self.0.sandbox(id)?;
        let tokens = sandbox.host_tokens.get();
        let infos = tokens.active().map(|token| token_info(&sandbox, token));
        Ok(infos.collect())
    }

    async fn update_host_token(
        &self,
        id: &str,
        token: &str,
        expires: Option<SystemTime>,
    ) -> Result<HostTokenInfo, Problem> {
        let sandbox = self.0.sandbox(id)?;
        let (token, expires) = (token.to_owned(), expires.map(since_1970));
        let update = move |tokens: &mut HostTokens| tokens.update(&token, expires);
        let token = sandbox.change_host_tokens(update).await?;
        Ok(token_info(&sandbox, &token))
    }

    async fn revoke_host_tokens(&self, id: &str) -> Result<(), Problem> {
        let sandbox = self.0.sandbox(id)?;
        let revoke = |tokens: &mut HostTokens| {
            tokens.revoke_all();
            Ok(())
        };
        sandbox.change_host_tokens(revoke).await
    }

    async fn create_tag(&self, sandboxes: Vec<String>) -> Result<String, Problem> {
        for id in &sandboxes {
            self.0.sandbox(id)?;
        }
        let create = |catalog: &mut Catalog| catalog.create_tag(sandboxes);
        self.0.change_catalog(create).await
    }

    async fn set_alias(&self, namespace: &str, alias: &str, tag: &str) -> Result<(), Problem> {
        let (alias, tag) = (format!("{namespace}@{alias}"), tag.to_owned());
        let set = move |catalog: &mut Catalog| catalog.set_alias(alias, &tag);
        self.0.change_catalog(set).await
    }

    async fn preview_hosts(&self) -> Result<Vec<PreviewHost>, Problem> {
        Ok(preview_hosts(&self.0.catalog.get()))
    }

    async fn set_preview_hosts(
        &self,
        hosts: Vec<String>,
        replace: bool,
    ) -> Result<Vec<PreviewHost>, Problem> {
        let set = move |catalog: &mut Catalog| {
            if replace {
                catalog.replace_preview_hosts(hosts)?;
            } else {
                catalog.add_preview_hosts(hosts)?;
            }
            Ok(preview_hosts(catalog))
        };
        self.0.change_catalog(set).await
    }
}

impl Inner {
    fn is_default_template(&self, name: &str) -> bool {
        let folder = self
            .options
            .template_dir
            .as_deref()
            .and_then(Path::file_name);
        DEFAULT_TEMPLATES.contains(&name) || folder.is_some_and(|folder| folder == name)
    }

    /// A copy of a sandbox, or of the first one that is there of a tag or an alias.
    async fn fork(
        self: &Arc<Self>,
        source: &str,
        new: NewSandbox,
    ) -> Result<Arc<Sandbox>, Problem> {
        let catalog = self.catalog.get();
        let tagged = catalog.sandboxes(source).unwrap_or_default();
        let mut ids = std::iter::once(source).chain(tagged.iter().map(String::as_str));
        let origin = ids.find_map(|id| self.sandbox(id).ok());
        let origin = origin.ok_or_else(Problem::not_found)?;
        let original = origin.meta.get();
        let new = NewSandbox {
            title: new.title.or_else(|| forked(original.title.as_deref())),
            description: new.description.or_else(|| original.description.clone()),
            privacy: new.privacy.or(Some(original.privacy)),
            frozen: new.frozen.or(Some(original.frozen)),
            ..new
        };
        let mut meta = apply(Meta::new(None), new);
        meta.template = original.template.clone();
        meta.tier = original.tier;
        meta.fork_of = Some(origin.id.clone());
        // Whoever goes away before it is their turn has nothing copied.
        let permit = self.copies.clone().acquire_owned().await;
        let permit = permit.map_err(|_| Problem::internal())?;
        let from = self.store.root(&origin.id);
        let inner = self.clone();
        let forking = self.make(async move {
            let copy = move |root: &Path| {
                // Until the last file, whoever waits for it.
                let _permit = permit;
                copy_tree::copy_tree(&from, root)
            };
            let forked = inner.create(meta, copy).await;
            if !origin.is_gone() {
                return forked.map(|forked| (forked, ()));
            }
            // It was deleted while it was copied, so that nobody knows how much the copy has.
            if let Ok(forked) = forked {
                inner.remove(&forked).await;
            }
            Err(Problem::not_found())
        });
        forking.await.map(|(forked, ())| forked)
    }

    /// A new sandbox with `fill` for its files, which sleeps.
    async fn make_asleep(
        self: &Arc<Self>,
        meta: Meta,
        fill: impl FnOnce(&Path) -> io::Result<()> + Send + 'static,
    ) -> Result<Arc<Sandbox>, Problem> {
        let inner = self.clone();
        let making = self.make(async move { Ok((inner.create(meta, fill).await?, ())) });
        making.await.map(|(sandbox, ())| sandbox)
    }

    /// Changes what belongs to no single sandbox.
    async fn change_catalog<R: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Catalog) -> Result<R, Problem> + Send + 'static,
    ) -> Result<R, Problem> {
        self.must_be_open()?;
        let inner = self.clone();
        let changed = tokio::task::spawn_blocking(move || inner.catalog.change(change));
        match changed.await {
            Ok(Ok(result)) => result,
            Ok(Err(error)) => {
                tracing::error!(%error, "tags and preview hosts could not be changed");
                Err(Problem::internal())
            }
            Err(_) => Err(Problem::internal()),
        }
    }
}

fn apply(meta: Meta, new: NewSandbox) -> Meta {
    Meta {
        title: new.title,
        description: new.description,
        tags: new.tags,
        path: new.path,
        privacy: new.privacy.unwrap_or_default(),
        frozen: new.frozen.unwrap_or_default(),
        ..meta
    }
}

/// The title of a fork whose own title nobody said.
fn forked(original: Option<&str>) -> Option<String> {
    const FORKED: &str = " (forked)";
    let title: String = original?.chars().take(MAX_TITLE - FORKED.len()).collect();
    Some(title + FORKED)
}

fn info(sandbox: &Sandbox) -> SandboxInfo {
    let meta = sandbox.meta.get();
    SandboxInfo {
        id: sandbox.id.clone(),
        title: meta.title.clone(),
        description: meta.description.clone(),
        tags: meta.tags.clone(),
        privacy: meta.privacy,
        frozen: meta.frozen,
        created: time(meta.created),
        number: meta.number,
        updated: time(meta.updated.max(meta.created)),
        running: sandbox.agent().is_some(),
    }
}

fn token_info(sandbox: &Sandbox, token: &KeptToken) -> HostTokenInfo {
    HostTokenInfo {
        id: token.id.clone(),
        prefix: token.prefix.clone(),
        expires: token.expires.map(time),
        last_used: sandbox.last_use(&token.id),
    }
}

fn preview_hosts(catalog: &Catalog) -> Vec<PreviewHost> {
    let hosts = catalog.preview_hosts().map(|(host, inserted)| PreviewHost {
        host: host.to_owned(),
        inserted: time(inserted),
    });
    hosts.collect()
}

fn not_running() -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        "the sandbox is not running",
        "start it first",
    )
}

/// At least one: a part of a second is no time to sleep after.
fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs().max(1)).unwrap_or(u32::MAX)
}

/// Times of files that somebody else wrote may be anything.
fn time(seconds: u64) -> SystemTime {
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    time.unwrap_or(UNIX_EPOCH)
}

fn since_1970(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

fn ago(duration: Duration) -> SystemTime {
    time(now().saturating_sub(duration.as_secs()))
}

//! One run of the git program.

use std::ffi::OsStr;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::fd::OwnedFd;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::time::timeout;
use yew_sandbox_protocol::{ErrorCode, WireError};

use crate::files::Root;
use crate::shells::{Environment, REMOVED};

/// How long git may take where it only looks at what is here.
pub(super) const LOOK: Duration = Duration::from_secs(30);
/// How long git may take where it talks to a remote or runs hooks.
pub(super) const WORK: Duration = Duration::from_secs(120);
/// How long git's output is waited for once git has ended. What it started in the background may hold it open for good.
const LEFT: Duration = Duration::from_secs(1);
/// Most bytes of output that are taken.
pub(super) const MOST_OUTPUT: usize = 16 * 1024 * 1024;
/// Most bytes of complaints that are taken.
const MOST_COMPLAINT: usize = 16 * 1024;
/// Most bytes of complaints that are told.
const MOST_TOLD: usize = 2000;

/// What would lead git to another repository than that of the workspace.
const MISLEADING: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// Runs git in the workspace, for one client.
#[derive(Clone, Debug)]
pub(super) struct Git {
    directory: Arc<OwnedFd>,
    /// The directory above the workspace: no repository is looked for there.
    ceiling: PathBuf,
    environment: Environment,
    /// The user's name, for commits that have no other author.
    username: String,
}

/// What git said.
#[derive(Debug)]
pub(super) struct Output {
    status: ExitStatus,
    pub(super) text: Vec<u8>,
    /// Whether there was more than is taken.
    pub(super) is_cut: bool,
    complaint: Vec<u8>,
}

/// The processes of a run. Dropped, they are killed.
struct Group(Option<Pid>);

impl Git {
    /// Git in the workspace with the environment of a client's session.
    pub(super) fn new(
        root: &Root,
        environment: Environment,
        username: &str,
    ) -> Result<Self, WireError> {
        let directory = root.open_directory(root.workspace()).map_err(|errno| {
            let workspace = root.visible(root.workspace());
            crate::files::Fault::from(errno).into_wire("look at the repository", &workspace)
        })?;
        // Git compares real paths, and the workspace may be a link.
        let own_name = format!("/proc/self/fd/{}", directory.as_raw_fd());
        let real = std::fs::read_link(own_name).unwrap_or_default();
        Ok(Self {
            directory: Arc::new(directory),
            ceiling: real.parent().unwrap_or(Path::new("/")).to_owned(),
            environment,
            username: username.to_owned(),
        })
    }

    /// Whether the session names the author of commits.
    pub(super) fn names_author(&self) -> bool {
        self.environment
            .iter()
            .any(|(name, _)| name == "GIT_COMMITTER_EMAIL")
    }

    /// A name for commits that have no other author.
    pub(super) fn username(&self) -> &str {
        match self.username.as_str() {
            "" => "sandbox",
            name => name,
        }
    }

    /// Runs git and takes its output, whether or not it succeeds.
    ///
    /// # Errors
    /// Where there is no git, no repository, or it takes too long.
    pub(super) async fn try_run<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        input: &[u8],
        limit: Duration,
    ) -> Result<Output, WireError> {
        let ran = timeout(limit, self.execute(arguments, input)).await;
        let output = match ran {
            Ok(Ok(output)) => output,
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
                let message = "the sandbox has no git program; install git";
                return Err(WireError::new(ErrorCode::FEATURE_UNAVAILABLE, message));
            }
            Ok(Err(error)) => {
                let message = format!("git cannot run: {error}");
                return Err(WireError::new(ErrorCode::CRITICAL, message));
            }
            Err(_) => {
                let message = format!("git took longer than {} s and was ended", limit.as_secs());
                return Err(WireError::new(ErrorCode::CRITICAL, message));
            }
        };
        if !output.is_success() && output.complaint().contains("not a git repository") {
            let errno = rustix::io::Errno::NOENT.raw_os_error();
            let message = "the workspace is no git repository; run `git init` or clone one into it";
            return Err(WireError::file(Some(errno), message));
        }
        Ok(output)
    }

    /// Runs git and takes its output; a failure is an error of a kind, in git's own words.
    pub(super) async fn run<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        kind: ErrorCode,
    ) -> Result<Vec<u8>, WireError> {
        self.run_with(arguments, b"", WORK, kind).await
    }

    /// The same, with input and a limit of time.
    pub(super) async fn run_with<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        input: &[u8],
        limit: Duration,
        kind: ErrorCode,
    ) -> Result<Vec<u8>, WireError> {
        let output = self.try_run(arguments, input, limit).await?;
        if !output.is_success() {
            return Err(output.into_error(kind));
        }
        if output.is_cut {
            let message = format!("git had more than {MOST_OUTPUT} bytes to say; ask for less");
            return Err(WireError::new(ErrorCode::CRITICAL, message));
        }
        Ok(output.text)
    }

    /// Looks something up that may not be there: one line, or `None`.
    pub(super) async fn look_up(&self, arguments: &[&str]) -> Result<Option<String>, WireError> {
        let output = self.try_run(arguments, b"", LOOK).await?;
        let text = String::from_utf8_lossy(&output.text);
        let line = text.trim_end_matches('\n');
        Ok((output.is_success() && !line.is_empty()).then(|| line.to_owned()))
    }

    async fn execute<A: AsRef<OsStr>>(&self, arguments: &[A], input: &[u8]) -> io::Result<Output> {
        let mut command = Command::new("git");
        for name in REMOVED.iter().chain(&MISLEADING) {
            command.env_remove(name);
        }
        let mut child = command
            // The workspace may belong to another user where the server gave it away.
            .args(["-c", "safe.directory=*", "-c", "core.quotePath=false"])
            .args(["-c", "color.ui=false", "-c", "advice.detachedHead=false"])
            // A path is a path, whatever letters it has.
            .arg("--literal-pathspecs")
            .args(arguments)
            .envs(self.environment.iter())
            .env("GIT_CEILING_DIRECTORIES", &self.ceiling)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "")
            .env("SSH_ASKPASS", "")
            .env("SSH_ASKPASS_REQUIRE", "never")
            .env("GIT_EDITOR", "true")
            .env("GIT_MERGE_AUTOEDIT", "no")
            .env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh")
            // Looking must not write, or each look would bring the next.
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C.UTF-8")
            .env("LANGUAGE", "C")
            .current_dir(format!("/proc/self/fd/{}", self.directory.as_raw_fd()))
            .stdin(if input.is_empty() {
                Stdio::null()
            } else {
                Stdio::piped()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let group = Group::of(child.id());
        let (mut stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let write = async {
            if let Some(mut stdin) = stdin.take() {
                // One that wants no more has said why elsewhere.
                let _ = stdin.write_all(input).await;
            }
        };
        let (mut text, mut complaint) = (Taken::default(), Taken::default());
        let mut talk = Box::pin(async {
            tokio::join!(
                write,
                text.take(stdout, MOST_OUTPUT),
                complaint.take(stderr, MOST_COMPLAINT)
            )
        });
        let (status, talked) = tokio::select! {
            talked = &mut talk => (child.wait().await?, Some(talked)),
            status = child.wait() => (status?, timeout(LEFT, &mut talk).await.ok()),
        };
        drop(talk);
        // What hooks left in the background is theirs.
        group.forget();
        if let Some(((), stdout, stderr)) = talked {
            stdout?;
            stderr?;
        }
        Ok(Output {
            status,
            text: text.kept,
            is_cut: text.is_cut,
            complaint: complaint.kept,
        })
    }
}

impl Output {
    pub(super) fn is_success(&self) -> bool {
        self.status.success()
    }

    /// What git complained of, for people.
    pub(super) fn complaint(&self) -> String {
        let said = if self.complaint.trim_ascii().is_empty() {
            &self.text
        } else {
            &self.complaint
        };
        let text = String::from_utf8_lossy(said);
        let mut text = text.trim().replace("fatal: ", "").replace("error: ", "");
        if text.len() > MOST_TOLD {
            let end = (0..=MOST_TOLD)
                .rev()
                .find(|end| text.is_char_boundary(*end));
            text.truncate(end.unwrap_or(0));
        }
        if text.is_empty() {
            text = format!("git ended with {}", self.status);
        }
        text
    }

    /// All that git said.
    pub(super) fn mentions(&self, text: &str) -> bool {
        let is_in = |said: &[u8]| String::from_utf8_lossy(said).contains(text);
        is_in(&self.complaint) || is_in(&self.text)
    }

    pub(super) fn into_error(self, kind: ErrorCode) -> WireError {
        WireError::new(kind, self.complaint())
    }
}

impl Group {
    fn of(process: Option<u32>) -> Self {
        let number = process.and_then(|number| i32::try_from(number).ok());
        Self(number.and_then(Pid::from_raw))
    }

    fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // They may be gone already.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// The first bytes of what was read, so far.
#[derive(Default)]
struct Taken {
    kept: Vec<u8>,
    /// Whether there was more.
    is_cut: bool,
}

impl Taken {
    /// Reads to the end and keeps the first bytes.
    async fn take(
        &mut self,
        reader: Option<impl AsyncRead + Unpin>,
        most: usize,
    ) -> io::Result<()> {
        let Some(mut reader) = reader else {
            return Ok(());
        };
        let mut first = (&mut reader).take(most as u64);
        while first.read_buf(&mut self.kept).await? > 0 {}
        let mut rest = [0; 8192];
        while reader.read(&mut rest).await? > 0 {
            self.is_cut = true;
        }
        Ok(())
    }
}

//! Isolation by bubblewrap.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::error::OpenError;
use super::isolation::{Launch, Owner, environment};
use super::limits::SandboxLimits;

/// How long a process that does nothing may take.
const PROBE: Duration = Duration::from_secs(10);

/// Everything is taken away first, then little is given.
const FLAGS: &[&str] = &[
    "--unshare-user",
    "--unshare-ipc",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--disable-userns",
    "--uid",
    "1000",
    "--gid",
    "1000",
    "--cap-drop",
    "ALL",
    "--die-with-parent",
    "--new-session",
    "--hostname",
    "sandbox",
];

/// What is seen inside besides the sandbox's own files. Never `/etc`, `/run` or a home of the machine.
const MOUNTS: &[&str] = &[
    "--ro-bind",
    "/usr",
    "/usr",
    "--ro-bind-try",
    "/etc/alternatives",
    "/etc/alternatives",
    "--ro-bind-try",
    "/etc/ssl/certs",
    "/etc/ssl",
    "--ro-bind-try",
    "/etc/ld.so.cache",
    "/etc/ld.so.cache",
    "--ro-bind-try",
    "/etc/localtime",
    "/etc/localtime",
    "--ro-bind-try",
    "/etc/nsswitch.conf",
    "/etc/nsswitch.conf",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--size",
    "268435456",
    "--tmpfs",
    "/tmp",
    "--size",
    "16777216",
    "--tmpfs",
    "/dev/shm",
    "--remount-ro",
    "/dev",
    "--chdir",
    "/",
];

/// Bash takes a socket as standard input for a remote login, and would read the user's own start-up files.
const BASH: [&str; 4] = ["bash", "--noprofile", "--norc", "-c"];

/// Whatever the server was started with and nobody closed must not be open inside.
const CLOSE: &str = r#"
for descriptor in /proc/$$/fd/*; do
    number="${descriptor##*/}"
    if [ "$number" -gt 2 ]; then
        eval "exec $number>&-"
    fi
done
"#;

/// Lets this process, and all that come of it, into the control groups that the first argument names, one a line.
const JOIN: &str = r#"
set -e -f
IFS='
'
for entrance in $1; do
    echo $$ > "$entrance"
done
unset IFS
shift
"#;

/// Run before the isolation.
const AS_USER: &str = r#"exec "$@""#;

/// Run as root, before the isolation.
///
/// The sandbox's own user may not pass the server's folders, and need not: in a mount namespace that ends
/// with this process, what is needed is put where everybody may pass. Only then the user is changed.
const AS_ROOT: &str = r#"
place="$1"
root="$2"
agent="$3"
template="$4"
user="$5"
group="$6"
shift 6
mount -t tmpfs -o mode=0755,size=64k sandbox "$place"
mkdir "$place/root"
mount --bind "$root" "$place/root"
: > "$place/agent"
mount --bind "$agent" "$place/agent"
if [ -n "$template" ]; then
    mkdir "$place/template"
    mount --bind "$template" "$place/template"
fi
exec setpriv --reuid "$user" --regid "$group" --clear-groups -- "$@"
"#;

/// Where those things are put: the first that is there and holds none of them, since it is covered.
const PLACES: [&str; 5] = ["/mnt", "/media", "/srv", "/opt", "/tmp"];

/// Bubblewrap, known to work on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Bubblewrap {
    program: PathBuf,
}

impl Bubblewrap {
    /// Where a template is seen inside.
    pub(crate) const TEMPLATE: &'static str = "/.sandbox/template";
    /// Where the agent's program is seen inside.
    const AGENT: &'static str = "/.sandbox/agent";

    /// Starts a process just as an agent is started later, and waits until it has ended.
    pub(crate) async fn probe(launch: &Launch) -> Result<Self, OpenError> {
        let program = find("bwrap").ok_or(OpenError::IsolationMissing)?;
        let found = Self { program };
        let mut command = found.command(launch, &["--version".into()]);
        command.stdin(Stdio::null()).kill_on_drop(true);
        let denied = |output: String| OpenError::IsolationDenied { output };
        let output = timeout(PROBE, command.output()).await;
        let output = output.map_err(|_| denied("nothing for 10 s".to_owned()))?;
        let output = output.map_err(|error| denied(error.to_string()))?;
        if output.status.success() {
            return Ok(found);
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(denied(if said.is_empty() {
            format!("nothing ({})", output.status)
        } else {
            said
        }))
    }

    /// The command that runs the agent's program with `arguments` inside.
    pub(crate) fn command(&self, launch: &Launch, arguments: &[OsString]) -> Command {
        let mut command = match launch.owner {
            None => self.command_as_user(launch, arguments),
            Some(owner) => self.command_as_root(launch, owner, arguments),
        };
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .current_dir("/");
        command
    }

    fn command_as_user(&self, launch: &Launch, arguments: &[OsString]) -> Command {
        let template = launch.template.as_deref();
        let mut command = Command::new(BASH[0]);
        command
            .args(&BASH[1..])
            .args([&format!("{CLOSE}{JOIN}{AS_USER}"), BASH[0]])
            .arg(entrances(launch))
            .args(self.line(&launch.root, &launch.program, template, launch, arguments));
        command
    }

    fn command_as_root(&self, launch: &Launch, owner: Owner, arguments: &[OsString]) -> Command {
        let place = Path::new(place(launch));
        let template = launch.template.as_ref().map(|_| place.join("template"));
        let line = self.line(
            &place.join("root"),
            &place.join("agent"),
            template.as_deref(),
            launch,
            arguments,
        );
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "--propagation", "private", "--"])
            .args(BASH)
            .args([&format!("{CLOSE}{JOIN}{AS_ROOT}"), BASH[0]])
            .arg(entrances(launch))
            .arg(place)
            .arg(&launch.root)
            .arg(&launch.program)
            .arg(launch.template.as_deref().unwrap_or(Path::new("")))
            .arg(owner.uid.to_string())
            .arg(owner.gid.to_string())
            .args(line);
        command
    }

    /// Bubblewrap's whole command line, its name first.
    fn line(
        &self,
        root: &Path,
        program: &Path,
        template: Option<&Path>,
        launch: &Launch,
        arguments: &[OsString],
    ) -> Vec<OsString> {
        let mut line: Vec<OsString> = vec![self.program.clone().into()];
        line.extend(FLAGS.iter().map(OsString::from));
        let mut mount = |how: &str, from: &Path, to: &str| {
            line.extend([OsStr::new(how), from.as_ref(), to.as_ref()].map(OsString::from));
        };
        mount("--bind", root, "/");
        mount("--ro-bind", program, Self::AGENT);
        if let Some(template) = template {
            mount("--ro-bind", template, Self::TEMPLATE);
        }
        line.extend(MOUNTS.iter().map(OsString::from));
        line.push("--clearenv".into());
        for (name, value) in environment("/home/sandbox".as_ref()) {
            line.extend(["--setenv".into(), name.into(), value.into()]);
        }
        for (name, value) in &launch.environment {
            line.extend(["--setenv".into(), name.into(), value.clone()]);
        }
        line.extend(["--".into(), "prlimit".into()]);
        line.extend(limits(&launch.limits).map(OsString::from));
        line.extend(["--".into(), Self::AGENT.into()]);
        line.extend(arguments.iter().cloned());
        line
    }
}

/// Limits of each process, or of all processes of the sandbox's user.
///
/// The address space is not limited: WebAssembly reserves far more of it than it uses.
fn limits(limits: &SandboxLimits) -> [String; 5] {
    [
        format!("--nproc={}", limits.processes),
        format!("--nofile={}", limits.open_files),
        format!("--fsize={}", limits.file_size),
        format!("--data={}", limits.memory),
        "--core=0".to_owned(),
    ]
}

fn entrances(launch: &Launch) -> OsString {
    let entrances: Vec<_> = launch.groups.iter().map(|path| path.as_os_str()).collect();
    entrances.join(OsStr::new("\n"))
}

fn place(launch: &Launch) -> &'static str {
    let needed = [&launch.root, &launch.program];
    let free = |place: &&str| {
        let mut needed = needed.into_iter().chain(&launch.template);
        Path::new(place).is_dir() && !needed.any(|path| path.starts_with(place))
    };
    // All of them taken: bubblewrap's words tell what is missing then.
    PLACES.into_iter().find(free).unwrap_or(PLACES[0])
}

/// A program on the server's own `PATH`.
fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was needed lay below the place that was covered for it.
    #[test]
    fn nothing_that_is_needed_is_covered() {
        let launch = |root: &str, template: Option<&str>| Launch {
            program: "/mnt/data/agent".into(),
            root: root.into(),
            template: template.map(PathBuf::from),
            owner: None,
            limits: SandboxLimits::default(),
            groups: Vec::new(),
            told: Vec::new(),
            environment: Vec::new(),
        };
        let first = place(&launch("/mnt/data/root", None));
        assert!(PLACES[1..].contains(&first), "{first}");
        let second = place(&launch("/mnt/data/root", Some(first)));
        assert_ne!(second, first);
    }
}

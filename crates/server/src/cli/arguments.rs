//! What can be said on the command line, and by the environment.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use yew_sandbox_server::PreviewDomain;
use yew_sandbox_server::local::IsolationChoice;

use super::limits::LimitArguments;

/// Serves live development sandboxes to web pages.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: ServeArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look through a data folder, and say what is wrong with it; changes nothing.
    Check(DataArguments),
    /// Write all that is kept into one archive, while a server runs or not.
    ///
    /// To restore it: make an empty folder, run `tar --extract --gzip --file FILE --directory FOLDER`, and start a server
    /// with --data-dir FOLDER. The archive holds the server's secret and all files: keep it as safe as those.
    Backup(BackupArguments),
}

/// Which data folder.
#[derive(Debug, Args)]
pub(crate) struct DataArguments {
    /// The folder that holds the sandboxes and the server's secret.
    #[arg(
        long,
        env = "YEW_SANDBOX_DATA_DIR",
        default_value = ".data",
        value_name = "DIR"
    )]
    pub(crate) data_dir: PathBuf,
}

/// What is written where.
#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,

    /// The archive, a compressed tar file. One that is there is replaced once the new one is whole.
    pub(crate) file: PathBuf,
}

/// Arguments of the server.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// A TOML file with options, by their names here without the dashes: `data-dir = "/srv/sandboxes"`. The command line
    /// goes before the environment, and that before the file.
    #[arg(long, env = "YEW_SANDBOX_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Where to listen; port 0 takes any free one.
    #[arg(
        long,
        env = "YEW_SANDBOX_LISTEN",
        default_value = "127.0.0.1:3000",
        value_name = "ADDR:PORT"
    )]
    pub(crate) listen: SocketAddr,

    /// The folder that holds the sandboxes and the server's secret; made if it is missing.
    #[arg(
        long,
        env = "YEW_SANDBOX_DATA_DIR",
        default_value = ".data",
        value_name = "DIR"
    )]
    pub(crate) data_dir: PathBuf,

    /// The folder with the pages to serve; none are served without it.
    #[arg(long, env = "YEW_SANDBOX_STATIC_DIR", value_name = "DIR")]
    pub(crate) static_dir: Option<PathBuf>,

    /// The folder that new workspaces are a copy of; a small template is built in.
    #[arg(long, env = "YEW_SANDBOX_TEMPLATE_DIR", value_name = "DIR")]
    pub(crate) template_dir: Option<PathBuf>,

    /// Where sandboxes are: on this machine, or in the cloud, with its key in CSB_API_KEY or TOGETHER_API_KEY and, for
    /// another address than the key's own, CSB_BASE_URL.
    #[arg(long, env = "YEW_SANDBOX_BACKEND", value_enum, default_value_t = Backend::Local)]
    pub(crate) backend: Backend,

    /// The sandbox, tag or `namespace@alias` of the cloud that new sandboxes are forks of.
    #[arg(long, env = "YEW_SANDBOX_CLOUD_TEMPLATE", value_name = "ID")]
    pub(crate) cloud_template: Option<String>,

    /// A folder whose subfolders are further templates, which the management API forks by their names.
    #[arg(long, env = "YEW_SANDBOX_TEMPLATES_DIR", value_name = "DIR")]
    pub(crate) templates_dir: Option<PathBuf>,

    /// A key of at least 16 characters that opens the management API, which is off without one; may be repeated.
    /// Other users of this machine can see command lines: the variable is the better place.
    #[arg(
        long,
        env = "YEW_SANDBOX_API_KEY",
        hide_env_values = true,
        value_delimiter = ',',
        value_name = "KEY"
    )]
    pub(crate) api_key: Vec<String>,

    /// How sandboxes are kept apart from each other and from this machine.
    #[arg(long, env = "YEW_SANDBOX_ISOLATION", value_enum, default_value_t = Isolation::Auto)]
    pub(crate) isolation: Isolation,

    /// The program inside each sandbox, `yew-sandbox-agent` of the same version; by default the server's own, which takes
    /// about twice the memory there.
    #[arg(long, env = "YEW_SANDBOX_AGENT", value_name = "FILE")]
    pub(crate) agent: Option<PathBuf>,

    /// A page's origin that may use this server besides its own pages, as `http://127.0.0.1:8080`; may be repeated.
    #[arg(
        long,
        env = "YEW_SANDBOX_ALLOWED_ORIGIN",
        value_delimiter = ',',
        value_name = "ORIGIN"
    )]
    pub(crate) allowed_origin: Vec<String>,

    /// A name that this server answers to besides the loopback names and the address it listens on; may be repeated.
    #[arg(
        long,
        env = "YEW_SANDBOX_ALLOWED_HOST",
        value_delimiter = ',',
        value_name = "HOST"
    )]
    pub(crate) allowed_host: Vec<String>,

    /// Where browsers find this server, without a path: for the addresses of downloads. Its host is answered to as one of
    /// --allowed-host, and its pages may use this server. By default the address that it listens on.
    #[arg(long, env = "YEW_SANDBOX_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,

    /// The domain of previews, which are `{sandbox}-{port}.DOMAIN`, with the port by which browsers reach it. By default
    /// `localhost` and the port that the server listens on. One that no other site shares is the safe choice.
    #[arg(long, env = "YEW_SANDBOX_PREVIEW_HOST", value_name = "DOMAIN[:PORT]")]
    pub(crate) preview_host: Option<PreviewDomain>,

    /// Adds nothing to previews: pages cannot navigate them then.
    #[arg(long, env = "YEW_SANDBOX_NO_PREVIEW_SCRIPT")]
    pub(crate) no_preview_script: bool,

    /// The address of a proxy in front, whose word on the address of a caller counts (`X-Forwarded-For`); may be repeated.
    #[arg(
        long,
        env = "YEW_SANDBOX_TRUSTED_PROXY",
        value_delimiter = ',',
        value_name = "ADDR"
    )]
    pub(crate) trusted_proxy: Vec<IpAddr>,

    /// Where figures for Prometheus are shown, at /metrics: an address that no user reaches. By default they are not.
    #[arg(long, env = "YEW_SANDBOX_METRICS_LISTEN", value_name = "ADDR:PORT")]
    pub(crate) metrics_listen: Option<SocketAddr>,

    /// For how many seconds, once it is asked to end, the server lets nobody new in and those who are there go on. The end
    /// comes when all have left, or at the next signal.
    #[arg(long, env = "YEW_SANDBOX_DRAIN", value_parser = any_seconds, default_value = "0", value_name = "SECONDS")]
    pub(crate) drain: Duration,

    /// After how many seconds without a request a sandbox goes to sleep.
    #[arg(long, env = "YEW_SANDBOX_HIBERNATE_AFTER", value_parser = seconds, default_value = "300", value_name = "SECONDS")]
    pub(crate) hibernate_after: Duration,

    /// For how many seconds a session's token opens new connections.
    #[arg(long, env = "YEW_SANDBOX_TOKEN_TTL", value_parser = seconds, default_value = "3600", value_name = "SECONDS")]
    pub(crate) token_ttl: Duration,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    /// What is logged: `error`, `warn`, `info`, `debug`, or a filter such as `info,yew_sandbox_server=debug`.
    #[arg(
        long,
        env = "YEW_SANDBOX_LOG",
        default_value = "info",
        value_name = "FILTER"
    )]
    pub(crate) log: String,
}

/// The values of `--backend`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    /// Folders and processes of this machine.
    Local,
    /// The cloud of CodeSandbox or Together, or another server of this kind.
    Codesandbox,
}

/// The values of `--isolation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Isolation {
    /// The best there is here; the start fails where there is none.
    Auto,
    /// Bubblewrap.
    Bwrap,
    /// None: whoever opens the page can do on this machine what the server can. Loopback only.
    None,
}

impl From<Isolation> for IsolationChoice {
    fn from(isolation: Isolation) -> Self {
        match isolation {
            Isolation::Auto => Self::Auto,
            Isolation::Bwrap => Self::Bubblewrap,
            Isolation::None => Self::None,
        }
    }
}

/// Parts of a second are fine, and none at all.
fn any_seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "not a number of seconds".to_owned())
}

/// More than none; parts of a second are fine.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "not a number of seconds above 0".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn everything_can_be_said() {
        let arguments = Arguments::parse_from([
            "server",
            "--listen",
            "[::1]:0",
            "--isolation",
            "bwrap",
            "--allowed-origin",
            "http://a:1",
            "--allowed-origin",
            "http://b:2",
            "--hibernate-after",
            "0.5",
        ]);
        let serve = arguments.serve;
        assert_eq!(serve.listen.port(), 0);
        assert_eq!(serve.isolation, Isolation::Bwrap);
        assert_eq!(serve.allowed_origin, ["http://a:1", "http://b:2"]);
        assert_eq!(serve.hibernate_after, Duration::from_millis(500));
        assert!(arguments.command.is_none());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for arguments in [
            ["server", "--listen", "nowhere"],
            ["server", "--isolation", "some"],
            ["server", "--hibernate-after", "0"],
            ["server", "--hibernate-after", "-1"],
            ["server", "--token-ttl", "NaN"],
            ["server", "--max-running-sandboxes", "many"],
        ] {
            assert!(
                Arguments::try_parse_from(arguments).is_err(),
                "{arguments:?}"
            );
        }
    }
}

//! What may be had at most, on the command line. Each is explained in `docs/src/limits.md`.

use clap::Args;
use yew_sandbox_server::local::LocalOptions;

/// What may be had at most.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArguments {
    /// Sandboxes that one user may own.
    #[arg(
        long,
        env = "YEW_SANDBOX_MAX_SANDBOXES_PER_USER",
        default_value = "20",
        value_name = "COUNT"
    )]
    pub(crate) max_sandboxes_per_user: usize,

    /// Sandboxes of all users together, without those that were made with an API key.
    #[arg(
        long,
        env = "YEW_SANDBOX_MAX_SANDBOXES",
        default_value = "10000",
        value_name = "COUNT"
    )]
    pub(crate) max_sandboxes: usize,

    /// Sandboxes that may be awake at once.
    #[arg(
        long,
        env = "YEW_SANDBOX_MAX_RUNNING_SANDBOXES",
        default_value = "50",
        value_name = "COUNT"
    )]
    pub(crate) max_running_sandboxes: u16,

    /// Connections that one sandbox may have at once.
    #[arg(
        long,
        env = "YEW_SANDBOX_MAX_SOCKETS_PER_SANDBOX",
        default_value = "32",
        value_name = "COUNT"
    )]
    pub(crate) max_sockets_per_sandbox: usize,

    /// Connections to sandboxes that one address may have at once.
    #[arg(
        long,
        env = "YEW_SANDBOX_MAX_SOCKETS_PER_ADDRESS",
        default_value = "1000",
        value_name = "COUNT"
    )]
    pub(crate) max_sockets_per_address: usize,

    /// Sandboxes that may be created in a minute, by all users together.
    #[arg(
        long,
        env = "YEW_SANDBOX_MAX_CREATES_PER_MINUTE",
        default_value = "120",
        value_name = "COUNT"
    )]
    pub(crate) max_creates_per_minute: usize,

    /// Sandboxes that one address may create in a minute.
    #[arg(
        long,
        env = "YEW_SANDBOX_MAX_CREATES_PER_MINUTE_PER_ADDRESS",
        default_value = "60",
        value_name = "COUNT"
    )]
    pub(crate) max_creates_per_minute_per_address: usize,

    /// Wrong tokens, and wrong API keys, of one address that are answered in a minute.
    #[arg(
        long,
        env = "YEW_SANDBOX_MAX_WRONG_TOKENS_PER_MINUTE",
        default_value = "100",
        value_name = "COUNT"
    )]
    pub(crate) max_wrong_tokens_per_minute: usize,

    /// Processes and threads of one sandbox.
    #[arg(long, env = "YEW_SANDBOX_SANDBOX_PROCESSES", value_parser = at_least_one, default_value = "256", value_name = "COUNT")]
    pub(crate) sandbox_processes: u32,

    /// Memory of one sandbox in MiB. Without control groups: of each of its processes.
    #[arg(long, env = "YEW_SANDBOX_SANDBOX_MEMORY", value_parser = mib, default_value = "2048", value_name = "MIB")]
    pub(crate) sandbox_memory: u64,

    /// How much of a processor one sandbox gets where all want some, in percent of what a program of this machine gets. Needs control
    /// groups.
    #[arg(long, env = "YEW_SANDBOX_SANDBOX_CPU_SHARE", value_parser = at_least_one, default_value = "100", value_name = "PERCENT")]
    pub(crate) sandbox_cpu_share: u32,

    /// Processors that one sandbox may keep busy, as 1.5; all by default. Needs control groups.
    #[arg(long, env = "YEW_SANDBOX_SANDBOX_CPUS", value_parser = cpus, value_name = "COUNT")]
    pub(crate) sandbox_cpus: Option<f64>,

    /// What the files of one sandbox may take of the disk, in MiB. It is looked at every 2 seconds or less often: whoever
    /// is over it can remove files, and do nothing else, until 95 % are left.
    #[arg(long, env = "YEW_SANDBOX_SANDBOX_DISK", value_parser = mib, default_value = "4096", value_name = "MIB")]
    pub(crate) sandbox_disk: u64,

    /// Files, folders and links of one sandbox.
    #[arg(
        long,
        env = "YEW_SANDBOX_SANDBOX_FILES",
        default_value = "500000",
        value_name = "COUNT"
    )]
    pub(crate) sandbox_files: u64,

    /// The largest file that a program of a sandbox may write, in MiB.
    #[arg(long, env = "YEW_SANDBOX_SANDBOX_FILE_SIZE", value_parser = mib, default_value = "1024", value_name = "MIB")]
    pub(crate) sandbox_file_size: u64,

    /// Files that one process of a sandbox may have open.
    #[arg(
        long,
        env = "YEW_SANDBOX_SANDBOX_OPEN_FILES",
        default_value = "4096",
        value_name = "COUNT"
    )]
    pub(crate) sandbox_open_files: u64,

    /// What stays free of the disk, in MiB: with less, no sandbox is made or woken.
    #[arg(long, env = "YEW_SANDBOX_MIN_FREE_DISK", value_parser = mib_or_none, default_value = "256", value_name = "MIB")]
    pub(crate) min_free_disk: u64,
}

impl LimitArguments {
    /// Sets those that concern sandboxes of this machine.
    pub(crate) fn apply(&self, options: &mut LocalOptions) {
        options.limits.sandboxes_per_user = self.max_sandboxes_per_user;
        options.limits.sandboxes = self.max_sandboxes;
        options.limits.running_sandboxes = self.max_running_sandboxes.into();
        options.limits.sockets_per_sandbox = self.max_sockets_per_sandbox;
        options.limits.creates_per_minute = self.max_creates_per_minute;
        options.sandbox.processes = self.sandbox_processes;
        options.sandbox.memory = self.sandbox_memory;
        options.sandbox.cpu_share = self.sandbox_cpu_share;
        options.sandbox.cpus = self.sandbox_cpus;
        options.sandbox.disk = self.sandbox_disk;
        options.sandbox.files = self.sandbox_files;
        options.sandbox.file_size = self.sandbox_file_size;
        options.sandbox.open_files = self.sandbox_open_files;
        options.min_free_disk = self.min_free_disk;
    }
}

/// A number of MiB above 0, as bytes.
fn mib(text: &str) -> Result<u64, String> {
    let bytes = mib_or_none(text)?;
    if bytes == 0 {
        return Err("not a number of MiB above 0".to_owned());
    }
    Ok(bytes)
}

/// A number of MiB, as bytes.
fn mib_or_none(text: &str) -> Result<u64, String> {
    let mib: Option<u64> = text.parse().ok();
    let bytes = mib.and_then(|mib| mib.checked_mul(1 << 20));
    bytes.ok_or_else(|| "not a number of MiB".to_owned())
}

fn at_least_one(text: &str) -> Result<u32, String> {
    let number: Option<u32> = text.parse().ok();
    let number = number.filter(|number| *number > 0);
    number.ok_or_else(|| "not a number above 0".to_owned())
}

fn cpus(text: &str) -> Result<f64, String> {
    let cpus: Option<f64> = text.parse().ok();
    let cpus = cpus.filter(|cpus| (0.01..=4096.0).contains(cpus));
    cpus.ok_or_else(|| "not a number of processors from 0.01 on".to_owned())
}

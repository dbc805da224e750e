//! Where an agent finds its sandbox.

use std::path::PathBuf;

/// Where an agent finds its sandbox and how it fills it.
#[derive(Clone, Debug)]
pub struct AgentOptions {
    /// The sandbox's `/`, as this process sees it: `/` itself inside an isolation, else a folder. It must be there.
    pub root: PathBuf,
    /// Whether this process and what it starts are alone in their process namespace, with its first process: ending all
    /// that runs then takes what hides as well. False by default.
    pub is_isolated: bool,
    /// The workspace as seen from the sandbox's `/`: an absolute path, by default `/project/workspace`.
    pub workspace: PathBuf,
    /// A folder, as this process sees it, that is copied into a new workspace; `None` for the built-in template.
    pub template: Option<PathBuf>,
    /// The sandbox's name in the server's addresses. Empty by default.
    pub sandbox_id: String,
    /// Where browsers find the server, without a path; `None`, the default, where nobody knows: there are no
    /// downloads then.
    pub public_url: Option<String>,
    /// What stands behind the dot in the addresses of previews, `{sandbox}-{port}.{preview host}`: a host, with a port
    /// where it has one. `localhost` by default.
    pub preview_host: String,
}

impl AgentOptions {
    /// Serves `root` with the usual workspace and the built-in template.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            is_isolated: false,
            workspace: PathBuf::from("/project/workspace"),
            template: None,
            sandbox_id: String::new(),
            public_url: None,
            preview_host: "localhost".to_owned(),
        }
    }
}

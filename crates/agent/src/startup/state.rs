//! What is remembered of a sandbox's set-up: `/.sandbox/state.json`.

use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::files::{Outcome, Root, SandboxPath, WriteRules};

/// Everything that is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct State {
    /// Whether the template is in the workspace; absent before it was thought about.
    #[serde(default)]
    pub(super) template: Option<TemplateState>,
    /// The steps; absent while it is not known which there are.
    #[serde(default)]
    pub(super) steps: Option<Vec<StepState>>,
    /// Whether someone stopped the set-up.
    #[serde(default)]
    pub(super) is_disabled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum TemplateState {
    /// It was being copied: some of it may be missing.
    Copying,
    /// There is nothing to copy, or nothing any more.
    Done,
}

/// One step and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepState {
    /// For people.
    pub(super) name: String,
    /// Run by `bash -c` in the workspace.
    pub(super) command: String,
    /// Whether it succeeded; absent before its end.
    #[serde(default)]
    pub(super) succeeded: Option<bool>,
    /// Whether it was passed over.
    #[serde(default)]
    pub(super) is_skipped: bool,
    /// The shell that runs it or ran it. It does not outlive the agent.
    #[serde(skip)]
    pub(super) shell: Option<String>,
}

const FOLDER: &str = "/.sandbox";
const FILE: &str = "/.sandbox/state.json";
/// There while an agent runs. One that finds it knows that its predecessor was killed.
const MARK: &str = "/.sandbox/running";
/// Longest file that is read: longer than one that an agent writes.
const MOST_BYTES: usize = 8 * 1024 * 1024;

impl StepState {
    /// Whether the set-up goes on after it.
    pub(super) fn is_done(&self) -> bool {
        self.is_skipped || self.succeeded == Some(true)
    }

    /// Passes over it, unless it is done.
    pub(super) fn skip(&mut self) {
        self.is_skipped |= !self.is_done();
    }

    /// Makes it one that is to be run.
    pub(super) fn reset(&mut self) {
        self.succeeded = None;
        self.is_skipped = false;
        self.shell = None;
    }
}

impl State {
    /// What is remembered; nothing where the file is missing, is no file, or makes no sense.
    pub(super) fn load(root: &Root) -> Outcome<Option<Self>> {
        const SENSELESS: [Errno; 5] = [
            Errno::NOENT,
            Errno::FBIG,
            Errno::ISDIR,
            Errno::INVAL,
            Errno::LOOP,
        ];
        match root.read_up_to(&root.resolve(FILE)?, MOST_BYTES) {
            Ok(content) => Ok(serde_json::from_slice(&content).ok()),
            Err(fault) if SENSELESS.contains(&fault.errno()) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    pub(super) fn save(&self, root: &Root) -> Outcome<()> {
        let content = serde_json::to_vec_pretty(self).map_err(std::io::Error::from)?;
        write(root, FILE, &content)
    }
}

/// Leaves the mark of a running agent, and says whether an earlier one left its own behind.
pub(super) fn mark(root: &Root) -> Outcome<bool> {
    let was_there = root.status(&root.resolve(MARK)?).is_ok();
    if !was_there {
        write(root, MARK, b"")?;
    }
    Ok(was_there)
}

/// Takes the mark of a running agent away: it ended in good order.
pub(crate) fn unmark(root: &Root) -> Outcome<()> {
    root.remove(&root.resolve(MARK)?, false)
}

fn write(root: &Root, path: &str, content: &[u8]) -> Outcome<()> {
    let rules = WriteRules {
        create: true,
        overwrite: true,
    };
    let folder: SandboxPath = root.resolve(FOLDER)?;
    root.make_directory(&folder, true)?;
    root.write(&root.resolve(path)?, content, rules)
}

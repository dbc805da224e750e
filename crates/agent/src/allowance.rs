//! What a sandbox may use, as the server tells the agent for those who look at the meters.

use serde::{Deserialize, Serialize};

/// What a sandbox may use of the machine, and what of it the server alone can count. It says what is so, and limits nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Allowance {
    /// Memory of all its processes together, in bytes. `None`: all that there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// Processors, in thousandths of one. `None`: all that there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub millicores: Option<u32>,
    /// What its files may take on the disk, in bytes.
    pub disk: u64,
    /// What its files take on the disk, in bytes.
    pub disk_used: u64,
}

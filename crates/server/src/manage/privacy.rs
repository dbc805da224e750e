//! Who sees a sandbox and its previews.

use serde::{Deserialize, Serialize};

/// Who sees a sandbox and its previews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Privacy {
    /// Everybody.
    Public,
    /// Everybody who knows its id.
    Unlisted,
    /// Nobody else, and its previews need a host token.
    Private,
    /// Nobody else, but its previews are open to who knows their address. The default.
    #[default]
    PublicHosts,
}

impl Privacy {
    /// From the number on the wire and the word on previews, which a private sandbox's are unless it says otherwise.
    pub(super) fn from_wire(number: u8, private_preview: Option<bool>) -> Option<Self> {
        match number {
            0 => Some(Self::Public),
            1 => Some(Self::Unlisted),
            2 if private_preview == Some(false) => Some(Self::PublicHosts),
            2 => Some(Self::Private),
            _ => None,
        }
    }

    /// The number on the wire.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Public => 0,
            Self::Unlisted => 1,
            Self::Private | Self::PublicHosts => 2,
        }
    }
}

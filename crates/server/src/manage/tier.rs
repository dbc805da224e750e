//! How large a sandbox is.

use serde::{Deserialize, Serialize};

/// How large a sandbox is, by the cloud's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tier {
    /// 1 processor, 2 GiB of memory.
    Pico,
    /// 2 processors, 4 GiB.
    Nano,
    /// 4 processors, 8 GiB.
    Micro,
    /// 8 processors, 16 GiB.
    Small,
    /// 16 processors, 32 GiB.
    Medium,
    /// 32 processors, 64 GiB.
    Large,
    /// 64 processors, 128 GiB.
    XLarge,
}

impl Tier {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pico => "Pico",
            Self::Nano => "Nano",
            Self::Micro => "Micro",
            Self::Small => "Small",
            Self::Medium => "Medium",
            Self::Large => "Large",
            Self::XLarge => "XLarge",
        }
    }

    /// Processors.
    pub fn processors(self) -> u32 {
        1 << (self as u32)
    }

    /// Memory in GiB.
    pub fn memory(self) -> u32 {
        2 << (self as u32)
    }

    /// Storage in GB.
    pub fn storage(self) -> u32 {
        match self {
            Self::Pico | Self::Nano | Self::Micro => 20,
            Self::Small => 30,
            Self::Medium => 40,
            Self::Large | Self::XLarge => 50,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_the_clouds() {
        let sizes = |tier: Tier| (tier.processors(), tier.memory(), tier.storage());
        assert_eq!(sizes(Tier::Pico), (1, 2, 20));
        assert_eq!(sizes(Tier::Small), (8, 16, 30));
        assert_eq!(sizes(Tier::XLarge), (64, 128, 50));
        assert_eq!(serde_json::to_string(&Tier::XLarge).unwrap(), "\"XLarge\"");
    }
}

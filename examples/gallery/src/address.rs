//! What the address of the page says: `#/file-tree/full?theme=dark&direction=rtl`.

use yew_sandbox_components::{Contrast, Scheme};

use crate::stories::ALL;
use crate::story::{Group, Story};

/// A story and how it is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Address {
    /// The component's and the story's name.
    pub(crate) path: String,
    pub(crate) theme: Theme,
    pub(crate) is_mirrored: bool,
    pub(crate) is_unstyled: bool,
    /// Whether the story stands alone.
    pub(crate) is_bare: bool,
}

impl Address {
    pub(crate) fn parse(hash: &str) -> Self {
        let (path, options) = hash.split_once('?').unwrap_or((hash, ""));
        let mut address = Self {
            path: path.trim_start_matches(['#', '/']).to_owned(),
            ..Self::default()
        };
        for option in options.split('&') {
            match option.split_once('=').unwrap_or((option, "")) {
                ("theme", name) => address.theme = Theme::named(name),
                ("direction", "rtl") => address.is_mirrored = true,
                ("style", "none") => address.is_unstyled = true,
                ("bare", _) => address.is_bare = true,
                _ => {}
            }
        }
        address
    }

    /// The same way of showing with another story.
    pub(crate) fn of(&self, group: &Group, story: &Story) -> Self {
        Self {
            path: format!("{}/{}", group.path, story.name),
            ..self.clone()
        }
    }

    /// As it stands in a link.
    pub(crate) fn hash(&self) -> String {
        let options = [
            self.theme.name().map(|name| format!("theme={name}")),
            self.is_mirrored.then(|| "direction=rtl".to_owned()),
            self.is_unstyled.then(|| "style=none".to_owned()),
            self.is_bare.then(|| "bare".to_owned()),
        ];
        let options: Vec<String> = options.into_iter().flatten().collect();
        let mark = if options.is_empty() { "" } else { "?" };
        format!("#/{}{mark}{}", self.path, options.join("&"))
    }

    /// The story, or the first one where there is none of this name.
    pub(crate) fn story(&self) -> (&'static Group, &'static Story) {
        let (group, story) = self.path.split_once('/').unwrap_or((&self.path, ""));
        let group = ALL.iter().find(|known| known.path == group);
        let group = group.unwrap_or(&ALL[0]);
        let story = group.stories.iter().find(|known| known.name == story);
        (group, story.unwrap_or(&group.stories[0]))
    }
}

/// The themes that can be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the user's system says.
    #[default]
    System,
    Light,
    Dark,
    LightContrast,
    DarkContrast,
}

impl Theme {
    /// The name in the address, and the one for people.
    pub(crate) const NAMES: [(Self, &'static str, &'static str); 5] = [
        (Self::System, "", "System"),
        (Self::Light, "light", "Light"),
        (Self::Dark, "dark", "Dark"),
        (
            Self::LightContrast,
            "light-contrast",
            "Light, high contrast",
        ),
        (Self::DarkContrast, "dark-contrast", "Dark, high contrast"),
    ];

    pub(crate) fn named(name: &str) -> Self {
        let found = Self::NAMES.iter().find(|(_, known, _)| *known == name);
        found.map(|(theme, _, _)| *theme).unwrap_or_default()
    }

    fn name(self) -> Option<&'static str> {
        let found = Self::NAMES.iter().find(|(theme, _, _)| *theme == self);
        found
            .map(|(_, name, _)| *name)
            .filter(|name| !name.is_empty())
    }

    pub(crate) fn settings(self) -> (Scheme, Contrast) {
        match self {
            Self::System => (Scheme::Auto, Contrast::Auto),
            Self::Light => (Scheme::Light, Contrast::Normal),
            Self::Dark => (Scheme::Dark, Contrast::Normal),
            Self::LightContrast => (Scheme::Light, Contrast::High),
            Self::DarkContrast => (Scheme::Dark, Contrast::High),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let address = Address {
            path: "file-tree/full".into(),
            theme: Theme::DarkContrast,
            is_mirrored: true,
            is_unstyled: true,
            is_bare: true,
        };
        assert_eq!(Address::parse(&address.hash()), address);
        assert_eq!(Address::default().hash(), "#/");
        assert_eq!(Address::parse("#/a/b?theme=pink&x").hash(), "#/a/b");
    }

    #[test]
    fn every_story_is_found_by_its_address() {
        for group in ALL {
            for story in group.stories {
                let address = Address::default().of(group, story);
                let (found, shown) = Address::parse(&address.hash()).story();
                assert_eq!((found.path, shown.name), (group.path, story.name));
            }
        }
        let (group, story) = Address::parse("#/no/such").story();
        assert_eq!((group, story), (&ALL[0], &ALL[0].stories[0]));
    }
}

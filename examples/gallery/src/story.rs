//! What a story is.

use serde_json::{Value, json};
use yew::Html;

/// One component's stories.
#[derive(Debug, PartialEq)]
pub(crate) struct Group {
    /// The component's name.
    pub(crate) name: &'static str,
    /// The name in the address.
    pub(crate) path: &'static str,
    pub(crate) stories: &'static [Story],
}

/// A component in one state.
#[derive(Debug)]
pub(crate) struct Story {
    /// The name, in the menu and in the address.
    pub(crate) name: &'static str,
    /// A selector of what is there once the state is reached.
    pub(crate) shows: &'static str,
    pub(crate) draw: fn() -> Html,
    /// Whether it is mirrored whatever the address says.
    pub(crate) is_mirrored: bool,
}

impl Story {
    pub(crate) const fn new(name: &'static str, shows: &'static str, draw: fn() -> Html) -> Self {
        Self {
            name,
            shows,
            draw,
            is_mirrored: false,
        }
    }

    /// The story of a language that is written from right to left.
    pub(crate) const fn mirrored(shows: &'static str, draw: fn() -> Html) -> Self {
        Self {
            is_mirrored: true,
            ..Self::new("right-to-left", shows, draw)
        }
    }
}

/// Stories are known by their names.
impl PartialEq for Story {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// All stories, by address, with what each shows.
pub(crate) fn list(groups: &[Group]) -> Value {
    let all = groups.iter().flat_map(|group| {
        group.stories.iter().map(|story| {
            json!({ "address": format!("#/{}/{}", group.path, story.name), "shows": story.shows })
        })
    });
    all.collect()
}

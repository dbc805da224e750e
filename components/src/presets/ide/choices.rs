//! What people set to their liking, for as long as the work place is there.

use yew::prelude::*;

use super::SandboxIdeProps;
use super::words::SandboxIdeWords;
use crate::code_editor::EditorKeys;
use crate::command_palette::PaletteCommand;

/// Each begins as its property says, and follows that when it changes.
#[derive(Clone, PartialEq)]
pub(super) struct Choices {
    /// Whether terminals keep their output as text for screen readers.
    pub(super) screen_reader: UseStateHandle<bool>,
    /// Whether the editor wraps long lines.
    pub(super) wrap: UseStateHandle<bool>,
    /// Whose keys the editor has.
    pub(super) keys: UseStateHandle<EditorKeys>,
    /// Whether the tree shows what is hidden otherwise.
    pub(super) shows_hidden: UseStateHandle<bool>,
}

impl Choices {
    /// The commands that change them.
    pub(super) fn commands(&self, words: &SandboxIdeWords) -> Vec<PaletteCommand> {
        let toggle = |value: &UseStateHandle<bool>, on: &AttrValue, off: &AttrValue| {
            let label = if **value { off } else { on }.clone();
            let value = value.clone();
            PaletteCommand::new(label, Callback::from(move |()| value.set(!*value)))
        };
        let mut commands = vec![
            toggle(&self.shows_hidden, &words.show_hidden, &words.hide_hidden),
            toggle(&self.wrap, &words.wrap, &words.no_wrap),
            toggle(
                &self.screen_reader,
                &words.screen_reader,
                &words.no_screen_reader,
            ),
        ];
        let all = [
            (EditorKeys::Usual, &words.keys_usual),
            (EditorKeys::Emacs, &words.keys_emacs),
            (EditorKeys::Vim, &words.keys_vim),
        ];
        let others = all.into_iter().filter(|(keys, _)| *keys != *self.keys);
        commands.extend(others.map(|(keys, label)| {
            let set = self.keys.setter();
            PaletteCommand::new(label.clone(), Callback::from(move |()| set.set(keys)))
        }));
        commands
    }
}

#[hook]
pub(super) fn use_choices(props: &SandboxIdeProps) -> Choices {
    Choices {
        screen_reader: use_choice(props.screen_reader),
        wrap: use_choice(props.wrap),
        keys: use_choice(props.keys),
        shows_hidden: use_state_eq(|| false),
    }
}

/// A value that is taken over whenever it changes, and can be another meanwhile.
#[hook]
fn use_choice<T: Copy + PartialEq + 'static>(given: T) -> UseStateHandle<T> {
    let chosen = use_state_eq(|| given);
    let set = chosen.setter();
    use_effect_with(given, move |given| set.set(*given));
    chosen
}

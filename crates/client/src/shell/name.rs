//! The name that tells a command from a terminal: JSON, as the JavaScript SDK writes it.

use std::fmt::Write;

/// What the name of a command says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CommandName {
    /// The command, as it was asked for.
    pub(super) command: String,
    /// Its name, for people.
    pub(super) name: Option<String>,
}

impl CommandName {
    /// The name as the agent keeps it.
    pub(super) fn to_json(&self) -> String {
        let mut json = "{\"type\":\"command\",\"command\":".to_owned();
        push_text(&self.command, &mut json);
        if let Some(name) = &self.name {
            json.push_str(",\"name\":");
            push_text(name, &mut json);
        }
        json.push('}');
        json
    }

    /// Reads a name; `None` where it is not that of a command.
    pub(super) fn from_json(json: &str) -> Option<Self> {
        let mut rest = json.trim().strip_prefix('{')?;
        let (mut is_command, mut command, mut name) = (false, None, None);
        loop {
            let key = take_text(&mut rest)?;
            rest = rest.trim_start().strip_prefix(':')?.trim_start();
            // Other values than texts are none that the SDK writes, but for null.
            let value = match rest.strip_prefix("null") {
                Some(behind) => {
                    rest = behind;
                    None
                }
                None => Some(take_text(&mut rest)?),
            };
            match key.as_str() {
                "type" => is_command = value.as_deref() == Some("command"),
                "command" => command = value,
                "name" => name = value.filter(|name| !name.is_empty()),
                _ => {}
            }
            rest = rest.trim_start();
            match rest.strip_prefix(',') {
                Some(behind) => rest = behind.trim_start(),
                None => break,
            }
        }
        (is_command && rest == "}").then_some(())?;
        Some(Self {
            command: command?,
            name,
        })
    }
}

/// The name of a command that has no other.
#[cfg(feature = "pint")]
pub(crate) fn command_name(command: &str) -> String {
    let name = CommandName {
        command: command.to_owned(),
        name: None,
    };
    name.to_json()
}

fn push_text(text: &str, json: &mut String) {
    json.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            control if control.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            other => json.push(other),
        }
    }
    json.push('"');
}

fn take_text(rest: &mut &str) -> Option<String> {
    let mut letters = rest.strip_prefix('"')?.chars();
    let mut text = String::new();
    loop {
        match letters.next()? {
            '"' => break,
            '\\' => match letters.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'b' => text.push('\u{8}'),
                'f' => text.push('\u{c}'),
                'u' => text.push(take_escape(&mut letters)?),
                plain @ ('"' | '\\' | '/') => text.push(plain),
                _ => return None,
            },
            plain => text.push(plain),
        }
    }
    *rest = letters.as_str();
    Some(text)
}

fn take_escape(letters: &mut std::str::Chars<'_>) -> Option<char> {
    let mut unit = || {
        let digits = letters.as_str().get(..4)?;
        *letters = letters.as_str()[4..].chars();
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit()?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first.into());
    }
    if letters.next()? != '\\' || letters.next()? != 'u' {
        return None;
    }
    let digits = letters.as_str().get(..4)?;
    let second = u16::from_str_radix(digits, 16).ok()?;
    *letters = letters.as_str()[4..].chars();
    char::decode_utf16([first, second]).next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        for command in [
            "ls",
            "echo \"a\\b\"\n\t\u{1}ü🙂",
            "",
            "{\"type\":\"command\"}",
        ] {
            for name in [None, Some("tests".to_owned())] {
                let own = CommandName {
                    command: command.to_owned(),
                    name,
                };
                assert_eq!(CommandName::from_json(&own.to_json()), Some(own));
            }
        }
    }

    #[test]
    fn names_of_the_javascript_sdk_can_be_read() {
        let json = r#"{"type":"command","command":"echo \ud83d\ude42","name":null}"#;
        let name = CommandName::from_json(json).unwrap();
        assert_eq!(
            (name.command.as_str(), name.name.as_deref()),
            ("echo 🙂", None)
        );
    }

    #[test]
    fn other_names_are_those_of_terminals() {
        for name in [
            "",
            "bash",
            "{",
            "{}",
            "[1]",
            "{\"type\":\"x\",\"command\":\"y\"}",
            "{\"type\":\"command\"",
        ] {
            assert_eq!(CommandName::from_json(name), None, "{name}");
        }
        assert_eq!(
            CommandName::from_json("{\"type\":\"command\",\"command\":\"\\ud83d\"}"),
            None
        );
    }
}

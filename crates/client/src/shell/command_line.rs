//! Command lines for the sandbox's shell, with everything quoted.

use crate::error::{Error, ErrorKind};

/// Where the cloud keeps the environment of a session. Where there is none, nothing happens.
const SESSION_ENVIRONMENT: &str = "source \"$HOME/.private/.env\" 2>/dev/null || true; ";

/// A command line that runs `command` in a directory and with an environment of its own.
///
/// # Errors
/// `InvalidInput` for a name of a variable that no shell takes, and for a NUL anywhere.
pub(super) fn command_line(
    command: &str,
    directory: Option<&str>,
    environment: &[(String, String)],
) -> Result<String, Error> {
    let mut line = SESSION_ENVIRONMENT.to_owned();
    for (name, value) in environment {
        if !is_name(name) {
            let message = "this is no name of an environment variable";
            return Err(Error::new(ErrorKind::InvalidInput, message).about(name));
        }
        line.push_str("export ");
        line.push_str(name);
        line.push('=');
        quote(value, &mut line);
        line.push_str("; ");
    }
    if let Some(directory) = directory {
        line.push_str("cd -- ");
        quote(directory, &mut line);
        line.push_str(" && { ");
    }
    line.push_str(command);
    if directory.is_some() {
        // A line of its own: the command may end in a comment.
        line.push_str("\n}");
    }
    if line.contains('\0') {
        let message = "a command cannot hold a NUL character";
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    Ok(line)
}

/// Appends a text as one word of the shell.
pub(crate) fn quote(text: &str, line: &mut String) {
    line.push('\'');
    for (place, part) in text.split('\'').enumerate() {
        if place > 0 {
            line.push_str("'\\''");
        }
        line.push_str(part);
    }
    line.push('\'');
}

/// The command of a line that [`command_line`] made; any other line as it is.
#[cfg(any(feature = "pint", feature = "test"))]
pub(crate) fn command_of(line: &str) -> &str {
    let Some(mut rest) = line.strip_prefix(SESSION_ENVIRONMENT) else {
        return line;
    };
    while let Some(behind) = rest
        .strip_prefix("export ")
        .and_then(|rest| rest.split_once('=').map(|(_, value)| value))
        .and_then(behind_quoted)
        .and_then(|rest| rest.strip_prefix("; "))
    {
        rest = behind;
    }
    rest.strip_prefix("cd -- ")
        .and_then(behind_quoted)
        .and_then(|rest| rest.strip_prefix(" && { ")?.strip_suffix("\n}"))
        .unwrap_or(rest)
}

/// What follows a word that [`quote`] made.
#[cfg(any(feature = "pint", feature = "test"))]
fn behind_quoted(line: &str) -> Option<&str> {
    let mut rest = line.strip_prefix('\'')?;
    loop {
        rest = &rest[rest.find('\'')? + 1..];
        match rest.strip_prefix("\\''") {
            Some(more) => rest = more,
            None => return Some(rest),
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_and_values_are_quoted() {
        // The JavaScript client puts both into the line as they are: a shell injection.
        let environment = [("NAME".to_owned(), "it's $(x)".to_owned())];
        let line = command_line("pwd", Some("a; rm -rf /"), &environment).unwrap();
        assert_eq!(
            line,
            format!(
                "{SESSION_ENVIRONMENT}export NAME='it'\\''s $(x)'; cd -- 'a; rm -rf /' && {{ pwd\n}}"
            )
        );
    }

    #[cfg(any(feature = "pint", feature = "test"))]
    #[test]
    fn the_command_is_found_in_its_line() {
        let environment = [("NAME".to_owned(), "it's; cd x".to_owned())];
        for command in ["npm test", "cd -- 'a' && { b\n}", "export A='b'; c", ""] {
            for directory in [None, Some("it's {")] {
                let line = command_line(command, directory, &environment).unwrap();
                if directory.is_some() || !command.starts_with(['c', 'e']) {
                    assert_eq!(command_of(&line), command, "{line}");
                }
            }
        }
        assert_eq!(command_of("npm test"), "npm test");
    }

    #[test]
    fn names_that_no_shell_takes_are_refused() {
        for name in ["", "1A", "A B", "A=B", "A;B", "Ä"] {
            let environment = [(name.to_owned(), String::new())];
            let error = command_line("pwd", None, &environment).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name:?}");
        }
        assert!(command_line("a\0b", None, &[]).is_err());
    }
}

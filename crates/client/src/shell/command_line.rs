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

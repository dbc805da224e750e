//! Options from a file, behind those of the command line and the environment.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, CommandFactory, FromArgMatches};
use toml::de::{DeTable, DeValue};

use super::Failure;
use super::arguments::Arguments;

/// One option of the file.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    /// The option's name, without the dashes in front.
    name: String,
    /// Several, where it may be repeated.
    values: Vec<String>,
    /// Whether it stands there as `true` or `false`.
    is_switch: bool,
    line: usize,
}

/// What the command line, the environment and the file say. Ends the program where the command line is wrong.
pub(super) fn arguments() -> Result<Arguments, Failure> {
    let given: Vec<OsString> = std::env::args_os().collect();
    let mut matches = Arguments::command().get_matches_from(&given);
    if matches.subcommand().is_none()
        && let Some(path) = matches.get_one::<std::path::PathBuf>("config")
    {
        let more = read(path, &matches)?;
        matches = Arguments::command().get_matches_from(given.into_iter().chain(more));
    }
    Ok(Arguments::from_arg_matches(&matches)?)
}

/// What the file at `path` adds to a command line.
fn read(path: &Path, given: &ArgMatches) -> Result<Vec<OsString>, Failure> {
    let name = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| format!("the file {name} cannot be read: {error}. Correct --config"))?;
    let at = |(line, what): (usize, String)| format!("{name}, line {line}: {what}");
    let mut more = Vec::new();
    for entry in entries(&text).map_err(at)? {
        let arguments = check(&entry).map_err(|what| at((entry.line, what)))?;
        let source = given.value_source(&entry.name.replace('-', "_"));
        if matches!(source, None | Some(ValueSource::DefaultValue)) {
            more.extend(arguments);
        }
    }
    Ok(more)
}

/// The options of a file, or the line and the reason where it is none.
fn entries(text: &str) -> Result<Vec<Entry>, (usize, String)> {
    let line = |at: usize| 1 + text[..at.min(text.len())].matches('\n').count();
    let table = DeTable::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        (line(start), error.message().to_owned())
    })?;
    let mut entries = Vec::new();
    for (key, value) in table.get_ref() {
        let line = line(key.span().start);
        let mut values = Vec::new();
        let all = match value.get_ref() {
            DeValue::Array(array) => array.iter().map(|value| value.get_ref()).collect(),
            value => vec![value],
        };
        for value in all {
            values.push(plain(value).map_err(|what| (line, what.to_owned()))?);
        }
        entries.push(Entry {
            name: key.get_ref().replace('_', "-"),
            values,
            is_switch: matches!(value.get_ref(), DeValue::Boolean(_)),
            line,
        });
    }
    Ok(entries)
}

/// A value as it would stand on the command line.
fn plain(value: &DeValue<'_>) -> Result<String, &'static str> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map(|number| number.to_string())
            .map_err(|_| "the number is too large"),
        DeValue::Float(number) => Ok(number.as_str().to_owned()),
        DeValue::Boolean(switch) => Ok(switch.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            Err("an option is a text, a number, true or false, or a list of texts")
        }
    }
}

/// The arguments that an entry stands for, or what is wrong with it.
fn check(entry: &Entry) -> Result<Vec<OsString>, String> {
    let name = &entry.name;
    let command = Arguments::command();
    let option = command
        .get_arguments()
        .find(|option| option.get_long() == Some(name));
    let option = option.filter(|option| option.get_id() != "config");
    let option = option.ok_or_else(|| format!("there is no option `{name}`"))?;
    let is_switch = matches!(option.get_action(), ArgAction::SetTrue);
    if is_switch != entry.is_switch {
        let wanted = if is_switch {
            "true or false"
        } else {
            "a value"
        };
        return Err(format!("`{name}` is {wanted}"));
    }
    if is_switch {
        let is_on = entry.values == ["true"];
        return Ok(is_on
            .then(|| format!("--{name}").into())
            .into_iter()
            .collect());
    }
    if entry.values.len() != 1 && !matches!(option.get_action(), ArgAction::Append) {
        return Err(format!("`{name}` is one value"));
    }
    let arguments = entry
        .values
        .iter()
        .map(|value| format!("--{name}={value}").into());
    let arguments: Vec<OsString> = arguments.collect();
    let alone = [OsString::from("server")]
        .into_iter()
        .chain(arguments.iter().cloned());
    match Arguments::command().try_get_matches_from(alone) {
        Ok(_) => Ok(arguments),
        Err(error) => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            Err(first.trim_start_matches("error: ").to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_option_can_stand_in_a_file() {
        let text = "# where\ndata_dir = \"/srv\"\nmax-sandboxes-per-user = 0x10\nhibernate-after = 0.5\n\
                    no-preview-script = true\nallowed-origin = [\"http://a:1\", \"http://b:2\"]\n";
        let mut all: Vec<OsString> = Vec::new();
        for entry in entries(text).unwrap() {
            all.extend(check(&entry).unwrap());
        }
        all.sort();
        let expected = [
            "--allowed-origin=http://a:1",
            "--allowed-origin=http://b:2",
            "--data-dir=/srv",
            "--hibernate-after=0.5",
            "--max-sandboxes-per-user=16",
            "--no-preview-script",
        ];
        assert_eq!(all, expected.map(OsString::from));
        let off = entries("no-preview-script = false").unwrap();
        assert!(check(&off[0]).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, line, words) in [
            ("data-dir = \"/srv\"\nlisten = \"nowhere\"", 2, "listen"),
            ("\n\nspeed = 3", 3, "no option `speed`"),
            ("config = \"other.toml\"", 1, "no option"),
            ("\nno-preview-script = \"yes\"", 2, "true or false"),
            ("data-dir = true", 1, "a value"),
            ("data-dir = [\"a\", \"b\"]", 1, "one value"),
            ("[limits]\nsandbox-disk = 1", 1, "an option is"),
            ("\ndata-dir = ", 2, ""),
            ("data-dir = \"a\"\ndata-dir = \"b\"", 2, "duplicate"),
        ] {
            let found = entries(text).and_then(|entries| {
                let wrong = entries
                    .iter()
                    .find_map(|entry| Some((entry.line, check(entry).err()?)));
                wrong.map_or(Ok(()), Err)
            });
            let (found, what) = found.unwrap_err();
            assert_eq!(found, line, "{text}: {what}");
            assert!(what.contains(words), "{text}: {what}");
        }
    }
}

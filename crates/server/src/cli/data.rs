//! What can be done with a data folder beside serving it.

use std::io::{self, Write};

use yew_sandbox_server::local::{Severity, backup as write_backup, check as look_through};

use super::Failure;
use super::arguments::{BackupArguments, DataArguments};

/// Says what is wrong with a data folder, and fails where something is.
pub(super) fn check(arguments: &DataArguments) -> Result<(), Failure> {
    let report = look_through(&arguments.data_dir)?;
    let mut out = io::stdout().lock();
    for finding in &report.findings {
        writeln!(out, "{finding}")?;
    }
    let in_use = if report.is_in_use { ", in use" } else { "" };
    writeln!(
        out,
        "format {}, {} sandboxes are whole{in_use}",
        report.format, report.sandboxes
    )?;
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    match errors.count() {
        0 => Ok(()),
        count => Err(format!("{count} of the findings need a person").into()),
    }
}

/// Writes a backup, and fails where it is not all.
pub(super) fn backup(arguments: &BackupArguments) -> Result<(), Failure> {
    let report = write_backup(&arguments.data.data_dir, &arguments.file)?;
    let file = arguments.file.display();
    writeln!(
        io::stdout(),
        "{} sandboxes, {} bytes: {file}",
        report.sandboxes,
        report.bytes
    )?;
    if report.left_out.is_empty() {
        return Ok(());
    }
    let left_out = report
        .left_out
        .iter()
        .map(|(id, why)| format!("\n{id}: {why}"));
    Err(format!(
        "some sandboxes are not in it:{}",
        left_out.collect::<String>()
    )
    .into())
}

//! One command and its processes.

use std::io;
use std::process::{ExitStatus, Stdio};

use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::net::unix::pipe::Receiver;
use tokio::process::Command;

use super::output::Output;

/// How much output is read at a time.
const CHUNK: usize = 16 * 1024;
/// So many reads empty a pipe.
const PIPE_READS: usize = 8;

/// A group of processes. Dropped, they are killed.
#[derive(Debug)]
pub(super) struct Group(Pid);

/// Runs a command to its end, and gives what it left in the background. Dropped, it kills all.
pub(super) async fn execute(
    command: &str,
    directory: &str,
    told: impl Fn(String),
) -> io::Result<(ExitStatus, Option<Group>)> {
    // One pipe for both, so that the output stays in order.
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
    let mut child = Command::new("bash")
        .args(["-c", command])
        .current_dir(directory)
        // Meant for the agent's own memory.
        .env_remove("MALLOC_ARENA_MAX")
        .env_remove("MALLOC_MMAP_THRESHOLD_")
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let group = child.id().and_then(Group::led_by);
    let reader = Receiver::from_owned_fd(reader)?;
    let mut output = Output::default();
    let mut buffer = vec![0; CHUNK];
    let mut is_open = true;
    let status = loop {
        tokio::select! {
            ready = reader.readable(), if is_open => {
                ready?;
                match read(&reader, &mut buffer, &mut output, &told) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    outcome => is_open = outcome?,
                }
            }
            status = child.wait() => break status?,
        }
    };
    // What it wrote last is in the pipe. Processes that it left behind may hold the pipe open and write on: nobody
    // waits for those.
    for _ in 0..PIPE_READS {
        match read(&reader, &mut buffer, &mut output, &told) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    Ok((status, group.and_then(Group::left)))
}

/// Reads one piece, and says whether there may be more.
fn read(
    reader: &Receiver,
    buffer: &mut [u8],
    output: &mut Output,
    told: impl Fn(String),
) -> io::Result<bool> {
    let length = reader.try_read(buffer)?;
    if let Some(text) = output.text(&buffer[..length]) {
        told(text);
    }
    Ok(length > 0)
}

impl Group {
    fn led_by(process: u32) -> Option<Self> {
        let process = i32::try_from(process).ok()?;
        Pid::from_raw(process).map(Self)
    }

    /// The group, where any of it still runs after its leader's end.
    fn left(self) -> Option<Self> {
        test_kill_process_group(self.0).is_ok().then_some(self)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}

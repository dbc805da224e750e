//! An agent's error output, on its way into the server's log.
//!
//! Programs of the sandbox may write there too, so it takes little of the log and of a processor, whatever comes.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::ChildStderr;
use tokio::time::{Instant, sleep, sleep_until};

/// Longest line that is written whole, in bytes. The rest of a longer one is left out.
const LINE: usize = 1024;
/// How many lines are written in a minute. The others are counted.
const LINES: usize = 60;
const MINUTE: Duration = Duration::from_secs(60);
/// How much is read at a time, in bytes.
const CHUNK: usize = 16 * 1024;
/// How long nothing is read after that: a flood waits in its writers.
const PAUSE: Duration = Duration::from_millis(10);

/// Writes an agent's error output into the log, line by line.
pub(crate) async fn log_lines(sandbox: String, output: ChildStderr) {
    read(output, |said| match said {
        Said::Line(line) => {
            // The output is the sandbox's: what could act on a terminal is escaped.
            let line = String::from_utf8_lossy(line);
            tracing::info!(sandbox, line = %line.escape_debug(), "agent");
        }
        Said::LeftOut(lines) => {
            tracing::warn!(sandbox, lines, "an agent said too much: lines are left out");
        }
    })
    .await;
}

/// What the log is told.
#[derive(Debug)]
enum Said<'a> {
    Line(&'a [u8]),
    /// So many lines came since the last one that was written.
    LeftOut(u64),
}

async fn read(mut output: impl AsyncRead + Unpin, tell: impl FnMut(Said<'_>)) {
    let mut lines = Lines {
        tell,
        line: Vec::new(),
        since: Instant::now(),
        told: 0,
        left_out: 0,
    };
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = tokio::select! {
            length = output.read(&mut chunk) => length,
            // Without waiting for a further line, which may never come.
            () = sleep_until(lines.since + MINUTE), if lines.left_out > 0 => {
                lines.begin_minute();
                continue;
            }
        };
        let Ok(length @ 1..) = length else { break };
        lines.take(&chunk[..length]);
        sleep(PAUSE).await;
    }
    lines.end_line();
    lines.begin_minute();
}

/// Lines, of which some are told.
struct Lines<F> {
    tell: F,
    /// What has come of the line that has no end yet, up to [`LINE`].
    line: Vec<u8>,
    /// When the minute began whose lines are counted.
    since: Instant,
    told: usize,
    left_out: u64,
}

impl<F: FnMut(Said<'_>)> Lines<F> {
    fn take(&mut self, chunk: &[u8]) {
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            let text = piece.strip_suffix(b"\n").unwrap_or(piece);
            let room = LINE - self.line.len();
            self.line.extend(&text[..text.len().min(room)]);
            if text.len() < piece.len() {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        if self.line.is_empty() {
            return;
        }
        if self.since.elapsed() >= MINUTE {
            self.begin_minute();
        }
        if self.told < LINES {
            self.told += 1;
            (self.tell)(Said::Line(&self.line));
        } else {
            self.left_out += 1;
        }
        self.line.clear();
    }

    fn begin_minute(&mut self) {
        if self.left_out > 0 {
            (self.tell)(Said::LeftOut(self.left_out));
        }
        (self.since, self.told, self.left_out) = (Instant::now(), 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::io::{AsyncWriteExt, duplex};

    use super::*;

    fn text(said: &Said<'_>) -> String {
        match said {
            Said::Line(line) => String::from_utf8_lossy(line).into_owned(),
            Said::LeftOut(lines) => format!("{lines} left out"),
        }
    }

    async fn all(output: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        read(output, |said| all.push(text(&said))).await;
        all
    }

    #[tokio::test(start_paused = true)]
    async fn lines_are_told_and_long_ones_are_cut() {
        let long = "x".repeat(3 * CHUNK);
        let output = format!("one\n\ntwo\n{long}\nthree");
        let expected = ["one", "two", &long[..LINE], "three"];
        assert_eq!(all(output.as_bytes()).await, expected);
    }

    /// A program of the sandbox filled the server's disk with lines that it wrote into its agent's error output.
    #[tokio::test(start_paused = true)]
    async fn of_a_flood_little_is_told_and_how_much_there_was() {
        let said = all("y\n".repeat(100_000).as_bytes()).await;
        assert_eq!(said.len(), LINES + 1);
        assert!(said[..LINES].iter().all(|line| line == "y"));
        assert_eq!(said[LINES], "99940 left out");
    }

    #[tokio::test(start_paused = true)]
    async fn each_minute_has_its_lines() {
        let (near, mut far) = duplex(1 << 16);
        let (tell, said) = mpsc::channel();
        let reading = tokio::spawn(read(near, move |said| tell.send(text(&said)).unwrap()));
        far.write_all(&b"y\n".repeat(LINES + 3)).await.unwrap();
        sleep(MINUTE + Duration::from_secs(1)).await;
        let first: Vec<_> = said.try_iter().collect();
        assert_eq!(first.len(), LINES + 1);
        assert_eq!(first[LINES], "3 left out");
        far.write_all(b"later\n").await.unwrap();
        drop(far);
        reading.await.unwrap();
        assert_eq!(said.try_iter().collect::<Vec<_>>(), ["later"]);
    }
}

//! What a command does, as the test says.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

/// What a command does, step by step. It ends with exit code 0 after its last step, unless the steps say otherwise.
///
/// ```
/// use std::time::Duration;
/// use yew_sandbox_client::fake::FakeCommand;
///
/// let build = FakeCommand::new()
///     .out("compiling\n")
///     .wait(Duration::from_millis(200))
///     .write("dist/app.js", "built")
///     .out("done\n");
/// let server = FakeCommand::from("listening\n").open_port(5173).forever();
/// let wrong = FakeCommand::from("error: no such thing\n").exit(1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FakeCommand {
    pub(super) steps: VecDeque<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Output(String),
    Wait(Duration),
    Flood(usize),
    Write(String, Bytes),
    Remove(String),
    OpenPort(u16, Option<String>),
    ClosePort(u16),
    Exit(i32),
    Forever,
}

impl FakeCommand {
    /// A command that ends at once with success.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts text out. A line feed becomes `\r\n`, as on any terminal.
    #[must_use]
    pub fn out(self, text: &str) -> Self {
        self.then(Step::Output(with_returns(text)))
    }

    /// Waits before what follows.
    #[must_use]
    pub fn wait(self, time: Duration) -> Self {
        self.then(Step::Wait(time))
    }

    /// Puts out so many bytes of numbered lines, as fast as the page takes them: 256 KiB each millisecond.
    #[must_use]
    pub fn flood(self, bytes: usize) -> Self {
        self.then(Step::Flood(bytes))
    }

    /// Writes a file with the directories that it needs; watches hear of it.
    #[must_use]
    pub fn write(self, path: &str, content: impl Into<Bytes>) -> Self {
        self.then(Step::Write(path.to_owned(), content.into()))
    }

    /// Removes a file or a directory.
    #[must_use]
    pub fn remove(self, path: &str) -> Self {
        self.then(Step::Remove(path.to_owned()))
    }

    /// Begins to listen on a port. It is closed when the command ends.
    #[must_use]
    pub fn open_port(self, port: u16) -> Self {
        self.then(Step::OpenPort(port, None))
    }

    /// The same, with the host under which the port is reached, without a scheme.
    #[must_use]
    pub fn open_port_at(self, port: u16, host: &str) -> Self {
        self.then(Step::OpenPort(port, Some(host.to_owned())))
    }

    /// Listens on a port no more.
    #[must_use]
    pub fn close_port(self, port: u16) -> Self {
        self.then(Step::ClosePort(port))
    }

    /// Ends here with an exit code.
    #[must_use]
    pub fn exit(self, code: i32) -> Self {
        self.then(Step::Exit(code))
    }

    /// Runs on until someone ends it.
    #[must_use]
    pub fn forever(self) -> Self {
        self.then(Step::Forever)
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }

    /// What a command does that no script knows: `echo` says its text, `exit` ends, and everything else is not found.
    pub(super) fn unknown(line: &str) -> Self {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        match name {
            "" | "true" | "exit" => Self::new(),
            "false" => Self::new().exit(1),
            "echo" => Self::new().out(&format!("{}\n", rest.trim_matches(['\'', '"']))),
            name => Self::from(format!("bash: {name}: command not found\n").as_str()).exit(127),
        }
    }
}

impl From<&str> for FakeCommand {
    /// Puts the text out and ends with success.
    fn from(text: &str) -> Self {
        Self::new().out(text)
    }
}

/// The text with a carriage return before each line feed that has none.
pub(super) fn with_returns(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\n' && !whole.ends_with('\r') {
            whole.push('\r');
        }
        whole.push(letter);
    }
    whole
}

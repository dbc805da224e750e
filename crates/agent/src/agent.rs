//! The loop that reads the link.

use std::collections::HashMap;
use std::io;
use std::os::unix::net::{UnixListener as StdUnixListener, UnixStream as StdUnixStream};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use rustix::stdio::{stdin, stdout};
use tokio::net::{UnixListener, UnixStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinHandle};
use yew_sandbox_protocol::encode_notification;
use yew_sandbox_protocol::notification::Severity;
use yew_sandbox_protocol::system::Hibernating;

use crate::archive::Downloads;
use crate::channels::Channels;
use crate::door;
use crate::error::AgentError;
use crate::files::Root;
use crate::kept::Ledgers;
use crate::link::{LinkReader, Message, VERSION, Visitor};
use crate::members::Members;
use crate::metrics::Meter;
use crate::notifications::Notifications;
use crate::options::AgentOptions;
use crate::outgoing::Outgoing;
use crate::ports::{Addresses, Ports};
use crate::room::{News, Room};
use crate::sandbox::{JOBS, Sandbox};
use crate::search::Searches;
use crate::session::{Incoming, Sender, Session};
use crate::shells::Shells;
use crate::startup::{Startup, unmark};
use crate::tasks::Tasks;
use crate::watch::Watches;

/// How long the end waits for operations that run.
const LAST_WRITES: Duration = Duration::from_secs(10);
/// How long the end waits for the server to take what is left to say.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Serves one sandbox until the server asks for hibernation or closes the link. Operations that run then are finished.
///
/// It runs on any tokio runtime with I/O and time enabled; one thread is enough.
///
/// # Errors
/// Where the root cannot be served, or the link breaks in the middle of a message.
pub async fn run(options: AgentOptions, link: UnixStream) -> Result<(), AgentError> {
    serve(options, link, None).await
}

/// As [`run`], with a door: a listening socket through which the server reaches ports and downloads.
///
/// # Errors
/// As those of [`run`].
pub async fn run_with_door(
    options: AgentOptions,
    link: UnixStream,
    door: UnixListener,
) -> Result<(), AgentError> {
    serve(options, link, Some(door)).await
}

async fn serve(
    options: AgentOptions,
    link: UnixStream,
    door: Option<UnixListener>,
) -> Result<(), AgentError> {
    let root = Root::new(&options.root, &options.workspace)?;
    survive_file_size_limit().map_err(AgentError::system)?;
    let (reader, writer) = link.into_split();
    let ledgers = Ledgers::default();
    let (outgoing, queue) = Outgoing::new(ledgers.clone());
    let writer = tokio::spawn(queue.write_to(writer));
    let mut agent = Agent::new(root, options, (outgoing, ledgers), door);
    let outcome = agent.serve(LinkReader::new(reader), &writer).await;
    agent.end(writer).await;
    outcome
}

/// The link that the server left at this process's standard input. Needs to be called on the runtime.
///
/// # Errors
/// Where standard input is no socket.
pub fn link_from_stdin() -> Result<UnixStream, AgentError> {
    let open = || {
        let link = StdUnixStream::from(stdin().try_clone_to_owned()?);
        // Tells a socket from anything else.
        link.local_addr()?;
        link.set_nonblocking(true)?;
        UnixStream::from_std(link)
    };
    open().map_err(AgentError::link)
}

/// The door that the server left at this process's standard output. Needs to be called on the runtime.
///
/// # Errors
/// Where standard output is no listening socket.
pub fn door_from_stdout() -> Result<UnixListener, AgentError> {
    let open = || {
        let door = StdUnixListener::from(stdout().try_clone_to_owned()?);
        // Tells a socket from anything else.
        door.local_addr()?;
        door.set_nonblocking(true)?;
        UnixListener::from_std(door)
    };
    open().map_err(AgentError::link)
}

struct Agent {
    sandbox: Arc<Sandbox>,
    is_isolated: bool,
    startup: AbortHandle,
    ports: AbortHandle,
    door: Option<AbortHandle>,
    clients: HashMap<u32, Client>,
}

/// One client; dropped, it is served no more.
struct Client {
    frames: Sender,
    /// `None` where it shall handle what has arrived.
    session: Option<AbortHandle>,
}

impl Agent {
    fn new(
        root: Root,
        options: AgentOptions,
        (outgoing, ledgers): (Outgoing, Ledgers),
        door: Option<UnixListener>,
    ) -> Self {
        let root = Arc::new(root);
        let members = Arc::new(Members::default());
        outgoing.control(Message::Ready {
            workspace_path: root.visible(root.workspace()),
            version: VERSION.to_owned(),
        });
        let room = Room::default();
        let shells = Shells::new(
            root.clone(),
            outgoing.clone(),
            members.clone(),
            room.clone(),
        );
        let ports = Ports::new(
            root.is_whole_system(),
            Addresses::new(&options.sandbox_id, &options.preview_host),
            outgoing.clone(),
            members.clone(),
        );
        let tasks = Tasks::new(
            root.clone(),
            shells.clone(),
            outgoing.clone(),
            members.clone(),
            ports.follow_list(),
        );
        let sandbox = Arc::new(Sandbox {
            startup: Startup::new(
                root.clone(),
                options.template,
                outgoing.clone(),
                members.clone(),
                shells.clone(),
            ),
            watches: Watches::new(outgoing.clone()),
            searches: Searches::default(),
            downloads: Downloads::new(options.public_url.as_deref(), &options.sandbox_id),
            tasks,
            shells,
            channels: Channels::new(outgoing.clone(), members.clone()),
            notifications: Notifications::new(outgoing.clone(), members.clone()),
            meter: Arc::new(Meter::new(root.clone(), outgoing.clone(), members.clone())),
            repository: Arc::default(),
            jobs: Arc::new(Semaphore::new(JOBS as usize)),
            ports: Arc::new(ports),
            ledgers,
            room,
            root,
            outgoing,
            members,
        });
        let starting = sandbox.clone();
        let startup = tokio::spawn(async move {
            tokio::join!(
                starting.startup.run(),
                starting.tasks.serve(&starting),
                starting.repository.serve(&starting),
            );
        });
        let ports = sandbox.ports.clone();
        let ports = tokio::spawn(async move { ports.run().await });
        let door = door.map(|door| tokio::spawn(door::serve(door, sandbox.clone())));
        Self {
            sandbox,
            is_isolated: options.is_isolated,
            startup: startup.abort_handle(),
            ports: ports.abort_handle(),
            door: door.map(|door| door.abort_handle()),
            clients: HashMap::new(),
        }
    }

    /// Takes messages until the end of the link or a hibernation.
    async fn serve<R: tokio::io::AsyncRead + Unpin>(
        &mut self,
        mut reader: LinkReader<R>,
        writer: &JoinHandle<io::Result<()>>,
    ) -> Result<(), AgentError> {
        loop {
            match reader.read().await {
                Ok(Some(Message::Hibernate)) => {
                    self.tell_of_hibernation();
                    return Ok(());
                }
                Ok(Some(message)) => self.take(message),
                Ok(None) => return Ok(()),
                // The server is gone; whatever it was writing concerns nobody.
                Err(error) if is_gone(&error) || writer.is_finished() => return Ok(()),
                Err(error) => return Err(AgentError::link(error)),
            }
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Open { client, visitor } => self.open(client, visitor),
            Message::Frame { client, payload } => {
                let refused = match self.clients.get(&client) {
                    Some(client) => client.frames.send(payload),
                    None => Ok(()),
                };
                if let Err(answer) = refused {
                    self.refuse(client, answer);
                }
            }
            Message::Ping { client } => {
                if self.clients.contains_key(&client) {
                    self.sandbox.outgoing.try_control(Message::Ping { client });
                }
            }
            Message::Close { client, .. } => self.close(client),
            Message::Behind { client, is_behind } => {
                self.sandbox.members.set_behind(client, is_behind);
            }
            Message::Over { reason } => self.set_over(reason),
            Message::Allowance(allowance) => self.sandbox.meter.allow(allowance),
            Message::Hibernate | Message::Ready { .. } | Message::Part { .. } => {}
        }
    }

    /// While the sandbox is over a limit of the disk, nothing is written and nothing runs: what runs would write.
    fn set_over(&self, reason: Option<String>) {
        let sandbox = self.sandbox.clone();
        let is_isolated = self.is_isolated;
        let is_over = reason.is_some();
        let news = sandbox.room.set(reason);
        tokio::spawn(async move {
            if is_over {
                sandbox.shells.kill_all(is_isolated).await;
            }
            match news {
                News::Over(reason) => {
                    let message = format!(
                        "Programs were ended and nothing can be written: {reason}. Remove files that are not needed."
                    );
                    let shown = sandbox.notifications.notify(Severity::Error, message, &[]);
                    sandbox.room.told(shown.await);
                }
                News::Under(Some(number)) => sandbox.notifications.dismiss(number).await,
                News::Under(None) | News::Nothing => {}
            }
        });
    }

    fn open(&mut self, client: u32, visitor: Visitor) {
        self.sandbox.members.open(client, &visitor.user_id);
        let (frames, incoming) = Incoming::new();
        let session = Session::new(client, visitor, self.sandbox.clone());
        let session = tokio::spawn(session.serve(incoming)).abort_handle();
        let session = Some(session);
        self.clients.insert(client, Client { frames, session });
        self.sandbox.ports.visit();
    }

    /// A client's link is gone. One that can come back is kept for a while, and what it asked for before is done.
    fn close(&mut self, client: u32) {
        let Some(mut gone) = self.clients.remove(&client) else {
            return;
        };
        let (is_kept, surplus) = self.sandbox.ledgers.lose(client);
        if is_kept {
            gone.session = None;
            tokio::spawn(self.sandbox.clone().lose(client));
        } else {
            tokio::spawn(self.sandbox.clone().forget(client));
        }
        if let Some(longest) = surplus {
            tokio::spawn(self.sandbox.clone().expire(longest));
        }
    }

    /// Answers a request for which there is no room, or closes the client where not even that has room.
    fn refuse(&mut self, client: u32, answer: Option<bytes::Bytes>) {
        let is_told = answer.is_some_and(|answer| self.sandbox.outgoing.try_frame(client, answer));
        if !is_told && self.clients.contains_key(&client) {
            self.sandbox.outgoing.control(Message::Close {
                client,
                code: 1013,
                reason: "too many requests wait and their answers are not read".to_owned(),
            });
            self.close(client);
        }
    }

    fn tell_of_hibernation(&self) {
        let frame = encode_notification(&Hibernating);
        for client in self.sandbox.members.numbers() {
            // Small, one for each client, and the last: it needs no room.
            self.sandbox.outgoing.control(Message::Frame {
                client,
                payload: frame.clone(),
            });
        }
    }

    /// Finishes what runs, and says what is left to say.
    async fn end(mut self, mut writer: JoinHandle<io::Result<()>>) {
        self.clients.clear();
        self.startup.abort();
        self.ports.abort();
        if let Some(door) = &self.door {
            door.abort();
        }
        self.sandbox.searches.close();
        let sandbox = self.sandbox.clone();
        let all_done = sandbox.jobs.clone().acquire_many_owned(JOBS);
        let (finished, ()) = tokio::join!(
            tokio::time::timeout(LAST_WRITES, all_done),
            sandbox.shells.end()
        );
        sandbox.jobs.close();
        sandbox.outgoing.end();
        if tokio::time::timeout(LAST_WORDS, &mut writer).await.is_err() {
            writer.abort();
        }
        if finished.is_ok() {
            // Without the mark's removal the next start has more to look at, and that is all.
            let _ = tokio::task::spawn_blocking(move || unmark(&sandbox.root)).await;
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(session) = &self.session {
            session.abort();
        }
    }
}

fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof
    )
}

/// A file that grows past the process's limit is an error of that one write and not the end of the agent.
fn survive_file_size_limit() -> io::Result<()> {
    // Once there is a handler, it stays for the life of the process.
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}

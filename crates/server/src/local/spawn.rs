//! Starts processes from one thread that lives as long as the backend.
//!
//! `--die-with-parent` follows the thread that started the process, not the process around it: from a thread
//! of a pool, sandboxes would end with it.

use std::io;
use std::sync::mpsc;
use std::thread;

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// The thread's other end. The thread ends when this is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Spawner {
    orders: mpsc::Sender<Order>,
}

struct Order {
    command: Command,
    reply: oneshot::Sender<io::Result<Child>>,
}

impl Spawner {
    /// Starts the thread. Must be called inside the runtime that shall wait for the processes.
    pub(crate) fn start() -> io::Result<Self> {
        let (orders, received) = mpsc::channel::<Order>();
        let runtime = Handle::current();
        thread::Builder::new()
            .name("sandbox-spawner".into())
            .spawn(move || {
                let _inside = runtime.enter();
                while let Ok(Order { mut command, reply }) = received.recv() {
                    // Nobody waits any more: dropping the child ends it.
                    let _ = reply.send(command.spawn());
                }
            })?;
        Ok(Self { orders })
    }

    pub(crate) async fn spawn(&self, command: Command) -> io::Result<Child> {
        let (reply, child) = oneshot::channel();
        let gone = || io::Error::other("the thread that starts processes has ended");
        self.orders
            .send(Order { command, reply })
            .map_err(|_| gone())?;
        child.await.map_err(|_| gone())?
    }
}

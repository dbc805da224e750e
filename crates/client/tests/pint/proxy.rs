//! The way to the agent, in the test's hand: connections are counted, cut, and refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes bytes on between the client and the agent.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
    accepting: tokio::task::JoinHandle<()>,
}

struct Shared {
    target: u16,
    open: AtomicUsize,
    is_down: AtomicBool,
    cuts: watch::Sender<u64>,
}

impl Proxy {
    pub async fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            target,
            open: AtomicUsize::new(0),
            is_down: AtomicBool::new(false),
            cuts: watch::channel(0).0,
        });
        let accepting = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                loop {
                    let (client, _) = listener.accept().await.unwrap();
                    if !shared.is_down.load(Ordering::SeqCst) {
                        tokio::spawn(pass(Arc::clone(&shared), client));
                    }
                }
            }
        });
        Self {
            port,
            shared,
            accepting,
        }
    }

    /// Cuts all connections.
    pub fn cut(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Cuts all connections and takes no new ones.
    pub fn down(&self) {
        self.shared.is_down.store(true, Ordering::SeqCst);
        self.cut();
    }

    pub fn up(&self) {
        self.shared.is_down.store(false, Ordering::SeqCst);
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// Waits until none is.
    pub async fn closed(&self) {
        super::eventually(super::SOON, || self.open() == 0).await;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn pass(shared: Arc<Shared>, mut client: TcpStream) {
    let mut cuts = shared.cuts.subscribe();
    shared.open.fetch_add(1, Ordering::SeqCst);
    let passing = async {
        let mut agent = TcpStream::connect(("127.0.0.1", shared.target)).await?;
        copy_bidirectional(&mut client, &mut agent).await
    };
    tokio::select! {
        _ = passing => {}
        _ = cuts.changed() => {}
    }
    shared.open.fetch_sub(1, Ordering::SeqCst);
}

//! One connection through the proxy.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::watch;
use tokio::time::sleep;

use super::sessions::{self, Verdict};
use super::{Link, Seen, Weather};

/// How many portions pass in a second on a slow link.
const PORTIONS: u32 = 20;

/// How a connection ends.
enum End {
    /// Both sides said all they had to say.
    Closed,
    /// As a broken link does.
    Reset,
    /// With the proxy's own words to the browser.
    Answered(&'static [u8]),
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Up,
    Down,
}

/// Relays until one side, or the link, ends it.
pub(super) async fn relay(
    mut browser: TcpStream,
    server: SocketAddr,
    weather: watch::Receiver<Weather>,
    seen: Arc<Seen>,
) {
    match relay_inner(&mut browser, server, weather, &seen).await {
        Ok(End::Closed) => {}
        Ok(End::Answered(words)) => {
            let _ = browser.write_all(words).await;
            let _ = browser.shutdown().await;
        }
        Ok(End::Reset) | Err(_) => {
            let _ = browser.set_zero_linger();
        }
    }
}

async fn relay_inner(
    browser: &mut TcpStream,
    server: SocketAddr,
    weather: watch::Receiver<Weather>,
    seen: &Seen,
) -> io::Result<End> {
    let before = *weather.borrow();
    if before.link == Link::Cut {
        return Ok(End::Reset);
    }
    let mut server = TcpStream::connect(server).await?;
    browser.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let lost = AtomicBool::new(false);
    let end = {
        let (from_browser, to_browser) = browser.split();
        let (from_server, to_server) = server.split();
        let pump = |direction| Pump {
            direction,
            weather: weather.clone(),
            lost: &lost,
            seen,
        };
        let mut up = pin!(pump(Direction::Up).run(from_browser, to_server));
        let mut down = pin!(pump(Direction::Down).run(from_server, to_browser));
        let broken = broken(weather.clone(), before.cuts, &lost);
        let both = async {
            tokio::select! {
                end = &mut up => match end? {
                    End::Closed => down.await,
                    other => Ok(other),
                },
                end = &mut down => match end? {
                    End::Closed => up.await,
                    other => Ok(other),
                },
            }
        };
        tokio::select! {
            end = both => end?,
            () = broken => End::Reset,
        }
    };
    if matches!(end, End::Reset) {
        server.set_zero_linger()?;
    }
    Ok(end)
}

/// Returns when the link was cut, was mended with bytes lost, or is no more.
async fn broken(mut weather: watch::Receiver<Weather>, cuts: usize, lost: &AtomicBool) {
    loop {
        let now = *weather.borrow_and_update();
        let mended = now.link == Link::Whole && lost.load(Ordering::SeqCst);
        if now.cuts != cuts || mended || weather.changed().await.is_err() {
            return;
        }
    }
}

/// One direction of a connection.
struct Pump<'a> {
    direction: Direction,
    weather: watch::Receiver<Weather>,
    lost: &'a AtomicBool,
    seen: &'a Seen,
}

impl Pump<'_> {
    async fn run(mut self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> io::Result<End> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let size = from.read(&mut buffer).await?;
            if self.vanishes() {
                self.lost.store(true, Ordering::SeqCst);
                if size == 0 {
                    // The end does not arrive either.
                    std::future::pending::<()>().await;
                }
                continue;
            }
            if size == 0 {
                to.shutdown().await?;
                return Ok(End::Closed);
            }
            let bytes = &mut buffer[..size];
            match self.direction {
                Direction::Up => {
                    if let Verdict::Answer(words) =
                        sessions::request(bytes, &mut self.weather, self.seen).await
                    {
                        return Ok(End::Answered(words));
                    }
                }
                Direction::Down => {
                    let fault = self.weather.borrow().sessions;
                    sessions::answer(bytes, fault, self.seen);
                }
            }
            if let Some(passing) = self.seen.pass(size) {
                to.write_all(&bytes[..passing]).await?;
                return Ok(End::Reset);
            }
            let link = self.weather.borrow().link;
            match link {
                Link::Slow(rate) => {
                    for portion in bytes.chunks((rate / PORTIONS as usize).max(1)) {
                        to.write_all(portion).await?;
                        sleep(Duration::from_secs(1) / PORTIONS).await;
                    }
                }
                Link::Late(delay) => {
                    sleep(delay).await;
                    to.write_all(bytes).await?;
                }
                Link::Whole | Link::Cut | Link::Silent { .. } => to.write_all(bytes).await?,
            }
        }
    }

    fn vanishes(&self) -> bool {
        match self.weather.borrow().link {
            Link::Silent { up, down } => match self.direction {
                Direction::Up => up,
                Direction::Down => down,
            },
            Link::Whole | Link::Cut | Link::Late(_) | Link::Slow(_) => false,
        }
    }
}

//! Faults of what hands out sessions. Requests and answers are known by their bytes: each comes in one piece.

use std::sync::atomic::Ordering;

use tokio::sync::watch;

use super::{Seen, Weather};

/// What becomes of requests for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionFault {
    /// Nothing.
    None,
    /// They wait until there is no fault any more.
    Held,
    /// They are answered with 401.
    Unauthorized,
    /// The token in the next answer is broken, those after it are not.
    BreakOneToken,
}

/// What to do with what the browser sent.
pub(super) enum Verdict {
    Pass,
    Answer(&'static [u8]),
}

const UNAUTHORIZED: &[u8] = b"HTTP/1.1 401 Unauthorized\r\n\
    content-type: application/json\r\n\
    content-length: 98\r\n\
    connection: close\r\n\r\n\
    {\"error\":{\"kind\":\"unauthorized\",\"message\":\"nobody is signed in here\",\"hint\":\"sign in, try again\"}}";

const TOKEN: &[u8] = b"\"pitcherToken\":\"";

/// Counts what `bytes` ask for, and does to it what shall be done.
pub(super) async fn request(
    bytes: &[u8],
    weather: &mut watch::Receiver<Weather>,
    seen: &Seen,
) -> Verdict {
    if bytes.starts_with(b"GET /agent/") {
        seen.sockets.fetch_add(1, Ordering::SeqCst);
    }
    let asks_for_session =
        bytes.starts_with(b"POST /api/sandboxes ") || bytes.starts_with(b"GET /api/sandboxes/");
    if !asks_for_session {
        return Verdict::Pass;
    }
    seen.sessions.fetch_add(1, Ordering::SeqCst);
    // An error says that the proxy ends, and this connection with it.
    let _ = weather
        .wait_for(|weather| weather.sessions != SessionFault::Held)
        .await;
    if weather.borrow().sessions == SessionFault::Unauthorized {
        return Verdict::Answer(UNAUTHORIZED);
    }
    Verdict::Pass
}

/// Breaks the token in an answer, if that is due.
pub(super) fn answer(bytes: &mut [u8], fault: SessionFault, seen: &Seen) {
    if fault != SessionFault::BreakOneToken {
        return;
    }
    let place = bytes.windows(TOKEN.len()).position(|part| part == TOKEN);
    let Some(place) = place else { return };
    if seen.broken_tokens.fetch_add(1, Ordering::SeqCst) > 0 {
        return;
    }
    for byte in bytes[place + TOKEN.len()..].iter_mut().take(12) {
        if *byte == b'"' {
            return;
        }
        *byte = b'x';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_tells_its_own_length() {
        let text = std::str::from_utf8(UNAUTHORIZED).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{}",
            body.len()
        );
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["error"]["kind"], "unauthorized");
    }

    #[test]
    fn one_token_is_broken_at_the_same_length() {
        let seen = Seen::new();
        let mut first = *b"HTTP/1.1 200 OK\r\n\r\n{\"pitcherToken\":\"abc\",\"sandboxId\":\"s\"}";
        answer(&mut first, SessionFault::None, &seen);
        assert!(first.windows(3).any(|part| part == b"abc"));
        let mut second = first;
        answer(&mut first, SessionFault::BreakOneToken, &seen);
        assert!(first.ends_with(b"{\"pitcherToken\":\"xxx\",\"sandboxId\":\"s\"}"));
        answer(&mut second, SessionFault::BreakOneToken, &seen);
        assert!(second.windows(3).any(|part| part == b"abc"));
    }
}

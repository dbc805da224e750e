//! Sockets, timers and signals of a browser.

use std::any::Any;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{
    BinaryType, CloseEvent, Document, Event, MessageEvent, VisibilityState, WebSocket, Window,
};
use yew_sandbox_protocol::Pieces;

use crate::options::{Signal, SignalSource};
use crate::outside::OutsideBytes;
use crate::platform::{Platform, Socket, SocketEvents};
use crate::send::BoxFuture;

/// The longest that a browser's timer can wait, in milliseconds: 2^31 - 1.
const LONGEST: u32 = i32::MAX as u32;

/// A frame of that many bytes stays outside until it is known what of it is wanted: 64 KiB.
pub(crate) const LARGE: u32 = 64 * 1024;

/// The first close code that is left to applications; a page may send no protocol code but 1000.
const APPLICATION: u16 = 3000;

/// The platform of a page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Web;

impl Platform for Web {
    fn open(&self, url: &str, events: SocketEvents) -> Box<dyn Socket> {
        match WebSocket::new(url) {
            Ok(socket) => Box::new(WebSocketLink::new(socket, events)),
            Err(_) => {
                // A page that came over TLS may not open a plain connection, for one.
                events.closed("the browser refused to open the connection");
                Box::new(Refused)
            }
        }
    }

    fn now(&self) -> Duration {
        let milliseconds = window()
            .and_then(|window| window.performance())
            .map_or_else(js_sys::Date::now, |performance| performance.now());
        Duration::from_micros((milliseconds * 1000.0) as u64)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        // Rounded up: a timer that fires early is set again for the rest.
        let milliseconds = duration.as_micros().div_ceil(1000);
        let milliseconds = u32::try_from(milliseconds).unwrap_or(LONGEST).min(LONGEST);
        Box::pin(TimeoutFuture::new(milliseconds))
    }

    fn spawn(&self, task: BoxFuture<()>) {
        wasm_bindgen_futures::spawn_local(task);
    }

    fn keep_outside(&self, bytes: &[u8]) -> Option<Box<dyn OutsideBytes>> {
        Some(Box::new(Uint8Array::from(bytes)))
    }

    fn seed(&self) -> u64 {
        js_sys::Math::random().to_bits()
    }

    fn focus(&self) -> Option<SignalSource> {
        Some(SignalSource::new(page_focus))
    }

    fn online(&self) -> Option<SignalSource> {
        Some(SignalSource::new(network))
    }

    #[cfg(feature = "pint")]
    fn http(&self) -> Option<Box<dyn crate::http::Http>> {
        Some(Box::new(crate::pint::WebHttp))
    }

    #[cfg(feature = "pint")]
    fn is_visible(&self) -> bool {
        page().is_none_or(|(_, page)| page.visibility_state() == VisibilityState::Visible)
    }
}

struct WebSocketLink {
    socket: WebSocket,
    /// Where frames around an array are put together, one after the other. Kept for the next one of a large file, until another
    /// frame or a ping goes out.
    workbench: Option<Uint8Array>,
    /// Ends the events when it is dropped.
    _listeners: [EventListener; 3],
}

impl WebSocketLink {
    fn new(socket: WebSocket, events: SocketEvents) -> Self {
        socket.set_binary_type(BinaryType::Arraybuffer);
        let opened = {
            let events = events.clone();
            EventListener::new(&socket, "open", move |_| events.opened())
        };
        let message = {
            let events = events.clone();
            EventListener::new(&socket, "message", move |event| match frame(event) {
                Some(frame) if frame.length() >= LARGE => events.outside_frame(frame),
                Some(frame) => events.frame(frame.to_vec().into()),
                None => events.text(),
            })
        };
        let closed = EventListener::new(&socket, "close", move |event| {
            events.closed(close_reason(event));
        });
        Self {
            socket,
            workbench: None,
            _listeners: [opened, message, closed],
        }
    }

    /// As long as a frame and not for two of them: sending copies it.
    fn workbench(&mut self, length: u32) -> Uint8Array {
        let ready = self.workbench.take();
        let bench = ready.filter(|bench| bench.length() >= length);
        let bench = bench.unwrap_or_else(|| Uint8Array::new_with_length(length));
        self.workbench.insert(bench).subarray(0, length)
    }
}

impl Socket for WebSocketLink {
    fn send(&mut self, frame: Pieces) {
        self.workbench = None;
        let mut pieces = frame.iter();
        // It fails only where the socket is not open, and its end is told by the close event.
        let _ = match (pieces.next(), pieces.next()) {
            (Some(only), None) => self.socket.send_with_u8_array(only),
            // Put together on the page's side: the memory of WebAssembly would keep what it took.
            _ => self.socket.send_with_js_u8_array(&whole(&frame)),
        };
    }

    fn send_outside(&mut self, frame: &dyn OutsideBytes) {
        let frame_as_any = frame.as_any();
        if let Some(array) = frame_as_any.downcast_ref::<Uint8Array>() {
            // As above.
            let _ = self.socket.send_with_js_u8_array(array);
        } else if let Some(around) = frame_as_any.downcast_ref::<FrameAround>() {
            let whole = self.workbench(index(frame.len()));
            around.write_to(&whole);
            let _ = self.socket.send_with_js_u8_array(&whole);
        } else {
            self.send(frame.read(0..frame.len()).into());
        }
    }

    fn ping(&mut self) {
        self.workbench = None;
        let _ = self.socket.send_with_str("");
    }

    fn unsent(&self) -> usize {
        self.socket.buffered_amount() as usize
    }

    fn close(self: Box<Self>, code: u16, reason: &'static str) {
        let code = if code == 1000 {
            code
        } else {
            APPLICATION + code
        };
        let _ = self.socket.close_with_code_and_reason(code, reason);
    }
}

impl Drop for WebSocketLink {
    fn drop(&mut self) {
        // After a close this does nothing.
        let _ = self.socket.close();
    }
}

/// A socket that the browser did not make.
struct Refused;

impl Socket for Refused {
    fn send(&mut self, _frame: Pieces) {}
    fn ping(&mut self) {}
    fn close(self: Box<Self>, _code: u16, _reason: &'static str) {}
}

fn whole(frame: &Pieces) -> Uint8Array {
    let whole = Uint8Array::new_with_length(index(frame.len()));
    let mut place = 0;
    for piece in frame.iter() {
        let end = place + piece.len();
        whole.subarray(index(place), index(end)).copy_from(piece);
        place = end;
    }
    whole
}

/// A frame around an array of the page that nobody changes any more. It is put together when it is sent.
#[derive(Debug)]
pub(crate) struct FrameAround {
    before: Box<[u8]>,
    array: Uint8Array,
    after: Box<[u8]>,
}

impl FrameAround {
    pub(crate) fn new(before: &[u8], array: Uint8Array, after: &[u8]) -> Self {
        Self {
            before: before.into(),
            array,
            after: after.into(),
        }
    }

    /// The frame as an array of its own, in which later changes of the other one are not.
    pub(crate) fn copied(&self) -> Uint8Array {
        let whole = Uint8Array::new_with_length(index(self.len()));
        self.write_to(&whole);
        whole
    }

    fn write_to(&self, whole: &Uint8Array) {
        let start = index(self.before.len());
        let end = start + self.array.length();
        whole.subarray(0, start).copy_from(&self.before);
        whole.set(&self.array, start);
        whole.subarray(end, whole.length()).copy_from(&self.after);
    }
}

impl OutsideBytes for FrameAround {
    fn len(&self) -> usize {
        self.before.len() + self.array.length() as usize + self.after.len()
    }

    fn read(&self, range: Range<usize>) -> Bytes {
        OutsideBytes::read(&self.copied(), range)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A place in an array, which has fewer than 2^32 bytes.
pub(crate) fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl OutsideBytes for Uint8Array {
    fn len(&self) -> usize {
        self.length() as usize
    }

    fn read(&self, range: Range<usize>) -> Bytes {
        let part = self.subarray(index(range.start), index(range.end));
        part.to_vec().into()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The bytes of a binary message; `None` for a text.
fn frame(event: &Event) -> Option<Uint8Array> {
    let data = event.unchecked_ref::<MessageEvent>().data();
    let buffer = data.dyn_into::<ArrayBuffer>().ok()?;
    Some(Uint8Array::new(&buffer))
}

/// The reason in the server's words, if it gave one. Browsers keep the others to themselves.
fn close_reason(event: &Event) -> String {
    let reason = event.unchecked_ref::<CloseEvent>().reason();
    if reason.is_empty() {
        "the connection was closed".to_owned()
    } else {
        reason
    }
}

fn page_focus(signal: Signal) -> Vec<EventListener> {
    let Some((window, document)) = page() else {
        return Vec::new();
    };
    let visibility = {
        let signal = signal.clone();
        let page = document.clone();
        EventListener::new(&document, "visibilitychange", move |_| {
            signal.set(page.visibility_state() == VisibilityState::Visible);
        })
    };
    let focus = {
        let signal = signal.clone();
        EventListener::new(&window, "focus", move |_| signal.set(true))
    };
    // A page that comes back from the browser's cache of pages.
    let shown = EventListener::new(&window, "pageshow", move |_| signal.set(true));
    vec![visibility, focus, shown]
}

fn network(signal: Signal) -> Vec<EventListener> {
    let Some((window, _)) = page() else {
        return Vec::new();
    };
    if !window.navigator().on_line() {
        signal.set(false);
    }
    let online = {
        let signal = signal.clone();
        EventListener::new(&window, "online", move |_| signal.set(true))
    };
    let offline = EventListener::new(&window, "offline", move |_| signal.set(false));
    vec![online, offline]
}

fn window() -> Option<Window> {
    js_sys::global().dyn_into().ok()
}

fn page() -> Option<(Window, Document)> {
    let window = window()?;
    let document = window.document()?;
    Some((window, document))
}

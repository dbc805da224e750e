//! Requests that know their answer, and notifications.

use crate::wire::{Decode, Encode};

/// What may become of a request whose answer was lost with the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It can be sent again: doing it twice is the same as doing it once.
    Repeatable,
    /// It must not run twice; it fails where it is not known whether it ran.
    Once,
}

/// A typed request.
///
/// ```
/// use yew_sandbox_protocol::{Repeat, Request, fs::ReadFile};
///
/// let request = ReadFile { path: "test.txt".into() };
/// assert_eq!(ReadFile::METHOD, "fs/readFile");
/// assert_eq!(request.repeat(), Repeat::Repeatable);
/// ```
pub trait Request: Encode + Decode {
    /// The method's name on the wire.
    const METHOD: &'static str;

    /// What a success carries.
    type Answer: Encode + Decode;

    /// What may become of it when the link breaks.
    fn repeat(&self) -> Repeat;
}

/// A typed notification, which no one answers.
pub trait Notification: Encode + Decode {
    /// The method's name on the wire.
    const METHOD: &'static str;
}

macro_rules! requests {
    ($( $request:ty: $method:literal -> $answer:ty, $repeat:ident; )*) => {$(
        impl $crate::request::Request for $request {
            const METHOD: &'static str = $method;
            type Answer = $answer;

            fn repeat(&self) -> $crate::request::Repeat {
                $crate::request::Repeat::$repeat
            }
        }
    )*};
}

macro_rules! notifications {
    ($( $notification:ty: $method:literal; )*) => {$(
        impl $crate::request::Notification for $notification {
            const METHOD: &'static str = $method;
        }
    )*};
}

pub(crate) use {notifications, requests};

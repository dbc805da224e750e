//! The protocol's decoder: frames, and every type of a request, an answer and a notification.

use std::fmt::Debug;

use bytes::Bytes;
use yew_sandbox_protocol::{
    ClientFrame, Decode, Encode, Notification, Request, ServerFrame, WireError, channel, client,
    decode, encode, fs, git, notification, port, search, setup, shell, system, task,
};

use crate::{Target, shape};

/// Reads bytes as everything there is.
///
/// What can be read is written again, and read again as the same.
#[derive(Debug)]
pub struct Decoder;

impl Target for Decoder {
    fn new() -> Self {
        Self
    }

    /// The first byte says whether the rest is a frame, or a frame is made of the rest.
    fn take(&mut self, input: &[u8]) {
        let Some((kind, rest)) = input.split_first() else {
            return;
        };
        let frame = match kind % 2 {
            0 => Bytes::copy_from_slice(rest),
            _ => shape::frame(rest).into(),
        };
        // Answers repeat the method.
        let request = ClientFrame::decode(&frame).ok();
        let space = request
            .as_ref()
            .and_then(|request| request.method.split('/').next());
        let as_everything = |bytes: &Bytes| as_everything(bytes, space);
        if let Some(request) = &request {
            as_everything(&request.params);
        }
        match ServerFrame::decode(&frame) {
            Ok(ServerFrame::Answer { outcome, .. }) => {
                if let Ok(answer) = outcome {
                    as_everything(&answer);
                }
            }
            Ok(ServerFrame::Notification { params, .. }) => as_everything(&params),
            Err(_) => as_everything(&frame),
        }
    }
}

macro_rules! each {
    ($read:ident($bytes:ident) of $space:ident: $( $module:ident { $( $kind:ident ),* } )*) => {
        $( if $space.is_none_or(|space| space == space_of(stringify!($module))) {
            $( $read::<$module::$kind>($bytes); )*
        } )*
    };
}

/// As each type of the namespace, or of all where there is none.
fn as_everything(bytes: &Bytes, space: Option<&str>) {
    let known = [
        "channel",
        "client",
        "fs",
        "git",
        "notification",
        "port",
        "setup",
        "shell",
        "system",
        "task",
    ];
    let space = space.filter(|space| known.contains(space));
    each! { request(bytes) of space:
        channel { Subscribe, Unsubscribe, Send }
        client { Join, Rejoin, List }
        fs { ReadFile, WriteFile, ReadDir, Stat, Copy, Rename, Remove, MakeDir, Watch, Rewatch, Unwatch }
        git {
            GetStatus, GetRemotes, GetTargetDiff, Pull, Discard, MakeCommit, Push, PushToRemote, RenameBranch,
            GetRemoteContent, GetDiffStatus, ResetLocalWithRemote, CheckoutInitialBranch, TransposeLines
        }
        notification { Respond }
        port { List }
        search {
            Search, StreamingSearch, CancelStreamingSearch, PathSearch, Upload, Download, BatchWrite
        }
        setup { Get, Init, Skip, SkipAll, SetStep, Disable, Enable }
        shell { Create, Input, List, Open, Reopen, Close, Restart, Resize, Rename, Terminate }
        system { GetMetrics, Update, Hibernate }
        task {
            List, Run, RunCommand, Stop, Create, Update, SaveToConfig, GenerateConfig, CreateSetupTasks
        }
    }
    each! { told(bytes) of space:
        channel { Subscribed, Unsubscribed, Message }
        client { ClientInfo, Disconnected, Updated }
        fs { WatchEvent }
        git { Status, Remotes, RenameBranch, PullStarted, PullFinished, CommitStarted, CommitFinished }
        notification { Notify, Dismiss }
        port { Ports }
        search { SearchMatches, SearchFinished }
        setup { Progress }
        shell { Output, Shell, Exited, Restarted, Terminated, Renamed }
        system { Metrics, InitStatus, Hibernating }
        task { Tasks, Task, UnassignedPortOpened, UnassignedPortClosed, ConfigParseError }
    }
    same::<WireError>(bytes);
}

/// The namespace of a module's messages: searches are of the files.
fn space_of(module: &'static str) -> &'static str {
    if module == "search" { "fs" } else { module }
}

fn request<R: Request + Debug>(bytes: &Bytes) {
    if let Some(request) = same::<R>(bytes) {
        let _ = request.repeat();
    }
    same::<R::Answer>(bytes);
}

fn told<N: Notification>(bytes: &Bytes) {
    same::<N>(bytes);
}

/// What can be read is written so that it is read as the same.
fn same<T: Decode + Encode>(bytes: &Bytes) -> Option<T> {
    let value: T = decode(bytes).ok()?;
    let written = encode(&value);
    let again: T = match decode(&written) {
        Ok(again) => again,
        Err(error) => panic!(
            "{} cannot read what it wrote: {error}",
            std::any::type_name::<T>()
        ),
    };
    assert_eq!(
        encode(&again),
        written,
        "{} writes another than it reads",
        std::any::type_name::<T>()
    );
    Some(value)
}

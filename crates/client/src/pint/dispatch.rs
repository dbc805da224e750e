//! Which part of the bridge answers a request.

use std::future::Future;

use bytes::Bytes;
use yew_sandbox_protocol::{
    ClientFrame, ErrorCode, PROTOCOL_VERSION, Request, WireError, client, fs, port, search, setup,
    shell, system, task,
};

use super::bridge::Link;
use super::failure::Failure;
use super::{files, input, ports, setup as steps, shells, tasks, watches};
use crate::send::MaybeSend;

/// Takes a request. What has an order among requests is put into it here, before anything waits.
pub(super) fn take(bridge: &Link, frame: &Bytes) {
    let frame = match ClientFrame::decode(frame) {
        Ok(frame) => frame,
        Err(error) => return bridge.lost(error.to_string()),
    };
    match frame.method.as_str() {
        client::Join::METHOD => ask(bridge, &frame, join),
        system::Update::METHOD => ask(bridge, &frame, keep_awake),
        setup::Get::METHOD => ask(bridge, &frame, steps::get),
        fs::ReadFile::METHOD => ask(bridge, &frame, files::read),
        fs::WriteFile::METHOD => ask(bridge, &frame, files::write),
        fs::ReadDir::METHOD => ask(bridge, &frame, files::read_dir),
        fs::Stat::METHOD => ask(bridge, &frame, files::stat),
        fs::Copy::METHOD => ask(bridge, &frame, files::copy),
        fs::Rename::METHOD => ask(bridge, &frame, files::rename),
        fs::Remove::METHOD => ask(bridge, &frame, files::remove),
        fs::MakeDir::METHOD => ask(bridge, &frame, files::make_dir),
        search::Upload::METHOD => ask(bridge, &frame, files::upload),
        fs::Watch::METHOD => tell(bridge, &frame, watches::watch),
        fs::Unwatch::METHOD => ask(bridge, &frame, watches::unwatch),
        shell::Create::METHOD => tell(bridge, &frame, shells::create),
        shell::Open::METHOD => tell(bridge, &frame, shells::open),
        shell::Input::METHOD => tell(bridge, &frame, input::take),
        shell::Close::METHOD => ask(bridge, &frame, shells::close),
        shell::List::METHOD => ask(bridge, &frame, shells::list),
        shell::Restart::METHOD => ask(bridge, &frame, shells::restart),
        shell::Terminate::METHOD => ask(bridge, &frame, shells::terminate),
        shell::Resize::METHOD => ask(bridge, &frame, shells::resize),
        shell::Rename::METHOD => ask(bridge, &frame, shells::rename),
        task::List::METHOD => ask(bridge, &frame, tasks::list),
        task::Run::METHOD => ask(bridge, &frame, tasks::run),
        task::Stop::METHOD => ask(bridge, &frame, tasks::stop),
        port::List::METHOD => ask(bridge, &frame, ports::list),
        method => {
            let error = WireError::new(
                ErrorCode::FEATURE_UNAVAILABLE,
                "the sandbox's agent, which speaks REST, cannot do this",
            );
            bridge.refuse(frame.id, method, &error);
        }
    }
}

/// Answers what the part gives back.
fn ask<R, F>(bridge: &Link, frame: &ClientFrame, part: impl FnOnce(Link, R) -> F)
where
    R: Request,
    F: Future<Output = Result<R::Answer, Failure>> + MaybeSend + 'static,
{
    let Some(request) = params::<R>(bridge, frame) else {
        return;
    };
    let work = part(bridge.clone(), request);
    let (bridge, id) = (bridge.clone(), frame.id);
    bridge.clone().spawn(async move {
        let outcome = work.await;
        bridge.answer::<R>(id, outcome);
    });
}

/// Lets the part answer the request of this number itself: something follows the answer.
fn tell<R, F>(bridge: &Link, frame: &ClientFrame, part: impl FnOnce(Link, u64, R) -> F)
where
    R: Request,
    F: Future<Output = ()> + MaybeSend + 'static,
{
    if let Some(request) = params::<R>(bridge, frame) {
        bridge.spawn(part(bridge.clone(), frame.id, request));
    }
}

fn params<R: Request>(bridge: &Link, frame: &ClientFrame) -> Option<R> {
    match frame.params::<R>() {
        Ok(request) => Some(request),
        Err(error) => {
            let error = WireError::new(ErrorCode::CRITICAL, error.to_string());
            bridge.refuse(frame.id, R::METHOD, &error);
            None
        }
    }
}

async fn join(bridge: Link, join: client::Join) -> Result<client::JoinAnswer, Failure> {
    if !bridge.look_around().await.map_err(Failure::Lost)? {
        bridge.paths.workspace_is_root();
    }
    Ok(client::JoinAnswer {
        // The agent knows its users by their tokens only.
        client: client::ClientInfo {
            client_id: "pint".into(),
            username: String::new(),
            name: String::new(),
            avatar_url: None,
            color: String::new(),
            app_id: join.client_info.app_id,
        },
        workspace_path: bridge.paths.workspace().to_owned(),
        version: bridge.version.clone(),
        protocol_version: PROTOCOL_VERSION.to_owned(),
        latest_pitcher_version: None,
        capabilities: None,
        permissions: None,
        is_protected: None,
        reconnect_token: None,
        resume: None,
    })
}

/// Any question shows the cloud that the sandbox is in use.
async fn keep_awake(bridge: Link, _update: system::Update) -> Result<(), Failure> {
    bridge.look_around().await.map(drop).map_err(Failure::Lost)
}

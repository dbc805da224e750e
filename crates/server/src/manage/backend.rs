//! What a backend must be able to do for the management API.

use std::time::{Duration, SystemTime};

use super::{
    HostTokenInfo, NewFile, NewHostToken, NewSandbox, PreviewHost, Running, SandboxInfo,
    StartOptions, Tier,
};
use crate::backend::Awake;
use crate::identity::SessionOptions;
use crate::problem::Problem;

/// Sandboxes in the hands of who runs the server: all of them, whoever owns them.
///
/// Ids are as the request has them and may be anything. Where a sandbox is not there, every call fails with
/// [`NotFound`](crate::ProblemKind::NotFound).
///
/// A call may be dropped at any moment, as its request is once whoever asked has gone. One that makes a sandbox must then
/// leave none behind: nobody knows its id.
pub trait Manage: Send + Sync + 'static {
    /// All sandboxes, in any order.
    fn list(&self) -> impl Future<Output = Result<Vec<SandboxInfo>, Problem>> + Send;

    /// One sandbox.
    ///
    /// # Errors
    /// There is no such sandbox.
    fn info(&self, id: &str) -> impl Future<Output = Result<SandboxInfo, Problem>> + Send;

    /// A new sandbox with these files in its workspace; without files, with the default template. It sleeps.
    ///
    /// # Errors
    /// A limit is reached, a file's path leaves the workspace, or the disk is full.
    fn create_with(
        &self,
        new: NewSandbox,
        files: Vec<NewFile>,
    ) -> impl Future<Output = Result<SandboxInfo, Problem>> + Send;

    /// A copy of `source`: a sandbox, a tag, an alias `namespace@alias` or a template's name. It sleeps.
    ///
    /// # Errors
    /// There is nothing of that name, a limit is reached, or the disk is full.
    fn fork(
        &self,
        source: &str,
        new: NewSandbox,
    ) -> impl Future<Output = Result<SandboxInfo, Problem>> + Send;

    /// Wakes a sandbox if it sleeps, with a session of who runs the server.
    ///
    /// # Errors
    /// There is no such sandbox, a limit is reached, or it does not start.
    fn start(
        &self,
        id: &str,
        options: StartOptions,
    ) -> impl Future<Output = Result<Awake, Problem>> + Send;

    /// A session of a sandbox that is awake.
    ///
    /// # Errors
    /// There is no such sandbox, or it is not awake: not found.
    fn open_session(
        &self,
        id: &str,
        session: SessionOptions,
    ) -> impl Future<Output = Result<Awake, Problem>> + Send;

    /// Puts a sandbox to sleep.
    ///
    /// # Errors
    /// There is no such sandbox, or it is not awake: not found.
    fn hibernate(&self, id: &str) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Ends a sandbox, so that its next start is one from nothing. Its files stay.
    ///
    /// # Errors
    /// There is no such sandbox, or it is not awake: not found.
    fn shut_down(&self, id: &str) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Ends a sandbox and removes all that there is of it.
    ///
    /// # Errors
    /// There is no such sandbox, or some of it cannot be removed.
    fn delete(&self, id: &str) -> impl Future<Output = Result<(), Problem>> + Send;

    /// How large a sandbox is from its next start on.
    ///
    /// # Errors
    /// There is no such sandbox.
    fn set_tier(&self, id: &str, tier: Tier) -> impl Future<Output = Result<(), Problem>> + Send;

    /// After how long without a request a sandbox goes to sleep, from now on.
    ///
    /// # Errors
    /// There is no such sandbox.
    fn set_hibernation_timeout(
        &self,
        id: &str,
        timeout: Duration,
    ) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Those that are awake.
    fn running(&self) -> impl Future<Output = Result<Running, Problem>> + Send;

    /// A new token that opens a private sandbox's previews.
    ///
    /// # Errors
    /// There is no such sandbox, or it has too many tokens.
    fn create_host_token(
        &self,
        id: &str,
        expires: Option<SystemTime>,
    ) -> impl Future<Output = Result<NewHostToken, Problem>> + Send;

    /// The tokens of a sandbox that have not expired.
    ///
    /// # Errors
    /// There is no such sandbox.
    fn host_tokens(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Vec<HostTokenInfo>, Problem>> + Send;

    /// Changes when a token ends; a time in the past ends it now.
    ///
    /// # Errors
    /// There is no such sandbox or token, or it has expired.
    fn update_host_token(
        &self,
        id: &str,
        token: &str,
        expires: Option<SystemTime>,
    ) -> impl Future<Output = Result<HostTokenInfo, Problem>> + Send;

    /// Ends all tokens of a sandbox.
    ///
    /// # Errors
    /// There is no such sandbox.
    fn revoke_host_tokens(&self, id: &str) -> impl Future<Output = Result<(), Problem>> + Send;

    /// A new tag for these sandboxes, and its id.
    ///
    /// # Errors
    /// One of the sandboxes is not there, or there are too many tags.
    fn create_tag(
        &self,
        sandboxes: Vec<String>,
    ) -> impl Future<Output = Result<String, Problem>> + Send;

    /// Lets `namespace@alias` stand for a tag.
    ///
    /// # Errors
    /// There is no such tag, or there are too many aliases.
    fn set_alias(
        &self,
        namespace: &str,
        alias: &str,
        tag: &str,
    ) -> impl Future<Output = Result<(), Problem>> + Send;

    /// The hosts that may show previews.
    fn preview_hosts(&self) -> impl Future<Output = Result<Vec<PreviewHost>, Problem>> + Send;

    /// Adds hosts that may show previews, or replaces those that may; answers all of them.
    ///
    /// # Errors
    /// There are too many.
    fn set_preview_hosts(
        &self,
        hosts: Vec<String>,
        replace: bool,
    ) -> impl Future<Output = Result<Vec<PreviewHost>, Problem>> + Send;
}

//! Where the sandboxes of this server are.

use std::env;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use yew_sandbox_server::codesandbox::{CloudBackend, CloudErrorKind, CloudKey, CloudOptions};
use yew_sandbox_server::local::{LocalBackend, LocalOptions};
use yew_sandbox_server::manage::ApiKeys;
use yew_sandbox_server::{Identify, Options, router, router_with_management};

use super::Failure;
use super::arguments::ServeArguments;

/// The variables that hold the cloud's key, the first one first.
const KEYS: [&str; 2] = ["CSB_API_KEY", "TOGETHER_API_KEY"];
/// The variable that holds the cloud's address, where it is another.
const ADDRESS: &str = "CSB_BASE_URL";

/// Where the sandboxes of this server are.
pub(super) enum Place {
    /// On this machine.
    Local(LocalBackend),
    /// In the cloud.
    Cloud(CloudBackend),
}

impl Place {
    /// Folders and processes of this machine.
    pub(super) async fn local(options: LocalOptions) -> Result<Self, Failure> {
        Ok(Self::Local(LocalBackend::open(options).await?))
    }

    /// The cloud, which must know the key. One that cannot be reached may come back.
    pub(super) async fn cloud(arguments: &ServeArguments) -> Result<Self, Failure> {
        if !arguments.api_key.is_empty() {
            return Err(
                "the cloud has a management API of its own. Leave --api-key out, or use --backend local"
                    .into(),
            );
        }
        let set = |name: &&str| env::var(name).ok().filter(|value| !value.is_empty());
        let key = KEYS.iter().find_map(set);
        let key = key.and_then(|key| CloudKey::new(key.trim()));
        let key =
            key.ok_or("the cloud's key is missing. Set CSB_API_KEY or TOGETHER_API_KEY to it")?;
        let mut options = CloudOptions::new(key, &arguments.data_dir);
        if let Some(address) = set(&ADDRESS) {
            options.address = address;
        }
        if let Some(template) = &arguments.cloud_template {
            options.template.clone_from(template);
        }
        options.sandboxes_per_user = arguments.limits.max_sandboxes_per_user;
        options.creates_per_minute = arguments.limits.max_creates_per_minute;
        let address = options.address.clone();
        let backend = CloudBackend::open(options)?;
        match backend.check().await {
            Ok(()) => tracing::info!(address, "the cloud knows this server's key"),
            Err(error) if error.kind() == CloudErrorKind::BadKey => {
                let message = format!("the cloud refuses the key: {error}. Correct CSB_API_KEY");
                return Err(message.into());
            }
            Err(error) => tracing::warn!(address, %error, "the cloud does not answer as it should"),
        }
        Ok(Self::Cloud(backend))
    }

    /// The data folder, as an absolute path.
    pub(super) fn data_dir(&self) -> &Path {
        match self {
            Self::Local(local) => local.data_dir(),
            Self::Cloud(cloud) => cloud.data_dir(),
        }
    }

    /// The HTTP surface.
    pub(super) fn router(
        &self,
        identify: impl Identify,
        options: Options,
        api_keys: &[String],
    ) -> Result<Router, Failure> {
        Ok(match self {
            Self::Local(local) if api_keys.is_empty() => router(local.clone(), identify, options),
            Self::Local(local) => {
                let keys = ApiKeys::new(api_keys)?;
                router_with_management(local.clone(), identify, options, keys)
            }
            Self::Cloud(cloud) => router(cloud.clone(), identify, options),
        })
    }

    /// Ends what runs on this machine.
    pub(super) async fn close(&self, longest: Duration) {
        match self {
            Self::Local(local) => local.close(longest).await,
            Self::Cloud(_) => {}
        }
    }
}

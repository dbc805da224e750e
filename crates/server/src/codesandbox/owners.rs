//! Whose sandbox of the cloud is whose: DATA/cloud.json.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{CloudError, CloudErrorKind};
use crate::kept::Kept;
use crate::problem::{Limit, Problem};

/// Most sandboxes that are known of.
const MOST: usize = 100_000;

/// The owner of each sandbox, by their ids.
type Owned = BTreeMap<String, String>;

/// What is known of whose sandboxes there are. This process holds the folder.
#[derive(Debug)]
pub(super) struct Owners {
    owned: Kept<Owned>,
    /// How many are being made, by their owners.
    claims: Mutex<HashMap<String, usize>>,
    data: PathBuf,
    /// It ends with the process, however that ends.
    _lock: File,
}

/// A place that is taken until this is dropped.
#[derive(Debug)]
#[must_use = "dropped, the place is free"]
pub(super) struct Claim {
    owners: Arc<Owners>,
    owner: String,
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut claims = self.owners.claims();
        if let Some(count) = claims.get_mut(&self.owner) {
            *count -= 1;
            if *count == 0 {
                claims.remove(&self.owner);
            }
        }
    }
}

impl Owners {
    pub(super) fn open(data: &Path) -> Result<Self, CloudError> {
        let failed = |error: std::io::Error| {
            let data = data.display();
            CloudError::new(
                CloudErrorKind::DataDir,
                format!(
                    "the data folder {data} cannot be used: {error}. Choose another with --data-dir"
                ),
            )
        };
        let mut folder = DirBuilder::new();
        folder.recursive(true).mode(0o700);
        folder.create(data).map_err(failed)?;
        let data_dir = data.canonicalize().map_err(failed)?;
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        let lock = options.open(data_dir.join("cloud.lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let data = data.display();
                let message = format!("another server uses the data folder {data}");
                return Err(CloudError::new(CloudErrorKind::DataDir, message));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(Self {
            owned: Kept::load(data_dir.join("cloud.json")).map_err(failed)?,
            claims: Mutex::default(),
            data: data_dir,
            _lock: lock,
        })
    }

    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    pub(super) fn owns(&self, owner: &str, id: &str) -> bool {
        self.owned.get().get(id).is_some_and(|known| known == owner)
    }

    /// A place for one more sandbox of an owner, who may have so many: making one takes a while, and others count it meanwhile.
    ///
    /// What cannot be noted is not made, so that the bound of all notes is looked at here.
    pub(super) fn claim(self: &Arc<Self>, owner: &str, limit: usize) -> Result<Claim, Problem> {
        let mut claims = self.claims();
        let being_made = claims.get(owner).copied().unwrap_or(0);
        let owned = self.owned.get();
        let made = owned.values().filter(|known| *known == owner).count();
        if made + being_made >= limit {
            return Err(Problem::limited(Limit::SandboxesPerUser, limit));
        }
        if owned.len() + claims.values().sum::<usize>() >= MOST {
            return Err(Problem::limited(Limit::CloudSandboxes, MOST));
        }
        claims.insert(owner.to_owned(), being_made + 1);
        Ok(Claim {
            owners: self.clone(),
            owner: owner.to_owned(),
        })
    }

    fn claims(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a new sandbox in the place that was taken for it. From there on it counts as a note, and not as a place too.
    pub(super) async fn add(self: &Arc<Self>, id: String, claim: Claim) -> Result<(), Problem> {
        let owner = claim.owner.clone();
        let change = move |owned: &mut Owned| {
            owned.insert(id, owner);
        };
        let added = self.change(change).await;
        drop(claim);
        added
    }

    /// Forgets a sandbox that is gone.
    pub(super) async fn remove(self: &Arc<Self>, id: String) -> Result<(), Problem> {
        let change = move |owned: &mut Owned| {
            owned.remove(&id);
        };
        self.change(change).await
    }

    async fn change(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Owned) + Send + 'static,
    ) -> Result<(), Problem> {
        let owners = self.clone();
        let changed = tokio::task::spawn_blocking(move || {
            owners.owned.change(|owned| {
                change(owned);
                Ok::<_, Infallible>(())
            })
        });
        match changed.await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Err(error)) => {
                tracing::error!(%error, "cloud.json could not be changed");
                Err(Problem::internal())
            }
            Err(_) => Err(Problem::internal()),
        }
    }
}

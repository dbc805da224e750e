//! The places of sandboxes that are being made.

use std::sync::Arc;

use super::inner::Inner;
use super::sandbox::Sandbox;
use crate::problem::{Limit, Problem};

/// The place of a sandbox that is being made. It is given back where none comes of it.
#[derive(Debug)]
pub(super) struct Claim {
    inner: Arc<Inner>,
    /// Of the sandbox; no other has it.
    pub(super) number: u32,
    is_open: bool,
}

impl Claim {
    /// A place for a new sandbox of that owner.
    pub(super) fn take(inner: &Arc<Inner>, owner: Option<&str>) -> Result<Self, Problem> {
        let mut sandboxes = inner.sandboxes();
        let limits = &inner.options.limits;
        let (limit, bound) = match owner {
            Some(_) => (Limit::SandboxesPerUser, limits.sandboxes_per_user),
            None => (Limit::ManagedSandboxes, limits.managed_sandboxes),
        };
        if sandboxes.count(|of| of == owner) >= bound {
            return Err(Problem::limited(limit, bound));
        }
        if owner.is_some() && sandboxes.count(|of| of.is_some()) >= limits.sandboxes {
            return Err(Problem::limited(Limit::Sandboxes, limits.sandboxes));
        }
        let numbers = sandboxes
            .all
            .values()
            .map(|sandbox| sandbox.meta.get().number);
        let highest = numbers.chain(sandboxes.claims.keys().copied()).max();
        let number = highest.map_or(0, |highest| highest.saturating_add(1));
        sandboxes.claims.insert(number, owner.map(str::to_owned));
        Ok(Self {
            inner: inner.clone(),
            number,
            is_open: true,
        })
    }

    /// Puts the sandbox in its place.
    pub(super) fn become_sandbox(mut self, sandbox: Sandbox) -> Arc<Sandbox> {
        let sandbox = Arc::new(sandbox);
        let mut sandboxes = self.inner.sandboxes();
        sandboxes.claims.remove(&self.number);
        sandboxes.all.insert(sandbox.id.clone(), sandbox.clone());
        self.inner.host.metrics.kept(sandboxes.all.len());
        drop(sandboxes);
        self.is_open = false;
        sandbox
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.is_open {
            self.inner.sandboxes().claims.remove(&self.number);
        }
    }
}

//! Where the keyboard is.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::Playground;
use crate::page::SOON;
use crate::wait::until;

/// What has the focus.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(crate) struct Focus {
    /// The element, as a selector finds it: for people who read a failure.
    pub(crate) element: String,
    /// Where it is on the page, in CSS pixels.
    pub(crate) place: [f64; 2],
    /// Its role; empty where it has none.
    pub(crate) role: String,
    /// What assistive technology calls it.
    pub(crate) name: String,
    /// The part of the work place that it lies in.
    pub(crate) region: String,
    /// Whether it can be seen.
    pub(crate) seen: bool,
}

impl Playground {
    /// What has the focus now.
    ///
    /// # Errors
    /// Nothing has it, or it is without a name, or nobody can see it.
    pub(crate) async fn focus(&self) -> Result<Focus> {
        let focus = self.session.run(include_str!("focus.js"), &[]).await?;
        let mut focus: Focus = serde_json::from_value(focus)?;
        ensure!(!focus.element.starts_with("body"), "the focus is lost");
        // The browser's own word counts, where its driver hands it out.
        if let Ok(name) = async { self.session.active().await?.name().await }.await {
            focus.name = name;
        }
        ensure!(
            !focus.name.trim().is_empty(),
            "a stop has no name: {focus:?}"
        );
        ensure!(focus.seen, "a stop cannot be seen: {focus:?}");
        Ok(focus)
    }

    /// Presses keys together and waits until the focus is as wanted.
    ///
    /// # Errors
    /// It is not in time, or it is lost.
    pub(crate) async fn go(
        &self,
        keys: &[char],
        what: &str,
        wanted: impl Fn(&Focus) -> bool,
    ) -> Result<Focus> {
        self.session.press(keys).await?;
        self.focused(what, wanted).await
    }

    /// Waits until the focus is as wanted.
    ///
    /// # Errors
    /// It is not in time, or it is lost.
    pub(crate) async fn focused(
        &self,
        what: &str,
        wanted: impl Fn(&Focus) -> bool,
    ) -> Result<Focus> {
        let mut last = None;
        let named = format!("the focus on {what}");
        let found = until(&named, SOON, async || {
            let focus = self.focus().await?;
            last = Some(focus.clone());
            Ok(wanted(&focus).then_some(focus))
        });
        let found = found.await;
        found.with_context(|| format!("the focus is on {last:?}"))
    }

    /// Presses a key again and again until the focus is as wanted. Each stop on the way has to have a name and be seen.
    ///
    /// # Errors
    /// A stop fails, the focus does not move, or `most` presses do not lead there.
    pub(crate) async fn walk(
        &self,
        keys: &[char],
        most: usize,
        what: &str,
        wanted: impl Fn(&Focus) -> bool,
    ) -> Result<Vec<Focus>> {
        let mut stops = Vec::new();
        for _ in 0..most {
            self.session.press(keys).await?;
            let focus = self.focus().await;
            let focus = focus.with_context(|| format!("on the way to {what}: {stops:#?}"))?;
            // What is within a frame is one stop to the page around it.
            let has_moved = stops.last() != Some(&focus) || focus.element.starts_with("iframe");
            ensure!(
                has_moved,
                "the keyboard is caught on the way to {what}: {focus:?}"
            );
            let is_there = wanted(&focus);
            stops.push(focus);
            if is_there {
                return Ok(stops);
            }
        }
        bail!("{most} keys do not lead to {what}: {stops:#?}")
    }
}

//! Waiting for a condition, with a deadline.

use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::time::{Instant, sleep};

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(25);

/// Looks until `look` finds what it wants. An error of a look counts as nothing found.
///
/// # Errors
/// It is not there by the deadline; the error names `what` and holds the last error of a look.
pub(crate) async fn until<T>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + within;
    loop {
        let last = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() >= deadline {
            let waited = format!("waited {} s in vain for {what}", within.as_secs_f32());
            return Err(match last {
                Some(error) => error.context(waited),
                None => anyhow!(waited),
            });
        }
        sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_comes_later_is_found() {
        let mut looks = 0;
        let found = until("the third look", Duration::from_secs(1), async || {
            looks += 1;
            if looks == 2 {
                return Err(anyhow!("not now"));
            }
            Ok((looks == 3).then_some(looks))
        });
        assert_eq!(found.await.unwrap(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn what_never_comes_ends_at_the_deadline_and_is_named() {
        let begun = Instant::now();
        let found = until("snow", Duration::from_secs(3), async || Ok(None::<()>));
        let error = found.await.unwrap_err().to_string();
        assert!(error.contains("snow"), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(4));
    }
}

//! Text search.

use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::Value;
use yew_sandbox_client::{Client, SearchOptions};

/// How many files are searched.
const FILES: usize = 100_000;

/// Our search beside `rg`, in the same files: the ratio of the better times.
pub(super) async fn row(client: &Client, rounds: usize) -> Result<Value> {
    let make = format!(
        "mkdir -p tree && cd tree && for d in $(seq 0 99); do mkdir -p $d; done && \
         seq 1 {FILES} | awk '{{ f = ($1 % 100) \"/\" $1 \".txt\"; \
         printf \"line one of %d\\nneedle %d\\nlast line\\n\", $1, $1 % 1000 > f; close(f) }}'"
    );
    client.commands().run(&make).await?;
    let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..=rounds {
        let begun = Instant::now();
        let mut search = client
            .fs()
            .search("needle 77", SearchOptions::default())
            .await?;
        let mut count = 0;
        while let Some(found) = search.next().await {
            found?;
            count += 1;
        }
        ours = ours.min(begun.elapsed().as_secs_f64());
        // `rg` runs in the sandbox too, and tells its own time.
        let line = "s=$(date +%s%N); rg --threads 2 -c 'needle 77' . | wc -l; e=$(date +%s%N); echo $((e-s))";
        let output = client.commands().run(line).await?;
        let mut lines = output.text().lines();
        let found: usize = lines.next().unwrap_or_default().trim().parse()?;
        let time: f64 = lines.next().unwrap_or_default().trim().parse()?;
        ensure!(found == count, "rg found {found}, we found {count}");
        theirs = theirs.min(time / 1e9);
    }
    Ok(super::row(
        "search of 100,000 files beside rg",
        ours / theirs,
        "times its time",
        "at most 1.3",
    ))
}

//! Streams that carry a whole list with every event.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::bridge::Bridge;
use super::failure::CallError;
use super::follower::{FIRST_PAUSE, LONGEST_PAUSE, STALE, TURN};
use crate::race::race;

/// Gives every list to `take`, over as many streams as it takes, until the link is lost.
pub(super) async fn follow_list<T: DeserializeOwned>(
    bridge: &Bridge,
    path: &str,
    mut take: impl FnMut(T),
) {
    let mut pause = FIRST_PAUSE;
    loop {
        match bridge.rest.stream(path).await {
            Ok(mut stream) => {
                let mut quiet = Duration::ZERO;
                loop {
                    let patience = match bridge.rest.takes_turns() {
                        true => TURN,
                        false => STALE,
                    };
                    let late = async {
                        bridge.sleep(patience).await;
                        None
                    };
                    let event = race(async { Some(stream.next().await) }, late).await;
                    match event {
                        Some(Some(Ok(data))) => {
                            quiet = Duration::ZERO;
                            // What is no list is a sign of life at most.
                            if let Ok(list) = serde_json::from_str(&data) {
                                pause = FIRST_PAUSE;
                                take(list);
                            }
                        }
                        Some(_) => break,
                        None => {
                            quiet += patience;
                            let makes_way = patience == TURN && bridge.rest.is_short_of_streams();
                            if quiet >= STALE || makes_way {
                                break;
                            }
                        }
                    }
                }
            }
            Err(CallError::Lost(reason)) => return bridge.lost(reason),
            Err(CallError::Refused(_)) => {}
        }
        bridge.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

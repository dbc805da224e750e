//! Ports, followed once somebody asked for them.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use yew_sandbox_protocol::ErrorCode;
use yew_sandbox_protocol::port::{List, Port, Ports as PortList};

use super::api;
use super::bridge::{Bridge, Link};
use super::failure::Failure;
use super::lists::follow_list;
use crate::send::lock;

/// The domain of the cloud's previews.
const PREVIEWS: &str = "csb.app";

#[derive(Default)]
pub(super) struct Ports {
    is_followed: AtomicBool,
    /// How often a list was told, and the last of them. Answers and what is told come by connections of their own, in any order.
    told: Mutex<(u64, Vec<Port>)>,
}

pub(super) async fn list(bridge: Link, _request: List) -> Result<PortList, Failure> {
    let times = lock(&bridge.ports.told).0;
    let mut list = bridge.open_ports().await?;
    let told = lock(&bridge.ports.told).clone();
    if told.0 != times {
        // What was told meanwhile may be newer. What is newer than that will be told.
        list = told.1;
    }
    if !bridge.ports.is_followed.swap(true, Ordering::Relaxed) {
        let before = list.clone();
        bridge.spawn(follow(bridge.clone(), before));
    }
    Ok(PortList { list })
}

async fn follow(bridge: Link, mut told: Vec<Port>) {
    let take = |ports: api::Ports| {
        let list = bridge.told_ports(ports);
        if list != told {
            told.clone_from(&list);
            let mut last = lock(&bridge.ports.told);
            *last = (last.0 + 1, list.clone());
            drop(last);
            bridge.notify(&PortList { list });
            bridge.tasks.look_again();
        }
    };
    follow_list(&bridge, "stream/ports", take).await;
}

impl Bridge {
    pub(super) async fn open_ports(&self) -> Result<Vec<Port>, Failure> {
        let ports: Result<api::Ports, _> = self.rest.get("ports").await;
        let ports = ports.map_err(|error| error.into_failure(ErrorCode::FEATURE_UNAVAILABLE))?;
        Ok(self.told_ports(ports))
    }

    /// A port that is bound to several addresses is one, lowest first.
    fn told_ports(&self, ports: api::Ports) -> Vec<Port> {
        let ports = ports.ports.unwrap_or_default();
        let ports: BTreeSet<u16> = ports.into_iter().map(|port| port.port).collect();
        let told = ports.into_iter().map(|port| Port {
            port,
            url: format!("{}-{port}.{PREVIEWS}", self.sandbox_id),
        });
        told.collect()
    }
}

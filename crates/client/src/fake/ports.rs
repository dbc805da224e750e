//! `port/*`: what listens.

use yew_sandbox_protocol::port::{List, Port, Ports};
use yew_sandbox_protocol::{ClientFrame, Request};

use super::sandbox::FakeSandbox;
use super::state::{Answer, State, answer};

/// The open ports, lowest first.
#[derive(Debug, Default)]
pub(super) struct OpenPorts(pub(super) Vec<Port>);

impl FakeSandbox {
    /// Something begins to listen, at the host `{id}-{port}.fake.invalid`.
    pub fn open_port(&self, port: u16) {
        self.with(|state| state.open_port(port, None));
    }

    /// Something begins to listen, at a host of your choice, without a scheme: for previews that show something.
    pub fn open_port_at(&self, port: u16, host: &str) {
        self.with(|state| state.open_port(port, Some(host)));
    }

    /// A port listens no more.
    pub fn close_port(&self, port: u16) {
        self.with(|state| state.close_port(port));
    }
}

impl State {
    pub(super) fn port(&mut self, frame: &ClientFrame) -> Answer {
        match frame.method.as_str() {
            List::METHOD => answer(&self.port_list()),
            _ => self.unknown(frame),
        }
    }

    pub(super) fn open_port(&mut self, port: u16, host: Option<&str>) {
        let url = match host {
            Some(host) => host.to_owned(),
            None => format!("{}-{port}.fake.invalid", self.id),
        };
        self.ports.0.retain(|open| open.port != port);
        self.ports.0.push(Port { port, url });
        self.ports.0.sort_by_key(|open| open.port);
        self.tell(&self.port_list());
    }

    pub(super) fn close_port(&mut self, port: u16) {
        let before = self.ports.0.len();
        self.ports.0.retain(|open| open.port != port);
        if self.ports.0.len() < before {
            self.tell(&self.port_list());
        }
    }

    fn port_list(&self) -> Ports {
        Ports {
            list: self.ports.0.clone(),
        }
    }
}

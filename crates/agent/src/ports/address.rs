//! Where ports are reached from outside.

use yew_sandbox_protocol::port::{Port, Ports};

/// Makes the hosts under which a sandbox's ports are reached: `{sandbox}-{port}.{preview host}`.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    sandbox: String,
    host: String,
}

impl Addresses {
    pub(crate) fn new(sandbox: &str, host: &str) -> Self {
        Self {
            sandbox: sandbox.to_owned(),
            host: host.to_owned(),
        }
    }

    /// The ports with their hosts.
    pub(crate) fn of(&self, ports: &[u16]) -> Ports {
        let address = |&port: &u16| Port {
            port,
            url: format!("{}-{port}.{}", self.sandbox, self.host),
        };
        Ports {
            list: ports.iter().map(address).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_name_the_sandbox_and_the_port() {
        let ports = Addresses::new("box", "localhost:3000").of(&[80, 5173]);
        let hosts: Vec<_> = ports.list.iter().map(|port| port.url.as_str()).collect();
        assert_eq!(hosts, ["box-80.localhost:3000", "box-5173.localhost:3000"]);
    }
}

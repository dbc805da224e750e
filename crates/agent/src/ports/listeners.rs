//! The sockets that listen.

use std::net::{IpAddr, Ipv4Addr};

use super::{diagnosis, table};

/// A socket that listens where connections from the same machine reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Listener {
    pub(crate) port: u16,
    /// Names the socket among the files of processes.
    pub(crate) inode: u64,
}

impl Listener {
    /// One whose address the machine's own connections reach; `None` for others.
    pub(super) fn reached(address: IpAddr, port: u16, inode: u64) -> Option<Self> {
        (port > 0 && is_reached(address)).then_some(Self { port, inode })
    }
}

/// All that listen now, in order.
pub(crate) fn listeners() -> Vec<Listener> {
    // Not every kernel answers; all have the tables.
    let mut found = diagnosis::listeners().unwrap_or_else(|_| table::listeners());
    found.sort_unstable();
    found
}

/// Whether connections to the loopback interface reach an address.
fn is_reached(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_reached_v4(address),
        IpAddr::V6(address) => {
            let mapped = address.to_ipv4_mapped();
            address.is_loopback() || address.is_unspecified() || mapped.is_some_and(is_reached_v4)
        }
    }
}

fn is_reached_v4(address: Ipv4Addr) -> bool {
    address.is_loopback() || address.is_unspecified()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn the_kernel_answers_what_its_tables_say() {
        // Every look took 9 ms of the agent, because the tables go through all connections that there could be.
        let addresses = ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"];
        let listening: Vec<_> = addresses
            .map(TcpListener::bind)
            .into_iter()
            .flatten()
            .collect();
        let ports: Vec<u16> = listening
            .iter()
            .map(|listener| listener.local_addr().expect("an address").port())
            .collect();
        let ours = |found: Vec<Listener>| -> Vec<Listener> {
            let mut found = found;
            found.retain(|listener| ports.contains(&listener.port));
            found.sort_unstable();
            found
        };
        let answered = ours(diagnosis::listeners().expect("this kernel answers"));
        assert_eq!(answered, ours(table::listeners()));
        assert_eq!(answered.len(), listening.len());
    }

    #[test]
    fn addresses_of_other_interfaces_are_left_out() {
        let found = |address: &str| {
            let address = address.parse().expect("an address");
            Listener::reached(address, 80, 1).is_some()
        };
        for reached in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "::",
            "::1",
            "::ffff:127.0.0.1",
        ] {
            assert!(found(reached), "{reached}");
        }
        for other in ["192.168.1.1", "fe80::1", "::ffff:192.168.1.1"] {
            assert!(!found(other), "{other}");
        }
        assert_eq!(Listener::reached([127, 0, 0, 1].into(), 0, 1), None);
    }
}

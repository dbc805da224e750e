//! The system's tables of TCP sockets.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::listeners::Listener;

/// The files of the process's own network.
const TABLES: [&str; 2] = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
/// The state of a socket that listens, as the tables have it.
const LISTENS: &str = "0A";

/// All that listen now.
pub(super) fn listeners() -> Vec<Listener> {
    let mut found = Vec::new();
    for table in TABLES {
        // A system without IPv6 has no such table.
        if let Ok(text) = fs::read_to_string(table) {
            found.extend(text.lines().filter_map(listener));
        }
    }
    found
}

fn listener(line: &str) -> Option<Listener> {
    let mut fields = line.split_ascii_whitespace();
    let local = fields.nth(1)?;
    if fields.nth(1)? != LISTENS {
        return None;
    }
    let inode = fields.nth(5)?.parse().ok()?;
    let (address, port) = local.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    Listener::reached(parsed(address)?, port, inode)
}

fn parsed(address: &str) -> Option<IpAddr> {
    match address.len() {
        8 => Some(Ipv4Addr::from(octets(address)?).into()),
        32 => {
            let mut all = [0; 16];
            for (word, octets_of_it) in all.chunks_exact_mut(4).enumerate() {
                octets_of_it.copy_from_slice(&octets(address.get(word * 8..word * 8 + 8)?)?);
            }
            Some(Ipv6Addr::from(all).into())
        }
        _ => None,
    }
}

/// Four octets, which the table has as one number in the machine's own byte order.
fn octets(hexadecimal: &str) -> Option<[u8; 4]> {
    let number = u32::from_str_radix(hexadecimal, 16).ok()?;
    Some(number.to_ne_bytes())
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    fn port(local: &str, state: &str) -> Option<u16> {
        let line = format!(
            "   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 x"
        );
        listener(&line).map(|listener| {
            assert_eq!(listener.inode, 4711);
            listener.port
        })
    }

    #[test]
    fn what_listens_for_this_machine_is_found() {
        assert_eq!(port("0100007F:1435", "0A"), Some(5173));
        assert_eq!(port("00000000:0050", "0A"), Some(80));
        let any = "00000000000000000000000000000000:1435";
        assert_eq!(port(any, "0A"), Some(5173));
        assert_eq!(
            port("00000000000000000000000001000000:1435", "0A"),
            Some(5173)
        );
        assert_eq!(
            port("0000000000000000FFFF00000100007F:1435", "0A"),
            Some(5173)
        );
    }

    #[test]
    fn other_sockets_are_left_out() {
        assert_eq!(port("0100007F:1435", "01"), None);
        assert_eq!(port("0101A8C0:1435", "0A"), None);
        assert_eq!(port("0000000000000000FFFF00000101A8C0:1435", "0A"), None);
        for line in [
            "",
            "sl local_address rem_address st",
            "0: x:1 y:2 0A a b c d e f",
        ] {
            assert_eq!(listener(line), None);
        }
    }
}

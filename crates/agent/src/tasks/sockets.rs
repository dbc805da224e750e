//! Which ports processes listen on.

use std::collections::HashSet;
use std::fs;

/// The state of a socket that listens, as the kernel writes it.
const LISTENS: &str = "0A";

/// The TCP ports that these processes listen on. May block.
pub(super) fn listening(processes: &[i32]) -> HashSet<u16> {
    let sockets: HashSet<u64> = processes.iter().flat_map(|&pid| sockets_of(pid)).collect();
    if sockets.is_empty() {
        return HashSet::new();
    }
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| {
            let ports = table.lines().filter_map(listener);
            let own = ports.filter(|(_, socket)| sockets.contains(socket));
            own.map(|(port, _)| port).collect::<Vec<_>>()
        })
        .collect()
}

/// The port and the socket's number in a line of the kernel's table, where it listens.
fn listener(line: &str) -> Option<(u16, u64)> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    if *fields.get(3)? != LISTENS {
        return None;
    }
    let (_, port) = fields.get(1)?.rsplit_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    Some((port, fields.get(9)?.parse().ok()?))
}

fn sockets_of(process: i32) -> Vec<u64> {
    let Ok(entries) = fs::read_dir(format!("/proc/{process}/fd")) else {
        return Vec::new();
    };
    let socket = |entry: fs::DirEntry| {
        let link = fs::read_link(entry.path()).ok()?;
        let number = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
        number.parse().ok()
    };
    entries.flatten().filter_map(socket).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_of_this_process_is_found() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let process = i32::try_from(std::process::id()).unwrap();
        assert!(listening(&[process]).contains(&port));
        drop(socket);
        assert!(!listening(&[process]).contains(&port));
    }

    #[test]
    fn lines_of_the_table_are_read_and_others_are_not() {
        let line = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 4242 1 0 100";
        assert_eq!(listener(line), Some((8080, 4242)));
        assert_eq!(listener(&line.replace(" 0A ", " 01 ")), None);
        assert_eq!(listener("  sl  local_address rem_address   st"), None);
        assert_eq!(listener(""), None);
    }
}

//! Which ports processes listen on.

use std::collections::HashSet;
use std::fs;

use crate::ports::listeners;

/// The TCP ports that these processes listen on. May block.
pub(super) fn listening(processes: &[i32]) -> HashSet<u16> {
    let sockets: HashSet<u64> = processes.iter().flat_map(|&pid| sockets_of(pid)).collect();
    if sockets.is_empty() {
        return HashSet::new();
    }
    let own = listeners().into_iter();
    let own = own.filter(|listener| sockets.contains(&listener.inode));
    own.map(|listener| listener.port).collect()
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
}

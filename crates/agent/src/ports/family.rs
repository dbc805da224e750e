//! Which sockets belong to processes that the agent has started, where others are seen too.

use std::collections::{HashMap, HashSet};
use std::fs;

/// The agent's descendants, and those that lost their parent and are still of a session of theirs.
#[derive(Debug, Default)]
pub(super) struct Family {
    /// The sessions of its members when it was looked at last.
    sessions: HashSet<u32>,
}

/// A process, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Process {
    parent: u32,
    session: u32,
}

impl Family {
    /// The sockets of all members but the agent itself.
    pub(super) fn sockets(&mut self) -> HashSet<u64> {
        let own = std::process::id();
        let members = self.members(own, &processes());
        let mut sockets = HashSet::new();
        for member in members {
            // A process that has ended or is somebody else's shows none.
            let Ok(files) = fs::read_dir(format!("/proc/{member}/fd")) else {
                continue;
            };
            let targets = files
                .flatten()
                .filter_map(|file| fs::read_link(file.path()).ok());
            sockets.extend(targets.filter_map(|target| {
                let inode = target.to_str()?.strip_prefix("socket:[")?;
                inode.strip_suffix(']')?.parse::<u64>().ok()
            }));
        }
        sockets
    }

    fn members(&mut self, own: u32, processes: &HashMap<u32, Process>) -> HashSet<u32> {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        for (&number, process) in processes {
            children.entry(process.parent).or_default().push(number);
        }
        // The agent's own session is that of whoever started the server.
        let shared = processes.get(&own).map(|process| process.session);
        let mut members = HashSet::from([own]);
        let mut waiting = vec![own];
        let mut sessions = std::mem::take(&mut self.sessions);
        loop {
            while let Some(parent) = waiting.pop() {
                let children = children.get(&parent).into_iter().flatten();
                waiting.extend(children.filter(|&&child| members.insert(child)));
            }
            let found = members.iter().filter_map(|member| processes.get(member));
            let found = found.map(|process| process.session);
            sessions.extend(found.filter(|&session| Some(session) != shared));
            for (&number, process) in processes {
                if sessions.contains(&process.session) && members.insert(number) {
                    waiting.push(number);
                }
            }
            if waiting.is_empty() {
                break;
            }
        }
        members.remove(&own);
        // The number of a session that is over may be another one's later.
        sessions.retain(|&session| {
            let mut members = members.iter().filter_map(|member| processes.get(member));
            members.any(|member| member.session == session)
        });
        self.sessions = sessions;
        members
    }
}

fn processes() -> HashMap<u32, Process> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return HashMap::new();
    };
    let numbers = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers
        .filter_map(|number| {
            let text = fs::read(format!("/proc/{number}/stat")).ok()?;
            Some((number, process(&String::from_utf8_lossy(&text))?))
        })
        .collect()
}

fn process(text: &str) -> Option<Process> {
    // The name is in parentheses and may hold some itself.
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let parent = fields.nth(1)?.parse().ok()?;
    let session = fields.nth(1)?.parse().ok()?;
    Some(Process { parent, session })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parent: u32, session: u32) -> Process {
        Process { parent, session }
    }

    #[test]
    fn processes_are_read_whatever_their_names() {
        assert_eq!(process("7 (a) b (c) S 3 7 5 0 -1 0"), Some(of(3, 5)));
        assert_eq!(process("7 (a"), None);
    }

    #[test]
    fn members_stay_members_when_they_lose_their_parent() {
        let mut family = Family::default();
        let mut processes = HashMap::from([
            (1, of(0, 1)),
            (10, of(1, 1)),
            (11, of(10, 11)),
            (12, of(11, 11)),
            (13, of(10, 1)),
            (20, of(1, 1)),
        ]);
        let members = family.members(10, &processes);
        assert_eq!(members, HashSet::from([11, 12, 13]));
        // One that lost its parent before anybody looked.
        processes.insert(15, of(1, 11));
        assert!(family.members(10, &processes).contains(&15));
        processes.remove(&15);
        processes.remove(&11);
        processes.insert(12, of(1, 11));
        processes.insert(14, of(12, 14));
        let members = family.members(10, &processes);
        assert_eq!(members, HashSet::from([12, 13, 14]));
        processes.retain(|&number, _| ![12, 13, 14].contains(&number));
        assert!(family.members(10, &processes).is_empty());
        // A number that was used again long after is nobody's.
        processes.insert(12, of(1, 11));
        assert!(family.members(10, &processes).is_empty());
    }
}

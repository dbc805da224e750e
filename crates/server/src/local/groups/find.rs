//! Where groups can be made: tried, not guessed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Controller, Group, Groups, Hierarchy, Version};
use crate::local::limits::SandboxLimits;

/// The group into which this process moves where its own shall hold those of sandboxes.
const OWN: &str = "yew-sandbox-server";

pub(super) fn find() -> Option<Groups> {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    find_in(
        &read("/proc/self/mountinfo"),
        &read("/proc/self/cgroup"),
        std::process::id(),
    )
}

fn find_in(mounts: &str, own: &str, process: u32) -> Option<Groups> {
    let two = version_two(mounts, own);
    let two = two.and_then(|parent| delegated(parent, process));
    let candidates = [two, version_one(mounts, own)];
    candidates
        .into_iter()
        .flatten()
        .find(|groups| match works(groups) {
            Ok(()) => true,
            Err(error) => {
                tracing::debug!(groups = groups.name(), %error, "control groups cannot be used");
                false
            }
        })
}

/// A group is made with limits and removed again.
fn works(groups: &Groups) -> io::Result<()> {
    // One process may have several servers.
    static PROBES: AtomicU64 = AtomicU64::new(0);
    let probe = PROBES.fetch_add(1, Ordering::Relaxed);
    let name = format!("{}{}-probe{probe}", super::PREFIX, std::process::id());
    let limits = SandboxLimits::default();
    Group::create(groups.version, &groups.hierarchies, &name, &limits)?.end()
}

/// This process's own folder of version 2, or the one around it where it moved there itself.
fn version_two(mounts: &str, own: &str) -> Option<PathBuf> {
    let mount = Mount::all(mounts).find(|mount| mount.kind == "cgroup2")?;
    let path = own.lines().find_map(|line| line.strip_prefix("0::"))?;
    let folder = mount.folder(path)?;
    let moved = folder.file_name().is_some_and(|name| name == OWN);
    let folder = if moved {
        folder.parent()?.to_owned()
    } else {
        folder
    };
    // A kernel may have all controllers in version 1.
    let controllers = fs::read_to_string(folder.join("cgroup.controllers")).ok()?;
    let has = |controller: &Controller| {
        controllers
            .split_whitespace()
            .any(|name| name == controller.name())
    };
    let needed = Controller::ALL
        .iter()
        .filter(|controller| controller.is_needed());
    needed.into_iter().all(has).then_some(folder)
}

/// Lets the groups below a folder have limits, which the kernel allows where no process is in the folder itself.
fn delegated(parent: PathBuf, process: u32) -> Option<Groups> {
    let allow = |controllers: &[Controller]| -> io::Result<()> {
        let names: Vec<String> = controllers
            .iter()
            .map(|controller| format!("+{}", controller.name()))
            .collect();
        fs::write(parent.join("cgroup.subtree_control"), names.join(" "))
    };
    let all = Controller::ALL.to_vec();
    let needed: Vec<_> = all
        .iter()
        .copied()
        .filter(|controller| controller.is_needed())
        .collect();
    let allowed = || {
        [&all, &needed]
            .into_iter()
            .find(|controllers| allow(controllers).is_ok())
    };
    let controllers = match allowed() {
        Some(controllers) => controllers.clone(),
        None => {
            move_aside(&parent, process).ok()?;
            allowed()?.clone()
        }
    };
    Some(Groups {
        version: Version::Two,
        hierarchies: vec![Hierarchy {
            parent,
            controllers,
        }],
    })
}

fn move_aside(parent: &Path, process: u32) -> io::Result<()> {
    let own = parent.join(OWN);
    match fs::create_dir(&own) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    fs::write(own.join("cgroup.procs"), process.to_string())
}

/// This process's own folder in the hierarchy of each controller.
fn version_one(mounts: &str, own: &str) -> Option<Groups> {
    let mut hierarchies: Vec<Hierarchy> = Vec::new();
    for controller in Controller::ALL {
        let found = Mount::all(mounts)
            .filter(|mount| mount.kind == "cgroup" && mount.has_option(controller.name()))
            .find_map(|mount| mount.folder(own_path(own, controller)?));
        match found {
            // Several controllers may share a hierarchy.
            Some(parent) => match hierarchies.iter_mut().find(|known| known.parent == parent) {
                Some(known) => known.controllers.push(controller),
                None => hierarchies.push(Hierarchy {
                    parent,
                    controllers: vec![controller],
                }),
            },
            None if controller.is_needed() => return None,
            None => {}
        }
    }
    Some(Groups {
        version: Version::One,
        hierarchies,
    })
}

/// The path behind a controller in `/proc/self/cgroup`: `8:pids:/path`.
fn own_path(own: &str, controller: Controller) -> Option<&str> {
    own.lines().find_map(|line| {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        let mut controllers = controllers.split(',');
        controllers
            .any(|name| name == controller.name())
            .then_some(path)
    })
}

/// A line of `/proc/self/mountinfo`, as far as it counts here.
struct Mount<'a> {
    /// The part of the hierarchy that is mounted.
    root: &'a str,
    at: &'a str,
    kind: &'a str,
    options: &'a str,
}

impl<'a> Mount<'a> {
    fn all(mounts: &'a str) -> impl Iterator<Item = Self> {
        mounts.lines().filter_map(|line| {
            let (place, system) = line.split_once(" - ")?;
            let mut place = place.split(' ').skip(3);
            let mut system = system.split(' ');
            Some(Self {
                root: place.next()?,
                at: place.next()?,
                kind: system.next()?,
                options: system.nth(1)?,
            })
        })
    }

    fn has_option(&self, name: &str) -> bool {
        self.options.split(',').any(|option| option == name)
    }

    /// Where a path of the hierarchy is seen.
    fn folder(&self, path: &str) -> Option<PathBuf> {
        let inside = Path::new(path).strip_prefix(self.root).ok()?;
        Some(Path::new(self.at).join(inside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Servers of one process that started at once took each other's group for their own, and one of them had none: its sandboxes
    /// were not limited.
    #[test]
    fn servers_that_start_at_once_find_the_same() {
        let alone = find().is_some();
        let all: Vec<_> = (0..8)
            .map(|_| std::thread::spawn(|| (0..20).all(|_| find().is_some())))
            .collect();
        for found in all {
            assert_eq!(found.join().unwrap(), alone);
        }
    }

    /// A folder that looks like the kernel's, as far as files of a disk can: they allow everything.
    struct Fake(tempfile::TempDir);

    impl Fake {
        fn new(folders: &[&str]) -> Self {
            let fake = Self(tempfile::tempdir().unwrap());
            for folder in folders {
                fs::create_dir_all(fake.at(folder)).unwrap();
            }
            fake
        }

        fn at(&self, path: &str) -> PathBuf {
            self.0.path().join(path)
        }

        fn read(&self, path: &str) -> String {
            fs::read_to_string(self.at(path)).unwrap()
        }

        /// What a group wrote, which a real kernel removes with it.
        fn groups(&self, version: Version, parents: &[(&str, &[Controller])]) -> Groups {
            let hierarchies = parents.iter().map(|(parent, controllers)| Hierarchy {
                parent: self.at(parent),
                controllers: controllers.to_vec(),
            });
            Groups {
                version,
                hierarchies: hierarchies.collect(),
            }
        }
    }

    fn limits() -> SandboxLimits {
        SandboxLimits {
            processes: 64,
            memory: 1 << 28,
            cpu_share: 50,
            cpus: Some(1.5),
            ..SandboxLimits::default()
        }
    }

    #[test]
    fn version_two_is_found_where_it_is_delegated() {
        let fake = Fake::new(&["service"]);
        let at = fake.0.path().display();
        let mounts =
            format!("35 30 0:31 / {at} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
        let own = "0::/service\n";
        assert_eq!(version_two(&mounts, own), None, "no controllers");
        fs::write(fake.at("service/cgroup.controllers"), "cpuset pids\n").unwrap();
        assert_eq!(version_two(&mounts, own), None, "no memory");
        fs::write(fake.at("service/cgroup.controllers"), "cpu memory pids\n").unwrap();
        assert_eq!(version_two(&mounts, own), Some(fake.at("service")));
        let moved = "0::/service/yew-sandbox-server\n";
        assert_eq!(version_two(&mounts, moved), Some(fake.at("service")));
        let groups = delegated(fake.at("service"), 1).unwrap();
        assert_eq!(
            fake.read("service/cgroup.subtree_control"),
            "+pids +memory +cpu"
        );
        assert_eq!(groups.hierarchies[0].controllers, Controller::ALL);
    }

    /// The kernel allows no limits below a group that holds a process itself.
    #[test]
    fn server_moves_aside_where_its_own_group_shall_hold_others() {
        let fake = Fake::new(&["service/cgroup.subtree_control"]);
        // A folder in the place of the file refuses what is written, as the kernel does.
        assert!(delegated(fake.at("service"), 4711).is_none());
        assert_eq!(fake.read("service/yew-sandbox-server/cgroup.procs"), "4711");
    }

    #[test]
    fn version_one_is_found_through_what_is_mounted() {
        let mounts = "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n\
                      35 31 0:32 /docker/a /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
                      39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";
        let own = "9:name=systemd:/\n8:pids:/x\n4:memory:/docker/a/b\n1:cpu,cpuacct:/\n0::/\n";
        let groups = version_one(mounts, own).unwrap();
        let parents: Vec<_> = groups.hierarchies.iter().map(|one| &*one.parent).collect();
        let expected = [
            "/sys/fs/cgroup/pids/x",
            "/sys/fs/cgroup/memory/b",
            "/sys/fs/cgroup/cpu/",
        ];
        assert_eq!(parents, expected.map(Path::new));
        let outside = own.replace("/docker/a/b", "/docker/other");
        assert!(version_one(mounts, &outside).is_none());
    }

    #[test]
    fn limits_are_written_in_the_words_of_each_version() {
        let fake = Fake::new(&["two", "pids", "memory", "cpu"]);
        let two = fake.groups(Version::Two, &[("two", &Controller::ALL)]);
        let group = two.create("box", &limits()).unwrap();
        let name = format!("yew-sandbox-{}-box", std::process::id());
        let read = |folder: &str, file: &str| fake.read(&format!("{folder}/{name}/{file}"));
        for (file, value) in [
            ("pids.max", "64"),
            ("memory.max", "268435456"),
            ("memory.swap.max", "0"),
            ("cpu.weight", "50"),
            ("cpu.max", "150000 100000"),
        ] {
            assert_eq!(read("two", file), value, "{file}");
        }
        let entrances: Vec<_> = group.entrances().collect();
        assert_eq!(entrances, [fake.at(&format!("two/{name}/cgroup.procs"))]);
        let one = fake.groups(
            Version::One,
            &[
                ("pids", &[Controller::Processes]),
                ("memory", &[Controller::Memory]),
                ("cpu", &[Controller::Processors]),
            ],
        );
        let _group = one.create("box", &limits()).unwrap();
        for (folder, file, value) in [
            ("pids", "pids.max", "64"),
            ("memory", "memory.limit_in_bytes", "268435456"),
            ("memory", "memory.memsw.limit_in_bytes", "268435456"),
            ("cpu", "cpu.shares", "512"),
            ("cpu", "cpu.cfs_quota_us", "150000"),
        ] {
            assert_eq!(read(folder, file), value, "{file}");
        }
    }
}

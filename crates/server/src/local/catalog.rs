//! What belongs to no single sandbox: tags, their aliases, trusted preview hosts. DATA/catalog.json.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::meta::now;
use crate::problem::{Limit, Problem, ProblemKind};

/// Most tags, and most aliases.
const MOST: usize = 1000;
/// Most trusted hosts.
const MOST_HOSTS: usize = 100;
/// Random bytes of a tag's id.
const ID_BYTES: usize = 12;

/// Everything of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Catalog {
    /// The sandboxes of each tag.
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
    /// The tag of each `namespace@alias`.
    #[serde(default)]
    aliases: BTreeMap<String, String>,
    #[serde(default)]
    preview_hosts: Vec<PreviewHost>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PreviewHost {
    host: String,
    /// In seconds since 1970.
    inserted: u64,
}

impl Catalog {
    /// A new tag for these sandboxes.
    pub(crate) fn create_tag(&mut self, sandboxes: Vec<String>) -> Result<String, Problem> {
        if self.tags.len() >= MOST {
            return Err(Problem::limited(Limit::Tags, MOST));
        }
        let mut id = [0; ID_BYTES];
        getrandom::fill(&mut id).map_err(|_| Problem::internal())?;
        let id = format!("pt_{}", URL_SAFE_NO_PAD.encode(id));
        self.tags.insert(id.clone(), sandboxes);
        Ok(id)
    }

    /// Lets `alias`, written `namespace@alias`, stand for a tag from now on.
    pub(crate) fn set_alias(&mut self, alias: String, tag: &str) -> Result<(), Problem> {
        if !self.tags.contains_key(tag) {
            return Err(Problem::new(
                ProblemKind::NotFound,
                "there is no such tag",
                "create it first",
            ));
        }
        if self.aliases.len() >= MOST && !self.aliases.contains_key(&alias) {
            return Err(Problem::limited(Limit::Aliases, MOST));
        }
        self.aliases.insert(alias, tag.to_owned());
        Ok(())
    }

    /// The sandboxes of a tag or an alias.
    pub(crate) fn sandboxes(&self, name: &str) -> Option<&[String]> {
        let tag = self.aliases.get(name).map_or(name, String::as_str);
        self.tags.get(tag).map(Vec::as_slice)
    }

    /// Each trusted host, and since when in seconds since 1970.
    pub(crate) fn preview_hosts(&self) -> impl Iterator<Item = (&str, u64)> {
        self.preview_hosts
            .iter()
            .map(|host| (&*host.host, host.inserted))
    }

    /// Trusts these hosts too.
    pub(crate) fn add_preview_hosts(&mut self, hosts: Vec<String>) -> Result<(), Problem> {
        for host in hosts {
            if !self.preview_hosts.iter().any(|known| known.host == host) {
                let inserted = now();
                self.preview_hosts.push(PreviewHost { host, inserted });
            }
        }
        if self.preview_hosts.len() > MOST_HOSTS {
            return Err(Problem::limited(Limit::PreviewHosts, MOST_HOSTS));
        }
        Ok(())
    }

    /// Trusts these hosts only.
    pub(crate) fn replace_preview_hosts(&mut self, hosts: Vec<String>) -> Result<(), Problem> {
        self.preview_hosts
            .retain(|known| hosts.contains(&known.host));
        self.add_preview_hosts(hosts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alias_stands_for_the_latest_tag() {
        let mut catalog = Catalog::default();
        let first = catalog.create_tag(vec!["a".into()]).unwrap();
        let second = catalog.create_tag(vec!["b".into(), "c".into()]).unwrap();
        assert!(catalog.set_alias("app@latest".into(), "pt_none").is_err());
        catalog.set_alias("app@latest".into(), &first).unwrap();
        assert_eq!(catalog.sandboxes("app@latest").unwrap(), ["a"]);
        catalog.set_alias("app@latest".into(), &second).unwrap();
        assert_eq!(catalog.sandboxes("app@latest").unwrap(), ["b", "c"]);
        assert_eq!(catalog.sandboxes(&first).unwrap(), ["a"]);
        assert_eq!(catalog.sandboxes("app@other"), None);
    }

    #[test]
    fn hosts_are_added_once_and_replaced() {
        let mut catalog = Catalog::default();
        let hosts = |names: &[&str]| names.iter().map(|&name| name.into()).collect::<Vec<_>>();
        catalog.add_preview_hosts(hosts(&["a", "b", "a"])).unwrap();
        catalog.replace_preview_hosts(hosts(&["c", "b"])).unwrap();
        let known: Vec<_> = catalog.preview_hosts().map(|(host, _)| host).collect();
        assert_eq!(known, ["b", "c"]);
        let many = (0..=MOST_HOSTS).map(|number| number.to_string()).collect();
        assert!(catalog.add_preview_hosts(many).is_err());
    }
}

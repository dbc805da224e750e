//! The requests and their fields as the protocol's own source states them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The fields of every request, by its method. Of a method with several forms, all fields of them.
pub fn requests() -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/src/messages");
    let mut all = BTreeMap::<_, BTreeSet<_>>::new();
    for entry in fs::read_dir(folder).unwrap() {
        let source = fs::read_to_string(entry.unwrap().path()).unwrap();
        let fields = fields(&source);
        for (name, method) in methods(&source) {
            let own = fields.get(name).cloned().unwrap_or_default();
            all.entry(method.to_owned()).or_default().extend(own);
        }
    }
    all
}

/// The types of requests with their methods.
fn methods(source: &str) -> Vec<(&str, &str)> {
    let mut all = Vec::new();
    let block = source.split("\nrequests! {").skip(1);
    for block in block.map(|block| block.split("\n}").next().unwrap()) {
        for line in block.lines().filter(|line| line.contains("->")) {
            let (name, rest) = line.trim().split_once(": ").unwrap();
            all.push((name, rest.split('"').nth(1).unwrap()));
        }
    }
    for rest in source.split("impl Request for ").skip(1) {
        let (name, rest) = rest.split_once(' ').unwrap();
        let (_, rest) = rest.split_once("const METHOD: &'static str = \"").unwrap();
        all.push((name, rest.split('"').next().unwrap()));
    }
    all
}

/// The names on the wire of the fields of each struct.
fn fields(source: &str) -> BTreeMap<&str, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for rest in source.split("    pub struct ").skip(1) {
        let Some((name, rest)) = rest.split_once(" {") else {
            continue;
        };
        let body = rest.split("\n    }").next().unwrap();
        let names = body.lines().filter_map(|line| {
            let (name, _) = line.trim().strip_prefix('"')?.split_once("\" => ")?;
            Some(name.to_owned())
        });
        all.insert(name, names.collect());
    }
    all
}

//! The guide and the files beside it: every link leads somewhere, every page is in the book, every option is explained.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Where files of the repository are read that are in no page of the book.
const REPOSITORY: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/");

fn docs() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn root() -> &'static Path {
    docs().parent().unwrap()
}

/// All files below `folder` with this ending, as deep as `levels`.
fn files(folder: &Path, ending: &str, levels: usize) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && levels > 0 {
            found.extend(files(&path, ending, levels - 1));
        } else if path.extension().is_some_and(|other| other == ending) {
            found.insert(path);
        }
    }
    found
}

/// What matters of a Markdown file.
#[derive(Default)]
struct Page {
    /// Where its links lead, as they are written.
    links: Vec<String>,
    /// The anchors of its headings.
    anchors: BTreeSet<String>,
    /// How many of its blocks of code name no language.
    nameless: usize,
}

impl Page {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let mut page = Self::default();
        let mut heading = None::<String>;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let is_named = matches!(kind, CodeBlockKind::Fenced(name) if !name.is_empty());
                    page.nameless += usize::from(!is_named);
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => page.add_heading(&heading.take().unwrap()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        page
    }

    /// As mdBook and GitHub name headings.
    fn add_heading(&mut self, text: &str) {
        let name: String = text
            .to_lowercase()
            .chars()
            .filter_map(|letter| match letter {
                ' ' => Some('-'),
                letter if letter.is_alphanumeric() || "-_".contains(letter) => Some(letter),
                _ => None,
            })
            .collect();
        let mut anchor = name.clone();
        let mut number = 0;
        while !self.anchors.insert(anchor) {
            number += 1;
            anchor = format!("{name}-{number}");
        }
    }
}

/// The path without `..` in it.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

/// What is wrong with a link of the file at `from`.
fn fault(from: &Path, link: &str, pages: &BTreeMap<PathBuf, Page>) -> Option<&'static str> {
    if let Some(file) = link.strip_prefix(REPOSITORY) {
        return (!root().join(file).exists()).then_some("leads nowhere");
    }
    if ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| link.starts_with(scheme))
    {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        from.to_owned()
    } else {
        plain(&from.parent().unwrap().join(file))
    };
    if file.starts_with('/') || !target.starts_with(root()) {
        Some("leads out of the repository")
    } else if from.starts_with(docs().join("src")) && !target.starts_with(docs().join("src")) {
        Some("leads out of the book")
    } else if !target.exists() {
        Some("leads nowhere")
    } else if anchor.is_empty() {
        None
    } else {
        match pages.get(&target) {
            Some(page) if page.anchors.contains(anchor) => None,
            Some(_) => Some("names no heading"),
            None => Some("names a heading of what has none"),
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let mut paths = files(root(), "md", 0);
    paths.extend(files(docs(), "md", 9));
    let read = |path: PathBuf| {
        let page = Page::read(&path);
        (path, page)
    };
    let pages: BTreeMap<_, _> = paths.into_iter().map(read).collect();
    let mut count = 0;
    let mut faults = Vec::new();
    for (path, page) in &pages {
        for link in &page.links {
            count += 1;
            if let Some(fault) = fault(path, link, &pages) {
                let path = path.strip_prefix(root()).unwrap().display();
                faults.push(format!("{path}: {link} {fault}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(count > 50, "only {count} links were found");
}

#[test]
fn faults_of_links_are_found() {
    let page = docs().join("src/start.md");
    let pages = BTreeMap::from([(page.clone(), Page::read(&page))]);
    for (link, expected) in [
        ("#the-hooks", None),
        ("files.md", None),
        ("https://example.org/x#y", None),
        (
            concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/README.md"),
            None,
        ),
        (
            concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/deploy/nothing"),
            Some("leads nowhere"),
        ),
        ("#no-such-heading", Some("names no heading")),
        ("no-such-page.md", Some("leads nowhere")),
        ("../../README.md", Some("leads out of the book")),
        ("../../deploy/Containerfile", Some("leads out of the book")),
        ("/files.md", Some("leads out of the repository")),
        ("../../../other", Some("leads out of the repository")),
    ] {
        assert_eq!(fault(&page, link, &pages), expected, "{link}");
    }
}

#[test]
fn every_page_is_in_the_book_and_its_examples_are_compiled() {
    let source = docs().join("src");
    let summary = source.join("SUMMARY.md");
    let mut pages = files(&source, "md", 9);
    assert!(pages.remove(&summary));
    let listed = Page::read(&summary).links;
    let listed: BTreeSet<_> = listed.iter().map(|link| source.join(link)).collect();
    assert_eq!(pages, listed);
    let modules = fs::read_to_string(docs().join("pages.rs")).unwrap();
    for page in pages {
        let file = page.strip_prefix(docs()).unwrap().display().to_string();
        assert!(modules.contains(&format!("\"{file}\"")), "{file}");
    }
}

/// Without a name a block is taken for Rust, and compiled.
#[test]
fn blocks_of_code_name_their_language() {
    let mut paths = files(&docs().join("src"), "md", 9);
    paths.insert(root().join("README.md"));
    for path in paths {
        assert_eq!(Page::read(&path).nameless, 0, "{}", path.display());
    }
}

/// The names of the server's variables in a text.
fn variables(text: &str) -> BTreeSet<String> {
    let name = |rest: &str| {
        let is_part = |letter: char| letter.is_ascii_uppercase() || letter == '_';
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        format!("YEW_SANDBOX_{}", &rest[..end])
    };
    text.split("YEW_SANDBOX_").skip(1).map(name).collect()
}

#[test]
fn every_option_of_the_server_is_explained() {
    let all = |paths: BTreeSet<PathBuf>| -> BTreeSet<String> {
        let texts = paths.into_iter().map(fs::read_to_string);
        texts.flat_map(|text| variables(&text.unwrap())).collect()
    };
    let there = all(files(&root().join("crates/server/src/cli"), "rs", 9));
    let explained = all(files(docs(), "md", 9));
    assert!(there.len() > 15, "{there:?}");
    assert_eq!(there, explained);
}

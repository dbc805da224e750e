//! What a tab calls its file.

/// The file names; where two are the same, with as much of their directories as tells them apart.
pub(super) fn names(paths: &[String]) -> Vec<String> {
    let tail = |path: &str, parts: usize| {
        let all: Vec<&str> = path.split('/').collect();
        all[all.len().saturating_sub(parts)..].join("/")
    };
    paths
        .iter()
        .map(|path| {
            let most = path.split('/').count();
            let is_unique = |parts: &usize| {
                let name = tail(path, *parts);
                let same = paths.iter().filter(|other| tail(other, *parts) == name);
                same.count() == 1
            };
            tail(path, (1..=most).find(is_unique).unwrap_or(most))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_told_apart() {
        let paths = ["src/a/mod.rs", "src/b/mod.rs", "main.rs", "/x/main.rs", ""];
        let paths = paths.map(str::to_owned);
        assert_eq!(
            names(&paths),
            ["a/mod.rs", "b/mod.rs", "main.rs", "x/main.rs", ""]
        );
    }
}

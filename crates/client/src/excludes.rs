//! Globs of what a watch leaves out, for watches that the client keeps itself.

/// The globs of one watch.
#[derive(Debug)]
pub(crate) struct Excludes(Vec<String>);

impl Excludes {
    /// A glob without a slash is about names in any directory; one that ends in `/**` also about the directory itself.
    pub(crate) fn new(globs: Vec<String>) -> Self {
        let mut excludes = Vec::new();
        for glob in globs {
            let glob = glob.trim_start_matches("./").trim_end_matches('/');
            let glob = match glob.contains('/') {
                true => glob.to_owned(),
                false => ["**/", glob].concat(),
            };
            excludes.extend(glob.strip_suffix("/**").map(str::to_owned));
            excludes.push(glob);
        }
        Self(excludes)
    }

    /// Whether an absolute path below `root` is left out. With a directory goes all that is in it.
    pub(crate) fn leave_out(&self, root: &str, path: &str) -> bool {
        let root = root.trim_end_matches('/');
        let Some(relative) = path
            .strip_prefix(root)
            .and_then(|path| path.strip_prefix('/'))
        else {
            return false;
        };
        let ends = relative.match_indices('/').map(|(end, _)| end);
        ends.chain([relative.len()]).any(|end| {
            let (relative, whole) = (&relative[..end], &path[..path.len() - relative.len() + end]);
            self.0.iter().any(|glob| {
                let path = if glob.starts_with('/') {
                    whole
                } else {
                    relative
                };
                fast_glob::glob_match(glob, path)
            })
        })
    }
}

//! What kind of file a name is, for its icon.

use crate::parts::IconName;

/// The icon, and the value of `data-kind`, which has a colour in the style sheet.
pub(super) fn icon(name: &str, is_folder: bool, is_open: bool) -> (IconName, &'static str) {
    match (is_folder, is_open) {
        (true, true) => (IconName::FolderOpen, "folder"),
        (true, false) => (IconName::Folder, "folder"),
        (false, _) => {
            let kind = kind(name);
            let icon = match kind {
                "script" => IconName::Terminal,
                "settings" => IconName::Settings,
                "style" => IconName::Edit,
                "page" => IconName::Globe,
                "picture" => IconName::Sun,
                "text" => IconName::Info,
                "code" => IconName::Command,
                "git" => IconName::Branch,
                _ => IconName::File,
            };
            (icon, kind)
        }
    }
}

fn kind(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        ".gitignore" | ".gitattributes" | ".gitmodules" => return "git",
        "dockerfile" | "makefile" | "justfile" | "procfile" => return "script",
        _ => {}
    }
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "rs" | "js" | "mjs" | "cjs" | "ts" | "mts" | "jsx" | "tsx" | "py" | "go" | "java" | "c"
        | "h" | "cc" | "cpp" | "hpp" | "cs" | "rb" | "php" | "swift" | "kt" | "lua" | "zig"
        | "scala" | "hs" | "ml" | "ex" | "exs" | "clj" | "dart" | "r" | "sql" | "wat" | "vue"
        | "svelte" => "code",
        "sh" | "bash" | "zsh" | "fish" | "ps1" | "bat" => "script",
        "html" | "htm" | "xhtml" | "xml" => "page",
        "css" | "scss" | "sass" | "less" => "style",
        "json" | "jsonc" | "toml" | "yaml" | "yml" | "ini" | "conf" | "env" | "lock" | "cfg"
        | "properties" => "settings",
        "md" | "markdown" | "txt" | "rst" | "adoc" | "log" | "csv" => "text",
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "svg" | "ico" | "bmp" => "picture",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_come_from_names() {
        for (name, expected) in [
            ("main.rs", "code"),
            ("README.MD", "text"),
            ("Makefile", "script"),
            (".gitignore", "git"),
            ("a.b.png", "picture"),
            ("no-extension", "other"),
        ] {
            assert_eq!(kind(name), expected, "{name}");
        }
        assert_eq!(icon("src", true, true), (IconName::FolderOpen, "folder"));
    }
}

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
                "rust" => IconName::FileRust,
                "javascript" => IconName::FileJavaScript,
                "python" => IconName::FilePython,
                "code" => IconName::FileCode,
                "script" => IconName::Terminal,
                "page" => IconName::FilePage,
                "style" => IconName::FileStyle,
                "settings" => IconName::FileData,
                "markdown" => IconName::FileMarkdown,
                "text" => IconName::FileText,
                "picture" => IconName::FilePicture,
                "archive" => IconName::FileArchive,
                "lock" => IconName::FileLock,
                "binary" => IconName::FileBinary,
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
        ".gitignore" | ".gitattributes" | ".gitmodules" | ".gitkeep" => return "git",
        "dockerfile" | "makefile" | "justfile" | "procfile" => return "script",
        "license" | "copying" | "authors" | "readme" | "changelog" => return "text",
        "package-lock.json" | "pnpm-lock.yaml" | "npm-shrinkwrap.json" | "go.sum" => return "lock",
        ".env" | ".editorconfig" | ".npmrc" => return "settings",
        _ => {}
    }
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "rs" => "rust",
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => "javascript",
        "py" | "pyi" | "ipynb" => "python",
        "go" | "java" | "c" | "h" | "cc" | "cpp" | "hpp" | "cs" | "rb" | "php" | "swift" | "kt"
        | "lua" | "zig" | "scala" | "hs" | "ml" | "ex" | "exs" | "clj" | "dart" | "r" | "sql"
        | "wat" | "vue" | "svelte" => "code",
        "sh" | "bash" | "zsh" | "fish" | "ps1" | "bat" => "script",
        "html" | "htm" | "xhtml" | "xml" => "page",
        "css" | "scss" | "sass" | "less" => "style",
        "json" | "jsonc" | "toml" | "yaml" | "yml" | "ini" | "conf" | "env" | "cfg"
        | "properties" => "settings",
        "lock" | "lockb" => "lock",
        "md" | "markdown" | "mdx" => "markdown",
        "txt" | "rst" | "adoc" | "log" | "csv" | "tsv" => "text",
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "svg" | "ico" | "bmp" => "picture",
        "zip" | "tar" | "gz" | "tgz" | "xz" | "bz2" | "zst" | "7z" | "rar" | "jar" => "archive",
        "wasm" | "exe" | "dll" | "so" | "dylib" | "a" | "o" | "bin" | "pyc" | "class" | "pdf"
        | "db" | "sqlite" | "woff" | "woff2" | "ttf" | "otf" | "mp3" | "mp4" | "webm" | "ogg"
        | "wav" => "binary",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_come_from_names() {
        for (name, expected) in [
            ("main.rs", "rust"),
            ("app.test.TSX", "javascript"),
            ("a.py", "python"),
            ("a.go", "code"),
            ("README.MD", "markdown"),
            ("LICENSE", "text"),
            ("Cargo.toml", "settings"),
            ("Cargo.lock", "lock"),
            ("package-lock.json", "lock"),
            ("a.tar.gz", "archive"),
            ("a.wasm", "binary"),
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

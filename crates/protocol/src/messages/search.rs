//! `fs/*`: searching, moving many files at once, downloads.

use bytes::Bytes;

use crate::request::{notifications, requests};
use crate::wire::{record, words};

words! {
    /// Whether upper and lower case differ.
    pub enum CaseSensitivity {
        /// They differ where the text has an upper-case letter.
        Smart = "smart",
        /// They differ.
        Enabled = "enabled",
        /// They do not differ.
        Disabled = "disabled",
    }
}

record! {
    /// A text.
    #[derive(Eq)]
    pub struct Text {
        /// The text itself.
        "text" => text: String,
    }
}

record! {
    /// Where a line or a path matches.
    #[derive(Eq)]
    pub struct SubMatch {
        /// The text that matched.
        "match" => matched: Text,
        /// Its first byte in the line.
        "start" => start: u32,
        /// The byte behind its last.
        "end" => end: u32,
    }
}

record! {
    /// A line that matches; the answer to [`Search`] is a list of these.
    #[derive(Eq)]
    pub struct SearchResult {
        /// Names the file; our agent gives its path.
        "fileId" => file_id: String,
        /// The line with its end; a long one is cut around its first match.
        "lines" => lines: Text,
        /// Its number, from 1.
        "lineNumber" => line_number: u64,
        /// Where the text of `lines` begins in the file, in bytes.
        "absoluteOffset" => absolute_offset: u64,
        /// Where it matches.
        "submatches" => submatches: Vec<SubMatch>,
    }
}

record! {
    /// A line that matches, as a streaming search tells it.
    #[derive(Eq)]
    pub struct SearchMatch {
        /// Names the file, for agents that name files.
        "fileId" => file_id: Option<String>,
        /// The file, relative to the workspace.
        "filepath" => path: String,
        /// The line with its end; a long one is cut around its first match.
        "lines" => lines: Text,
        /// Its number, from 1.
        "lineNumber" => line_number: u64,
        /// Where the text of `lines` begins in the file, in bytes.
        "absoluteOffset" => absolute_offset: u64,
        /// Where it matches.
        "submatches" => submatches: Vec<SubMatch>,
    }
}

record! {
    /// `fs/search`: all lines of the workspace that match, at most 10,000.
    pub struct Search {
        /// What to look for.
        "text" => text: String,
        /// Which files: globs, divided by commas; `!` in front leaves out.
        "glob" => glob: Option<String>,
        /// Whether the text is a regular expression.
        "isRegex" => is_regex: Option<bool>,
        /// Whether upper and lower case differ; absent: smart.
        "caseSensitivity" => case_sensitivity: Option<CaseSensitivity>,
    }
}

record! {
    /// `fs/streamingSearch`: the same, told bit by bit.
    pub struct StreamingSearch {
        /// Names the search; the client chooses it.
        "searchId" => search_id: String,
        /// What to look for.
        "text" => text: String,
        /// Which files: globs, divided by commas; `!` in front leaves out.
        "glob" => glob: Option<String>,
        /// Whether the text is a regular expression.
        "isRegex" => is_regex: Option<bool>,
        /// Whether upper and lower case differ; absent: smart.
        "caseSensitivity" => case_sensitivity: Option<CaseSensitivity>,
        /// Most matches; absent: 10,000.
        "maxResults" => max_results: Option<u32>,
    }
}

record! {
    /// The answer to [`StreamingSearch`] and [`CancelStreamingSearch`].
    pub struct SearchAnswer {
        /// The search.
        "searchId" => search_id: String,
    }
}

record! {
    /// `fs/cancelStreamingSearch`: ends a search early.
    pub struct CancelStreamingSearch {
        /// The search.
        "searchId" => search_id: String,
    }
}

record! {
    /// `fs/searchMatches`: lines that match.
    pub struct SearchMatches {
        /// The search.
        "searchId" => search_id: String,
        /// The lines.
        "matches" => matches: Vec<SearchMatch>,
    }
}

record! {
    /// `fs/searchFinished`: the search is over.
    pub struct SearchFinished {
        /// The search.
        "searchId" => search_id: String,
        /// Whether there are more matches than were asked for.
        "hitLimit" => hit_limit: bool,
    }
}

record! {
    /// `fs/pathSearch`: paths that match, best first.
    pub struct PathSearch {
        /// Letters of the path, in order.
        "text" => text: String,
    }
}

record! {
    /// A path that matches.
    #[derive(Eq)]
    pub struct PathMatch {
        /// The path, relative to the workspace.
        "path" => path: String,
        /// Where it matches.
        "submatches" => submatches: Vec<SubMatch>,
    }
}

record! {
    /// The answer to [`PathSearch`].
    pub struct PathSearchAnswer {
        /// The paths, best first.
        "matches" => matches: Vec<PathMatch>,
    }
}

record! {
    /// `fs/upload`: puts a file into a directory.
    pub struct Upload {
        /// The directory; our agent takes its path.
        "parentId" => parent_id: String,
        /// The file's name, without a path.
        "filename" => file_name: String,
        /// Its bytes.
        "content" => content: Bytes,
    }
}

record! {
    /// The answer to [`Upload`].
    pub struct UploadAnswer {
        /// Names the file; our agent gives its path.
        "fileId" => file_id: String,
    }
}

record! {
    /// `fs/download`: an address from which a file or a directory can be fetched as a zip archive.
    pub struct Download {
        /// The file or directory.
        "path" => path: String,
        /// Globs of what is left out; absent: `**/node_modules/**`.
        "excludes" => excludes: Option<Vec<String>>,
    }
}

record! {
    /// The answer to [`Download`].
    pub struct DownloadAnswer {
        /// The address, good for 5 minutes. A secret.
        "downloadUrl" => download_url: String,
    }
}

record! {
    /// A file of a [`BatchWrite`].
    pub struct BatchFile {
        /// The file.
        "path" => path: String,
        /// Its new bytes.
        "content" => content: Bytes,
    }
}

record! {
    /// `fs/batchWrite`: replaces or makes many files, with the directories that they need. An extension of our agent: others
    /// answer error 1.
    pub struct BatchWrite {
        /// The files; together they fit into a frame.
        "files" => files: Vec<BatchFile>,
    }
}

requests! {
    Search: "fs/search" -> Vec<SearchResult>, Repeatable;
    StreamingSearch: "fs/streamingSearch" -> SearchAnswer, Once;
    CancelStreamingSearch: "fs/cancelStreamingSearch" -> SearchAnswer, Repeatable;
    PathSearch: "fs/pathSearch" -> PathSearchAnswer, Repeatable;
    Upload: "fs/upload" -> UploadAnswer, Repeatable;
    Download: "fs/download" -> DownloadAnswer, Repeatable;
    BatchWrite: "fs/batchWrite" -> (), Repeatable;
}

notifications! {
    SearchMatches: "fs/searchMatches";
    SearchFinished: "fs/searchFinished";
}

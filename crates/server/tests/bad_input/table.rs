//! Every request of the protocol with what it takes, and what comes of it.

use super::kind::Kind::{AnyMap, Bytes, Count, Flag, List, Map, Nothing, Text, Whole, Word};
use super::kind::{Field, Kind, may, needs, texts};

/// The greatest port.
const PORT: i64 = 65535;
/// The greatest number of most other fields.
const WIDE: i64 = 4_294_967_295;
/// Which no file or branch has.
const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

/// A request.
#[derive(Clone, Debug)]
pub struct Row {
    pub method: &'static str,
    pub takes: Kind,
    /// What the sample brings in a sandbox without a repository: a success, or an error of a code.
    pub brings: Result<(), u32>,
}

/// All requests. `client/join` and `system/hibernate` are asked on connections of their own.
pub fn table() -> Vec<Row> {
    let mut rows = clients();
    rows.extend(files());
    rows.extend(repository());
    rows.extend(setup());
    rows.extend(shells());
    rows.extend(tasks());
    rows
}

fn row(method: &'static str, fields: Vec<Field>, brings: Result<(), u32>) -> Row {
    let takes = Map(fields);
    Row {
        method,
        takes,
        brings,
    }
}

fn bare(method: &'static str, brings: Result<(), u32>) -> Row {
    let takes = Nothing;
    Row {
        method,
        takes,
        brings,
    }
}

fn clients() -> Vec<Row> {
    let status = || Map(vec![may("status", Flag(true))]);
    let app = Map(vec![
        needs("protocolVersion", Text("0.367.10")),
        needs("appId", Text("table")),
    ]);
    let file = Map(vec![
        may("status", Flag(true)),
        may("selection", Flag(true)),
        may("ot", Flag(true)),
    ]);
    let git = Map(vec![
        may("status", Flag(true)),
        may("operations", Flag(true)),
    ]);
    let subscriptions = Map(vec![
        may("client", status()),
        may("file", file),
        may("fs", Map(vec![may("operations", Flag(true))])),
        may("git", git),
        may("port", status()),
        may("setup", Map(vec![may("progress", Flag(true))])),
        may("shell", status()),
        may("system", Map(vec![may("metrics", Flag(true))])),
    ]);
    let resume = Map(vec![
        needs("token", Text("nobody's")),
        may("answer", Count(1)),
    ]);
    vec![
        row(
            "client/join",
            vec![
                needs("clientInfo", app),
                may("asyncProgress", Flag(false)),
                needs("subscriptions", subscriptions),
                may("resume", resume),
            ],
            Ok(()),
        ),
        bare("client/list", Ok(())),
        row("channel/subscribe", vec![needs("name", Text("a"))], Ok(())),
        row(
            "channel/unsubscribe",
            vec![needs("name", Text("a"))],
            Ok(()),
        ),
        row(
            "channel/message",
            vec![
                needs("name", Text("silence")),
                may("clients", texts("nobody")),
                needs("data", AnyMap),
            ],
            Err(500),
        ),
        row(
            "notification/notifyResponse",
            vec![
                needs("notificationId", Text("none")),
                may("response", Text("Yes")),
            ],
            Err(100),
        ),
        bare("notification/list", Ok(())),
        bare("port/list", Ok(())),
        bare("system/metrics", Ok(())),
        bare("system/update", Ok(())),
        bare("system/hibernate", Ok(())),
    ]
}

fn files() -> Vec<Row> {
    let path = || needs("path", Text("none"));
    let here = || needs("path", Text("."));
    let from_to = || vec![needs("from", Text("none")), needs("to", Text("other"))];
    let with = |mut fields: Vec<Field>, more: Vec<Field>| {
        fields.extend(more);
        fields
    };
    let search = || {
        vec![
            needs("text", Text("wanted")),
            may("glob", Text("*.txt")),
            may("isRegex", Flag(false)),
            may("caseSensitivity", Word("smart")),
        ]
    };
    let file = Map(vec![
        needs("path", Text("batch.txt")),
        needs("content", Bytes(b"batch")),
    ]);
    vec![
        row("fs/readFile", vec![path()], Err(102)),
        row("fs/readdir", vec![here()], Ok(())),
        row("fs/stat", vec![here()], Ok(())),
        row(
            "fs/writeFile",
            vec![
                needs("path", Text("table.txt")),
                needs("content", Bytes(b"content")),
                may("create", Flag(true)),
                may("overwrite", Flag(true)),
            ],
            Ok(()),
        ),
        row(
            "fs/copy",
            with(
                from_to(),
                vec![may("recursive", Flag(true)), may("overwrite", Flag(true))],
            ),
            Err(102),
        ),
        row(
            "fs/rename",
            with(from_to(), vec![may("overwrite", Flag(true))]),
            Err(102),
        ),
        row(
            "fs/remove",
            vec![path(), may("recursive", Flag(true))],
            Err(102),
        ),
        row(
            "fs/mkdir",
            vec![needs("path", Text("made")), may("recursive", Flag(true))],
            Ok(()),
        ),
        row(
            "fs/watch",
            vec![
                here(),
                may("recursive", Flag(true)),
                may("excludes", texts("**/*.log")),
                may("watchId", Text("none")),
                may("cursor", Count(1)),
            ],
            Ok(()),
        ),
        row("fs/unwatch", vec![needs("watchId", Text("none"))], Err(100)),
        row("fs/search", search(), Ok(())),
        row(
            "fs/streamingSearch",
            with(
                search(),
                vec![
                    needs("searchId", Text("table")),
                    may("maxResults", Whole(3, WIDE)),
                ],
            ),
            Ok(()),
        ),
        row(
            "fs/cancelStreamingSearch",
            vec![needs("searchId", Text("none"))],
            Ok(()),
        ),
        row("fs/pathSearch", vec![needs("text", Text("table"))], Ok(())),
        row(
            "fs/upload",
            vec![
                needs("parentId", Text("")),
                needs("filename", Text("upload.txt")),
                needs("content", Bytes(b"content")),
            ],
            Ok(()),
        ),
        row(
            "fs/download",
            vec![here(), may("excludes", texts("**/*.log"))],
            Ok(()),
        ),
        row(
            "fs/batchWrite",
            vec![needs("files", List(Box::new(file)))],
            Ok(()),
        ),
        row(
            "fs/writePart",
            vec![
                needs("path", Text("parts.txt")),
                needs("writeId", Text("table")),
                needs("offset", Count(0)),
                needs("content", Bytes(b"content")),
                needs("last", Flag(true)),
                may("create", Flag(true)),
                may("overwrite", Flag(true)),
            ],
            Ok(()),
        ),
    ]
}

fn repository() -> Vec<Row> {
    let none = Err(102);
    let line = Map(vec![
        needs("sha", Text(HASH)),
        needs("path", Text("table.txt")),
        needs("line", Whole(1, WIDE)),
    ]);
    vec![
        bare("git/status", none),
        bare("git/remotes", none),
        bare("git/push", none),
        bare("git/resetLocalWithRemote", none),
        bare("git/checkoutInitialBranch", none),
        row("git/targetDiff", vec![needs("branch", Text("main"))], none),
        row(
            "git/pull",
            vec![may("branch", Text("main")), may("force", Flag(true))],
            none,
        ),
        row("git/discard", vec![may("paths", texts("table.txt"))], none),
        row(
            "git/commit",
            vec![
                may("paths", texts("table.txt")),
                needs("message", Text("All")),
                may("push", Flag(false)),
            ],
            none,
        ),
        row(
            "git/pushToRemote",
            vec![
                needs("url", Text("https://localhost/none.git")),
                needs("branch", Text("main")),
                may("squashAllCommits", Flag(true)),
            ],
            none,
        ),
        row(
            "git/renameBranch",
            vec![
                needs("oldBranch", Text("one")),
                needs("newBranch", Text("other")),
            ],
            none,
        ),
        row(
            "git/remoteContent",
            vec![
                needs("reference", Text("main")),
                needs("path", Text("table.txt")),
            ],
            none,
        ),
        row(
            "git/diffStatus",
            vec![needs("base", Text("one")), needs("head", Text("other"))],
            none,
        ),
        Row {
            method: "git/transposeLines",
            takes: List(Box::new(line)),
            brings: none,
        },
    ]
}

fn setup() -> Vec<Row> {
    vec![
        bare("setup/get", Ok(())),
        bare("setup/init", Ok(())),
        bare("setup/skipAll", Ok(())),
        bare("setup/disable", Ok(())),
        bare("setup/enable", Ok(())),
        row(
            "setup/skip",
            vec![needs("stepIndexToSkip", Whole(9, WIDE))],
            Err(100),
        ),
        row(
            "setup/setStep",
            vec![needs("stepIndex", Whole(9, WIDE))],
            Err(100),
        ),
    ]
}

fn shells() -> Vec<Row> {
    let size = || {
        Map(vec![
            needs("cols", Whole(80, PORT)),
            needs("rows", Whole(24, PORT)),
        ])
    };
    let shell = || needs("shellId", Text("none"));
    vec![
        row(
            "shell/create",
            vec![
                may("command", Text("true")),
                may("cwd", Text(".")),
                may("size", size()),
                may("type", Word("COMMAND")),
                may("isSystemShell", Flag(false)),
            ],
            Ok(()),
        ),
        row(
            "shell/in",
            vec![shell(), needs("input", Text("text")), may("size", size())],
            Err(204),
        ),
        bare("shell/list", Ok(())),
        row(
            "shell/open",
            vec![shell(), may("size", size()), may("cursor", Count(1))],
            Err(204),
        ),
        row("shell/close", vec![shell()], Err(204)),
        row("shell/restart", vec![shell()], Err(204)),
        row("shell/terminate", vec![shell()], Err(204)),
        row(
            "shell/resize",
            vec![shell(), needs("size", size())],
            Err(204),
        ),
        row(
            "shell/rename",
            vec![shell(), needs("name", Text("name"))],
            Err(204),
        ),
    ]
}

fn tasks() -> Vec<Row> {
    let task = || needs("taskId", Text("none"));
    let preview = || {
        Map(vec![
            may("port", Whole(3000, PORT)),
            may("pr-link", Text("direct")),
        ])
    };
    let definition = || {
        Map(vec![
            needs("name", Text("Table")),
            needs("command", Text("true")),
            may("runAtStart", Flag(false)),
            may("preview", preview()),
        ])
    };
    let changes = Map(vec![
        may("name", Text("Table")),
        may("command", Text("true")),
        may("runAtStart", Flag(false)),
        may("preview", preview()),
    ]);
    vec![
        bare("task/list", Ok(())),
        row("task/run", vec![task()], Err(601)),
        row(
            "task/runCommand",
            vec![
                needs("command", Text("true")),
                may("name", Text("Table")),
                may("saveToConfig", Flag(false)),
            ],
            Ok(()),
        ),
        row("task/stop", vec![task()], Err(601)),
        bare("task/generateConfig", Ok(())),
        row(
            "task/create",
            vec![
                needs("taskFields", definition()),
                may("startTask", Flag(false)),
            ],
            Ok(()),
        ),
        row(
            "task/update",
            vec![task(), needs("taskFields", changes)],
            Err(601),
        ),
        row("task/saveToConfig", vec![task()], Err(601)),
        row(
            "task/createSetupTasks",
            vec![needs("tasks", List(Box::new(definition())))],
            Ok(()),
        ),
    ]
}

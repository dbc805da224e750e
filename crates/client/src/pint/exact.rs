//! Bytes that are no text.
//!
//! The agent's interface carries the content of a file as a text in JSON, which has no place for bytes that are not UTF-8. Those go
//! through processes inside the sandbox, as base64: written in arguments, read from the output. Needs `sh`, `base64` and the like there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::api::Exec;
use super::argv::{args_of, is_question};
use super::bridge::Bridge;
use super::failure::{Failure, errno_in};

/// Most bytes of content in one argument: as base64, and with the script and two paths beside them, they stay below the 128 KiB that
/// Linux takes. A multiple of 3, so that no padding stands in the middle.
const PIECE: usize = 84 * 1024;

/// So many pieces go to one process: Linux takes 2 MiB of arguments. Where a shell evaluates them it is one piece, as all arguments
/// are one argument of that shell.
const PIECES: usize = 12;

/// Writes the size and the bytes of `$1`.
const READ: &str = r#"wc -c < "$1" && base64 < "$1""#;

/// Adds what the arguments from `$4` on stand for to `$2`, which begins as an empty file with the permissions of `$1`, and becomes `$1` in
/// the end. A symbolic link stays one. `$3` says which of the processes this is.
const WRITE: &str = r#"
target=$1 part=$2 place=$3
shift 3
fail() { rm -f -- "$part"; exit 1; }
case $place in first|only)
  if [ -d "$target" ]; then echo "Is a directory" >&2; exit 1; fi
  if [ -e "$target" ]; then cp -p -- "$target" "$part" || fail; fi
  : > "$part" || exit 1
esac
printf %s "$@" | base64 -d >> "$part" || fail
case $place in last|only)
  if [ -L "$target" ]; then cat -- "$part" > "$target" || fail; rm -f -- "$part"
  else mv -f -- "$part" "$target" || fail
  fi
esac
"#;

/// The bytes of a file.
pub(super) async fn read(bridge: &Bridge, path: &str) -> Result<Bytes, Failure> {
    let args = ["-c", READ, "sh", path].map(str::to_owned);
    let ended = bridge.run("sh", &args).await?;
    if ended.exit_code != 0 {
        return Err(failed("read", path, &ended.errors));
    }
    let (size, text) = ended.output.split_once('\n').unwrap_or_default();
    let text: String = text.split_ascii_whitespace().collect();
    match (size.trim().parse::<usize>(), STANDARD.decode(text)) {
        (Ok(size), Ok(content)) if size == content.len() => Ok(content.into()),
        // Processes keep a part of their output only, or the file changed under the reader's eyes.
        _ => Err(failed("read", path, "not all of its bytes arrived")),
    }
}

/// Writes the bytes of a file under another name, which becomes the file's in the end.
pub(super) async fn write(bridge: &Bridge, path: &str, content: &[u8]) -> Result<(), Failure> {
    let part = format!("{path}.{:016x}.part", bridge.random());
    let pieces: Vec<&[u8]> = content.chunks(PIECE).collect();
    let most = if bridge.evaluates().await? { 1 } else { PIECES };
    let groups: Vec<&[&[u8]]> = pieces.chunks(most).collect();
    let last = groups.len().saturating_sub(1);
    for (number, group) in groups.iter().enumerate() {
        let place = match number {
            0 if last == 0 => "only",
            0 => "first",
            number if number == last => "last",
            _ => "middle",
        };
        let mut args = ["-c", WRITE, "sh", path, &part, place]
            .map(str::to_owned)
            .to_vec();
        args.extend(group.iter().map(|piece| STANDARD.encode(piece)));
        let ended = bridge.run("sh", &args).await?;
        if ended.exit_code != 0 {
            return Err(failed("write", path, &ended.errors));
        }
    }
    Ok(())
}

fn failed(action: &str, path: &str, reason: &str) -> Failure {
    let message = ["cannot ", action, " ", path, ": ", reason.trim()].concat();
    Failure::Refused(yew_sandbox_protocol::WireError::file(
        errno_in(reason),
        message,
    ))
}

/// Whether an exec is one of the bridge's own, which concern nobody else.
pub(super) fn is_own(exec: &Exec) -> bool {
    let args = args_of(exec);
    let script = args.get(1).map_or("", String::as_str);
    is_question(exec) || (exec.command == "sh" && [READ, WRITE].contains(&script))
}

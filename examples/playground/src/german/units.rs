//! Numbers, counts and sizes.

/// So many of something.
pub(super) fn count(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// A file's size, with a comma before the decimal.
pub(super) fn decimal(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let size = match bytes {
        0..1_000 => return format!("{bytes} Byte"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    };
    size.replace('.', ",")
}

/// KiB of memory or disk, in the largest unit that leaves a whole part.
pub(super) fn binary(kib: f64) -> String {
    let (mut value, mut unit) = (kib.max(0.0), "KiB");
    for larger in ["MiB", "GiB", "TiB"] {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = larger;
    }
    if value < 10.0 && unit != "KiB" {
        format!("{value:.1} {unit}").replace('.', ",")
    } else {
        format!("{value:.0} {unit}")
    }
}

//! Random names and tokens.

use std::mem::MaybeUninit;

use rustix::rand::{GetRandomFlags, getrandom};

/// 128 bits from the kernel, as 32 hexadecimal digits.
///
/// # Panics
/// Never: the kernel gives up to 256 bytes without failing once it has started.
pub(crate) fn random_text() -> String {
    let mut buffer = [MaybeUninit::<u8>::uninit(); 16];
    let mut text = String::with_capacity(32);
    while text.len() < 32 {
        if let Ok((bytes, _)) = getrandom(&mut buffer, GetRandomFlags::empty()) {
            for byte in bytes.iter() {
                text.push_str(&format!("{byte:02x}"));
            }
        }
    }
    text.truncate(32);
    text
}

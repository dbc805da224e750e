//! The secret of one data folder, and the keys that are derived from it.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Length of the secret, of every key and of every signature, in bytes.
const LENGTH: usize = 32;

/// 256 random bits that every signature of this server goes back to. Its `Debug` form shows nothing.
#[derive(Clone)]
pub struct Secret([u8; LENGTH]);

/// Why a secret could not be had.
#[derive(Debug)]
#[non_exhaustive]
pub enum SecretError {
    /// The file exists and holds something else than 32 bytes.
    Malformed,
    /// The file cannot be read or written.
    Io(io::Error),
    /// The system gives no random bytes.
    Random(getrandom::Error),
}

impl Secret {
    /// A new one, for a server that keeps nothing.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn random() -> Result<Self, SecretError> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(SecretError::Random)?;
        Ok(Self(bytes))
    }

    /// The one in the file at `path`; where there is no such file, a new one that is written there first,
    /// readable for its owner only.
    ///
    /// # Errors
    /// The file holds no secret, or cannot be read or written.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretError> {
        match fs::read(path) {
            Ok(bytes) => bytes
                .try_into()
                .map(Self)
                .map_err(|_| SecretError::Malformed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let secret = Self::random()?;
                secret.write(path).map_err(SecretError::Io)?;
                Ok(secret)
            }
            Err(error) => Err(SecretError::Io(error)),
        }
    }

    /// The key for one purpose. Signatures of one purpose mean nothing for another.
    pub(crate) fn key(&self, purpose: &str) -> Key {
        Key(Key(self.0).signature(purpose.as_bytes()))
    }

    /// Beside its name first, so that a crash never leaves half a secret.
    fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(&self.0)?;
        file.sync_all()?;
        fs::rename(beside, path)
    }
}

/// A key for one purpose.
#[derive(Clone)]
pub(crate) struct Key([u8; LENGTH]);

impl Key {
    pub(crate) fn signature(&self, message: &[u8]) -> [u8; LENGTH] {
        self.mac(message).finalize().into_bytes().into()
    }

    /// In constant time.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.mac(message).verify_slice(signature).is_ok()
    }

    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        // The fixed length is a whole key of SHA-256; the type's own constructor for it cannot fail.
        let mut mac = Hmac::<Sha256>::new(&padded(&self.0).into());
        mac.update(message);
        mac
    }
}

/// A block of SHA-256: HMAC pads shorter keys with zeros itself.
fn padded(key: &[u8; LENGTH]) -> [u8; 64] {
    let mut block = [0; 64];
    block[..LENGTH].copy_from_slice(key);
    block
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("it does not hold 32 bytes"),
            Self::Io(error) => error.fmt(f),
            Self::Random(error) => write!(f, "the system gives no random bytes: {error}"),
        }
    }
}

impl std::error::Error for SecretError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let first = Secret::load_or_create(&path).unwrap();
        let second = Secret::load_or_create(&path).unwrap();
        assert_eq!(first.0, second.0);
        assert_ne!(first.0, Secret::random().unwrap().0);
    }

    #[test]
    fn file_of_another_length_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "short").unwrap();
        assert!(matches!(
            Secret::load_or_create(&path),
            Err(SecretError::Malformed)
        ));
    }

    #[test]
    fn keys_of_different_purposes_differ() {
        let secret = Secret::random().unwrap();
        let signature = secret.key("a").signature(b"message");
        assert!(secret.key("a").verifies(b"message", &signature));
        assert!(!secret.key("b").verifies(b"message", &signature));
        assert!(!secret.key("a").verifies(b"other", &signature));
        assert!(!secret.key("a").verifies(b"message", &signature[1..]));
        let text = format!("{secret:?} {:?}", secret.key("a"));
        assert_eq!(text, "Secret Key");
    }

    /// Vector 2 of RFC 4231, so that the signature is HMAC-SHA256 and not something like it.
    #[test]
    fn signature_is_hmac_sha256() {
        let mut key = [0; LENGTH];
        key[..4].copy_from_slice(b"Jefe");
        let signature = Key(key).signature(b"what do ya want for nothing?");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected);
    }
}

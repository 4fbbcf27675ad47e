//! The server's own secret: seals what must be recoverable (access keys' secrets, waiting
//! messages) and keys the hashes of verification codes. It lives outside the database.

use crate::error::Error;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hmac::{Hmac, KeyInit as _, Mac};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The secret of this installation.
#[derive(Clone)]
pub struct Seal {
    cipher: ChaCha20Poly1305,
    hash_key: [u8; 32],
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// From 32 secret bytes.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        let derive = |label: &str| -> [u8; 32] {
            let mut hasher = Sha256::new();
            hasher.update(secret);
            hasher.update(label.as_bytes());
            hasher.finalize().into()
        };
        Self { cipher: ChaCha20Poly1305::new(&Key::from(derive("seal"))), hash_key: derive("codes") }
    }

    /// Reads the secret from a file, or makes the file, readable by its owner only.
    ///
    /// # Errors
    /// A file that cannot be read or made, that others may read, or that does not hold 64
    /// hexadecimal digits.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let problem = |what: &dyn std::fmt::Display| Error::Internal(format!("{}: {what}", path.display()));
        if !path.exists() {
            write_private(path, &hex::encode(rand::random::<[u8; 32]>())).map_err(|e| problem(&e))?;
        }
        others_cannot_read(path).map_err(|e| problem(&e))?;
        let text = std::fs::read_to_string(path).map_err(|e| problem(&e))?;
        let bytes = hex::decode(text.trim()).map_err(|e| problem(&e))?;
        let secret = bytes.try_into().map_err(|_| problem(&"must hold 64 hexadecimal digits"))?;
        Ok(Self::new(secret))
    }

    /// Encrypts a text.
    ///
    /// # Errors
    /// A failing cipher.
    pub fn seal(&self, plain: &str) -> Result<String, Error> {
        let nonce: [u8; 12] = rand::random();
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), plain.as_bytes())
            .map_err(|_| Error::Internal("sealing failed".into()))?;
        Ok(hex::encode(nonce) + &hex::encode(sealed))
    }

    /// Decrypts what [`Seal::seal`] made.
    ///
    /// # Errors
    /// A text that this installation did not seal.
    pub fn open(&self, sealed: &str) -> Result<String, Error> {
        let broken = || Error::Internal("cannot be unsealed: another secret key?".into());
        let bytes = hex::decode(sealed).map_err(|_| broken())?;
        let (nonce, body) = bytes.split_at_checked(12).ok_or_else(broken)?;
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| broken())?;
        let plain = self.cipher.decrypt(&Nonce::from(nonce), body).map_err(|_| broken())?;
        String::from_utf8(plain).map_err(|_| broken())
    }

    /// A keyed hash, in hex.
    #[must_use]
    pub fn hash(&self, parts: &[&str]) -> String {
        // HMAC takes keys of any length, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.hash_key) else { return String::new() };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex::encode(mac.finalize().into_bytes())
    }
}

/// The plain SHA-256 of some parts, in hex: what a caller's key is compared by.
#[must_use]
pub fn fingerprint(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex::encode(hasher.finalize())
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(unix)]
fn others_cannot_read(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(|e| e.to_string())?.permissions().mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err("others may read it; chmod 600".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_the_same_secret() {
        let seal = Seal::new([7; 32]);
        let sealed = seal.seal("SK 秘密").expect("seals");
        assert_eq!(seal.open(&sealed).expect("opens"), "SK 秘密");
        assert!(!sealed.contains("SK"));
        assert!(Seal::new([8; 32]).open(&sealed).is_err());
        assert!(seal.open("00").is_err());
        assert!(seal.open("").is_err());
    }

    #[test]
    fn hashes_depend_on_every_part() {
        let seal = Seal::new([7; 32]);
        assert_ne!(seal.hash(&["a", "bc"]), seal.hash(&["ab", "c"]));
        assert_ne!(fingerprint(&["a", "bc"]), fingerprint(&["ab", "c"]));
    }
}

//! Passwords: argon2id (design/security.md, check 12), a few at a time and in memory that is kept,
//! so that many sign-ins at once do not fill the server's.

use crate::error::Error;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, PasswordHasher, Version};
use contract::error::Fault;
use contract::identity::{MAX_PASSWORD, MIN_PASSWORD};
use std::sync::{Arc, Mutex, PoisonError};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// How many passwords are hashed at once; each takes 19 MiB.
const AT_ONCE: usize = 2;

/// Hashes and checks passwords.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// What a check works in, one for each place.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
    /// The hash of nobody's password: an unknown account takes as long as a known one.
    nobody: Arc<String>,
}

impl Passwords {
    /// Prepares hashing.
    ///
    /// # Errors
    /// Parameters that argon2 refuses.
    pub fn new() -> Result<Self, Error> {
        let nobody = hash_now(&hex::encode(rand::random::<[u8; 16]>()))?;
        Ok(Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            memory: Arc::default(),
            nobody: Arc::new(nobody),
        })
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// A password that is too short or too long.
    pub async fn hash(&self, password: &str) -> Result<String, Error> {
        let length = password.chars().count();
        if length < MIN_PASSWORD {
            return Err(Error::field("password", Fault::TooShort { min: MIN_PASSWORD as u32 }));
        }
        if length > MAX_PASSWORD {
            return Err(Error::field("password", Fault::TooLong { max: MAX_PASSWORD as u32 }));
        }
        let password = password.to_owned();
        self.apart(move || hash_now(&password)).await?
    }

    /// Whether a password fits a stored hash; with no hash, takes as long and says no.
    ///
    /// # Errors
    /// A stored hash that is none.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, Error> {
        let known = stored.is_some();
        let hash = stored.unwrap_or(&self.nobody).to_owned();
        // A longer text is never somebody's password, and must not cost more.
        let password: String = password.chars().take(MAX_PASSWORD + 1).collect();
        let memory = self.memory.clone();
        let fits = self
            .apart(move || {
                let kept = memory.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let mut blocks = kept.unwrap_or_default();
                let fits = fits(&password, &hash, &mut blocks);
                memory.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
                fits
            })
            .await??;
        Ok(known && fits)
    }

    async fn apart<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let _place = self.places.acquire().await.map_err(|e| Error::internal(&e))?;
        tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal(&e))
    }
}

/// Whether a password fits a hash, worked out with the hash's own parameters.
fn fits(password: &str, hash: &str, blocks: &mut Vec<Block>) -> Result<bool, Error> {
    let stored = PasswordHash::new(hash).map_err(|e| Error::internal(&e))?;
    let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
        return Err(Error::Internal("a password's hash is not complete".into()));
    };
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(|e| Error::internal(&e))?;
    let version = stored.version.unwrap_or(Version::V0x13.into());
    let version = Version::try_from(version).map_err(|e| Error::internal(&e))?;
    let params = Params::try_from(&stored).map_err(|e| Error::internal(&e))?;
    blocks.resize(params.block_count(), Block::new());
    let mut found = vec![0; expected.len()];
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(password.as_bytes(), &salt, &mut found, blocks)
        .map_err(|e| Error::internal(&e))?;
    Ok(bool::from(found.ct_eq(expected.as_bytes())))
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(19_456, 2, 1, None).map_err(|e| Error::internal(&e))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String, Error> {
    argon2()?.hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(|e| Error::internal(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_character_counts_and_strangers_are_refused() {
        let passwords = Passwords::new().expect("parameters");
        let long = "x".repeat(63);
        let hash = passwords.hash(&format!("{long}a")).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify(&format!("{long}a"), Some(&hash)).await.expect("checks"));
        assert!(!passwords.verify(&format!("{long}b"), Some(&hash)).await.expect("checks"));
        assert!(!passwords.verify("anything", None).await.expect("checks"));
        assert!(passwords.hash("short").await.is_err());
        assert!(passwords.hash("密码密码密码密码").await.is_ok());
    }
}

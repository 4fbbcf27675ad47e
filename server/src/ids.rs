//! New identifiers: time-ordered and random, so that they sort by age and cannot be guessed.

use contract::id::{ChallengeId, SessionId, TransferId};
use uuid::Uuid;

/// A new identifier: 32 hexadecimal digits.
#[must_use]
pub fn new() -> String {
    Uuid::now_v7().simple().to_string()
}

/// A new transfer's id.
#[must_use]
pub fn transfer() -> TransferId {
    TransferId(new())
}

/// A new challenge's id.
#[must_use]
pub fn challenge() -> ChallengeId {
    ChallengeId(new())
}

/// A new session's id. It may be seen; the secret is the session's token.
#[must_use]
pub fn session() -> SessionId {
    SessionId(new())
}

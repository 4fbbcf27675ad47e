//! The rules of verification codes (验证码验证): lengths, waits, tries.
//! The numbers are those of product/api.md where it has one, else of the security checklist.

use crate::approvals::Approval;
use crate::error::Fault;
use crate::id::ChallengeId;
use crate::passkeys::PasskeyOptions;
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// Digits of a code.
pub const LENGTH: usize = 6;
/// How long a code is valid unless the caller says otherwise, in minutes (capability 100).
pub const DEFAULT_TIMEOUT_MINUTES: i64 = 10;
/// How long before another code may be sent, in seconds.
pub const RESEND_WAIT_SECONDS: i64 = 60;
/// Wrong tries after which a code is dead, also for the right value.
pub const MAX_TRIES: i64 = 5;
/// Codes that may be sent to one receiver, or asked for by one person, in 24 hours.
pub const MAX_SENDS_A_DAY: i64 = 10;

/// What the receiver of a code is told to look at, and where it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Challenge {
    /// The challenge, for having the code sent again.
    pub id: ChallengeId,
    /// Where the code went, masked; empty where none was sent.
    pub sent_to: String,
    /// How it went.
    pub channel: Channel,
    /// When the code ends.
    pub expires_at: Time,
    /// From when another may be asked for.
    pub resend_at: Time,
    /// Tries that are left.
    pub tries_left: i64,
    /// What it is for, as the message with the code says it: the customer and the amount.
    #[serde(default)]
    pub about: String,
    /// What a passkey is asked that confirms this very call in place of a code, where the person has one.
    #[serde(default)]
    pub passkey: Option<PasskeyOptions>,
}

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By e-mail.
    Email,
    /// By text message.
    Sms,
    /// Not at all: the person's code app shows it.
    App,
    /// Not at all: a passkey confirms in its place. Having the code sent again sends it for the first time.
    Passkey,
}

/// The answer to a sensitive call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepUp<T> {
    /// It is done.
    Done {
        /// What was done.
        result: T,
    },
    /// A code was sent; repeat the call with the same key and the code.
    CodeNeeded {
        /// Where the code went and how long it holds.
        challenge: Challenge,
    },
    /// A second member must approve it first; it is done then.
    ApprovalNeeded {
        /// The request, as it stands.
        approval: Approval,
    },
}

/// Minutes that a code holds: absent or null is 10, above 60 is 5 (capability 100).
///
/// # Errors
/// `Invalid` outside 1 to 3000.
pub fn timeout_minutes(asked: Option<i64>) -> Result<i64, Fault> {
    match asked {
        None => Ok(DEFAULT_TIMEOUT_MINUTES),
        Some(1..=60) => Ok(asked.unwrap_or(DEFAULT_TIMEOUT_MINUTES)),
        Some(61..=3000) => Ok(5),
        Some(_) => Err(Fault::Invalid),
    }
}

/// Whether a text has the form of a code.
#[must_use]
pub fn is_code(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_follow_the_published_rule() {
        assert_eq!(timeout_minutes(None), Ok(10));
        assert_eq!(timeout_minutes(Some(1)), Ok(1));
        assert_eq!(timeout_minutes(Some(60)), Ok(60));
        assert_eq!(timeout_minutes(Some(61)), Ok(5));
        assert_eq!(timeout_minutes(Some(3000)), Ok(5));
        assert_eq!(timeout_minutes(Some(0)), Err(Fault::Invalid));
        assert_eq!(timeout_minutes(Some(3001)), Err(Fault::Invalid));
    }
}

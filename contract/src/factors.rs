//! The second step of signing in: a code app (TOTP, RFC 6238), passkeys, recovery codes. It is the person's own,
//! whatever partners the person is a member of.

use crate::api::Access;
use crate::endpoints;
use crate::identity::Session;
use crate::passkeys::{Passkey, PasskeyAnswer, PasskeyOptions};
use crate::time::Time;
use serde::{Deserialize, Serialize};

endpoints! { "factors";
    /// What the person has for the second step.
    FactorView: GET "/api/person/factors", Access::Entering, reply = Factors;
    /// Begins to set up a code app: by the password, and by a factor where the person has one. Its secret is told
    /// here and nowhere else.
    TotpBegin: POST "/api/person/totp", Access::Entering, body = Proof, reply = NewTotp;
    /// Turns the code app on by a first right code. With the first factor come the recovery codes, and the other
    /// sessions end; this one gets a new cookie.
    TotpConfirm: POST "/api/person/totp/first-code", Access::Entering, body = FirstCode, reply = RecoveryCodes;
    /// Turns the code app off.
    TotpEnd: POST "/api/person/totp/end", Access::SignedIn, body = Proof, reply = Factors;
    /// Makes the recovery codes anew; the old ones are void.
    RecoveryRenew: POST "/api/person/recovery-codes", Access::SignedIn, body = Proof, reply = RecoveryCodes;
    /// The second step of signing in, by a code of the app, a recovery code or a passkey. Begins the session, or
    /// joins where an invitation was accepted.
    SecondStep: POST "/api/session/code", Access::Public, body = StepCode, reply = Session;
}

/// Digits of an app's code.
pub const TOTP_DIGITS: usize = 6;
/// Seconds for which such a code stands.
pub const TOTP_SECONDS: i64 = 30;
/// Recovery codes that a person gets.
pub const RECOVERY_CODES: usize = 10;
/// Minutes for the second step, after the right password.
pub const STEP_MINUTES: i64 = 5;
/// Wrong codes after which the second step is over.
pub const STEP_TRIES: i64 = 5;

/// What a person has for the second step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Factors {
    /// Since when a code app is on.
    pub totp: Option<Time>,
    /// Recovery codes that were not used.
    pub recovery_codes: i64,
    /// The passkeys, oldest first.
    #[serde(default)]
    pub passkeys: Vec<Passkey>,
    /// The only address of the console at which passkeys work, `https://partner.example`; absent where this
    /// installation has none.
    #[serde(default)]
    pub passkey_site: Option<String>,
}

/// The answer to a right password, or to an invitation that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignedIn {
    /// The session has begun.
    Done {
        /// The session.
        session: Box<Session>,
    },
    /// A second factor is due; a cookie says whose.
    SecondFactor {
        /// What is due.
        step: Step,
    },
}

/// A second step that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// Whether a code of an app will do. A recovery code always does.
    pub totp: bool,
    /// What a passkey is asked, where the person has one.
    #[serde(default)]
    pub passkey: Option<PasskeyOptions>,
    /// Until when.
    pub until: Time,
}

/// The own password, and a factor of somebody who has one.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The password.
    pub password: String,
    /// A code of the app, or a recovery code.
    #[serde(default)]
    pub code: String,
    /// A passkey's answer to `PasskeyProof`, in place of a code.
    #[serde(default)]
    pub passkey: Option<PasskeyAnswer>,
}

/// The first code of an app that is set up.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FirstCode {
    /// The code.
    pub code: String,
}

/// A code for the second step of signing in, or a passkey's answer.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StepCode {
    /// A code of the app, or a recovery code, in any letter case, with or without spaces and hyphens.
    #[serde(default)]
    pub code: String,
    /// A passkey's answer to what the step asks, in place of a code.
    #[serde(default)]
    pub passkey: Option<PasskeyAnswer>,
}

/// A code app to set up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewTotp {
    /// The secret, for typing: Base32.
    pub secret: String,
    /// The secret as an `otpauth:` address, for apps on the same device.
    pub uri: String,
    /// The address as a QR code: its dark squares as an SVG path, a unit a square.
    pub qr_path: String,
    /// Squares in a line, with the empty edge.
    pub qr_size: i64,
}

/// New recovery codes, at the only moment when they are known.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecoveryCodes {
    /// The codes, `abcde-fghij`; none where the person had a factor before, and with it codes.
    pub codes: Vec<String>,
}

macro_rules! secret {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}
secret!(Proof, FirstCode, StepCode, NewTotp, RecoveryCodes);

/// A code as it is compared: without spaces and hyphens, in lower case.
#[must_use]
pub fn plain_code(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_lowercase).collect()
}

/// Whether a code is one of an app rather than a recovery code.
#[must_use]
pub fn is_totp(plain: &str) -> bool {
    plain.len() == TOTP_DIGITS && plain.bytes().all(|b| b.is_ascii_digit())
}

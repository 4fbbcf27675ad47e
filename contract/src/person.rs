//! What a person signs in with. It is the person's own, whatever partners the person is a member of.

use crate::api::Access;
use crate::codes::Challenge;
use crate::endpoints;
use crate::factors::Proof;
use crate::id::{ChallengeId, ResetToken};
use crate::passkeys::PasskeyAnswer;
use crate::time::Time;
use serde::{Deserialize, Serialize};

endpoints! { "person";
    /// Sets a new password. The person's other sessions end; this one gets a new cookie.
    PasswordChange: PUT "/api/person/password", Access::SignedIn, body = ChangePassword, reply = ();
    /// Sends a code to another sign-in address.
    EmailAsk: POST "/api/person/email", Access::SignedIn, body = ChangeEmail, reply = Challenge;
    /// Takes that address by the code. Every partner sees the new one; the old one is told.
    EmailConfirm: PUT "/api/person/email", Access::SignedIn, body = ConfirmAddress, reply = ();
    /// The phone that codes can come to.
    PhoneView: GET "/api/person/phone", Access::SignedIn, reply = Phone;
    /// Sends a code to another phone.
    PhoneAsk: POST "/api/person/phone", Access::SignedIn, body = ChangePhone, reply = Challenge;
    /// Takes that phone by the code.
    PhoneConfirm: PUT "/api/person/phone", Access::SignedIn, body = ConfirmAddress, reply = Phone;
    /// Takes the phone away: codes come by mail again.
    PhoneEnd: POST "/api/person/phone/end", Access::SignedIn, body = Proof, reply = Phone;
    /// Asks for a link that sets a new password. The answer is the same whether the address is known.
    ResetAsk: POST "/api/password-resets", Access::Public, body = AskReset, reply = ();
    /// What such a link says. Public: the link is the secret.
    ResetView: GET "/api/password-resets/{reset_token}", Access::Public, path = ResetToken, reply = Reset;
    /// Sets the new password. All of the person's sessions end, and none begins.
    ResetUse: POST "/api/password-resets/{reset_token}", Access::Public, path = ResetToken, body = NewPassword, reply = ();
}

/// Minutes for which a link that sets a new password is valid (design/security.md, check 22).
pub const RESET_MINUTES: i64 = 30;
/// Such links that one person can be sent in 24 hours.
pub const RESETS_A_DAY: i64 = 10;

/// A change of the password.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    pub current: String,
    /// The new one: 8 to 256 characters of any kind, not easy to guess.
    pub password: String,
}

/// Another sign-in address.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    /// The new address.
    pub email: String,
    /// The own password.
    pub password: String,
    /// A code of the app, or a recovery code, of somebody who has a second step.
    #[serde(default)]
    pub code: String,
    /// A passkey's answer to `PasskeyProof`, in place of a code.
    #[serde(default)]
    pub passkey: Option<PasskeyAnswer>,
}

/// The phone that codes can come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Phone {
    /// It, masked; empty where there is none.
    pub phone: String,
}

/// Another phone.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePhone {
    /// The new number, with its country's code where it is not of mainland China.
    pub phone: String,
    /// The own password.
    pub password: String,
    /// A code of the app, or a recovery code, of somebody who has a second step.
    #[serde(default)]
    pub code: String,
    /// A passkey's answer to `PasskeyProof`, in place of a code.
    #[serde(default)]
    pub passkey: Option<PasskeyAnswer>,
}

impl ChangeEmail {
    /// What proves it.
    #[must_use]
    pub fn proof(&self) -> Proof {
        let Self { password, code, passkey, .. } = self.clone();
        Proof { password, code, passkey }
    }
}

impl ChangePhone {
    /// What proves it.
    #[must_use]
    pub fn proof(&self) -> Proof {
        let Self { password, code, passkey, .. } = self.clone();
        Proof { password, code, passkey }
    }
}

/// The code that went to the new address or phone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmAddress {
    /// The challenge that asking answered.
    pub challenge: ChallengeId,
    /// The code.
    pub code: String,
}

/// A new password for somebody who has a link.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The new password: 8 to 256 characters of any kind, not easy to guess.
    pub password: String,
}

/// Who forgot the password.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AskReset {
    /// The sign-in address, in any letter case.
    pub email: String,
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
secret!(ChangePassword, ChangeEmail, ChangePhone, ConfirmAddress, NewPassword, AskReset);

/// What a link that sets a new password says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reset {
    /// Whose password, masked.
    pub email: String,
    /// Until when the link is valid.
    pub until: Time,
}

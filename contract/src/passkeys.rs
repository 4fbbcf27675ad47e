//! Passkeys (WebAuthn, <https://www.w3.org/TR/webauthn-3/>): a second factor, a way to sign in without a password,
//! and a way to confirm what asks for a verification code. They are the person's own, of no partner.

use crate::api::Access;
use crate::endpoints;
use crate::factors::{Factors, Proof, RecoveryCodes};
use crate::id::PasskeyId;
use crate::identity::Session;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::Value;

endpoints! { "passkeys";
    /// Asks for a passkey's answer, to prove a change of what the person signs in with.
    PasskeyProof: POST "/api/person/passkeys/challenge", Access::SignedIn, reply = PasskeyOptions;
    /// Begins to add a passkey: by the password, and by a factor where the person has one.
    PasskeyBegin: POST "/api/person/passkeys/options", Access::Entering, body = Proof, reply = PasskeyOptions;
    /// Adds the passkey that the browser made. With the first factor come the recovery codes, and the other sessions
    /// end; this one gets a new cookie.
    PasskeyAdd: POST "/api/person/passkeys", Access::Entering, body = NewPasskey, reply = RecoveryCodes;
    /// Gives a passkey another name.
    PasskeyRename: PUT "/api/person/passkeys/{passkey_id}", Access::SignedIn, path = PasskeyId, body = PasskeyName, reply = ();
    /// Removes a passkey, by the password and a factor.
    PasskeyRemove: POST "/api/person/passkeys/{passkey_id}/end", Access::SignedIn, path = PasskeyId, body = Proof, reply = Factors;
    /// Asks for a passkey's answer, to sign in with it alone. The same for everybody.
    PasskeyAsk: POST "/api/session/passkey/options", Access::Public, reply = PasskeyOptions;
    /// Signs in with a passkey alone: no password and no second step. The same answer whatever does not fit.
    PasskeySignIn: POST "/api/session/passkey", Access::Public, body = PasskeyAnswer, reply = Session;
}

/// The most passkeys of a person.
pub const MAX_PASSKEYS: i64 = 10;
/// The longest name of a passkey.
pub const MAX_PASSKEY_NAME: usize = 60;
/// Minutes for which a passkey may be asked for an answer.
pub const PASSKEY_MINUTES: i64 = 5;
/// Seconds that a browser waits for the person, as it is asked to.
pub const PASSKEY_WAIT_SECONDS: i64 = 120;
/// The longest answer as a header's text: a key of 8,192 bits with a long id stays far below.
const MAX_TEXT: usize = 6_000;

/// A passkey in the person's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Passkey {
    /// The passkey.
    pub id: PasskeyId,
    /// What the person calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Time,
    /// When it was last used.
    pub last_used_at: Option<Time>,
}

/// What the browser is asked: the JSON form of `PublicKeyCredentialCreationOptions` or of
/// `PublicKeyCredentialRequestOptions`, for `PublicKeyCredential.parse…OptionsFromJSON`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct PasskeyOptions(pub Value);

/// A passkey that the browser has made. All bytes are Base64url without padding, as the browser's `toJSON` writes them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// What the person calls it: 1 to 60 characters.
    pub name: String,
    /// `response.clientDataJSON`.
    pub client_data: String,
    /// `response.attestationObject`.
    pub attestation: String,
    /// `response.transports`: hints for the browser on how to reach it.
    #[serde(default)]
    pub transports: Vec<String>,
}

/// A passkey's answer. All bytes are Base64url without padding, as the browser's `toJSON` writes them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PasskeyAnswer {
    /// `id`: which passkey.
    pub id: String,
    /// `response.clientDataJSON`.
    pub client_data: String,
    /// `response.authenticatorData`.
    pub authenticator_data: String,
    /// `response.signature`.
    pub signature: String,
    /// `response.userHandle`: whose. A passkey that signs in alone always tells it.
    #[serde(default)]
    pub user_handle: String,
}

impl PasskeyAnswer {
    /// The answer as the header of a sensitive call carries it, in place of a verification code: its five parts with
    /// dots between them.
    #[must_use]
    pub fn to_text(&self) -> String {
        [&self.id, &self.client_data, &self.authenticator_data, &self.signature, &self.user_handle]
            .map(String::as_str)
            .join(".")
    }

    /// Reads that text, or says that it is none.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let is_base64url = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
        if text.len() > MAX_TEXT || !text.bytes().all(is_base64url) {
            return None;
        }
        let mut parts = text.split('.').map(str::to_owned);
        let mut next = || parts.next();
        let answer = Self {
            id: next()?,
            client_data: next()?,
            authenticator_data: next()?,
            signature: next()?,
            user_handle: next()?,
        };
        next().is_none().then_some(answer)
    }
}

/// Another name of a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PasskeyName {
    /// 1 to 60 characters.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_goes_through_a_header() {
        let part = |text: &str| text.to_owned();
        let answer = PasskeyAnswer {
            id: part("a-_1"),
            client_data: part("e30"),
            authenticator_data: part("AA"),
            signature: part("MEQ"),
            user_handle: String::new(),
        };
        assert_eq!(answer.to_text(), "a-_1.e30.AA.MEQ.");
        assert_eq!(PasskeyAnswer::from_text(&answer.to_text()), Some(answer));
        let long = format!("{}....", "a".repeat(MAX_TEXT));
        for none in ["", "123456", "a.b.c.d", "a.b.c.d.e.f", "a.b.c.d.e\n", "ä....", &long] {
            assert_eq!(PasskeyAnswer::from_text(none), None, "{none}");
        }
    }
}

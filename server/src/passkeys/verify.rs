//! What browsers and authenticators say, checked as WebAuthn asks (level 3, 7.1 and 7.2). No attestation is asked for,
//! so of a new passkey nothing is signed yet; of an answer all is. The signatures are `ring`'s to check.

use super::{Site, cbor};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::passkeys::{NewPasskey, PasskeyAnswer};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// ECDSA over P-256 with SHA-256: what nearly every authenticator has.
const ES256: i64 = -7;
/// Ed25519.
const EDDSA: i64 = -8;
/// RSA with SHA-256, for Windows' older keys.
const RS256: i64 = -257;
/// The algorithms that are taken, the best first (IANA's COSE numbers).
pub(super) const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];

/// The longest credential id that WebAuthn allows, in bytes.
const MAX_ID: usize = 1023;

/// Why something is refused. For the log: whoever asks is told the same for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It cannot be read.
    Unreadable,
    /// It is for another ceremony.
    Ceremony,
    /// It was made for another origin, or in somebody else's frame.
    Origin,
    /// It was made for another relying party.
    Site,
    /// Nobody was there.
    Presence,
    /// The authenticator did not make sure who it was.
    Verification,
    /// The flags contradict each other.
    Flags,
    /// The key is of no kind that is taken.
    Key,
    /// The signature does not fit.
    Signature,
}

/// A passkey that can be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Registered {
    /// What was answered.
    pub(super) challenge: Vec<u8>,
    /// Its id, Base64url.
    pub(super) credential_id: String,
    /// Its public key, COSE.
    pub(super) public_key: Vec<u8>,
    /// How often it was used.
    pub(super) sign_count: i64,
}

/// An answer whose signature fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asserted {
    /// What was answered.
    pub(super) challenge: Vec<u8>,
    /// How often the passkey was used; 0 where it does not count.
    pub(super) sign_count: i64,
}

/// Checks a new passkey, all but its challenge.
pub(super) fn registered(site: &Site, new: &NewPasskey) -> Result<Registered, Wrong> {
    let client_data = bytes(&new.client_data)?;
    let challenge = client(site, "webauthn.create", &client_data)?;
    let attestation = bytes(&new.attestation)?;
    let attestation = cbor::whole(&attestation).ok_or(Wrong::Unreadable)?;
    let data = attestation.named("authData").and_then(cbor::Value::bytes).ok_or(Wrong::Unreadable)?;
    let data = authenticator(site, data)?;
    let (id, public_key) = data.credential.ok_or(Wrong::Unreadable)?;
    Key::read(public_key).ok_or(Wrong::Key)?;
    Ok(Registered {
        challenge,
        credential_id: URL_SAFE_NO_PAD.encode(id),
        public_key: public_key.to_vec(),
        sign_count: data.sign_count,
    })
}

/// Checks an answer against the passkey's public key, all but its challenge and its count.
pub(super) fn asserted(site: &Site, public_key: &[u8], answer: &PasskeyAnswer) -> Result<Asserted, Wrong> {
    let client_data = bytes(&answer.client_data)?;
    let challenge = client(site, "webauthn.get", &client_data)?;
    let data_bytes = bytes(&answer.authenticator_data)?;
    let data = authenticator(site, &data_bytes)?;
    let key = Key::read(public_key).ok_or(Wrong::Key)?;
    let signed = [data_bytes.as_slice(), &Sha256::digest(&client_data)].concat();
    if !key.fits(&signed, &bytes(&answer.signature)?) {
        return Err(Wrong::Signature);
    }
    Ok(Asserted { challenge, sign_count: data.sign_count })
}

fn bytes(text: &str) -> Result<Vec<u8>, Wrong> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Wrong::Unreadable)
}

/// What the browser says of the ceremony. More names may come with time: those are passed over.
#[derive(Deserialize)]
struct Client {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

fn client(site: &Site, kind: &str, data: &[u8]) -> Result<Vec<u8>, Wrong> {
    let said: Client = serde_json::from_slice(data).map_err(|_| Wrong::Unreadable)?;
    if said.kind != kind {
        return Err(Wrong::Ceremony);
    }
    if said.origin != site.origin || said.cross_origin {
        return Err(Wrong::Origin);
    }
    bytes(&said.challenge)
}

/// What the authenticator says.
struct Authenticator<'a> {
    sign_count: i64,
    /// Id and public key of the passkey, where one was made.
    credential: Option<(&'a [u8], &'a [u8])>,
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const CAN_BE_BACKED_UP: u8 = 0x08;
const IS_BACKED_UP: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;
const HAS_EXTENSIONS: u8 = 0x80;

fn authenticator<'a>(site: &Site, data: &'a [u8]) -> Result<Authenticator<'a>, Wrong> {
    let take = |data: &'a [u8], count| data.split_at_checked(count).ok_or(Wrong::Unreadable);
    let (rp, rest) = take(data, 32)?;
    let (flags, rest) = take(rest, 1)?;
    let (count, mut rest) = take(rest, 4)?;
    let flags = flags.first().copied().unwrap_or(0);
    if rp != Sha256::digest(site.rp_id.as_bytes()).as_slice() {
        return Err(Wrong::Site);
    }
    if flags & PRESENT == 0 {
        return Err(Wrong::Presence);
    }
    if flags & VERIFIED == 0 {
        return Err(Wrong::Verification);
    }
    if flags & IS_BACKED_UP != 0 && flags & CAN_BE_BACKED_UP == 0 {
        return Err(Wrong::Flags);
    }
    let mut credential = None;
    if flags & HAS_CREDENTIAL != 0 {
        let (_aaguid, after) = take(rest, 16)?;
        let (length, after) = take(after, 2)?;
        let length = length.iter().fold(0, |number, byte| (number << 8) | usize::from(*byte));
        if length == 0 || length > MAX_ID {
            return Err(Wrong::Unreadable);
        }
        let (id, after) = take(after, length)?;
        let (_, left) = cbor::first(after).ok_or(Wrong::Unreadable)?;
        let (key, _) = take(after, after.len() - left.len())?;
        credential = Some((id, key));
        rest = left;
    }
    if flags & HAS_EXTENSIONS != 0 {
        (_, rest) = cbor::first(rest).ok_or(Wrong::Unreadable)?;
    }
    if !rest.is_empty() {
        return Err(Wrong::Unreadable);
    }
    let sign_count = count.iter().fold(0, |number, byte| (number << 8) | i64::from(*byte));
    Ok(Authenticator { sign_count, credential })
}

/// A public key as COSE (RFC 9053) writes it.
enum Key<'a> {
    Es256 { x: &'a [u8], y: &'a [u8] },
    EdDsa { x: &'a [u8] },
    Rs256 { n: &'a [u8], e: &'a [u8] },
}

impl<'a> Key<'a> {
    fn read(cose: &'a [u8]) -> Option<Self> {
        let key = cbor::whole(cose)?;
        let bytes = |label| key.at(label).and_then(cbor::Value::bytes);
        let int = |label| key.at(label).and_then(cbor::Value::int);
        let of = |label, length| bytes(label).filter(|b: &&[u8]| b.len() == length);
        // Kind, algorithm, curve.
        Some(match (int(1)?, int(3)?, int(-1)) {
            (2, ES256, Some(1)) => Self::Es256 { x: of(-2, 32)?, y: of(-3, 32)? },
            (1, EDDSA, Some(6)) => Self::EdDsa { x: of(-2, 32)? },
            (3, RS256, None) => Self::Rs256 { n: bytes(-1)?, e: bytes(-2)? },
            _ => return None,
        })
    }

    fn fits(&self, signed: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256 { x, y } => {
                let point = [&[4], *x, *y].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature)
            }
            Self::EdDsa { x } => UnparsedPublicKey::new(&ED25519, x).verify(signed, signature),
            Self::Rs256 { n, e } => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
        }
        .is_ok()
    }
}

#[cfg(test)]
#[path = "verify/tests.rs"]
mod tests;

//! Challenges: what a passkey signs. Each carries its own end and a keyed hash over what it is for, so that asking
//! writes nothing and every server knows its own. What was answered is written down: none is answered twice.

use super::Purpose;
use crate::app::App;
use crate::seal::Seal;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Random bytes in front: as many as WebAuthn asks for.
const RANDOM: usize = 16;
/// Where the end stands, and after it the hash.
const END: usize = RANDOM + 8;

/// A new challenge that holds until a moment, in milliseconds since 1970.
pub(super) fn new(app: &App, purpose: Purpose<'_>, until: i64) -> Vec<u8> {
    let mut bytes = rand::random::<[u8; RANDOM]>().to_vec();
    bytes.extend(until.to_be_bytes());
    let mac = mac(&app.seal, purpose, &bytes);
    bytes.extend(mac.as_bytes());
    bytes
}

/// Until when a challenge holds, if it is one of this installation, for this purpose, and its time is not over.
pub(super) fn fits(app: &App, purpose: Purpose<'_>, bytes: &[u8], now: i64) -> Option<i64> {
    let (head, given) = bytes.split_at_checked(END)?;
    if !bool::from(mac(&app.seal, purpose, head).as_bytes().ct_eq(given)) {
        return None;
    }
    let until = i64::from_be_bytes(head.get(RANDOM..)?.try_into().ok()?);
    (now < until).then_some(until)
}

/// What is kept of one that was answered.
pub(super) fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn mac(seal: &Seal, purpose: Purpose<'_>, head: &[u8]) -> String {
    let [kind, subject, more] = purpose.parts();
    seal.hash(&["passkey", kind, subject, more, &hex::encode(head)])
}

//! An authenticator in this program, with the browser before it, written from WebAuthn and not from the server's code.

use super::client::HOST;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::passkeys::{NewPasskey, PasskeyAnswer, PasskeyOptions};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Somebody is there, and it is the owner.
pub const VERIFIED: u8 = 0x05;
/// Somebody is there.
pub const PRESENT: u8 = 0x01;

/// What browser and authenticator make of a ceremony; tests lie in one of them.
#[derive(Debug, Clone)]
pub struct Ceremony {
    pub origin: String,
    pub rp_id: String,
    pub flags: u8,
    pub cross_origin: bool,
}

impl Default for Ceremony {
    fn default() -> Self {
        Self {
            origin: format!("https://{HOST}"),
            rp_id: HOST.to_owned(),
            flags: VERIFIED,
            cross_origin: false,
        }
    }
}

/// A passkey on somebody's device.
pub struct Device {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    handle: String,
    /// How often it was used; `None` for one that does not count.
    pub count: Option<u32>,
}

impl Device {
    /// Makes a passkey as it is asked for.
    pub fn make(options: &PasskeyOptions, name: &str) -> (Self, NewPasskey) {
        Self::make_in(options, name, &Ceremony::default())
    }

    /// Makes a passkey in a ceremony of one's own.
    pub fn make_in(options: &PasskeyOptions, name: &str, ceremony: &Ceremony) -> (Self, NewPasskey) {
        let asked = &options.0;
        assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
        assert_eq!((&asked["attestation"], &asked["rp"]["id"]), (&json!("none"), &json!(HOST)));
        assert_eq!(asked["pubKeyCredParams"][0], json!({"type": "public-key", "alg": -7}));
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).expect("the key");
        let id: [u8; 32] = ring::rand::generate(&random).expect("random bytes").expose();
        let handle = asked["user"]["id"].as_str().expect("a handle").to_owned();
        let device = Self { key, id: id.to_vec(), handle, count: Some(0) };
        let (x, y) = device.key.public_key().as_ref()[1..].split_at(32);
        // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], x, &[0x22, 0x58, 32], y].concat();
        let length = u16::try_from(device.id.len()).expect("a short id").to_be_bytes();
        let made = [&[0; 16], &length[..], &device.id, &cose].concat();
        let data = data(ceremony, ceremony.flags | 0x40, 0, &made);
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let length = u16::try_from(data.len()).expect("short data").to_be_bytes();
        let attestation =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59", &length[..], &data].concat();
        let new = NewPasskey {
            name: name.to_owned(),
            client_data: URL_SAFE_NO_PAD.encode(client_data(ceremony, "webauthn.create", asked)),
            attestation: URL_SAFE_NO_PAD.encode(attestation),
            transports: vec!["internal".into(), "hybrid".into()],
        };
        (device, new)
    }

    /// Its id, as browsers write it.
    pub fn id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.id)
    }

    /// Answers what it is asked.
    pub fn answer(&mut self, options: &PasskeyOptions) -> PasskeyAnswer {
        self.answer_in(options, &Ceremony::default())
    }

    /// Answers in a ceremony of one's own.
    pub fn answer_in(&mut self, options: &PasskeyOptions, ceremony: &Ceremony) -> PasskeyAnswer {
        let asked = &options.0;
        assert_eq!((&asked["rpId"], &asked["userVerification"]), (&json!(HOST), &json!("required")));
        if let Some(count) = &mut self.count {
            *count += 1;
        }
        let data = data(ceremony, ceremony.flags, self.count.unwrap_or(0), &[]);
        let client_data = client_data(ceremony, "webauthn.get", asked);
        let signed = [&data[..], &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        PasskeyAnswer {
            id: self.id(),
            client_data: URL_SAFE_NO_PAD.encode(client_data),
            authenticator_data: URL_SAFE_NO_PAD.encode(data),
            signature: URL_SAFE_NO_PAD.encode(signature.as_ref()),
            user_handle: self.handle.clone(),
        }
    }
}

/// The ids that a person's passkeys are asked by.
pub fn asked_ids(options: &PasskeyOptions) -> Vec<String> {
    let list = options.0["allowCredentials"].as_array().expect("a list");
    list.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

fn data(ceremony: &Ceremony, flags: u8, count: u32, more: &[u8]) -> Vec<u8> {
    [&Sha256::digest(ceremony.rp_id.as_bytes())[..], &[flags], &count.to_be_bytes(), more].concat()
}

fn client_data(ceremony: &Ceremony, kind: &str, asked: &Value) -> Vec<u8> {
    let said = json!({
        "type": kind,
        "challenge": asked["challenge"],
        "origin": ceremony.origin,
        "crossOrigin": ceremony.cross_origin,
    });
    said.to_string().into_bytes()
}

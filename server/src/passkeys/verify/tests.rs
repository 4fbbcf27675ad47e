//! Against the vectors of the standard, and against keys and signatures made by OpenSSL.

use super::*;
use std::fmt::Write;

/// WebAuthn level 3, 16.2: a passkey without attestation, ES256. It does not say who uses it.
const NEW_CLIENT_DATA: &str = concat!(
    "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878",
    "475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a226874",
    "7470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c226578747261446174",
    "61223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e",
    "616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a646354",
    "427258426941774a544c453551227d",
);
const NEW_ATTESTATION: &str = concat!(
    "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735a",
    "e7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70",
    "189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20d",
    "b90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b",
    "9220",
);
const ANSWER_DATA: &str = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000";
const ANSWER_CLIENT_DATA: &str = concat!(
    "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455",
    "506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a226874747073",
    "3a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d",
);
const ANSWER_SIGNATURE: &str = concat!(
    "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b935381",
    "74f575bf11a1dd5d78c6e486013f937295ea13653e331e87",
);

/// What OpenSSL signed.
const SIGNED: &[u8] = b"a passkey's answer";
const RSA_KEY: &str = concat!(
    "a401030339010020590100ce30488978138cf01d6c1a57a98d14689122dd280f3c397016cf0eb4c97a1350a90522be65",
    "d47b0a7260a82f724d7b3a8c839ccc79abda172e2834620f8e4d5e56e5dce77adb9a860cae49cb282fa7f117f839fb33",
    "6334e7da4ca15de8374efc2b33b5f48731ea398e69d57a20076b5311a1e567918014636e185d71823b0d4af4a2192ec9",
    "5db8fa5dceb91e055fd2d468bf0d263129cb248602ee8d8c7714c62026c261331f951c8bc10be2a36901acebe05f475e",
    "ddd1418675851d91a5f5a5cd71b91c6aef6daff57ff03bc6d1b1790a3956ed0823363a4b571ef42db741ec62be2a7591",
    "37e94e36d42b24498ca89fbf2b9a7e9330bc577123661a8ec461db2143010001",
);
const RSA_SIGNATURE: &str = concat!(
    "26ac4eefe4cbf5c4b279b91ca0c859b87450e842ddb0da768afc426c78c40624d3cd9d81582465395d583b304c881db0",
    "99418111cedf105a465f366c86f694e42d45d2bced1e67dbba98311c9c115e3b996886bd9772fc0ceab0ea7111932356",
    "45d3609c318a46dc7bae6d4cd7f2f170ad6bc71f2a70680ffaa6b3737c670423babcb4859a5fac0d49dfa0afa07065ad",
    "761bbd861c9ef3c1b9c558556350bc3af9cddb3f226424f1be1b66234a5eed40c5ad5e3c990c0e4c9e63e743696dfa72",
    "65971c81ec4131b7de8563c2aa4ce5395a68144b4fa2a11fb414ada913b5db34c1a66020ef5ce97e9802edd065a6d3b0",
    "2637c93ac141b51f4e4ed6300b407959",
);
const ED25519_KEY: &str =
    "a40101032720062158207ae1642e63eae63952f2895d82d58a7c82b6bd137f8ee0805e97d6d882a48129";
const ED25519_SIGNATURE: &str = concat!(
    "1f9bb357ba9d2eff77a850b906fbd0525756c9f98797f5cc4958ab4a825bd7c59b01ae7cc3e16492490ff864e4d21bb9",
    "03fd8a22db159e2e09032ac7bdff170c",
);

fn site() -> Site {
    Site::of("https://example.org").expect("a site")
}

fn hex_bytes(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hex")
}

fn wire(hex: &str) -> String {
    URL_SAFE_NO_PAD.encode(hex_bytes(hex))
}

/// The authenticator's data of the vector, with other flags.
fn with_flags(data: &str, before: &str, flags: u8) -> String {
    let mut other = String::new();
    write!(other, "e4b5{flags:02x}").expect("a text takes all");
    data.replacen(&format!("e4b5{before}"), &other, 1)
}

fn new_passkey(attestation: &str) -> NewPasskey {
    NewPasskey {
        name: String::new(),
        client_data: wire(NEW_CLIENT_DATA),
        attestation: wire(attestation),
        transports: Vec::new(),
    }
}

#[test]
fn the_standards_passkey_is_read_once_it_says_who_uses_it() {
    assert_eq!(registered(&site(), &new_passkey(NEW_ATTESTATION)), Err(Wrong::Verification));
    let verified = with_flags(NEW_ATTESTATION, "59", 0x5d);
    let made = registered(&site(), &new_passkey(&verified)).expect("a passkey");
    let challenge = "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130";
    let id = "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4";
    assert_eq!((hex::encode(&made.challenge), made.credential_id), (challenge.to_owned(), wire(id)));
    assert_eq!(made.sign_count, 0);
    // The public key that was made proves the answer.
    let signed = [hex_bytes(ANSWER_DATA), Sha256::digest(hex_bytes(ANSWER_CLIENT_DATA)).to_vec()].concat();
    let key = Key::read(&made.public_key).expect("a key");
    let signature = hex_bytes(ANSWER_SIGNATURE);
    assert!(key.fits(&signed, &signature));
    assert!(!key.fits(&signed[1..], &signature) && !key.fits(&signed, &signature[1..]));
    let answer = PasskeyAnswer {
        id: wire(id),
        client_data: wire(ANSWER_CLIENT_DATA),
        authenticator_data: wire(ANSWER_DATA),
        signature: wire(ANSWER_SIGNATURE),
        user_handle: String::new(),
    };
    assert_eq!(asserted(&site(), &made.public_key, &answer), Err(Wrong::Verification));
    // Flags are signed too.
    let flagged =
        PasskeyAnswer { authenticator_data: wire(&with_flags(ANSWER_DATA, "19", 0x1d)), ..answer.clone() };
    assert_eq!(asserted(&site(), &made.public_key, &flagged), Err(Wrong::Signature));
    let elsewhere = Site::of("https://other.example.org").expect("a site");
    assert_eq!(asserted(&elsewhere, &made.public_key, &answer), Err(Wrong::Origin));
    let created = PasskeyAnswer { client_data: wire(NEW_CLIENT_DATA), ..answer };
    assert_eq!(asserted(&site(), &made.public_key, &created), Err(Wrong::Ceremony));
}

#[test]
fn flags_that_are_missing_or_contradict_each_other_are_refused() {
    for (flags, wrong) in [
        (0x5c, Wrong::Presence),
        (0x59, Wrong::Verification),
        (0x55, Wrong::Flags),
        // Extensions that are not there, a passkey that is not.
        (0xdd, Wrong::Unreadable),
        (0x1d, Wrong::Unreadable),
    ] {
        let attestation = with_flags(NEW_ATTESTATION, "59", flags);
        assert_eq!(registered(&site(), &new_passkey(&attestation)), Err(wrong), "{flags:x}");
    }
}

#[test]
fn a_passkey_that_is_cut_off_anywhere_is_refused() {
    let whole = with_flags(NEW_ATTESTATION, "59", 0x5d);
    for end in (0..whole.len()).step_by(2) {
        assert!(registered(&site(), &new_passkey(&whole[..end])).is_err(), "{end}");
    }
    assert_eq!(registered(&site(), &new_passkey(&(whole + "00"))), Err(Wrong::Unreadable));
}

#[test]
fn what_the_browser_says_must_be_of_this_console() {
    let said = |text: &str| client(&site(), "webauthn.get", text.as_bytes());
    let whole = r#"{"type":"webauthn.get","challenge":"AAE","origin":"https://example.org","more":[1]}"#;
    assert_eq!(said(whole), Ok(vec![0, 1]));
    for (from, to, wrong) in [
        ("webauthn.get", "webauthn.create", Wrong::Ceremony),
        ("https://example.org", "https://example.org.evil.example", Wrong::Origin),
        ("https://example.org", "https://example.org:8443", Wrong::Origin),
        ("https://example.org", "http://example.org", Wrong::Origin),
        ("\"more\":[1]", "\"crossOrigin\":true", Wrong::Origin),
        ("AAE", "AAE=", Wrong::Unreadable),
        ("challenge", "chalenge", Wrong::Unreadable),
        ("}", "", Wrong::Unreadable),
    ] {
        assert_eq!(said(&whole.replace(from, to)), Err(wrong), "{to}");
    }
}

#[test]
fn keys_of_each_kind_prove_what_openssl_signed() {
    for (key, signature) in [(RSA_KEY, RSA_SIGNATURE), (ED25519_KEY, ED25519_SIGNATURE)] {
        let (key, signature) = (hex_bytes(key), hex_bytes(signature));
        let key = Key::read(&key).expect("a key");
        assert!(key.fits(SIGNED, &signature));
        assert!(!key.fits(b"something else", &signature));
        let mut other = signature.clone();
        other[7] ^= 1;
        assert!(!key.fits(SIGNED, &other));
    }
    // Another algorithm, another curve, a point that is too short.
    for (from, to) in [("a4010103", "a4010203"), ("0327", "0326"), ("2006", "2005"), ("5820", "581f")] {
        assert!(Key::read(&hex_bytes(&ED25519_KEY.replacen(from, to, 1))).is_none(), "{to}");
    }
}

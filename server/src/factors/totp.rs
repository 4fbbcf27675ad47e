//! Codes of an app (TOTP, RFC 6238): SHA-1, six digits, thirty seconds, as every app can.

use contract::factors::{TOTP_DIGITS, TOTP_SECONDS};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// How many steps a clock may be off, either way.
const SKEW: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret of 160 bits, as RFC 4226 recommends, in Base32.
#[must_use]
pub fn new_secret() -> String {
    base32(&rand::random::<[u8; 20]>())
}

/// The code of a secret at a time in milliseconds. `None` for a secret that is none.
#[must_use]
pub fn code_at(secret: &str, millis: i64) -> Option<String> {
    code(&from_base32(secret)?, millis.div_euclid(TOTP_SECONDS * 1000))
}

/// The step that a code belongs to, if it stands at a time and its step is later than the last one that was
/// taken. Every step is worked out, whichever fits.
#[must_use]
pub fn step_of(secret: &str, given: &str, millis: i64, last: i64) -> Option<i64> {
    let key = from_base32(secret)?;
    let now = millis.div_euclid(TOTP_SECONDS * 1000);
    let mut found = None;
    for step in now - SKEW..=now + SKEW {
        let right = code(&key, step).is_some_and(|c| bool::from(c.as_bytes().ct_eq(given.as_bytes())));
        if right && step > last && found.is_none() {
            found = Some(step);
        }
    }
    found
}

fn code(key: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest.last()? & 0xf);
    let four: [u8; 4] = digest.get(at..at + 4)?.try_into().ok()?;
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 10_u32.pow(TOTP_DIGITS as u32);
    Some(format!("{number:0TOTP_DIGITS$}"))
}

/// Base32 of RFC 4648, without padding.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(char::from(BASE32[(bits >> count & 31) as usize]));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        text.push(char::from(BASE32[(bits << (5 - count) & 31) as usize]));
    }
    text
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes() {
        let value = BASE32.iter().position(|b| *b == letter)?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 255) as u8);
        }
        bits &= (1 << count) - 1;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = base32(b"12345678901234567890");
        assert_eq!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(&secret, seconds * 1000).as_deref(), Some(code), "{seconds}");
        }
    }

    #[test]
    fn a_code_stands_for_one_step_more_and_is_taken_once() {
        let secret = new_secret();
        let now = 1_800_000_000_000;
        let step = now / 30_000;
        let code = code_at(&secret, now).expect("a code");
        for (later, fits) in [(-30_001, false), (-30_000, true), (0, true), (59_999, true), (60_000, false)] {
            assert_eq!(step_of(&secret, &code, now + later, 0).is_some(), fits, "{later}");
        }
        assert_eq!(step_of(&secret, &code, now, 0), Some(step));
        assert_eq!(step_of(&secret, &code, now, step), None, "taken before");
        assert_eq!(step_of(&secret, &code, now, step - 1), Some(step));
        assert_eq!(step_of("not base32!", &code, now, 0), None);
        assert_eq!(step_of(&secret, "", now, 0), None);
    }

    #[test]
    fn base32_goes_both_ways() {
        for text in ["", "f", "fo", "foo", "foob", "fooba", "foobar"] {
            assert_eq!(from_base32(&base32(text.as_bytes())).as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(new_secret().len(), 32);
        assert_ne!(new_secret(), new_secret());
    }

    /// Another implementation, over many secrets and times.
    #[test]
    fn another_implementation_agrees() {
        for n in 0..200_u64 {
            let secret = new_secret();
            let key = from_base32(&secret).expect("its own secret");
            let seconds = n * 7_654_321 + 17;
            let digest = totp_lite::totp_custom::<totp_lite::Sha1>(30, 6, &key, seconds);
            assert_eq!(code_at(&secret, i64::try_from(seconds).expect("small") * 1000), Some(digest));
        }
    }
}

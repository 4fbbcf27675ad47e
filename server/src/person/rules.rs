//! Which passwords may be set (design/security.md, checks 13 and 14): long enough, and not easily guessed by
//! somebody who knows lists of common ones and the person. No rule says which characters.

use crate::error::Error;
use contract::error::Fault;
use contract::identity::{MAX_PASSWORD, MIN_PASSWORD};
use zxcvbn::{Score, zxcvbn};

/// Words that everybody here thinks of.
const PRODUCT: [&str; 5] = ["partner", "center", "huawei", "hwcloud", "伙伴中心"];

/// Checks a new password of somebody with these words: address, names.
///
/// # Errors
/// The fault of the field.
pub fn check(field: &str, password: &str, about: &[&str]) -> Result<(), Error> {
    fault(password, about).map_or(Ok(()), |fault| Err(Error::field(field, fault)))
}

fn fault(password: &str, about: &[&str]) -> Option<Fault> {
    let length = password.chars().count();
    if length < MIN_PASSWORD {
        return Some(Fault::TooShort { min: u32::try_from(MIN_PASSWORD).unwrap_or(0) });
    }
    if length > MAX_PASSWORD {
        return Some(Fault::TooLong { max: u32::try_from(MAX_PASSWORD).unwrap_or(0) });
    }
    let parts = about.iter().flat_map(|text| {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() > 1);
        // `lin.wei@…` is also thought of as `linwei`.
        let joined = text.split('@').map(|part| part.chars().filter(|c| c.is_alphanumeric()).collect());
        words.chain(text.split('@')).chain([*text]).map(str::to_owned).chain(joined).collect::<Vec<String>>()
    });
    let parts: Vec<String> = parts.collect();
    let known: Vec<&str> = parts.iter().map(String::as_str).chain(PRODUCT).collect();
    (zxcvbn(password, &known).score() < Score::Two).then_some(Fault::Guessable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: [&str; 2] = ["lin.wei@xinghe.example", "林薇"];

    #[test]
    fn common_passwords_and_the_persons_own_words_are_refused() {
        for easy in [
            "password",
            "12345678",
            "qwertyuiop",
            "iloveyou1",
            "P@ssw0rd",
            "abcd1234",
            "11111111",
            "sunshine1",
            "spring2026",
            "xinghe2026",
            "linwei123",
            "lin.wei@xinghe.example",
            "huawei123",
            "Partner1",
            "aaaaaaaaaaaa",
            "密码密码密码密码",
        ] {
            assert_eq!(fault(easy, &ABOUT), Some(Fault::Guessable), "{easy}");
        }
    }

    #[test]
    fn length_counts_and_characters_do_not() {
        assert_eq!(fault("k8#vQz2", &[]), Some(Fault::TooShort { min: 8 }));
        assert_eq!(fault(&"x7".repeat(200), &[]), Some(Fault::TooLong { max: 256 }));
        for good in [
            "plum-orchard-4711",
            "correct horse battery",
            "梅子树下的旧书桌",
            "zq8vxw3k",
            &"long and longer ".repeat(16),
        ] {
            assert_eq!(fault(good, &ABOUT), None, "{good}");
        }
    }
}

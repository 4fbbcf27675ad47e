//! Texts: limits, and how personal data is masked (capability 9).

use crate::error::Fault;

/// The longest remark on a movement of money, in characters.
pub const MAX_MEMO: usize = 256;
/// The longest search text, in characters (capability 15: names have at most 128).
pub const MAX_SEARCH: usize = 128;

/// A text that must not be empty or longer than `max` characters, trimmed.
///
/// # Errors
/// `Required` or `TooLong`.
pub fn required(text: &str, max: usize) -> Result<&str, Fault> {
    let text = text.trim();
    if text.is_empty() { Err(Fault::Required) } else { optional(text, max) }
}

/// A text of at most `max` characters, trimmed; no control characters.
///
/// # Errors
/// `TooLong` or `Invalid`.
pub fn optional(text: &str, max: usize) -> Result<&str, Fault> {
    let text = text.trim();
    if text.chars().count() > max {
        Err(Fault::TooLong { max: u32::try_from(max).unwrap_or(u32::MAX) })
    } else if text.chars().any(char::is_control) {
        Err(Fault::Invalid)
    } else {
        Ok(text)
    }
}

/// Whether a text looks like one e-mail address: something, one `@`, a host with a dot; no spaces, no control
/// characters, nothing by which a header could be broken.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | ';' | '"');
    let Some((name, host)) = text.split_once('@') else { return false };
    let labels = |host: &str| host.split('.').all(|l| !l.is_empty() && !l.starts_with('-'));
    !name.is_empty() && host.contains('.') && labels(host) && !host.contains('@') && text.chars().all(plain)
}

/// A phone number as it is dialled from anywhere: `+`, the country's code and the rest, 7 to 15 digits (E.164). A
/// mobile number of mainland China may come without its country's code; spaces, dashes and brackets do not count.
#[must_use]
pub fn phone(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let number = match plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")) {
        Some(number) => number.to_owned(),
        None if plain.len() == 11 && plain.starts_with('1') => format!("86{plain}"),
        None => return None,
    };
    let right = (7..=15).contains(&number.len())
        && !number.starts_with('0')
        && number.bytes().all(|b| b.is_ascii_digit());
    right.then(|| format!("+{number}"))
}

/// A phone number with all but its first three and last four characters hidden.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    mask(phone, 3, 4)
}

/// An e-mail address with all but the first character before the `@` hidden.
#[must_use]
pub fn mask_email(email: &str) -> String {
    match email.split_once('@') {
        Some((name, domain)) => format!("{}@{domain}", mask(name, 1, 0)),
        None => mask(email, 1, 0),
    }
}

/// A name with all but its first character hidden.
#[must_use]
pub fn mask_name(name: &str) -> String {
    mask(name, 1, 0)
}

/// Keeps `head` and `tail` characters where enough is left to hide; hides all otherwise.
fn mask(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    if count <= head + tail {
        return "*".repeat(count);
    }
    let (keep_from, stars) = (count - tail, (count - head - tail).min(6));
    text.chars().take(head).chain("*".repeat(stars).chars()).chain(text.chars().skip(keep_from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_hide_the_middle() {
        assert_eq!(mask_phone("13800001234"), "138****1234");
        assert_eq!(mask_phone("1234"), "****");
        assert_eq!(mask_email("lin.wei@example.com"), "l******@example.com");
        assert_eq!(mask_name("张三丰"), "张**");
        assert_eq!(mask_name(""), "");
    }

    #[test]
    fn phones_are_written_one_way() {
        for (typed, is) in [
            ("13800001234", Some("+8613800001234")),
            ("+86 138-0000-1234", Some("+8613800001234")),
            ("0086 13800001234", Some("+8613800001234")),
            ("+1 (415) 555-0100", Some("+14155550100")),
            ("4155550100", None),
            ("+0415555010", None),
            ("+1415", None),
            ("+1415555010012345", None),
            ("+1415555O100", None),
            ("", None),
            ("+１３８００００１２３４", None),
        ] {
            assert_eq!(phone(typed).as_deref(), is, "{typed}");
        }
    }

    #[test]
    fn texts_are_trimmed_and_limited() {
        assert_eq!(required("  ", 5), Err(Fault::Required));
        assert_eq!(required(" ab ", 5), Ok("ab"));
        assert_eq!(optional("客户客户客户", 5), Err(Fault::TooLong { max: 5 }));
        assert_eq!(optional("a\nb", 5), Err(Fault::Invalid));
    }
}

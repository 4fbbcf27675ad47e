//! Exact money: integer minor units with a currency. Never a float.

use crate::error::Fault;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The largest single amount, in minor units (10^13, so sums of many stay far from 2^63).
pub const MAX_MINOR: i64 = 10_000_000_000_000;

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Chinese yuan, the currency of the China site.
    pub const CNY: Self = Self(*b"CNY");
    /// US dollar.
    pub const USD: Self = Self(*b"USD");

    /// Reads a three-letter code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    /// The three-letter code.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Decimal places of the smallest unit (ISO 4217).
    #[must_use]
    pub fn decimals(&self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" | b"ISK" | b"XAF" | b"XOF" => 0,
            b"BHD" | b"KWD" | b"OMR" | b"JOD" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a currency code"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Currency {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Currency".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[A-Z]{3}$"})
    }
}

/// An amount with its currency. On the wire: `{"amount": "100.10", "currency": "CNY"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount in minor units (fen, cents). May be negative.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Wire {
    amount: String,
    currency: Currency,
}

impl Money {
    /// An amount in minor units.
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount in plain decimal form, `-12.30`, always with the currency's decimals.
    #[must_use]
    pub fn decimal(&self) -> String {
        let places = self.currency.decimals() as usize;
        let digits = format!("{:0width$}", self.minor.unsigned_abs(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let sign = if self.minor < 0 { "-" } else { "" };
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        Wire { amount: self.decimal(), currency: self.currency }.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(d)?;
        let minor =
            parse_decimal(&wire.amount, wire.currency).map_err(|_| de::Error::custom("not an amount"))?;
        Ok(Self::new(minor, wire.currency))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Money {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Wire::json_schema(generator)
    }
}

/// Reads an amount to be moved: above zero, no more decimals than the currency has, at most
/// [`MAX_MINOR`] (capability 27). Accepts what a JSON number may look like, `100.1` or `1e2`.
///
/// # Errors
/// The first rule that the text breaks.
pub fn parse_amount(text: &str, currency: Currency) -> Result<i64, Fault> {
    if text.is_empty() {
        return Err(Fault::Required);
    }
    if let Some(positive) = text.strip_prefix('-') {
        let is_number = minor_units(positive, currency).is_ok();
        return Err(if is_number { Fault::NotPositive } else { Fault::NotANumber });
    }
    match minor_units(text, currency)? {
        0 => Err(Fault::NotPositive),
        minor => Ok(minor),
    }
}

/// Minor units of any amount, such as a balance or the end of a range: it may be below zero, zero, or
/// larger than what one movement may move.
///
/// # Errors
/// The first rule that the text breaks.
pub fn parse_decimal(text: &str, currency: Currency) -> Result<i64, Fault> {
    match text.strip_prefix('-') {
        Some(rest) => exact_minor_units(rest, currency).map(|minor| -minor),
        None => exact_minor_units(text, currency),
    }
}

/// Minor units of an amount to be moved, at most [`MAX_MINOR`].
fn minor_units(text: &str, currency: Currency) -> Result<i64, Fault> {
    exact_minor_units(text, currency).and_then(|m| if m > MAX_MINOR { Err(Fault::TooLarge) } else { Ok(m) })
}

/// Exact minor units of an unsigned decimal text with an optional exponent.
fn exact_minor_units(text: &str, currency: Currency) -> Result<i64, Fault> {
    let places = i64::from(currency.decimals());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, e.parse::<i64>().map_err(|_| Fault::NotANumber)?),
        None => (text, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits_only = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let no_part_after_point = mantissa.contains('.') && part.is_empty();
    if whole.is_empty() || no_part_after_point || !digits_only(whole) || !digits_only(part) {
        return Err(Fault::NotANumber);
    }
    // value = digits × 10^scale minor units
    let digits = format!("{whole}{part}");
    let significant = digits.trim_start_matches('0');
    let kept = significant.trim_end_matches('0');
    if kept.is_empty() {
        return Ok(0);
    }
    let trailing = (significant.len() - kept.len()) as i64;
    let scale = exponent.checked_add(places - part.len() as i64 + trailing).ok_or(Fault::TooLarge)?;
    if scale < 0 {
        return Err(Fault::TooManyDecimals { max: currency.decimals() });
    }
    let too_large = |_| Fault::TooLarge;
    let power = 10_i64.checked_pow(u32::try_from(scale).map_err(too_large)?).ok_or(Fault::TooLarge)?;
    kept.parse::<i64>().map_err(|_| Fault::TooLarge)?.checked_mul(power).ok_or(Fault::TooLarge)
}

/// Turns what a person typed into plain decimal form, given the locale's two separators:
/// `1,234.50` and `1 234,50` both become `1234.50`. Text that is no number passes unchanged,
/// for [`parse_amount`] to refuse.
#[must_use]
pub fn plain_decimal(typed: &str, group: char, point: char) -> String {
    let is_space = |c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{202f}';
    let trimmed = typed.trim();
    let (whole, part) = trimmed.rsplit_once(point).unwrap_or((trimmed, ""));
    // A group separator is only taken away where it groups by three: "1,5" is not 15.
    let groups: Vec<&str> = whole
        .split(|c| c == group || (is_space(c) && is_space(group)) || c == '\u{a0}' || c == '\u{202f}')
        .collect();
    let grouped =
        groups.len() > 1 && groups.iter().skip(1).all(|g| g.len() == 3) && (1..=3).contains(&groups[0].len());
    let whole = if grouped { groups.concat() } else { whole.to_owned() };
    if trimmed.contains(point) { format!("{whole}.{part}") } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        let decimals = Fault::TooManyDecimals { max: 2 };
        let cases = [
            ("100.10", Ok(10_010)),
            ("0.1", Ok(10)),
            ("1e2", Ok(10_000)),
            ("1E+2", Ok(10_000)),
            ("12.5e-1", Ok(125)),
            ("100.100", Ok(10_010)),
            ("100000000000", Ok(MAX_MINOR)),
            ("100000000000.01", Err(Fault::TooLarge)),
            ("1E400", Err(Fault::TooLarge)),
            ("1E99999999999999999999", Err(Fault::NotANumber)),
            ("1E9223372036854775807", Err(Fault::TooLarge)),
            ("9999999999999999999999", Err(Fault::TooLarge)),
            ("0.001", Err(decimals)),
            ("0.30000000000000004", Err(decimals)),
            ("0", Err(Fault::NotPositive)),
            ("0.00", Err(Fault::NotPositive)),
            ("-0", Err(Fault::NotPositive)),
            ("-5", Err(Fault::NotPositive)),
            ("", Err(Fault::Required)),
            ("NaN", Err(Fault::NotANumber)),
            (".5", Err(Fault::NotANumber)),
            ("5.", Err(Fault::NotANumber)),
            ("1,5", Err(Fault::NotANumber)),
            (" 1", Err(Fault::NotANumber)),
            ("１", Err(Fault::NotANumber)),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_amount(text, Currency::CNY), expected, "{text}");
        }
        assert_eq!(
            parse_amount("1.5", Currency::parse("JPY").expect("a code")),
            Err(Fault::TooManyDecimals { max: 0 })
        );
    }

    #[test]
    fn typed_amounts_follow_the_locale() {
        assert_eq!(plain_decimal("1,234.50", ',', '.'), "1234.50");
        assert_eq!(plain_decimal("1 234,50", '\u{a0}', ','), "1234.50");
        assert_eq!(plain_decimal("1\u{202f}234,50", '\u{202f}', ','), "1234.50");
        assert_eq!(plain_decimal("1.234,50", '.', ','), "1234.50");
        assert_eq!(plain_decimal("1,5", ',', '.'), "1,5");
        assert_eq!(plain_decimal(" 12 ", ',', '.'), "12");
        assert_eq!(plain_decimal("abc", ',', '.'), "abc");
    }

    proptest! {
        #[test]
        fn decimal_form_reads_back(minor in 1..=MAX_MINOR, code in "CNY|JPY|KWD|USD") {
            let currency = Currency::parse(&code).expect("a code");
            let money = Money::new(minor, currency);
            prop_assert_eq!(parse_amount(&money.decimal(), currency), Ok(minor));
        }

        #[test]
        fn wire_form_reads_back(minor in -i64::MAX..=i64::MAX) {
            let money = Money::new(minor, Currency::CNY);
            let json = serde_json::to_string(&money).expect("serialises");
            prop_assert_eq!(serde_json::from_str::<Money>(&json).expect("reads"), money);
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = parse_amount(&text, Currency::CNY);
            let _ = plain_decimal(&text, ',', '.');
        }
    }
}

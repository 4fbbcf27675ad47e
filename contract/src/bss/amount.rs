//! Amounts of the published API: JSON numbers, read and written digit by digit. Those of bills have as many decimal
//! places as metering gives them.

use crate::error::Fault;
use crate::money::{Currency, Money, parse_amount};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An amount as a JSON number with its digits kept: `100.10` stays `100.10`
/// (product/signing-observed.md 5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount(String);

impl Amount {
    /// The amount to move, in minor units.
    ///
    /// # Errors
    /// The rule that it breaks (capability 27).
    pub fn to_minor(&self, currency: Currency) -> Result<i64, Fault> {
        parse_amount(&self.0, currency)
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self(money.decimal())
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match RawValue::from_string(self.0.clone()) {
            Ok(number) => number.serialize(s),
            Err(error) => Err(serde::ser::Error::custom(error)),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        // A text in quotes keeps its quotes here, so it is refused as "not a number" later.
        Box::<RawValue>::deserialize(d).map(|raw| Self(raw.get().to_owned()))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "number", "multipleOf": 0.01})
    }
}

/// An exact decimal as a JSON number with all its digits, as metered bills have them: `0.0000008`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exact(String);

impl Exact {
    /// A plain decimal text; 0 for anything else.
    #[must_use]
    pub fn read(text: String) -> Self {
        let unsigned = text.strip_prefix('-').unwrap_or(&text);
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        let no_leading_zero = whole == "0" || !whole.starts_with('0');
        Self(if digits(whole) && digits(part) && no_leading_zero { text } else { "0".into() })
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        Amount(self.0.clone()).serialize(s)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Amount::deserialize(d).map(|amount| Self(amount.0))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Exact {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Exact".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "number"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_both_ways() {
        let read = |text: &str| serde_json::from_str::<Amount>(text).map(|a| a.to_minor(Currency::CNY));
        assert_eq!(read("100.10").ok(), Some(Ok(10_010)));
        assert_eq!(read("0.30000000000000004").ok(), Some(Err(Fault::TooManyDecimals { max: 2 })));
        for odd in ["\"1.00\"", "null", "true", "[1]", "{}"] {
            assert_eq!(read(odd).ok(), Some(Err(Fault::NotANumber)), "{odd}");
        }
        let written = serde_json::to_string(&Amount::from(Money::new(10_010, Currency::CNY)));
        assert_eq!(written.ok().as_deref(), Some("100.10"));
    }

    #[test]
    fn exact_decimals_keep_their_places_and_are_always_numbers() {
        let written = |text: &str| serde_json::to_string(&Exact::read(text.into())).ok();
        for text in ["0.0000008", "-0.05", "12", "-3", "0"] {
            assert_eq!(written(text).as_deref(), Some(text));
        }
        for bad in ["", "-", "1.", ".5", "01", "1e5", "NaN", "\"1\"", "--1"] {
            assert_eq!(written(bad).as_deref(), Some("0"), "{bad}");
        }
    }
}

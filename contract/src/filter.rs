//! Filters of lists as they stand in an address: one parameter a filter, readable and short, so that the
//! address, a saved view and the call to the server hold the very same text.

use crate::error::Fault;
use crate::money::{Currency, parse_decimal};
use crate::time::{Day, Time, bill_day, to_millis};
use chrono::{Datelike, Days as Distance, NaiveDate};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The value of a filter that stands for "has none".
pub const NONE: &str = "none";
/// The most values that one filter takes.
pub const MAX_VALUES: usize = 50;

/// One of several values: `resale,consultative`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OneOf<T>(pub Vec<T>);

/// An amount between two, both inclusive, each may be missing: `100..5000`, `..0`, `0.01..`.
/// In the currency of the partner's accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amounts {
    /// The least amount.
    pub from: Option<String>,
    /// The greatest amount.
    pub to: Option<String>,
}

/// Days in GMT+8, as bills count them: a span that moves with today, or two days, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// `today`.
    Today,
    /// `this_month`.
    ThisMonth,
    /// `last_month`.
    LastMonth,
    /// `last_30_days`: today and the 29 days before.
    Last30Days,
    /// `2026-11-01..2026-11-30`; either may be missing.
    Between(Option<Day>, Option<Day>),
}

impl<T> From<T> for OneOf<T> {
    fn from(value: T) -> Self {
        Self(vec![value])
    }
}

impl<T: PartialEq> OneOf<T> {
    /// Whether a value is among them.
    #[must_use]
    pub fn has(&self, value: &T) -> bool {
        self.0.contains(value)
    }
}

impl<T: Serialize> Serialize for OneOf<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        let words: Result<Vec<String>, S::Error> = self
            .0
            .iter()
            .map(|value| match serde_json::to_value(value) {
                Ok(serde_json::Value::String(word)) => Ok(word),
                _ => Err(S::Error::custom("not a word")),
            })
            .collect();
        to.serialize_str(&words?.join(","))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for OneOf<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let words: Vec<&str> = text.split(',').filter(|w| !w.is_empty()).collect();
        if words.is_empty() || words.len() > MAX_VALUES {
            return Err(D::Error::custom("one to fifty values"));
        }
        let read = |word| T::deserialize(StrDeserializer::<D::Error>::new(word));
        words.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl Amounts {
    /// Reads `from..to`; `None` where it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (from, to) = text.split_once("..")?;
        let side = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let range = Self { from: side(from), to: side(to) };
        (range.from.is_some() || range.to.is_some()).then_some(range)
    }

    /// The ends in minor units.
    ///
    /// # Errors
    /// What is wrong with one of them, or `Invalid` where they are the wrong way round.
    pub fn minor(&self, currency: Currency) -> Result<(Option<i64>, Option<i64>), Fault> {
        let side = |text: &Option<String>| text.as_deref().map(|t| parse_decimal(t, currency)).transpose();
        match (side(&self.from)?, side(&self.to)?) {
            (Some(from), Some(to)) if from > to => Err(Fault::Invalid),
            ends => Ok(ends),
        }
    }
}

impl Days {
    /// The spans that move with today, as they stand in an address.
    pub const MOVING: [&'static str; 4] = ["today", "this_month", "last_month", "last_30_days"];

    /// Reads a span; `None` where it is none, or ends before it begins.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "today" => return Some(Self::Today),
            "this_month" => return Some(Self::ThisMonth),
            "last_month" => return Some(Self::LastMonth),
            "last_30_days" => return Some(Self::Last30Days),
            _ => {}
        }
        let (from, to) = text.split_once("..")?;
        let side = |text: &str| if text.is_empty() { Some(None) } else { Day::read(text).map(Some) };
        match (side(from)?, side(to)?) {
            (None, None) => None,
            (Some(from), Some(to)) if from > to => None,
            (from, to) => Some(Self::Between(from, to)),
        }
    }

    /// The first and the last day, seen from a moment.
    #[must_use]
    pub fn ends(self, now: Time) -> (Option<Day>, Option<Day>) {
        let today = bill_day(now);
        let first = Day(today.0.with_day(1).unwrap_or(today.0));
        match self {
            Self::Today => (Some(today), Some(today)),
            Self::ThisMonth => (Some(first), Some(today)),
            Self::LastMonth => {
                let last = before(first.0, 1);
                (Some(Day(last.with_day(1).unwrap_or(last))), Some(Day(last)))
            }
            Self::Last30Days => (Some(Day(before(today.0, 29))), Some(today)),
            Self::Between(from, to) => (from, to),
        }
    }

    /// The first moment that belongs to it and the first that does not any more, in milliseconds
    /// since 1970.
    #[must_use]
    pub fn millis(self, now: Time) -> (Option<i64>, Option<i64>) {
        const EAST: i64 = 8 * 3_600_000;
        const DAY: i64 = 24 * 3_600_000;
        let begin = |day: Day| to_millis(day.begin()) - EAST;
        let (from, to) = self.ends(now);
        (from.map(begin), to.map(|day| begin(day) + DAY))
    }
}

fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Distance::new(days)).unwrap_or(day)
}

macro_rules! as_text {
    ($name:ident, $self:ident => $text:expr) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&$self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&$text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::read(&text).ok_or_else(|| D::Error::custom("not a span"))
            }
        }
    };
}

as_text! { Amounts, self => format!("{}..{}", self.from.as_deref().unwrap_or(""), self.to.as_deref().unwrap_or("")) }
as_text! { Days, self => match self {
    Self::Today => "today".to_owned(),
    Self::ThisMonth => "this_month".to_owned(),
    Self::LastMonth => "last_month".to_owned(),
    Self::Last30Days => "last_30_days".to_owned(),
    Self::Between(from, to) => {
        let side = |day: &Option<Day>| day.map(|d| d.to_string()).unwrap_or_default();
        format!("{}..{}", side(from), side(to))
    }
} }

#[cfg(feature = "schema")]
mod schema {
    use super::{Amounts, Days, OneOf};
    use schemars::{JsonSchema, Schema, SchemaGenerator};
    use std::borrow::Cow;

    macro_rules! texts {
        ($([$($t:ident)?] $name:ty),+) => {$(
            impl<$($t)?> JsonSchema for $name {
                fn inline_schema() -> bool {
                    true
                }
                fn schema_name() -> Cow<'static, str> {
                    "Filter".into()
                }
                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    String::json_schema(generator)
                }
            }
        )+};
    }

    texts! { [] Amounts, [] Days, [T] OneOf<T> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::AssociationType;
    use crate::time::from_bss;

    #[test]
    fn filters_are_one_text_each_and_read_back() {
        let both = OneOf(vec![AssociationType::Resale, AssociationType::Consultative]);
        let json = serde_json::to_value(&both).expect("a text");
        assert_eq!(json, "resale,consultative");
        assert_eq!(serde_json::from_value::<OneOf<AssociationType>>(json).ok(), Some(both));
        for bad in ["", ",", "resale,other"] {
            assert!(serde_json::from_value::<OneOf<AssociationType>>(bad.into()).is_err(), "{bad}");
        }
        for text in ["100..5000", "..0", "0.01.."] {
            let range = Amounts::read(text).expect(text);
            assert_eq!(serde_json::to_value(&range).expect("a text"), text);
        }
        for bad in ["", "..", "100"] {
            assert_eq!(Amounts::read(bad), None, "{bad}");
        }
        for text in ["today", "last_month", "2026-11-01..2026-11-30", "..2026-11-30", "2026-11-01.."] {
            let days = Days::read(text).expect(text);
            assert_eq!(serde_json::to_value(days).expect("a text"), text);
        }
        for bad in ["", "..", "2026-11-01", "2026-11-30..2026-11-01", "2026-11-31..", "tomorrow"] {
            assert_eq!(Days::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn amounts_are_exact_and_the_right_way_round() {
        let minor = |text: &str| Amounts::read(text).expect(text).minor(Currency::CNY);
        assert_eq!(minor("100..5000.5"), Ok((Some(10_000), Some(500_050))));
        assert_eq!(minor("-1..0"), Ok((Some(-100), Some(0))));
        assert_eq!(minor("5..1"), Err(Fault::Invalid));
        assert_eq!(minor("x.."), Err(Fault::NotANumber));
        assert_eq!(minor("0.001.."), Err(Fault::TooManyDecimals { max: 2 }));
    }

    #[test]
    fn spans_move_with_the_day_in_gmt8() {
        let now = from_bss("2026-02-28T16:30:00Z").expect("a time");
        let ends = |days: Days| {
            let (from, to) = days.ends(now);
            format!("{}..{}", from.expect("a day"), to.expect("a day"))
        };
        assert_eq!(ends(Days::Today), "2026-03-01..2026-03-01");
        assert_eq!(ends(Days::ThisMonth), "2026-03-01..2026-03-01");
        assert_eq!(ends(Days::LastMonth), "2026-02-01..2026-02-28");
        assert_eq!(ends(Days::Last30Days), "2026-01-31..2026-03-01");
        let (from, to) = Days::Today.millis(now);
        assert_eq!(from.zip(to).map(|(from, to)| to - from), Some(24 * 3_600_000));
        assert!(from.is_some_and(|f| f <= to_millis(now)) && to.is_some_and(|t| to_millis(now) < t));
    }
}

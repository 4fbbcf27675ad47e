//! Amounts: typed by a person, and exact decimals of bills.

use crate::i18n::format;
use crate::ui::el::span;
use crate::ui::prelude::*;
use crate::ui::rows::{Part, bit};
use contract::error::Fault;
use contract::money::{Currency, Money, parse_amount, parse_decimal, plain_decimal};

/// Reads what a person typed, by the separators of the language in use; a plain decimal is always read.
///
/// # Errors
/// What is wrong with it.
pub fn typed(text: &str, currency: Currency) -> Result<Money, Fault> {
    let (group, point) = format::separators();
    typed_with(text, currency, group, point)
}

/// Reads any amount that a person typed, such as the end of a range: it may be zero or less.
///
/// # Errors
/// What is wrong with it.
pub fn typed_any(text: &str, currency: Currency) -> Result<Money, Fault> {
    let (group, point) = format::separators();
    let plain = plain_decimal(text, group, point);
    if plain.contains(['e', 'E']) {
        return Err(Fault::NotANumber);
    }
    parse_decimal(&plain, currency).map(|minor| Money::new(minor, currency))
}

fn typed_with(text: &str, currency: Currency, group: char, point: char) -> Result<Money, Fault> {
    let plain = plain_decimal(text, group, point);
    // Scientific notation is for programs; a person who typed an "e" slipped.
    if plain.contains(['e', 'E']) {
        return Err(Fault::NotANumber);
    }
    parse_amount(&plain, currency).map(|minor| Money::new(minor, currency))
}

/// An amount in a view.
#[must_use]
pub fn view(money: Money) -> AnyView {
    span().attr("class", class(money)).child(move || format::money(money)).into_any()
}

/// An amount in a row.
#[must_use]
pub fn cell(money: Money) -> Part {
    bit("span").attr("class", class(money)).child(format::money(money))
}

fn class(money: Money) -> &'static str {
    if money.minor < 0 { "number number--negative" } else { "number" }
}

/// How many decimal places an exact decimal has.
#[must_use]
pub fn places(decimal: &str) -> usize {
    decimal.split_once('.').map_or(0, |(_, places)| places.len())
}

/// An exact decimal as a whole number of a unit with so many decimal places, so that it can be added and
/// compared. Text that is no decimal counts as nothing.
#[must_use]
pub fn scaled(decimal: &str, places: usize) -> i128 {
    let (whole, part) = decimal.split_once('.').unwrap_or((decimal, ""));
    format!("{whole}{part:0<places$}").parse().unwrap_or(0)
}

/// A whole number of such a unit as an exact decimal.
#[must_use]
pub fn unscaled(amount: i128, places: usize) -> String {
    let digits = format!("{:0width$}", amount.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let sign = if amount < 0 { "-" } else { "" };
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_amounts_follow_the_language() {
        let read = |text, group, point| typed_with(text, Currency::CNY, group, point).map(|m| m.minor);
        assert_eq!(read("1,234.50", ',', '.'), Ok(123_450));
        assert_eq!(read("1 234,50", '\u{202f}', ','), Ok(123_450));
        assert_eq!(read("1.005", ',', '.'), Err(Fault::TooManyDecimals { max: 2 }));
        assert_eq!(read("1e3", ',', '.'), Err(Fault::NotANumber));
        assert_eq!(read("", ',', '.'), Err(Fault::Required));
        assert_eq!(read("-3", ',', '.'), Err(Fault::NotPositive));
    }

    #[test]
    fn decimals_are_added_without_loss() {
        let sum = |all: &[&str]| {
            let places = all.iter().map(|d| places(d)).max().unwrap_or(0);
            unscaled(all.iter().map(|d| scaled(d, places)).sum(), places)
        };
        assert_eq!(sum(&["0.1", "0.2", "12.000000001"]), "12.300000001");
        assert_eq!(sum(&["-1.5", "0.25"]), "-1.25");
        assert_eq!(sum(&["1", "2"]), "3");
        assert_eq!(sum(&[]), "0");
        assert_eq!(["1.5", "-0.25", "2", "x"].map(|d| scaled(d, 2)), [150, -25, 200, 0]);
        assert_eq!(sum(&["-0.05"]), "-0.05");
    }
}

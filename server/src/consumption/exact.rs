//! Exact decimals in a form that both databases add up: four whole numbers instead of a text.

use rust_decimal::Decimal;
use std::fmt;

/// The parts of a decimal: whole units rounded down, then what is left in units of 10^-9, 10^-18 and 10^-28.
/// Only the first is below zero, for an amount below zero. Sums need not carry from one part to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exact(pub [i64; 4]);

/// One part in units of the one behind it.
const STEPS: [i64; 3] = [1_000_000_000, 1_000_000_000, 10_000_000_000];
/// One whole in units of the last part: 10^28.
const WHOLE: i128 = 10_i128.pow(PLACES as u32);
const PLACES: usize = 28;

impl Exact {
    /// A decimal's parts; `None` where its whole units are more than a database's numbers hold.
    #[must_use]
    pub fn of(value: Decimal) -> Option<Self> {
        let floor = value.floor();
        let whole = i64::try_from(floor.mantissa() / 10_i128.pow(floor.scale())).ok()?;
        let rest = value - floor;
        let rest = rest.mantissa() * 10_i128.pow(PLACES as u32 - rest.scale());
        let part = |n: i128| i64::try_from(n).ok();
        let (nine, rest) = (rest / 10_i128.pow(19), rest % 10_i128.pow(19));
        Some(Self([whole, part(nine)?, part(rest / 10_i128.pow(10))?, part(rest % 10_i128.pow(10))?]))
    }

    /// Adds another one. A part has room for nine hundred million lines; beyond that it stays at its end, which
    /// `verify` shows.
    pub fn add(&mut self, other: Self) {
        for (part, more) in self.0.iter_mut().zip(other.0) {
            *part = part.saturating_add(more);
        }
    }

    /// The same amount with every part but the first below one of the part before: equal amounts are then equal, and
    /// ordered as amounts are.
    #[must_use]
    pub fn carried(self) -> [i64; 4] {
        let mut parts = self.0;
        for place in (0..STEPS.len()).rev() {
            let step = STEPS[place];
            let carry = parts[place + 1].div_euclid(step);
            parts[place + 1] = parts[place + 1].rem_euclid(step);
            parts[place] = parts[place].saturating_add(carry);
        }
        parts
    }
}

/// The plain decimal, without zeros at its end: `-0.05`.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [whole, nine, eighteen, last] = self.carried().map(i128::from);
        let rest = (nine * 1_000_000_000 + eighteen) * 10_000_000_000 + last;
        // Below zero the rest counts upwards from the whole: -1 and 0.95 are -0.05.
        let (sign, whole, rest) = match (whole < 0, rest) {
            (false, rest) => ("", whole, rest),
            (true, 0) => ("-", -whole, 0),
            (true, rest) => ("-", -whole - 1, WHOLE - rest),
        };
        let places = format!("{rest:0PLACES$}");
        match places.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            places => write!(f, "{sign}{whole}.{places}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::str::FromStr;

    fn of(text: &str) -> Exact {
        Exact::of(Decimal::from_str(text).expect("a decimal")).expect("within bounds")
    }

    #[test]
    fn decimals_come_back_to_the_last_digit() {
        for text in [
            "0",
            "1",
            "-1",
            "-0.05",
            "0.0000008",
            "-3.000000001",
            "100000000000",
            "-100000000000.5",
            "0.0000000000000000000000000001",
            "-0.0000000000000000000000000001",
            "0.9999999999999999999999999999",
        ] {
            assert_eq!(of(text).to_string(), text);
        }
        assert_eq!(of("2.500").to_string(), "2.5");
        assert_eq!(Exact::of(Decimal::MAX), None);
    }

    #[test]
    fn sums_hold_more_digits_than_a_decimal_does() {
        let mut sum = of("100000000000");
        sum.add(of("0.0000000000000000000000000001"));
        assert_eq!(sum.to_string(), "100000000000.0000000000000000000000000001");
        sum.add(of("-100000000000"));
        assert_eq!(sum.to_string(), "0.0000000000000000000000000001");
    }

    proptest! {
        #[test]
        fn adding_is_exact_and_ordered(all in prop::collection::vec((-10_i64.pow(15)..10_i64.pow(15), 0_u32..=12), 1..40)) {
            let decimals: Vec<Decimal> = all.iter().map(|(n, scale)| Decimal::new(*n, *scale)).collect();
            let mut sum = Exact::default();
            for one in &decimals {
                sum.add(Exact::of(*one).expect("within bounds"));
            }
            let wanted: Decimal = decimals.iter().sum();
            prop_assert_eq!(sum.to_string(), wanted.normalize().to_string());
            let parts = |d: &Decimal| Exact::of(*d).expect("within bounds").carried();
            let first = decimals[0];
            prop_assert!(decimals.iter().all(|d| d.cmp(&first) == parts(d).cmp(&parts(&first))));
        }
    }
}

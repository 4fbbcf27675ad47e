//! Sums of the lines, kept in tables of their own, so that a page over millions of lines reads some thousand rows.
//! They are written in the transaction that writes the lines; `verify` makes them anew and compares.

pub mod store;
pub mod verify;

use super::exact::Exact;
use std::collections::BTreeMap;

/// By what lines are added up. Each is a table (migration 0018).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    /// Customer, day, currency, service, region.
    CustomerDays,
    /// Day, currency, service, region.
    Days,
    /// Month, currency, service, region.
    Months,
    /// Month, currency, customer.
    CustomerMonths,
}

/// What a line adds to the sums.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact<'a> {
    /// The customer's id.
    pub(super) customer: &'a str,
    /// `yyyy-MM-dd` in GMT+8.
    pub(super) day: &'a str,
    pub(super) currency: &'a str,
    pub(super) service: &'a str,
    /// Empty where the line names none.
    pub(super) region: &'a str,
    pub(super) cost: Exact,
    pub(super) list_cost: Exact,
}

/// What some lines cost together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sum {
    /// How many lines.
    pub(super) lines: i64,
    pub(super) cost: Exact,
    pub(super) list_cost: Exact,
}

/// Sums by the values of their key, in the order of the table's columns.
pub(super) type Sums = BTreeMap<(Cut, Vec<String>), Sum>;

impl Cut {
    pub(super) const ALL: [Self; 4] = [Self::CustomerDays, Self::Days, Self::Months, Self::CustomerMonths];

    /// The values of a line's key.
    fn key(self, fact: &Fact<'_>) -> Vec<String> {
        let month = &fact.day[..fact.day.len().min(7)];
        let key = match self {
            Self::CustomerDays => vec![fact.customer, fact.day, fact.currency, fact.service, fact.region],
            Self::Days => vec![fact.day, fact.currency, fact.service, fact.region],
            Self::Months => vec![month, fact.currency, fact.service, fact.region],
            Self::CustomerMonths => vec![month, fact.currency, fact.customer],
        };
        key.into_iter().map(str::to_owned).collect()
    }
}

impl Sum {
    /// Adds other lines.
    pub(super) fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.cost.add(other.cost);
        self.list_cost.add(other.list_cost);
    }

    /// In a form in which equal sums are equal.
    fn carried(&self) -> (i64, [i64; 4], [i64; 4]) {
        (self.lines, self.cost.carried(), self.list_cost.carried())
    }
}

/// Adds a line to some cuts.
pub(super) fn count(sums: &mut Sums, cuts: &[Cut], fact: &Fact<'_>) {
    let one = Sum { lines: 1, cost: fact.cost, list_cost: fact.list_cost };
    for cut in cuts {
        sums.entry((*cut, cut.key(fact))).or_default().add(&one);
    }
}

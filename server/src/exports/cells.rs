//! What a file shows of a row: the columns by their keys, with words in the asking person's language.

use super::words::word;
use contract::audit::AuditEntry;
use contract::consumption::ConsumptionLine;
use contract::customers::Frozen;
use contract::funds::Adjustment;
use contract::money::Money;
use contract::time::Time;
use rust_decimal::Decimal;

/// A value in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// A text.
    Text(String),
    /// An amount: a number where the form of the file knows numbers.
    Money(Money),
    /// An exact decimal with as many places as it has: a number where the form of the file knows numbers of so many
    /// digits.
    Decimal(Decimal),
    /// A moment, UTC.
    Time(Time),
    /// Nothing.
    Empty,
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// A row of a list.
#[derive(Debug)]
pub(super) enum Item {
    Customer(Box<crate::customers::store::Found>),
    Adjustment(Box<Adjustment>),
    Audit(Box<AuditEntry>),
    Consumption(Box<ConsumptionLine>),
}

/// How rows are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// Words in English; in Chinese otherwise.
    pub(super) english: bool,
    /// Whether personal data is masked.
    pub(super) masked: bool,
}

impl Item {
    /// The value in a column; nothing for a key that the list does not have.
    pub(super) fn cell(&self, key: &str, manner: Manner) -> Cell {
        match self {
            Self::Customer(found) => customer(found, key, manner),
            Self::Adjustment(row) => adjustment(row, key, manner),
            Self::Audit(entry) => audit(entry, key, manner),
            Self::Consumption(line) => consumption(line, key),
        }
    }
}

fn customer(found: &crate::customers::store::Found, key: &str, manner: Manner) -> Cell {
    let row = &found.row;
    let label = |key: &str| Cell::text(word(manner.english, key));
    match key {
        "name" => Cell::text(&row.name),
        "account_name" => Cell::text(&row.account_name),
        "association" => label(row.association.as_str()),
        "verified" => label(match row.verified {
            contract::customers::VerifiedStatus::None => "verified_none",
            contract::customers::VerifiedStatus::Reviewing => "verified_reviewing",
            contract::customers::VerifiedStatus::Rejected => "verified_rejected",
            contract::customers::VerifiedStatus::Verified => "verified",
        }),
        "manager" => row.manager.as_ref().map_or(Cell::Empty, Cell::text),
        "available" => row.available.map_or(Cell::Empty, Cell::Money),
        "associated_on" => Cell::Time(row.associated_on),
        "phone" if manner.masked => Cell::text(&row.phone),
        "phone" => Cell::text(&found.phone),
        "email" if manner.masked => Cell::text(contract::text::mask_email(&found.email)),
        "email" => Cell::text(&found.email),
        "id" => Cell::text(row.id.as_str()),
        "label" => Cell::text(&found.label),
        "level" => Cell::text(&found.level),
        "frozen" => match row.frozen {
            Frozen::No => Cell::Empty,
            Frozen::Account => label("frozen"),
            Frozen::Resources => label("frozen_resources"),
        },
        "currency" => row.available.map_or(Cell::Empty, |money| Cell::text(money.currency.code())),
        _ => Cell::Empty,
    }
}

fn adjustment(row: &Adjustment, key: &str, manner: Manner) -> Cell {
    use contract::funds::AdjustmentKind as Kind;
    match key {
        "at" => Cell::Time(row.at),
        "kind" => Cell::text(word(
            manner.english,
            match row.kind {
                Kind::Appropriation => "appropriation",
                Kind::Reclaim => "reclaim",
                Kind::Unbind => "unbind",
            },
        )),
        "customer" => Cell::text(&row.customer_name),
        "amount" => Cell::Money(row.amount),
        "actor" => Cell::text(&row.actor),
        "memo" => Cell::text(&row.memo),
        "id" => Cell::text(row.transfer_id.as_str()),
        "customer_id" => Cell::text(row.customer_id.as_str()),
        "currency" => Cell::text(row.amount.currency.code()),
        _ => Cell::Empty,
    }
}

fn audit(entry: &AuditEntry, key: &str, manner: Manner) -> Cell {
    match key {
        "at" => Cell::Time(entry.at),
        "actor" => Cell::text(&entry.actor),
        "action" => Cell::text(super::words::action(manner.english, &entry.action)),
        "detail" => Cell::text(&entry.detail),
        "ip" => Cell::text(&entry.ip),
        "request" => Cell::text(&entry.request_id),
        "subject" => Cell::text(&entry.subject),
        "hash" => Cell::text(&entry.hash),
        _ => Cell::Empty,
    }
}

fn consumption(line: &ConsumptionLine, key: &str) -> Cell {
    let decimal = |text: &str| text.parse().map_or_else(|_| Cell::text(text), Cell::Decimal);
    match key {
        "day" => Cell::text(line.day.to_string()),
        "customer" => Cell::text(&line.customer_name),
        "service" => Cell::text(&line.service),
        "region" => Cell::text(&line.region),
        "resource" => Cell::text(&line.resource),
        "category" => Cell::text(&line.category),
        "list_cost" => decimal(&line.list_cost),
        "cost" => decimal(&line.cost),
        "currency" => Cell::text(line.currency.code()),
        "provider" => Cell::text(&line.provider),
        "customer_id" => Cell::text(line.customer_id.as_str()),
        "id" => Cell::text(&line.id),
        _ => Cell::Empty,
    }
}

//! Double entry: accounts, immutable transfers, entries. Money moves here and nowhere else
//! (architecture, rule 3). A transfer is single, or pending and later ended by exactly one of
//! post, void, expire.

mod book;
pub mod expire;
pub mod store;
pub mod verify;

pub use book::{Book, Transfer, Written};

use contract::id::{CustomerId, PartnerId};
use contract::money::Currency;

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// A partner's cash.
    Partner,
    /// A customer's cash, appropriated by its partner.
    Customer,
    /// Where money comes from and goes to outside; the only kind that goes below zero.
    Outside,
}

impl AccountKind {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Customer => "customer",
            Self::Outside => "outside",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Partner, Self::Customer, Self::Outside].into_iter().find(|k| k.as_str() == text)
    }
}

/// An account's identity. The id follows from what the account is, so that none has to be
/// looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey {
    /// The owning partner.
    pub partner_id: PartnerId,
    /// The account.
    pub account_id: String,
}

impl AccountKey {
    /// A partner's cash account.
    #[must_use]
    pub fn partner(partner: &PartnerId, currency: Currency) -> Self {
        Self { partner_id: partner.clone(), account_id: format!("p-{partner}-{currency}") }
    }

    /// A customer's cash account.
    #[must_use]
    pub fn customer(partner: &PartnerId, customer: &CustomerId, currency: Currency) -> Self {
        Self { partner_id: partner.clone(), account_id: format!("c-{customer}-{currency}") }
    }

    /// The outside of a partner's books.
    #[must_use]
    pub fn outside(partner: &PartnerId, currency: Currency) -> Self {
        Self { partner_id: partner.clone(), account_id: format!("o-{partner}-{currency}") }
    }
}

/// How far a transfer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Moved at once.
    Single,
    /// Held, not moved.
    Pending,
    /// Moved what a pending one held.
    Post,
    /// Freed what a pending one held, at somebody's wish.
    Void,
    /// Freed what a pending one held, because its time was over.
    Expire,
}

impl Phase {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Pending => "pending",
            Self::Post => "post",
            Self::Void => "void",
            Self::Expire => "expire",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Single, Self::Pending, Self::Post, Self::Void, Self::Expire]
            .into_iter()
            .find(|p| p.as_str() == text)
    }

    /// Whether entries belong to it.
    #[must_use]
    pub fn moves(self) -> bool {
        matches!(self, Self::Single | Self::Post)
    }
}

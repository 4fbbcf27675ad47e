//! Who asks, for which partner, and what they may see. No store function runs without one.

use contract::access::{PartnerKind, Permission, Rights};
use contract::id::{PartnerId, UserId};
use contract::money::Currency;

/// Bits of `customers.seq` below the partner's number: four thousand million customers each.
pub const SEQ_BITS: u32 = 32;

/// Where a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The peer's address.
    pub ip: String,
    /// The request's id.
    pub request_id: String,
    /// Whether messages to the asking person are in English; Chinese otherwise.
    pub english: bool,
}

/// The asking person or program, acting for a partner.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The partner whose data is touched.
    pub partner_id: PartnerId,
    /// What that partner is.
    pub partner_kind: PartnerKind,
    /// Its small number, for the range of its customers' sequence numbers.
    pub partner_number: i64,
    /// How many customers it has.
    pub customer_count: i64,
    /// The currency of its accounts.
    pub currency: Currency,
    /// The person, or the owner of the access key.
    pub user_id: UserId,
    /// Who, in words for records: a name and address, or an access key.
    pub actor: String,
    /// What the person's roles allow.
    pub rights: Rights,
    /// The managers whose customers the person sees; `None` where that is all.
    pub managers: Option<Vec<UserId>>,
    /// Whether somebody else looks at the console as this person: then nothing can be changed.
    pub viewed: bool,
    /// The access key, where a program asks.
    pub access_key: Option<String>,
    /// Where from.
    pub origin: Origin,
    /// When, in milliseconds since 1970: what moves with today counts from here.
    pub now: i64,
}

impl Scope {
    /// Whether the roles carry a permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.rights.may(permission)
    }

    /// The range of `customers.seq` that belongs to the partner.
    #[must_use]
    pub fn seq_range(&self) -> (i64, i64) {
        let first = self.partner_number << SEQ_BITS;
        (first, first + (1 << SEQ_BITS) - 1)
    }

    /// Whether the person is limited to the customers of some managers (capability 4).
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.managers.is_some()
    }
}

//! Words of the contract in the reader's language.

use crate::i18n::text;
use crate::i18n::texts::{Key, labels as words};
use crate::ui::badge::Tone;
use contract::access::{PartnerKind, Permission, Role};
use contract::customers::{AssociationType, CustomerType, Frozen, VerifiedStatus};
use contract::funds::AdjustmentKind;
use contract::identity::RoleName;

/// An association type (关联类型).
#[must_use]
pub fn association(of: AssociationType) -> Key {
    match of {
        AssociationType::Consultative => words::CONSULTATIVE,
        AssociationType::Resale => words::RESALE,
    }
}

/// A state of real-name authentication (实名认证), with its tone.
#[must_use]
pub fn verified(of: VerifiedStatus) -> (Tone, Key) {
    match of {
        VerifiedStatus::None => (Tone::Neutral, words::VERIFIED_NONE),
        VerifiedStatus::Reviewing => (Tone::Notice, words::VERIFIED_REVIEWING),
        VerifiedStatus::Rejected => (Tone::Bad, words::VERIFIED_REJECTED),
        VerifiedStatus::Verified => (Tone::Good, words::VERIFIED),
    }
}

/// Whether an account is frozen.
#[must_use]
pub fn frozen(of: Frozen) -> Option<Key> {
    match of {
        Frozen::No => None,
        Frozen::Account => Some(words::FROZEN),
        Frozen::Resources => Some(words::FROZEN_RESOURCES),
    }
}

/// Person or company.
#[must_use]
pub fn customer_type(of: CustomerType) -> Key {
    match of {
        CustomerType::Unknown => words::TYPE_UNKNOWN,
        CustomerType::Person => words::TYPE_PERSON,
        CustomerType::Company => words::TYPE_COMPANY,
    }
}

/// A kind of adjustment.
#[must_use]
pub fn adjustment(of: AdjustmentKind) -> Key {
    match of {
        AdjustmentKind::Appropriation => words::APPROPRIATION,
        AdjustmentKind::Reclaim => words::RECLAIM,
        AdjustmentKind::Unbind => words::UNBIND,
    }
}

/// The tone of a kind of adjustment.
#[must_use]
pub fn adjustment_tone(of: AdjustmentKind) -> Tone {
    if of == AdjustmentKind::Appropriation { Tone::Accent } else { Tone::Notice }
}

/// A role.
#[must_use]
pub fn role(of: Role) -> Key {
    match of {
        Role::Admin => words::ROLE_ADMIN,
        Role::Finance => words::ROLE_FINANCE,
        Role::CustomerManager => words::ROLE_CUSTOMER_MANAGER,
        Role::CustomerSupervisor => words::ROLE_CUSTOMER_SUPERVISOR,
        Role::Operator => words::ROLE_OPERATOR,
    }
}

/// A role's name: a preset one's in the reader's language, a custom one's as it was given. Reactive.
#[must_use]
pub fn role_name(of: &RoleName) -> String {
    Role::parse(&of.id.0).map_or_else(|| of.name.clone(), |preset| text(role(preset)))
}

/// The names of roles in one line. Reactive.
#[must_use]
pub fn role_names(of: &[RoleName]) -> String {
    of.iter().map(role_name).collect::<Vec<_>>().join(&separator())
}

/// A kind of partner.
#[must_use]
pub fn partner_kind(of: PartnerKind) -> Key {
    match of {
        PartnerKind::Distributor => words::DISTRIBUTOR,
        PartnerKind::Reseller => words::RESELLER,
        PartnerKind::SolutionProvider => words::SOLUTION_PROVIDER,
    }
}

/// A permission.
#[must_use]
pub fn permission(of: Permission) -> Key {
    match of {
        Permission::CustomersRead => words::MAY_CUSTOMERS_READ,
        Permission::CustomersReveal => words::MAY_CUSTOMERS_REVEAL,
        Permission::CustomersVerify => words::MAY_CUSTOMERS_VERIFY,
        Permission::FundsRead => words::MAY_FUNDS_READ,
        Permission::AdjustmentsRead => words::MAY_ADJUSTMENTS_READ,
        Permission::FundsAppropriate => words::MAY_FUNDS_APPROPRIATE,
        Permission::FundsReclaim => words::MAY_FUNDS_RECLAIM,
        Permission::CustomersAssign => words::MAY_CUSTOMERS_ASSIGN,
        Permission::CustomersDevelop => words::MAY_CUSTOMERS_DEVELOP,
        Permission::CustomersRelate => words::MAY_CUSTOMERS_RELATE,
        Permission::FundsApprove => words::MAY_FUNDS_APPROVE,
        Permission::AuditRead => words::MAY_AUDIT_READ,
        Permission::Batches => words::MAY_BATCHES,
        Permission::Exports => words::MAY_EXPORTS,
        Permission::PartnerSettings => words::MAY_PARTNER_SETTINGS,
        Permission::ApiAccess => words::MAY_API_ACCESS,
        Permission::MembersManage => words::MAY_MEMBERS_MANAGE,
        Permission::WebhooksManage => words::MAY_WEBHOOKS_MANAGE,
    }
}

/// The names of permissions in one line. Reactive.
#[must_use]
pub fn permissions(of: &[Permission]) -> String {
    of.iter().map(|p| text(permission(*p))).collect::<Vec<_>>().join(&separator())
}

/// What stands between things of one line. Reactive.
#[must_use]
pub fn separator() -> String {
    text(words::SEPARATOR)
}

//! Who may do what: partner kinds, roles and the permission items that they are made of.

use serde::{Deserialize, Serialize};

/// What a partner is (product/navigation.md, menus by partner kind).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartnerKind {
    /// 总经销商: tier 1, has resellers.
    Distributor,
    /// 云经销商: tier 2, belongs to one distributor.
    Reseller,
    /// 解决方案提供商.
    SolutionProvider,
}

impl PartnerKind {
    /// The word in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Distributor => "distributor",
            Self::Reseller => "reseller",
            Self::SolutionProvider => "solution_provider",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Distributor, Self::Reseller, Self::SolutionProvider].into_iter().find(|k| k.as_str() == text)
    }
}

/// A thing that a role may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See customers (published items `BPC_ITEM_SUBCUSTSERV_010100`, `_010500`).
    CustomersRead,
    /// See a customer's personal data in full; each look is logged.
    CustomersReveal,
    /// Have verification codes sent to customers (`BPC_ITEM_SUBCUSTSERV_010118`).
    CustomersVerify,
    /// See the partner's balances.
    FundsRead,
    /// See the adjustment records.
    AdjustmentsRead,
    /// Appropriate to customers.
    FundsAppropriate,
    /// Reclaim from customers.
    FundsReclaim,
    /// See the audit trail.
    AuditRead,
    /// Have files made of the lists that may be seen; personal data is masked in them without
    /// `CustomersReveal`.
    Exports,
    /// Work on many objects at once; what is done to each needs its own right too.
    Batches,
    /// Change the partner's settings, such as the verification switch.
    PartnerSettings,
}

/// A preset role of an organisation member (product/navigation.md, roles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 管理员: everything.
    Admin,
    /// 财务: customers and money.
    Finance,
    /// 客户经理: the assigned customers; money of the partner is not theirs to see.
    CustomerManager,
    /// 只读 operator: sees customers and records, moves nothing.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Finance, Self::CustomerManager, Self::Operator];

    /// The word in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Finance => "finance",
            Self::CustomerManager => "customer_manager",
            Self::Operator => "operator",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }

    /// What the role allows.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Admin => &[
                P::CustomersRead,
                P::CustomersReveal,
                P::CustomersVerify,
                P::FundsRead,
                P::AdjustmentsRead,
                P::FundsAppropriate,
                P::FundsReclaim,
                P::AuditRead,
                P::Exports,
                P::Batches,
                P::PartnerSettings,
            ],
            Self::Finance => &[
                P::CustomersRead,
                P::CustomersReveal,
                P::FundsRead,
                P::AdjustmentsRead,
                P::FundsAppropriate,
                P::FundsReclaim,
                P::AuditRead,
                P::Exports,
                P::Batches,
            ],
            Self::CustomerManager => &[P::CustomersRead, P::CustomersReveal, P::Exports],
            Self::Operator => &[P::CustomersRead, P::AdjustmentsRead, P::Exports],
        }
    }

    /// Whether the role sees only the customers assigned to the person
    /// (capability 4: assigning a customer manager is the only row-level control).
    #[must_use]
    pub fn only_assigned(self) -> bool {
        self == Self::CustomerManager
    }
}

//! Who may do what: partner kinds, roles and the permission items that they are made of.

use crate::words;
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

words! {
    /// A thing that a role may allow: a permission item. Holding one of an operation's items is enough.
    Permission {
        /// See customers.
        CustomersRead = "customers_read",
        /// See a customer's personal data in full; each look is logged.
        CustomersReveal = "customers_reveal",
        /// Have verification codes sent to customers.
        CustomersVerify = "customers_verify",
        /// Assign customers to customer managers, and take them back.
        CustomersAssign = "customers_assign",
        /// Report customers, and invite them.
        CustomersDevelop = "customers_develop",
        /// Ask customers to switch the association type or to end it, and answer theirs.
        CustomersRelate = "customers_relate",
        /// See the partner's balances.
        FundsRead = "funds_read",
        /// See the adjustment records.
        AdjustmentsRead = "adjustments_read",
        /// Appropriate to customers.
        FundsAppropriate = "funds_appropriate",
        /// Reclaim from customers.
        FundsReclaim = "funds_reclaim",
        /// Approve movements that others ask for.
        FundsApprove = "funds_approve",
        /// See the audit trail.
        AuditRead = "audit_read",
        /// Have files made of the lists that may be seen; personal data is masked in them without
        /// `CustomersReveal`.
        Exports = "exports",
        /// Work on many objects at once; what is done to each needs its own right too.
        Batches = "batches",
        /// Change the partner's settings, such as the verification switch.
        PartnerSettings = "partner_settings",
        /// Have access keys for programs.
        ApiAccess = "api_access",
        /// Invite members, give and take roles, define roles, see and end members' access keys.
        MembersManage = "members_manage",
        /// Set up webhooks, see what they were told, have it told again.
        WebhooksManage = "webhooks_manage",
    }
}

impl Permission {
    /// The published items that it stands for, where they are known (product/api.md, product/signing.md).
    #[must_use]
    pub fn items(self) -> &'static [&'static str] {
        match self {
            Self::CustomersRead => &["BPC_ITEM_SUBCUSTSERV_010100", "BPC_ITEM_SUBCUSTSERV_010500"],
            Self::CustomersVerify => &["BPC_ITEM_SUBCUSTSERV_010118", "BPC_ITEM_SUBCUSTSERV_010119"],
            _ => &[],
        }
    }
}

words! {
    /// A preset role of an organisation member (product/navigation.md, roles).
    Role {
        /// 管理员: everything.
        Admin = "admin",
        /// 财务: customers and money.
        Finance = "finance",
        /// 客户经理: the assigned customers; money of the partner is not theirs to see.
        CustomerManager = "customer_manager",
        /// 客户经理主管: the customers of the managers below (004:7).
        CustomerSupervisor = "customer_supervisor",
        /// 只读 operator: sees customers and records, moves nothing.
        Operator = "operator",
    }
}

words! {
    /// Which of the partner's customers a person sees.
    Sight {
        /// Those assigned to the person.
        Own = "own",
        /// Those assigned to the person and to the managers below.
        Team = "team",
        /// All.
        All = "all",
    }
}

/// The most roles of a member.
pub const MAX_ROLES: usize = 3;
/// The most custom roles of a partner.
pub const MAX_CUSTOM_ROLES: i64 = 10;

impl Role {
    /// What the role allows.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Admin => Permission::ALL,
            Self::Finance => &[
                P::CustomersRead,
                P::CustomersReveal,
                P::FundsRead,
                P::AdjustmentsRead,
                P::FundsAppropriate,
                P::FundsReclaim,
                P::FundsApprove,
                P::AuditRead,
                P::Exports,
                P::Batches,
                P::ApiAccess,
            ],
            Self::CustomerManager | Self::CustomerSupervisor => {
                &[P::CustomersRead, P::CustomersReveal, P::CustomersDevelop, P::Exports]
            }
            Self::Operator => {
                &[P::CustomersRead, P::CustomersDevelop, P::AdjustmentsRead, P::Exports, P::ApiAccess]
            }
        }
    }

    /// Which customers the role shows.
    #[must_use]
    pub fn sight(self) -> Sight {
        match self {
            Self::CustomerManager => Sight::Own,
            Self::CustomerSupervisor => Sight::Team,
            Self::Admin | Self::Finance | Self::Operator => Sight::All,
        }
    }
}

/// What a person may do by all roles together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The permissions of any of the roles.
    pub permissions: Vec<Permission>,
    /// The widest sight of any of the roles.
    pub sight: Sight,
}

impl Rights {
    /// The rights of preset roles and custom ones, of which each has its permissions. A custom role shows all
    /// customers: assigning a customer manager is the only control by rows, and another role given to the same
    /// person widens it (capability 4; product/navigation.md, roles).
    #[must_use]
    pub fn of<'a>(
        presets: impl IntoIterator<Item = Role>,
        customs: impl IntoIterator<Item = &'a [Permission]>,
    ) -> Self {
        let mut rights = Self { permissions: Vec::new(), sight: Sight::Own };
        for preset in presets {
            rights.add(preset.permissions(), preset.sight());
        }
        for custom in customs {
            rights.add(custom, Sight::All);
        }
        rights.permissions.sort_unstable();
        rights.permissions.dedup();
        rights
    }

    fn add(&mut self, permissions: &[Permission], sight: Sight) {
        self.permissions.extend_from_slice(permissions);
        self.sight = self.sight.max(sight);
    }

    /// Whether a permission is among them.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// What is left of them for a program that may do these things only.
    #[must_use]
    pub fn only(&self, scopes: &[Permission]) -> Self {
        let permissions = self.permissions.iter().filter(|p| scopes.contains(p)).copied().collect();
        Self { permissions, sight: self.sight }
    }

    /// Whether these are no more than others: who gives rights cannot give more than the own ones
    /// (design/security.md, check 40).
    #[must_use]
    pub fn within(&self, others: &Self) -> bool {
        self.sight <= others.sight && self.permissions.iter().all(|p| others.may(*p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_role_widens() {
        let manager = Rights::of([Role::CustomerManager], []);
        assert_eq!(manager.sight, Sight::Own);
        assert!(!manager.may(Permission::AdjustmentsRead));
        let both = Rights::of([Role::CustomerManager, Role::Operator], []);
        assert_eq!(both.sight, Sight::All);
        assert!(both.may(Permission::CustomersReveal) && both.may(Permission::AdjustmentsRead));
        let custom = Rights::of([Role::CustomerManager], [&[Permission::Exports][..]]);
        assert_eq!(custom.sight, Sight::All);
        assert_eq!(Rights::of([], []).permissions, []);
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let admin = Rights::of([Role::Admin], []);
        let finance = Rights::of([Role::Finance], []);
        assert!(finance.within(&admin) && !admin.within(&finance));
        let manager = Rights::of([Role::CustomerManager], []);
        let operator = Rights::of([Role::Operator], []);
        let own_only = Rights { sight: Sight::Own, ..operator.clone() };
        assert!(own_only.within(&operator), "what is seen of fewer customers is less");
        assert!(!operator.within(&own_only) && !finance.within(&manager));
    }
}

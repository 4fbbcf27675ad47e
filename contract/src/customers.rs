//! Customers of a partner: the list, one customer, and what may be done with it.

use crate::access::Permission;
use crate::api::Access;
use crate::endpoints;
use crate::error::Code;
use crate::filter::{Amounts, Days, OneOf};
use crate::id::{CustomerId, UserId};
use crate::money::Money;
use crate::page::Page;
use crate::time::Time;
use serde::{Deserialize, Serialize};

endpoints! { "customers";
    /// Customers that the signed-in person may see, filtered, sorted and paged.
    CustomerList: GET "/api/customers", Access::Needs(Permission::CustomersRead), query = ListQuery, reply = Page<CustomerRow>;
    /// One customer with its balance.
    CustomerView: GET "/api/customers/{customer_id}", Access::Needs(Permission::CustomersRead), path = CustomerId, reply = Customer;
    /// A customer's phone and e-mail in full. Each call is in the audit trail.
    CustomerReveal: POST "/api/customers/{customer_id}/reveal", Access::Needs(Permission::CustomersReveal), path = CustomerId, reply = PersonalData;
    /// The customer managers that customers can be filtered by.
    ManagerList: GET "/api/customer-managers", Access::Needs(Permission::CustomersRead), reply = Vec<Manager>;
}

macro_rules! coded {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $vdoc:literal])+ $variant:ident = $code:literal $word:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name { $($(#[doc = $vdoc])+ #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// The number in the published API and in the database.
            #[must_use]
            pub fn code(self) -> i64 {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Reads the number.
            #[must_use]
            pub fn from_code(code: i64) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }

            /// The word on the console's wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

coded! {
    /// How a customer and its partner belong together (product/states.md D1).
    AssociationType {
        /// 顾问销售: the customer pays the cloud itself.
        Consultative = 1 "consultative",
        /// 代售: the partner appropriates money to the customer.
        Resale = 2 "resale",
    }
}

coded! {
    /// Real-name authentication (实名认证, product/states.md D11).
    VerifiedStatus {
        /// 未实名认证.
        None = -1 "none",
        /// 审核中.
        Reviewing = 0 "reviewing",
        /// 不通过.
        Rejected = 1 "rejected",
        /// 已实名认证.
        Verified = 2 "verified",
    }
}

coded! {
    /// Person or company (`customer_type` of the published API).
    CustomerType {
        /// Not known before real-name authentication.
        Unknown = -1 "unknown",
        /// 个人.
        Person = 0 "person",
        /// 企业.
        Company = 1 "company",
    }
}

coded! {
    /// Whether the account is frozen (`is_frozen` of the published API).
    Frozen {
        /// In use.
        No = 0 "no",
        /// The account is frozen.
        Account = 1 "account",
        /// The account and its resources are frozen.
        Resources = 2 "resources",
    }
}

/// By what a list is sorted; a leading `-` turns it around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Sort {
    /// Newest association first.
    #[default]
    #[serde(rename = "-associated_on")]
    Newest,
    /// Oldest association first.
    #[serde(rename = "associated_on")]
    Oldest,
    /// By name, A to Z.
    #[serde(rename = "name")]
    Name,
    /// By name, Z to A.
    #[serde(rename = "-name")]
    NameDown,
    /// Least available amount first.
    #[serde(rename = "available")]
    Available,
    /// Most available amount first.
    #[serde(rename = "-available")]
    AvailableDown,
}

/// What the customer list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ListQuery {
    /// Part of the name, the account name or the label, in any letter case; or the first
    /// characters of the id, at least 12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only these association types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association: Option<OneOf<AssociationType>>,
    /// Only customers of these managers; `none` for customers without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<OneOf<UserId>>,
    /// Only these states of real-name authentication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<OneOf<VerifiedStatus>>,
    /// Only these states of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen: Option<OneOf<Frozen>>,
    /// Only resale customers with so much available.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<Amounts>,
    /// Only customers associated on these days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associated: Option<Days>,
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl ListQuery {
    /// Whether anything but the order and the search narrows the list.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        let plain = Self { q: None, sort: None, page: None, limit: None, ..self.clone() };
        plain != Self::default()
    }
}

/// A customer in the list. Personal data is masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomerRow {
    /// The customer's account id.
    pub id: CustomerId,
    /// The real-name-authentication name; empty before authentication.
    pub name: String,
    /// The login account name.
    pub account_name: String,
    /// The association type.
    pub association: AssociationType,
    /// The state of real-name authentication.
    pub verified: VerifiedStatus,
    /// Whether the account is frozen.
    pub frozen: Frozen,
    /// The customer manager's name.
    pub manager: Option<String>,
    /// The available amount (可用额度); only resale customers have one.
    pub available: Option<Money>,
    /// When the customer was associated.
    pub associated_on: Time,
    /// The phone, masked.
    pub phone: String,
}

impl CustomerRow {
    /// What a person calls the customer: the company's name, or the account's where there is none yet.
    #[must_use]
    pub fn title(&self) -> &str {
        if self.name.is_empty() { &self.account_name } else { &self.name }
    }
}

/// One customer in full. Personal data is masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Customer {
    /// What the list shows.
    pub row: CustomerRow,
    /// The e-mail address, masked.
    pub email: String,
    /// Person or company.
    pub customer_type: CustomerType,
    /// The phone's country code, for example `0086`.
    pub country_code: String,
    /// The label.
    pub label: String,
    /// The level, `V0` to `V5`.
    pub level: String,
    /// Posted balance, before what is held; only resale customers have one.
    pub balance: Option<Money>,
    /// Held for movements that wait for their code.
    pub held: Option<Money>,
}

/// Personal data in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonalData {
    /// The phone.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
}

/// A customer manager (客户经理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Manager {
    /// The person.
    pub id: UserId,
    /// The person's name.
    pub name: String,
}

/// Whether money may be appropriated to a customer (capability 27: only resale customers).
///
/// # Errors
/// The reason why not.
pub fn can_appropriate(association: AssociationType, frozen: Frozen) -> Result<(), Code> {
    match (association, frozen) {
        (AssociationType::Consultative, _) => Err(Code::NotResale),
        (_, Frozen::Account | Frozen::Resources) => Err(Code::CustomerFrozen),
        (AssociationType::Resale, Frozen::No) => Ok(()),
    }
}

/// Whether money may be reclaimed from a customer (capability 29). A frozen customer's money
/// may be taken back.
///
/// # Errors
/// The reason why not.
pub fn can_reclaim(association: AssociationType) -> Result<(), Code> {
    match association {
        AssociationType::Consultative => Err(Code::NotResale),
        AssociationType::Resale => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_resale_customers_take_part_in_appropriation() {
        assert_eq!(can_appropriate(AssociationType::Resale, Frozen::No), Ok(()));
        assert_eq!(can_appropriate(AssociationType::Consultative, Frozen::No), Err(Code::NotResale));
        assert_eq!(can_appropriate(AssociationType::Resale, Frozen::Account), Err(Code::CustomerFrozen));
        assert_eq!(can_reclaim(AssociationType::Resale), Ok(()));
        assert_eq!(can_reclaim(AssociationType::Consultative), Err(Code::NotResale));
    }

    #[test]
    fn codes_read_back() {
        for code in -2..4 {
            if let Some(status) = VerifiedStatus::from_code(code) {
                assert_eq!(status.code(), code);
            }
        }
        assert_eq!(AssociationType::from_code(3), None);
    }
}

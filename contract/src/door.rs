//! The customer's door: opening an invitation, the consents, associating; and the account centre (账号中心) with the
//! own partner (capabilities 2, 16, 25). Whoever proves an e-mail address by a code is let in; nobody has a password.

use crate::access::PartnerKind;
use crate::api::Access;
use crate::codes::Challenge;
use crate::customers::AssociationType;
use crate::endpoints;
use crate::error::Fault;
use crate::id::{ChallengeId, CustomerId, CustomerToken};
use crate::prospects::{Cause, CustomerInvitationState, InvitationKind};
use crate::text;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "door";
    /// What an invitation's link says. Public: the link is the secret.
    OfferView: GET "/api/invitation/{token}", Access::Public, path = CustomerToken, reply = Offer;
    /// Associates with the partner who invites: all consents are given, and the account is made where there is none.
    OfferAccept: POST "/api/invitation/{token}", Access::Customer, path = CustomerToken, body = Associate, reply = Associated;
    /// Sends a code to an address. The same answer whether it is known or not.
    DoorCode: POST "/api/door/code", Access::Public, body = AskCode, reply = CodeSent;
    /// Lets in whoever has the code.
    DoorEnter: POST "/api/door/session", Access::Public, body = Enter, reply = Door;
    /// The own accounts.
    DoorView: GET "/api/door", Access::Customer, reply = Door;
    /// Ends the session.
    DoorLeave: DELETE "/api/door/session", Access::Customer, reply = ();
    /// Signs newer notices (协议管理).
    DoorConsent: POST "/api/door/accounts/{customer_id}/consents", Access::Customer, path = CustomerId, body = Consents, reply = Door;
    /// What was done with an account, newest first (操作日志).
    DoorLog: GET "/api/door/accounts/{customer_id}/log", Access::Customer, path = CustomerId, reply = Vec<LogEntry>;
}

/// Minutes for which a code of the door holds.
pub const CODE_MINUTES: i64 = 10;
/// Entries of the log that are shown.
pub const LOG_SHOWN: i64 = 100;

words! {
    /// What a customer agrees to (capability 16), one by one.
    Consent {
        /// 《华为云用户协议》.
        UserAgreement = "user_agreement",
        /// 《隐私政策说明》.
        Privacy = "privacy",
        /// 《客户关联华为云合作伙伴须知》.
        PartnerNotice = "partner_notice",
        /// 《伙伴关联条款》.
        PartnerTerms = "partner_terms",
        /// The account's data that the partner comes to know.
        DataSharing = "data_sharing",
    }
}

impl Consent {
    /// The newest version of its text.
    #[must_use]
    pub fn version(self) -> i64 {
        1
    }
}

/// What an invitation's link says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Offer {
    /// Who invites.
    pub partner_name: String,
    /// What that is.
    pub partner_kind: PartnerKind,
    /// The member who invites: of a general link its tag.
    pub by: String,
    /// 关联类型.
    pub association: AssociationType,
    /// By mail, or by a general link.
    pub kind: InvitationKind,
    /// The name under which the customer was reported; empty of a general link.
    pub name: String,
    /// The address that it is meant for, masked; empty of a general link.
    pub email: String,
    /// How it stands.
    pub state: CustomerInvitationState,
    /// Why the last try failed.
    pub cause: Option<Cause>,
    /// Until when it is valid; absent of a general link.
    pub until: Option<Time>,
}

impl Offer {
    /// Whether it can be followed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, CustomerInvitationState::Sent | CustomerInvitationState::Failed)
    }
}

/// Where a code is to go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AskCode {
    /// The address; not read where the invitation has one.
    pub email: String,
    /// The invitation that is opened: one by mail is for its own address only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<CustomerToken>,
}

/// A code that is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CodeSent {
    /// Where it went, and how long it holds.
    pub challenge: Challenge,
    /// The message itself, where the server keeps messages for its demo instead of sending them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A code that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Enter {
    /// Which was asked for.
    pub challenge: ChallengeId,
    /// It.
    pub code: String,
}

/// What a customer gives to associate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Associate {
    /// The account's name; not read where there is an account.
    pub account_name: String,
    /// A phone; may be empty.
    pub phone: String,
    /// What the customer agrees to: all of it.
    pub consents: Vec<Consent>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Associated {
    /// 已关联.
    Done {
        /// The account with its partner.
        account: Box<Account>,
    },
    /// 关联失败.
    Refused {
        /// Why.
        cause: Cause,
    },
}

/// The shortest account name.
pub const MIN_ACCOUNT: usize = 4;
/// The longest account name.
pub const MAX_ACCOUNT: usize = 64;

/// An account name as it is kept: it begins with a letter and goes on with letters, digits, `-` and `_`.
///
/// # Errors
/// What is wrong with it.
pub fn account_name(typed: &str) -> Result<&str, Fault> {
    let name = text::required(typed, MAX_ACCOUNT)?;
    if name.chars().count() < MIN_ACCOUNT {
        return Err(Fault::TooShort { min: MIN_ACCOUNT as u32 });
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let right = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(fits);
    if right { Ok(name) } else { Err(Fault::Invalid) }
}

/// Consents that are given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Consents {
    /// Which, in their newest version.
    pub consents: Vec<Consent>,
}

/// What whoever is let in sees: the accounts of an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Door {
    /// The address that was proven.
    pub email: String,
    /// Its accounts, oldest first.
    pub accounts: Vec<Account>,
}

/// An account of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    /// The account.
    pub id: CustomerId,
    /// Its name.
    pub account_name: String,
    /// Since when there is one.
    pub created_at: Time,
    /// The partner that it is associated with.
    pub partner: Option<MyPartner>,
    /// What was agreed to.
    pub consents: Vec<Signed>,
}

/// The partner of an account (我的合作伙伴).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MyPartner {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PartnerKind,
    /// 关联类型.
    pub association: AssociationType,
    /// Since when.
    pub since: Time,
    /// The customer manager's name; empty for none.
    pub manager: String,
}

/// A consent that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Signed {
    /// To what.
    pub consent: Consent,
    /// In which version.
    pub version: i64,
    /// When.
    pub at: Time,
}

impl Account {
    /// What has a newer version than was agreed to, or was never agreed to.
    #[must_use]
    pub fn unsigned(&self) -> Vec<Consent> {
        let signed = |consent: Consent| {
            self.consents.iter().any(|s| s.consent == consent && s.version >= consent.version())
        };
        Consent::ALL.iter().copied().filter(|consent| !signed(*consent)).collect()
    }
}

words! {
    /// What the log of an account tells.
    LogAction {
        /// The account was made.
        Created = "created",
        /// It was associated with a partner.
        Associated = "associated",
        /// Consents were given.
        Consented = "consented",
        /// The association type was switched.
        Switched = "switched",
        /// The association was ended.
        Left = "left",
        /// Somebody was let in.
        Entered = "entered",
    }
}

/// An entry of an account's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogEntry {
    /// What was done.
    pub action: LogAction,
    /// With which partner; empty for none.
    pub partner: String,
    /// When.
    pub at: Time,
    /// From which address of the network.
    pub ip: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_names_are_plain() {
        assert_eq!(account_name(" wang-lab_2 "), Ok("wang-lab_2"));
        assert_eq!(account_name(""), Err(Fault::Required));
        assert_eq!(account_name("abc"), Err(Fault::TooShort { min: 4 }));
        for wrong in ["2wang", "wang lab", "王先生公司", "wang@lab", "-wang"] {
            assert_eq!(account_name(wrong), Err(Fault::Invalid), "{wrong}");
        }
    }

    #[test]
    fn an_older_version_is_to_be_signed_again() {
        let at = crate::time::from_millis(0);
        let all = Consent::ALL.iter().map(|c| Signed { consent: *c, version: c.version(), at });
        let mut account = Account {
            id: "c1".into(),
            account_name: "wang".into(),
            created_at: at,
            partner: None,
            consents: all.collect(),
        };
        assert!(account.unsigned().is_empty());
        account.consents[2].version -= 1;
        assert_eq!(account.unsigned(), [Consent::PartnerNotice]);
        account.consents.clear();
        assert_eq!(account.unsigned(), Consent::ALL);
    }
}

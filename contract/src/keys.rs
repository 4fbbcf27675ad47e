//! Access keys of the partner's programs (支持 > 能力开放; capability 86): made, listed, revoked.

use crate::access::Permission;
use crate::api::Access;
use crate::codes::StepUp;
use crate::endpoints;
use crate::error::Fault;
use crate::filter::OneOf;
use crate::id::{AccessKeyId, UserId};
use crate::page::Page;
use crate::text;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "keys";
    /// The person's access keys, newest first; with the right to manage members, those of all members.
    KeyList: GET "/api/keys", Access::SignedIn, query = KeyQuery, reply = Page<AccessKey>;
    /// Makes an access key. Its secret is in this answer only.
    KeyCreate: POST "/api/keys", Access::Sensitive(Permission::ApiAccess), body = NewAccessKey, reply = StepUp<NewSecret>;
    /// Ends an access key at once: an own one; with the right to manage members, anybody's.
    KeyRevoke: DELETE "/api/keys/{access_key}", Access::SignedIn, path = AccessKeyId, reply = ();
}

/// Keys of a person that can be active at once (issue: access keys of operators; the cloud's own limit is 2).
pub const MAX_ACTIVE: i64 = 2;
/// The longest name of a key.
pub const MAX_NAME: usize = 64;
/// The longest time for which a key can be made, in days.
pub const MAX_DAYS: u32 = 365;

/// What the operations of the published API ask for: what a key can be limited to.
pub const SCOPES: [Permission; 6] = [
    Permission::CustomersRead,
    Permission::CustomersVerify,
    Permission::FundsRead,
    Permission::AdjustmentsRead,
    Permission::FundsAppropriate,
    Permission::FundsReclaim,
];

words! {
    /// How a key stands.
    KeyState {
        /// Programs can call with it.
        Active = "active",
        /// Its time is over.
        Expired = "expired",
        /// It was revoked.
        Revoked = "revoked",
    }
}

/// An access key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessKey {
    /// The public part (AK).
    pub id: AccessKeyId,
    /// What it is for.
    pub name: String,
    /// Whose it is.
    pub owner: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// What it may do, of what its owner may; empty where that is all.
    pub scopes: Vec<Permission>,
    /// How it stands.
    pub state: KeyState,
    /// Since when it is there.
    pub created_at: Time,
    /// Until when it is good, if not for ever.
    pub expires_at: Option<Time>,
    /// When it was used last, to the minute.
    pub used_at: Option<Time>,
    /// From which address.
    pub used_from: String,
    /// Whether it is the asking person's.
    pub own: bool,
}

/// What keys are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct KeyQuery {
    /// Only those that stand so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<OneOf<KeyState>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A key to make.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccessKey {
    /// What it is for.
    pub name: String,
    /// What it may do: at least one thing out of [`SCOPES`] that the person may.
    pub scopes: Vec<Permission>,
    /// For how many days, 1 to 365; without an end where absent.
    pub days: Option<u32>,
}

impl NewAccessKey {
    /// What is wrong with it, by field.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, Fault)> {
        let name = text::required(&self.name, MAX_NAME).err().map(|fault| ("name", fault));
        let scopes = match self.scopes.as_slice() {
            [] => Some(Fault::Required),
            all if !all.iter().all(|s| SCOPES.contains(s)) => Some(Fault::Invalid),
            _ => None,
        };
        let days =
            self.days.is_some_and(|d| !(1..=MAX_DAYS).contains(&d)).then_some(("days", Fault::Invalid));
        name.into_iter().chain(scopes.map(|fault| ("scopes", fault))).chain(days).collect()
    }
}

/// A key with its secret, at the only moment when it is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewSecret {
    /// The public part (AK).
    pub access_key: AccessKeyId,
    /// The secret part (SK).
    pub secret_key: String,
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSecret").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_what_programs_calls_ask_for() {
        let mut asked: Vec<Permission> = crate::operations()
            .iter()
            .filter_map(|o| if let Access::Key(p) = o.access { Some(p) } else { None })
            .collect();
        asked.sort_unstable();
        asked.dedup();
        let mut scopes = SCOPES.to_vec();
        scopes.sort_unstable();
        assert_eq!(asked, scopes);
    }

    #[test]
    fn a_key_needs_a_name_and_something_to_do() {
        let key =
            NewAccessKey { name: "nightly".into(), scopes: vec![Permission::FundsRead], days: Some(90) };
        assert_eq!(key.faults(), []);
        let bad = NewAccessKey { name: " ".into(), scopes: vec![], days: Some(366) };
        assert_eq!(
            bad.faults(),
            [("name", Fault::Required), ("scopes", Fault::Required), ("days", Fault::Invalid)]
        );
        let more = NewAccessKey { scopes: vec![Permission::MembersManage], ..key };
        assert_eq!(more.faults(), [("scopes", Fault::Invalid)]);
    }
}

//! Whom the partner's messages go to besides its members (消息接收设置): kinds by ways by receivers. A mailbox of the
//! accounting department is no member, and is told all the same.

use crate::access::Permission;
use crate::api::Access;
use crate::codes::{Challenge, Channel};
use crate::endpoints;
use crate::error::Fault;
use crate::id::ReceiverId;
use crate::identity::MAX_EMAIL;
use crate::notices::Kind;
use crate::person::ConfirmAddress;
use crate::text::{is_email, optional, phone, required};
use serde::{Deserialize, Serialize};

endpoints! { "receivers";
    /// The receivers, by name.
    ReceiverList: GET "/api/partner/receivers", Access::Needs(Permission::PartnerSettings), reply = Vec<Receiver>;
    /// Adds one. It is told nothing until its address is confirmed.
    ReceiverCreate: POST "/api/partner/receivers", Access::Needs(Permission::PartnerSettings), body = NewReceiver, reply = Receiver;
    /// Changes one. Another address has to be confirmed anew.
    ReceiverChange: PUT "/api/partner/receivers/{receiver_id}", Access::Needs(Permission::PartnerSettings), path = ReceiverId, body = ChangeReceiver, reply = Receiver;
    /// Deletes one.
    ReceiverDelete: DELETE "/api/partner/receivers/{receiver_id}", Access::Needs(Permission::PartnerSettings), path = ReceiverId, reply = ();
    /// Sends a code to the address or the phone of one.
    ReceiverAsk: POST "/api/partner/receivers/{receiver_id}/codes", Access::Needs(Permission::PartnerSettings), path = ReceiverId, body = AskReceiver, reply = Challenge;
    /// Confirms it by that code.
    ReceiverConfirm: PUT "/api/partner/receivers/{receiver_id}/codes", Access::Needs(Permission::PartnerSettings), path = ReceiverId, body = ConfirmAddress, reply = Receiver;
}

/// The most receivers of a partner.
pub const MAX_RECEIVERS: usize = 20;
/// The longest name, in characters.
pub const MAX_NAME: usize = 64;

/// The kinds of messages that are the partner's, not one person's.
pub const KINDS: [Kind; 5] =
    [Kind::Movement, Kind::Approval, Kind::Organisation, Kind::Security, Kind::Webhook];

/// How a receiver is told of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The kind, one of [`KINDS`].
    pub kind: Kind,
    /// By e-mail.
    pub email: bool,
    /// By text message.
    pub sms: bool,
}

/// What a receiver is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewReceiver {
    /// Who it is, for example a department.
    pub name: String,
    /// The address; empty for none.
    #[serde(default)]
    pub email: String,
    /// The phone; empty for none.
    #[serde(default)]
    pub phone: String,
    /// What it is told, and how; what is not named is not told.
    #[serde(default)]
    pub told: Vec<Told>,
}

impl NewReceiver {
    /// What is wrong with it, by field.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, Fault)> {
        let name = required(&self.name, MAX_NAME).err().map(|fault| ("name", fault));
        let email = match optional(&self.email, MAX_EMAIL) {
            Err(fault) => Some(fault),
            Ok("") if self.phone.trim().is_empty() => Some(Fault::Required),
            Ok(email) => (!email.is_empty() && !is_email(email)).then_some(Fault::Invalid),
        };
        let typed = self.phone.trim();
        let phone = (!typed.is_empty() && phone(typed).is_none()).then_some(("phone", Fault::Invalid));
        let foreign = self.told.iter().any(|told| !KINDS.contains(&told.kind));
        let twice = (1..self.told.len()).any(|n| self.told[..n].iter().any(|t| t.kind == self.told[n].kind));
        let told = (foreign || twice).then_some(("told", Fault::Invalid));
        name.into_iter().chain(email.map(|fault| ("email", fault))).chain(phone).chain(told).collect()
    }
}

/// A change of a receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeReceiver {
    /// What it shall be.
    pub receiver: NewReceiver,
    /// The version that it was made from, which must still be the newest.
    pub version: i64,
}

/// A receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receiver {
    /// It.
    pub id: ReceiverId,
    /// Who, where, and what it is told.
    pub is: NewReceiver,
    /// Whether the address is confirmed.
    pub email_confirmed: bool,
    /// Whether the phone is confirmed.
    pub phone_confirmed: bool,
    /// How often it was changed.
    pub version: i64,
}

/// Which of a receiver's addresses shall be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AskReceiver {
    /// `email` or `sms`.
    pub channel: Channel,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_has_a_name_and_can_be_reached() {
        let is = |name: &str, email: &str, phone: &str| {
            NewReceiver { name: name.into(), email: email.into(), phone: phone.into(), told: vec![] }.faults()
        };
        assert_eq!(is("Books", "books@x.example", ""), []);
        assert_eq!(is("Books", "", "13800001234"), []);
        assert_eq!(is("", "", ""), [("name", Fault::Required), ("email", Fault::Required)]);
        assert_eq!(is("Books", "books", "12"), [("email", Fault::Invalid), ("phone", Fault::Invalid)]);
    }

    #[test]
    fn only_the_partners_kinds_once_each() {
        let told = |kinds: &[Kind]| {
            let told = kinds.iter().map(|kind| Told { kind: *kind, email: true, sms: false }).collect();
            NewReceiver { name: "Books".into(), email: "b@x.example".into(), phone: String::new(), told }
                .faults()
        };
        assert_eq!(told(&KINDS), []);
        assert_eq!(told(&[Kind::SignIn]), [("told", Fault::Invalid)]);
        assert_eq!(told(&[Kind::Webhook, Kind::Webhook]), [("told", Fault::Invalid)]);
    }
}

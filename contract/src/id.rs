//! Identifiers: opaque text of at most 64 characters, one type a kind so that they cannot be mixed up.

use crate::api::PathParameter;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest identifier that the published API allows (product/api.md).
pub const MAX_ID: usize = 64;

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl PathParameter for $name {
            fn fill(&self, template: &str) -> String {
                fill(template, &self.0)
            }
            fn read(text: Option<&str>) -> Option<Self> {
                text.filter(|t| is_id(t)).map(Self::from)
            }
        }
    )+};
}

ids! {
    /// A movement that waits for approval.
    ApprovalId;
    /// An access key's public part (AK).
    AccessKeyId;
    /// A partner: a distributor, a reseller or a solution provider. Equals the account's domain id.
    PartnerId;
    /// A customer of a partner.
    CustomerId;
    /// A person who signs in.
    UserId;
    /// A movement of money.
    TransferId;
    /// A verification code's request, from sending to use.
    ChallengeId;
    /// A signed-in browser.
    SessionId;
    /// A file of a list.
    ExportId;
    /// A piece of work on many objects.
    BatchId;
    /// A file that somebody brought.
    ImportId;
    /// A saved view of a list.
    ViewId;
    /// A notice to a person.
    NoticeId;
    /// A role: a preset's word, or a custom one's id.
    RoleId;
    /// An invitation to become a member.
    InvitationId;
    /// The secret of an invitation's link.
    InvitationToken;
    /// An endpoint that is told of events.
    WebhookId;
    /// An event on its way to an endpoint.
    DeliveryId;
    /// Somebody besides the members whom a partner's messages go to.
    ReceiverId;
    /// The secret of a link that sets a new password.
    ResetToken;
    /// A request about an association.
    AssociationRequestId;
    /// A reported customer.
    ProspectId;
    /// An invitation of a customer.
    CustomerInvitationId;
    /// The secret of a customer's link.
    CustomerToken;
    /// A passkey of a person.
    PasskeyId;
    /// A link of a member to an identity provider.
    SsoLinkId;
}

/// Whether a text can be an identifier: 1 to 64 of `A-Z a-z 0-9 - _`.
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn fill(template: &str, value: &str) -> String {
    match (template.find('{'), template.find('}')) {
        (Some(open), Some(close)) => {
            format!("{}{}{}", &template[..open], value, &template[close + 1..])
        }
        _ => template.to_owned(),
    }
}

//! What of the audit trail is published, under which name, and with which data. A later area adds its lines.
//! Data is ids, amounts, counts and states: no names, no addresses, no texts that people wrote.

use crate::error::Error;
use crate::seal::fingerprint;
use contract::audit::Action;
use contract::id::PartnerId;
use contract::time::{Time, from_millis};
use contract::webhooks::EventKind;
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// How one action is published.
struct Published {
    action: Action,
    kind: EventKind,
    /// What the entry's object is called in the data.
    subject: &'static str,
    /// The entry's details that are published, each with its name in the data.
    details: &'static [(&'static str, &'static str)],
}

const MOVED: &[(&str, &str)] = &[("transfer", "transfer_id"), ("amount", "amount"), ("batch", "batch_id")];
const RELEASED: &[(&str, &str)] = &[("pending", "transfer_id"), ("amount", "amount")];
const KIND: &[(&str, &str)] = &[("kind", "kind")];

const fn published(
    action: Action,
    kind: EventKind,
    subject: &'static str,
    details: &'static [(&'static str, &'static str)],
) -> Published {
    Published { action, kind, subject, details }
}

const PUBLISHED: &[Published] = {
    use EventKind as K;
    &[
        published(Action::FundsAppropriate, K::FundsAppropriated, "customer_id", MOVED),
        published(Action::FundsReclaim, K::FundsReclaimed, "customer_id", MOVED),
        published(Action::FundsHold, K::FundsHeld, "customer_id", MOVED),
        published(Action::FundsVoid, K::FundsVoided, "customer_id", RELEASED),
        published(Action::FundsExpire, K::FundsExpired, "customer_id", RELEASED),
        published(Action::FundsRecharge, K::FundsRecharged, "partner_id", MOVED),
        published(Action::CustomersCreated, K::CustomersCreated, "partner_id", &[("customers", "customers")]),
        published(Action::BatchesReady, K::BatchReady, "batch_id", KIND),
        published(
            Action::BatchesEnded,
            K::BatchDone,
            "batch_id",
            &[("kind", "kind"), ("done", "done"), ("failed", "failed")],
        ),
        published(Action::BatchesStopped, K::BatchStopped, "batch_id", KIND),
        published(
            Action::BatchesFailed,
            K::BatchFailed,
            "batch_id",
            &[("kind", "kind"), ("reason", "reason")],
        ),
        published(Action::BatchesCancelled, K::BatchCancelled, "batch_id", &[]),
        published(
            Action::ExportsMade,
            K::ExportDone,
            "export_id",
            &[("list", "list"), ("rows", "rows"), ("sha256", "sha256")],
        ),
        published(Action::ExportsFailed, K::ExportFailed, "export_id", &[("list", "list")]),
        published(
            Action::ConsumptionImported,
            K::ConsumptionImported,
            "file_id",
            &[("rows", "rows"), ("added", "added"), ("refused", "refused")],
        ),
        published(
            Action::OrganisationJoined,
            K::OrganisationJoined,
            "user_id",
            &[("invitation", "invitation_id")],
        ),
        published(Action::OrganisationMemberChanged, K::OrganisationMemberChanged, "user_id", &[]),
        published(Action::OrganisationUnbound, K::OrganisationUnbound, "user_id", &[]),
        published(
            Action::PartnerSettingsChanged,
            K::PartnerSettingsChanged,
            "partner_id",
            &[("verification", "verification")],
        ),
    ]
};

/// The actions that lead to events of these kinds.
pub(super) fn actions(kinds: &[EventKind]) -> impl Iterator<Item = &'static str> {
    PUBLISHED.iter().filter(|p| kinds.contains(&p.kind)).map(|p| p.action.as_str())
}

/// An entry of the trail, as far as events go.
pub(super) struct Entry {
    pub(super) seq: i64,
    pub(super) at: i64,
    pub(super) action: String,
    pub(super) subject: String,
    pub(super) detail: Json,
}

/// The event of an entry, with its body; `None` where nothing is published.
///
/// # Errors
/// A body that cannot be written.
pub(super) fn of(partner: &PartnerId, entry: &Entry) -> Result<Option<(EventKind, String)>, Error> {
    let Some(found) = PUBLISHED.iter().find(|p| p.action.as_str() == entry.action) else { return Ok(None) };
    let mut data = Map::new();
    data.insert("partner_id".into(), partner.as_str().into());
    data.insert(found.subject.into(), entry.subject.as_str().into());
    for (detail, name) in found.details {
        if let Some(value) = entry.detail.get(detail) {
            data.insert((*name).into(), value.clone());
        }
    }
    Ok(Some((found.kind, body(found.kind, entry.at, data)?)))
}

/// The body of a message.
///
/// # Errors
/// Data that cannot be written.
pub(super) fn body(kind: EventKind, at: i64, data: Map<String, Json>) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Body {
        r#type: EventKind,
        timestamp: Time,
        data: Map<String, Json>,
    }
    let body = Body { r#type: kind, timestamp: from_millis(at), data };
    serde_json::to_string(&body).map_err(|e| Error::internal(&e))
}

/// An event's id: always the same for an entry of the trail, and of no other partner's.
pub(super) fn id(partner: &PartnerId, seq: i64) -> String {
    let hash = fingerprint(&["event", partner.as_str(), &seq.to_string()]);
    format!("evt_{}", hash.get(..32).unwrap_or(&hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_comes_of_one_action() {
        for kind in EventKind::ALL.iter().filter(|k| k.is_chosen()) {
            assert_eq!(actions(&[*kind]).count(), 1, "{}", kind.as_str());
        }
    }

    #[test]
    fn only_what_is_named_is_published() {
        let entry = Entry {
            seq: 7,
            at: 1_767_225_600_000,
            action: "organisation.unbound".into(),
            subject: "u1".into(),
            detail: json!({"name": "林薇", "customers": 3}),
        };
        let (kind, body) = of(&"p1".into(), &entry).expect("a body").expect("an event");
        assert_eq!(kind, EventKind::OrganisationUnbound);
        assert_eq!(
            body,
            "{\"type\":\"organisation.unbound\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":{\"partner_id\":\"p1\",\"user_id\":\"u1\"}}"
        );
        let silent = Entry { action: "identity.sign_in".into(), ..entry };
        assert!(of(&"p1".into(), &silent).expect("no failure").is_none());
        assert_ne!(id(&"p1".into(), 1), id(&"p2".into(), 1));
        assert_eq!(id(&"p1".into(), 1).len(), 36);
    }
}

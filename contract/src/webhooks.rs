//! Webhooks (支持 > 能力开放 > Webhook): where a partner's own systems are told what happened, and what became of
//! each telling. What goes over the wire follows the Standard Webhooks specification; docs/webhooks.md is for
//! those who receive it.

use crate::access::Permission;
use crate::api::Access;
use crate::endpoints;
use crate::error::Fault;
use crate::filter::OneOf;
use crate::id::{DeliveryId, WebhookId};
use crate::page::Page;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "webhooks";
    /// The partner's endpoints, oldest first, each with its lag.
    WebhookList: GET "/api/webhooks", Access::Needs(Permission::WebhooksManage), reply = Vec<Webhook>;
    /// Adds an endpoint, at most 10. Its secret is told here and never again.
    WebhookCreate: POST "/api/webhooks", Access::Needs(Permission::WebhooksManage), body = NewWebhook, reply = WebhookSecret;
    /// Changes an endpoint, switches it off or on.
    WebhookChange: PUT "/api/webhooks/{webhook_id}", Access::Needs(Permission::WebhooksManage), path = WebhookId, body = ChangeWebhook, reply = Webhook;
    /// Deletes an endpoint, with its deliveries.
    WebhookDelete: DELETE "/api/webhooks/{webhook_id}", Access::Needs(Permission::WebhooksManage), path = WebhookId, reply = ();
    /// Gives an endpoint another secret, told here and never again. For 24 hours messages are signed with both.
    WebhookRotate: POST "/api/webhooks/{webhook_id}/secret", Access::Needs(Permission::WebhooksManage), path = WebhookId, reply = WebhookSecret;
    /// Sends an endpoint an event of the kind `webhook.test`.
    WebhookTest: POST "/api/webhooks/{webhook_id}/test", Access::Needs(Permission::WebhooksManage), path = WebhookId, reply = Delivery;
    /// Sends again what happened since a moment, of the kinds that the endpoint is told of; also what it was never
    /// told. At most 30 days back.
    WebhookReplay: POST "/api/webhooks/{webhook_id}/replay", Access::Needs(Permission::WebhooksManage), path = WebhookId, body = Replay, reply = Replayed;
    /// What was told or is to be told, newest first.
    DeliveryList: GET "/api/webhook-deliveries", Access::Needs(Permission::WebhooksManage), query = DeliveryQuery, reply = Page<Delivery>;
    /// One delivery with its payload and every attempt.
    DeliveryView: GET "/api/webhook-deliveries/{delivery_id}", Access::Needs(Permission::WebhooksManage), path = DeliveryId, reply = DeliveryDetail;
    /// Delivers again now, whatever became of it before.
    DeliveryAgain: POST "/api/webhook-deliveries/{delivery_id}/again", Access::Needs(Permission::WebhooksManage), path = DeliveryId, reply = Delivery;
}

/// Endpoints of a partner.
pub const MAX_WEBHOOKS: usize = 10;
/// The longest address.
pub const MAX_URL: usize = 500;
/// The longest description.
pub const MAX_DESCRIPTION: usize = 128;
/// Hours for which a replaced secret still signs.
pub const ROTATION_HOURS: i64 = 24;
/// Days that a replay reaches back, and for which deliveries are kept.
pub const KEPT_DAYS: i64 = 30;
/// Seconds that an endpoint has for its answer.
pub const TIMEOUT_SECONDS: u64 = 15;
/// Days of nothing but failures after which an endpoint is switched off.
pub const FAILING_DAYS: i64 = 5;
/// Seconds between the attempts of a delivery: the first is made at once, after the last it has failed.
pub const RETRY_SECONDS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

words! {
    /// What can be told. The names are published: they stay.
    EventKind {
        /// Money was appropriated to a customer.
        FundsAppropriated = "funds.appropriated",
        /// Money was reclaimed from a customer.
        FundsReclaimed = "funds.reclaimed",
        /// An amount is held until its verification code comes.
        FundsHeld = "funds.held",
        /// A held amount was let go.
        FundsVoided = "funds.voided",
        /// A held amount was let go since its code did not come.
        FundsExpired = "funds.expired",
        /// The partner's account was recharged.
        FundsRecharged = "funds.recharged",
        /// Customers were created.
        CustomersCreated = "customers.created",
        /// A batch is checked and can be started.
        BatchReady = "batch.ready",
        /// A batch has ended: every row has its result.
        BatchDone = "batch.done",
        /// A batch was stopped before all rows had their turn.
        BatchStopped = "batch.stopped",
        /// A batch could not be worked on.
        BatchFailed = "batch.failed",
        /// A batch was given up before it was started.
        BatchCancelled = "batch.cancelled",
        /// A file of a list is ready.
        ExportDone = "export.done",
        /// A file of a list could not be made.
        ExportFailed = "export.failed",
        /// A bill file was imported.
        ConsumptionImported = "consumption.imported",
        /// An invited person became a member.
        OrganisationJoined = "organisation.joined",
        /// A member's roles or supervisor were changed.
        OrganisationMemberChanged = "organisation.member_changed",
        /// A membership was ended.
        OrganisationUnbound = "organisation.unbound",
        /// The partner's settings were changed.
        PartnerSettingsChanged = "partner.settings_changed",
        /// Nothing happened: somebody tries an endpoint. It comes whatever kinds are chosen.
        WebhookTest = "webhook.test",
    }
}

impl EventKind {
    /// Whether an endpoint chooses to be told of it.
    #[must_use]
    pub fn is_chosen(self) -> bool {
        self != Self::WebhookTest
    }
}

words! {
    /// Whether an endpoint is told.
    WebhookState {
        /// It is.
        Enabled = "enabled",
        /// Somebody switched it off.
        Disabled = "disabled",
        /// The server switched it off: it answered 410, or with nothing but failures for 5 days.
        Stopped = "stopped",
    }
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Webhook {
    /// The endpoint.
    pub id: WebhookId,
    /// Its address.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// What it is told of.
    pub events: Vec<EventKind>,
    /// Whether it is told.
    pub state: WebhookState,
    /// Since when attempts have done nothing but fail.
    pub failing_since: Option<Time>,
    /// Until when the replaced secret signs too.
    pub old_secret_until: Option<Time>,
    /// Counts the changes: what is sent back with one.
    pub version: i64,
    /// Since when it is there.
    pub since: Time,
    /// How far behind it is.
    pub lag: Lag,
}

/// How far behind an endpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lag {
    /// Deliveries that wait.
    pub waiting: i64,
    /// Milliseconds since the oldest event happened of which it is yet to be told; none where it is told of all.
    pub oldest_millis: Option<i64>,
    /// Deliveries of the last 24 hours.
    pub delivered: i64,
    /// Milliseconds from event to delivery, the middle one of the last 24 hours.
    pub p50_millis: Option<i64>,
    /// As that, 95 of 100 were quicker.
    pub p95_millis: Option<i64>,
}

/// An endpoint to add.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Its address: `https://`, on a public host.
    pub url: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it shall be told of: at least one kind.
    pub events: Vec<EventKind>,
}

/// What an endpoint shall be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeWebhook {
    /// Its address.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// What it shall be told of.
    pub events: Vec<EventKind>,
    /// Whether it shall be told. What happens while it is off comes only with a replay.
    pub enabled: bool,
    /// The version that the change was made from.
    pub version: i64,
}

/// An endpoint with its new secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookSecret {
    /// The endpoint.
    pub webhook: Webhook,
    /// `whsec_` and the key in base64.
    pub secret: String,
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookSecret").field("webhook", &self.webhook.id).finish_non_exhaustive()
    }
}

/// From when on events are sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// The moment.
    pub since: Time,
}

/// What a replay will send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Replayed {
    /// How many events.
    pub events: i64,
}

words! {
    /// How a delivery stands.
    DeliveryState {
        /// It is to be made, for the first time or again.
        Waiting = "waiting",
        /// The endpoint answered with 2xx.
        Delivered = "delivered",
        /// All attempts failed.
        Failed = "failed",
    }
}

words! {
    /// Why an attempt failed.
    AttemptFault {
        /// The answer was no 2xx.
        Answer = "answer",
        /// No answer in 15 seconds.
        TimedOut = "timed_out",
        /// No connection: no such host, nobody listens, no valid certificate.
        Unreachable = "unreachable",
        /// The host's address is none that may be called: not public.
        NotAllowed = "not_allowed",
        /// The connection broke.
        Broken = "broken",
    }
}

/// An event on its way to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Delivery {
    /// The delivery.
    pub id: DeliveryId,
    /// The endpoint.
    pub webhook: WebhookId,
    /// The endpoint's address.
    pub url: String,
    /// The event's id, the same with each attempt: the header `webhook-id`.
    pub event_id: String,
    /// What happened.
    pub event: EventKind,
    /// When it happened.
    pub event_at: Time,
    /// How it stands.
    pub state: DeliveryState,
    /// Attempts made.
    pub attempts: i64,
    /// The next attempt, where there is one to come.
    pub next_at: Option<Time>,
    /// The HTTP status of the last answer.
    pub status: Option<i64>,
    /// Why the last attempt failed.
    pub fault: Option<AttemptFault>,
    /// When it was delivered or given up.
    pub ended_at: Option<Time>,
}

/// A delivery with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryDetail {
    /// The delivery.
    pub delivery: Delivery,
    /// The body as it is sent.
    pub payload: String,
    /// The latest attempts, newest first, at most 100.
    pub attempts: Vec<Attempt>,
}

/// An attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attempt {
    /// Which one, from 1.
    pub number: i64,
    /// When.
    pub at: Time,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// The HTTP status of the answer, if there was one.
    pub status: Option<i64>,
    /// Why it failed, if it did.
    pub fault: Option<AttemptFault>,
}

/// What deliveries are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryQuery {
    /// Only those that stand so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<OneOf<DeliveryState>>,
    /// Only those to these endpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<OneOf<WebhookId>>,
    /// Only these kinds of events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<OneOf<EventKind>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Whether a text can be an endpoint's address, as far as its form tells. What the installation allows (no
/// `http://`, no private hosts) is the server's to say.
///
/// # Errors
/// `Required`, `TooLong` or `Invalid`.
pub fn check_url(url: &str) -> Result<&str, Fault> {
    let url = crate::text::required(url, MAX_URL)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).ok_or(Fault::Invalid)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = !url.contains(char::is_whitespace) && !url.contains('#') && !host.contains('@');
    if plain && !host.is_empty() { Ok(url) } else { Err(Fault::Invalid) }
}

/// The kinds that an endpoint shall be told of, in their order and each once.
///
/// # Errors
/// `Required` where there is none, `Invalid` for one that is not chosen.
pub fn check_events(events: &[EventKind]) -> Result<Vec<EventKind>, Fault> {
    let mut events = events.to_vec();
    events.sort_unstable();
    events.dedup();
    match events.iter().all(|e| e.is_chosen()) {
        _ if events.is_empty() => Err(Fault::Required),
        true => Ok(events),
        false => Err(Fault::Invalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_scheme_and_a_host_and_nothing_secret_before_it() {
        assert_eq!(check_url(" https://hook.example/a?b=c "), Ok("https://hook.example/a?b=c"));
        assert_eq!(check_url("http://10.0.0.1:8000"), Ok("http://10.0.0.1:8000"));
        assert_eq!(check_url(" "), Err(Fault::Required));
        for bad in [
            "hook.example",
            "ftp://hook.example",
            "https://",
            "https:///x",
            "https://u:p@hook.example",
            "https://h/#x",
            "https://h /",
        ] {
            assert_eq!(check_url(bad), Err(Fault::Invalid), "{bad}");
        }
        let long = format!("https://{}", "a".repeat(MAX_URL));
        assert_eq!(check_url(&long), Err(Fault::TooLong { max: 500 }));
    }

    #[test]
    fn kinds_are_chosen_once_and_a_test_is_not() {
        use EventKind::{BatchDone, FundsAppropriated, WebhookTest};
        assert_eq!(
            check_events(&[BatchDone, FundsAppropriated, BatchDone]),
            Ok(vec![FundsAppropriated, BatchDone])
        );
        assert_eq!(check_events(&[]), Err(Fault::Required));
        assert_eq!(check_events(&[BatchDone, WebhookTest]), Err(Fault::Invalid));
    }

    #[test]
    fn attempts_go_on_for_about_three_days() {
        let hours = RETRY_SECONDS.iter().sum::<i64>() / 3_600;
        assert!((72..80).contains(&hours), "{hours}");
    }
}

//! Webhooks (支持 > 能力开放 > Webhook): where a partner's own systems are told what happens, and what became of it.

mod deliveries;
mod delivery;
mod endpoints;
mod form;
mod hub;
mod replay;

use crate::i18n::texts::{Key, webhooks as words};
use crate::i18n::{self, fill, text};
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::badge::Tone;
use crate::ui::dom;
use crate::ui::icon::Icon;
use contract::access::Permission;
use contract::id::DeliveryId;
use contract::webhooks::{AttemptFault, Delivery, DeliveryState, EventKind};

/// The endpoints and their deliveries.
pub const LIST: &str = "/webhooks";
/// One delivery.
pub const DELIVERY: &str = "/webhooks/deliveries/:id";

/// Milliseconds within which an attempt is worth waiting for.
const SOON: i64 = 30_000;

/// The address of a delivery.
fn href(id: &DeliveryId) -> String {
    DELIVERY.replace(":id", id.as_str())
}

/// A kind of event in words.
fn event_name(kind: EventKind) -> String {
    let name = i18n::by_name(&format!("event.{}", kind.as_str()));
    name.map_or_else(|| kind.as_str().to_owned(), text)
}

/// A state of a delivery, with its tone.
fn state_words(state: DeliveryState) -> (Tone, Key) {
    match state {
        DeliveryState::Waiting => (Tone::Notice, words::WAITING_STATE),
        DeliveryState::Delivered => (Tone::Good, words::DELIVERED_STATE),
        DeliveryState::Failed => (Tone::Bad, words::FAILED_STATE),
    }
}

/// What came of an attempt, in words.
fn result_words(status: Option<i64>, fault: Option<AttemptFault>) -> String {
    let status = status.map(|s| s.to_string());
    match fault {
        None => status.unwrap_or_else(|| "–".into()),
        Some(AttemptFault::Answer) => {
            fill(words::FAULT_ANSWER, &[("status", status.as_deref().unwrap_or("–"))])
        }
        Some(AttemptFault::TimedOut) => text(words::FAULT_TIMED_OUT),
        Some(AttemptFault::Unreachable) => text(words::FAULT_UNREACHABLE),
        Some(AttemptFault::NotAllowed) => text(words::FAULT_NOT_ALLOWED),
        Some(AttemptFault::Broken) => text(words::FAULT_BROKEN),
    }
}

/// The host of an address: what tells endpoints apart.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

/// Whether a delivery is about to be attempted: then the page looks again by itself. What another server of the
/// installation delivers is told to its own consoles only.
fn is_moving(delivery: &Delivery) -> bool {
    delivery.next_at.is_some_and(|at| at.timestamp_millis() < dom::clock() + SOON)
}

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: LIST,
        title: words::TITLE,
        menu: Some(Menu { group: Group::Support, icon: Icon::Plug }),
        parent: None,
        access: Some(Permission::WebhooksManage),
        part: Part::Work,
    },
    Page {
        path: DELIVERY,
        title: words::DELIVERY,
        menu: None,
        parent: Some(LIST),
        access: Some(Permission::WebhooksManage),
        part: Part::Work,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_event_has_a_name() {
        for kind in EventKind::ALL {
            assert!(i18n::by_name(&format!("event.{}", kind.as_str())).is_some(), "{}", kind.as_str());
        }
    }

    #[test]
    fn the_host_stands_for_an_address() {
        assert_eq!(host("https://hook.example:8443/a?b"), "hook.example:8443");
        assert_eq!(host("https://hook.example?b"), "hook.example");
    }
}

/// What they show.
pub const VIEWS: &[View] = &[(LIST, hub::page), (DELIVERY, delivery::page)];

//! The log: what was told to which endpoint, and what became of it.

use super::hub::Hub;
use super::{event_name, host, href, is_moving, result_words, state_words};
use crate::i18n::texts::{Key, webhooks as words};
use crate::i18n::{format, text};
use crate::kit::filters::{Filter, Kind};
use crate::kit::list::List;
use crate::kit::table::{Cell, Column};
use crate::kit::{moment, send};
use crate::ui::badge::badge_bit;
use crate::ui::button::row_button;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::toast;
use contract::webhooks::{Delivery, DeliveryAgain, DeliveryList, DeliveryState, EventKind};
use std::sync::Arc;

const fn column(key: &'static str, title: Key, set: Cell, cell: fn(&Delivery) -> Bit) -> Column<Delivery> {
    Column { key, title, set, sort: None, cell }
}

const COLUMNS: &[Column<Delivery>] = &[
    column("event", words::EVENT, Cell::Head, |d| {
        bit("a").attr("href", href(&d.id)).child(event_name(d.event)).into()
    }),
    column("state", words::STATE, Cell::Text, state_cell),
    column("webhook", words::WEBHOOK, Cell::Text, |d| host(&d.url).into()),
    column("event_at", words::EVENT_AT, Cell::Text, |d| moment::cell(d.event_at).into()),
    column("attempts", words::ATTEMPTS, Cell::Number, |d| format::number(d.attempts).into()),
    column("result", words::RESULT, Cell::Text, |d| result_words(d.status, d.fault).into()),
    column("next_at", words::NEXT_AT, Cell::Text, |d| {
        d.next_at.map_or_else(|| "–".into(), |at| moment::cell(at).into())
    }),
    column("actions", words::ACTIONS, Cell::Actions, action_cell),
];

fn state_cell(delivery: &Delivery) -> Bit {
    let (tone, key) = state_words(delivery.state);
    badge_bit(tone, text(key)).into()
}

fn action_cell(delivery: &Delivery) -> Bit {
    let id = delivery.id.clone();
    let act = move || {
        send::ask::<DeliveryAgain>(&id, |_| {
            toast::tell(text(words::AGAIN_SENT));
            CHANGED.with(|c| c.update(|n| *n += 1));
        });
    };
    row_button("again", text(words::AGAIN), format!("again-{}", delivery.id), None, act).into()
}

thread_local! {
    /// Counts the changes made here, after which the list is loaded again.
    static CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// The tab.
pub(super) fn panel(hub: Hub) -> AnyView {
    let states =
        || DeliveryState::ALL.iter().map(|s| (s.as_str().to_owned(), text(state_words(*s).1))).collect();
    let endpoints = move || {
        let all = hub.all.get();
        all.iter().flat_map(|a| a.iter()).map(|w| (w.id.0.clone(), host(&w.url).to_owned())).collect()
    };
    let events = || EventKind::ALL.iter().map(|e| (e.as_str().to_owned(), event_name(*e))).collect();
    let list = List {
        name: "deliveries",
        title: words::DELIVERIES.into(),
        columns: COLUMNS,
        id: |delivery: &Delivery| delivery.id.0.clone(),
        search: None,
        filters: vec![
            Filter::one_of("state", words::STATE, states),
            Filter { param: "webhook", name: words::WEBHOOK, kind: Kind::OneOf(Arc::new(endpoints), None) },
            Filter::one_of("event", words::EVENT, events),
        ],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::NO_DELIVERIES, words::NO_DELIVERIES_HINT),
        class: "deliveries",
        default_sort: "",
        area: "webhooks",
    };
    let rows = list.load::<DeliveryList>(());
    rows.while_open(|page| page.items.iter().any(is_moving));
    let count = CHANGED.with(Clone::clone);
    on_change(move || count.get(), move || rows.again());
    list.view(rows)
}

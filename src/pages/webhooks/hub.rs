//! The page: the endpoints, and the log of deliveries.

use super::{deliveries, endpoints, form, replay};
use crate::api::{self, CallOf};
use crate::i18n::texts::{ui as ui_words, webhooks as words};
use crate::i18n::{plural, t};
use crate::kit::load::Load;
use crate::kit::page;
use crate::router;
use crate::ui::button::{Button, Look};
use crate::ui::copy::copyable;
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use crate::ui::tabs::{Tab, tabs};
use contract::webhooks::{MAX_WEBHOOKS, Webhook, WebhookList, WebhookState};

const TABS: [&str; 2] = ["endpoints", "deliveries"];

fn tab() -> &'static str {
    let asked = router::param("tab");
    TABS.into_iter().find(|tab| asked.as_deref() == Some(tab)).unwrap_or(TABS[0])
}

/// What is open over the page.
#[derive(Clone, PartialEq)]
pub(super) enum Over {
    /// The form; of a new endpoint where there is none.
    Form(Option<Webhook>),
    /// A secret that was just made.
    Secret(String),
    /// From when on events are sent again.
    Replay(Webhook),
}

/// The endpoints, and what is open over them. All copies are the same ones.
#[derive(Clone, Copy)]
pub(super) struct Hub {
    pub(super) all: Load<Vec<Webhook>>,
    pub(super) over: RwSignal<Option<Over>>,
}

/// The page.
pub(super) fn page() -> AnyView {
    let all = Load::new(|| -> Option<CallOf<Vec<Webhook>>> { Some(api::call::<WebhookList>(&(), &(), &())) });
    all.follow("webhooks");
    // Where one fails, what waits may wait for hours.
    all.while_open(|all| all.iter().any(|w| w.lag.waiting > 0 && is_told(w)));
    let hub = Hub { all, over: RwSignal::new(None) };
    let names = [words::ENDPOINTS, words::DELIVERIES];
    let rows = TABS.into_iter().zip(names).map(|(value, name)| Tab { value, name: name.into() }).collect();
    let panel = move |tab| match tab {
        "deliveries" => deliveries::panel(hub),
        _ => endpoints::panel(hub),
    };
    let full = move || {
        let full = hub.all.get().is_some_and(|all| all.len() >= MAX_WEBHOOKS);
        full.then(|| plural(words::FULL, i64::try_from(MAX_WEBHOOKS).unwrap_or(i64::MAX), &[]))
    };
    let add = move || hub.over.set(Some(Over::Form(None)));
    let button = Button::new(words::ADD).look(Look::Primary).refused(full).on_click(add).view();
    let over = move || {
        hub.over.get().map(|over| match over {
            Over::Form(before) => form::dialog(before, hub),
            Over::Secret(secret) => secret_dialog(secret, hub),
            Over::Replay(webhook) => replay::dialog(&webhook, hub),
        })
    };
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, Some(button)))
        .child(tabs(words::TITLE, rows, tab, panel))
        .child(over)
        .into_any()
}

fn is_told(webhook: &Webhook) -> bool {
    webhook.state == WebhookState::Enabled && webhook.failing_since.is_none()
}

fn secret_dialog(secret: String, hub: Hub) -> AnyView {
    let close = move || hub.over.set(None);
    let body = div()
        .attr("class", "form")
        .child(p().attr("role", "status").child(t(words::SECRET_HINT)))
        .child(div().attr("class", "link-line").child(copyable(secret)))
        .child(dialog::actions(vec![
            Button::new(ui_words::SAVED_IT).look(Look::Primary).on_click(close).view(),
        ]))
        .into_any();
    Dialog::new(words::SECRET_TITLE, close).once(Signal::stored(true)).view(body)
}

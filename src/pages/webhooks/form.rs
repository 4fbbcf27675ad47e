//! The dialog that adds or changes an endpoint. A new one's secret is shown afterwards, once.

use super::event_name;
use super::hub::{Hub, Over};
use crate::api;
use crate::i18n::text;
use crate::i18n::texts::{ui as ui_words, webhooks as words};
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::checks::{Choice, checks};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::form;
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{Words, toast};
use contract::text::optional;
use contract::webhooks::{
    ChangeWebhook, EventKind, MAX_DESCRIPTION, MAX_URL, NewWebhook, Webhook, WebhookChange, WebhookCreate,
    WebhookState, check_events, check_url,
};
use leptos::ev;

/// The value of the box that says whether the endpoint is told.
const ENABLED: &str = "enabled";

fn kinds(chosen: &[String]) -> Vec<EventKind> {
    chosen.iter().filter_map(|e| EventKind::parse(e)).collect()
}

/// The dialog; without an endpoint it adds one.
pub(super) fn dialog(before: Option<Webhook>, hub: Hub) -> AnyView {
    let title = if before.is_some() { words::CHANGE_TITLE } else { words::ADD };
    let (url, description) =
        before.as_ref().map(|w| (w.url.clone(), w.description.clone())).unwrap_or_default();
    let events: Vec<String> =
        before.iter().flat_map(|w| w.events.iter()).map(|e| e.as_str().to_owned()).collect();
    let on = before.as_ref().is_none_or(|w| w.state == WebhookState::Enabled);
    let enabled = if on { vec![ENABLED.to_owned()] } else { Vec::new() };
    let was = (url.clone(), description.clone(), events.clone(), enabled.clone());
    let (url, description) = (RwSignal::new(url), RwSignal::new(description));
    let (events, enabled) = (RwSignal::new(events), RwSignal::new(enabled));
    let dirty = Signal::derive(move || (url.get(), description.get(), events.get(), enabled.get()) != was);
    let close = move || hub.over.set(None);
    let sending = Sending::new();
    let url_rule = move || url.with(|u| check_url(u).err());
    let description_rule = move || description.with(|d| optional(d, MAX_DESCRIPTION).err());
    let events_rule = move || events.with(|e| check_events(&kinds(e)).err());
    let is_new = before.is_none();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let right =
            untrack(|| url_rule().is_none() && description_rule().is_none() && events_rule().is_none());
        if !sending.may(right) {
            return;
        }
        let (url, description) = (url.get_untracked(), description.get_untracked());
        let events = events.with_untracked(|e| kinds(e));
        match &before {
            None => {
                let new = NewWebhook { url, description, events };
                sending.send(api::call::<WebhookCreate>(&(), &(), &new), move |made| {
                    hub.over.set(Some(Over::Secret(made.secret.clone())));
                    hub.all.again();
                });
            }
            Some(webhook) => {
                let enabled = enabled.with_untracked(|e| !e.is_empty());
                let change = ChangeWebhook { url, description, events, enabled, version: webhook.version };
                sending.send(api::call::<WebhookChange>(&webhook.id, &(), &change), move |_| {
                    close();
                    toast::tell(text(words::SAVED));
                    hub.all.again();
                });
            }
        }
    };
    let choice = |kind: &EventKind| {
        let kind = *kind;
        Choice {
            value: kind.as_str().to_owned(),
            name: Words::new(move || event_name(kind)),
            hint: Some(kind.as_str().to_owned().into()),
        }
    };
    let choices = EventKind::ALL.iter().filter(|k| k.is_chosen()).map(choice).collect();
    let switch = (!is_new).then(|| {
        let choice = Choice {
            value: ENABLED.into(),
            name: words::ENABLED.into(),
            hint: Some(words::ENABLED_HINT.into()),
        };
        checks(words::STATE, vec![choice], enabled, Signal::stored(None))
    });
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(
            Field::new("url", words::URL, url)
                .kind("url", "off")
                .max(MAX_URL)
                .hint(words::URL_HINT)
                .error(sending.error("url", url_rule))
                .focused()
                .view(),
        )
        .child(
            Field::new("description", words::DESCRIPTION, description)
                .max(MAX_DESCRIPTION)
                .error(sending.error("description", description_rule))
                .view(),
        )
        .child(switch)
        .child(checks(words::EVENTS, choices, events, sending.error("events", events_rule)))
        .child(sending.notice(&["url", "description", "events"]))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(ui_words::SAVE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    Dialog::new(title, close).dirty(dirty).view(body)
}

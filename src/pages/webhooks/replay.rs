//! The dialog that sends again what happened since a moment.

use super::host;
use super::hub::Hub;
use crate::api;
use crate::i18n::texts::{ui as ui_words, webhooks as words};
use crate::i18n::{fill, format, plural};
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::toast;
use contract::error::Fault;
use contract::webhooks::{KEPT_DAYS, Replay, Webhook, WebhookReplay};
use leptos::ev;

/// The dialog.
pub(super) fn dialog(webhook: &Webhook, hub: Hub) -> AnyView {
    let title = fill(words::REPLAY_TITLE, &[("host", host(&webhook.url))]);
    let id = webhook.id.clone();
    let since = RwSignal::new(String::new());
    let close = move || hub.over.set(None);
    let sending = Sending::new();
    let rule = move || {
        since.with(|s| match s.as_str() {
            "" => Some(Fault::Required),
            text => format::read_local(text).is_none().then_some(Fault::Invalid),
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let moment = since.with_untracked(|s| format::read_local(s));
        if !sending.may(untrack(rule).is_none()) {
            return;
        }
        let Some(since) = moment else { return };
        sending.send(api::call::<WebhookReplay>(&id, &(), &Replay { since }), move |done| {
            close();
            toast::tell(plural(words::REPLAYED, done.events, &[]));
            hub.all.again();
        });
    };
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("class", "form__meta").child(move || plural(words::REPLAY_HINT, KEPT_DAYS, &[])))
        .child(
            Field::new("since", words::REPLAY_SINCE, since)
                .kind("datetime-local", "off")
                .error(sending.error("since", rule))
                .focused()
                .view(),
        )
        .child(sending.notice(&["since"]))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(words::REPLAY).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    Dialog::new(title, close).class("dialog--small").view(body)
}

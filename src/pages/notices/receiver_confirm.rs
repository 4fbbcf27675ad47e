//! The dialog that confirms a receiver's address: a code goes there, and whoever reads it tells it.

use super::receivers::Hub;
use crate::api;
use crate::i18n::texts::{notices as words, person};
use crate::i18n::{fill, t, text};
use crate::kit::code_form::code_form;
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, p};
use crate::ui::prelude::*;
use crate::ui::toast;
use contract::codes::{Challenge, Channel};
use contract::person::ConfirmAddress;
use contract::receivers::{AskReceiver, Receiver, ReceiverAsk, ReceiverConfirm};
use leptos::ev;
use std::sync::Arc;

/// The dialog.
pub(super) fn dialog(receiver: &Receiver, channel: Channel, hub: Hub) -> AnyView {
    let sent = RwSignal::new(None::<Arc<Challenge>>);
    let address = if channel == Channel::Sms { &receiver.is.phone } else { &receiver.is.email };
    let (address, receiver) = (StoredValue::new(address.clone()), StoredValue::new(receiver.clone()));
    let close = move || hub.over.set(None);
    let body = move || match sent.get() {
        None => ask(receiver, channel, address, sent, close),
        Some(challenge) => confirm(receiver, &challenge, address, hub),
    };
    Dialog::new(words::CONFIRM_ADDRESS, close).class("dialog--small").view(div().child(body).into_any())
}

fn ask(
    receiver: StoredValue<Receiver>,
    channel: Channel,
    address: StoredValue<String>,
    sent: RwSignal<Option<Arc<Challenge>>>,
    close: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let sending = Sending::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(true) {
            let id = receiver.with_value(|r| r.id.clone());
            let call = api::call::<ReceiverAsk>(&id, &(), &AskReceiver { channel });
            sending.send(call, move |challenge| sent.set(Some(challenge)));
        }
    };
    form()
        .attr("class", "form")
        .on(ev::submit, submit)
        .child(p().child(move || fill(words::CONFIRM_TEXT, &[("to", &address.get_value())])))
        .child(sending.notice(&[]))
        .child(dialog::actions(vec![
            Button::new(words::LATER).on_click(close).view(),
            Button::new(person::SEND_CODE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any()
}

fn confirm(
    receiver: StoredValue<Receiver>,
    challenge: &Challenge,
    address: StoredValue<String>,
    hub: Hub,
) -> AnyView {
    let id = challenge.id.clone();
    let close = move || hub.over.set(None);
    let form = code_form(address.get_value(), words::CONFIRM_ADDRESS, close, move |sending, code| {
        let body = ConfirmAddress { challenge: id.clone(), code };
        let of = receiver.with_value(|r| r.id.clone());
        sending.send(api::call::<ReceiverConfirm>(&of, &(), &body), move |_| {
            toast::tell(text(words::CONFIRMED_NOW));
            hub.over.set(None);
            hub.all.again();
        });
    });
    (form, p().attr("class", "form__meta").child(t(words::CONFIRM_HINT))).into_any()
}

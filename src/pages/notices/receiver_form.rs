//! The dialog that adds or changes a receiver.

use super::matrix::matrix;
use super::receivers::{Hub, Over};
use crate::api;
use crate::i18n::text;
use crate::i18n::texts::{Key, notices as words, ui as ui_words};
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::form;
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::toast;
use contract::codes::Channel;
use contract::error::Fault;
use contract::identity::MAX_EMAIL;
use contract::receivers::{
    ChangeReceiver, KINDS, MAX_NAME, NewReceiver, Receiver, ReceiverChange, ReceiverCreate, Told,
};
use leptos::ev;
use std::rc::Rc;
use std::sync::Arc;

const WAYS: [Key; 2] = [words::EMAIL, words::SMS];

/// Every kind, told or not, so that the table has a place for each.
fn whole(told: &[Told]) -> Vec<Told> {
    let none = |kind| Told { kind, email: false, sms: false };
    KINDS.iter().map(|kind| told.iter().copied().find(|t| t.kind == *kind).unwrap_or(none(*kind))).collect()
}

/// The dialog; without a receiver it adds one.
pub(super) fn dialog(before: Option<Receiver>, hub: Hub) -> AnyView {
    let is = before.as_ref().map(|r| r.is.clone()).unwrap_or_default();
    let (name, email, phone) =
        (RwSignal::new(is.name.clone()), RwSignal::new(is.email.clone()), RwSignal::new(is.phone.clone()));
    let told = RwSignal::new(whole(&is.told));
    let typed =
        move || NewReceiver { name: name.get(), email: email.get(), phone: phone.get(), told: told.get() };
    let was = NewReceiver { told: whole(&is.told), ..is };
    let dirty = Signal::derive(move || typed() != was);
    let sending = Sending::new();
    let rule = move |field: &'static str| {
        move || -> Option<Fault> {
            typed().faults().into_iter().find(|(name, _)| *name == field).map(|f| f.1)
        }
    };
    let close = move || hub.over.set(None);
    let title = if before.is_some() { words::CHANGE_RECEIVER } else { words::ADD_RECEIVER };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let receiver = untrack(typed);
        if !sending.may(receiver.faults().is_empty()) {
            return;
        }
        // What is new has to be confirmed: that comes next.
        let done = move |after: Arc<Receiver>| {
            hub.all.again();
            let next = if !after.is.email.is_empty() && !after.email_confirmed {
                Some(Channel::Email)
            } else if !after.is.phone.is_empty() && !after.phone_confirmed {
                Some(Channel::Sms)
            } else {
                None
            };
            toast::tell(text(words::RECEIVER_SAVED));
            hub.over.set(next.map(|channel| Over::Confirm((*after).clone(), channel)));
        };
        match &before {
            None => sending.send(api::call::<ReceiverCreate>(&(), &(), &receiver), done),
            Some(one) => {
                let change = ChangeReceiver { receiver, version: one.version };
                sending.send(api::call::<ReceiverChange>(&one.id, &(), &change), done);
            }
        }
    };
    let place = |told: &mut Vec<Told>, kind, way: usize| {
        if let Some(one) = told.iter_mut().find(|t| t.kind == kind) {
            let on = if way == 0 { &mut one.email } else { &mut one.sms };
            *on = !*on;
        }
    };
    let is_on = move |kind, way: usize| {
        told.with(|all| all.iter().any(|t| t.kind == kind && if way == 0 { t.email } else { t.sms }))
    };
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(sending.notice(&["name", "email", "phone"]))
        .child(
            Field::new("name", words::RECEIVER_NAME, name)
                .max(MAX_NAME)
                .error(sending.error("name", rule("name")))
                .focused()
                .view(),
        )
        .child(
            Field::new("email", words::ADDRESS, email)
                .kind("email", "off")
                .max(MAX_EMAIL)
                .hint(words::RECEIVER_HINT)
                .error(sending.error("email", rule("email")))
                .view(),
        )
        .child(
            Field::new("phone", words::PHONE, phone)
                .kind("tel", "off")
                .max(32)
                .error(sending.error("phone", rule("phone")))
                .view(),
        )
        .child(matrix(
            words::TOLD,
            &KINDS,
            &WAYS,
            Rc::new(is_on),
            Rc::new(move |kind, way| told.update(|all| place(all, kind, way))),
        ))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(ui_words::SAVE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    Dialog::new(title, close).dirty(dirty).view(body)
}

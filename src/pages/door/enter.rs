//! Being let in: an address, and the code that comes to it.

use crate::api::{self, CallOf};
use crate::i18n::texts::{codes as code_words, door as words, ui as ui_words};
use crate::i18n::{fill, t};
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::dom;
use crate::ui::el::{div, form, p, pre};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use contract::codes::{LENGTH, is_code};
use contract::door::{AskCode, CodeSent, Door, DoorCode, DoorEnter, Enter};
use contract::error::Fault;
use contract::id::CustomerToken;
use contract::identity::MAX_EMAIL;
use contract::prospects::email_of;
use contract::time::to_millis;
use leptos::ev;
use std::sync::Arc;
use std::time::Duration;

/// The steps. For an invitation by mail the address is its own (`to`, masked), and nobody types it. `entered` is
/// handed what is behind the door.
pub(super) fn steps(
    invitation: Option<CustomerToken>,
    to: String,
    entered: impl Fn(Arc<Door>) + Copy + Send + Sync + 'static,
) -> AnyView {
    let sent = RwSignal::new(None::<Arc<CodeSent>>);
    let email = RwSignal::new(String::new());
    let invitation = StoredValue::new(invitation);
    let again = move || {
        let wanted = AskCode { email: email.get_untracked(), invitation: invitation.get_value() };
        api::call::<DoorCode>(&(), &(), &wanted)
    };
    let body = move || match sent.get() {
        Some(now) => code_step(&now, again, sent, entered),
        None => address_step(&to, email, again, sent),
    };
    div().child(body).into_any()
}

fn address_step(
    to: &str,
    email: RwSignal<String>,
    ask: impl Fn() -> CallOf<CodeSent> + Copy + Send + Sync + 'static,
    sent: RwSignal<Option<Arc<CodeSent>>>,
) -> AnyView {
    let sending = Sending::new();
    let known = !to.is_empty();
    let rule = move || match email.with(|typed| email_of(typed)) {
        _ if known => None,
        Ok(email) if email.is_empty() => Some(Fault::Required),
        Ok(_) => None,
        Err(fault) => Some(fault),
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(rule).is_none()) {
            sending.send(ask(), move |now| sent.set(Some(now)));
        }
    };
    let lead =
        if known { fill(words::PROVE_MAIL, &[("to", to)]) } else { crate::i18n::text(words::PROVE_ANY) };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().child(lead))
        .child((!known).then(|| {
            Field::new("email", words::EMAIL, email)
                .kind("email", "email")
                .max(MAX_EMAIL)
                .error(sending.error("email", rule))
                .view()
        }))
        .child(sending.notice(&["email"]))
        .child(Button::new(words::SEND_CODE).look(Look::Primary).submits().busy(sending.busy).view())
        .into_any()
}

fn code_step(
    now: &CodeSent,
    ask: impl Fn() -> CallOf<CodeSent> + Copy + Send + Sync + 'static,
    sent: RwSignal<Option<Arc<CodeSent>>>,
    entered: impl Fn(Arc<Door>) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (code, sending) = (RwSignal::new(String::new()), Sending::new());
    let challenge = now.challenge.id.clone();
    let rule = move || {
        code.with(|c| match c.trim() {
            "" => Some(Fault::Required),
            c if is_code(c) => None,
            _ => Some(Fault::Invalid),
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(rule).is_none()) {
            let given = Enter { challenge: challenge.clone(), code: code.get_untracked().trim().to_owned() };
            sending.send(api::call::<DoorEnter>(&(), &(), &given), entered);
        }
    };
    let resend_at = to_millis(now.challenge.resend_at);
    let clock = RwSignal::new(api::server_clock());
    dom::every(Duration::from_secs(1), move || clock.set(api::server_clock()));
    let wait = memo(move || (resend_at - clock.get() + 999) / 1000);
    let too_soon = move || {
        let left = wait.get();
        (left > 0)
            .then(|| fill(code_words::RESEND_WAIT, &[("time", &format!("{}:{:02}", left / 60, left % 60))]))
    };
    let again = move || sending.send(ask(), move |now| sent.set(Some(now)));
    let told = fill(words::SENT, &[("to", &now.challenge.sent_to)]);
    let message = now.message.clone();
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("role", "status").child(told))
        .child(message.map(|message| {
            div().attr("class", "mail").child(p().child(t(words::DEMO))).child(pre().child(message))
        }))
        .child(sending.notice(&["code"]))
        .child(
            Field::new("code", words::CODE, code)
                .kind("text", "one-time-code")
                .inputmode("numeric")
                .max(LENGTH + 2)
                .error(sending.error("code", rule))
                .focused()
                .view(),
        )
        .child(Button::new(words::ENTER).look(Look::Primary).submits().busy(sending.busy).view())
        .child(Button::new(words::AGAIN).refused(too_soon).on_click(again).view())
        .child(Button::new(ui_words::BACK).look(Look::Quiet).on_click(move || sent.set(None)).view())
        .into_any()
}

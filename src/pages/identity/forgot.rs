//! A forgotten password: asking for a link, and setting a new one with it. Open without a session.

use super::{FORGOT, SIGN_IN, gate, password};
use crate::api;
use crate::i18n::texts::{Key, identity as words, person};
use crate::i18n::{fill, t};
use crate::kit::errors;
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::routes;
use crate::ui::button::{Button, Look};
use crate::ui::el::{a, div, form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{dom, skeleton};
use contract::error::{Code, Fault};
use contract::id::ResetToken;
use contract::identity::MAX_EMAIL;
use contract::person::{AskReset, NewPassword, Reset, ResetAsk, ResetUse, ResetView};
use contract::text::{is_email, required};
use leptos::ev;

/// The page that asks for a link.
pub(super) fn page() -> AnyView {
    let email = RwSignal::new(String::new());
    let (sending, sent) = (Sending::new(), RwSignal::new(false));
    let rule = move || {
        email.with(|e| match required(e, MAX_EMAIL) {
            Ok(e) if is_email(e) => None,
            Ok(_) => Some(Fault::Invalid),
            Err(fault) => Some(fault),
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(rule).is_none()) {
            let body = AskReset { email: email.get_untracked().trim().to_owned() };
            sending.send(api::call::<ResetAsk>(&(), &(), &body), move |_| {
                sent.set(true);
                dom::focus_soon(".gate__box [role=status]");
            });
        }
    };
    let body = move || {
        if sent.get() {
            return told(person::LINK_SENT, &[(SIGN_IN, person::BACK_TO_SIGN_IN)]);
        }
        form()
            .attr("class", "form")
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .child(p().attr("class", "form__meta").child(t(person::FORGOT_TEXT)))
            .child(sending.notice(&["email"]))
            .child(
                Field::new("email", words::EMAIL, email)
                    .kind("email", "username")
                    .max(MAX_EMAIL)
                    .error(sending.error("email", rule))
                    .focused()
                    .view(),
            )
            .child(Button::new(person::SEND_LINK).look(Look::Primary).submits().busy(sending.busy).view())
            .child(p().child(a().attr("href", SIGN_IN).child(t(person::BACK_TO_SIGN_IN))))
            .into_any()
    };
    gate(person::FORGOT, body.into_any())
}

/// The page that a link leads to.
pub(super) fn reset_page() -> AnyView {
    let token = ResetToken(routes::part("token"));
    let done = RwSignal::new(false);
    let reset: Load<Reset> = {
        let token = token.clone();
        Load::new(move || Some(api::call::<ResetView>(&token, &(), &())))
    };
    let body = move || {
        if done.get() {
            return told(person::RESET_DONE, &[(SIGN_IN, words::SIGN_IN)]);
        }
        match (reset.get(), reset.failure()) {
            (Some(reset), _) => set_form(reset.email.clone(), token.clone(), done),
            (None, Some(why)) if why.code() == Some(Code::LinkExpired) => {
                told(person::RESET_DEAD, &[(FORGOT, person::FORGOT), (SIGN_IN, person::BACK_TO_SIGN_IN)])
            }
            (None, Some(why)) => errors::region(why, move || reset.again()),
            (None, None) => skeleton::lines(4),
        }
    };
    gate(person::RESET, div().child(body).into_any())
}

fn set_form(email: String, token: ResetToken, done: RwSignal<bool>) -> AnyView {
    let value = RwSignal::new(String::new());
    let sending = Sending::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(|| password::rule(value)).is_none()) {
            let body = NewPassword { password: value.get_untracked() };
            sending.send(api::call::<ResetUse>(&token, &(), &body), move |_| {
                done.set(true);
                dom::focus_soon(".gate__box [role=status]");
            });
        }
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("class", "form__meta").child(move || fill(person::RESET_FOR, &[("email", &email)])))
        .child(sending.notice(&["password"]))
        .child(password::new_field(value, sending).focused().view())
        .child(Button::new(person::SET_PASSWORD).look(Look::Primary).submits().busy(sending.busy).view())
        .into_any()
}

/// What has become of it, and where to go on.
fn told(words: Key, links: &[(&'static str, Key)]) -> AnyView {
    let links: Vec<_> = links
        .iter()
        .map(|(href, name)| a().attr("class", "button").attr("href", *href).child(t(*name)).into_any())
        .collect();
    div()
        .attr("class", "form")
        .child(p().attr("role", "status").attr("tabindex", "-1").child(t(words)))
        .child(links)
        .into_any()
}

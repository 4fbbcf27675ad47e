//! The own sign-in address, and changing it by a code that goes to the new one.

use crate::api;
use crate::i18n::texts::{factors as factor_words, person, ui as ui_words};
use crate::i18n::{fill, t, text};
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, h2, p, section};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{toast, when};
use contract::codes::{Challenge, LENGTH, is_code};
use contract::error::Fault;
use contract::factors::FactorView;
use contract::identity::{MAX_EMAIL, MAX_PASSWORD};
use contract::person::{ChangeEmail, ConfirmEmail, EmailAsk, EmailConfirm};
use contract::text::{is_email, required};
use leptos::ev;
use std::sync::Arc;

/// The address's part of the page.
pub(super) fn card() -> AnyView {
    let open = RwSignal::new(false);
    section()
        .attr("class", "card")
        .attr("aria-labelledby", "email-card")
        .child(
            div()
                .attr("class", "card__head")
                .child(h2().attr("id", "email-card").child(t(person::EMAIL)))
                .child(Button::new(person::CHANGE_EMAIL).on_click(move || open.set(true)).view()),
        )
        .child(p().child(|| session::with(|s| s.email.clone()).unwrap_or_default()))
        .child(when(move || open.get(), move || change(open)))
        .into_any()
}

fn change(open: RwSignal<bool>) -> AnyView {
    let email = RwSignal::new(String::new());
    let sent = RwSignal::new(None::<Arc<Challenge>>);
    let close = move || open.set(false);
    let body = move || match sent.get() {
        None => address(email, sent, close),
        Some(challenge) => confirm(&challenge, email, close),
    };
    Dialog::new(person::CHANGE_EMAIL, close).class("dialog--small").view(div().child(body).into_any())
}

fn address(
    email: RwSignal<String>,
    sent: RwSignal<Option<Arc<Challenge>>>,
    close: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let (password, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let factors = Load::new(|| Some(api::call::<FactorView>(&(), &(), &())));
    let has_step = memo(move || factors.get().is_some_and(|f| f.totp.is_some()));
    let code_rule = move || (has_step.get() && code.with(|c| c.trim().is_empty())).then_some(Fault::Required);
    let sending = Sending::new();
    let email_rule = move || {
        email.with(|e| match required(e, MAX_EMAIL) {
            Ok(e) if is_email(e) => None,
            Ok(_) => Some(Fault::Invalid),
            Err(fault) => Some(fault),
        })
    };
    let password_rule = move || password.with(String::is_empty).then_some(Fault::Required);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let right = untrack(|| email_rule().is_none() && password_rule().is_none() && code_rule().is_none());
        if sending.may(right) {
            let body = ChangeEmail {
                email: email.get_untracked().trim().to_owned(),
                password: password.get_untracked(),
                code: code.get_untracked().trim().to_owned(),
            };
            sending.send(api::call::<EmailAsk>(&(), &(), &body), move |challenge| sent.set(Some(challenge)));
        }
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(sending.notice(&["email", "password", "code"]))
        .child(
            Field::new("email", person::NEW_EMAIL, email)
                .kind("email", "email")
                .max(MAX_EMAIL)
                .hint(person::NEW_EMAIL_HINT)
                .error(sending.error("email", email_rule))
                .focused()
                .view(),
        )
        .child(
            Field::new("password", person::CURRENT_PASSWORD, password)
                .kind("password", "current-password")
                .max(MAX_PASSWORD)
                .error(sending.error("password", password_rule))
                .view(),
        )
        .child(when(
            move || has_step.get(),
            move || {
                Field::new("code", factor_words::CODE, code)
                    .kind("text", "one-time-code")
                    .error(sending.error("code", code_rule))
                    .view()
            },
        ))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(person::SEND_CODE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any()
}

fn confirm(
    challenge: &Challenge,
    email: RwSignal<String>,
    close: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let id = challenge.id.clone();
    let code = RwSignal::new(String::new());
    let sending = Sending::new();
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
            let body = ConfirmEmail { challenge: id.clone(), code: code.get_untracked().trim().to_owned() };
            sending.send(api::call::<EmailConfirm>(&(), &(), &body), move |_| {
                toast::tell(text(person::EMAIL_CHANGED));
                session::refresh();
                close();
            });
        }
    };
    let told = move || fill(person::CODE_SENT, &[("email", email.get_untracked().trim())]);
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("role", "status").child(told))
        .child(sending.notice(&["code"]))
        .child(
            Field::new("code", person::CODE, code)
                .kind("text", "one-time-code")
                .inputmode("numeric")
                .max(LENGTH + 2)
                .error(sending.error("code", rule))
                .focused()
                .view(),
        )
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(person::TAKE_EMAIL).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any()
}

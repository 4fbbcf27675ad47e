//! The own password: what a new one must be, and changing it.

use crate::api;
use crate::i18n::texts::{person, ui as ui_words};
use crate::i18n::{t, text};
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, h2, p, section};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{toast, when};
use contract::error::Fault;
use contract::identity::{MAX_PASSWORD, MIN_PASSWORD};
use contract::person::{ChangePassword, PasswordChange};
use leptos::ev;

/// What is wrong with a new password, as far as the page can tell.
pub(super) fn rule(password: RwSignal<String>) -> Option<Fault> {
    match password.with(|p| p.chars().count()) {
        0 => Some(Fault::Required),
        n if n < MIN_PASSWORD => Some(Fault::TooShort { min: MIN_PASSWORD as u32 }),
        _ => None,
    }
}

/// The field of a new password, named `password`.
pub(super) fn new_field(value: RwSignal<String>, sending: Sending) -> Field {
    Field::new("password", person::NEW_PASSWORD, value)
        .kind("password", "new-password")
        .max(MAX_PASSWORD)
        .hint(person::NEW_PASSWORD_HINT)
        .error(sending.error("password", move || rule(value)))
}

/// The password's part of the page.
pub(super) fn card() -> AnyView {
    let open = RwSignal::new(false);
    section()
        .attr("class", "card")
        .attr("aria-labelledby", "password-card")
        .child(
            div()
                .attr("class", "card__head")
                .child(h2().attr("id", "password-card").child(t(person::PASSWORD)))
                .child(Button::new(person::CHANGE_PASSWORD).on_click(move || open.set(true)).view()),
        )
        .child(p().attr("class", "form__meta").child(t(person::PASSWORD_HINT)))
        .child(when(move || open.get(), move || change(open)))
        .into_any()
}

fn change(open: RwSignal<bool>) -> AnyView {
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    let close = move || open.set(false);
    let current_rule = move || current.with(String::is_empty).then_some(Fault::Required);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(|| current_rule().is_none() && rule(new).is_none())) {
            let body = ChangePassword { current: current.get_untracked(), password: new.get_untracked() };
            sending.send(api::call::<PasswordChange>(&(), &(), &body), move |_| {
                toast::tell(text(person::PASSWORD_CHANGED));
                close();
            });
        }
    };
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(sending.notice(&["current", "password"]))
        .child(
            Field::new("current", person::CURRENT_PASSWORD, current)
                .kind("password", "current-password")
                .max(MAX_PASSWORD)
                .error(sending.error("current", current_rule))
                .focused()
                .view(),
        )
        .child(new_field(new, sending).view())
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(person::CHANGE_PASSWORD).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    Dialog::new(person::CHANGE_PASSWORD, close).class("dialog--small").view(body)
}

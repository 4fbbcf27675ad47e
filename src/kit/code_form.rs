//! The form for a code that went to an address which shall be confirmed.

use crate::i18n::fill;
use crate::i18n::texts::{Key, person as words, ui as ui_words};
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::dialog;
use crate::ui::el::{form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use contract::codes::{LENGTH, is_code};
use contract::error::Fault;
use leptos::ev;

/// The form: where the code went, its field, and a button of that name. `send` goes on with what was typed.
pub fn code_form(
    to: String,
    name: Key,
    close: impl Fn() + Send + Sync + 'static,
    send: impl Fn(Sending, String) + 'static,
) -> AnyView {
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
            send(sending, code.get_untracked().trim().to_owned());
        }
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("role", "status").child(move || fill(words::CODE_SENT, &[("to", &to)])))
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
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(name).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any()
}

//! The second step of signing in: a code of the app, or a recovery code.

use crate::api;
use crate::i18n::t;
use crate::i18n::texts::factors as words;
use crate::kit::send::Sending;
use crate::ui::Act;
use crate::ui::button::{Button, Look};
use crate::ui::el::{div, form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use contract::error::Fault;
use contract::factors::{SecondStep, Step, StepCode};
use contract::identity::Session;
use leptos::ev;

/// The longest code that somebody types.
const MAX_CODE: usize = 40;

/// The field of a code, named `code`.
pub(super) fn code_field(value: RwSignal<String>, sending: Sending) -> Field {
    let rule = move || value.with(|v| v.trim().is_empty()).then_some(Fault::Required);
    Field::new("code", words::CODE, value)
        .kind("text", "one-time-code")
        .max(MAX_CODE)
        .error(sending.error("code", rule))
}

/// The form. `back` leads to the password again, `done` takes the session that has begun.
#[must_use]
pub fn form_of(_: &Step, back: Act, done: impl Fn(Session) + Copy + 'static + Send + Sync) -> AnyView {
    let code = RwSignal::new(String::new());
    let sending = Sending::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(code.with_untracked(|c| !c.trim().is_empty())) {
            let body = StepCode { code: code.get_untracked() };
            let call = api::call::<SecondStep>(&(), &(), &body);
            sending.send(call, move |session| done((*session).clone()));
        }
    };
    let start_over = Button::new(words::START_OVER).look(Look::Quiet).on_click(move || back.make());
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("role", "status").child(t(words::STEP_TEXT)))
        .child(sending.notice(&["code"]))
        .child(code_field(code, sending).hint(words::CODE_HINT).focused().view())
        .child(Button::new(words::CONFIRM).look(Look::Primary).submits().busy(sending.busy).view())
        .child(div().child(start_over.view()))
        .into_any()
}

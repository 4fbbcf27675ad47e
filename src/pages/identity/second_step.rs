//! The second step of signing in: a passkey, a code of the app, or a recovery code.

use crate::api;
use crate::i18n::t;
use crate::i18n::texts::{factors as words, passkeys};
use crate::kit::passkey;
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::el::{div, form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{Act, dom};
use contract::error::Fault;
use contract::factors::{SecondStep, Step, StepCode};
use contract::identity::Session;
use contract::passkeys::PasskeyOptions;
use leptos::ev;
use std::sync::Arc;

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
pub fn form_of(step: &Step, back: Act, done: impl Fn(Session) + Copy + 'static + Send + Sync) -> AnyView {
    let code = RwSignal::new(String::new());
    let sending = Sending::new();
    let send = move |body: StepCode| {
        sending.send(api::call::<SecondStep>(&(), &(), &body), move |session| done((*session).clone()));
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(code.with_untracked(|c| !c.trim().is_empty())) {
            send(StepCode { code: code.get_untracked(), passkey: None });
        }
    };
    let start_over = Button::new(words::START_OVER).look(Look::Quiet).on_click(move || back.make());
    let obstacle = step.passkey.as_ref().and_then(|_| passkey::obstacle());
    let by_passkey = step.passkey.clone().filter(|_| obstacle.is_none());
    let told = if by_passkey.is_some() { passkeys::STEP_TEXT } else { words::STEP_TEXT };
    let field = code_field(code, sending).hint(words::CODE_HINT);
    let field = if by_passkey.is_some() { field } else { field.focused() };
    let look = if by_passkey.is_some() { Look::Plain } else { Look::Primary };
    let by_passkey = by_passkey.map(|options| {
        passkey_button(options, sending, move |answer| {
            send(StepCode { passkey: Some(answer), ..StepCode::default() });
        })
    });
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("role", "status").child(t(told)))
        .child(obstacle.map(|why| p().attr("class", "form__meta").child(t(why))))
        .child(sending.notice(&["code"]))
        .child(by_passkey)
        .child(field.view())
        .child(Button::new(words::CONFIRM).look(look).submits().busy(sending.busy).view())
        .child(div().child(start_over.view()))
        .into_any()
}

/// The button that has a passkey answer; it has the focus.
fn passkey_button(
    options: PasskeyOptions,
    sending: Sending,
    then: impl Fn(contract::passkeys::PasskeyAnswer) + Copy + Send + Sync + 'static,
) -> AnyView {
    let options = Arc::new(options);
    dom::focus_soon("#use-passkey");
    Button::new(passkeys::USE)
        .look(Look::Primary)
        .id("use-passkey")
        .busy(sending.busy)
        .on_click(move || {
            let options = options.clone();
            sending.first(async move {
                then(passkey::answer(&options).await?);
                Ok(())
            });
        })
        .view()
}

//! Showing that it is oneself, for a change of what one signs in with or is reached by: the password, and a code or a
//! passkey of somebody who has such a thing.

use super::second_step::code_field;
use crate::api;
use crate::i18n::t;
use crate::i18n::texts::{Key, factors as words, passkeys, person, ui as ui_words};
use crate::kit::load::Load;
use crate::kit::passkey;
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::el::{div, form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{Act, dialog, when};
use contract::error::Fault;
use contract::factors::{FactorView, Factors, Proof};
use contract::identity::MAX_PASSWORD;
use contract::passkeys::{MAX_PASSKEY_NAME, PasskeyAnswer};
use contract::text::required;
use leptos::ev;
use std::sync::Arc;

/// What somebody is asked besides the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Asks {
    /// A code of the app, or a recovery code.
    pub(super) code: bool,
    /// A passkey, in place of the code.
    pub(super) passkey: bool,
}

impl Asks {
    /// By what somebody has, and what works here.
    pub(super) fn of(has: &Factors) -> Self {
        let passkey = !has.passkeys.is_empty();
        Self { code: has.totp.is_some() || passkey, passkey: passkey && passkey::obstacle().is_none() }
    }
}

/// What is done with a proof.
pub type Send = Arc<dyn Fn(Proof) + std::marker::Send + Sync>;

/// What is typed. All copies are the same.
#[derive(Clone, Copy)]
pub struct Proven {
    password: RwSignal<String>,
    code: RwSignal<String>,
    asks: Memo<Asks>,
}

impl Proven {
    /// Nothing yet; what is asked is looked up.
    #[must_use]
    pub fn new() -> Self {
        let factors = Load::new(|| Some(api::call::<FactorView>(&(), &(), &())));
        Self::asking(memo(move || factors.get().map(|has| Asks::of(&has)).unwrap_or_default()))
    }

    fn asking(asks: Memo<Asks>) -> Self {
        Self { password: RwSignal::new(String::new()), code: RwSignal::new(String::new()), asks }
    }

    fn password_fault(self) -> Option<Fault> {
        self.password.with(String::is_empty).then_some(Fault::Required)
    }

    fn code_fault(self) -> Option<Fault> {
        (self.asks.get().code && self.code.with(|c| c.trim().is_empty())).then_some(Fault::Required)
    }

    /// Whether everything is there.
    pub fn is_right(self) -> bool {
        untrack(|| self.password_fault().is_none() && self.code_fault().is_none())
    }

    /// It, to be sent.
    pub fn take(self) -> Proof {
        let code = self.code.get_untracked().trim().to_owned();
        Proof { password: self.password.get_untracked(), code, passkey: None }
    }

    fn with(self, answer: PasskeyAnswer) -> Proof {
        Proof { code: String::new(), passkey: Some(answer), ..self.take() }
    }

    /// The fields of a form.
    #[must_use]
    pub fn fields(self, sending: Sending) -> AnyView {
        (self.password_field(sending).view(), self.code_field(sending)).into_any()
    }

    fn password_field(self, sending: Sending) -> Field {
        Field::new("password", person::CURRENT_PASSWORD, self.password)
            .kind("password", "current-password")
            .max(MAX_PASSWORD)
            .error(sending.error("password", move || self.password_fault()))
    }

    fn code_field(self, sending: Sending) -> AnyView {
        let field = move || code_field(self.code, sending).hint(words::CODE_HINT).view();
        when(move || self.asks.get().code, field)
    }

    /// The button that has a passkey answer in place of a code; what else there is must be `right`.
    pub fn passkey_button(
        self,
        sending: Sending,
        right: impl Fn() -> bool + Copy + std::marker::Send + Sync + 'static,
        send: Send,
    ) -> AnyView {
        let go = move || {
            let right = right() && untrack(|| self.password_fault().is_none());
            if right && !sending.busy.get_untracked() {
                let send = send.clone();
                sending.first(async move {
                    send(self.with(passkey::prove().await?));
                    Ok(())
                });
            } else {
                _ = sending.may(right);
            }
        };
        let button = move || Button::new(passkeys::USE).busy(sending.busy).on_click(go.clone()).view();
        when(move || self.asks.get().passkey, button)
    }
}

/// The form of a dialog that ends something, by a proof and nothing else. `send` goes on with it.
pub fn ending(
    name: Key,
    lead: Option<Key>,
    close: impl Fn() + std::marker::Send + Sync + 'static,
    send: impl Fn(Sending, Proof) + Copy + std::marker::Send + Sync + 'static,
) -> AnyView {
    let (proven, sending) = (Proven::new(), Sending::new());
    let send = move |proof| send(sending, proof);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(proven.is_right()) {
            send(proven.take());
        }
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(lead.map(|lead| p().attr("class", "form__meta").child(t(lead))))
        .child(sending.notice(&["password", "code"]))
        .child(proven.fields(sending))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            proven.passkey_button(sending, || true, Arc::new(send)),
            Button::new(name).look(Look::Danger).submits().busy(sending.busy).view(),
        ]))
        .into_any()
}

/// A form that asks for a proof and nothing else, but for the name of a new passkey.
pub(super) struct Form {
    /// What it is for: the words of its button.
    pub(super) name: Key,
    /// How the button looks.
    pub(super) look: Look,
    /// What is asked.
    pub(super) asks: Asks,
    /// The name of a new passkey, where one is asked for too.
    pub(super) called: Option<RwSignal<String>>,
    /// What gives it up, where it can be given up.
    pub(super) close: Option<Act>,
}

impl Form {
    /// The form. `send` goes on with what was given, under the same `sending`.
    pub(super) fn view(self, sending: Sending, send: Send) -> AnyView {
        let Self { name, look, asks, called, close } = self;
        let proven = Proven::asking(memo(move || asks));
        let name_rule = move || called.and_then(|name| name.with(|n| required(n, MAX_PASSKEY_NAME).err()));
        let right = move || untrack(|| name_rule().is_none());
        let by_code = send.clone();
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if sending.may(right() && proven.is_right()) {
                by_code(proven.take());
            }
        };
        let called = called.map(|value| {
            Field::new("name", passkeys::NAME, value)
                .max(MAX_PASSKEY_NAME)
                .hint(passkeys::NAME_HINT)
                .error(sending.error("name", name_rule))
                .view()
        });
        let cancel = close.map(|close| Button::new(ui_words::CANCEL).on_click(move || close.make()).view());
        let last = [
            proven.passkey_button(sending, right, send),
            Button::new(name).look(look).submits().busy(sending.busy).view(),
        ];
        form()
            .attr("class", "form")
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .child(sending.notice(&["name", "password", "code"]))
            .child(called)
            .child(proven.password_field(sending).focused().view())
            .child(proven.code_field(sending))
            .child(dialog::actions(cancel.into_iter().chain(last).collect()))
            .into_any()
    }
}

/// Words over such a form.
pub(super) fn under(text: Key, form: AnyView) -> AnyView {
    let words = p().attr("class", "form__meta").child(t(text));
    div().attr("class", "form").child(words).child(form).into_any()
}

//! The own sign-in address and the phone that codes can come to: each changed by a code that goes to the new one.

use super::proof::{Proven, ending};
use crate::api::{self, CallOf};
use crate::i18n::texts::{Key, person as words, ui as ui_words};
use crate::i18n::{t, text};
use crate::kit::code_form::code_form;
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, h2, p, section, span};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{toast, when};
use contract::codes::Challenge;
use contract::error::Fault;
use contract::factors::Proof;
use contract::identity::MAX_EMAIL;
use contract::person::{
    ChangeEmail, ChangePhone, ConfirmAddress, EmailAsk, EmailConfirm, Phone, PhoneAsk, PhoneConfirm,
    PhoneEnd, PhoneView,
};
use contract::text::{is_email, phone, required};
use leptos::ev;
use std::sync::Arc;

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Email,
    Phone,
}

impl Of {
    fn pick(self, email: Key, phone: Key) -> Key {
        if self == Self::Email { email } else { phone }
    }

    /// What is wrong with what was typed.
    fn fault(self, typed: &str) -> Option<Fault> {
        match (self, required(typed, MAX_EMAIL)) {
            (_, Err(fault)) => Some(fault),
            (Self::Email, Ok(typed)) => (!is_email(typed)).then_some(Fault::Invalid),
            (Self::Phone, Ok(typed)) => phone(typed).is_none().then_some(Fault::Invalid),
        }
    }

    fn ask(self, typed: &str, Proof { password, code, passkey }: Proof) -> CallOf<Challenge> {
        let typed = typed.trim().to_owned();
        match self {
            Self::Email => {
                api::call::<EmailAsk>(&(), &(), &ChangeEmail { email: typed, password, code, passkey })
            }
            Self::Phone => {
                api::call::<PhoneAsk>(&(), &(), &ChangePhone { phone: typed, password, code, passkey })
            }
        }
    }
}

/// The address's part of the page.
pub(super) fn email() -> AnyView {
    let open = RwSignal::new(false);
    let value = (|| session::with(|s| s.email.clone()).unwrap_or_default()).into_any();
    let button = Button::new(words::CHANGE_EMAIL).on_click(move || open.set(true)).view();
    card(Of::Email, value, button)
        .child(when(
            move || open.get(),
            move || {
                change(Of::Email, move |changed| {
                    open.set(false);
                    if changed {
                        toast::tell(text(words::EMAIL_CHANGED));
                        session::refresh();
                    }
                })
            },
        ))
        .into_any()
}

/// The phone's part of the page.
pub(super) fn phone_card() -> AnyView {
    let now: Load<Phone> = Load::new(|| Some(api::call::<PhoneView>(&(), &(), &())));
    let (open, ending) = (RwSignal::new(false), RwSignal::new(false));
    let known = memo(move || now.get().map(|p| p.phone.clone()).unwrap_or_default());
    let has = memo(move || known.with(|k| !k.is_empty()));
    let value = (move || if has.get() { known.get() } else { text(words::NO_PHONE) }).into_any();
    let buttons = (move || {
        let name = if has.get() { words::CHANGE_PHONE } else { words::SET_PHONE };
        let end = has.get().then(|| {
            Button::new(words::END_PHONE).look(Look::Danger).on_click(move || ending.set(true)).view()
        });
        (end, Button::new(name).on_click(move || open.set(true)).view())
    })
    .into_any();
    card(Of::Phone, value, span().attr("class", "card__actions").child(buttons).into_any())
        .child(p().attr("class", "form__meta").child(t(words::PHONE_HINT)))
        .child(when(
            move || open.get(),
            move || {
                change(Of::Phone, move |changed| {
                    open.set(false);
                    if changed {
                        toast::tell(text(words::PHONE_CHANGED));
                        now.again();
                    }
                })
            },
        ))
        .child(when(
            move || ending.get(),
            move || {
                let close = move || ending.set(false);
                Dialog::new(words::END_PHONE, close).class("dialog--small").view(end(now, close))
            },
        ))
        .into_any()
}

fn card(of: Of, value: AnyView, button: AnyView) -> crate::ui::el::El {
    let id = if of == Of::Email { "email-card" } else { "phone-card" };
    section()
        .attr("class", "card")
        .attr("aria-labelledby", id)
        .child(
            div()
                .attr("class", "card__head")
                .child(h2().attr("id", id).child(t(of.pick(words::EMAIL, words::PHONE))))
                .child(button),
        )
        .child(p().child(value))
}

/// The dialog; `close` is told whether it was changed.
fn change(of: Of, close: impl Fn(bool) + Copy + Send + Sync + 'static) -> AnyView {
    let typed = RwSignal::new(String::new());
    let sent = RwSignal::new(None::<Arc<Challenge>>);
    let cancel = move || close(false);
    let body = move || match sent.get() {
        None => address(of, typed, sent, cancel),
        Some(challenge) => confirm(of, &challenge, typed, close),
    };
    let title = of.pick(words::CHANGE_EMAIL, words::CHANGE_PHONE);
    Dialog::new(title, cancel).class("dialog--small").view(div().child(body).into_any())
}

fn address(
    of: Of,
    typed: RwSignal<String>,
    sent: RwSignal<Option<Arc<Challenge>>>,
    cancel: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let (proven, sending) = (Proven::new(), Sending::new());
    let rule = move || typed.with(|typed| of.fault(typed));
    let right = move || untrack(|| rule().is_none());
    let send = move |proof| {
        let call = of.ask(&typed.get_untracked(), proof);
        sending.send(call, move |challenge| sent.set(Some(challenge)));
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(right() && proven.is_right()) {
            send(proven.take());
        }
    };
    let field = match of {
        Of::Email => Field::new("email", words::NEW_EMAIL, typed)
            .kind("email", "email")
            .hint(words::NEW_EMAIL_HINT)
            .error(sending.error("email", rule)),
        Of::Phone => Field::new("phone", words::NEW_PHONE, typed)
            .kind("tel", "tel")
            .hint(words::NEW_PHONE_HINT)
            .error(sending.error("phone", rule)),
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(sending.notice(&["email", "phone", "password", "code"]))
        .child(field.max(MAX_EMAIL).focused().view())
        .child(proven.fields(sending))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(cancel).view(),
            proven.passkey_button(sending, right, Arc::new(send)),
            Button::new(words::SEND_CODE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any()
}

fn confirm(
    of: Of,
    challenge: &Challenge,
    typed: RwSignal<String>,
    close: impl Fn(bool) + Copy + Send + Sync + 'static,
) -> AnyView {
    let id = challenge.id.clone();
    let to = typed.get_untracked().trim().to_owned();
    let name = of.pick(words::TAKE_EMAIL, words::TAKE_PHONE);
    code_form(
        to,
        name,
        move || close(false),
        move |sending, code| {
            let body = ConfirmAddress { challenge: id.clone(), code };
            match of {
                Of::Email => sending.send(api::call::<EmailConfirm>(&(), &(), &body), move |_| close(true)),
                Of::Phone => sending.send(api::call::<PhoneConfirm>(&(), &(), &body), move |_| close(true)),
            }
        },
    )
}

fn end(now: Load<Phone>, close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    ending(words::END_PHONE, None, close, move |sending, proof| {
        sending.send(api::call::<PhoneEnd>(&(), &(), &proof), move |left: Arc<Phone>| {
            toast::tell(text(words::PHONE_ENDED));
            close();
            now.put((*left).clone());
        });
    })
}

//! The second step of one's own sign-in: setting a code app up, recovery codes, turning it off.

use super::second_step::code_field;
use crate::api;
use crate::i18n::texts::{factors as words, person, ui as ui_words};
use crate::i18n::{plural, t, text};
use crate::kit::load::Load;
use crate::kit::moment;
use crate::kit::send::Sending;
use crate::ui::badge::{Tone, badge};
use crate::ui::button::{Button, Look};
use crate::ui::copy::copyable;
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{code, div, form, h2, li, p, section, span, svg, ul};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{Act, skeleton, toast};
use contract::error::Fault;
use contract::factors::{
    FactorView, Factors, FirstCode, NewTotp, OwnPassword, Proof, RecoveryCodes, RecoveryRenew, TotpBegin,
    TotpConfirm, TotpEnd,
};
use contract::identity::MAX_PASSWORD;
use leptos::ev;
use std::sync::Arc;

/// What is open over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    SetUp,
    Renew,
    End,
}

/// The part of the page.
pub(super) fn card() -> AnyView {
    let factors: Load<Factors> = Load::new(|| Some(api::call::<FactorView>(&(), &(), &())));
    let over = RwSignal::new(None::<Over>);
    let open = move || {
        over.get().map(|which| {
            let close = move || {
                over.set(None);
                factors.again();
            };
            match which {
                Over::SetUp => {
                    Dialog::new(words::SET_UP, close).class("dialog--small").view(set_up(Arc::new(close)))
                }
                Over::Renew => Dialog::new(words::RENEW, close).class("dialog--small").view(renew(close)),
                Over::End => Dialog::new(words::TURN_OFF, close).class("dialog--small").view(end(close)),
            }
        })
    };
    let body = factors.region(|| skeleton::lines(3), move |now| standing(&now, over));
    section()
        .attr("class", "card")
        .attr("aria-labelledby", "factors-card")
        .child(h2().attr("id", "factors-card").child(t(words::TITLE)))
        .child(p().attr("class", "form__meta").child(t(words::HINT)))
        .child(body)
        .child(open)
        .into_any()
}

fn standing(now: &Factors, over: RwSignal<Option<Over>>) -> AnyView {
    let button = move |name, which| Button::new(name).on_click(move || over.set(Some(which)));
    let row = |name, value: AnyView, buttons: Vec<AnyView>| {
        div()
            .attr("class", "setting__row")
            .child(
                div()
                    .child(p().attr("class", "setting__name").child(t(name)))
                    .child(p().attr("class", "form__meta").child(value)),
            )
            .child(span().attr("class", "card__actions").child(buttons))
            .into_any()
    };
    let left = now.recovery_codes;
    let Some(since) = now.totp else {
        let value = badge(Tone::Neutral, words::OFF);
        return row(words::APP, value, vec![button(words::SET_UP, Over::SetUp).view()]);
    };
    let since = (span().child(t(words::ON_SINCE)), " ", moment::view(since)).into_any();
    let codes = (move || plural(words::RECOVERY_LEFT, left, &[])).into_any();
    div()
        .attr("class", "setting")
        .child(row(words::APP, since, vec![button(words::TURN_OFF, Over::End).look(Look::Danger).view()]))
        .child(row(words::RECOVERY, codes, vec![button(words::RENEW, Over::Renew).view()]))
        .into_any()
}

/// Setting an app up, step by step: the password, the first code, the recovery codes.
pub(super) fn set_up(done: Act) -> AnyView {
    let new = RwSignal::new(None::<Arc<NewTotp>>);
    let codes = RwSignal::new(None::<Arc<RecoveryCodes>>);
    let done = StoredValue::new(done);
    let body = move || match (codes.get(), new.get()) {
        (Some(codes), _) => recovery(&codes, move || {
            toast::tell(text(words::TURNED_ON));
            done.with_value(|done| done.make());
        }),
        (None, Some(new)) => first_code(&new, codes),
        (None, None) => password_first(new),
    };
    div().child(body).into_any()
}

fn password_field(value: RwSignal<String>, sending: Sending) -> Field {
    Field::new("password", person::CURRENT_PASSWORD, value)
        .kind("password", "current-password")
        .max(MAX_PASSWORD)
        .error(sending.error("password", move || value.with(String::is_empty).then_some(Fault::Required)))
}

fn password_first(new: RwSignal<Option<Arc<NewTotp>>>) -> AnyView {
    let password = RwSignal::new(String::new());
    let sending = Sending::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(password.with_untracked(|p| !p.is_empty())) {
            let body = OwnPassword { password: password.get_untracked() };
            sending.send(api::call::<TotpBegin>(&(), &(), &body), move |made| new.set(Some(made)));
        }
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("class", "form__meta").child(t(words::SET_UP_PASSWORD)))
        .child(sending.notice(&["password"]))
        .child(password_field(password, sending).focused().view())
        .child(Button::new(words::NEXT).look(Look::Primary).submits().busy(sending.busy).view())
        .into_any()
}

fn first_code(new: &NewTotp, codes: RwSignal<Option<Arc<RecoveryCodes>>>) -> AnyView {
    let value = RwSignal::new(String::new());
    let sending = Sending::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(value.with_untracked(|v| !v.trim().is_empty())) {
            let body = FirstCode { code: value.get_untracked() };
            sending.send(api::call::<TotpConfirm>(&(), &(), &body), move |made| codes.set(Some(made)));
        }
    };
    let picture = svg("svg")
        .attr("class", "qr")
        .attr("viewBox", format!("0 0 {0} {0}", new.qr_size))
        .attr("role", "img")
        .attr("aria-label", t(words::QR))
        .child(svg("path").attr("d", new.qr_path.clone()));
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("class", "form__meta").child(t(words::SCAN)))
        .child(picture)
        .child(
            p().attr("class", "form__meta")
                .child(t(words::SECRET))
                .child(" ")
                .child(copyable(new.secret.clone())),
        )
        .child(sending.notice(&["code"]))
        .child(code_field(value, sending).inputmode("numeric").focused().view())
        .child(Button::new(words::TURN_ON).look(Look::Primary).submits().busy(sending.busy).view())
        .into_any()
}

fn recovery(codes: &RecoveryCodes, done: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let lines: Vec<_> = codes.codes.iter().map(|c| li().child(code().child(c.clone())).into_any()).collect();
    div()
        .attr("class", "form")
        .child(p().attr("role", "status").child(t(words::RECOVERY_TEXT)))
        .child(ul().attr("class", "recovery").attr("aria-label", t(words::RECOVERY)).child(lines))
        .child(Button::new(words::SAVED_THEM).look(Look::Primary).on_click(done).view())
        .into_any()
}

fn renew(close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let codes = RwSignal::new(None::<Arc<RecoveryCodes>>);
    let body = move || match codes.get() {
        Some(made) => recovery(&made, close),
        None => proof_form(words::RENEW, Look::Primary, close, move |sending, proof| {
            sending.send(api::call::<RecoveryRenew>(&(), &(), &proof), move |made| codes.set(Some(made)));
        }),
    };
    div().child(body).into_any()
}

fn end(close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let form = proof_form(words::TURN_OFF, Look::Danger, close, move |sending, proof| {
        sending.send(api::call::<TotpEnd>(&(), &(), &proof), move |_| {
            toast::tell(text(words::TURNED_OFF));
            close();
        });
    });
    div()
        .attr("class", "form")
        .child(p().attr("class", "form__meta").child(t(words::TURN_OFF_TEXT)))
        .child(form)
        .into_any()
}

/// Password and code, and what they are sent for.
fn proof_form(
    name: crate::i18n::texts::Key,
    look: Look,
    close: impl Fn() + Copy + Send + Sync + 'static,
    send: impl Fn(Sending, Proof) + Copy + 'static,
) -> AnyView {
    let (password, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let whole =
            password.with_untracked(|p| !p.is_empty()) && code.with_untracked(|c| !c.trim().is_empty());
        if sending.may(whole) {
            send(sending, Proof { password: password.get_untracked(), code: code.get_untracked() });
        }
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(sending.notice(&["password", "code"]))
        .child(password_field(password, sending).focused().view())
        .child(code_field(code, sending).hint(words::CODE_HINT).view())
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(name).look(look).submits().busy(sending.busy).view(),
        ]))
        .into_any()
}

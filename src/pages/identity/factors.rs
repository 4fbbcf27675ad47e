//! The second step of one's own sign-in: setting a code app up, recovery codes, turning it off; and with it what the
//! page shows of passkeys.

use super::passkeys;
use super::proof::{Asks, Form, under};
use super::second_step::code_field;
use crate::api;
use crate::i18n::texts::factors as words;
use crate::i18n::{plural, t, text};
use crate::kit::load::Load;
use crate::kit::moment;
use crate::kit::send::Sending;
use crate::ui::badge::{Tone, badge};
use crate::ui::button::{Button, Look};
use crate::ui::copy::copyable;
use crate::ui::dialog::Dialog;
use crate::ui::el::{code, div, form, h2, li, p, section, span, svg, ul};
use crate::ui::prelude::*;
use crate::ui::{Act, skeleton, toast};
use contract::factors::{
    FactorView, Factors, FirstCode, NewTotp, RecoveryCodes, RecoveryRenew, TotpBegin, TotpConfirm, TotpEnd,
};
use contract::passkeys::Passkey;
use leptos::ev;
use std::sync::Arc;

/// What is open over the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Over {
    SetUp,
    Renew,
    End,
    AddPasskey,
    RenamePasskey(Passkey),
    RemovePasskey(Passkey),
}

/// The parts of the page.
pub(super) fn cards() -> AnyView {
    let factors: Load<Factors> = Load::new(|| Some(api::call::<FactorView>(&(), &(), &())));
    let over = RwSignal::new(None::<Over>);
    let open = move || {
        over.get().map(|which| {
            let close: Act = Arc::new(move || {
                over.set(None);
                factors.again();
            });
            let has = untrack(|| factors.get()).unwrap_or_default();
            let asks = Asks::of(&has);
            let by_cross = close.clone();
            let (title, body) = match which {
                Over::SetUp => (words::SET_UP.into(), set_up(asks, close)),
                Over::Renew => (words::RENEW.into(), renew(asks, close)),
                Over::End => (words::TURN_OFF.into(), end(asks, close)),
                Over::AddPasskey => passkeys::add(asks, has.passkeys.len(), close),
                Over::RenamePasskey(which) => passkeys::rename(which, close),
                Over::RemovePasskey(which) => passkeys::remove(asks, which, close),
            };
            Dialog::new(title, move || by_cross.make()).class("dialog--small").view(body)
        })
    };
    let card = |id: &'static str, title, hint, body| {
        section()
            .attr("class", "card")
            .attr("aria-labelledby", id)
            .child(h2().attr("id", id).child(t(title)))
            .child(p().attr("class", "form__meta").child(t(hint)))
            .child(body)
            .into_any()
    };
    let steps = factors.region(|| skeleton::lines(3), move |now| standing(&now, over));
    let keys = factors.region(|| skeleton::lines(3), move |now| passkeys::list(&now, over));
    (
        card("factors-card", words::TITLE, words::HINT, steps),
        card("passkeys-card", passkeys::TITLE, passkeys::HINT, keys),
        open,
    )
        .into_any()
}

fn standing(now: &Factors, over: RwSignal<Option<Over>>) -> AnyView {
    let button = move |name, which: Over| Button::new(name).on_click(move || over.set(Some(which.clone())));
    let row = |name, value: AnyView, button: Button| {
        div()
            .attr("class", "setting__row")
            .child(
                div()
                    .child(p().attr("class", "setting__name").child(t(name)))
                    .child(p().attr("class", "form__meta").child(value)),
            )
            .child(span().attr("class", "card__actions").child(button.view()))
            .into_any()
    };
    let app = match now.totp {
        None => row(words::APP, badge(Tone::Neutral, words::OFF), button(words::SET_UP, Over::SetUp)),
        Some(since) => {
            let since = (span().child(t(words::ON_SINCE)), " ", moment::view(since)).into_any();
            row(words::APP, since, button(words::TURN_OFF, Over::End).look(Look::Danger))
        }
    };
    let left = now.recovery_codes;
    let has_codes = now.totp.is_some() || !now.passkeys.is_empty();
    let codes = has_codes.then(|| {
        let codes = (move || plural(words::RECOVERY_LEFT, left, &[])).into_any();
        row(words::RECOVERY, codes, button(words::RENEW, Over::Renew))
    });
    div().attr("class", "setting").child(app).child(codes).into_any()
}

/// Setting an app up, step by step: the proof, the first code, the recovery codes where they are new.
pub(super) fn set_up(asks: Asks, done: Act) -> AnyView {
    let new = RwSignal::new(None::<Arc<NewTotp>>);
    let codes = RwSignal::new(None::<Arc<RecoveryCodes>>);
    let finish: Act = Arc::new(move || {
        toast::tell(text(words::TURNED_ON));
        done.make();
    });
    let body = move || match (codes.get(), new.get()) {
        (Some(codes), _) => recovery(&codes, finish.clone()),
        (None, Some(new)) => first_code(&new, codes, finish.clone()),
        (None, None) => {
            let sending = Sending::new();
            let form = Form { name: words::NEXT, look: Look::Primary, asks, called: None, close: None };
            let send = move |proof| {
                sending.send(api::call::<TotpBegin>(&(), &(), &proof), move |made| new.set(Some(made)));
            };
            under(words::SET_UP_PASSWORD, form.view(sending, Arc::new(send)))
        }
    };
    div().child(body).into_any()
}

fn first_code(new: &NewTotp, codes: RwSignal<Option<Arc<RecoveryCodes>>>, finish: Act) -> AnyView {
    let value = RwSignal::new(String::new());
    let sending = Sending::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(value.with_untracked(|v| !v.trim().is_empty())) {
            let body = FirstCode { code: value.get_untracked() };
            let finish = finish.clone();
            sending.send(api::call::<TotpConfirm>(&(), &(), &body), move |made| show(made, codes, &finish));
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

/// Shows new recovery codes; with none it is done.
pub(super) fn show(made: Arc<RecoveryCodes>, codes: RwSignal<Option<Arc<RecoveryCodes>>>, finish: &Act) {
    if made.codes.is_empty() {
        finish.make();
    } else {
        codes.set(Some(made));
    }
}

/// Recovery codes, at the only moment when they are known.
pub(super) fn recovery(codes: &RecoveryCodes, done: Act) -> AnyView {
    let lines: Vec<_> = codes.codes.iter().map(|c| li().child(code().child(c.clone())).into_any()).collect();
    div()
        .attr("class", "form")
        .child(p().attr("role", "status").child(t(words::RECOVERY_TEXT)))
        .child(ul().attr("class", "recovery").attr("aria-label", t(words::RECOVERY)).child(lines))
        .child(Button::new(words::SAVED_THEM).look(Look::Primary).on_click(move || done.make()).view())
        .into_any()
}

fn renew(asks: Asks, close: Act) -> AnyView {
    let codes = RwSignal::new(None::<Arc<RecoveryCodes>>);
    let body = move || match codes.get() {
        Some(made) => recovery(&made, close.clone()),
        None => {
            let sending = Sending::new();
            let close = Some(close.clone());
            let form = Form { name: words::RENEW, look: Look::Primary, asks, called: None, close };
            let send = move |proof| {
                let call = api::call::<RecoveryRenew>(&(), &(), &proof);
                sending.send(call, move |made| codes.set(Some(made)));
            };
            form.view(sending, Arc::new(send))
        }
    };
    div().child(body).into_any()
}

fn end(asks: Asks, close: Act) -> AnyView {
    let sending = Sending::new();
    let done = close.clone();
    let form = Form { name: words::TURN_OFF, look: Look::Danger, asks, called: None, close: Some(close) };
    let send = move |proof| {
        let done = done.clone();
        sending.send(api::call::<TotpEnd>(&(), &(), &proof), move |_| {
            toast::tell(text(words::TURNED_OFF));
            done.make();
        });
    };
    under(words::TURN_OFF_TEXT, form.view(sending, Arc::new(send)))
}

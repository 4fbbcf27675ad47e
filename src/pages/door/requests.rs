//! Requests about the own association: the partner's are agreed to or refused, the own wish to leave is told.

use crate::api;
use crate::i18n::texts::{associations as request_words, door as words, ui as ui_words};
use crate::i18n::{fill, format, t, text};
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::kit::{labels, moment};
use crate::pages::associations::{obstacle, state_words};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, h3, li, p, ul};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::skeleton;
use contract::associations::{
    Answer, DoorAnswer, DoorEnd, DoorRequests, EndWish, Kind, MAX_REASON, Request, Side, State,
};
use contract::id::CustomerId;
use contract::text::required;
use leptos::ev;
use std::sync::Arc;

/// The part of an account; `changed` when something became of its association.
pub(super) fn part(
    id: CustomerId,
    has_partner: bool,
    changed: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let requests: Load<Vec<Request>> = {
        let id = id.clone();
        Load::new(move || Some(api::call::<DoorRequests>(&id, &(), &())))
    };
    let leaving = RwSignal::new(false);
    let id = StoredValue::new(id);
    let again = move || {
        requests.again();
        changed();
    };
    let shown = requests.region(
        || skeleton::lines(2),
        move |all| {
            let open = all.iter().any(|r| r.state == State::Pending);
            let lines: Vec<_> = all.iter().map(|request| line(request, again)).collect();
            let leave = (has_partner && !open)
                .then(|| Button::new(words::LEAVE_PARTNER).on_click(move || leaving.set(true)).view());
            let list = (!lines.is_empty()).then(|| {
                div().child(h3().child(t(words::REQUESTS))).child(ul().attr("class", "plain").child(lines))
            });
            div().child(list).child(leave).into_any()
        },
    );
    let dialog = move || leaving.get().then(|| leave(id.get_value(), leaving, again));
    div().child(shown).child(dialog).into_any()
}

fn said(of: &Request) -> String {
    match (of.kind, of.after) {
        (Kind::Switch, Some(after)) => fill(
            words::REQUEST_SWITCH,
            &[
                ("before", &text(labels::association(of.before))),
                ("after", &text(labels::association(after))),
            ],
        ),
        _ if of.side == Side::Customer => text(words::REQUEST_OWN_END),
        _ => text(words::REQUEST_END),
    }
}

fn line(of: &Request, again: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    if of.state == State::Pending && of.side == Side::Partner {
        return to_answer(of, again);
    }
    let (_, state) = state_words(of.state);
    let why = of.obstacle.map(|o| p().attr("class", "form__meta").child(t(obstacle(o))));
    let answer = (!of.answer.is_empty()).then(|| {
        p().attr("class", "form__meta").child(fill(request_words::ANSWERED, &[("reason", &of.answer)]))
    });
    li().child(said(of))
        .child(" · ")
        .child(moment::view(of.at))
        .child(" · ")
        .child(t(state))
        .child(why)
        .child(answer)
        .into_any()
}

/// The partner's request, with what it would do.
fn to_answer(of: &Request, again: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let sending = Sending::new();
    let id = StoredValue::new(of.id.clone());
    let give = move |agree: bool| {
        let given = Answer { agree, reason: String::new() };
        let call = id.with_value(|id| api::call::<DoorAnswer>(id, &(), &given));
        sending.send(call, move |_: Arc<Request>| again());
    };
    let yes = move || {
        dialog::confirm(words::AGREE_TITLE, words::AGREE_TEXT, request_words::AGREE, move || give(true));
    };
    let money = of.returned.map(|money| {
        li().child(fill(words::EFFECT_BALANCE, &[("amount", &format::money(money))])).into_any()
    });
    let notes = [request_words::NOTE_PAID, request_words::NOTE_VOUCHERS, request_words::NOTE_COUPONS];
    let effects: Vec<AnyView> =
        money.into_iter().chain(notes.map(|note| li().child(t(note)).into_any())).collect();
    li().attr("class", "request")
        .child(p().attr("role", "status").child(said(of)))
        .child(
            (!of.reason.is_empty())
                .then(|| p().child(fill(words::REQUEST_REASON, &[("reason", &of.reason)]))),
        )
        .child(p().child(t(words::EFFECTS)))
        .child(ul().attr("class", "plain").child(effects))
        .child(p().child(t(words::ANSWER_UNTIL)).child(" ").child(moment::view(of.until)))
        .child(sending.notice(&[]))
        .child(
            div()
                .attr("class", "actions")
                .child(
                    Button::new(request_words::AGREE)
                        .look(Look::Primary)
                        .busy(sending.busy)
                        .on_click(yes)
                        .view(),
                )
                .child(Button::new(words::REFUSE).on_click(move || give(false)).view()),
        )
        .into_any()
}

fn leave(
    id: CustomerId,
    leaving: RwSignal<bool>,
    again: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let (reason, sending) = (RwSignal::new(String::new()), Sending::new());
    let close = move || leaving.set(false);
    let rule = move || reason.with(|r| required(r, MAX_REASON).err());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(rule).is_none()) {
            let wish = EndWish { reason: reason.get_untracked().trim().to_owned() };
            sending.send(api::call::<DoorEnd>(&id, &(), &wish), move |_: Arc<Request>| {
                close();
                again();
            });
        }
    };
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().child(t(words::LEAVE_TEXT)))
        .child(
            Field::new("reason", request_words::REASON, reason)
                .max(MAX_REASON)
                .error(sending.error("reason", rule))
                .focused()
                .view(),
        )
        .child(sending.notice(&["reason"]))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(words::LEAVE_ASK).look(Look::Danger).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    let dirty = Signal::derive(move || reason.with(|r| !r.is_empty()));
    Dialog::new(words::LEAVE_PARTNER, close).class("dialog--small").dirty(dirty).view(body)
}

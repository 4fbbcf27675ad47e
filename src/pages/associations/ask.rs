//! 更多 > 切换关联类型, 解除关联: what stands against it, what it would do, and asking the customer.

use super::{OPEN, Of, close, words_of};
use crate::api;
use crate::i18n::texts::{associations as words, ui as ui_words};
use crate::i18n::{fill, format, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::labels;
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::checks::{Choice, checks};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, li, p, ul};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{skeleton, toast};
use contract::associations::{
    Ask, AssociationAsk, AssociationCheck, Check, CheckQuery, Kind, MAX_REASON, Obstacle, Request,
};
use contract::error::Fault;
use contract::text::required;
use leptos::ev;
use std::sync::Arc;

/// The dialog for the customer that is open.
pub(super) fn opened() -> AnyView {
    let Some((id, name)) = OPEN.with(ArcRwSignal::get_untracked) else { return ().into_any() };
    let kind = RwSignal::new(None::<Kind>);
    let of = StoredValue::new((id, name.clone()));
    let body = move || match kind.get() {
        None => choose(kind),
        Some(kind) => look(kind, of.get_value()),
    };
    Dialog::new(fill(words::MORE_OF, &[("name", &name)]), close).view(div().child(body).into_any())
}

fn choose(kind: RwSignal<Option<Kind>>) -> AnyView {
    let one = |of: Kind| Button::new(words_of::kind(of)).on_click(move || kind.set(Some(of))).view();
    div()
        .attr("class", "form")
        .child(Kind::ALL.iter().map(|of| one(*of)).collect::<Vec<_>>())
        .child(dialog::actions(vec![Button::new(ui_words::CANCEL).on_click(close).view()]))
        .into_any()
}

fn look(kind: Kind, (id, name): Of) -> AnyView {
    let check: Load<Check> = {
        let id = id.clone();
        Load::new(move || Some(api::call::<AssociationCheck>(&id, &CheckQuery { kind: Some(kind) }, &())))
    };
    check.region(
        || skeleton::lines(5),
        move |check| {
            if check.obstacles.is_empty() {
                asking(kind, (id.clone(), name.clone()), &check)
            } else {
                blocked(&check)
            }
        },
    )
}

/// What stands against it, each with what helps.
fn blocked(check: &Check) -> AnyView {
    let line = |of: &Obstacle| li().child(t(words_of::obstacle(*of))).into_any();
    div()
        .attr("class", "form")
        .child(p().attr("role", "alert").child(t(words::BLOCKED)))
        .child(ul().attr("class", "plain").child(check.obstacles.iter().map(line).collect::<Vec<_>>()))
        .child(dialog::actions(vec![Button::new(ui_words::CLOSE).look(Look::Primary).on_click(close).view()]))
        .into_any()
}

fn asking(kind: Kind, (id, name): Of, check: &Check) -> AnyView {
    let (reason, understood) = (RwSignal::new(String::new()), RwSignal::new(Vec::<String>::new()));
    let sending = Sending::new();
    let needs = kind == Kind::End;
    let reason_rule = move || if needs { reason.with(|r| required(r, MAX_REASON).err()) } else { None };
    let tick_rule = move || understood.with(Vec::is_empty).then_some(Fault::Required);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(|| reason_rule().is_none() && tick_rule().is_none())) {
            let wanted = Ask { kind, reason: reason.get_untracked().trim().to_owned(), understood: true };
            sending.send(api::call::<AssociationAsk>(&id, &(), &wanted), |_: Arc<Request>| {
                toast::tell(text(words::ASKED));
                close();
            });
        }
    };
    let (before, after) = (check.before, check.after);
    let returned = check.returned;
    let what = move || match after {
        Some(after) => {
            format!("{} → {}", text(labels::association(before)), text(labels::association(after)))
        }
        None => text(words::END),
    };
    let money = move || {
        returned.map_or_else(
            || text(words::NOTHING_BACK),
            |money| fill(words::BACK, &[("amount", &format::money(money))]),
        )
    };
    let told = if check.email.is_empty() {
        text(words::NO_EMAIL)
    } else {
        fill(words::TOLD, &[("to", &check.email)])
    };
    let agree = Choice { value: "understood".into(), name: words::UNDERSTOOD.into(), hint: None };
    let notes = [words::NOTE_PAID, words::NOTE_VOUCHERS, words::NOTE_COUPONS];
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(facts::list(vec![
            fact(words::CUSTOMER, name.into_any()),
            fact(words::KIND, what.into_any()),
            fact(words::BALANCE, money.into_any()),
        ]))
        .child(ul().attr("class", "plain").child(Vec::from(notes.map(|note| li().child(t(note)).into_any()))))
        .child(p().child(told))
        .child(
            Field::new("reason", if needs { words::REASON } else { words::REASON_IF_ANY }, reason)
                .max(MAX_REASON)
                .error(sending.error("reason", reason_rule))
                .view(),
        )
        .child(checks(words::CONFIRM, vec![agree], understood, sending.error("understood", tick_rule)))
        .child(sending.notice(&["reason", "understood"]))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(words::ASK)
                .look(if needs { Look::Danger } else { Look::Primary })
                .submits()
                .busy(sending.busy)
                .view(),
        ]))
        .into_any()
}

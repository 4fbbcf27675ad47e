//! The dialog's second step: all of it once more, and then it is done.

use super::movement::{Dialogue, Direction, Step};
use super::unsettled::Unsettled;
use crate::i18n::texts::{approvals as approval_words, funds as words, ui as ui_words};
use crate::i18n::{t, text};
use crate::kit::facts::{self, fact};
use crate::kit::{amount, errors};
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use crate::ui::{dialog, dom, when};
use contract::partner::{Sensitive, Settings};

/// The step.
pub(super) fn view(dialogue: Dialogue) -> AnyView {
    let Dialogue { direction, name, quote, draft, step, flow, .. } = dialogue;
    // A movement under this key is one movement, however often it is sent.
    let key = StoredValue::new(dom::random_id());
    let partner = move || session::with(|s| s.partner_name.clone()).unwrap_or_default();
    let customer = move || name.get();
    let (from, to) = if direction == Direction::Appropriation {
        (partner.into_any(), customer.into_any())
    } else {
        (customer.into_any(), partner.into_any())
    };
    let money = move || draft.money().map(amount::view);
    let after =
        move |pick: fn((contract::money::Money, contract::money::Money)) -> contract::money::Money| {
            (move || draft.after().map(pick).map(amount::view)).into_any()
        };
    let remark = move || {
        let memo = draft.memo.get();
        if memo.trim().is_empty() { "–".to_owned() } else { memo.trim().to_owned() }
    };
    let asks = move |what: fn(Settings, i64) -> bool| {
        let minor = draft.money().map_or(0, |m| m.minor);
        quote.get().is_some_and(|q| {
            let (code_from, approval_from) = (q.code_from, q.approval_from);
            let settings =
                Settings { verification: q.code_needed, code_from, approval_from, ..Settings::default() };
            what(settings, minor)
        })
    };
    let will_wait = memo(move || asks(|set, minor| set.asks_approval(minor)));
    let code_needed =
        move || !will_wait.get() && asks(|set, minor| set.asks_code(Sensitive::Appropriate, minor));
    let send = move || {
        if let Some(movement) = untrack(|| draft.movement()) {
            dialogue.send(Unsettled { key: key.get_value(), movement });
        }
    };
    // An answer that never came leaves the end open: only the same call again is safe, no changed one.
    let is_open = memo(move || flow.failure.with(|f| f.as_ref().is_some_and(crate::api::Failure::is_open)));
    dom::focus_soon(".review");
    let buttons = move || {
        let send_words: crate::ui::Words = match (is_open.get(), will_wait.get()) {
            (true, _) => words::SEND_AGAIN.into(),
            (false, true) => approval_words::SUBMIT.into(),
            (false, false) => direction.name().into(),
        };
        let send = Button::new(send_words).look(Look::Primary).busy(flow.busy).on_click(send).view();
        let back = Button::new(ui_words::BACK)
            .refused(move || is_open.get().then(|| text(words::OPEN_END)))
            .on_click(move || step.set(Step::Form))
            .view();
        dialog::actions(vec![back, send])
    };
    div()
        .attr("class", "review")
        .attr("tabindex", "-1")
        .child(p().child(t(words::REVIEW)))
        .child(facts::list(vec![
            fact(words::FROM, from),
            fact(words::TO, to),
            fact(words::AMOUNT, money.into_any()),
            fact(words::PARTNER_WILL_HAVE, after(|(partner, _)| partner)),
            fact(words::CUSTOMER_WILL_HAVE, after(|(_, customer)| customer)),
            fact(words::MEMO, remark.into_any()),
        ]))
        .child(when(
            move || will_wait.get(),
            || p().attr("class", "form__meta").child(t(approval_words::WILL_WAIT)).into_any(),
        ))
        .child(when(code_needed, || {
            p().attr("class", "form__meta").child(t(words::CODE_WILL_BE_SENT)).into_any()
        }))
        .child(move || flow.failure.get().map(errors::notice))
        .child(buttons)
        .into_any()
}

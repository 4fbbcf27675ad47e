//! The dialog's first step: amount and remark, with both balances before and after.

use super::movement::{Dialogue, Direction, Step};
use crate::i18n::texts::{Key, funds as words, ui as ui_words};
use crate::i18n::{format, t, text};
use crate::kit::load::Load;
use crate::kit::{amount, errors};
use crate::ui::button::{Button, Look};
use crate::ui::el::{div, form, p, span, table, tbody, td, th, thead, tr};
use crate::ui::field::{Field, focus_first_error};
use crate::ui::prelude::*;
use crate::ui::{Act, dialog};
use contract::error::{Code, Fault};
use contract::funds::{NewMovement, Quote, can_pay};
use contract::money::{MAX_MINOR, Money};
use contract::text::{MAX_MEMO, optional};
use leptos::ev;

/// What is typed, and what follows from it.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    direction: Direction,
    quote: Load<Quote>,
    pub(super) amount: RwSignal<String>,
    pub(super) memo: RwSignal<String>,
    /// Whether what is missing is shown as an error: after the first try to go on.
    asked: RwSignal<bool>,
}

impl Draft {
    pub(super) fn new(direction: Direction, quote: Load<Quote>) -> Self {
        let empty = || RwSignal::new(String::new());
        Self { direction, quote, amount: empty(), memo: empty(), asked: RwSignal::new(false) }
    }

    /// Whether something was typed.
    pub(super) fn touched(self) -> bool {
        self.amount.with(|a| !a.is_empty()) || self.memo.with(|m| !m.is_empty())
    }

    /// The available amounts of who pays and of who receives.
    fn available(self) -> Option<(Money, Money)> {
        let quote = self.quote.get()?;
        let (partner, customer) = (quote.partner.available, quote.customer.available);
        Some(if self.direction == Direction::Appropriation {
            (partner, customer)
        } else {
            (customer, partner)
        })
    }

    /// The amount, or what is wrong with it in words.
    fn checked(self) -> Option<Result<Money, String>> {
        let (payer, _) = self.available()?;
        let money = self.amount.with(|text| amount::typed(text, payer.currency));
        Some(money.map_err(errors::fault).and_then(|money| match can_pay(payer.minor, money.minor) {
            Ok(()) => Ok(money),
            Err(code) => Err(errors::code_words(code)),
        }))
    }

    /// The partner's and the customer's available amounts afterwards.
    pub(super) fn after(self) -> Option<(Money, Money)> {
        let quote = self.quote.get()?;
        let money = self.checked()?.ok()?;
        let sign = if self.direction == Direction::Appropriation { 1 } else { -1 };
        let moved = |balance: Money, sign: i64| {
            // Both are far below 2^63; a checked sum keeps a broken answer from wrapping.
            Money::new(balance.minor.checked_add(sign * money.minor).unwrap_or(MAX_MINOR), balance.currency)
        };
        Some((moved(quote.partner.available, -sign), moved(quote.customer.available, sign)))
    }

    /// The amount as it is sent, if nothing is wrong.
    pub(super) fn movement(self) -> Option<NewMovement> {
        let money = self.checked()?.ok()?;
        let memo = self.memo.get();
        let memo = optional(&memo, MAX_MEMO).ok()?;
        Some(NewMovement { amount: money.decimal(), memo: memo.to_owned() })
    }

    /// The amount, if nothing is wrong with it.
    pub(super) fn money(self) -> Option<Money> {
        self.checked()?.ok()
    }

    fn amount_error(self) -> Option<String> {
        let empty = self.amount.with(|a| a.trim().is_empty());
        if empty {
            return self.asked.get().then(|| errors::fault(Fault::Required));
        }
        self.checked()?.err()
    }

    fn memo_error(self) -> Option<String> {
        self.memo.with(|memo| optional(memo, MAX_MEMO).err().map(errors::fault))
    }
}

/// The step.
pub(super) fn view(dialogue: Dialogue, close: Act) -> AnyView {
    let Dialogue { quote, draft, step, flow, .. } = dialogue;
    let there = memo(move || quote.get().map(|q| q.refusal));
    (move || match there.get() {
        None => match quote.failure() {
            Some(failure) => errors::region(failure, move || quote.again()),
            None => dialog::waiting(),
        },
        Some(Some(code)) => refused(code, close.clone()),
        Some(None) => {
            let submit = move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                draft.asked.set(true);
                if untrack(|| draft.movement()).is_some() {
                    flow.failure.set(None);
                    step.set(Step::Review);
                } else {
                    focus_first_error();
                }
            };
            let close = close.clone();
            form()
                .attr("class", "form")
                .attr("novalidate", "")
                .on(ev::submit, submit)
                .child(move || flow.failure.get().map(errors::notice))
                .child(fields(dialogue))
                .child(balances(draft))
                .child(dialog::actions(vec![
                    Button::new(ui_words::CANCEL).on_click(move || close.make()).view(),
                    Button::new(words::TO_REVIEW).look(Look::Primary).submits().view(),
                ]))
                .into_any()
        }
    })
    .into_any()
}

/// It cannot be done with this customer at all.
fn refused(code: Code, close: Act) -> AnyView {
    div()
        .child(div().attr("class", "notice notice--wait").child(p().child(move || errors::code_words(code))))
        .child(dialog::actions(vec![Button::new(ui_words::CLOSE).on_click(move || close.make()).view()]))
        .into_any()
}

fn fields(dialogue: Dialogue) -> AnyView {
    let Dialogue { draft, flow, .. } = dialogue;
    let of_server =
        move |name: &'static str| flow.failure.with(|f| f.as_ref().and_then(|f| errors::field(f, name)));
    let label = crate::ui::Words::new(move || {
        let code = draft.available().map(|(payer, _)| payer.currency.to_string()).unwrap_or_default();
        format!("{} ({code})", text(words::AMOUNT))
    });
    (
        Field::new("amount", label, draft.amount)
            .inputmode("decimal")
            .class("field--amount")
            .error(Signal::derive(move || draft.amount_error().or_else(|| of_server("amount"))))
            .focused()
            .view(),
        Field::new("memo", words::MEMO_OPTIONAL, draft.memo)
            .many_lines()
            .max(MAX_MEMO)
            .hint(words::MEMO_HINT)
            .error(Signal::derive(move || draft.memo_error().or_else(|| of_server("memo"))))
            .view(),
    )
        .into_any()
}

/// Both available amounts, now and afterwards.
fn balances(draft: Draft) -> AnyView {
    let cell = |money: Option<Money>| {
        span().attr("class", "number").child(move || money.map_or_else(|| "–".to_owned(), format::money))
    };
    let row = move |name: Key, now: fn(&Quote) -> Money, after: fn((Money, Money)) -> Money| {
        tr().child(th().attr("scope", "row").child(t(name)))
            .child(td().attr("class", "cell--number").child(move || cell(draft.quote.get().map(|q| now(&q)))))
            .child(td().attr("class", "cell--number after").child(move || cell(draft.after().map(after))))
            .into_any()
    };
    let head = |name: Key| th().attr("scope", "col").attr("class", "cell--number").child(t(name));
    table()
        .attr("class", "before-after")
        .attr("aria-live", "polite")
        .child(
            thead().child(
                tr().child(th().attr("scope", "col").child(t(words::AVAILABLE)))
                    .child(head(words::NOW))
                    .child(head(words::AFTER)),
            ),
        )
        .child(
            tbody().child(row(words::PARTNER, |q| q.partner.available, |(partner, _)| partner)).child(row(
                words::CUSTOMER,
                |q| q.customer.available,
                |(_, customer)| customer,
            )),
        )
        .into_any()
}

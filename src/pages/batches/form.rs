//! The dialog that prepares a batch for chosen customers: the amount for each, and a remark. Nothing happens
//! yet: what would happen is shown on the batch's page.

use super::{href, kind_name};
use crate::api::{self, Failure};
use crate::i18n::texts::{batches as words, funds as fund_words, ui as ui_words};
use crate::kit::selection::Targets;
use crate::kit::{amount, errors};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::dom::spawn;
use crate::ui::el::{form, p};
use crate::ui::field::{Field, focus_first_error};
use crate::ui::prelude::*;
use crate::{router, session};
use contract::batches::{BatchCreate, Kind, NewBatch};
use contract::error::Fault;
use contract::id::CustomerId;
use contract::money::Currency;
use contract::text::{MAX_MEMO, optional};
use leptos::ev;

/// The dialog's place on a page.
#[derive(Clone, Copy)]
pub struct Form(RwSignal<Option<(Kind, Targets, String)>>);

impl Form {
    /// A place without a dialog.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Opens the dialog; `count` says in words how many are chosen.
    pub fn open(self, kind: Kind, targets: Targets, count: String) {
        self.0.set(Some((kind, targets, count)));
    }

    /// The place.
    #[must_use]
    pub fn view(self) -> AnyView {
        (move || self.0.get().map(|(kind, targets, count)| self.dialog(kind, &targets, count))).into_any()
    }

    fn dialog(self, kind: Kind, targets: &Targets, count: String) -> AnyView {
        let (sum, memo) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        let (asked, busy) = (RwSignal::new(false), RwSignal::new(false));
        let failure = RwSignal::new(None::<Failure>);
        let currency = session::with(|s| s.currency).unwrap_or(Currency::CNY);
        // The amount as it is sent, or what is wrong with it.
        let checked = move || -> Result<String, Fault> {
            let text = sum.get();
            if kind == Kind::Reclaim && text.trim().is_empty() {
                return Ok(String::new());
            }
            amount::typed(&text, currency).map(|money| money.decimal())
        };
        let served =
            move |name: &'static str| failure.with(|f| f.as_ref().and_then(|f| errors::field(f, name)));
        let sum_error = Signal::derive(move || {
            let shown = asked.get() || sum.with(|s| !s.trim().is_empty());
            checked().err().filter(|_| shown).map(errors::fault).or_else(|| served("amount"))
        });
        let memo_error = Signal::derive(move || {
            memo.with(|m| optional(m, MAX_MEMO).err()).map(errors::fault).or_else(|| served("memo"))
        });
        let other = move || {
            let failure = failure.get()?;
            (sum_error.with(Option::is_none) && memo_error.with(Option::is_none))
                .then(|| errors::notice(failure))
        };
        let dirty = Signal::derive(move || sum.with(|s| !s.is_empty()) || memo.with(|m| !m.is_empty()));
        let close = move || self.0.set(None);
        let (customers, query) = match targets.clone() {
            Targets::Ids(ids) => (ids.into_iter().map(CustomerId).collect(), None),
            Targets::Query(query) => (Vec::new(), Some(query)),
        };
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            asked.set(true);
            if busy.get_untracked() {
                return;
            }
            let (Ok(amount), None) = (untrack(checked), memo_error.get_untracked()) else {
                focus_first_error();
                return;
            };
            let new = NewBatch {
                kind: Some(kind),
                customers: customers.clone(),
                query: query.clone(),
                file: None,
                amount,
                memo: memo.get_untracked(),
            };
            busy.set(true);
            failure.set(None);
            spawn(async move {
                match api::send_for(api::call::<BatchCreate>(&(), &(), &new)).await {
                    Ok(batch) => {
                        self.0.try_set(None);
                        router::set_guard(None);
                        router::go(&href(&batch.id));
                    }
                    Err(why) => {
                        failure.try_set(Some(why));
                        focus_first_error();
                    }
                }
                busy.try_set(false);
            });
        };
        let label = if kind == Kind::Reclaim { words::AMOUNT_OR_ALL } else { words::AMOUNT_EACH };
        let field = Field::new("amount", label, sum)
            .inputmode("decimal")
            .class("field--amount")
            .error(sum_error)
            .focused();
        let field = if kind == Kind::Reclaim { field.hint(words::ALL_HINT) } else { field };
        let body = form()
            .attr("class", "form")
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .child(p().child(count))
            .child(field.view())
            .child(
                Field::new("memo", fund_words::MEMO_OPTIONAL, memo)
                    .many_lines()
                    .max(MAX_MEMO)
                    .hint(fund_words::MEMO_HINT)
                    .error(memo_error)
                    .view(),
            )
            .child(p().attr("class", "form__meta").child(crate::i18n::t(words::NOTHING_YET)))
            .child(other)
            .child(dialog::actions(vec![
                Button::new(ui_words::CANCEL).on_click(close).view(),
                Button::new(words::PREVIEW).look(Look::Primary).submits().busy(busy).view(),
            ]))
            .into_any();
        Dialog::new(kind_name(kind), close).dirty(dirty).class("dialog--small").view(body)
    }
}

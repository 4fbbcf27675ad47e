//! The dialogs that approve or refuse a request: all of it once more before it is decided.

use crate::api;
use crate::i18n::texts::{approvals as words, ui as ui_words};
use crate::i18n::{fill, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::send::Sending;
use crate::kit::step_up::{Flow, code_step};
use crate::kit::{amount, errors, labels, moment};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{dom, toast};
use contract::approvals::{Approval, ApprovalGive, ApprovalRefuse, MAX_REASON, Refusal};
use contract::error::Fault;
use contract::text::optional;
use leptos::ev;
use std::sync::Arc;

fn facts_of(approval: &Approval) -> AnyView {
    let kind = approval.kind;
    let memo = if approval.memo.is_empty() { "–".to_owned() } else { approval.memo.clone() };
    facts::list(vec![
        fact(words::KIND, (move || text(labels::adjustment(kind))).into_any()),
        fact(words::CUSTOMER, approval.customer_name.clone().into_any()),
        fact(words::AMOUNT, amount::view(approval.amount)),
        fact(words::MEMO, memo.into_any()),
        fact(words::BY, approval.by.clone().into_any()),
        fact(words::AT, moment::view(approval.at)),
    ])
}

/// The dialog that approves; a code may be asked for.
pub(super) fn approve(
    approval: Approval,
    close: impl Fn() + Clone + Send + Sync + 'static,
    done: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let flow = Flow::new(|_| {});
    let key = dom::random_id();
    let finished = close.clone();
    effect(move || {
        if let Some(given) = flow.result::<Approval>() {
            toast::tell(fill(words::APPROVED_NOW, &[("customer", &given.customer_name)]));
            finished();
            done();
        }
    });
    // Decided by somebody else meanwhile: the list shows how it stands.
    on_change(move || flow.failure.with(Option::is_some), done);
    let (by_button, by_code) = (close.clone(), Arc::new(close.clone()));
    let body = move || {
        if flow.challenge.with(Option::is_some) {
            return code_step(flow, words::APPROVE, by_code.clone());
        }
        let (id, key, cancel) = (approval.id.clone(), key.clone(), by_button.clone());
        let send = move || flow.send(api::call::<ApprovalGive>(&id, &(), &()), key.clone());
        div()
            .attr("class", "form")
            .child(p().child(t(words::APPROVE_TEXT)))
            .child(facts_of(&approval))
            .child(move || flow.failure.get().map(errors::notice))
            .child(dialog::actions(vec![
                Button::new(ui_words::CANCEL).on_click(cancel).view(),
                Button::new(words::APPROVE).look(Look::Primary).busy(flow.busy).on_click(send).view(),
            ]))
            .into_any()
    };
    Dialog::new(words::APPROVE, close).class("dialog--small").view(div().child(body).into_any())
}

/// The dialog that refuses, with a reason.
pub(super) fn refuse(
    approval: &Approval,
    close: impl Fn() + Clone + Send + Sync + 'static,
    done: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let reason = RwSignal::new(String::new());
    let sending = Sending::new();
    let rule = move || {
        reason.with(|r| match optional(r, MAX_REASON) {
            Ok("") => Some(Fault::Required),
            Ok(_) => None,
            Err(fault) => Some(fault),
        })
    };
    let (id, leave, finished) = (approval.id.clone(), close.clone(), close.clone());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !sending.may(untrack(rule).is_none()) {
            return;
        }
        let refusal = Refusal { reason: reason.get_untracked() };
        let finished = finished.clone();
        sending.send(api::call::<ApprovalRefuse>(&id, &(), &refusal), move |_| {
            toast::tell(text(words::REFUSED_NOW));
            finished();
            done();
        });
    };
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(facts_of(approval))
        .child(
            Field::new("reason", words::REASON, reason)
                .many_lines()
                .max(MAX_REASON)
                .hint(words::REASON_HINT)
                .error(sending.error("reason", rule))
                .focused()
                .view(),
        )
        .child(sending.notice(&["reason"]))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(leave).view(),
            Button::new(words::REFUSE).look(Look::Danger).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    let dirty = Signal::derive(move || reason.with(|r| !r.is_empty()));
    Dialog::new(words::REFUSE, close).dirty(dirty).class("dialog--small").view(body)
}

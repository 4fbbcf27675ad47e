//! The dialog that reports a customer: what it meets is told before it is made.

use super::words_of;
use crate::api;
use crate::i18n::texts::{Key, prospects as words, ui as ui_words};
use crate::i18n::{plural, t, text};
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, p, ul};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::toast;
use contract::error::Fault;
use contract::identity::MAX_EMAIL;
use contract::prospects::{
    Checked, Finding, MAX_CONTACT, MAX_MEMO, MAX_NAME, NewProspect, ProspectCheck, ProspectReport,
    ProspectState, Reported, Verdict,
};
use leptos::ev;
use std::sync::Arc;

/// The dialog's place. `changed` counts what was reported.
pub(super) fn place(open: RwSignal<bool>, changed: RwSignal<u32>) -> AnyView {
    (move || open.get().then(|| dialog(open, changed))).into_any()
}

/// What is typed. All copies are the same.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    contact: RwSignal<String>,
    phone: RwSignal<String>,
    email: RwSignal<String>,
    memo: RwSignal<String>,
}

impl Draft {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self { name: empty(), contact: empty(), phone: empty(), email: empty(), memo: empty() }
    }

    /// As it is typed; reactive.
    fn get(self) -> NewProspect {
        NewProspect {
            name: self.name.get(),
            contact: self.contact.get(),
            phone: self.phone.get(),
            email: self.email.get(),
            memo: self.memo.get(),
        }
    }

    /// What is wrong with a field; reactive.
    fn fault(self, field: &'static str) -> Option<Fault> {
        let faults = self.get().check().err()?;
        faults.into_iter().find(|(name, _)| *name == field).map(|(_, fault)| fault)
    }
}

const FIELDS: &[&str] = &["name", "contact", "phone", "email", "memo"];

fn dialog(open: RwSignal<bool>, changed: RwSignal<u32>) -> AnyView {
    let draft = Draft::new();
    let sending = Sending::new();
    // What the present draft meets; forgotten when the draft changes.
    let met = RwSignal::new(None::<Arc<Checked>>);
    on_change(move || draft.get(), move || met.set(None));
    let close = move || open.set(false);
    let made = move |state: ProspectState| {
        let done = if state == ProspectState::Reviewing { words::REPORTED_REVIEW } else { words::REPORTED };
        toast::tell(text(done));
        changed.update(|n| *n += 1);
        close();
    };
    let report = move || {
        let new = untrack(|| draft.get());
        sending.send(api::call::<ProspectReport>(&(), &(), &new), move |done: Arc<Reported>| {
            match &done.prospect {
                Some(prospect) => made(prospect.state),
                // Somebody was faster than the look.
                None => {
                    let findings = done.findings.clone();
                    met.set(Some(Arc::new(Checked { verdict: Verdict::Blocked, findings, left: 0 })));
                }
            }
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let right = untrack(|| draft.get().check().is_ok());
        if !sending.may(right) {
            return;
        }
        match met.get_untracked().map(|met| met.verdict) {
            Some(Verdict::Blocked) => {}
            Some(_) => report(),
            None => {
                let new = untrack(|| draft.get());
                sending.send(api::call::<ProspectCheck>(&(), &(), &new), move |looked: Arc<Checked>| {
                    if looked.findings.is_empty() && looked.left > 0 {
                        report();
                    } else {
                        met.set(Some(looked));
                    }
                });
            }
        }
    };
    let field = move |name: &'static str, label: Key, value: RwSignal<String>| {
        Field::new(name, label, value).error(sending.error(name, move || draft.fault(name)))
    };
    let reach_fault = move || {
        draft.fault("phone").filter(|_| {
            draft.email.with(|e| e.trim().is_empty()) || draft.phone.with(|p| !p.trim().is_empty())
        })
    };
    let go = move || {
        let name = match met.with(|m| m.as_ref().map(|m| m.verdict)) {
            Some(Verdict::Blocked) => return None,
            Some(_) => words::REPORT_ANYWAY,
            None => words::CHECK,
        };
        Some(Button::new(name).look(Look::Primary).submits().busy(sending.busy).view())
    };
    let dirty = Signal::derive(move || {
        [draft.name, draft.contact, draft.phone, draft.email, draft.memo]
            .iter()
            .any(|v| v.with(|v| !v.is_empty()))
    });
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(sending.notice(FIELDS))
        .child(field("name", words::NAME, draft.name).max(MAX_NAME).focused().view())
        .child(field("contact", words::CONTACT, draft.contact).max(MAX_CONTACT).view())
        .child(
            Field::new("phone", words::PHONE, draft.phone)
                .kind("tel", "off")
                .max(32)
                .hint(words::REACH_HINT)
                .error(sending.error("phone", reach_fault))
                .view(),
        )
        .child(field("email", words::EMAIL, draft.email).kind("email", "off").max(MAX_EMAIL).view())
        .child(field("memo", words::MEMO, draft.memo).max(MAX_MEMO).view())
        .child(move || met.get().map(|met| findings(&met)))
        .child(dialog::actions(vec![Button::new(ui_words::CANCEL).on_click(close).view(), go.into_any()]))
        .into_any();
    Dialog::new(words::REPORT_TITLE, close).dirty(dirty).view(body)
}

/// What the report meets, and what becomes of it.
fn findings(met: &Checked) -> AnyView {
    let lead = match met.verdict {
        Verdict::Blocked => words::VERDICT_BLOCKED,
        Verdict::Review => words::VERDICT_REVIEW,
        Verdict::Accepted => words::VERDICT_SIMILAR,
    };
    let lines: Vec<_> = met.findings.iter().map(|finding: &Finding| words_of::finding(finding)).collect();
    let left = met.left;
    div()
        .attr("class", "findings")
        .attr("role", "status")
        .child((!met.findings.is_empty()).then(|| p().child(t(lead))))
        .child(ul().attr("class", "plain").child(lines))
        .child((met.verdict != Verdict::Blocked).then(|| p().child(plural(words::PLACES, left, &[]))))
        .into_any()
}

//! The dialog that sets the address of a report (点击添加邮箱).

use super::invite;
use crate::api;
use crate::i18n::texts::{prospects as words, ui as ui_words};
use crate::i18n::{fill, t, text};
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::toast;
use contract::error::Fault;
use contract::identity::MAX_EMAIL;
use contract::prospects::{Prospect, ProspectEmail, SetEmail, email_of};
use leptos::ev;

thread_local! {
    static OPEN: ArcRwSignal<Option<Prospect>> = ArcRwSignal::new(None);
}

/// Opens the dialog.
pub(super) fn open(report: &Prospect) {
    OPEN.with(|open| open.set(Some(report.clone())));
}

/// The dialog's place.
pub(super) fn place(changed: RwSignal<u32>) -> AnyView {
    let open = OPEN.with(Clone::clone);
    on_cleanup({
        let open = open.clone();
        move || open.set(None)
    });
    (move || open.get().map(|report| dialog(&report, open.clone(), changed))).into_any()
}

fn dialog(report: &Prospect, open: ArcRwSignal<Option<Prospect>>, changed: RwSignal<u32>) -> AnyView {
    let (id, value, sending) = (report.id.clone(), RwSignal::new(String::new()), Sending::new());
    let title = fill(words::EMAIL_TITLE, &[("name", &report.name)]);
    let close = StoredValue::new(move || open.set(None));
    let close = move || close.with_value(|close| close());
    let rule = move || {
        value.with(|typed| match email_of(typed) {
            Ok(email) if email.is_empty() => Some(Fault::Required),
            Ok(_) => None,
            Err(fault) => Some(fault),
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(rule).is_none()) {
            let wanted = SetEmail { email: value.get_untracked() };
            sending.send(api::call::<ProspectEmail>(&id, &(), &wanted), move |_| {
                toast::tell(text(words::EMAIL_SAVED));
                changed.update(|n| *n += 1);
                invite::changed();
                close();
            });
        }
    };
    let hint = report.invited_at.map(|_| p().attr("class", "form__meta").child(t(words::EMAIL_CHANGES)));
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(hint)
        .child(sending.notice(&["email"]))
        .child(
            Field::new("email", words::EMAIL, value)
                .kind("email", "off")
                .max(MAX_EMAIL)
                .error(sending.error("email", rule))
                .focused()
                .view(),
        )
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(words::SAVE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    let dirty = Signal::derive(move || value.with(|v| !v.is_empty()));
    Dialog::new(title, close).class("dialog--small").dirty(dirty).view(body)
}

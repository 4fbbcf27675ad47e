//! The dialog that invites reported customers by mail: association type, a look at the mail, what became of it.

use super::words_of;
use crate::api;
use crate::i18n::texts::{Key, labels as label_words, prospects as words, ui as ui_words};
use crate::i18n::{fill, plural, t, text};
use crate::kit::errors;
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::copy::copyable;
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{details, div, form, li, p, pre, summary, ul};
use crate::ui::prelude::*;
use crate::ui::radios::radios;
use crate::ui::skeleton;
use contract::customers::AssociationType;
use contract::id::ProspectId;
use contract::prospects::{
    CustomerLink, Invite, Invited, LeftAlone, Mail, Preview, ProspectInvite, ProspectMail,
};
use leptos::ev;
use std::rc::Rc;
use std::sync::Arc;

/// The association types, in the order in which they are offered.
pub(super) const TYPES: [AssociationType; 2] = [AssociationType::Consultative, AssociationType::Resale];
/// Their names.
pub(super) const TYPE_NAMES: [Key; 2] = [label_words::CONSULTATIVE, label_words::RESALE];
/// What they mean.
pub(super) const TYPE_HINTS: [Key; 2] = [words::CONSULTATIVE_HINT, words::RESALE_HINT];

/// What is open.
#[derive(Clone)]
enum Open {
    /// Who is to be invited, and in words who, or how many.
    Ask(Vec<ProspectId>, String),
    /// What became of it.
    Done(Arc<Invited>),
}

thread_local! {
    static OPEN: ArcRwSignal<Option<Open>> = ArcRwSignal::new(None);
    /// Counts the changes made by rows' buttons, after which the lists load again.
    static CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// Opens the dialog; `which` says in words who, or how many.
pub(super) fn open(ids: Vec<ProspectId>, which: String) {
    OPEN.with(|open| open.set(Some(Open::Ask(ids, which))));
}

/// Shows which customers were left as they were, if any were.
pub(super) fn show_left(left: Vec<LeftAlone>) {
    if !left.is_empty() {
        OPEN.with(|open| open.set(Some(Open::Done(Arc::new(Invited { sent: Vec::new(), left })))));
    }
}

/// Has the lists load again.
pub(super) fn changed() {
    CHANGED.with(|c| c.update(|n| *n += 1));
}

/// The dialog's place; `count` counts all changes.
pub(super) fn place(count: RwSignal<u32>) -> AnyView {
    let (open, changes) = OPEN.with(|open| CHANGED.with(|changes| (open.clone(), changes.clone())));
    on_cleanup({
        let open = open.clone();
        move || open.set(None)
    });
    on_change(move || changes.get(), move || count.update(|n| *n += 1));
    (move || match open.get()? {
        Open::Ask(ids, which) => Some(ask(ids, &which)),
        Open::Done(done) => Some(result(&done)),
    })
    .into_any()
}

fn close() {
    OPEN.with(|open| open.set(None));
}

fn ask(ids: Vec<ProspectId>, which: &str) -> AnyView {
    let chosen = RwSignal::new(0_usize);
    let sending = Sending::new();
    let (first, ids) = (ids.first().cloned(), StoredValue::new(ids));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(true) {
            let wanted = Invite { prospects: ids.get_value(), association: TYPES[chosen.get_untracked()] };
            sending.send(api::call::<ProspectInvite>(&(), &(), &wanted), |done: Arc<Invited>| {
                changed();
                OPEN.with(|open| open.set(Some(Open::Done(done))));
            });
        }
    };
    let to = fill(words::INVITE_TO, &[("which", which)]);
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().child(to))
        .child(sending.notice(&[]))
        .child(radios(
            words::ASSOCIATION,
            &TYPE_NAMES,
            Rc::new(move || chosen.get()),
            Rc::new(move |n| chosen.set(n)),
        ))
        .child(p().attr("class", "field__hint").child(move || text(TYPE_HINTS[chosen.get()])))
        .child(first.map(|id| preview(id, chosen)))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(words::CONFIRM).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    Dialog::new(words::INVITE_TITLE, close).view(body)
}

/// The mail to the first of them, once somebody wants to see it.
fn preview(id: ProspectId, chosen: RwSignal<usize>) -> AnyView {
    let wanted = RwSignal::new(false);
    let mail: Load<Mail> = Load::new(move || {
        let of = Preview { association: TYPES[chosen.get()] };
        wanted.get().then(|| api::call::<ProspectMail>(&id, &(), &of))
    });
    let shown = move || match (mail.get(), mail.failure()) {
        (_, Some(why)) => errors::region(why, move || mail.again()),
        (Some(mail), None) => div()
            .attr("class", "mail")
            .child(p().child(t(words::PREVIEW_TO)).child(": ").child(mail.to.clone()))
            .child(p().child(t(words::PREVIEW_SUBJECT)).child(": ").child(mail.subject.clone()))
            .child(pre().child(mail.text.clone()))
            .into_any(),
        (None, None) => skeleton::lines(4),
    };
    details()
        .on(ev::toggle, move |_| wanted.set(true))
        .child(summary().child(t(words::PREVIEW)))
        .child(div().child(shown))
        .into_any()
}

fn result(done: &Invited) -> AnyView {
    let sent = i64::try_from(done.sent.len()).unwrap_or(i64::MAX);
    let told = (sent > 0).then(|| {
        div()
            .child(p().attr("role", "status").child(plural(words::INVITED, sent, &[])))
            .child(p().attr("class", "form__meta").child(t(words::LINKS_HINT)))
            .child(links(&done.sent))
    });
    let left = (!done.left.is_empty()).then(|| {
        let line = |one: &LeftAlone| {
            let name = if one.name.is_empty() { "–".to_owned() } else { one.name.clone() };
            li().child(format!("{name}: {}", text(words_of::left(one.why)))).into_any()
        };
        div()
            .child(p().child(t(words::LEFT_TITLE)))
            .child(ul().attr("class", "plain").child(done.left.iter().map(line).collect::<Vec<_>>()))
    });
    let title = if sent > 0 { words::INVITE_TITLE } else { words::LEFT_TITLE };
    let body = div()
        .attr("class", "form")
        .child(told)
        .child(left)
        .child(dialog::actions(vec![Button::new(ui_words::CLOSE).look(Look::Primary).on_click(close).view()]))
        .into_any();
    Dialog::new(title, close).view(body)
}

/// Links to hand on: to whom, and the address.
pub(super) fn links(all: &[CustomerLink]) -> AnyView {
    let origin = location().origin().unwrap_or_default();
    let line = |link: &CustomerLink| {
        li().attr("class", "link-line")
            .child(p().child(format!("{} · {}", link.name, link.email)))
            .child(copyable(format!("{origin}/invitation/{}", link.token)))
            .into_any()
    };
    ul().attr("class", "plain").child(all.iter().map(line).collect::<Vec<_>>()).into_any()
}

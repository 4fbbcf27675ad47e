//! The reports: who reported whom, how each stands; inviting, deleting, single and in batch.

use super::{email, invite, words_of};
use crate::api;
use crate::i18n::texts::prospects as words;
use crate::i18n::{fill, plural, text};
use crate::kit::filters::{Filter, Kind};
use crate::kit::list::List;
use crate::kit::moment;
use crate::kit::selection::{Bulk, BulkAct, Targets};
use crate::kit::send;
use crate::kit::table::{Cell, Column};
use crate::pages::customers;
use crate::ui::badge::badge_bit;
use crate::ui::button::row_button;
use crate::ui::dialog;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::toast;
use contract::access::Permission;
use contract::id::ProspectId;
use contract::prospects::{Act, Chosen, Prospect, ProspectDelete, ProspectList, ProspectState};
use std::sync::Arc;

const COLUMNS: &[Column<Prospect>] = &[
    Column { key: "name", title: words::NAME, set: Cell::Head, sort: None, cell: name_cell },
    Column { key: "state", title: words::STATE, set: Cell::Text, sort: None, cell: state_cell },
    Column {
        key: "contact",
        title: words::CONTACT,
        set: Cell::Text,
        sort: None,
        cell: |p| or_none(&p.contact).into(),
    },
    Column {
        key: "phone",
        title: words::PHONE,
        set: Cell::Text,
        sort: None,
        cell: |p| or_none(&p.phone).into(),
    },
    Column { key: "email", title: words::EMAIL, set: Cell::Text, sort: None, cell: email_cell },
    Column { key: "by", title: words::BY, set: Cell::Text, sort: None, cell: |p| p.by.as_str().into() },
    Column { key: "at", title: words::AT, set: Cell::Text, sort: None, cell: |p| moment::cell(p.at).into() },
    Column {
        key: "until",
        title: words::UNTIL,
        set: Cell::Text,
        sort: None,
        cell: |p| p.until.map_or_else(|| "–".into(), |until| moment::cell(until).into()),
    },
    Column {
        key: "invited_at",
        title: words::INVITED_AT,
        set: Cell::Text,
        sort: None,
        cell: |p| p.invited_at.map_or_else(|| "–".into(), |at| moment::cell(at).into()),
    },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

fn or_none(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

fn name_cell(report: &Prospect) -> Bit {
    match &report.customer {
        Some(id) => bit("a").attr("href", customers::href(id)).child(report.name.as_str()).into(),
        None => bit("span").attr("title", report.memo.clone()).child(report.name.as_str()).into(),
    }
}

fn state_cell(report: &Prospect) -> Bit {
    let (tone, key) = words_of::state(report.state);
    let badge = badge_bit(tone, text(key));
    if report.reason.is_empty() {
        return badge.into();
    }
    let why = fill(words::REASON, &[("reason", &report.reason)]);
    bit("span")
        .attr("class", "wrap")
        .child(badge)
        .child(bit("span").attr("class", "row-note").child(why))
        .into()
}

fn email_cell(report: &Prospect) -> Bit {
    if !report.email.is_empty() || report.state.after(Act::Invite).is_none() {
        return or_none(&report.email).into();
    }
    let of = report.clone();
    let act = move || email::open(&of);
    row_button("email", text(words::ADD_EMAIL), format!("email-{}", report.id), None, act).into()
}

fn action_cell(report: &Prospect) -> Bit {
    let mut buttons: Vec<Bit> = Vec::new();
    if report.state.after(Act::Invite).is_some() {
        let of = report.clone();
        let act = move || invite::open(vec![of.id.clone()], of.name.clone());
        let why = report.email.is_empty().then(|| text(words::LEFT_NO_EMAIL));
        buttons.push(
            row_button("invite", text(words::INVITE), format!("invite-{}", report.id), why, act).into(),
        );
        if !report.email.is_empty() {
            let of = report.clone();
            let act = move || email::open(&of);
            buttons.push(
                row_button("email", text(words::EMAIL), format!("email-{}", report.id), None, act).into(),
            );
        }
    }
    if report.state.after(Act::Delete).is_some() {
        let of = report.clone();
        let act = move || delete(vec![of.id.clone()], &of.name);
        buttons.push(
            row_button("delete", text(words::DELETE), format!("delete-{}", report.id), None, act).into(),
        );
    }
    bit("div").attr("class", "row-actions").children(buttons).into()
}

/// Asks, and deletes reports; `which` says in words which, or how many.
fn delete(ids: Vec<ProspectId>, which: &str) {
    let title = fill(words::DELETE_TITLE, &[("which", which)]);
    dialog::confirm(title, words::DELETE_TEXT, words::DELETE, move || {
        let chosen = Chosen { prospects: ids.clone() };
        send::send(api::call::<ProspectDelete>(&(), &(), &chosen), |outcome| {
            if outcome.done > 0 {
                toast::tell(plural(words::DELETED, outcome.done, &[]));
            }
            invite::show_left(outcome.left.clone());
            invite::changed();
        });
    });
}

fn ids(targets: Targets) -> Vec<ProspectId> {
    match targets {
        Targets::Ids(ids) => ids.into_iter().map(ProspectId).collect(),
        // A partner has a hundred live reports at most: no more than a page of them is chosen.
        Targets::Query(_) => Vec::new(),
    }
}

/// The tab. It loads again when `changed` changes.
pub(super) fn panel(changed: RwSignal<u32>) -> AnyView {
    let states =
        || ProspectState::ALL.iter().map(|s| (s.as_str().to_owned(), text(words_of::state(*s).1))).collect();
    let inviting: BulkAct = Arc::new(|targets: Targets, count: String| invite::open(ids(targets), count));
    let deleting: BulkAct = Arc::new(|targets: Targets, count: String| delete(ids(targets), &count));
    let list = List {
        name: "prospects",
        title: words::TAB_ONLINE.into(),
        columns: COLUMNS,
        id: |report: &Prospect| report.id.0.clone(),
        search: Some((words::SEARCH, words::SEARCH_HINT)),
        filters: vec![
            Filter::one_of("state", words::STATE, states),
            Filter { param: "at", name: words::AT, kind: Kind::Days },
        ],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: Some(Bulk(vec![
            (Permission::CustomersDevelop, words::INVITE_ALL, inviting),
            (Permission::CustomersDevelop, words::DELETE_ALL, deleting),
        ])),
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "prospects",
        default_sort: "",
        area: "customers",
    };
    let rows = list.load::<ProspectList>(());
    on_change(move || changed.get(), move || rows.again());
    list.view(rows)
}

//! 关联关系操作记录: requests of both sides; the partner answers the customers', and takes the own ones back.

use super::words_of;
use crate::api;
use crate::i18n::texts::{associations as words, ui as ui_words};
use crate::i18n::{fill, text};
use crate::kit::filters::Filter;
use crate::kit::list::List;
use crate::kit::send::Sending;
use crate::kit::table::{Cell, Column};
use crate::kit::{amount, labels, moment, page, send};
use crate::pages::customers;
use crate::ui::badge::badge_bit;
use crate::ui::button::{Button, Look, row_button};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::toast;
use contract::associations::{
    Answer, AssociationAnswer, AssociationRequests, AssociationWithdraw, Kind, MAX_REASON, Request, Side,
    State,
};
use contract::text::required;
use leptos::ev;
use std::sync::Arc;

const COLUMNS: &[Column<Request>] = &[
    Column { key: "customer", title: words::CUSTOMER, set: Cell::Head, sort: None, cell: name_cell },
    Column { key: "kind", title: words::KIND, set: Cell::Text, sort: None, cell: kind_cell },
    Column {
        key: "side",
        title: words::SIDE,
        set: Cell::Text,
        sort: None,
        cell: |r| text(words_of::side(r.side)).into(),
    },
    Column { key: "state", title: words::STATE, set: Cell::Text, sort: None, cell: state_cell },
    Column { key: "reason", title: words::REASON, set: Cell::Text, sort: None, cell: |r| or_none(&r.reason) },
    Column { key: "at", title: words::AT, set: Cell::Text, sort: None, cell: |r| moment::cell(r.at).into() },
    Column {
        key: "until",
        title: words::UNTIL,
        set: Cell::Text,
        sort: None,
        cell: |r| moment::cell(r.until).into(),
    },
    Column {
        key: "returned",
        title: words::RETURNED,
        set: Cell::Number,
        sort: None,
        cell: |r| r.returned.map_or_else(|| "–".into(), |money| amount::cell(money).into()),
    },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

fn or_none(text: &str) -> Bit {
    if text.is_empty() {
        "–".into()
    } else {
        bit("span").attr("class", "memo").attr("title", text.to_owned()).child(text).into()
    }
}

fn name_cell(of: &Request) -> Bit {
    // Whoever has left has no page here any more.
    if of.kind == Kind::End && of.state == State::Done {
        return of.customer_name.as_str().into();
    }
    bit("a").attr("href", customers::href(&of.customer)).child(of.customer_name.as_str()).into()
}

fn kind_cell(of: &Request) -> Bit {
    let name = text(words_of::kind(of.kind));
    match of.after {
        Some(after) => format!(
            "{name} ({} → {})",
            text(labels::association(of.before)),
            text(labels::association(after))
        )
        .into(),
        None => name.into(),
    }
}

fn state_cell(of: &Request) -> Bit {
    let (tone, key) = words_of::state_words(of.state);
    let badge = badge_bit(tone, text(key));
    let why = match (of.obstacle, of.answer.is_empty()) {
        (Some(obstacle), _) => text(words_of::obstacle(obstacle)),
        (None, false) => fill(words::ANSWERED, &[("reason", &of.answer)]),
        (None, true) => return badge.into(),
    };
    bit("span")
        .attr("class", "wrap")
        .child(badge)
        .child(bit("span").attr("class", "row-note").child(why))
        .into()
}

thread_local! {
    /// The customer's request that is to be refused.
    static REFUSING: ArcRwSignal<Option<Request>> = ArcRwSignal::new(None);
    /// Counts the changes made here, after which the list loads again.
    static CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

fn changed() {
    CHANGED.with(|c| c.update(|n| *n += 1));
}

fn action_cell(of: &Request) -> Bit {
    if of.state != State::Pending {
        return "–".into();
    }
    let button = |word: &'static str, name, act: Box<dyn Fn() + Send + Sync>| {
        row_button(word, text(name), format!("{word}-{}", of.id), None, act).into()
    };
    let request = of.clone();
    let buttons: Vec<Bit> = match of.side {
        Side::Partner => vec![button("withdraw", words::WITHDRAW, Box::new(move || withdraw(&request)))],
        Side::Customer => {
            let refused = of.clone();
            vec![
                button("agree", words::AGREE, Box::new(move || agree(&request))),
                button(
                    "refuse",
                    words::REFUSE,
                    Box::new(move || REFUSING.with(|r| r.set(Some(refused.clone())))),
                ),
            ]
        }
    };
    bit("div").attr("class", "row-actions").children(buttons).into()
}

fn agree(of: &Request) {
    let id = of.id.clone();
    let title = fill(words::AGREE_TITLE, &[("name", &of.customer_name)]);
    dialog::confirm(title, words::AGREE_TEXT, words::AGREE, move || {
        let given = Answer { agree: true, reason: String::new() };
        send::send(api::call::<AssociationAnswer>(&id, &(), &given), |done: Arc<Request>| {
            match done.obstacle {
                Some(obstacle) => toast::warn(text(words_of::obstacle(obstacle))),
                None => toast::tell(text(words::DONE)),
            }
            changed();
        });
    });
}

fn withdraw(of: &Request) {
    let id = of.id.clone();
    let title = fill(words::WITHDRAW_TITLE, &[("name", &of.customer_name)]);
    dialog::confirm(title, words::WITHDRAW_TEXT, words::WITHDRAW, move || {
        send::ask::<AssociationWithdraw>(&id, |_| {
            toast::tell(text(words::WITHDRAWN));
            changed();
        });
    });
}

fn refusing(of: &Request) -> AnyView {
    let close = || REFUSING.with(|r| r.set(None));
    let (id, reason, sending) = (of.id.clone(), RwSignal::new(String::new()), Sending::new());
    let rule = move || reason.with(|r| required(r, MAX_REASON).err());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(rule).is_none()) {
            let given = Answer { agree: false, reason: reason.get_untracked().trim().to_owned() };
            sending.send(api::call::<AssociationAnswer>(&id, &(), &given), move |_: Arc<Request>| {
                toast::tell(text(words::REFUSED));
                changed();
                close();
            });
        }
    };
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().child(of.customer_name.clone()))
        .child(
            Field::new("reason", words::REFUSE_REASON, reason)
                .max(MAX_REASON)
                .error(sending.error("reason", rule))
                .focused()
                .view(),
        )
        .child(sending.notice(&["reason"]))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(words::REFUSE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    let dirty = Signal::derive(move || reason.with(|r| !r.is_empty()));
    Dialog::new(words::REFUSE, close).class("dialog--small").dirty(dirty).view(body)
}

/// The page.
pub(super) fn page() -> AnyView {
    let states =
        || State::ALL.iter().map(|s| (s.as_str().to_owned(), text(words_of::state_words(*s).1))).collect();
    let kinds = || Kind::ALL.iter().map(|k| (k.as_str().to_owned(), text(words_of::kind(*k)))).collect();
    let list = List {
        name: "association-requests",
        title: words::TITLE.into(),
        columns: COLUMNS,
        id: |request: &Request| request.id.0.clone(),
        search: None,
        filters: vec![
            Filter::one_of("state", words::STATE, states),
            Filter::one_of("kind", words::KIND, kinds),
        ],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "prospects",
        default_sort: "",
        area: "customers",
    };
    let rows = list.load::<AssociationRequests>(());
    let count = CHANGED.with(Clone::clone);
    on_change(move || count.get(), move || rows.again());
    let open = REFUSING.with(Clone::clone);
    on_cleanup({
        let open = open.clone();
        move || open.set(None)
    });
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, None))
        .child(list.view(rows))
        .child(move || open.get().map(|of| refusing(&of)))
        .into_any()
}

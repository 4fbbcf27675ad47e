//! The list of requests: what others ask for, what one has asked for, how it was decided.

use super::decide;
use crate::i18n::texts::{Key, approvals as words};
use crate::i18n::{fill, t, text};
use crate::kit::filters::Filter;
use crate::kit::list::List;
use crate::kit::table::{Cell, Column};
use crate::kit::{amount, labels, moment, page, send};
use crate::pages::{customers, funds};
use crate::ui::badge::{Tone, badge_bit};
use crate::ui::button::row_button;
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::{dialog, toast};
use contract::approvals::{Approval, ApprovalList, ApprovalState, ApprovalWithdraw};

const COLUMNS: &[Column<Approval>] = &[
    Column { key: "customer", title: words::CUSTOMER, set: Cell::Head, sort: None, cell: customer_cell },
    Column { key: "state", title: words::STATE, set: Cell::Text, sort: None, cell: state_cell },
    Column {
        key: "kind",
        title: words::KIND,
        set: Cell::Text,
        sort: None,
        cell: |a| badge_bit(labels::adjustment_tone(a.kind), text(labels::adjustment(a.kind))).into(),
    },
    Column {
        key: "amount",
        title: words::AMOUNT,
        set: Cell::Number,
        sort: None,
        cell: |a| amount::cell(a.amount).into(),
    },
    Column { key: "memo", title: words::MEMO, set: Cell::Text, sort: None, cell: memo_cell },
    Column { key: "by", title: words::BY, set: Cell::Text, sort: None, cell: by_cell },
    Column { key: "at", title: words::AT, set: Cell::Text, sort: None, cell: |a| moment::cell(a.at).into() },
    Column { key: "until", title: words::UNTIL, set: Cell::Text, sort: None, cell: until_cell },
    Column { key: "decided", title: words::DECIDED, set: Cell::Text, sort: None, cell: decided_cell },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

fn customer_cell(approval: &Approval) -> Bit {
    let href = customers::href(&approval.customer_id);
    bit("a").attr("href", href).child(approval.customer_name.as_str()).into()
}

fn state_words(state: ApprovalState) -> (Tone, Key) {
    match state {
        ApprovalState::Waiting => (Tone::Notice, words::WAITING),
        ApprovalState::Approved => (Tone::Good, words::APPROVED),
        ApprovalState::Refused => (Tone::Bad, words::REFUSED),
        ApprovalState::Withdrawn => (Tone::Neutral, words::WITHDRAWN),
        ApprovalState::Expired => (Tone::Neutral, words::EXPIRED),
    }
}

fn state_cell(approval: &Approval) -> Bit {
    let (tone, key) = state_words(approval.state);
    badge_bit(tone, text(key)).into()
}

fn memo_cell(approval: &Approval) -> Bit {
    if approval.memo.is_empty() { "–".into() } else { approval.memo.as_str().into() }
}

fn by_cell(approval: &Approval) -> Bit {
    if approval.own { text(words::OWN).into() } else { approval.by.as_str().into() }
}

fn until_cell(approval: &Approval) -> Bit {
    if approval.state == ApprovalState::Waiting { moment::cell(approval.until).into() } else { "–".into() }
}

/// Who decided and why; of an approved one the receipt.
fn decided_cell(approval: &Approval) -> Bit {
    let Some(at) = approval.decided_at else { return "–".into() };
    let mut cell = bit("div").attr("class", "wrap").child(moment::cell(at));
    cell = cell.child(bit("div").attr("class", "form__meta").child(approval.decided_by.as_str()));
    if !approval.reason.is_empty() {
        cell = cell.child(bit("div").child(approval.reason.as_str()));
    }
    if let Some(transfer) = &approval.transfer_id {
        let href = funds::receipt_href(transfer);
        cell = cell.child(bit("a").attr("href", href).child(text(words::RECEIPT)));
    }
    cell.into()
}

fn action_cell(approval: &Approval) -> Bit {
    if approval.state != ApprovalState::Waiting {
        return "".into();
    }
    let button = |name: &'static str, title: Key, act: fn(&Approval)| -> Bit {
        let of = approval.clone();
        row_button(name, text(title), format!("{name}-{}", approval.id), None, move || act(&of)).into()
    };
    let buttons = if approval.own {
        vec![button("withdraw", words::WITHDRAW, withdraw)]
    } else {
        vec![
            button("approve", words::APPROVE, |a| OPEN.with(|o| o.set(Some((a.clone(), true))))),
            button("refuse", words::REFUSE, |a| OPEN.with(|o| o.set(Some((a.clone(), false))))),
        ]
    };
    bit("div").attr("class", "row-actions").children(buttons).into()
}

fn withdraw(approval: &Approval) {
    let id = approval.id.clone();
    let end = move || {
        send::ask::<ApprovalWithdraw>(&id, |_| {
            toast::tell(text(words::WITHDRAWN_NOW));
            changed();
        });
    };
    let title = fill(words::WITHDRAW_TITLE, &[("customer", &approval.customer_name)]);
    dialog::confirm(title, words::WITHDRAW_TEXT, words::WITHDRAW, end);
}

thread_local! {
    /// The request that is being decided, and whether it shall be approved.
    static OPEN: ArcRwSignal<Option<(Approval, bool)>> = ArcRwSignal::new(None);
    /// Counts the changes made here, after which the list is loaded again.
    static CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

fn changed() {
    CHANGED.with(|c| c.update(|n| *n += 1));
}

/// The page.
pub(super) fn page() -> AnyView {
    let states =
        || ApprovalState::ALL.iter().map(|s| (s.as_str().to_owned(), text(state_words(*s).1))).collect();
    let list = List {
        name: "approvals",
        title: words::TITLE.into(),
        columns: COLUMNS,
        id: |approval: &Approval| approval.id.0.clone(),
        search: None,
        filters: vec![Filter::one_of("state", words::STATE, states)],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "approvals",
        default_sort: "",
        area: "approvals",
    };
    let rows = list.load::<ApprovalList>(());
    let count = CHANGED.with(Clone::clone);
    on_change(move || count.get(), move || rows.again());
    let open = OPEN.with(Clone::clone);
    let close = {
        let open = open.clone();
        move || open.set(None)
    };
    on_cleanup(close.clone());
    let decision = move || {
        open.get().map(|(approval, approve)| {
            if approve {
                decide::approve(approval, close.clone(), changed)
            } else {
                decide::refuse(&approval, close.clone(), changed)
            }
        })
    };
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, None))
        .child(p().attr("class", "page__lead").child(t(words::LEAD)))
        .child(list.view(rows))
        .child(decision)
        .into_any()
}

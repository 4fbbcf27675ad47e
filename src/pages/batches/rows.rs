//! The rows of a batch, each with what became of it and why.

use crate::i18n::texts::{Key, batches as words};
use crate::i18n::{format, text};
use crate::kit::filters::Filter;
use crate::kit::list::List;
use crate::kit::load::Load;
use crate::kit::table::{Cell, Column};
use crate::kit::{amount, errors};
use crate::pages::{customers, funds};
use crate::ui::badge::{Tone, badge_bit};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::batches::{Batch, BatchRow, BatchRows, RowState};
use contract::id::{BatchId, CustomerId};

const COLUMNS: &[Column<BatchRow>] = &[
    Column { key: "customer", title: words::CUSTOMER, set: Cell::Head, sort: None, cell: customer_cell },
    Column {
        key: "number",
        title: words::NUMBER,
        set: Cell::Number,
        sort: None,
        cell: |row| format::number(row.number).into(),
    },
    Column {
        key: "amount",
        title: words::AMOUNT,
        set: Cell::Number,
        sort: None,
        cell: |row| row.amount.map_or_else(|| "–".into(), |money| amount::cell(money).into()),
    },
    Column { key: "state", title: words::STATE, set: Cell::Text, sort: None, cell: state_cell },
    Column { key: "reason", title: words::REASON, set: Cell::Text, sort: None, cell: reason_cell },
    Column {
        key: "memo",
        title: words::MEMO,
        set: Cell::Text,
        sort: None,
        cell: |row| if row.memo.is_empty() { "–".into() } else { row.memo.as_str().into() },
    },
];

fn customer_cell(row: &BatchRow) -> Bit {
    if row.customer_id.is_empty() {
        return if row.customer_name.is_empty() { "–".into() } else { row.customer_name.as_str().into() };
    }
    let id = CustomerId(row.customer_id.clone());
    bit("a").attr("href", customers::href(&id)).child(row.customer_name.as_str()).into()
}

fn state_words(state: RowState) -> (Tone, Key) {
    match state {
        RowState::Waiting => (Tone::Neutral, words::ROW_WAITING),
        RowState::Refused => (Tone::Notice, words::ROW_REFUSED),
        RowState::Done => (Tone::Good, words::ROW_DONE),
        RowState::Failed => (Tone::Bad, words::ROW_FAILED),
        RowState::Left => (Tone::Neutral, words::ROW_LEFT),
    }
}

fn state_cell(row: &BatchRow) -> Bit {
    let (tone, key) = state_words(row.state);
    let badge = badge_bit(tone, text(key));
    match &row.transfer_id {
        Some(id) => bit("a").attr("href", funds::receipt_href(id)).child(badge).into(),
        None => badge.into(),
    }
}

fn reason_cell(row: &BatchRow) -> Bit {
    let words = row.fault.map(errors::fault).or_else(|| row.reason.map(errors::code_words));
    words.map_or_else(|| "–".into(), |words| bit("span").attr("class", "wrap").child(words).into())
}

/// The table; it loads again when the batch does.
pub(super) fn table(id: &BatchId, batch: Load<Batch>) -> AnyView {
    let states = || RowState::ALL.iter().map(|s| (s.as_str().to_owned(), text(state_words(*s).1))).collect();
    let list = List {
        name: "batch-rows",
        title: words::ROWS_TITLE.into(),
        columns: COLUMNS,
        id: |row: &BatchRow| row.number.to_string(),
        search: None,
        filters: vec![Filter::one_of("state", words::STATE, states)],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::NO_ROWS, words::NO_ROWS_HINT),
        class: "batch-rows",
        default_sort: "",
        area: "batches",
    };
    let rows = list.load::<BatchRows>(id.clone());
    on_change(move || batch.get().map(|b| b.state), move || rows.again());
    list.view(rows)
}

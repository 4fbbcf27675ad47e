//! The batches of the partner: what they did, and what waits to be started.

use super::{IMPORT, href, kind_name, state_words};
use crate::i18n::texts::batches as words;
use crate::i18n::{format, t, text};
use crate::kit::filters::Filter;
use crate::kit::list::List;
use crate::kit::table::{Cell, Column};
use crate::kit::{amount, moment, page};
use crate::ui::badge::badge_bit;
use crate::ui::el::{a, div};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::batches::{Batch, BatchList, Kind, State};

const COLUMNS: &[Column<Batch>] = &[
    Column {
        key: "kind",
        title: words::KIND,
        set: Cell::Head,
        sort: None,
        cell: |b| bit("a").attr("href", href(&b.id)).child(text(kind_name(b.kind))).into(),
    },
    Column { key: "state", title: words::STATE, set: Cell::Text, sort: None, cell: state_cell },
    Column {
        key: "rows",
        title: words::ROWS,
        set: Cell::Number,
        sort: None,
        cell: |b| format::number(b.rows).into(),
    },
    Column {
        key: "done",
        title: words::ROWS_DONE,
        set: Cell::Number,
        sort: None,
        cell: |b| format::number(b.done).into(),
    },
    Column {
        key: "refused",
        title: words::ROWS_REFUSED,
        set: Cell::Number,
        sort: None,
        cell: |b| format::number(b.refused + b.failed).into(),
    },
    Column {
        key: "moved",
        title: words::MOVED,
        set: Cell::Number,
        sort: None,
        cell: |b| amount::cell(b.moved).into(),
    },
    Column { key: "by", title: words::BY, set: Cell::Text, sort: None, cell: |b| b.by.as_str().into() },
    Column {
        key: "at",
        title: words::AT,
        set: Cell::Text,
        sort: None,
        cell: |b| moment::cell(b.created_at).into(),
    },
];

fn state_cell(batch: &Batch) -> Bit {
    let (tone, key) = state_words(batch.state);
    let badge = badge_bit(tone, text(key));
    if !batch.state.is_busy() {
        return badge.into();
    }
    let bar = bit("progress").attr("aria-label", text(key));
    let (all, now) = match batch.state {
        State::Running => (batch.rows - batch.refused, batch.done + batch.failed),
        _ => (batch.expected, batch.rows),
    };
    let bar =
        if all == 0 { bar } else { bar.attr("max", all.to_string()).attr("value", now.min(all).to_string()) };
    bit("span").attr("class", "with-badge").child(badge).child(bar).into()
}

/// The page.
pub fn page() -> AnyView {
    let states = || State::ALL.iter().map(|s| (s.as_str().to_owned(), text(state_words(*s).1))).collect();
    let kinds = || Kind::ALL.iter().map(|k| (k.as_str().to_owned(), text(kind_name(*k)))).collect();
    let list = List {
        name: "batches",
        title: words::TITLE.into(),
        columns: COLUMNS,
        id: |batch: &Batch| batch.id.0.clone(),
        search: None,
        filters: vec![
            Filter::one_of("kind", words::KIND, kinds),
            Filter::one_of("state", words::STATE, states),
        ],
        fixed: Vec::new(),
        export: None,
        views: true,
        bulk: None,
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "batches",
        default_sort: "",
        area: "batches",
    };
    let rows = list.load::<BatchList>(());
    rows.while_open(|page| page.items.iter().any(|b| b.state.is_busy()));
    let import = a().attr("class", "button button--primary").attr("href", IMPORT).child(t(words::IMPORT));
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, Some(import.into_any())))
        .child(list.view(rows))
        .into_any()
}

//! The adjustment records (调账记录): the page, and the tab of one customer.

use super::receipt_href;
use crate::api;
use crate::i18n::text;
use crate::i18n::texts::{funds as words, table as table_words};
use crate::kit::columns::Columns;
use crate::kit::filters::{self, Choices};
use crate::kit::load::Load;
use crate::kit::pager::{self, pager};
use crate::kit::table::{Cell, Column, Table, empty};
use crate::kit::{amount, labels, moment, page};
use crate::pages::customers;
use crate::router;
use crate::ui::badge::badge_bit;
use crate::ui::button::Button;
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::exports::ListName;
use contract::funds::{Adjustment, AdjustmentKind, AdjustmentList, AdjustmentQuery};
use contract::id::CustomerId;
use contract::page::Page;
use serde_json::Value;
use std::sync::Arc;

const AT: Column<Adjustment> =
    Column { key: "at", title: words::AT, set: Cell::Head, sort: None, cell: time_cell };
const KIND: Column<Adjustment> = Column {
    key: "kind",
    title: words::KIND,
    set: Cell::Text,
    sort: None,
    cell: |row| badge_bit(labels::adjustment_tone(row.kind), text(labels::adjustment(row.kind))).into(),
};
const CUSTOMER: Column<Adjustment> = Column {
    key: "customer",
    title: words::CUSTOMER,
    set: Cell::Text,
    sort: None,
    cell: |row| {
        bit("a").attr("href", customers::href(&row.customer_id)).child(row.customer_name.as_str()).into()
    },
};
const AMOUNT: Column<Adjustment> = Column {
    key: "amount",
    title: words::AMOUNT,
    set: Cell::Number,
    sort: None,
    cell: |row| amount::cell(row.amount).into(),
};
const ACTOR: Column<Adjustment> = Column {
    key: "actor",
    title: words::ACTOR,
    set: Cell::Text,
    sort: None,
    cell: |row| row.actor.as_str().into(),
};
const MEMO: Column<Adjustment> = Column {
    key: "memo",
    title: words::MEMO,
    set: Cell::Text,
    sort: None,
    cell: |row| {
        let memo = if row.memo.is_empty() { "–" } else { row.memo.as_str() };
        bit("span").attr("class", "memo").attr("title", row.memo.as_str()).child(memo).into()
    },
};
const COLUMNS: &[Column<Adjustment>] = &[AT, KIND, CUSTOMER, AMOUNT, ACTOR, MEMO];
const COLUMNS_OF_ONE: &[Column<Adjustment>] = &[AT, KIND, AMOUNT, ACTOR, MEMO];

fn time_cell(row: &Adjustment) -> Bit {
    bit("a").attr("href", receipt_href(&row.transfer_id)).child(moment::cell(row.at)).into()
}

fn kind_word(kind: AdjustmentKind) -> String {
    serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn kind() -> Option<AdjustmentKind> {
    crate::json::read(Value::String(router::param("kind")?))
}

fn rows(customer: impl Fn() -> Option<CustomerId> + Send + Sync + 'static) -> Load<Page<Adjustment>> {
    Load::new(move || {
        let query = AdjustmentQuery {
            customer: customer(),
            kind: kind(),
            page: router::param("page"),
            limit: pager::limit(),
        };
        Some(api::call::<AdjustmentList>(&(), &query, &()))
    })
}

fn kind_filter() -> AnyView {
    let choices: Choices = Arc::new(|| {
        AdjustmentKind::ALL.into_iter().map(|k| (kind_word(k), text(labels::adjustment(k)))).collect()
    });
    filters::choice("kind", words::KIND, choices, || {})
}

fn nothing() -> AnyView {
    let filtered = untrack(|| kind().is_some() || router::param("customer").is_some());
    let clear = filtered.then(|| {
        let clear = || router::set_query(&[("kind", None), ("customer", None), ("page", None)]);
        Button::new(table_words::CLEAR_FILTERS).on_click(clear).view()
    });
    empty(words::NO_RECORDS, words::NO_RECORDS_HINT, clear)
}

fn table(rows: Load<Page<Adjustment>>, columns: Columns<Adjustment>) -> AnyView {
    let table = Table {
        name: words::RECORDS.into(),
        columns,
        id: |row: &Adjustment| row.transfer_id.0.clone(),
        rows,
        empty: nothing,
        class: "records",
        default_sort: "",
    };
    (table.view(), pager(rows)).into_any()
}

/// The page.
pub fn page() -> AnyView {
    let customer = router::param_signal("customer");
    let rows = rows(move || customer.get().map(CustomerId));
    // The name of the customer that is filtered by stands in every row.
    let customer_name = move || {
        let id = customer.get()?;
        let name = rows.get().and_then(|page| page.items.first().map(|row| row.customer_name.clone()));
        Some(name.unwrap_or(id))
    };
    let chips = filters::chips(vec![
        ("kind", words::KIND, Arc::new(|| kind().map(|k| text(labels::adjustment(k))))),
        ("customer", words::CUSTOMER, Arc::new(customer_name)),
    ]);
    let columns = Columns::new("adjustments", COLUMNS);
    let tools = columns.tools(Some((ListName::Adjustments, Vec::new())));
    div()
        .attr("class", "page")
        .child(page::head(words::RECORDS, None, None))
        .child(filters::bar(vec![kind_filter(), tools]))
        .child(chips)
        .child(table(rows, columns))
        .into_any()
}

/// The tab of one customer; it loads again when `reload` changes.
#[must_use]
pub fn panel(customer: CustomerId, reload: RwSignal<u32>) -> AnyView {
    let columns = Columns::new("customer-adjustments", COLUMNS_OF_ONE);
    let tools = columns.tools(Some((ListName::Adjustments, vec![("customer", customer.0.clone())])));
    let rows = rows(move || Some(customer.clone()));
    on_change(move || reload.get(), move || rows.again());
    (filters::bar(vec![kind_filter(), tools]), table(rows, columns)).into_any()
}

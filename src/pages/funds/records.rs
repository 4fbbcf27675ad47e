//! The adjustment records (调账记录): the page, and the tab of one customer.

use super::receipt_href;
use crate::api;
use crate::i18n::text;
use crate::i18n::texts::funds as words;
use crate::kit::filters::{Filter, Kind};
use crate::kit::list::List;
use crate::kit::load::Load;
use crate::kit::table::{Cell, Column};
use crate::kit::{amount, labels, moment, page};
use crate::pages::customers;
use crate::router;
use crate::ui::badge::badge_bit;
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::customers::{Customer, CustomerView};
use contract::exports::ListName;
use contract::funds::{Adjustment, AdjustmentKind, AdjustmentList};
use contract::id::CustomerId;
use contract::page::Page;
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
        bit("span").attr("class", "memo").attr("title", row.memo.clone()).child(memo).into()
    },
};
const COLUMNS: &[Column<Adjustment>] = &[AT, KIND, CUSTOMER, AMOUNT, ACTOR, MEMO];
const COLUMNS_OF_ONE: &[Column<Adjustment>] = &[AT, KIND, AMOUNT, ACTOR, MEMO];

fn time_cell(row: &Adjustment) -> Bit {
    bit("a").attr("href", receipt_href(&row.transfer_id)).child(moment::cell(row.at)).into()
}

fn list(
    name: &'static str,
    columns: &'static [Column<Adjustment>],
    fixed: Vec<(&'static str, String)>,
) -> List<Adjustment> {
    let kinds = || {
        let word = |k: AdjustmentKind| serde_json::to_value(k).ok()?.as_str().map(str::to_owned);
        AdjustmentKind::ALL
            .into_iter()
            .filter_map(|k| Some((word(k)?, text(labels::adjustment(k)))))
            .collect()
    };
    List {
        name,
        title: words::RECORDS.into(),
        columns,
        id: |row: &Adjustment| row.transfer_id.0.clone(),
        search: None,
        filters: vec![
            Filter::one_of("kind", words::KIND, kinds),
            Filter { param: "amount", name: words::AMOUNT, kind: Kind::Amounts },
            Filter { param: "at", name: words::AT, kind: Kind::Days },
        ],
        fixed,
        export: Some(ListName::Adjustments),
        views: false,
        bulk: None,
        empty: (words::NO_RECORDS, words::NO_RECORDS_HINT),
        class: "records",
        default_sort: "",
        area: "funds",
    }
}

/// The page.
pub fn page() -> AnyView {
    let mut list = list("adjustments", COLUMNS, Vec::new());
    list.views = true;
    // The name of the customer that is filtered by stands in every row; without rows it is asked for.
    let shown: RwSignal<Option<Load<Page<Adjustment>>>> = RwSignal::new(None);
    let in_rows = move || {
        let rows = shown.get().and_then(|rows| rows.get());
        rows.map(|page| page.items.first().map(|row| row.customer_name.clone()))
    };
    let asked: Load<Customer> = Load::new(move || {
        let id = router::param("customer")?;
        let unknown = in_rows()?.is_none();
        unknown.then(|| api::call::<CustomerView>(&CustomerId(id), &(), &()))
    });
    let customer_name = move || {
        let id = router::param("customer")?;
        let by_itself = || asked.get().filter(|c| c.row.id.0 == id).map(|c| c.row.title().to_owned());
        Some(in_rows().flatten().or_else(by_itself).unwrap_or_else(|| id.clone()))
    };
    list.filters.push(Filter {
        param: "customer",
        name: words::CUSTOMER,
        kind: Kind::Customer(Arc::new(customer_name)),
    });
    let rows = list.load::<AdjustmentList>(());
    shown.set(Some(rows));
    div()
        .attr("class", "page")
        .child(page::head(words::RECORDS, None, None))
        .child(list.view(rows))
        .into_any()
}

/// The tab of one customer; it loads again when `reload` changes.
#[must_use]
pub fn panel(customer: CustomerId, reload: RwSignal<u32>) -> AnyView {
    let list = list("customer-adjustments", COLUMNS_OF_ONE, vec![("customer", customer.0)]);
    let rows = list.load::<AdjustmentList>(());
    on_change(move || reload.get(), move || rows.again());
    list.view(rows)
}

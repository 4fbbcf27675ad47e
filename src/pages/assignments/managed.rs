//! The customers of one manager (查看客户列表), taken back one by one or many at once.

use super::assign::{Assigning, one};
use crate::i18n::text;
use crate::i18n::texts::{assignments as words, customers};
use crate::kit::list::List;
use crate::kit::selection::{Bulk, BulkAct, Targets};
use crate::kit::table::{Cell, Column};
use crate::kit::{labels, moment, page};
use crate::pages::customers::href;
use crate::routes;
use crate::ui::button::row_button;
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::access::Permission;
use contract::customers::{CustomerList, CustomerRow};
use std::sync::Arc;

const COLUMNS: &[Column<CustomerRow>] = &[
    Column {
        key: "name",
        title: customers::NAME,
        set: Cell::Head,
        sort: Some(("name", "-name")),
        cell: name_cell,
    },
    Column {
        key: "account_name",
        title: customers::ACCOUNT_NAME,
        set: Cell::Text,
        sort: None,
        cell: |row| row.account_name.as_str().into(),
    },
    Column {
        key: "association",
        title: customers::ASSOCIATION,
        set: Cell::Text,
        sort: None,
        cell: |row| text(labels::association(row.association)).into(),
    },
    Column {
        key: "associated_on",
        title: customers::ASSOCIATED_ON,
        set: Cell::Text,
        sort: Some(("associated_on", "-associated_on")),
        cell: |row| moment::day_cell(row.associated_on).into(),
    },
    Column { key: "actions", title: customers::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

fn name_cell(row: &CustomerRow) -> Bit {
    bit("a").attr("href", href(&row.id)).child(row.title()).into()
}

fn action_cell(row: &CustomerRow) -> Bit {
    let (id, name) = (row.id.0.clone(), row.title().to_owned());
    let act = move || one(&id, &name, true);
    row_button("take-back", text(words::TAKE_BACK), format!("take-back-{}", row.id), None, act).into()
}

/// The page.
pub(super) fn page() -> AnyView {
    let manager = routes::part("id");
    let place = StoredValue::new(None::<Assigning>);
    let many: BulkAct = Arc::new(move |targets: Targets, count: String| {
        if let Some(place) = place.get_value() {
            place.take_back(targets, &count);
        }
    });
    let list = List {
        name: "managed",
        title: words::MANAGED.into(),
        columns: COLUMNS,
        id: |row: &CustomerRow| row.id.0.clone(),
        search: Some((customers::SEARCH, customers::SEARCH_HINT)),
        filters: Vec::new(),
        fixed: vec![("manager", manager)],
        export: None,
        views: false,
        bulk: Some(Bulk(vec![(Permission::CustomersAssign, words::TAKE_BACK_ALL, many)])),
        empty: (customers::EMPTY, words::NO_CUSTOMERS_HINT),
        class: "managed",
        default_sort: "-associated_on",
        area: "customers",
    };
    let rows = list.load::<CustomerList>(());
    let assigning = Assigning::new(move || rows.again());
    place.set_value(Some(assigning));
    div()
        .attr("class", "page")
        .child(page::head(words::MANAGED, None, None))
        .child(list.view(rows))
        .child(assigning.view())
        .into_any()
}

//! What was done with a customer (操作日志): the partner's audit trail, filtered.

use crate::i18n::text;
use crate::i18n::texts::customers as words;
use crate::kit::filters::{Filter, Kind};
use crate::kit::list::List;
use crate::kit::table::{Cell, Column};
use crate::kit::{labels, moment};
use crate::ui::copy::copyable_bit;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::audit::{AuditEntry, AuditList};
use contract::exports::ListName;
use contract::id::CustomerId;

const COLUMNS: &[Column<AuditEntry>] = &[
    Column {
        key: "at",
        title: words::AT,
        set: Cell::Head,
        sort: None,
        cell: |entry| moment::cell(entry.at).into(),
    },
    Column {
        key: "actor",
        title: words::ACTOR,
        set: Cell::Text,
        sort: None,
        cell: |entry| entry.actor.as_str().into(),
    },
    Column {
        key: "action",
        title: words::ACTION,
        set: Cell::Text,
        sort: None,
        cell: |entry| labels::action(&entry.action).map_or_else(|| entry.action.clone(), text).into(),
    },
    Column { key: "detail", title: words::DETAIL, set: Cell::Text, sort: None, cell: detail_cell },
    Column {
        key: "ip",
        title: words::IP,
        set: Cell::Text,
        sort: None,
        cell: |entry| entry.ip.as_str().into(),
    },
    Column {
        key: "request",
        title: words::REQUEST,
        set: Cell::Text,
        sort: None,
        cell: |entry| copyable_bit(&entry.request_id).into(),
    },
];

fn detail_cell(entry: &AuditEntry) -> Bit {
    bit("code").attr("class", "detail").child(entry.detail.as_str()).into()
}

/// The tab; it loads again when `reload` changes.
#[must_use]
pub fn panel(id: CustomerId, reload: RwSignal<u32>) -> AnyView {
    let areas = || {
        let all = [("customers", words::AREA_CUSTOMERS), ("funds", words::AREA_FUNDS)];
        all.map(|(area, name)| (area.to_owned(), text(name))).to_vec()
    };
    let list = List {
        name: "audit",
        title: words::TAB_AUDIT.into(),
        columns: COLUMNS,
        id: |entry: &AuditEntry| entry.seq.to_string(),
        search: None,
        filters: vec![
            Filter::one_of("area", words::AREA, areas),
            Filter { param: "at", name: words::AT, kind: Kind::Days },
        ],
        fixed: vec![("subject", id.0)],
        export: Some(ListName::Audit),
        views: false,
        bulk: None,
        empty: (words::NO_AUDIT, words::NO_AUDIT_HINT),
        class: "audit",
        default_sort: "",
        area: "customers",
    };
    let rows = list.load::<AuditList>(());
    rows.follow("funds");
    on_change(move || reload.get(), move || rows.again());
    list.view(rows)
}

//! What was done with a customer (操作日志): the partner's audit trail, filtered.

use crate::api;
use crate::i18n::text;
use crate::i18n::texts::customers as words;
use crate::kit::columns::Columns;
use crate::kit::filters;
use crate::kit::load::Load;
use crate::kit::pager::{self, pager};
use crate::kit::table::{Cell, Column, Table, empty};
use crate::kit::{labels, moment};
use crate::router;
use crate::ui::copy::copyable_bit;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::audit::{AuditEntry, AuditList, AuditQuery};
use contract::exports::ListName;
use contract::id::CustomerId;
use contract::page::Page;

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
    let columns = Columns::new("audit", COLUMNS);
    let tools = columns.tools(Some((ListName::Audit, vec![("subject", id.0.clone())])));
    let rows: Load<Page<AuditEntry>> = Load::new(move || {
        let query =
            AuditQuery { subject: Some(id.0.clone()), page: router::param("page"), limit: pager::limit() };
        Some(api::call::<AuditList>(&(), &query, &()))
    });
    on_change(move || reload.get(), move || rows.again());
    let table = Table {
        name: words::TAB_AUDIT.into(),
        columns,
        id: |entry: &AuditEntry| entry.seq.to_string(),
        rows,
        empty: || empty(words::NO_AUDIT, words::NO_AUDIT_HINT, None),
        class: "audit",
        default_sort: "",
    };
    (filters::bar(vec![tools]), table.view(), pager(rows)).into_any()
}

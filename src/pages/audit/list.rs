//! The trail as a list: the whole partner's, or that of one customer.

use super::changes;
use crate::i18n::texts::{Key, audit as words};
use crate::i18n::{self, text};
use crate::kit::filters::{Filter, Kind};
use crate::kit::list::List;
use crate::kit::table::{Cell, Column};
use crate::kit::{moment, page};
use crate::pages::{batches, customers};
use crate::router;
use crate::ui::copy::copyable_bit;
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::audit::{AuditEntry, AuditList};
use contract::exports::ListName;
use contract::id::{BatchId, CustomerId};
use std::sync::Arc;

const AT: Column<AuditEntry> = Column {
    key: "at",
    title: words::AT,
    set: Cell::Head,
    sort: None,
    cell: |entry| moment::cell(entry.at).into(),
};
const ACTOR: Column<AuditEntry> = Column {
    key: "actor",
    title: words::ACTOR,
    set: Cell::Text,
    sort: None,
    cell: |entry| entry.actor.as_str().into(),
};
const ACTION: Column<AuditEntry> = Column {
    key: "action",
    title: words::ACTION,
    set: Cell::Text,
    sort: None,
    cell: |entry| i18n::by_name(&entry.action).map_or_else(|| entry.action.clone(), text).into(),
};
const DETAIL: Column<AuditEntry> =
    Column { key: "detail", title: words::DETAIL, set: Cell::Text, sort: None, cell: detail_cell };
const IP: Column<AuditEntry> = Column {
    key: "ip",
    title: words::IP,
    set: Cell::Text,
    sort: None,
    cell: |entry| entry.ip.as_str().into(),
};
const REQUEST: Column<AuditEntry> = Column {
    key: "request",
    title: words::REQUEST,
    set: Cell::Text,
    sort: None,
    cell: |entry| copyable_bit(&entry.request_id).into(),
};
const SUBJECT: Column<AuditEntry> =
    Column { key: "subject", title: words::SUBJECT, set: Cell::Text, sort: None, cell: subject_cell };
const COLUMNS: &[Column<AuditEntry>] = &[AT, ACTOR, ACTION, SUBJECT, DETAIL, IP, REQUEST];
const COLUMNS_OF_ONE: &[Column<AuditEntry>] = &[AT, ACTOR, ACTION, DETAIL, IP, REQUEST];

fn detail_cell(entry: &AuditEntry) -> Bit {
    changes::cell(&entry.detail)
}

/// What was done it to: a link where it has a page.
fn subject_cell(entry: &AuditEntry) -> Bit {
    let (kind, id) = entry.subject.split_once(':').unwrap_or(("", &entry.subject));
    let href = match kind {
        "customer" => customers::href(&CustomerId(id.to_owned())),
        "batch" => batches::href(&BatchId(id.to_owned())),
        // What has no page of its own has its entries.
        _ => super::of(id),
    };
    bit("a").attr("href", href).attr("title", id.to_owned()).child(text(subject_name(kind))).into()
}

fn subject_name(kind: &str) -> Key {
    match kind {
        "customer" => words::SUBJECT_CUSTOMER,
        "batch" => words::SUBJECT_BATCH,
        "user" => words::SUBJECT_USER,
        "role" => words::SUBJECT_ROLE,
        "approval" => words::SUBJECT_APPROVAL,
        "access_key" => words::SUBJECT_KEY,
        "invitation" => words::SUBJECT_INVITATION,
        "webhook" => words::SUBJECT_WEBHOOK,
        "partner" => words::SUBJECT_PARTNER,
        "export" => words::SUBJECT_EXPORT,
        "view" => words::SUBJECT_VIEW,
        _ => words::SUBJECT_OBJECT,
    }
}

fn list(
    name: &'static str,
    columns: &'static [Column<AuditEntry>],
    fixed: Vec<(&'static str, String)>,
) -> List<AuditEntry> {
    let areas = || {
        let all = [
            ("customers", words::AREA_CUSTOMERS),
            ("funds", words::AREA_FUNDS),
            ("batches", words::AREA_BATCHES),
            ("exports", words::AREA_EXPORTS),
            ("identity", words::AREA_IDENTITY),
            ("partner", words::AREA_PARTNER),
            ("approvals", words::AREA_APPROVALS),
            ("organisation", words::AREA_ORGANISATION),
            ("imports", words::AREA_IMPORTS),
            ("views", words::AREA_VIEWS),
            ("notices", words::AREA_NOTICES),
            ("receivers", words::AREA_RECEIVERS),
            ("webhooks", words::AREA_WEBHOOKS),
        ];
        all.map(|(area, name)| (area.to_owned(), text(name))).to_vec()
    };
    List {
        name,
        title: words::TITLE.into(),
        columns,
        id: |entry: &AuditEntry| entry.seq.to_string(),
        search: None,
        filters: vec![
            Filter::one_of("area", words::AREA, areas),
            Filter { param: "at", name: words::AT, kind: Kind::Days },
        ],
        fixed,
        export: Some(ListName::Audit),
        views: false,
        bulk: None,
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "audit",
        default_sort: "",
        area: "all",
    }
}

/// The page.
pub(super) fn page() -> AnyView {
    let mut list = list("audit", COLUMNS, Vec::new());
    let object = || router::param("subject");
    let of_one = Kind::Given(Arc::new(object));
    list.filters.push(Filter { param: "subject", name: words::SUBJECT, kind: of_one });
    list.views = true;
    list.search = Some((words::SEARCH, words::SEARCH_HINT));
    let rows = list.load::<AuditList>(());
    div().attr("class", "page").child(page::head(words::TITLE, None, None)).child(list.view(rows)).into_any()
}

/// The tab of one customer; it loads again when `reload` changes.
#[must_use]
pub fn panel(id: CustomerId, reload: RwSignal<u32>) -> AnyView {
    let list = list("customer-audit", COLUMNS_OF_ONE, vec![("subject", id.0)]);
    let rows = list.load::<AuditList>(());
    on_change(move || reload.get(), move || rows.again());
    list.view(rows)
}

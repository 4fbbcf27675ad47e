//! Files of lists: asked for, made by a job, downloaded while they last (design/ux-checklist.md, 36–38).

use crate::access::Permission;
use crate::api::{Access, File};
use crate::endpoints;
use crate::id::{CustomerId, ExportId};
use crate::page::Page;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "exports";
    /// Asks for a file of a list: all rows that its filters match, in its order.
    ExportCreate: POST "/api/exports", Access::Needs(Permission::Exports), body = NewExport, reply = Export;
    /// The partner's exports that the person may see, newest first.
    ExportList: GET "/api/exports", Access::Needs(Permission::Exports), query = ExportQuery, reply = Page<Export>;
    /// One export, with its progress.
    ExportView: GET "/api/exports/{export_id}", Access::Needs(Permission::Exports), path = ExportId, reply = Export;
    /// The file. Only the person who asked for it gets it.
    ExportFile: GET "/api/exports/{export_id}/file", Access::Needs(Permission::Exports), path = ExportId, reply = File;
    /// Stops an export that is being made, or deletes its file. Repeating it changes nothing.
    ExportDelete: DELETE "/api/exports/{export_id}", Access::Needs(Permission::Exports), path = ExportId, reply = ();
}

/// A file is kept for so many hours after it was made.
pub const KEPT_HOURS: i64 = 72;
/// The most exports of a person that may wait or be made at once.
pub const AT_ONCE: i64 = 5;
/// The most columns, and the longest heading and query.
pub const MAX_COLUMNS: usize = 40;
/// The most rows that can be named one by one.
pub const MAX_IDS: usize = 1_000;
/// The longest heading of a column.
pub const MAX_TITLE: usize = 60;
/// The longest query.
pub const MAX_QUERY: usize = 1_000;

words! {
    /// A list that files can be made of.
    ListName {
        /// Customers (客户管理).
        Customers = "customers",
        /// Adjustment records (调账记录).
        Adjustments = "adjustments",
        /// The audit trail (操作日志).
        Audit = "audit",
        /// The bill lines of consumption (消费明细).
        Consumption = "consumption",
    }
}

words! {
    /// The form of a file.
    Format {
        /// Values separated by commas, UTF-8 with a mark at the beginning, for spreadsheets and programs.
        Csv = "csv",
        /// A workbook.
        Xlsx = "xlsx",
    }
}

words! {
    /// How far an export has come.
    State {
        /// It has not begun.
        Waiting = "waiting",
        /// Rows are being written.
        Running = "running",
        /// The file is there.
        Done = "done",
        /// It could not be made.
        Failed = "failed",
        /// The file's time is over, or it was deleted.
        Gone = "gone",
    }
}

impl ListName {
    /// What the person must be allowed to see.
    #[must_use]
    pub fn permission(self) -> Permission {
        match self {
            Self::Customers => Permission::CustomersRead,
            Self::Adjustments => Permission::AdjustmentsRead,
            Self::Audit => Permission::AuditRead,
            Self::Consumption => Permission::CustomersRead,
        }
    }

    /// The values of the list's query that filter and sort it.
    #[must_use]
    pub fn filters(self) -> &'static [&'static str] {
        match self {
            Self::Customers => {
                &["q", "association", "manager", "verified", "frozen", "available", "associated", "sort"]
            }
            Self::Adjustments => &["customer", "kind", "amount", "at"],
            Self::Audit => &["subject", "q", "at", "area"],
            Self::Consumption => &["customer", "month", "day", "service", "region", "currency"],
        }
    }

    /// The columns that a file of the list can have, in the list's order.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Customers => &[
                "name",
                "account_name",
                "association",
                "verified",
                "manager",
                "available",
                "associated_on",
                "phone",
                "email",
                "id",
                "label",
                "level",
                "frozen",
                "currency",
            ],
            Self::Adjustments => {
                &["at", "kind", "customer", "amount", "actor", "memo", "id", "customer_id", "currency"]
            }
            Self::Audit => &["at", "actor", "action", "detail", "ip", "request", "subject", "hash"],
            Self::Consumption => &[
                "day",
                "customer",
                "service",
                "region",
                "cost",
                "list_cost",
                "resource",
                "category",
                "currency",
                "provider",
                "customer_id",
                "id",
            ],
        }
    }
}

impl State {
    /// Whether it goes on by itself.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportColumn {
    /// Which of the list's columns.
    pub key: String,
    /// Its heading.
    pub title: String,
}

/// A file that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewExport {
    /// Of which list.
    pub list: ListName,
    /// In which form.
    pub format: Format,
    /// The list's query string: the same filters and order as the screen's.
    pub query: String,
    /// Only the page that the query string asks for, instead of all pages.
    #[serde(default)]
    pub page_only: bool,
    /// Only these rows of the list of customers, in this order, instead of what the query string matches.
    #[serde(default)]
    pub ids: Vec<CustomerId>,
    /// The columns; each once.
    pub columns: Vec<ExportColumn>,
}

/// What the exports are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ExportQuery {
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// An export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Export {
    /// The export.
    pub id: ExportId,
    /// Of which list.
    pub list: ListName,
    /// In which form.
    pub format: Format,
    /// How far it has come.
    pub state: State,
    /// Rows written so far; all of them once it is done. The heading is not counted.
    pub rows: i64,
    /// About how many rows there will be, for its progress; 0 while it is not known.
    pub expected: i64,
    /// The file's size in bytes.
    pub bytes: i64,
    /// SHA-256 of the file in hex; empty until it is there.
    pub sha256: String,
    /// The name under which it is downloaded.
    pub file_name: String,
    /// Whether personal data is masked in it, since the person may not see it.
    pub masked: bool,
    /// Who asked.
    pub asked_by: String,
    /// Whether the asking person asked for it, and so may have the file.
    pub mine: bool,
    /// When it was asked for.
    pub created_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// When the file is deleted.
    pub expires_at: Option<Time>,
}

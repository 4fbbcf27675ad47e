//! Files that people bring (批量导入): read, their columns assigned, then made into a batch whose rows can be
//! looked at before anything happens (design/ux-checklist.md, 39, 40).

use crate::access::Permission;
use crate::api::{Access, File};
use crate::endpoints;
use crate::id::{BatchId, ImportId};
use serde::{Deserialize, Serialize};

endpoints! { "imports";
    /// Takes a file in: CSV in UTF-8, or XLSX (its first sheet). Nothing is done with its rows.
    ImportCreate: POST "/api/imports", Access::Needs(Permission::Batches), body = NewImport, reply = Import;
    /// A CSV file to fill in.
    ImportTemplate: GET "/api/imports/template", Access::Needs(Permission::Batches), reply = File;
}

/// The largest file, in bytes.
pub const MAX_FILE: usize = 600_000;
/// The most rows below the headings.
pub const MAX_ROWS: usize = 10_000;
/// The most columns.
pub const MAX_COLUMNS: usize = 50;
/// The longest file name.
pub const MAX_NAME: usize = 120;
/// Days for which a file is kept.
pub const KEPT_DAYS: i64 = 7;

/// A file to take in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewImport {
    /// Its name.
    pub name: String,
    /// What is in it, in base64.
    pub content: String,
}

/// A file that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Import {
    /// The file.
    pub id: ImportId,
    /// Its name.
    pub name: String,
    /// Rows below the headings.
    pub rows: i64,
    /// The headings.
    pub columns: Vec<String>,
    /// The first rows, to see what is in the columns.
    pub sample: Vec<Vec<String>>,
    /// Which columns are meant, as far as their headings tell.
    pub guess: Guess,
    /// The batch that the same file led to before, where there is one.
    pub batch: Option<BatchId>,
}

/// Columns by what their headings say, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Guess {
    /// The customer's id or account name.
    pub customer: Option<u32>,
    /// The amount.
    pub amount: Option<u32>,
    /// The remark.
    pub memo: Option<u32>,
}

/// The rows of a file as a batch's: which column is what, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FromFile {
    /// The file.
    pub import: ImportId,
    /// The column with the customer's id or account name.
    pub customer: u32,
    /// The column with the amount.
    pub amount: u32,
    /// The column with the remark.
    pub memo: Option<u32>,
}

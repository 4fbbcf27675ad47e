//! Work on many objects at once (批量拨款, 批量回收): first checked row by row and shown, then started, then
//! carried out by a job (design/ux-checklist.md, 24, 25, 39, 40).

use crate::access::Permission;
use crate::api::{Access, File};
use crate::codes::StepUp;
use crate::endpoints;
use crate::error::{Code, Fault};
use crate::id::{BatchId, CustomerId, TransferId};
use crate::imports::FromFile;
use crate::money::Money;
use crate::page::Page;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "batches";
    /// Prepares a batch: its rows are gathered and checked, nothing is done.
    BatchCreate: POST "/api/batches", Access::Needs(Permission::Batches), body = NewBatch, reply = Batch;
    /// The partner's batches that the person may see, newest first.
    BatchList: GET "/api/batches", Access::Needs(Permission::Batches), query = BatchQuery, reply = Page<Batch>;
    /// One batch: what it will do or did, in figures.
    BatchView: GET "/api/batches/{batch_id}", Access::Needs(Permission::Batches), path = BatchId, reply = Batch;
    /// Its rows, in their order.
    BatchRows: GET "/api/batches/{batch_id}/rows", Access::Needs(Permission::Batches), path = BatchId, query = RowQuery, reply = Page<BatchRow>;
    /// The rows that were refused, as a CSV file.
    BatchRefused: GET "/api/batches/{batch_id}/refused", Access::Needs(Permission::Batches), path = BatchId, reply = File;
    /// Starts a batch that is ready. Its rows are those that were shown.
    BatchStart: POST "/api/batches/{batch_id}/start", Access::Sensitive(Permission::Batches), path = BatchId, reply = StepUp<Batch>;
    /// Gives a batch up, or stops it: rows that are done stay done. Repeating it changes nothing.
    BatchCancel: DELETE "/api/batches/{batch_id}", Access::Needs(Permission::Batches), path = BatchId, reply = ();
    /// Prepares the batch that takes back what this one did.
    BatchReverse: POST "/api/batches/{batch_id}/reverse", Access::Needs(Permission::Batches), path = BatchId, reply = Batch;
}

/// The most rows of a batch.
pub const MAX_ROWS: i64 = 100_000;
/// The most objects that can be named one by one.
pub const MAX_NAMED: usize = 1_000;
/// The most batches of a person that may be checked, wait or run at once.
pub const AT_ONCE: i64 = 20;
/// The longest query string.
pub const MAX_QUERY: usize = 1_000;
/// Hours for which a prepared batch can be started.
pub const READY_HOURS: i64 = 24;

words! {
    /// What is done to each row.
    Kind {
        /// 批量拨款: from the partner to resale customers (capability 28).
        Appropriation = "appropriation",
        /// 批量回收: back from them (capability 30).
        Reclaim = "reclaim",
    }
}

impl Kind {
    /// The right that it needs besides `Batches`.
    #[must_use]
    pub fn permission(self) -> Permission {
        match self {
            Self::Appropriation => Permission::FundsAppropriate,
            Self::Reclaim => Permission::FundsReclaim,
        }
    }

    /// What takes it back.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Appropriation => Self::Reclaim,
            Self::Reclaim => Self::Appropriation,
        }
    }
}

words! {
    /// Where a batch is.
    State {
        /// Its rows are being gathered and checked.
        Checking = "checking",
        /// It can be looked at and started.
        Ready = "ready",
        /// Its rows are being carried out.
        Running = "running",
        /// All its rows have their result.
        Done = "done",
        /// It was given up, stopped, or not started in time.
        Cancelled = "cancelled",
        /// It could not be prepared.
        Failed = "failed",
    }
}

impl State {
    /// Whether a job works on it.
    #[must_use]
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Checking | Self::Running)
    }
}

words! {
    /// Where its rows come from.
    Source {
        /// Named one by one.
        Selection = "selection",
        /// All that a list's filters match.
        Filter = "filter",
        /// A file.
        Import = "import",
        /// The rows of a batch that it takes back.
        Reversal = "reversal",
    }
}

words! {
    /// What became of a row.
    RowState {
        /// It will be carried out when the batch is started.
        Waiting = "waiting",
        /// It may not be done, and will not be.
        Refused = "refused",
        /// It is done.
        Done = "done",
        /// It was refused when its turn came.
        Failed = "failed",
        /// The batch ended before its turn came.
        Left = "left",
    }
}

/// A batch to prepare. Exactly one of `customers`, `query` and `file` says for whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NewBatch {
    /// What is done to each.
    pub kind: Option<Kind>,
    /// Customers, one by one.
    pub customers: Vec<CustomerId>,
    /// All customers that the customer list's query string matches, now.
    pub query: Option<String>,
    /// The rows of a file.
    pub file: Option<FromFile>,
    /// The amount for each as a plain decimal; empty in a reclaim for all that is available.
    /// Not for a file, whose rows have their own.
    pub amount: String,
    /// The remark on each movement.
    pub memo: String,
}

/// A batch in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Batch {
    /// The batch.
    pub id: BatchId,
    /// What is done to each row.
    pub kind: Kind,
    /// Where it is.
    pub state: State,
    /// Where its rows come from.
    pub source: Source,
    /// The file's name, where there is one.
    pub file_name: String,
    /// All rows.
    pub rows: i64,
    /// How many of them are expected while they are gathered; 0 where that is not known.
    pub expected: i64,
    /// Rows that may not be done.
    pub refused: i64,
    /// Rows that wait for their turn.
    pub waiting: i64,
    /// Rows that are done.
    pub done: i64,
    /// Rows that failed when their turn came, or were left when the batch was stopped.
    pub failed: i64,
    /// The sum of the rows that may be done.
    pub total: Money,
    /// The sum of the rows that are done.
    pub moved: Money,
    /// The partner's available amount now.
    pub available: Money,
    /// Whether it was asked to stop, and ends as soon as what is under way has its result.
    pub stopping: bool,
    /// Why it cannot be started, if so.
    pub refusal: Option<Code>,
    /// Whether starting it will ask for a verification code.
    pub code_needed: bool,
    /// Why rows were refused, most frequent first.
    pub reasons: Vec<Reason>,
    /// Who prepared it.
    pub by: String,
    /// Whether that was the asking person.
    pub mine: bool,
    /// When it was prepared.
    pub created_at: Time,
    /// When it was started.
    pub started_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// The batch that it takes back.
    pub reverses: Option<BatchId>,
    /// The batch that takes it back.
    pub reversed_by: Option<BatchId>,
}

impl Batch {
    /// Whether what it did can be taken back.
    #[must_use]
    pub fn is_reversible(&self) -> bool {
        !self.state.is_busy() && self.done > 0 && self.reverses.is_none() && self.reversed_by.is_none()
    }
}

/// Why rows were refused, and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reason {
    /// The reason.
    pub code: Code,
    /// The rows.
    pub rows: i64,
}

/// A row of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BatchRow {
    /// Its number, from 1; in a file, that of the row below the headings.
    pub number: i64,
    /// The customer; empty where a file names none that there is.
    pub customer_id: String,
    /// The customer's name, or what the file says.
    pub customer_name: String,
    /// The amount; none where a file's cannot be read.
    pub amount: Option<Money>,
    /// The remark.
    pub memo: String,
    /// What became of it.
    pub state: RowState,
    /// Why it was refused or failed.
    pub reason: Option<Code>,
    /// What is wrong with its amount or remark, where that is the reason.
    pub fault: Option<Fault>,
    /// The movement that it made.
    pub transfer_id: Option<TransferId>,
}

/// What the batches are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BatchQuery {
    /// Only these states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<crate::filter::OneOf<State>>,
    /// Only these kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<crate::filter::OneOf<Kind>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// What a batch's rows are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RowQuery {
    /// Only these states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<crate::filter::OneOf<RowState>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

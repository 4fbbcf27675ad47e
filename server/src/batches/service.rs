//! Preparing, starting, stopping and taking back batches.

use super::lines::{self, Figure};
use super::store::{self, Stored, Targets};
use crate::app::App;
use crate::audit::{self, Act, Trail};
use crate::codes;
use crate::error::Error;
use crate::exports;
use crate::funds::store as funds;
use crate::ids;
use crate::imports::store as imports;
use crate::ledger::AccountKey;
use crate::partner;
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::access::Permission;
use contract::audit::Action;
use contract::batches::{
    AT_ONCE, Batch, Kind, MAX_NAMED, MAX_QUERY, NewBatch, READY_HOURS, RowState, Source, State,
};
use contract::codes::StepUp;
use contract::error::{Code, Fault, FieldFault};
use contract::exports::ListName;
use contract::id::BatchId;
use contract::money::{Money, parse_amount};
use contract::partner::Sensitive;
use contract::partner::Settings;
use contract::text::{MAX_MEMO, optional};
use contract::time::from_millis;
use serde_json::json;

/// How long a prepared batch can be started.
const READY: i64 = READY_HOURS * 3_600_000;

fn may(scope: &Scope, kind: Kind) -> Result<(), Error> {
    if scope.may(kind.permission()) { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// Notes a new batch for the job.
///
/// # Errors
/// What is wrong with it; `Forbidden` without the kind's right; `AlreadyImported`.
pub(super) async fn create(app: &App, scope: &Scope, new: &NewBatch) -> Result<Batch, Error> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, fault| faults.push(FieldFault { field: field.to_owned(), fault });
    let kind = new.kind;
    if kind.is_none() {
        fault("kind", Fault::Required);
    }
    let memo = optional(&new.memo, MAX_MEMO).map_err(|f| fault("memo", f)).unwrap_or("").to_owned();
    let everything = kind == Some(Kind::Reclaim) && new.amount.trim().is_empty();
    let amount = match (&new.file, everything) {
        (Some(_), _) | (None, true) => None,
        (None, false) => parse_amount(new.amount.trim(), scope.currency).map_err(|f| fault("amount", f)).ok(),
    };
    let ways = usize::from(!new.customers.is_empty())
        + usize::from(new.query.is_some())
        + usize::from(new.file.is_some());
    if ways != 1 {
        fault("customers", if ways == 0 { Fault::Required } else { Fault::Invalid });
    }
    if new.customers.len() > MAX_NAMED {
        fault("customers", Fault::TooLong { max: MAX_NAMED as u32 });
    }
    let (Some(kind), true) = (kind, faults.is_empty()) else { return Err(Error::Fields(faults)) };
    may(scope, kind)?;
    let mut batch = blank(scope, kind, Targets::Customers(Vec::new()), amount, memo);
    if let Some(query) = &new.query {
        if query.len() > MAX_QUERY {
            return Err(Error::field("query", Fault::TooLong { max: MAX_QUERY as u32 }));
        }
        exports::check(scope, ListName::Customers, query)?;
        (batch.source, batch.targets) = (Source::Filter, Targets::Query(query.clone()));
    } else if let Some(file) = &new.file {
        let found = imports::need(&app.db, scope, &file.import).await?;
        let wrong = |column: Option<u32>| column.is_some_and(|c| c as usize >= found.columns());
        for (field, column) in
            [("customer", Some(file.customer)), ("amount", Some(file.amount)), ("memo", file.memo)]
        {
            if wrong(column) {
                return Err(Error::field(field, Fault::Invalid));
            }
        }
        let mut connection = app.db.read().acquire().await?;
        if store::of_file(&mut connection, &scope.partner_id, &found.sha256).await?.is_some() {
            return Err(Code::AlreadyImported.into());
        }
        batch.expected = found.rows;
        (batch.file_name, batch.file_hash) = (found.name, Some(found.sha256));
        (batch.source, batch.targets) = (Source::Import, Targets::File(file.clone()));
    } else {
        let mut customers = new.customers.clone();
        customers.sort();
        customers.dedup();
        batch.expected = i64::try_from(customers.len()).unwrap_or(0);
        batch.targets = Targets::Customers(customers);
    }
    prepare(app, scope, &batch).await
}

fn blank(scope: &Scope, kind: Kind, targets: Targets, amount: Option<i64>, memo: String) -> Stored {
    Stored {
        partner_id: scope.partner_id.clone(),
        id: BatchId(ids::new()),
        user_id: scope.user_id.clone(),
        actor: scope.actor.clone(),
        kind,
        state: State::Checking,
        source: Source::Selection,
        targets,
        amount,
        memo,
        english: scope.origin.english,
        file_name: String::new(),
        file_hash: None,
        reverses: None,
        expected: 0,
        created_at: scope.now,
        started_at: None,
        ended_at: None,
        failure: None,
        started_by: None,
        stopping: false,
        lease: 0,
    }
}

async fn prepare(app: &App, scope: &Scope, batch: &Stored) -> Result<Batch, Error> {
    let mut tx = app.db.begin().await?;
    let detail = json!({"kind": batch.kind, "source": batch.source, "amount": batch.amount, "reverses": batch.reverses});
    let act = Act::of(scope, Action::BatchesPrepared, "batch", batch.id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    if store::open_ones(&mut tx, scope).await? >= AT_ONCE {
        return Err(Error::Counted(Code::TooManyAttempts, 60));
    }
    // Under the chain's lock: two people who press at once get one reversal.
    if let Some(id) = &batch.reverses
        && store::reversal_of(&mut tx, &scope.partner_id, id).await?.is_some()
    {
        return Err(Code::AlreadyReversed.into());
    }
    store::insert(&mut tx, batch).await?;
    app.db.commit(tx).await?;
    app.batch_wake.notify_one();
    view(app, scope, &batch.id).await
}

/// One batch in figures.
///
/// # Errors
/// `NotFound`.
pub(super) async fn view(app: &App, scope: &Scope, id: &BatchId) -> Result<Batch, Error> {
    let batch = store::need(&app.db, scope, id).await?;
    views(app, scope, vec![batch]).await?.pop().ok_or(Error::Refused(Code::NotFound))
}

/// Batches in figures.
///
/// # Errors
/// A database that does not answer.
pub(super) async fn views(app: &App, scope: &Scope, batches: Vec<Stored>) -> Result<Vec<Batch>, Error> {
    let ids: Vec<&BatchId> = batches.iter().map(|b| &b.id).collect();
    let mut figures = lines::figures(&app.db, scope, &ids).await?;
    let own = AccountKey::partner(&scope.partner_id, scope.currency);
    let available = funds::balance(&app.db, &own, scope.currency).await?.available;
    let settings = partner::settings(&app.db, scope).await?;
    let mut connection = app.db.read().acquire().await?;
    let mut views = Vec::with_capacity(batches.len());
    for batch in batches {
        let figures = figures.remove(batch.id.as_str()).unwrap_or_default();
        let reversed_by = store::reversal_of(&mut connection, &scope.partner_id, &batch.id).await?;
        let refusal = refusal(scope, &batch, &figures, (available, &settings));
        let code_needed = settings.asks_code(Sensitive::Batch, sum(&figures, &[RowState::Waiting]).1);
        views.push(in_figures(scope, batch, &figures, (available, refusal, code_needed), reversed_by));
    }
    Ok(views)
}

fn sum(figures: &[Figure], states: &[RowState]) -> (i64, i64) {
    let of = figures.iter().filter(|f| states.contains(&f.state));
    of.fold((0, 0), |(rows, amount), f| (rows + f.rows, amount + f.amount))
}

/// Why a batch cannot be started.
fn refusal(
    scope: &Scope,
    batch: &Stored,
    figures: &[Figure],
    (available, settings): (Money, &Settings),
) -> Option<Code> {
    let (rows, amount) = sum(figures, &[RowState::Waiting]);
    match batch.state {
        State::Failed => Some(batch.failure.unwrap_or(Code::Internal)),
        State::Ready if batch.created_at + READY <= scope.now => Some(Code::BatchMoved),
        State::Ready if rows == 0 => Some(Code::NothingToDo),
        State::Ready if batch.kind == Kind::Appropriation && amount > available.minor => {
            Some(Code::InsufficientBalance)
        }
        // Four eyes: who has prepared it does not start it.
        State::Ready if settings.asks_approval(amount) && batch.user_id == scope.user_id => {
            Some(Code::OwnApproval)
        }
        State::Ready if settings.asks_approval(amount) && !scope.may(Permission::FundsApprove) => {
            Some(Code::ApprovalNeeded)
        }
        State::Ready => None,
        _ => Some(Code::BatchMoved),
    }
}

fn in_figures(
    scope: &Scope,
    batch: Stored,
    figures: &[Figure],
    (available, refusal, code_needed): (Money, Option<Code>, bool),
    reversed_by: Option<BatchId>,
) -> Batch {
    use RowState as R;
    let money = |minor| Money::new(minor, scope.currency);
    let rows = |states: &[R]| sum(figures, states).0;
    Batch {
        id: batch.id,
        kind: batch.kind,
        state: batch.state,
        source: batch.source,
        file_name: batch.file_name,
        rows: rows(R::ALL),
        expected: batch.expected,
        refused: rows(&[R::Refused]),
        waiting: rows(&[R::Waiting]),
        done: rows(&[R::Done]),
        failed: rows(&[R::Failed, R::Left]),
        total: money(sum(figures, &[R::Waiting, R::Done, R::Failed, R::Left]).1),
        moved: money(sum(figures, &[R::Done]).1),
        available,
        stopping: batch.stopping && batch.state == State::Running,
        refusal,
        code_needed,
        reasons: lines::reasons(figures),
        mine: batch.user_id == scope.user_id,
        by: batch.actor,
        created_at: from_millis(batch.created_at),
        started_at: batch.started_at.map(from_millis),
        ended_at: batch.ended_at.map(from_millis),
        reverses: batch.reverses,
        reversed_by,
    }
}

/// Starts a batch, or asks for the code that it needs. Starting one that was started changes nothing.
///
/// # Errors
/// Why it cannot be started, or what is wrong with the code.
pub(super) async fn start(
    app: &App,
    scope: &Scope,
    id: &BatchId,
    key: &str,
    code: Option<&str>,
) -> Result<StepUp<Batch>, Error> {
    let batch = store::need(&app.db, scope, id).await?;
    may(scope, batch.kind)?;
    let shown = view(app, scope, id).await?;
    if matches!(batch.state, State::Running | State::Done) {
        return Ok(StepUp::Done { result: shown });
    }
    if let Some(refusal) = shown.refusal {
        return Err(refusal.into());
    }
    let content = fingerprint(&[id.as_str(), &shown.waiting.to_string(), &shown.total.minor.to_string()]);
    let mut tx = app.db.begin().await?;
    // The chain first, as everywhere: whoever presses at the same moment waits here.
    Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    match code {
        None if shown.code_needed => {
            if let Some(challenge) = codes::find(app, &mut tx, scope, codes::BATCH, key).await? {
                return Ok(StepUp::CodeNeeded { challenge });
            }
            let receiver = codes::receiver(app, &mut tx, scope).await?;
            let mut order = codes::order_for(scope, receiver, codes::BATCH, key, &content);
            order.summary = summary(&shown, order.english);
            let (challenge, message) = codes::issue(app, &mut tx, order).await?;
            app.db.commit(tx).await?;
            codes::delivered(app, &scope.partner_id, &message).await?;
            return Ok(StepUp::CodeNeeded { challenge });
        }
        Some(code) if shown.code_needed => {
            let act = (scope, codes::BATCH, key, content.as_str());
            if let Err(error) = codes::spend(app, &mut tx, act, code).await?.or_error() {
                app.db.commit(tx).await?;
                return Err(error);
            }
        }
        _ => {}
    }
    let detail = json!({"kind": batch.kind, "rows": shown.waiting, "total": shown.total});
    let act = Act::of(scope, Action::BatchesStarted, "batch", id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    // Under the chain's lock: of two batches of one file, one starts.
    if let Some(hash) = &batch.file_hash
        && store::of_file(&mut tx, &scope.partner_id, hash).await?.is_some_and(|other| other != *id)
    {
        return Err(Code::AlreadyImported.into());
    }
    if !store::start(&mut tx, &batch, scope).await? {
        return Err(Code::BatchMoved.into());
    }
    app.db.commit(tx).await?;
    app.batch_wake.notify_one();
    Ok(StepUp::Done { result: view(app, scope, id).await? })
}

/// What the message with the code says that it is for.
fn summary(batch: &Batch, english: bool) -> String {
    let (rows, amount, currency) = (batch.waiting, batch.total.decimal(), batch.total.currency);
    match (batch.kind, english) {
        (Kind::Appropriation, true) => format!("Appropriate {currency} {amount} in all to {rows} customers."),
        (Kind::Appropriation, false) => format!("向 {rows} 个客户批量拨款，共 {amount} {currency}。"),
        (Kind::Reclaim, true) => format!("Reclaim {currency} {amount} in all from {rows} customers."),
        (Kind::Reclaim, false) => format!("从 {rows} 个客户批量回收，共 {amount} {currency}。"),
    }
}

/// Gives a batch up, or stops it.
///
/// # Errors
/// `NotFound`, `Forbidden` without the kind's right.
pub(super) async fn cancel(app: &App, scope: &Scope, id: &BatchId) -> Result<(), Error> {
    let batch = store::need(&app.db, scope, id).await?;
    may(scope, batch.kind)?;
    let mut tx = app.db.begin().await?;
    let act = Act::of(scope, Action::BatchesCancelled, "batch", id.as_str(), json!({"was": batch.state}));
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    let key = (&scope.partner_id, id);
    let given_up = store::give_up(&mut tx, key, scope.now, false).await?;
    if !given_up && !store::ask_to_stop(&mut tx, key).await? {
        // There is nothing to end, and nothing to tell.
        tx.rollback().await?;
        return Ok(());
    }
    app.db.commit(tx).await?;
    app.batch_wake.notify_one();
    Ok(())
}

/// Prepares the batch that takes back what another one did.
///
/// # Errors
/// `NothingToDo` where it did nothing, `AlreadyReversed`, `BatchMoved` while it runs.
pub(super) async fn reverse(app: &App, scope: &Scope, id: &BatchId) -> Result<Batch, Error> {
    let before = store::need(&app.db, scope, id).await?;
    let kind = before.kind.opposite();
    may(scope, kind)?;
    let shown = view(app, scope, id).await?;
    if shown.reversed_by.is_some() {
        return Err(Code::AlreadyReversed.into());
    }
    if before.state.is_busy() {
        return Err(Code::BatchMoved.into());
    }
    if !shown.is_reversible() {
        return Err(Code::NothingToDo.into());
    }
    let mut batch = blank(scope, kind, Targets::Reversal(id.clone()), None, String::new());
    batch.source = Source::Reversal;
    batch.reverses = Some(id.clone());
    batch.expected = shown.done;
    prepare(app, scope, &batch).await
}

/// A small sheet: headings and rows.
pub(super) struct Sheet {
    pub(super) titles: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// The rows that were refused or failed.
///
/// # Errors
/// `NotFound`.
pub(super) async fn refused(app: &App, scope: &Scope, id: &BatchId) -> Result<Sheet, Error> {
    let batch = store::need(&app.db, scope, id).await?;
    let states = [RowState::Refused, RowState::Failed, RowState::Left];
    let key = (&scope.partner_id, &batch.id);
    let lines = lines::lines(&app.db, key, &states, 0, contract::batches::MAX_ROWS).await?;
    let english = scope.origin.english;
    let words: [&str; 5] = if english {
        ["Customer", "Amount", "Remark", "Reason", "Row"]
    } else {
        ["客户", "金额", "备注", "原因", "行号"]
    };
    // A file's rows keep its own columns, so that it can be mended and brought again.
    let own = match &batch.targets {
        Targets::File(file) => imports::need(&app.db, scope, &file.import).await.ok(),
        _ => None,
    };
    let own = own.map(|file| file.cells()).transpose()?.and_then(|rows| rows.into_iter().next());
    let titles: Vec<String> = match &own {
        Some(own) => own.iter().cloned().chain(words[3..].iter().map(|w| (*w).to_owned())).collect(),
        None => words.iter().map(|w| (*w).to_owned()).collect(),
    };
    let rows = lines.into_iter().map(|line| {
        let reason = line.reason.map(|code| exports::reason(english, &store::code_word(code)));
        let end = [reason.unwrap_or_default(), line.number.to_string()];
        let amount = line.amount.map(|minor| Money::new(minor, scope.currency).decimal());
        let customer = if line.customer_id.is_empty() { &line.customer_name } else { &line.customer_id };
        let usual = vec![customer.clone(), amount.unwrap_or_default(), line.memo.clone()];
        let mut cells = line.cells.filter(|_| own.is_some()).unwrap_or(usual);
        cells.extend(end);
        cells
    });
    Ok(Sheet { titles, rows: rows.collect() })
}

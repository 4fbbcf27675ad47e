//! Gathers a batch's rows and checks each, before anything happens.

use super::lines::{self, Line};
use super::store::{self, Stored, Targets};
use crate::app::App;
use crate::customers::list as customer_list;
use crate::customers::store::{self as customers, Found};
use crate::error::Error;
use crate::imports::store as imports;
use crate::scope::Scope;
use contract::batches::{Kind, MAX_ROWS, RowState};
use contract::customers::{ListQuery, can_appropriate, can_reclaim};
use contract::error::{Code, Fault};
use contract::id::CustomerId;
use contract::imports::FromFile;
use contract::money::{parse_amount, plain_decimal};
use contract::text::{MAX_MEMO, optional};
use std::collections::{BTreeMap, BTreeSet};

/// Rows that are looked at together.
const TOGETHER: usize = 500;
/// Milliseconds for which a server owns a batch between two signs of progress.
pub(super) const LEASE: i64 = 60_000;

/// Gathers all rows. Answers false where the batch is not this server's any more.
///
/// # Errors
/// `TooMuch` where there are too many rows; a database that does not answer.
pub(super) async fn gather(app: &App, scope: &Scope, batch: &mut Stored) -> Result<bool, Error> {
    match batch.targets.clone() {
        Targets::Customers(ids) => {
            for ids in ids.chunks(TOGETHER) {
                let found = customers::by_ids(&app.db, scope, ids).await?;
                let number = next_number(app, batch).await?;
                let lines: Vec<Line> = ids
                    .iter()
                    .zip(number..)
                    .map(|(id, number)| match found.get(id) {
                        Some(found) => check(batch, number, found, batch.amount, &batch.memo),
                        None => refused(number, id.as_str(), Code::NotFound),
                    })
                    .collect();
                if !write(app, batch, &lines).await? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Targets::Query(query) => by_query(app, scope, batch, &query).await,
        Targets::File(file) => by_file(app, scope, batch, &file).await,
        Targets::Reversal(id) => reversal(app, scope, batch, &id).await,
    }
}

async fn next_number(app: &App, batch: &Stored) -> Result<i64, Error> {
    let last: i64 = sqlx::query_scalar(
        "SELECT COALESCE(MAX(number), 0) FROM batch_rows WHERE partner_id = $1 AND batch_id = $2",
    )
    .bind(batch.partner_id.as_str())
    .bind(batch.id.as_str())
    .fetch_one(app.db.read())
    .await?;
    Ok(last + 1)
}

async fn write(app: &App, batch: &mut Stored, lines: &[Line]) -> Result<bool, Error> {
    let mut tx = app.db.begin().await?;
    if !store::keep(&mut tx, batch, app.clock.millis() + LEASE).await? {
        return Ok(false);
    }
    lines::insert_lines(&mut tx, batch, lines).await?;
    app.db.commit(tx).await?;
    Ok(true)
}

fn line(number: i64, customer_id: &str, customer_name: &str, amount: Option<i64>, memo: &str) -> Line {
    Line {
        number,
        customer_id: customer_id.to_owned(),
        customer_name: customer_name.to_owned(),
        amount,
        memo: memo.to_owned(),
        state: RowState::Waiting,
        reason: None,
        fault: None,
        source: None,
        cells: None,
        transfer: None,
    }
}

fn refused(number: i64, name: &str, reason: Code) -> Line {
    Line { state: RowState::Refused, reason: Some(reason), ..line(number, "", name, None, "") }
}

/// A customer's row, with the rules that decide a single movement too.
fn check(batch: &Stored, number: i64, found: &Found, amount: Option<i64>, memo: &str) -> Line {
    let available = found.available;
    // A reclaim without an amount takes all that is there.
    let amount = amount.unwrap_or(available);
    let refusal = match batch.kind {
        Kind::Appropriation => can_appropriate(found.row.association, found.row.frozen),
        Kind::Reclaim => can_reclaim(found.row.association).and(match amount {
            ..=0 => Err(Code::NothingToDo),
            amount if amount > available => Err(Code::InsufficientBalance),
            _ => Ok(()),
        }),
    };
    let name = if found.row.name.is_empty() { &found.row.account_name } else { &found.row.name };
    let line = line(number, found.row.id.as_str(), name, Some(amount), memo);
    match refusal {
        Ok(()) => line,
        Err(code) => Line { state: RowState::Refused, reason: Some(code), ..line },
    }
}

async fn by_query(app: &App, scope: &Scope, batch: &mut Stored, query: &str) -> Result<bool, Error> {
    let query: ListQuery = serde_qs::from_str(query.trim_start_matches('?'))
        .map_err(|_| Error::field("query", Fault::Invalid))?;
    // In the order of association, which never changes: in another a customer could come twice while
    // balances move.
    let query = ListQuery { page: None, limit: None, sort: None, ..query };
    let total = customer_list::list(&app.db, scope, &query).await?.total;
    let mut tx = app.db.begin().await?;
    store::expect(&mut tx, batch, if total.more { 0 } else { total.count }).await?;
    app.db.commit(tx).await?;
    let (mut cursor, mut number) = (None, 1);
    loop {
        let query = ListQuery { page: cursor, ..query.clone() };
        let (found, next) = customer_list::batch(&app.db, scope, &query, TOGETHER as u32).await?;
        let lines: Vec<Line> = found
            .iter()
            .zip(number..)
            .map(|(found, number)| check(batch, number, found, batch.amount, &batch.memo))
            .collect();
        number += i64::try_from(lines.len()).unwrap_or(0);
        if number > MAX_ROWS + 1 {
            return Err(Code::TooMuch.into());
        }
        if !write(app, batch, &lines).await? {
            return Ok(false);
        }
        match next {
            Some(next) => cursor = Some(next),
            None => return Ok(true),
        }
    }
}

async fn by_file(app: &App, scope: &Scope, batch: &mut Stored, file: &FromFile) -> Result<bool, Error> {
    let found = imports::need(&app.db, scope, &file.import).await?;
    let rows = found.cells()?;
    let mut seen = BTreeSet::new();
    for (part, rows) in rows.get(1..).unwrap_or_default().chunks(TOGETHER).enumerate() {
        let cell = |row: &Vec<String>, at: u32| row.get(at as usize).map_or("", |c| c.trim()).to_owned();
        let names: Vec<String> = rows.iter().map(|row| cell(row, file.customer)).collect();
        let known = known_by(app, scope, &names).await?;
        let lines: Vec<Line> = rows
            .iter()
            .zip(&names)
            .enumerate()
            .map(|(at, (row, name))| {
                let number = i64::try_from(part * TOGETHER + at + 1).unwrap_or(0);
                let memo = file.memo.map(|column| cell(row, column)).unwrap_or_default();
                let entry = Entry { name, amount: &cell(row, file.amount), memo: &memo };
                let line = from_file(scope, batch, number, entry, known.get(name));
                let content = (line.customer_id.clone(), line.amount, line.memo.clone());
                let repeated = line.state == RowState::Waiting && !seen.insert(content);
                let line = if repeated {
                    Line { state: RowState::Refused, reason: Some(Code::RepeatedRow), ..line }
                } else {
                    line
                };
                // What cannot be done goes back to the person as it was.
                let cells = (line.state == RowState::Refused).then(|| row.clone());
                Line { cells, ..line }
            })
            .collect();
        if !write(app, batch, &lines).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An amount without groups of digits. A comma is one only where a point follows: "12,50" may be twelve and a
/// half, and is not guessed at.
fn plain(amount: &str) -> String {
    if amount.rfind(',') < amount.rfind('.') { plain_decimal(amount, ',', '.') } else { amount.to_owned() }
}

/// What a file's row says.
#[derive(Clone, Copy)]
struct Entry<'a> {
    name: &'a str,
    amount: &'a str,
    memo: &'a str,
}

fn from_file(scope: &Scope, batch: &Stored, number: i64, entry: Entry<'_>, found: Option<&Found>) -> Line {
    let invalid = |fault: Fault, amount: Option<i64>| Line {
        state: RowState::Refused,
        reason: Some(Code::InvalidFields),
        fault: Some(fault),
        ..line(number, found.map_or("", |f| f.row.id.as_str()), entry.name, amount, "")
    };
    let Some(found) = found else {
        return refused(
            number,
            entry.name,
            if entry.name.is_empty() { Code::InvalidFields } else { Code::NotFound },
        );
    };
    let amount = match parse_amount(&plain(entry.amount), scope.currency) {
        Ok(amount) => amount,
        Err(fault) => return invalid(fault, None),
    };
    match optional(entry.memo, MAX_MEMO) {
        Ok(memo) => check(batch, number, found, Some(amount), memo),
        Err(fault) => invalid(fault, Some(amount)),
    }
}

/// Customers by what a file calls them: their ids or account names.
async fn known_by(app: &App, scope: &Scope, names: &[String]) -> Result<BTreeMap<String, Found>, Error> {
    let ids: Vec<CustomerId> =
        names.iter().filter(|n| contract::id::is_id(n)).map(|n| CustomerId(n.clone())).collect();
    let mut known = BTreeMap::new();
    for (id, found) in customers::by_ids(&app.db, scope, &ids).await? {
        known.insert(id.0, found);
    }
    let rest: Vec<&str> =
        names.iter().filter(|n| !n.is_empty() && !known.contains_key(*n)).map(String::as_str).collect();
    known.extend(customers::by_account_names(&app.db, scope, &rest).await?);
    Ok(known)
}

async fn reversal(
    app: &App,
    scope: &Scope,
    batch: &mut Stored,
    id: &contract::id::BatchId,
) -> Result<bool, Error> {
    let mut after = 0;
    loop {
        let key = (&scope.partner_id, id);
        let done = lines::lines(&app.db, key, &[RowState::Done], after, TOGETHER as i64).await?;
        let Some(last) = done.last() else { return Ok(true) };
        after = last.number;
        let ids: Vec<CustomerId> = done.iter().map(|l| CustomerId(l.customer_id.clone())).collect();
        let found = customers::by_ids(&app.db, scope, &ids).await?;
        let lines: Vec<Line> = done
            .iter()
            .zip(&ids)
            .map(|(before, id)| {
                let mut line = match found.get(id) {
                    Some(found) => check(batch, before.number, found, before.amount, &before.memo),
                    None => refused(before.number, &before.customer_name, Code::NotFound),
                };
                line.source.clone_from(&before.transfer);
                line
            })
            .collect();
        if !write(app, batch, &lines).await? {
            return Ok(false);
        }
    }
}

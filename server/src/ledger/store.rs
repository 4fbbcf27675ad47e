//! The ledger's SQL.

use super::book::Account;
use super::{AccountKey, AccountKind, Phase};
use crate::db::{Db, Sql, Tx, Value};
use crate::error::Error;
use contract::error::Code;
use contract::id::{CustomerId, PartnerId, TransferId};
use contract::money::Currency;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const UPSERT_ACCOUNTS: &str = "INSERT INTO ledger_accounts (partner_id, account_id, kind, owner_id, currency, posted, held, available, entries) VALUES ";
pub(super) const ON_ACCOUNT_CONFLICT: &str = " ON CONFLICT (partner_id, account_id) DO UPDATE SET posted = excluded.posted, held = excluded.held, available = excluded.available, entries = excluded.entries";
pub(super) const INSERT_TRANSFERS: &str = "INSERT INTO ledger_transfers (partner_id, transfer_id, phase, pending_id, reverses_id, kind, debit_partner_id, debit_account_id, credit_partner_id, credit_account_id, amount, currency, customer_id, actor, memo, at, expires_at) VALUES ";
pub(super) const INSERT_ENTRIES: &str = "INSERT INTO ledger_entries (partner_id, account_id, entry, transfer_partner_id, transfer_id, amount, balance_after, at) VALUES ";
pub(super) const INSERT_HOLDS: &str =
    "INSERT INTO ledger_open_holds (partner_id, transfer_id, expires_at) VALUES ";
const TRANSFER_COLUMNS: &str = "SELECT partner_id, transfer_id, phase, pending_id, kind, debit_partner_id, debit_account_id, credit_partner_id, credit_account_id, amount, currency, customer_id, actor, memo, at, expires_at FROM ledger_transfers";

/// A transfer as it was written.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Whose book it is in: the paying account's partner.
    pub partner_id: PartnerId,
    /// The transfer.
    pub id: TransferId,
    /// How far it came.
    pub phase: Phase,
    /// The pending one that it ended.
    pub pending: Option<TransferId>,
    /// What it is.
    pub kind: String,
    /// The account that paid.
    pub debit: AccountKey,
    /// The account that received.
    pub credit: AccountKey,
    /// Minor units.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// The customer that it concerns.
    pub customer_id: Option<CustomerId>,
    /// Who made it.
    pub actor: String,
    /// The remark.
    pub memo: String,
    /// When, in milliseconds.
    pub at: i64,
    /// When a pending one ends by itself.
    pub expires_at: Option<i64>,
}

/// An account's balances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balances {
    /// Posted.
    pub posted: i64,
    /// Held.
    pub held: i64,
}

pub(super) fn account_row(key: &AccountKey, account: &Account) -> Vec<Value> {
    vec![
        key.partner_id.as_str().into(),
        key.account_id.as_str().into(),
        account.kind.as_str().into(),
        account.owner_id.as_str().into(),
        account.currency.code().into(),
        account.posted.into(),
        account.held.into(),
        (account.posted - account.held).into(),
        account.entries.into(),
    ]
}

/// The row of a new, empty account, for [`open_accounts`].
#[must_use]
pub fn new_account(key: &AccountKey, kind: AccountKind, owner: &str, currency: Currency) -> Vec<Value> {
    let account = Account {
        kind,
        owner_id: owner.to_owned(),
        currency,
        posted: 0,
        held: 0,
        entries: 0,
        changed: false,
    };
    account_row(key, &account)
}

/// Opens accounts; those that exist stay as they are.
///
/// # Errors
/// A database that refuses.
pub async fn open_accounts(connection: &mut AnyConnection, rows: Vec<Vec<Value>>) -> Result<(), Error> {
    crate::db::insert_rows(
        connection,
        UPSERT_ACCOUNTS,
        rows,
        " ON CONFLICT (partner_id, account_id) DO NOTHING",
    )
    .await?;
    Ok(())
}

pub(super) async fn load_accounts(
    db: &Db,
    tx: &mut Tx,
    keys: BTreeSet<AccountKey>,
) -> Result<BTreeMap<AccountKey, Account>, Error> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut sql = Sql::new(
        "SELECT partner_id, account_id, kind, owner_id, currency, posted, held, entries FROM ledger_accounts WHERE (partner_id, account_id) IN (VALUES ",
    );
    sql.rows(keys.iter().map(|k| vec![k.partner_id.as_str().into(), k.account_id.as_str().into()]));
    sql.push(") ORDER BY partner_id, account_id").push(db.for_update());
    let rows = sql.many(tx).query().fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            let key = AccountKey { partner_id: PartnerId(row.try_get(0)?), account_id: row.try_get(1)? };
            let account = Account {
                kind: AccountKind::parse(row.try_get(2)?).ok_or_else(|| corrupt("account kind"))?,
                owner_id: row.try_get(3)?,
                currency: Currency::parse(row.try_get(4)?).ok_or_else(|| corrupt("currency"))?,
                posted: row.try_get(5)?,
                held: row.try_get(6)?,
                entries: row.try_get(7)?,
                changed: false,
            };
            Ok((key, account))
        })
        .collect()
}

pub(super) async fn delete_hold(tx: &mut Tx, partner: &str, transfer: &str) -> Result<(), Error> {
    let done = sqlx::query("DELETE FROM ledger_open_holds WHERE partner_id = $1 AND transfer_id = $2")
        .bind(partner)
        .bind(transfer)
        .execute(&mut **tx)
        .await?;
    // Someone else ended it: the caller's transaction must not go on.
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::Refused(Code::TransferEnded)) }
}

/// Balances of an account, `None` where there is none.
///
/// # Errors
/// A database that does not answer.
pub async fn balances(connection: &mut AnyConnection, key: &AccountKey) -> Result<Option<Balances>, Error> {
    let row =
        sqlx::query("SELECT posted, held FROM ledger_accounts WHERE partner_id = $1 AND account_id = $2")
            .bind(key.partner_id.as_str())
            .bind(key.account_id.as_str())
            .fetch_optional(connection)
            .await?;
    row.map(|r| Ok(Balances { posted: r.try_get(0)?, held: r.try_get(1)? })).transpose()
}

/// A transfer by its id.
///
/// # Errors
/// A database that does not answer.
pub async fn transfer(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    id: &TransferId,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(TRANSFER_COLUMNS);
    sql.bind(" WHERE partner_id = ", partner.as_str()).bind(" AND transfer_id = ", id.as_str());
    sql.prepared().fetch_optional(connection).await?.map(|row| stored(&row)).transpose()
}

/// The transfer that ended a pending one.
///
/// # Errors
/// A database that does not answer.
pub async fn ending_of(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    pending: &TransferId,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(TRANSFER_COLUMNS);
    sql.bind(" WHERE partner_id = ", partner.as_str()).bind(" AND pending_id = ", pending.as_str());
    sql.prepared().fetch_optional(connection).await?.map(|row| stored(&row)).transpose()
}

/// The balances right after a transfer, of the paying and the receiving account.
///
/// # Errors
/// A database that does not answer, or a transfer without its two entries.
pub async fn balances_after(connection: &mut AnyConnection, transfer: &Stored) -> Result<(i64, i64), Error> {
    let rows = sqlx::query(
        "SELECT account_id, balance_after FROM ledger_entries WHERE transfer_partner_id = $1 AND transfer_id = $2",
    )
    .bind(transfer.partner_id.as_str())
    .bind(transfer.id.as_str())
    .fetch_all(connection)
    .await?;
    let after = |key: &AccountKey| {
        rows.iter()
            .find(|row| row.try_get::<String, _>(0).is_ok_and(|id| id == key.account_id))
            .map(|row| row.try_get::<i64, _>(1))
            .ok_or_else(|| corrupt("a transfer without its entry"))
    };
    Ok((after(&transfer.debit)??, after(&transfer.credit)??))
}

/// Open holds whose time is over.
///
/// # Errors
/// A database that does not answer.
pub async fn expired_holds(db: &Db, now: i64, limit: i64) -> Result<Vec<(PartnerId, TransferId)>, Error> {
    let rows = sqlx::query("SELECT partner_id, transfer_id FROM ledger_open_holds WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2")
        .bind(now)
        .bind(limit)
        .fetch_all(db.read())
        .await?;
    rows.iter().map(|r| Ok((PartnerId(r.try_get(0)?), TransferId(r.try_get(1)?)))).collect()
}

/// Whether a hold is still open, under the lock of the caller's transaction.
///
/// # Errors
/// A database that does not answer.
pub async fn hold_is_open(tx: &mut Tx, partner: &PartnerId, id: &TransferId) -> Result<bool, Error> {
    let found = sqlx::query("SELECT 1 FROM ledger_open_holds WHERE partner_id = $1 AND transfer_id = $2")
        .bind(partner.as_str())
        .bind(id.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(found.is_some())
}

fn stored(row: &AnyRow) -> Result<Stored, Error> {
    let text = |index: usize| row.try_get::<String, _>(index);
    Ok(Stored {
        partner_id: PartnerId(text(0)?),
        id: TransferId(text(1)?),
        phase: Phase::parse(&text(2)?).ok_or_else(|| corrupt("phase"))?,
        pending: row.try_get::<Option<String>, _>(3)?.map(TransferId),
        kind: text(4)?,
        debit: AccountKey { partner_id: PartnerId(text(5)?), account_id: text(6)? },
        credit: AccountKey { partner_id: PartnerId(text(7)?), account_id: text(8)? },
        amount: row.try_get(9)?,
        currency: Currency::parse(&text(10)?).ok_or_else(|| corrupt("currency"))?,
        customer_id: row.try_get::<Option<String>, _>(11)?.map(CustomerId),
        actor: text(12)?,
        memo: text(13)?,
        at: row.try_get(14)?,
        expires_at: row.try_get(15)?,
    })
}

fn corrupt(what: &str) -> Error {
    Error::Internal(format!("the database holds an unknown {what}"))
}

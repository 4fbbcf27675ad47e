//! What a switch or an end does, all of it in the transaction that answers: the balance goes back to the partner (product/
//! states.md D1), the customer changes its type or is the partner's no more.

use super::store::Stored;
use crate::assignments::store as assignments;
use crate::db::{Db, Engine, Sql, Tx};
use crate::error::Error;
use crate::ids;
use crate::ledger::{AccountKey, Book, Transfer};
use contract::associations::{Kind, Obstacle};
use contract::customers::{AssociationType, Frozen};
use contract::error::Code;
use contract::funds::AdjustmentKind;
use contract::id::{CustomerId, PartnerId, TransferId, UserId};
use contract::money::Currency;
use sqlx::{AnyConnection, Row};

/// A customer as its association goes.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub(super) seq: i64,
    pub(super) name: String,
    pub(super) account_name: String,
    pub(super) email: String,
    pub(super) association: AssociationType,
    pub(super) frozen: Frozen,
    pub(super) manager: Option<UserId>,
    pub(super) since: i64,
}

impl Customer {
    /// What a person calls it.
    pub(super) fn title(&self) -> &str {
        if self.name.is_empty() { &self.account_name } else { &self.name }
    }
}

/// The customer, if it is the partner's.
pub(super) async fn customer(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    id: &CustomerId,
) -> Result<Option<Customer>, Error> {
    let row = sqlx::query("SELECT seq, name, account_name, email, association, frozen, manager_id, associated_on FROM customers WHERE partner_id = $1 AND customer_id = $2")
        .bind(partner.as_str())
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let unknown = |what: &str| Error::Internal(format!("the database holds an unknown {what}"));
    Ok(Some(Customer {
        seq: row.try_get(0)?,
        name: row.try_get(1)?,
        account_name: row.try_get(2)?,
        email: row.try_get(3)?,
        association: AssociationType::from_code(row.try_get(4)?)
            .ok_or_else(|| unknown("association type"))?,
        frozen: Frozen::from_code(row.try_get(5)?).ok_or_else(|| unknown("frozen flag"))?,
        manager: row.try_get::<Option<String>, _>(6)?.map(UserId),
        since: row.try_get(7)?,
    }))
}

/// Carries out what was agreed to. Answers what went back to the partner, or what stands against it after all.
///
/// # Errors
/// A database that refuses; the transaction is then of no use.
pub(super) async fn carry_out(
    db: &Db,
    tx: &mut Tx,
    (request, customer, currency): (&Stored, &Customer, Currency),
    actor: &str,
    now: i64,
) -> Result<Result<Option<(TransferId, i64)>, Obstacle>, Error> {
    let key = (&request.partner_id, &request.customer);
    // A switch to resale leaves the account as it is: a consultative customer has nothing in it.
    let gives_back = request.kind == Kind::End || customer.association == AssociationType::Resale;
    let returned = if gives_back {
        match give_back(db, tx, key, currency, actor, now).await? {
            Ok(returned) => returned,
            Err(obstacle) => return Ok(Err(obstacle)),
        }
    } else {
        None
    };
    match request.after {
        Some(after) if request.kind == Kind::Switch => switch(tx, key, (customer, after), actor, now).await?,
        _ => end(db, tx, key, customer, actor, now).await?,
    }
    Ok(Ok(returned))
}

/// Gives the customer's balance back to the partner.
async fn give_back(
    db: &Db,
    tx: &mut Tx,
    (partner, customer): (&PartnerId, &CustomerId),
    currency: Currency,
    actor: &str,
    now: i64,
) -> Result<Result<Option<(TransferId, i64)>, Obstacle>, Error> {
    let from = AccountKey::customer(partner, customer, currency);
    let to = AccountKey::partner(partner, currency);
    let mut book = Book::open(db, tx, [from.clone(), to.clone()]).await?;
    let (posted, held) = book.balance(&from).unwrap_or((0, 0));
    if held > 0 {
        return Ok(Err(Obstacle::MoneyHeld));
    }
    if posted == 0 {
        return Ok(Ok(None));
    }
    let transfer = Transfer {
        id: ids::transfer(),
        kind: AdjustmentKind::Unbind.operation_type(),
        debit: from,
        credit: to,
        amount: posted,
        currency,
        customer_id: Some(customer.clone()),
        reverses: None,
        actor: actor.to_owned(),
        memo: String::new(),
        at: now,
        hold_until: None,
    };
    book.transfer(&transfer).map_err(Error::Refused)?;
    book.write(tx).await?;
    Ok(Ok(Some((transfer.id, posted))))
}

async fn switch(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &CustomerId),
    (customer, after): (&Customer, AssociationType),
    actor: &str,
    now: i64,
) -> Result<(), Error> {
    // What it was when it was asked for, so that a switch is not made twice.
    let done = sqlx::query("UPDATE customers SET association = $1 WHERE partner_id = $2 AND customer_id = $3 AND association = $4")
        .bind(after.code())
        .bind(partner.as_str())
        .bind(id.as_str())
        .bind(customer.association.code())
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() != 1 {
        return Err(Code::Changed.into());
    }
    end_relation(tx, (partner, id), customer, actor, now).await?;
    relate(tx, (partner, id), (after, now, None), actor).await
}

/// Ends the time of a customer with its partner. What it leaves behind stays: entries, records, consumption.
async fn end(
    db: &Db,
    tx: &mut Tx,
    (partner, id): (&PartnerId, &CustomerId),
    customer: &Customer,
    actor: &str,
    now: i64,
) -> Result<(), Error> {
    let done = sqlx::query("DELETE FROM customers WHERE partner_id = $1 AND customer_id = $2")
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() != 1 {
        return Err(Code::Changed.into());
    }
    let mut sql = Sql::new(match db.engine() {
        Engine::Sqlite => "DELETE FROM customer_search WHERE rowid",
        Engine::Postgres => "DELETE FROM customer_search WHERE seq",
    });
    sql.bind(" = ", customer.seq);
    sql.query().execute(&mut **tx).await?;
    sqlx::query("UPDATE partners SET customer_count = customer_count - 1 WHERE partner_id = $1")
        .bind(partner.as_str())
        .execute(&mut **tx)
        .await?;
    sqlx::query("INSERT INTO former_customers (partner_id, customer_id, name, account_name, ended_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (partner_id, customer_id) DO UPDATE SET name = $3, account_name = $4, ended_at = $5")
        .bind(partner.as_str())
        .bind(id.as_str())
        .bind(customer.name.as_str())
        .bind(customer.account_name.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    assignments::close(tx, (partner, id), customer.manager.as_ref(), now).await?;
    sqlx::query("UPDATE customer_accounts SET partner_id = NULL WHERE account_id = $1 AND partner_id = $2")
        .bind(id.as_str())
        .bind(partner.as_str())
        .execute(&mut **tx)
        .await?;
    end_relation(tx, (partner, id), customer, actor, now).await
}

/// Ends the customer's present time with the partner; of one that was made otherwise it is written down first.
async fn end_relation(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &CustomerId),
    customer: &Customer,
    actor: &str,
    now: i64,
) -> Result<(), Error> {
    let ended = sqlx::query("UPDATE customer_relations SET ended_at = $1, ended_by = $2 WHERE partner_id = $3 AND customer_id = $4 AND ended_at IS NULL")
        .bind(now)
        .bind(actor)
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    if ended.rows_affected() == 0 {
        let time = (customer.association, customer.since, Some((now, actor)));
        relate(tx, (partner, id), time, "").await?;
    }
    Ok(())
}

/// Writes a time of a customer with its partner down: its type, since when, and its end with who ended it.
async fn relate(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &CustomerId),
    (association, begun_at, ended): (AssociationType, i64, Option<(i64, &str)>),
    begun_by: &str,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO customer_relations (partner_id, relation_id, customer_id, association, begun_at, begun_by, ended_at, ended_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(partner.as_str())
        .bind(ids::new())
        .bind(id.as_str())
        .bind(association.code())
        .bind(begun_at)
        .bind(begun_by)
        .bind(ended.map(|(at, _)| at))
        .bind(ended.map_or("", |(_, by)| by))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

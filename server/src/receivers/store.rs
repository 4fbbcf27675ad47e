//! The SQL of receivers.

use crate::db::{Tx, Value, insert_rows};
use crate::error::Error;
use crate::scope::Scope;
use contract::error::Code;
use contract::id::{PartnerId, ReceiverId};
use contract::notices::Kind;
use contract::receivers::{NewReceiver, Receiver, Told};
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;

/// The partner's receivers with what each is told, by name.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn list(
    connection: &mut AnyConnection,
    partner: &PartnerId,
) -> Result<Vec<Receiver>, Error> {
    let rows = sqlx::query(
        "SELECT receiver_id, kind, email, sms FROM receiver_kinds WHERE partner_id = $1 ORDER BY kind",
    )
    .bind(partner.as_str())
    .fetch_all(&mut *connection)
    .await?;
    let mut told: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for row in &rows {
        if let Some(kind) = Kind::parse(row.try_get(1)?) {
            let (email, sms): (i64, i64) = (row.try_get(2)?, row.try_get(3)?);
            told.entry(row.try_get(0)?).or_default().push(Told { kind, email: email == 1, sms: sms == 1 });
        }
    }
    let rows = sqlx::query("SELECT receiver_id, name, email, phone, email_confirmed_at, phone_confirmed_at, version FROM receivers WHERE partner_id = $1 ORDER BY name, receiver_id")
        .bind(partner.as_str())
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get(0)?;
            let told = told.remove(&id).unwrap_or_default();
            Ok(Receiver {
                id: ReceiverId(id),
                is: NewReceiver {
                    name: row.try_get(1)?,
                    email: row.try_get(2)?,
                    phone: row.try_get(3)?,
                    told,
                },
                email_confirmed: row.try_get::<Option<i64>, _>(4)?.is_some(),
                phone_confirmed: row.try_get::<Option<i64>, _>(5)?.is_some(),
                version: row.try_get(6)?,
            })
        })
        .collect()
}

/// One receiver.
pub(super) async fn need(tx: &mut Tx, scope: &Scope, id: &ReceiverId) -> Result<Receiver, Error> {
    let all = list(tx, &scope.partner_id).await?;
    all.into_iter().find(|one| one.id == *id).ok_or(Error::Refused(Code::NotFound))
}

/// Adds one.
pub(super) async fn insert(
    tx: &mut Tx,
    scope: &Scope,
    id: &ReceiverId,
    new: &NewReceiver,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO receivers (partner_id, receiver_id, name, email, phone, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(new.name.as_str())
        .bind(new.email.as_str())
        .bind(new.phone.as_str())
        .bind(scope.now)
        .execute(&mut **tx)
        .await?;
    set_told(tx, scope, id, &new.told).await
}

/// Changes one; what is another address now is not confirmed any more.
pub(super) async fn update(
    tx: &mut Tx,
    scope: &Scope,
    id: &ReceiverId,
    new: &NewReceiver,
) -> Result<(), Error> {
    sqlx::query("UPDATE receivers SET email_confirmed_at = CASE WHEN email = $1 THEN email_confirmed_at END, phone_confirmed_at = CASE WHEN phone = $2 THEN phone_confirmed_at END, name = $3, email = $1, phone = $2, version = version + 1 WHERE partner_id = $4 AND receiver_id = $5")
        .bind(new.email.as_str())
        .bind(new.phone.as_str())
        .bind(new.name.as_str())
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    set_told(tx, scope, id, &new.told).await
}

async fn set_told(tx: &mut Tx, scope: &Scope, id: &ReceiverId, told: &[Told]) -> Result<(), Error> {
    sqlx::query("DELETE FROM receiver_kinds WHERE partner_id = $1 AND receiver_id = $2")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    let rows = told.iter().filter(|told| told.email || told.sms).map(|told| {
        let row: Vec<Value> = vec![
            scope.partner_id.as_str().into(),
            id.as_str().into(),
            told.kind.as_str().into(),
            i64::from(told.email).into(),
            i64::from(told.sms).into(),
        ];
        row
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let into = "INSERT INTO receiver_kinds (partner_id, receiver_id, kind, email, sms) VALUES ";
        insert_rows(tx, into, rows, "").await?;
    }
    Ok(())
}

/// Deletes one.
pub(super) async fn delete(tx: &mut Tx, scope: &Scope, id: &ReceiverId) -> Result<(), Error> {
    set_told(tx, scope, id, &[]).await?;
    sqlx::query("DELETE FROM receivers WHERE partner_id = $1 AND receiver_id = $2")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that an address is confirmed, where it is still the one.
pub(super) async fn confirm(
    tx: &mut Tx,
    scope: &Scope,
    id: &ReceiverId,
    address: &str,
) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE receivers SET email_confirmed_at = CASE WHEN email = $1 THEN $2 ELSE email_confirmed_at END, phone_confirmed_at = CASE WHEN phone = $1 THEN $2 ELSE phone_confirmed_at END WHERE partner_id = $3 AND receiver_id = $4 AND (email = $1 OR phone = $1)")
        .bind(address)
        .bind(scope.now)
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

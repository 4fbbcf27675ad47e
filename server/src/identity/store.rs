//! The SQL of people and partners.

use crate::db::{Sql, Tx};
use crate::error::Error;
use contract::access::{PartnerKind, Role};
use contract::id::{PartnerId, UserId};
use contract::money::Currency;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A person with the partner for which it acts.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person.
    pub user_id: UserId,
    /// The sign-in address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The partner.
    pub partner: Partner,
}

/// A partner.
#[derive(Debug, Clone)]
pub struct Partner {
    /// The partner.
    pub id: PartnerId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PartnerKind,
    /// Of a reseller: its distributor.
    pub distributor_id: Option<PartnerId>,
    /// The currency of its accounts.
    pub currency: Currency,
    /// Whether sensitive operations ask for a code.
    pub verification: bool,
    /// Its small number, for ranges of `customers.seq`.
    pub number: i64,
    /// How many customers it has.
    pub customer_count: i64,
}

/// The columns of a person with its partner, for rows read by [`person`].
pub(super) const PERSON_COLUMNS: &str = "u.user_id, u.email, u.name, u.role, p.partner_id, p.name AS partner_name, p.kind, p.distributor_id, p.currency, p.verification, p.number, p.customer_count";

/// A new partner.
#[derive(Debug, Clone)]
pub struct NewPartner {
    /// The partner's id, also its domain id.
    pub id: PartnerId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PartnerKind,
    /// Of a reseller: its distributor.
    pub distributor_id: Option<PartnerId>,
    /// The currency of its accounts.
    pub currency: Currency,
    /// 验证码验证.
    pub verification: bool,
}

/// A new person.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The partner.
    pub partner_id: PartnerId,
    /// The person.
    pub user_id: UserId,
    /// The sign-in address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The phone.
    pub phone: String,
    /// The hash of the password.
    pub password_hash: String,
}

/// Adds a partner with its ledger accounts.
///
/// # Errors
/// A database that refuses, for example an id that exists.
pub async fn insert_partner(tx: &mut Tx, partner: &NewPartner, now: i64) -> Result<(), Error> {
    use crate::ledger::{AccountKey, AccountKind, store};
    sqlx::query("INSERT INTO partners (partner_id, number, kind, name, distributor_id, currency, verification, created_at) SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7 FROM partners")
        .bind(partner.id.as_str())
        .bind(partner.kind.as_str())
        .bind(partner.name.as_str())
        .bind(partner.distributor_id.as_ref().map(ToString::to_string))
        .bind(partner.currency.code())
        .bind(i64::from(partner.verification))
        .bind(now)
        .execute(&mut **tx)
        .await?;
    let own = AccountKey::partner(&partner.id, partner.currency);
    let outside = AccountKey::outside(&partner.id, partner.currency);
    store::open_accounts(
        tx,
        vec![
            store::new_account(&own, AccountKind::Partner, partner.id.as_str(), partner.currency),
            store::new_account(&outside, AccountKind::Outside, partner.id.as_str(), partner.currency),
        ],
    )
    .await
}

/// Adds a person.
///
/// # Errors
/// A database that refuses, for example an address that is taken.
pub async fn insert_user(tx: &mut Tx, user: &NewUser, now: i64) -> Result<(), Error> {
    sqlx::query("INSERT INTO users (partner_id, user_id, email, name, role, phone, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(user.partner_id.as_str())
        .bind(user.user_id.as_str())
        .bind(user.email.to_lowercase())
        .bind(user.name.as_str())
        .bind(user.role.as_str())
        .bind(user.phone.as_str())
        .bind(user.password_hash.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Disables a person: sessions and keys end with their next request.
///
/// # Errors
/// A database that refuses.
pub async fn disable_user(tx: &mut Tx, person: &Person, now: i64) -> Result<(), Error> {
    sqlx::query("UPDATE users SET disabled_at = $1 WHERE partner_id = $2 AND user_id = $3")
        .bind(now)
        .bind(person.partner.id.as_str())
        .bind(person.user_id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A person by the sign-in address, with the password's hash. Disabled people are not found.
///
/// # Errors
/// A database that does not answer.
pub async fn person_by_email(
    connection: &mut AnyConnection,
    email: &str,
) -> Result<Option<(Person, String)>, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(PERSON_COLUMNS)
        .push(", u.password_hash FROM users u JOIN partners p ON p.partner_id = u.partner_id")
        .bind(" WHERE u.email = ", email.to_lowercase())
        .push(" AND u.disabled_at IS NULL");
    let row = sql.prepared().fetch_optional(connection).await?;
    row.map(|r| Ok((person(&r)?, r.try_get(12)?))).transpose()
}

/// The asking person, as stored now.
///
/// # Errors
/// A database that does not answer.
pub async fn person_by_id(
    connection: &mut AnyConnection,
    scope: &crate::scope::Scope,
) -> Result<Option<Person>, Error> {
    person_of(connection, &scope.partner_id, &scope.user_id).await
}

/// An active person of a partner, for work that goes on after the request.
///
/// # Errors
/// A database that does not answer.
pub async fn person_of(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    user: &UserId,
) -> Result<Option<Person>, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(PERSON_COLUMNS)
        .push(" FROM users u JOIN partners p ON p.partner_id = u.partner_id")
        .bind(" WHERE u.partner_id = ", partner.as_str())
        .bind(" AND u.user_id = ", user.as_str())
        .push(" AND u.disabled_at IS NULL");
    sql.prepared().fetch_optional(connection).await?.map(|row| person(&row)).transpose()
}

/// A partner by its id.
///
/// # Errors
/// A database that does not answer.
pub async fn partner(connection: &mut AnyConnection, id: &PartnerId) -> Result<Option<Partner>, Error> {
    let mut sql = Sql::new(
        "SELECT partner_id, name AS partner_name, kind, distributor_id, currency, verification, number, customer_count FROM partners",
    );
    sql.bind(" WHERE partner_id = ", id.as_str());
    sql.prepared().fetch_optional(connection).await?.map(|row| read_partner(&row, 0)).transpose()
}

/// All partners, in the order of their making.
///
/// # Errors
/// A database that does not answer.
pub async fn partners(connection: &mut AnyConnection) -> Result<Vec<Partner>, Error> {
    let rows = sqlx::query("SELECT partner_id, name AS partner_name, kind, distributor_id, currency, verification, number, customer_count FROM partners ORDER BY number")
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| read_partner(row, 0)).collect()
}

/// Reads the columns of [`PERSON_COLUMNS`].
pub(super) fn person(row: &AnyRow) -> Result<Person, Error> {
    let role: String = row.try_get(3)?;
    Ok(Person {
        user_id: UserId(row.try_get(0)?),
        email: row.try_get(1)?,
        name: row.try_get(2)?,
        role: Role::parse(&role).ok_or_else(|| Error::Internal(format!("unknown role {role}")))?,
        partner: read_partner(row, 4)?,
    })
}

fn read_partner(row: &AnyRow, at: usize) -> Result<Partner, Error> {
    let kind: String = row.try_get(at + 2)?;
    let currency: String = row.try_get(at + 4)?;
    Ok(Partner {
        id: PartnerId(row.try_get(at)?),
        name: row.try_get(at + 1)?,
        kind: PartnerKind::parse(&kind).ok_or_else(|| Error::Internal(format!("unknown kind {kind}")))?,
        distributor_id: row.try_get::<Option<String>, _>(at + 3)?.map(PartnerId),
        currency: Currency::parse(&currency).ok_or_else(|| Error::Internal("unknown currency".into()))?,
        verification: row.try_get::<i64, _>(at + 5)? != 0,
        number: row.try_get(at + 6)?,
        customer_count: row.try_get(at + 7)?,
    })
}

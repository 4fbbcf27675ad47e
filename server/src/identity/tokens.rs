//! Tokens of programs that do not sign (`X-Auth-Token`, product/signing.md, 16): random, hashed in the database,
//! good for a day.

use super::sessions::hash;
use super::store::{PERSON_COLUMNS, PERSON_WIDTH, Person, factor_needed, person, sso_needed, with_team};
use crate::app::App;
use crate::db::{Sql, Tx};
use crate::error::Error;
use contract::access::Permission;
use contract::iam::TOKEN_HOURS;
use contract::id::{PartnerId, UserId};
use sqlx::Row;

/// A token and until when it is good, in milliseconds since 1970.
pub(crate) struct Issued {
    pub(crate) token: String,
    pub(crate) expires_at: i64,
}

/// Gives out a token, `strong` for a second step too; it is known to nobody else.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn issue(
    app: &App,
    tx: &mut Tx,
    (person, strong): (&Person, bool),
    ip: &str,
) -> Result<Issued, Error> {
    let token = hex::encode(rand::random::<[u8; 32]>());
    let now = app.clock.millis();
    let expires_at = now + TOKEN_HOURS * 60 * 60 * 1000;
    sqlx::query("INSERT INTO api_tokens (token_hash, partner_id, user_id, ip, created_at, expires_at, strong) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(hash(&token))
        .bind(person.partner.id.as_str())
        .bind(person.user_id.as_str())
        .bind(ip)
        .bind(now)
        .bind(expires_at)
        .bind(i64::from(strong))
        .execute(&mut **tx)
        .await?;
    Ok(Issued { token, expires_at })
}

/// The person of a token that is good.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn find(app: &App, token: &str) -> Result<Option<Person>, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(PERSON_COLUMNS)
        .push(", t.strong FROM api_tokens t JOIN members u ON u.partner_id = t.partner_id AND u.user_id = t.user_id JOIN partners p ON p.partner_id = t.partner_id")
        .bind(" WHERE t.token_hash = ", hash(token))
        .bind(" AND t.expires_at > ", app.clock.millis())
        .push(" AND u.disabled_at IS NULL");
    let mut connection = app.db.read().acquire().await?;
    let Some(row) = sql.prepared().fetch_optional(&mut *connection).await? else { return Ok(None) };
    let mut person = with_team(&mut connection, person(&row)?).await?;
    // What the person may not have any more, the token does not have either.
    if !person.rights.may(Permission::ApiAccess)
        || factor_needed(&mut connection, &person).await?
        || sso_needed(&mut connection, &person).await?
    {
        return Ok(None);
    }
    let strong = row.try_get::<i64, _>(PERSON_WIDTH)? != 0;
    if person.partner.verification && !strong {
        // Where movements ask for a code, a password alone moves nothing.
        person.rights.permissions.retain(|p| !MONEY.contains(p));
    }
    Ok(Some(person))
}

/// What moves money.
const MONEY: [Permission; 2] = [Permission::FundsAppropriate, Permission::FundsReclaim];

/// Ends a person's tokens.
///
/// # Errors
/// A database that refuses.
pub(super) async fn end_all(tx: &mut Tx, partner: &PartnerId, user: &UserId) -> Result<(), Error> {
    sqlx::query("DELETE FROM api_tokens WHERE partner_id = $1 AND user_id = $2")
        .bind(partner.as_str())
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends the tokens of somebody for all partners.
///
/// # Errors
/// A database that refuses.
pub(super) async fn end_of_person(tx: &mut Tx, person_id: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM api_tokens WHERE EXISTS (SELECT 1 FROM members m WHERE m.partner_id = api_tokens.partner_id AND m.user_id = api_tokens.user_id AND m.person_id = $1)")
        .bind(person_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes tokens whose time is over. For the cleaning job.
///
/// # Errors
/// A database that refuses.
pub(super) async fn clean(tx: &mut Tx, now: i64) -> Result<(), Error> {
    sqlx::query("DELETE FROM api_tokens WHERE expires_at <= $1").bind(now).execute(&mut **tx).await?;
    Ok(())
}

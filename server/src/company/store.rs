//! The SQL of partners' information and people's preferences.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::outbox::Logo;
use crate::scope::Scope;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::company::{Company, Details};
use contract::id::PartnerId;
use contract::preferences::Preferences;
use sqlx::{AnyConnection, Row};

/// A partner's information; empty where it has told nothing yet.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn company(connection: &mut AnyConnection, partner: &PartnerId) -> Result<Company, Error> {
    let row = sqlx::query("SELECT details, logo_hash, version FROM companies WHERE partner_id = $1")
        .bind(partner.as_str())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(Company::default()) };
    let details: String = row.try_get(0)?;
    Ok(Company {
        details: serde_json::from_str(&details).map_err(|e| Error::internal(&e))?,
        logo: row.try_get(1)?,
        version: row.try_get(2)?,
    })
}

/// The name and the logo that a partner has in its console and mails; empty where that is the product's.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn letterhead(db: &Db, partner: &str) -> Result<(String, Option<Logo>), Error> {
    let mut connection = db.read().acquire().await?;
    let partner = PartnerId(partner.to_owned());
    let name = company(&mut connection, &partner).await?.details.display_name;
    let Some((kind, content)) = logo(&mut connection, &partner).await? else { return Ok((name, None)) };
    // A picture that cannot be read is no reason to send no mail.
    let logo = STANDARD.decode(content).ok().map(|content| Logo { kind, content, name: name.clone() });
    Ok((name, logo))
}

/// Keeps the details.
pub(super) async fn put_details(tx: &mut Tx, scope: &Scope, details: &Details) -> Result<(), Error> {
    let text = serde_json::to_string(details).map_err(|e| Error::internal(&e))?;
    sqlx::query("INSERT INTO companies (partner_id, details, version) VALUES ($1, $2, 1) ON CONFLICT (partner_id) DO UPDATE SET details = $2, version = companies.version + 1")
        .bind(scope.partner_id.as_str())
        .bind(text)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps the logo.
pub(super) async fn put_logo(
    tx: &mut Tx,
    scope: &Scope,
    kind: &str,
    content: &str,
    hash: &str,
) -> Result<(), Error> {
    let none = serde_json::to_string(&Details::default()).map_err(|e| Error::internal(&e))?;
    sqlx::query("INSERT INTO companies (partner_id, details, logo_type, logo, logo_hash) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (partner_id) DO UPDATE SET logo_type = $3, logo = $4, logo_hash = $5")
        .bind(scope.partner_id.as_str())
        .bind(none)
        .bind(kind)
        .bind(content)
        .bind(hash)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The logo's kind and content in base64, if there is one.
pub(super) async fn logo(
    connection: &mut AnyConnection,
    partner: &PartnerId,
) -> Result<Option<(String, String)>, Error> {
    let row = sqlx::query("SELECT logo_type, logo FROM companies WHERE partner_id = $1 AND logo_hash <> ''")
        .bind(partner.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
}

/// What the person prefers.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn preferences(
    connection: &mut AnyConnection,
    person_id: &str,
) -> Result<Preferences, Error> {
    let row = sqlx::query("SELECT language, zone FROM people WHERE person_id = $1")
        .bind(person_id)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(Preferences::default()) };
    Ok(Preferences { language: row.try_get(0)?, zone: row.try_get(1)? })
}

/// Keeps what the person prefers, for all of the person's partners.
pub(super) async fn prefer(tx: &mut Tx, scope: &Scope, wanted: &Preferences) -> Result<(), Error> {
    sqlx::query("UPDATE people SET language = $1, zone = $2 WHERE person_id = (SELECT person_id FROM members WHERE partner_id = $3 AND user_id = $4)")
        .bind(wanted.language.as_str())
        .bind(wanted.zone.as_str())
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

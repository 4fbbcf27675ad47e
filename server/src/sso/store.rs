//! The SQL of single sign-on.

use super::provider::Metadata;
use crate::db::{Sql, Tx, insert_rows};
use crate::error::Error;
use contract::id::{PartnerId, SsoLinkId, UserId};
use contract::sso::{SsoAdmin, SsoLink};
use contract::time::from_millis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A partner's identity provider.
#[derive(Debug, Clone)]
pub(super) struct Provider {
    pub(super) partner_id: PartnerId,
    pub(super) name: String,
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) sealed_secret: String,
    pub(super) domains: Vec<String>,
    pub(super) metadata: Metadata,
    pub(super) discovered_at: i64,
    /// Counts changes of issuer, client and secret.
    pub(super) round: i64,
    pub(super) tested_at: Option<i64>,
    pub(super) tested_by: String,
    pub(super) enabled: bool,
    pub(super) required: bool,
    pub(super) both_steps: bool,
    pub(super) version: i64,
}

const COLUMNS: &str = "SELECT partner_id, name, issuer, client_id, sealed_secret, domains, metadata, discovered_at, round, tested_at, tested_by, enabled, required, both_steps, version FROM sso_providers";

fn read(row: &AnyRow) -> Result<Provider, Error> {
    let (domains, metadata): (String, String) = (row.try_get(5)?, row.try_get(6)?);
    let flag = |at: usize| -> Result<bool, Error> { Ok(row.try_get::<i64, _>(at)? != 0) };
    Ok(Provider {
        partner_id: PartnerId(row.try_get(0)?),
        name: row.try_get(1)?,
        issuer: row.try_get(2)?,
        client_id: row.try_get(3)?,
        sealed_secret: row.try_get(4)?,
        domains: domains.split_whitespace().map(str::to_owned).collect(),
        metadata: serde_json::from_str(&metadata).map_err(|e| Error::internal(&e))?,
        discovered_at: row.try_get(7)?,
        round: row.try_get(8)?,
        tested_at: row.try_get(9)?,
        tested_by: row.try_get(10)?,
        enabled: flag(11)?,
        required: flag(12)?,
        both_steps: flag(13)?,
        version: row.try_get(14)?,
    })
}

/// The partner's provider.
pub(super) async fn provider(
    connection: &mut AnyConnection,
    partner: &PartnerId,
) -> Result<Option<Provider>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", partner.as_str());
    let row = sql.prepared().fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The provider that is switched on under a sign-in name.
pub(super) async fn enabled_by_name(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Option<Provider>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE name = ", name).push(" AND enabled <> 0");
    let row = sql.prepared().fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The provider that is switched on for addresses of a domain, where it is one only. A partner speaks for a domain if
/// it names it, and has an active member with such an address: that member proved it by a code or an invitation.
pub(super) async fn enabled_by_domain(
    connection: &mut AnyConnection,
    domain: &str,
) -> Result<Option<Provider>, Error> {
    let plain = domain.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE enabled <> 0 AND domains LIKE ", format!("% {plain} %"))
        .push(" ESCAPE '\\' AND EXISTS (SELECT 1 FROM members m WHERE m.partner_id = sso_providers.partner_id AND m.disabled_at IS NULL")
        .bind(" AND m.email LIKE ", format!("%@{plain}"))
        .push(" ESCAPE '\\') LIMIT 2");
    let rows = sql.prepared().fetch_all(connection).await?;
    if let [one] = rows.as_slice() { read(one).map(Some) } else { Ok(None) }
}

/// Whether another partner has a sign-in name.
pub(super) async fn is_taken(
    connection: &mut AnyConnection,
    name: &str,
    partner: &PartnerId,
) -> Result<bool, Error> {
    let row = sqlx::query("SELECT 1 FROM sso_providers WHERE name = $1 AND partner_id <> $2")
        .bind(name)
        .bind(partner.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// Writes a provider whole. Answers whether its sign-in name was nobody else's.
pub(super) async fn save(tx: &mut Tx, provider: &Provider) -> Result<bool, Error> {
    if is_taken(tx, &provider.name, &provider.partner_id).await? {
        return Ok(false);
    }
    let done = sqlx::query("INSERT INTO sso_providers (partner_id, name, issuer, client_id, sealed_secret, domains, metadata, discovered_at, round, tested_at, tested_by, enabled, required, both_steps, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (partner_id) DO UPDATE SET name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id, sealed_secret = excluded.sealed_secret, domains = excluded.domains, metadata = excluded.metadata, discovered_at = excluded.discovered_at, round = excluded.round, tested_at = excluded.tested_at, tested_by = excluded.tested_by, enabled = excluded.enabled, required = excluded.required, both_steps = excluded.both_steps, version = excluded.version")
        .bind(provider.partner_id.as_str())
        .bind(provider.name.as_str())
        .bind(provider.issuer.as_str())
        .bind(provider.client_id.as_str())
        .bind(provider.sealed_secret.as_str())
        .bind(crate::identity::store::words(provider.domains.iter().map(String::as_str)))
        .bind(serde_json::to_string(&provider.metadata).map_err(|e| Error::internal(&e))?)
        .bind(provider.discovered_at)
        .bind(provider.round)
        .bind(provider.tested_at)
        .bind(provider.tested_by.as_str())
        .bind(i64::from(provider.enabled))
        .bind(i64::from(provider.required))
        .bind(i64::from(provider.both_steps))
        .bind(provider.version)
        .execute(&mut **tx)
        .await;
    match done {
        Ok(_) => Ok(true),
        // Two partners took it at once.
        Err(sqlx::Error::Database(why)) if why.is_unique_violation() => Ok(false),
        Err(why) => Err(why.into()),
    }
}

/// Notes what discovery said anew.
pub(super) async fn rediscovered(
    tx: &mut Tx,
    (partner, round): (&PartnerId, i64),
    metadata: &Metadata,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE sso_providers SET metadata = $1, discovered_at = $2 WHERE partner_id = $3 AND round = $4",
    )
    .bind(serde_json::to_string(metadata).map_err(|e| Error::internal(&e))?)
    .bind(now)
    .bind(partner.as_str())
    .bind(round)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that a test succeeded. Answers whether it was one of what is set up now.
pub(super) async fn tested(
    tx: &mut Tx,
    (partner, round): (&PartnerId, i64),
    by: &str,
    now: i64,
) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE sso_providers SET tested_at = $1, tested_by = $2, version = version + 1 WHERE partner_id = $3 AND round = $4")
        .bind(now)
        .bind(by)
        .bind(partner.as_str())
        .bind(round)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a provider away, with exemptions and links.
pub(super) async fn remove(tx: &mut Tx, partner: &PartnerId) -> Result<(), Error> {
    for text in [
        "DELETE FROM sso_providers WHERE partner_id = $1",
        "DELETE FROM sso_exempt WHERE partner_id = $1",
        "DELETE FROM sso_links WHERE partner_id = $1",
        "DELETE FROM sso_attempts WHERE partner_id = $1",
    ] {
        sqlx::query(text).bind(partner.as_str()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Members need not use single sign-on any more: for whoever runs the server. Answers whether they had to.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn lift(tx: &mut Tx, partner: &PartnerId) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE sso_providers SET required = 0, version = version + 1 WHERE partner_id = $1 AND required <> 0 AND enabled <> 0")
        .bind(partner.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The partner's admins, in the order of their names.
pub(super) async fn admins(
    connection: &mut AnyConnection,
    partner: &PartnerId,
) -> Result<Vec<SsoAdmin>, Error> {
    let rows = sqlx::query("SELECT m.user_id, m.name, m.email, CAST(CASE WHEN e.user_id IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM members m LEFT JOIN sso_exempt e ON e.partner_id = m.partner_id AND e.user_id = m.user_id WHERE m.partner_id = $1 AND m.disabled_at IS NULL AND m.roles LIKE '% admin %' ORDER BY m.name, m.user_id")
        .bind(partner.as_str())
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(SsoAdmin {
                user_id: UserId(row.try_get(0)?),
                name: row.try_get(1)?,
                email: row.try_get(2)?,
                exempt: row.try_get::<i64, _>(3)? != 0,
            })
        })
        .collect()
}

/// Puts other exemptions in the place of those that there are.
pub(super) async fn exempt(tx: &mut Tx, partner: &PartnerId, users: &[UserId]) -> Result<(), Error> {
    sqlx::query("DELETE FROM sso_exempt WHERE partner_id = $1")
        .bind(partner.as_str())
        .execute(&mut **tx)
        .await?;
    if users.is_empty() {
        return Ok(());
    }
    let rows = users.iter().map(|user| vec![partner.as_str().into(), user.as_str().into()]).collect();
    insert_rows(tx, "INSERT INTO sso_exempt (partner_id, user_id) VALUES ", rows, "").await?;
    Ok(())
}

/// A link and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) id: SsoLinkId,
    pub(crate) user_id: UserId,
}

/// The link of a subject.
pub(super) async fn link(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    (issuer, subject): (&str, &str),
) -> Result<Option<Link>, Error> {
    let row = sqlx::query(
        "SELECT link_id, user_id FROM sso_links WHERE partner_id = $1 AND issuer = $2 AND subject = $3",
    )
    .bind(partner.as_str())
    .bind(issuer)
    .bind(subject)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok(Link { id: SsoLinkId(row.try_get(0)?), user_id: UserId(row.try_get(1)?) })).transpose()
}

/// Whose a link is.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn linked(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    link: &SsoLinkId,
) -> Result<Option<UserId>, Error> {
    let id: Option<String> =
        sqlx::query_scalar("SELECT user_id FROM sso_links WHERE partner_id = $1 AND link_id = $2")
            .bind(partner.as_str())
            .bind(link.as_str())
            .fetch_optional(connection)
            .await?;
    Ok(id.map(UserId))
}

/// Whether a member is linked to an account of an issuer.
pub(super) async fn is_linked(
    connection: &mut AnyConnection,
    (partner, user): (&PartnerId, &UserId),
    issuer: &str,
) -> Result<bool, Error> {
    let row = sqlx::query("SELECT 1 FROM sso_links WHERE partner_id = $1 AND user_id = $2 AND issuer = $3")
        .bind(partner.as_str())
        .bind(user.as_str())
        .bind(issuer)
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// Links a member to a subject.
pub(super) async fn insert_link(
    tx: &mut Tx,
    (partner, link): (&PartnerId, &Link),
    (issuer, subject, email): (&str, &str, &str),
    now: i64,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO sso_links (partner_id, link_id, user_id, issuer, subject, email, linked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(partner.as_str())
        .bind(link.id.as_str())
        .bind(link.user_id.as_str())
        .bind(issuer)
        .bind(subject)
        .bind(email)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that somebody signed in by a link.
pub(super) async fn used(tx: &mut Tx, partner: &PartnerId, link: &SsoLinkId, now: i64) -> Result<(), Error> {
    sqlx::query("UPDATE sso_links SET used_at = $1 WHERE partner_id = $2 AND link_id = $3")
        .bind(now)
        .bind(partner.as_str())
        .bind(link.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// How many members are linked to an issuer.
pub(super) async fn count(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    issuer: &str,
) -> Result<i64, Error> {
    let row =
        sqlx::query("SELECT COUNT(DISTINCT user_id) FROM sso_links WHERE partner_id = $1 AND issuer = $2")
            .bind(partner.as_str())
            .bind(issuer)
            .fetch_one(connection)
            .await?;
    Ok(row.try_get(0)?)
}

/// A person's links, for whichever active memberships; each with the partner.
pub(super) async fn links_of(
    connection: &mut AnyConnection,
    person_id: &str,
) -> Result<Vec<(PartnerId, SsoLink)>, Error> {
    let rows = sqlx::query("SELECT l.partner_id, l.link_id, p.name, l.issuer, l.email, l.linked_at, l.used_at FROM sso_links l JOIN members m ON m.partner_id = l.partner_id AND m.user_id = l.user_id JOIN partners p ON p.partner_id = l.partner_id WHERE m.person_id = $1 AND m.disabled_at IS NULL ORDER BY l.linked_at, l.link_id")
        .bind(person_id)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let link = SsoLink {
                id: SsoLinkId(row.try_get(1)?),
                partner_name: row.try_get(2)?,
                issuer: row.try_get(3)?,
                email: row.try_get(4)?,
                linked_at: from_millis(row.try_get(5)?),
                used_at: row.try_get::<Option<i64>, _>(6)?.map(from_millis),
            };
            Ok((PartnerId(row.try_get(0)?), link))
        })
        .collect()
}

/// Takes a link away. Answers whether it was there.
pub(super) async fn remove_link(tx: &mut Tx, partner: &PartnerId, link: &SsoLinkId) -> Result<bool, Error> {
    let done = sqlx::query("DELETE FROM sso_links WHERE partner_id = $1 AND link_id = $2")
        .bind(partner.as_str())
        .bind(link.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes away the links and the exemption of a member whose membership ends.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn forget(tx: &mut Tx, partner: &PartnerId, user: &UserId) -> Result<(), Error> {
    for text in [
        "DELETE FROM sso_links WHERE partner_id = $1 AND user_id = $2",
        "DELETE FROM sso_exempt WHERE partner_id = $1 AND user_id = $2",
    ] {
        sqlx::query(text).bind(partner.as_str()).bind(user.as_str()).execute(&mut **tx).await?;
    }
    Ok(())
}

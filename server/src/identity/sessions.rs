//! Browser sessions: a random token in a cookie, its hash in the database, revocable at once.

use super::store::{
    PERSON_COLUMNS, PERSON_WIDTH, Person, SESSION_FACTOR_DUE, SESSION_SSO_DUE, person, rights, with_team,
};
use crate::app::App;
use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::ids;
use crate::scope::{Origin, Scope};
use crate::seal::fingerprint;
use contract::access::Permission;
use contract::error::Code;
use contract::id::{PartnerId, SessionId, SsoLinkId, UserId};
use contract::identity::SessionRow;
use contract::time::from_millis;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};

/// A session ends after this long without use (design/security.md, check 20).
const IDLE: i64 = 30 * 60 * 1000;
/// And after this long in any case.
const LONGEST: i64 = 12 * 60 * 60 * 1000;
/// How exactly the last use is noted.
const GRAIN: i64 = 60 * 1000;

/// A session's secret, as the cookie carries it.
#[derive(Clone)]
pub struct Token(pub String);

/// A live session and whose it is.
#[derive(Debug, Clone)]
pub struct Live {
    /// The session.
    pub id: SessionId,
    /// The person; the member whose console is looked at, where that is so.
    pub person: Person,
    /// Who looks, in words for records.
    pub viewer: Option<String>,
    /// What the partner asks for that the session does not have: single sign-on, a second factor.
    pub needed: Option<Code>,
}

impl Live {
    /// The scope of this person's requests.
    #[must_use]
    pub fn scope(&self, origin: Origin, now: i64) -> Scope {
        let scope = scope_of(&self.person, None, origin, now);
        match &self.viewer {
            Some(viewer) => Scope { actor: viewer.clone(), viewed: true, ..scope },
            None => scope,
        }
    }
}

/// The scope of a person, or of a program with that person's access key.
#[must_use]
pub fn scope_of(person: &Person, access_key: Option<&str>, origin: Origin, now: i64) -> Scope {
    let actor = match access_key {
        Some(key) => format!("{} ({key})", person.name),
        None => actor(&person.name, &person.email),
    };
    Scope {
        partner_id: person.partner.id.clone(),
        partner_kind: person.partner.kind,
        partner_number: person.partner.number,
        customer_count: person.partner.customer_count,
        currency: person.partner.currency,
        user_id: person.user_id.clone(),
        actor,
        rights: person.rights.clone(),
        managers: person.managers.clone(),
        viewed: false,
        access_key: access_key.map(str::to_owned),
        origin,
        now,
    }
}

/// Begins a session; the token is known to nobody else.
///
/// # Errors
/// A database that refuses.
pub async fn begin(
    app: &App,
    tx: &mut Tx,
    person: &Person,
    origin: &Origin,
    user_agent: &str,
) -> Result<(Token, SessionId), Error> {
    let token = hex::encode(rand::random::<[u8; 32]>());
    let now = app.clock.millis();
    let id = ids::session();
    let agent: String = user_agent.chars().take(300).collect();
    sqlx::query("INSERT INTO sessions (token_hash, session_id, partner_id, user_id, ip, user_agent, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(hash(&token))
        .bind(id.as_str())
        .bind(person.partner.id.as_str())
        .bind(person.user_id.as_str())
        .bind(origin.ip.as_str())
        .bind(agent)
        .bind(now)
        .bind(now)
        .bind(now + LONGEST)
        .execute(&mut **tx)
        .await?;
    Ok((Token(token), id))
}

/// The live session of a token, if there is one; notes its use, unless a page asks by itself.
///
/// # Errors
/// A database that does not answer.
pub async fn find(app: &App, token: &str, by_itself: bool) -> Result<Option<Live>, Error> {
    let now = app.clock.millis();
    let mut sql = Sql::new("SELECT ");
    sql.push(PERSON_COLUMNS)
        .push(", s.session_id, s.last_seen_at, s.viewing_id, o.name AS own_name, o.email AS own_email, ")
        .push(SESSION_FACTOR_DUE)
        .push(", o.roles AS own_roles, o.granted AS own_granted, ")
        .push(SESSION_SSO_DUE)
        .push(" FROM sessions s JOIN members o ON o.partner_id = s.partner_id AND o.user_id = s.user_id JOIN members u ON u.partner_id = s.partner_id AND u.user_id = COALESCE(s.viewing_id, s.user_id) JOIN partners p ON p.partner_id = s.partner_id")
        .bind(" WHERE s.token_hash = ", hash(token))
        .bind(" AND s.expires_at > ", now)
        .bind(" AND s.last_seen_at > ", now - IDLE)
        .push(" AND o.disabled_at IS NULL AND u.disabled_at IS NULL");
    let mut connection = app.db.read().acquire().await?;
    let Some(row) = sql.prepared().fetch_optional(&mut *connection).await? else { return Ok(None) };
    let person = with_team(&mut connection, person(&row)?).await?;
    drop(connection);
    let viewing: Option<String> = row.try_get(PERSON_WIDTH + 2)?;
    if viewing.is_some() {
        // What allows it is looked at with each request, as everything else is.
        let own = rights(row.try_get(PERSON_WIDTH + 6)?, row.try_get(PERSON_WIDTH + 7)?);
        if !own.may(Permission::MembersManage) || !person.rights.within(&own) {
            let mut tx = app.db.begin().await?;
            look_as(&mut tx, &SessionId(row.try_get(PERSON_WIDTH)?), None).await?;
            app.db.commit(tx).await?;
            return Box::pin(find(app, token, by_itself)).await;
        }
    }
    let viewer = match viewing {
        Some(_) => Some(actor(row.try_get(PERSON_WIDTH + 3)?, row.try_get(PERSON_WIDTH + 4)?)),
        None => None,
    };
    let due = |at: usize| -> Result<bool, Error> { Ok(row.try_get::<i64, _>(PERSON_WIDTH + at)? != 0) };
    let needed = match (due(8)?, due(5)?) {
        (true, _) => Some(Code::SsoNeeded),
        (_, true) => Some(Code::FactorNeeded),
        _ => None,
    };
    let live = Live { person, id: SessionId(row.try_get(PERSON_WIDTH)?), viewer, needed };
    if !by_itself && row.try_get::<i64, _>(PERSON_WIDTH + 1)? < now - GRAIN {
        let mut tx = app.db.begin().await?;
        sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE session_id = $2 AND last_seen_at < $1")
            .bind(now)
            .bind(live.id.as_str())
            .execute(&mut *tx)
            .await?;
        app.db.commit(tx).await?;
    }
    Ok(Some(live))
}

/// A person in words for records.
#[must_use]
pub fn actor(name: &str, email: &str) -> String {
    format!("{name} <{email}>")
}

/// What a session's person may do now, as a text that changes with it; nothing once it has ended. Looking
/// is no use of the session: a console that is left open does not keep it alive.
///
/// # Errors
/// A database that does not answer.
pub async fn standing(app: &App, id: &SessionId) -> Result<Option<String>, Error> {
    let now = app.clock.millis();
    let rights: Option<String> = sqlx::query_scalar("SELECT u.partner_id || ' ' || u.user_id || u.roles || u.granted || u.version || p.second_factor || COALESCE((SELECT CAST(i.enabled * 4 + i.required * 2 + i.both_steps AS TEXT) FROM sso_providers i WHERE i.partner_id = p.partner_id), '') || o.roles || o.granted FROM sessions s JOIN partners p ON p.partner_id = s.partner_id JOIN members o ON o.partner_id = s.partner_id AND o.user_id = s.user_id JOIN members u ON u.partner_id = s.partner_id AND u.user_id = COALESCE(s.viewing_id, s.user_id) WHERE s.session_id = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 AND o.disabled_at IS NULL AND u.disabled_at IS NULL")
        .bind(id.as_str())
        .bind(now)
        .bind(now - IDLE)
        .fetch_optional(app.db.read())
        .await?;
    Ok(rights.map(|rights| fingerprint(&[&rights])))
}

/// Makes the session that of another membership of the same person. It gets a new token: what was known of
/// the old one opens nothing any more (design/security.md, check 18).
///
/// # Errors
/// `SignedOut` where it has ended.
pub async fn go_on_as(tx: &mut Tx, id: &SessionId, person: &Person) -> Result<Token, Error> {
    let token = hex::encode(rand::random::<[u8; 32]>());
    let done = sqlx::query("UPDATE sessions SET token_hash = $1, partner_id = $2, user_id = $3, viewing_id = NULL WHERE session_id = $4")
        .bind(hash(&token))
        .bind(person.partner.id.as_str())
        .bind(person.user_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() == 1 { Ok(Token(token)) } else { Err(Code::SignedOut.into()) }
}

/// Begins or ends looking at the console as a member.
///
/// # Errors
/// A database that refuses.
pub async fn look_as(tx: &mut Tx, id: &SessionId, member: Option<&UserId>) -> Result<(), Error> {
    sqlx::query("UPDATE sessions SET viewing_id = $1 WHERE session_id = $2")
        .bind(member.map(ToString::to_string))
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whose session it is, whoever is looked at in it.
///
/// # Errors
/// `SignedOut` where it has ended.
pub async fn owner(connection: &mut AnyConnection, id: &SessionId) -> Result<(PartnerId, UserId), Error> {
    let row = sqlx::query("SELECT partner_id, user_id FROM sessions WHERE session_id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?
        .ok_or(Code::SignedOut)?;
    Ok((PartnerId(row.try_get(0)?), UserId(row.try_get(1)?)))
}

/// When a session ends unless it is used before, and in any case.
///
/// # Errors
/// `SignedOut` where it has ended.
pub async fn ends(app: &App, id: &SessionId) -> Result<(i64, i64), Error> {
    let row = sqlx::query("SELECT last_seen_at, expires_at FROM sessions WHERE session_id = $1")
        .bind(id.as_str())
        .fetch_optional(app.db.read())
        .await?
        .ok_or(Code::SignedOut)?;
    let (seen, end): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    Ok(((seen + IDLE).min(end), end))
}

/// The person's sessions, newest first; in one that began by single sign-on those for its partner only: who runs the
/// partner's identity provider learns nothing of others.
///
/// # Errors
/// A database that does not answer.
pub async fn list(app: &App, scope: &Scope, current: &SessionId) -> Result<Vec<SessionRow>, Error> {
    let now = app.clock.millis();
    let rows = sqlx::query("SELECT session_id, created_at, last_seen_at, ip, user_agent, CAST(CASE WHEN sso_link IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM sessions WHERE EXISTS (SELECT 1 FROM members m JOIN members o ON o.person_id = m.person_id WHERE o.partner_id = $1 AND o.user_id = $2 AND m.partner_id = sessions.partner_id AND m.user_id = sessions.user_id) AND expires_at > $3 AND last_seen_at > $4 AND (partner_id = $1 OR NOT EXISTS (SELECT 1 FROM sessions c WHERE c.session_id = $5 AND c.sso_link IS NOT NULL)) ORDER BY created_at DESC, session_id DESC")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .bind(now)
        .bind(now - IDLE)
        .bind(current.as_str())
        .fetch_all(app.db.read())
        .await?;
    rows.iter()
        .map(|row| {
            let id = SessionId(row.try_get(0)?);
            Ok(SessionRow {
                current: id == *current,
                id,
                created_at: from_millis(row.try_get(1)?),
                last_seen_at: from_millis(row.try_get(2)?),
                ip: row.try_get(3)?,
                user_agent: row.try_get(4)?,
                by_sso: row.try_get::<i64, _>(5)? != 0,
            })
        })
        .collect()
}

/// Ends a session, whoever is looked at in it.
///
/// # Errors
/// `SignedOut` where it has ended.
pub async fn end_this(tx: &mut Tx, id: &SessionId) -> Result<(), Error> {
    let done = sqlx::query("DELETE FROM sessions WHERE session_id = $1")
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::SignedOut.into()) }
}

/// Ends one of the person's sessions, for whichever partner.
///
/// # Errors
/// `NotFound` where the person has no such session.
pub async fn end(tx: &mut Tx, scope: &Scope, id: &SessionId) -> Result<(), Error> {
    let done = sqlx::query("DELETE FROM sessions WHERE session_id = $3 AND EXISTS (SELECT 1 FROM members m JOIN members o ON o.person_id = m.person_id WHERE o.partner_id = $1 AND o.user_id = $2 AND m.partner_id = sessions.partner_id AND m.user_id = sessions.user_id)")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// Ends all sessions of a member. Answers how many.
///
/// # Errors
/// A database that refuses.
pub async fn end_all(tx: &mut Tx, partner: &PartnerId, user: &UserId) -> Result<u64, Error> {
    super::tokens::end_all(tx, partner, user).await?;
    let done = sqlx::query("DELETE FROM sessions WHERE partner_id = $1 AND user_id = $2")
        .bind(partner.as_str())
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

/// Notes that a session began by single sign-on.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn began_by(tx: &mut Tx, id: &SessionId, link: &SsoLinkId) -> Result<(), Error> {
    sqlx::query("UPDATE sessions SET sso_link = $1 WHERE session_id = $2")
        .bind(link.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether a session began by single sign-on: then it is for its partner only.
///
/// # Errors
/// `SignedOut` where it has ended.
pub(crate) async fn is_by_sso(connection: &mut AnyConnection, id: &SessionId) -> Result<bool, Error> {
    let row = sqlx::query("SELECT sso_link FROM sessions WHERE session_id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?
        .ok_or(Code::SignedOut)?;
    Ok(row.try_get::<Option<String>, _>(0)?.is_some())
}

/// Whether a session has not ended. Looking is no use of it.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn is_live(
    app: &App,
    connection: &mut AnyConnection,
    id: &SessionId,
) -> Result<bool, Error> {
    let now = app.clock.millis();
    let row =
        sqlx::query("SELECT 1 FROM sessions WHERE session_id = $1 AND expires_at > $2 AND last_seen_at > $3")
            .bind(id.as_str())
            .bind(now)
            .bind(now - IDLE)
            .fetch_optional(connection)
            .await?;
    Ok(row.is_some())
}

/// Ends a partner's sessions that began by single sign-on, but for one that goes on.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn end_of_sso(
    tx: &mut Tx,
    partner: &PartnerId,
    keep: Option<&SessionId>,
) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE partner_id = $1 AND sso_link IS NOT NULL AND session_id <> $2")
        .bind(partner.as_str())
        .bind(keep.map_or("", SessionId::as_str))
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM sign_ins WHERE sso_partner = $1")
        .bind(partner.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends the sessions that began by a link.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn end_of_link(tx: &mut Tx, partner: &PartnerId, link: &SsoLinkId) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE partner_id = $1 AND sso_link = $2")
        .bind(partner.as_str())
        .bind(link.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Gives a session a new token: what was known of the old one opens nothing any more.
///
/// # Errors
/// `SignedOut` where it has ended.
pub async fn rotate(tx: &mut Tx, id: &SessionId) -> Result<Token, Error> {
    let token = hex::encode(rand::random::<[u8; 32]>());
    let done = sqlx::query("UPDATE sessions SET token_hash = $1 WHERE session_id = $2")
        .bind(hash(&token))
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() == 1 { Ok(Token(token)) } else { Err(Code::SignedOut.into()) }
}

/// Ends the sessions of a person for whichever partner, but for one that goes on. Answers how many.
///
/// # Errors
/// A database that refuses.
pub async fn end_of_person(tx: &mut Tx, person_id: &str, keep: Option<&SessionId>) -> Result<u64, Error> {
    super::tokens::end_of_person(tx, person_id).await?;
    let done = sqlx::query("DELETE FROM sessions WHERE session_id <> $1 AND EXISTS (SELECT 1 FROM members m WHERE m.partner_id = sessions.partner_id AND m.user_id = sessions.user_id AND m.person_id = $2)")
        .bind(keep.map_or("", SessionId::as_str))
        .bind(person_id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

/// Removes sessions that have ended. For the cleaning job.
///
/// # Errors
/// A database that refuses.
pub async fn clean(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2")
        .bind(now)
        .bind(now - IDLE)
        .execute(&mut *tx)
        .await?;
    super::tokens::clean(&mut tx, now).await?;
    app.db.commit(tx).await
}

pub(super) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

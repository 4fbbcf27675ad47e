//! The SQL of invitations. A link's secret is kept as its hash.

use super::store::{customs, named};
use crate::db::{Db, Newest, Sql, Tx, search};
use crate::error::Error;
use crate::identity::store::words;
use crate::scope::Scope;
use contract::error::Code;
use contract::id::{InvitationId, PartnerId, RoleId, UserId};
use contract::organisation::{Invitation, InvitationQuery, InvitationState};
use contract::page::Page;
use contract::time::from_millis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// An invitation as stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) partner_id: PartnerId,
    pub(super) id: InvitationId,
    pub(super) email: String,
    pub(super) roles: Vec<RoleId>,
    pub(super) invited_by: String,
    pub(super) inviter: UserId,
    pub(super) expires_at: i64,
    sent_at: i64,
    state: InvitationState,
}

impl Stored {
    /// How it stands now.
    pub(super) fn state(&self, now: i64) -> InvitationState {
        if self.state == InvitationState::Invited && self.expires_at <= now {
            InvitationState::Expired
        } else {
            self.state
        }
    }
}

const COLUMNS: &str = "SELECT partner_id, invitation_id, email, roles, invited_by, sent_at, expires_at, state, inviter_id FROM invitations";

fn stored(row: &AnyRow) -> Result<Stored, Error> {
    let state: String = row.try_get(7)?;
    Ok(Stored {
        partner_id: PartnerId(row.try_get(0)?),
        id: InvitationId(row.try_get(1)?),
        email: row.try_get(2)?,
        roles: row.try_get::<String, _>(3)?.split_whitespace().map(RoleId::from).collect(),
        invited_by: row.try_get(4)?,
        inviter: UserId(row.try_get(8)?),
        sent_at: row.try_get(5)?,
        expires_at: row.try_get(6)?,
        state: InvitationState::parse(&state)
            .ok_or_else(|| Error::Internal(format!("unknown state {state} of an invitation")))?,
    })
}

fn filter(sql: &mut Sql, scope: &Scope, query: &InvitationQuery) {
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str());
    let Some(states) = &query.state else { return };
    for (n, state) in states.0.iter().enumerate() {
        sql.push(if n == 0 { " AND (" } else { " OR " });
        match state {
            InvitationState::Invited => {
                sql.bind("(state = 'invited' AND expires_at > ", scope.now).push(")");
            }
            InvitationState::Expired => {
                sql.bind("(state = 'expired' OR (state = 'invited' AND expires_at <= ", scope.now).push("))");
            }
            other => _ = sql.bind("state = ", other.as_str()),
        }
    }
    if !states.0.is_empty() {
        sql.push(")");
    }
}

const NEWEST: Newest = Newest {
    select: COLUMNS,
    count: "SELECT COUNT(*) FROM (SELECT 1 AS one FROM invitations",
    place: " AND (sent_at, invitation_id)",
    order: [" ORDER BY sent_at, invitation_id", " ORDER BY sent_at DESC, invitation_id DESC"],
};

/// A page of the partner's invitations, newest first.
pub(super) async fn list(db: &Db, scope: &Scope, query: &InvitationQuery) -> Result<Page<Invitation>, Error> {
    let place = |one: &Stored| (one.sent_at, one.id.to_string());
    let filter = |sql: &mut Sql| filter(sql, scope, query);
    let found = NEWEST.page(db, (query.page.as_deref(), query.limit), filter, stored, place).await?;
    let customs = customs(&mut *db.read().acquire().await?, &scope.partner_id).await?;
    Ok(found.map(|i| Invitation {
        state: i.state(scope.now),
        roles: named(&i.roles, &customs),
        id: i.id,
        email: i.email,
        by: i.invited_by,
        at: from_millis(i.sent_at),
        until: from_millis(i.expires_at),
    }))
}

/// One of the partner's invitations, or `NotFound`.
pub(super) async fn need(
    connection: &mut AnyConnection,
    scope: &Scope,
    id: &InvitationId,
) -> Result<Stored, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str()).bind(" AND invitation_id = ", id.as_str());
    stored(&sql.prepared().fetch_optional(connection).await?.ok_or(Code::NotFound)?)
}

/// The invitation of a link's hash.
pub(super) async fn by_hash(connection: &mut AnyConnection, hash: &str) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE token_hash = ", hash);
    sql.prepared().fetch_optional(connection).await?.map(|row| stored(&row)).transpose()
}

/// All open invitations of an address, of whichever partner.
pub(super) async fn open_of(
    connection: &mut AnyConnection,
    email: &str,
    now: i64,
) -> Result<Vec<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE email = ", email)
        .push(" AND state = 'invited'")
        .bind(" AND expires_at > ", now)
        .push(" ORDER BY partner_id, invitation_id");
    sql.prepared().fetch_all(connection).await?.iter().map(stored).collect()
}

/// Whether an open invitation gives a role.
pub(super) async fn has_role(
    connection: &mut AnyConnection,
    scope: &Scope,
    role: &RoleId,
) -> Result<bool, Error> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM invitations");
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str())
        .push(" AND state = 'invited'")
        .bind(" AND expires_at > ", scope.now)
        .bind(" AND roles LIKE ", search::like(&words([role.as_str()])))
        .push(" ESCAPE '\\'");
    Ok(sql.prepared().fetch_one(connection).await?.try_get::<i64, _>(0)? > 0)
}

/// How many links the partner has sent since a moment.
pub(super) async fn links_since(
    connection: &mut AnyConnection,
    scope: &Scope,
    since: i64,
) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM invitation_links WHERE partner_id = $1 AND sent_at >= $2")
        .bind(scope.partner_id.as_str())
        .bind(since)
        .fetch_one(connection)
        .await?)
}

/// Counts a link that is sent.
pub(super) async fn count_link(tx: &mut Tx, scope: &Scope) -> Result<(), Error> {
    sqlx::query("INSERT INTO invitation_links (partner_id, sent_at, link_id) VALUES ($1, $2, $3)")
        .bind(scope.partner_id.as_str())
        .bind(scope.now)
        .bind(crate::ids::new())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Adds an invitation.
pub(super) async fn insert(
    tx: &mut Tx,
    scope: &Scope,
    id: &InvitationId,
    (email, roles): (&str, &[RoleId]),
    (hash, until): (&str, i64),
) -> Result<(), Error> {
    sqlx::query("INSERT INTO invitations (partner_id, invitation_id, email, roles, token_hash, state, invited_by, sent_at, expires_at, inviter_id) VALUES ($1, $2, $3, $4, $5, 'invited', $6, $7, $8, $9)")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(email)
        .bind(words(roles.iter().map(RoleId::as_str)))
        .bind(hash)
        .bind(scope.actor.as_str())
        .bind(scope.now)
        .bind(until)
        .bind(scope.user_id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Gives an invitation a new link, in the name of whoever sends it again.
pub(super) async fn renew(
    tx: &mut Tx,
    scope: &Scope,
    id: &InvitationId,
    (hash, until): (&str, i64),
    roles: &[RoleId],
) -> Result<(), Error> {
    sqlx::query("UPDATE invitations SET token_hash = $1, expires_at = $2, sent_at = $3, state = 'invited', roles = $6, inviter_id = $7 WHERE partner_id = $4 AND invitation_id = $5")
        .bind(hash)
        .bind(until)
        .bind(scope.now)
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(words(roles.iter().map(RoleId::as_str)))
        .bind(scope.user_id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends an invitation that is open. Answers whether it was.
pub(super) async fn end(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &InvitationId),
    state: InvitationState,
) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE invitations SET state = $1 WHERE partner_id = $2 AND invitation_id = $3 AND state = 'invited'")
        .bind(state.as_str())
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

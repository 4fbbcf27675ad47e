//! The SQL of customers' invitations. A link's secret is kept as its hash.

use super::store::association;
use crate::db::{Db, Newest, Sql, Tx, Value, insert_rows};
use crate::error::Error;
use crate::scope::Scope;
use contract::customers::AssociationType;
use contract::error::Code;
use contract::id::{CustomerId, CustomerInvitationId, PartnerId, ProspectId, UserId};
use contract::page::Page;
use contract::prospects::{
    Cause, CustomerInvitation, CustomerInvitationQuery, CustomerInvitationState, InvitationKind,
};
use contract::text::mask_email;
use contract::time::from_millis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// An invitation as stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) partner_id: PartnerId,
    pub(crate) id: CustomerInvitationId,
    pub(crate) kind: InvitationKind,
    pub(crate) prospect: Option<ProspectId>,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) association: AssociationType,
    pub(crate) state: CustomerInvitationState,
    pub(crate) cause: Option<Cause>,
    pub(crate) inviter_id: UserId,
    pub(crate) inviter: String,
    pub(crate) sent_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) opened_at: Option<i64>,
    pub(crate) customer: Option<CustomerId>,
}

impl Stored {
    fn view(self) -> CustomerInvitation {
        CustomerInvitation {
            id: self.id,
            kind: self.kind,
            name: self.name,
            email: mask_email(&self.email),
            association: self.association,
            state: self.state,
            cause: self.cause,
            by: self.inviter,
            at: from_millis(self.sent_at),
            until: from_millis(self.expires_at),
            opened_at: self.opened_at.map(from_millis),
            customer: self.customer,
        }
    }

    /// Whether its link can be followed.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, CustomerInvitationState::Sent | CustomerInvitationState::Failed)
    }
}

const COLUMNS: &str = "SELECT partner_id, invitation_id, kind, prospect_id, name, email, association, state, cause, inviter_id, inviter, sent_at, expires_at, opened_at, customer_id FROM customer_invitations";

fn stored(row: &AnyRow, now: i64) -> Result<Stored, Error> {
    let word: String = row.try_get(7)?;
    let written = CustomerInvitationState::parse(&word)
        .ok_or_else(|| Error::Internal(format!("unknown state {word} of an invitation")))?;
    let kind: String = row.try_get(2)?;
    let expires_at: i64 = row.try_get(12)?;
    let kind = InvitationKind::parse(&kind)
        .ok_or_else(|| Error::Internal(format!("unknown kind {kind} of an invitation")))?;
    let open = matches!(written, CustomerInvitationState::Sent | CustomerInvitationState::Failed);
    // What came by a general link is a record only: nothing of it can end.
    let over = open && kind == InvitationKind::Mail && expires_at <= now;
    let cause: String = row.try_get(8)?;
    Ok(Stored {
        partner_id: PartnerId(row.try_get(0)?),
        id: CustomerInvitationId(row.try_get(1)?),
        kind,
        prospect: row.try_get::<Option<String>, _>(3)?.map(ProspectId),
        name: row.try_get(4)?,
        email: row.try_get(5)?,
        association: association(row.try_get(6)?)?,
        state: if over { CustomerInvitationState::Expired } else { written },
        cause: Cause::parse(&cause),
        inviter_id: UserId(row.try_get(9)?),
        inviter: row.try_get(10)?,
        sent_at: row.try_get(11)?,
        expires_at,
        opened_at: row.try_get(13)?,
        customer: row.try_get::<Option<String>, _>(14)?.map(CustomerId),
    })
}

fn narrow(sql: &mut Sql, scope: &Scope) {
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str());
    if let Some(managers) = &scope.managers {
        sql.any_of(" AND inviter_id IN (", managers.iter().map(UserId::as_str));
    }
}

fn filter(sql: &mut Sql, scope: &Scope, query: &CustomerInvitationQuery) {
    narrow(sql, scope);
    if let Some(kinds) = &query.kind {
        sql.any_of(" AND kind IN (", kinds.0.iter().map(|k| k.as_str()));
    }
    let Some(states) = query.state.as_ref().filter(|s| !s.0.is_empty()) else { return };
    for (n, state) in states.0.iter().enumerate() {
        sql.push(if n == 0 { " AND (" } else { " OR " });
        match state {
            CustomerInvitationState::Expired => {
                sql.bind(
                    "(state = 'expired' OR (kind = 'mail' AND state IN ('sent', 'failed') AND expires_at <= ",
                    scope.now,
                )
                .push("))");
            }
            open @ (CustomerInvitationState::Sent | CustomerInvitationState::Failed) => {
                sql.bind("(state = ", open.as_str())
                    .bind(" AND (kind <> 'mail' OR expires_at > ", scope.now)
                    .push("))");
            }
            other => _ = sql.bind("state = ", other.as_str()),
        }
    }
    sql.push(")");
}

const NEWEST: Newest = Newest {
    select: COLUMNS,
    count: "SELECT COUNT(*) FROM (SELECT 1 AS one FROM customer_invitations",
    place: " AND (sent_at, invitation_id)",
    order: [" ORDER BY sent_at, invitation_id", " ORDER BY sent_at DESC, invitation_id DESC"],
};

/// A page of invitations, newest first.
pub(super) async fn list(
    db: &Db,
    scope: &Scope,
    query: &CustomerInvitationQuery,
) -> Result<Page<CustomerInvitation>, Error> {
    let (filter, read) = (|sql: &mut Sql| filter(sql, scope, query), |row: &AnyRow| stored(row, scope.now));
    let place = |one: &Stored| (one.sent_at, one.id.to_string());
    Ok(NEWEST.page(db, (query.page.as_deref(), query.limit), filter, read, place).await?.map(Stored::view))
}

/// One that the person sees, or `NotFound`.
pub(super) async fn need(
    connection: &mut AnyConnection,
    scope: &Scope,
    id: &CustomerInvitationId,
) -> Result<Stored, Error> {
    let mut sql = Sql::new(COLUMNS);
    narrow(&mut sql, scope);
    sql.bind(" AND invitation_id = ", id.as_str());
    let row = sql.prepared().fetch_optional(connection).await?.ok_or(Code::NotFound)?;
    stored(&row, scope.now)
}

/// The invitation of a link's hash.
pub(crate) async fn by_hash(
    connection: &mut AnyConnection,
    hash: &str,
    now: i64,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE token_hash = ", hash);
    sql.prepared().fetch_optional(connection).await?.map(|row| stored(&row, now)).transpose()
}

/// An invitation, whoever asks.
pub(crate) async fn by_id(
    connection: &mut AnyConnection,
    (partner, id): (&PartnerId, &CustomerInvitationId),
    now: i64,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", partner.as_str()).bind(" AND invitation_id = ", id.as_str());
    sql.prepared().fetch_optional(connection).await?.map(|row| stored(&row, now)).transpose()
}

/// Adds an invitation.
pub(crate) async fn insert(tx: &mut Tx, new: &Stored, hash: &str) -> Result<(), Error> {
    let row: Vec<Value> = vec![
        new.partner_id.as_str().into(),
        new.id.as_str().into(),
        new.kind.as_str().into(),
        new.prospect.as_ref().map(ToString::to_string).into(),
        new.name.as_str().into(),
        new.email.as_str().into(),
        new.association.code().into(),
        hash.into(),
        new.state.as_str().into(),
        new.cause.map_or("", Cause::as_str).into(),
        new.inviter_id.as_str().into(),
        new.inviter.as_str().into(),
        new.sent_at.into(),
        new.expires_at.into(),
        new.opened_at.into(),
        new.customer.as_ref().map(ToString::to_string).into(),
    ];
    insert_rows(tx, "INSERT INTO customer_invitations (partner_id, invitation_id, kind, prospect_id, name, email, association, token_hash, state, cause, inviter_id, inviter, sent_at, expires_at, opened_at, customer_id) VALUES ", vec![row], "").await?;
    Ok(())
}

/// Gives an invitation a new link; it stands as newly sent.
pub(super) async fn renew(
    tx: &mut Tx,
    scope: &Scope,
    id: &CustomerInvitationId,
    (hash, until): (&str, i64),
) -> Result<(), Error> {
    sqlx::query("UPDATE customer_invitations SET token_hash = $1, expires_at = $2, sent_at = $3, state = 'sent', cause = '', opened_at = NULL WHERE partner_id = $4 AND invitation_id = $5")
        .bind(hash)
        .bind(until)
        .bind(scope.now)
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes the first opening of a link.
pub(crate) async fn opened(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &CustomerInvitationId),
    now: i64,
) -> Result<(), Error> {
    sqlx::query("UPDATE customer_invitations SET opened_at = $1 WHERE partner_id = $2 AND invitation_id = $3 AND opened_at IS NULL")
        .bind(now)
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends an invitation that can still be followed; `false` where it cannot any more.
pub(crate) async fn end(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &CustomerInvitationId),
    to: (CustomerInvitationState, Option<Cause>, Option<&CustomerId>),
) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE customer_invitations SET state = $1, cause = $2, customer_id = $3 WHERE partner_id = $4 AND invitation_id = $5 AND state IN ('sent', 'failed')")
        .bind(to.0.as_str())
        .bind(to.1.map_or("", Cause::as_str))
        .bind(to.2.map(ToString::to_string))
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes another failure of somebody who came by the same member's general link. `false` where it is the first.
pub(crate) async fn failed_again(tx: &mut Tx, of: &Stored) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE customer_invitations SET cause = $1, sent_at = $2 WHERE partner_id = $3 AND inviter_id = $4 AND email = $5 AND kind = 'general' AND state = 'failed'")
        .bind(of.cause.map_or("", Cause::as_str))
        .bind(of.sent_at)
        .bind(of.partner_id.as_str())
        .bind(of.inviter_id.as_str())
        .bind(of.email.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes back what a report was invited by.
pub(crate) async fn cancel_of(
    tx: &mut Tx,
    (partner, prospect): (&PartnerId, &ProspectId),
) -> Result<(), Error> {
    sqlx::query("UPDATE customer_invitations SET state = 'cancelled' WHERE partner_id = $1 AND prospect_id = $2 AND state IN ('sent', 'failed')")
        .bind(partner.as_str())
        .bind(prospect.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A member's general link.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) partner_id: PartnerId,
    pub(crate) user_id: UserId,
    pub(crate) association: AssociationType,
    pub(crate) token: String,
    pub(crate) tag: String,
    pub(crate) since: i64,
}

const LINK_COLUMNS: &str =
    "SELECT l.partner_id, l.user_id, l.association, l.token, l.tag, l.since FROM customer_links l";

fn link(row: &AnyRow) -> Result<Link, Error> {
    Ok(Link {
        partner_id: PartnerId(row.try_get(0)?),
        user_id: UserId(row.try_get(1)?),
        association: association(row.try_get(2)?)?,
        token: row.try_get(3)?,
        tag: row.try_get(4)?,
        since: row.try_get(5)?,
    })
}

/// The person's general link for an association type.
pub(super) async fn own_link(
    connection: &mut AnyConnection,
    scope: &Scope,
    of: AssociationType,
) -> Result<Option<Link>, Error> {
    let mut sql = Sql::new(LINK_COLUMNS);
    sql.bind(" WHERE l.partner_id = ", scope.partner_id.as_str())
        .bind(" AND l.user_id = ", scope.user_id.as_str())
        .bind(" AND l.association = ", of.code());
    sql.prepared().fetch_optional(connection).await?.map(|row| link(&row)).transpose()
}

/// Makes a general link, or puts it in the place of the one before.
pub(super) async fn put_link(tx: &mut Tx, new: &Link) -> Result<(), Error> {
    sqlx::query("INSERT INTO customer_links (partner_id, user_id, association, token, tag, since) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (partner_id, user_id, association) DO UPDATE SET token = $4, tag = $5, since = $6")
        .bind(new.partner_id.as_str())
        .bind(new.user_id.as_str())
        .bind(new.association.code())
        .bind(new.token.as_str())
        .bind(new.tag.as_str())
        .bind(new.since)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The general link of a token, as long as its member is one.
pub(crate) async fn link_by_token(
    connection: &mut AnyConnection,
    token: &str,
) -> Result<Option<Link>, Error> {
    let mut sql = Sql::new(LINK_COLUMNS);
    sql.push(
        " JOIN members m ON m.partner_id = l.partner_id AND m.user_id = l.user_id AND m.disabled_at IS NULL",
    )
    .bind(" WHERE l.token = ", token);
    sql.prepared().fetch_optional(connection).await?.map(|row| link(&row)).transpose()
}

//! The SQL of notices.

use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, Tx, Value, insert_rows};
use crate::error::Error;
use crate::identity::store::rights;
use crate::scope::Scope;
use contract::access::Rights;
use contract::id::{NoticeId, PartnerId, UserId};
use contract::money::{Currency, Money};
use contract::notices::{Choice, Kind, Notice, NoticeQuery};
use contract::page::{COUNT_CAP, Page, Total, page_size};
use contract::time::from_millis;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Milliseconds for which a notice is kept at least.
const KEPT: i64 = 90 * 86_400_000;
/// Unread notices that are counted.
const COUNTED: i64 = 100;

fn filter(sql: &mut Sql, scope: &Scope, query: &NoticeQuery) {
    sql.bind(" FROM notices WHERE partner_id = ", scope.partner_id.as_str())
        .bind(" AND user_id = ", scope.user_id.as_str());
    if let Some(kinds) = &query.kind {
        sql.any_of(" AND kind IN (", kinds.0.iter().map(|k| k.as_str()));
    }
    match query.unread {
        Some(true) => _ = sql.push(" AND read_at IS NULL"),
        Some(false) => _ = sql.push(" AND read_at IS NOT NULL"),
        None => {}
    }
}

/// A page of the person's notices, newest first.
pub(super) async fn list(db: &Db, scope: &Scope, query: &NoticeQuery) -> Result<Page<Notice>, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let limit = page_size(query.limit);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    let mut sql =
        Sql::new("SELECT notice_id, kind, action, subject, actor, rows, amount, currency, at, read_at");
    filter(&mut sql, scope, query);
    if let Some(cursor) = &from {
        // Ids begin with their time.
        sql.bind(if backwards { " AND notice_id > " } else { " AND notice_id < " }, &cursor.value);
    }
    sql.push(if backwards { " ORDER BY notice_id" } else { " ORDER BY notice_id DESC" })
        .bind(" LIMIT ", i64::from(limit) + 1);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let found = rows.iter().map(notice).collect::<Result<Vec<_>, Error>>()?;
    let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one");
    filter(&mut count, scope, query);
    count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let counted: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
    let (items, next, previous) =
        page(found, limit as usize, from.as_ref(), |n| (n.id.to_string(), String::new()));
    Ok(Page { items, next, previous, total: Total::capped(counted) })
}

fn notice(row: &AnyRow) -> Result<Notice, Error> {
    let unknown = || Error::Internal("the database holds a notice of an unknown kind".into());
    let currency: Option<String> = row.try_get(7)?;
    let currency = currency.and_then(|c| Currency::parse(&c));
    Ok(Notice {
        id: NoticeId(row.try_get(0)?),
        kind: Kind::parse(row.try_get(1)?).ok_or_else(unknown)?,
        action: row.try_get(2)?,
        subject: row.try_get(3)?,
        actor: row.try_get(4)?,
        count: row.try_get(5)?,
        amount: row.try_get::<Option<i64>, _>(6)?.zip(currency).map(|(minor, c)| Money::new(minor, c)),
        at: from_millis(row.try_get(8)?),
        read: row.try_get::<Option<i64>, _>(9)?.is_some(),
    })
}

/// How many notices a person has not read, at most 100.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn unread(db: &Db, partner: &PartnerId, user: &UserId) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM (SELECT 1 AS one FROM notices WHERE partner_id = $1 AND user_id = $2 AND read_at IS NULL LIMIT $3) AS counted")
        .bind(partner.as_str())
        .bind(user.as_str())
        .bind(COUNTED)
        .fetch_one(db.read())
        .await?)
}

/// Marks the person's notices as read: these, or all.
pub(super) async fn mark_read(tx: &mut Tx, scope: &Scope, ids: &[NoticeId]) -> Result<(), Error> {
    let mut sql = Sql::new("UPDATE notices SET");
    sql.bind(" read_at = ", scope.now)
        .bind(" WHERE partner_id = ", scope.partner_id.as_str())
        .bind(" AND user_id = ", scope.user_id.as_str())
        .push(" AND read_at IS NULL");
    if !ids.is_empty() {
        sql.any_of(" AND notice_id IN (", ids.iter().take(1_000).map(NoticeId::as_str));
    }
    sql.query().execute(&mut **tx).await?;
    Ok(())
}

/// How a person wants to be told, of every kind.
pub(super) async fn choices(db: &Db, partner: &PartnerId, user: &UserId) -> Result<Vec<Choice>, Error> {
    let rows = sqlx::query(
        "SELECT kind, console, email, sms FROM notice_choices WHERE partner_id = $1 AND user_id = $2",
    )
    .bind(partner.as_str())
    .bind(user.as_str())
    .fetch_all(db.read())
    .await?;
    let mut choices: Vec<Choice> = Kind::ALL.iter().map(|kind| Choice::usual(*kind)).collect();
    for row in &rows {
        let kind = Kind::parse(row.try_get(0)?);
        let (console, email, sms): (i64, i64, i64) = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
        if let Some(choice) = choices.iter_mut().find(|c| Some(c.kind) == kind) {
            (choice.console, choice.email, choice.sms) = (console == 1, email == 1, sms == 1);
        }
    }
    Ok(choices)
}

pub(super) async fn choose(tx: &mut Tx, scope: &Scope, choices: &[Choice]) -> Result<(), Error> {
    for choice in choices {
        sqlx::query("INSERT INTO notice_choices (partner_id, user_id, kind, console, email, sms) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (partner_id, user_id, kind) DO UPDATE SET console = excluded.console, email = excluded.email, sms = excluded.sms")
            .bind(scope.partner_id.as_str())
            .bind(scope.user_id.as_str())
            .bind(choice.kind.as_str())
            .bind(i64::from(choice.console))
            .bind(i64::from(choice.email))
            .bind(i64::from(choice.sms))
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Deletes notices that were read, and are old. For the cleaning job.
pub(crate) async fn clean(db: &Db, now: i64) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    sqlx::query("DELETE FROM notices WHERE at <= $1 AND read_at IS NOT NULL")
        .bind(now - KEPT)
        .execute(&mut *tx)
        .await?;
    db.commit(tx).await
}

/// A notice to write.
#[derive(Debug, Clone)]
pub(super) struct New {
    pub(super) user: UserId,
    pub(super) kind: Kind,
    pub(super) action: String,
    pub(super) subject: String,
    pub(super) actor: String,
    pub(super) count: i64,
    pub(super) amount: Option<Money>,
    pub(super) at: i64,
}

pub(super) async fn insert(tx: &mut Tx, partner: &PartnerId, notices: &[New]) -> Result<(), Error> {
    let rows = notices.iter().map(|n| {
        vec![
            partner.as_str().into(),
            crate::ids::new().into(),
            n.user.as_str().into(),
            n.kind.as_str().into(),
            n.action.as_str().into(),
            n.subject.as_str().into(),
            n.actor.as_str().into(),
            n.count.into(),
            n.amount.map(|a| a.minor).into(),
            n.amount.map(|a| a.currency.code().to_owned()).into(),
            n.at.into(),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    insert_rows(tx, "INSERT INTO notices (partner_id, notice_id, user_id, kind, action, subject, actor, rows, amount, currency, at) VALUES ", rows, "").await?;
    Ok(())
}

/// A person who may be told, with the address.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) user: UserId,
    pub(super) email: String,
    /// Confirmed; empty where there is none.
    pub(super) phone: String,
    pub(super) rights: Rights,
}

/// The partner's members.
pub(super) async fn members(db: &Db, partner: &PartnerId) -> Result<Vec<Member>, Error> {
    let rows = sqlx::query(
        "SELECT m.user_id, m.email, m.roles, m.granted, p.phone FROM members m JOIN people p ON p.person_id = m.person_id WHERE m.partner_id = $1 AND m.disabled_at IS NULL",
    )
    .bind(partner.as_str())
    .fetch_all(db.read())
    .await?;
    let member = |row: &AnyRow| {
        Ok(Member {
            user: UserId(row.try_get(0)?),
            email: row.try_get(1)?,
            rights: rights(row.try_get(2)?, row.try_get(3)?),
            phone: row.try_get(4)?,
        })
    };
    rows.iter().map(member).collect()
}

/// Whether anyone of the partner wants to be told of a kind that is silent unless asked for.
pub(super) async fn wanted(db: &Db, partner: &PartnerId, kind: Kind) -> Result<bool, Error> {
    let one: Option<i64> = sqlx::query_scalar("SELECT 1 FROM notice_choices WHERE partner_id = $1 AND kind = $2 AND (console = 1 OR email = 1 OR sms = 1) UNION ALL SELECT 1 FROM receiver_kinds WHERE partner_id = $1 AND kind = $2 LIMIT 1")
        .bind(partner.as_str())
        .bind(kind.as_str())
        .fetch_optional(db.read())
        .await?;
    Ok(one.is_some())
}

/// Whom an export, a batch or a request for approval belongs to, and since when.
pub(super) async fn owner(
    db: &Db,
    partner: &PartnerId,
    kind: Kind,
    subject: &str,
) -> Result<Option<(UserId, i64)>, Error> {
    let text = match kind {
        Kind::Export => "SELECT user_id, created_at FROM exports WHERE partner_id = $1 AND export_id = $2",
        Kind::Batch => {
            "SELECT COALESCE(started_by, user_id), created_at FROM batches WHERE partner_id = $1 AND batch_id = $2"
        }
        Kind::Approval => {
            "SELECT user_id, asked_at FROM approvals WHERE partner_id = $1 AND approval_id = $2"
        }
        Kind::Movement | Kind::SignIn | Kind::Webhook | Kind::Organisation | Kind::Security => {
            return Ok(None);
        }
    };
    let row = sqlx::query(text).bind(partner.as_str()).bind(subject).fetch_optional(db.read()).await?;
    row.map(|row| Ok((UserId(row.try_get(0)?), row.try_get(1)?))).transpose()
}

/// Whether a person had signed in at all before an entry of the trail.
pub(super) async fn had_signed_in(
    db: &Db,
    partner: &PartnerId,
    (user, _, seq): (&str, &str, i64),
) -> Result<bool, Error> {
    let one: Option<i64> = sqlx::query_scalar("SELECT 1 FROM audit_entries WHERE partner_id = $1 AND subject_id = $2 AND seq < $3 AND action = 'identity.sign_in' LIMIT 1")
        .bind(partner.as_str())
        .bind(user)
        .bind(seq)
        .fetch_optional(db.read())
        .await?;
    Ok(one.is_some())
}

/// Whether a person had signed in from an address before an entry of the trail.
pub(super) async fn known_place(
    db: &Db,
    partner: &PartnerId,
    (user, ip, seq): (&str, &str, i64),
) -> Result<bool, Error> {
    let one: Option<i64> = sqlx::query_scalar("SELECT 1 FROM audit_entries WHERE partner_id = $1 AND subject_id = $2 AND seq < $3 AND action = 'identity.sign_in' AND ip = $4 LIMIT 1")
        .bind(partner.as_str())
        .bind(user)
        .bind(seq)
        .bind(ip)
        .fetch_optional(db.read())
        .await?;
    Ok(one.is_some())
}

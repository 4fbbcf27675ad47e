//! The SQL of access keys as people see them.

use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::identity::store::permissions;
use crate::scope::Scope;
use contract::access::Permission;
use contract::error::Code;
use contract::id::{AccessKeyId, UserId};
use contract::keys::{AccessKey, KeyQuery, KeyState};
use contract::page::{COUNT_CAP, Page, Total, page_size};
use contract::time::{from_millis, to_millis};
use sqlx::Row;
use sqlx::any::AnyRow;

const COLUMNS: &str = "SELECT k.access_key, k.name, k.user_id, m.name AS owner_name, k.scopes, k.created_at, k.expires_at, k.used_at, k.used_from, k.disabled_at FROM access_keys k JOIN members m ON m.partner_id = k.partner_id AND m.user_id = k.user_id";

fn state(disabled: Option<i64>, expires: Option<i64>, now: i64) -> KeyState {
    match (disabled, expires) {
        (Some(_), _) => KeyState::Revoked,
        (None, Some(end)) if end <= now => KeyState::Expired,
        _ => KeyState::Active,
    }
}

fn key(row: &AnyRow, scope: &Scope) -> Result<AccessKey, Error> {
    let owner = UserId(row.try_get(2)?);
    let expires: Option<i64> = row.try_get(6)?;
    Ok(AccessKey {
        id: AccessKeyId(row.try_get(0)?),
        name: row.try_get(1)?,
        own: owner == scope.user_id,
        owner,
        owner_name: row.try_get(3)?,
        scopes: permissions(row.try_get(4)?),
        state: state(row.try_get(9)?, expires, scope.now),
        created_at: from_millis(row.try_get(5)?),
        expires_at: expires.map(from_millis),
        used_at: row.try_get::<Option<i64>, _>(7)?.map(from_millis),
        used_from: row.try_get(8)?,
    })
}

fn filter(sql: &mut Sql, scope: &Scope, query: &KeyQuery) {
    sql.bind(" WHERE k.partner_id = ", scope.partner_id.as_str());
    if !scope.may(Permission::MembersManage) {
        sql.bind(" AND k.user_id = ", scope.user_id.as_str());
    }
    let Some(states) = query.state.as_ref().filter(|s| !s.0.is_empty()) else { return };
    for (n, state) in states.0.iter().enumerate() {
        sql.push(if n == 0 { " AND (" } else { " OR " });
        match state {
            KeyState::Revoked => sql.push("k.disabled_at IS NOT NULL"),
            KeyState::Expired => sql.bind("k.disabled_at IS NULL AND k.expires_at <= ", scope.now),
            KeyState::Active => sql
                .bind("k.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ", scope.now)
                .push(")"),
        };
    }
    sql.push(")");
}

/// A page of keys, newest first: the person's, or with the right to manage members the partner's.
pub(super) async fn list(db: &Db, scope: &Scope, query: &KeyQuery) -> Result<Page<AccessKey>, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let limit = page_size(query.limit);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    let mut sql = Sql::new(COLUMNS);
    filter(&mut sql, scope, query);
    if let Some(cursor) = &from {
        let at: i64 = cursor.value.parse().map_err(|_| Code::BadRequest)?;
        sql.push(" AND (k.created_at, k.access_key)")
            .bind(if backwards { " > (" } else { " < (" }, at)
            .bind(", ", &cursor.id)
            .push(")");
    }
    sql.push(if backwards {
        " ORDER BY k.created_at, k.access_key"
    } else {
        " ORDER BY k.created_at DESC, k.access_key DESC"
    })
    .bind(" LIMIT ", i64::from(limit) + 1);
    let mut connection = db.read().acquire().await?;
    let rows = sql.prepared().fetch_all(&mut *connection).await?;
    let found = rows.iter().map(|row| key(row, scope)).collect::<Result<Vec<_>, Error>>()?;
    let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM access_keys k");
    filter(&mut count, scope, query);
    count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let counted: i64 = count.prepared().fetch_one(&mut *connection).await?.try_get(0)?;
    let at = |k: &AccessKey| (to_millis(k.created_at).to_string(), k.id.to_string());
    let (items, next, previous) = page(found, limit as usize, from.as_ref(), at);
    Ok(Page { items, next, previous, total: Total::capped(counted) })
}

/// A key that a call has made.
pub(super) struct Made {
    pub(super) id: AccessKeyId,
    pub(super) sealed: String,
    pub(super) created_at: i64,
    name: String,
    scopes: Vec<Permission>,
    expires_at: Option<i64>,
}

impl Made {
    /// Whether it is what this content asks for.
    pub(super) fn is_like(&self, name: &str, scopes: &[Permission], span: Option<i64>) -> bool {
        let sorted = |all: &[Permission]| {
            let mut all = all.to_vec();
            all.sort_unstable();
            all
        };
        let own = self.expires_at.map(|end| end - self.created_at);
        self.name == name && sorted(&self.scopes) == sorted(scopes) && own == span
    }
}

/// The person's key that a call has made already.
pub(super) async fn made_by(tx: &mut Tx, scope: &Scope, call: &str) -> Result<Option<Made>, Error> {
    let row = sqlx::query("SELECT access_key, sealed_secret, created_at, name, scopes, expires_at FROM access_keys WHERE partner_id = $1 AND user_id = $2 AND made_by = $3")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .bind(call)
        .fetch_optional(&mut **tx)
        .await?;
    let made = |row: AnyRow| {
        Ok(Made {
            id: AccessKeyId(row.try_get(0)?),
            sealed: row.try_get(1)?,
            created_at: row.try_get(2)?,
            name: row.try_get(3)?,
            scopes: permissions(row.try_get(4)?),
            expires_at: row.try_get(5)?,
        })
    };
    row.map(made).transpose()
}

/// How many active keys the person has.
pub(super) async fn active(tx: &mut Tx, scope: &Scope, now: i64) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM access_keys WHERE partner_id = $1 AND user_id = $2 AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > $3)")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .bind(now)
        .fetch_one(&mut **tx)
        .await?)
}

/// Ends a key. Answers its name, if there was one to end.
pub(super) async fn end(
    tx: &mut Tx,
    scope: &Scope,
    id: &AccessKeyId,
    anybodys: bool,
    now: i64,
) -> Result<Option<String>, Error> {
    let mut sql = Sql::new("UPDATE access_keys SET disabled_at = ");
    sql.bind("", now)
        .bind(" WHERE partner_id = ", scope.partner_id.as_str())
        .bind(" AND access_key = ", id.as_str())
        .push(" AND disabled_at IS NULL");
    if !anybodys {
        sql.bind(" AND user_id = ", scope.user_id.as_str());
    }
    sql.push(" RETURNING name");
    let row = sql.prepared().fetch_optional(&mut **tx).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

//! The SQL of members and roles.

use crate::assignments::store as assignments;
use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, Tx, search};
use crate::error::Error;
use crate::identity::store::{rights, words};
use crate::scope::Scope;
use contract::access::{Permission, Role};
use contract::error::Code;
use contract::id::{PartnerId, RoleId, UserId};
use contract::identity::RoleName;
use contract::organisation::{Member, MemberQuery};
use contract::page::{COUNT_CAP, Page, Total, page_size};
use contract::time::from_millis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;

/// A custom role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Custom {
    pub(super) id: RoleId,
    pub(super) name: String,
    pub(super) permissions: Vec<Permission>,
    pub(super) version: i64,
}

/// A member as stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) roles: Vec<RoleId>,
    pub(super) rights: contract::access::Rights,
    pub(super) supervisor: Option<UserId>,
    pub(super) version: i64,
    supervisor_name: String,
    since: i64,
    seen: Option<i64>,
}

const COLUMNS: &str = "SELECT m.user_id, m.name, m.email, m.roles, m.granted, m.supervisor_id, m.version, COALESCE(b.name, '') AS supervisor_name, m.created_at, (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.partner_id = m.partner_id AND s.user_id = m.user_id) AS seen FROM members m LEFT JOIN members b ON b.partner_id = m.partner_id AND b.user_id = m.supervisor_id";

fn stored(row: &AnyRow) -> Result<Stored, Error> {
    let roles: String = row.try_get(3)?;
    Ok(Stored {
        id: UserId(row.try_get(0)?),
        name: row.try_get(1)?,
        email: row.try_get(2)?,
        rights: rights(&roles, row.try_get(4)?),
        roles: roles.split_whitespace().map(RoleId::from).collect(),
        supervisor: row.try_get::<Option<String>, _>(5)?.map(UserId),
        version: row.try_get(6)?,
        supervisor_name: row.try_get(7)?,
        since: row.try_get(8)?,
        seen: row.try_get(9)?,
    })
}

/// Roles with the names of custom ones.
pub(super) fn named(roles: &[RoleId], customs: &BTreeMap<RoleId, Custom>) -> Vec<RoleName> {
    let name = |id: &RoleId| RoleName {
        name: customs.get(id).map(|c| c.name.clone()).unwrap_or_default(),
        id: id.clone(),
    };
    roles.iter().map(name).collect()
}

impl Stored {
    /// As the console shows it.
    pub(super) fn view(self, scope: &Scope, customs: &BTreeMap<RoleId, Custom>) -> Member {
        Member {
            own: self.id == scope.user_id,
            roles: named(&self.roles, customs),
            sight: self.rights.sight,
            id: self.id,
            name: self.name,
            email: self.email,
            supervisor: self.supervisor,
            supervisor_name: self.supervisor_name,
            since: from_millis(self.since),
            seen: self.seen.map(from_millis),
            version: self.version,
        }
    }
}

fn filter(sql: &mut Sql, scope: &Scope, query: &MemberQuery) {
    sql.bind(" WHERE m.partner_id = ", scope.partner_id.as_str()).push(" AND m.disabled_at IS NULL");
    if let Some(q) = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let like = search::like(&q.to_lowercase());
        sql.bind(" AND (LOWER(m.name) LIKE ", &like)
            .bind(" ESCAPE '\\' OR m.email LIKE ", &like)
            .push(" ESCAPE '\\')");
    }
    if let Some(roles) = &query.role {
        for (n, role) in roles.0.iter().enumerate() {
            sql.bind(if n == 0 { " AND (m.roles LIKE " } else { " OR m.roles LIKE " }, has(role))
                .push(" ESCAPE '\\'");
        }
        if !roles.0.is_empty() {
            sql.push(")");
        }
    }
}

/// A pattern for a role among a member's.
fn has(role: &RoleId) -> String {
    search::like(&words([role.as_str()]))
}

/// A page of the partner's active members, the longest there first.
pub(super) async fn list(db: &Db, scope: &Scope, query: &MemberQuery) -> Result<Page<Member>, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let limit = page_size(query.limit);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    let mut sql = Sql::new(COLUMNS);
    filter(&mut sql, scope, query);
    if let Some(cursor) = &from {
        let since: i64 = cursor.value.parse().map_err(|_| Code::BadRequest)?;
        sql.push(" AND (m.created_at, m.user_id)")
            .bind(if backwards { " < (" } else { " > (" }, since)
            .bind(", ", &cursor.id)
            .push(")");
    }
    sql.push(if backwards {
        " ORDER BY m.created_at DESC, m.user_id DESC"
    } else {
        " ORDER BY m.created_at, m.user_id"
    })
    .bind(" LIMIT ", i64::from(limit) + 1);
    let mut connection = db.read().acquire().await?;
    let rows = sql.prepared().fetch_all(&mut *connection).await?;
    let found = rows.iter().map(stored).collect::<Result<Vec<_>, Error>>()?;
    let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM members m");
    filter(&mut count, scope, query);
    count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let counted: i64 = count.prepared().fetch_one(&mut *connection).await?.try_get(0)?;
    let (items, next, previous) =
        page(found, limit as usize, from.as_ref(), |m| (m.since.to_string(), m.id.to_string()));
    let customs = customs(&mut connection, &scope.partner_id).await?;
    let items = items.into_iter().map(|m| m.view(scope, &customs)).collect();
    Ok(Page { items, next, previous, total: Total::capped(counted) })
}

/// An active member, or `NotFound`.
pub(super) async fn member(
    connection: &mut AnyConnection,
    scope: &Scope,
    id: &UserId,
) -> Result<Stored, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE m.partner_id = ", scope.partner_id.as_str())
        .bind(" AND m.user_id = ", id.as_str())
        .push(" AND m.disabled_at IS NULL");
    let row = sql.prepared().fetch_optional(connection).await?.ok_or(Code::NotFound)?;
    stored(&row)
}

/// How many active members have a role.
pub(super) async fn count_with(
    connection: &mut AnyConnection,
    scope: &Scope,
    role: &RoleId,
) -> Result<i64, Error> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM members");
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str())
        .push(" AND disabled_at IS NULL")
        .bind(" AND roles LIKE ", has(role))
        .push(" ESCAPE '\\'");
    Ok(sql.prepared().fetch_one(connection).await?.try_get(0)?)
}

/// Gives a member roles and a supervisor, if the version is still the one that was looked at.
pub(super) async fn set_member(
    tx: &mut Tx,
    scope: &Scope,
    (id, version): (&UserId, i64),
    (roles, granted): (&[RoleId], &str),
    supervisor: Option<&UserId>,
) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE members SET roles = $1, granted = $2, supervisor_id = $3, version = version + 1 WHERE partner_id = $4 AND user_id = $5 AND version = $6 AND disabled_at IS NULL")
        .bind(words(roles.iter().map(RoleId::as_str)))
        .bind(granted)
        .bind(supervisor.map(ToString::to_string))
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(version)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a membership, with all that hangs on it. Answers how many customers were the member's.
pub(super) async fn unbind(tx: &mut Tx, scope: &Scope, id: &UserId) -> Result<u64, Error> {
    for text in [
        "UPDATE members SET disabled_at = $1, version = version + 1 WHERE partner_id = $2 AND user_id = $3",
        "UPDATE access_keys SET disabled_at = $1 WHERE partner_id = $2 AND user_id = $3 AND disabled_at IS NULL",
    ] {
        sqlx::query(text)
            .bind(scope.now)
            .bind(scope.partner_id.as_str())
            .bind(id.as_str())
            .execute(&mut **tx)
            .await?;
    }
    assignments::release(tx, scope, id).await?;
    let mut released = 0;
    for text in [
        "UPDATE members SET supervisor_id = NULL, version = version + 1 WHERE partner_id = $1 AND supervisor_id = $2",
        "UPDATE sessions SET viewing_id = NULL WHERE partner_id = $1 AND viewing_id = $2",
        "UPDATE invitations SET state = 'cancelled' WHERE partner_id = $1 AND inviter_id = $2 AND state = 'invited'",
        "UPDATE customers SET manager_id = NULL WHERE partner_id = $1 AND manager_id = $2",
    ] {
        let done =
            sqlx::query(text).bind(scope.partner_id.as_str()).bind(id.as_str()).execute(&mut **tx).await?;
        // The last of them are the customers.
        released = done.rows_affected();
    }
    Ok(released)
}

/// The partner's custom roles.
pub(super) async fn customs(
    connection: &mut AnyConnection,
    partner: &PartnerId,
) -> Result<BTreeMap<RoleId, Custom>, Error> {
    let rows = sqlx::query("SELECT role_id, name, permissions, version FROM roles WHERE partner_id = $1")
        .bind(partner.as_str())
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let id = RoleId(row.try_get(0)?);
            let permissions: String = row.try_get(2)?;
            let permissions = permissions.split_whitespace().filter_map(Permission::parse).collect();
            Ok((id.clone(), Custom { id, name: row.try_get(1)?, permissions, version: row.try_get(3)? }))
        })
        .collect()
}

/// Adds a custom role.
pub(super) async fn insert_role(tx: &mut Tx, scope: &Scope, role: &Custom) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO roles (partner_id, role_id, name, permissions, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(scope.partner_id.as_str())
    .bind(role.id.as_str())
    .bind(role.name.as_str())
    .bind(words(role.permissions.iter().map(|p| p.as_str())))
    .bind(scope.now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes a custom role, and what members who have it may do.
pub(super) async fn set_role(
    tx: &mut Tx,
    scope: &Scope,
    role: &Custom,
    customs: &BTreeMap<RoleId, Custom>,
) -> Result<(), Error> {
    sqlx::query("UPDATE roles SET name = $1, permissions = $2, version = version + 1 WHERE partner_id = $3 AND role_id = $4")
        .bind(role.name.as_str())
        .bind(words(role.permissions.iter().map(|p| p.as_str())))
        .bind(scope.partner_id.as_str())
        .bind(role.id.as_str())
        .execute(&mut **tx)
        .await?;
    let mut sql = Sql::new("SELECT user_id, roles FROM members");
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str())
        .bind(" AND roles LIKE ", has(&role.id))
        .push(" ESCAPE '\\'");
    for row in sql.query().fetch_all(&mut **tx).await? {
        let (user, roles): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let roles: Vec<RoleId> = roles.split_whitespace().map(RoleId::from).collect();
        sqlx::query("UPDATE members SET granted = $1 WHERE partner_id = $2 AND user_id = $3")
            .bind(granted(&roles, customs))
            .bind(scope.partner_id.as_str())
            .bind(user)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Deletes a custom role.
pub(super) async fn delete_role(tx: &mut Tx, scope: &Scope, id: &RoleId) -> Result<(), Error> {
    sqlx::query("DELETE FROM roles WHERE partner_id = $1 AND role_id = $2")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What the custom ones among roles allow, as it is kept with a member.
pub(super) fn granted(roles: &[RoleId], customs: &BTreeMap<RoleId, Custom>) -> String {
    let mut permissions: Vec<Permission> =
        roles.iter().filter_map(|r| customs.get(r)).flat_map(|c| c.permissions.iter().copied()).collect();
    permissions.sort_unstable();
    permissions.dedup();
    words(permissions.iter().map(|p| p.as_str()))
}

/// Whether a role is one of the presets.
pub(super) fn is_preset(id: &RoleId) -> bool {
    Role::parse(id.as_str()).is_some()
}

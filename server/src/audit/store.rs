//! The SQL of reading and checking the audit trail.

use super::chain;
use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, search};
use crate::error::Error;
use crate::scope::Scope;
use contract::audit::{AuditEntry, AuditQuery};
use contract::page::{COUNT_CAP, Page, Total, page_size};
use contract::time::from_millis;
use sqlx::Row;
use sqlx::any::AnyRow;

const COLUMNS: &str =
    "SELECT partner_id, seq, at, actor, action, subject, detail, ip, request_id, hash FROM audit_entries";

/// Entries of the partner's trail, newest first.
///
/// # Errors
/// A database that does not answer, or a cursor that is none.
pub async fn list(db: &Db, scope: &Scope, query: &AuditQuery) -> Result<Page<AuditEntry>, Error> {
    let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM audit_entries");
    count.bind(" WHERE partner_id = ", scope.partner_id.as_str());
    filter(&mut count, scope, query);
    count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let counted: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
    let (items, next, previous) = cut(db, scope, query, page_size(query.limit)).await?;
    Ok(Page { items, next, previous, total: Total::capped(counted) })
}

/// So many entries from the query's page on, and the cursor after them.
///
/// # Errors
/// A database that does not answer, or a cursor that is none.
pub async fn entries_from(
    db: &Db,
    scope: &Scope,
    query: &AuditQuery,
    count: u32,
) -> Result<(Vec<AuditEntry>, Option<String>), Error> {
    let (items, next, _) = cut(db, scope, query, count).await?;
    Ok((items, next))
}

type Cut = (Vec<AuditEntry>, Option<String>, Option<String>);

async fn cut(db: &Db, scope: &Scope, query: &AuditQuery, limit: u32) -> Result<Cut, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str());
    filter(&mut sql, scope, query);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    if let Some(cursor) = &from {
        let seq: i64 = cursor.value.parse().map_err(|_| contract::error::Code::BadRequest)?;
        sql.bind(if backwards { " AND seq > " } else { " AND seq < " }, seq);
    }
    sql.push(if backwards { " ORDER BY seq" } else { " ORDER BY seq DESC" })
        .bind(" LIMIT ", i64::from(limit) + 1);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let entries = rows.iter().map(entry).collect::<Result<Vec<_>, Error>>()?;
    Ok(page(entries, limit as usize, from.as_ref(), |e| (e.seq.to_string(), String::new())))
}

fn filter(sql: &mut Sql, scope: &Scope, query: &AuditQuery) {
    if let Some(subject) = query.subject.as_deref().filter(|s| !s.is_empty()) {
        sql.bind(" AND subject_id = ", subject);
    }
    if let Some(q) = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        sql.bind(" AND (LOWER(actor) LIKE ", search::like(&q.to_lowercase()))
            .bind(" ESCAPE '\\' OR subject_id = ", q)
            .bind(" OR request_id = ", q)
            .push(")");
    }
    if let Some(areas) = &query.area {
        for (n, area) in areas.0.iter().enumerate() {
            // An area is letters: nothing in it means more to LIKE.
            let letters: String = area.chars().filter(char::is_ascii_alphabetic).collect();
            sql.bind(if n == 0 { " AND (action LIKE " } else { " OR action LIKE " }, format!("{letters}.%"));
        }
        sql.push(")");
    }
    if let Some(days) = query.at {
        let (from, until) = days.millis(from_millis(scope.now));
        if let Some(from) = from {
            sql.bind(" AND at >= ", from);
        }
        if let Some(until) = until {
            sql.bind(" AND at < ", until);
        }
    }
}

fn entry(row: &AnyRow) -> Result<AuditEntry, Error> {
    Ok(AuditEntry {
        seq: row.try_get(1)?,
        at: from_millis(row.try_get(2)?),
        actor: row.try_get(3)?,
        action: row.try_get(4)?,
        subject: row.try_get(5)?,
        detail: row.try_get(6)?,
        ip: row.try_get(7)?,
        request_id: row.try_get(8)?,
        hash: row.try_get(9)?,
    })
}

/// Where each partner's chain ends: the partner, the number of the last entry, its hash.
///
/// # Errors
/// A database that does not answer.
pub async fn ends(db: &Db) -> Result<Vec<(String, i64, String)>, Error> {
    let heads = sqlx::query("SELECT partner_id, seq, hash FROM audit_heads ORDER BY partner_id")
        .fetch_all(db.read())
        .await?;
    heads.iter().map(|head| Ok((head.try_get(0)?, head.try_get(1)?, head.try_get(2)?))).collect()
}

/// Recomputes every partner's chain. Answers the number of entries, and what differs.
///
/// # Errors
/// A database that does not answer.
pub async fn verify(db: &Db) -> Result<(i64, Vec<String>), Error> {
    const CHUNK: i64 = 5_000;
    let (mut count, mut problems) = (0, Vec::new());
    for (partner, last, end) in ends(db).await? {
        let (mut seq, mut hash) = (0_i64, String::new());
        loop {
            let mut sql = Sql::new(COLUMNS);
            sql.bind(" WHERE partner_id = ", &partner)
                .bind(" AND seq > ", seq)
                .bind(" ORDER BY seq LIMIT ", CHUNK);
            let rows = sql.prepared().fetch_all(db.read()).await?;
            for row in &rows {
                let at: i64 = row.try_get(2)?;
                let found = entry(row)?;
                let fields = [
                    partner.as_str(),
                    &found.seq.to_string(),
                    &at.to_string(),
                    &found.actor,
                    &found.action,
                    &found.subject,
                    &found.detail,
                    &found.ip,
                    &found.request_id,
                ];
                hash = chain(&hash, &fields);
                if found.seq != seq + 1 || hash != found.hash {
                    problems.push(format!(
                        "audit {partner}: entry {} does not follow from the one before",
                        found.seq
                    ));
                    // Go on from what is stored, so that one break is told once.
                    hash = found.hash;
                }
                seq = found.seq;
                count += 1;
            }
            if rows.is_empty() {
                break;
            }
        }
        if seq != last || hash != end {
            problems.push(format!("audit {partner}: the chain ends at {seq}, not at {last}"));
        }
    }
    let loose: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM audit_entries WHERE partner_id NOT IN (SELECT partner_id FROM audit_heads)",
    )
    .fetch_one(db.read())
    .await?;
    if loose > 0 {
        problems.push(format!("audit: {loose} entries belong to no chain"));
    }
    Ok((count, problems))
}

//! What became of a customer's relation to the partner: reported, invited, associated, assigned, switched.

use crate::db::Db;
use crate::error::Error;
use crate::scope::Scope;
use contract::associations::{Kind, Milestone, MilestoneKind as Mark, State};
use contract::customers::{AssociationType, CustomerRow};
use contract::time::{from_millis, to_millis};
use sqlx::{AnyConnection, Row};

/// The most moments of each kind.
const MOST: i64 = 100;

fn mark(at: i64, kind: Mark, by: String) -> Milestone {
    Milestone { at: from_millis(at), kind, association: None, manager: String::new(), by, state: None }
}

/// All of it, newest first.
pub(super) async fn of(db: &Db, scope: &Scope, customer: &CustomerRow) -> Result<Vec<Milestone>, Error> {
    let mut connection = db.read().acquire().await?;
    let key = (scope.partner_id.as_str(), customer.id.as_str());
    let mut all = relations(&mut connection, key, customer).await?;
    all.extend(reports(&mut connection, key).await?);
    all.extend(managers(&mut connection, key).await?);
    all.extend(requests(&mut connection, key).await?);
    // Of one moment what came last stands first; the sort keeps the order of the sources.
    all.sort_by_key(|one| std::cmp::Reverse(to_millis(one.at)));
    Ok(all)
}

/// Times with the partner. What was associated before times were kept has only its beginning.
async fn relations(
    connection: &mut AnyConnection,
    key: (&str, &str),
    customer: &CustomerRow,
) -> Result<Vec<Milestone>, Error> {
    let rows = sqlx::query("SELECT association, begun_at, begun_by, ended_at, ended_by FROM customer_relations WHERE partner_id = $1 AND customer_id = $2 ORDER BY begun_at, relation_id LIMIT $3")
        .bind(key.0)
        .bind(key.1)
        .bind(MOST)
        .fetch_all(connection)
        .await?;
    let mut all: Vec<Milestone> = Vec::new();
    let mut last_end = None::<(i64, String)>;
    for row in &rows {
        let begun: i64 = row.try_get(1)?;
        let goes_on = last_end.as_ref().is_some_and(|(ended, _)| *ended == begun);
        if let (Some((ended, by)), false) = (last_end.take(), goes_on) {
            all.push(mark(ended, Mark::Ended, by));
        }
        let kind = if goes_on { Mark::Switched } else { Mark::Associated };
        let association = AssociationType::from_code(row.try_get(0)?);
        all.push(Milestone { association, ..mark(begun, kind, row.try_get(2)?) });
        let by: String = row.try_get(4)?;
        last_end = row.try_get::<Option<i64>, _>(3)?.map(|ended| (ended, by));
    }
    if all.is_empty() {
        let since = to_millis(customer.associated_on);
        all.push(Milestone {
            association: Some(customer.association),
            ..mark(since, Mark::Associated, String::new())
        });
    }
    Ok(all)
}

async fn reports(connection: &mut AnyConnection, key: (&str, &str)) -> Result<Vec<Milestone>, Error> {
    let rows = sqlx::query(
        "SELECT reported_at, reporter FROM prospects WHERE partner_id = $1 AND customer_id = $2 LIMIT $3",
    )
    .bind(key.0)
    .bind(key.1)
    .bind(MOST)
    .fetch_all(&mut *connection)
    .await?;
    let mut all = Vec::new();
    for row in rows {
        all.push(mark(row.try_get(0)?, Mark::Reported, row.try_get(1)?));
    }
    let rows = sqlx::query("SELECT sent_at, inviter FROM customer_invitations WHERE partner_id = $1 AND customer_id = $2 AND kind = 'mail' LIMIT $3")
        .bind(key.0)
        .bind(key.1)
        .bind(MOST)
        .fetch_all(connection)
        .await?;
    for row in rows {
        all.push(mark(row.try_get(0)?, Mark::Invited, row.try_get(1)?));
    }
    Ok(all)
}

async fn managers(connection: &mut AnyConnection, key: (&str, &str)) -> Result<Vec<Milestone>, Error> {
    let rows = sqlx::query("SELECT h.from_at, COALESCE(u.name, ''), h.assigned_by FROM customer_managers h LEFT JOIN members u ON u.partner_id = h.partner_id AND u.user_id = h.manager_id WHERE h.partner_id = $1 AND h.customer_id = $2 AND h.from_at > 0 ORDER BY h.from_at DESC LIMIT $3")
        .bind(key.0)
        .bind(key.1)
        .bind(MOST)
        .fetch_all(connection)
        .await?;
    let mut all = Vec::new();
    for row in rows {
        let manager: String = row.try_get(1)?;
        let kind = if manager.is_empty() { Mark::Unassigned } else { Mark::Assigned };
        all.push(Milestone { manager, ..mark(row.try_get(0)?, kind, row.try_get(2)?) });
    }
    Ok(all)
}

async fn requests(connection: &mut AnyConnection, key: (&str, &str)) -> Result<Vec<Milestone>, Error> {
    let rows = sqlx::query("SELECT kind, asked_at, actor, state, answered_at, answered_by, after_type FROM association_requests WHERE partner_id = $1 AND customer_id = $2 ORDER BY asked_at DESC LIMIT $3")
        .bind(key.0)
        .bind(key.1)
        .bind(MOST)
        .fetch_all(connection)
        .await?;
    let mut all = Vec::new();
    for row in rows {
        let word: String = row.try_get(0)?;
        let kind = if Kind::parse(&word) == Some(Kind::End) { Mark::EndAsked } else { Mark::SwitchAsked };
        let association = row.try_get::<Option<i64>, _>(6)?.and_then(AssociationType::from_code);
        let state: String = row.try_get(3)?;
        let state = State::parse(&state).filter(|s| !matches!(s, State::Pending | State::Done));
        // What was carried out is told by what it did.
        if let (Some(state), Some(at)) = (state, row.try_get::<Option<i64>, _>(4)?) {
            all.push(Milestone { state: Some(state), ..mark(at, Mark::NotDone, row.try_get(5)?) });
        }
        all.push(Milestone { association, ..mark(row.try_get(1)?, kind, row.try_get(2)?) });
    }
    Ok(all)
}

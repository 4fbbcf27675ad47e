//! The SQL of assignments.

use crate::db::{Db, Sql, Tx, Value, insert_rows};
use crate::error::Error;
use crate::ids;
use crate::scope::Scope;
use contract::assignments::{Managed, ManagerCount};
use contract::customers::Manager;
use contract::id::{CustomerId, PartnerId, UserId};
use contract::page::COUNT_CAP;
use contract::time::{bill_day, from_millis};
use sqlx::Row;

/// The last change of a customer's manager.
#[derive(Debug, Clone)]
pub(super) struct Last {
    /// When, in milliseconds since 1970.
    pub(super) at: i64,
    /// Who.
    pub(super) by: String,
}

/// A customer as it is assigned now.
#[derive(Debug, Clone)]
pub(super) struct Now {
    pub(super) id: CustomerId,
    pub(super) name: String,
    pub(super) manager: Option<Manager>,
    pub(super) last: Option<Last>,
}

/// The customers among these that the person sees.
pub(super) async fn present(tx: &mut Tx, scope: &Scope, ids: &[CustomerId]) -> Result<Vec<Now>, Error> {
    let mut sql = Sql::new(
        "SELECT c.customer_id, CASE WHEN c.name = '' THEN c.account_name ELSE c.name END, c.manager_id, COALESCE(u.name, ''), h.from_at, h.assigned_by FROM customers c LEFT JOIN members u ON u.partner_id = c.partner_id AND u.user_id = c.manager_id LEFT JOIN customer_managers h ON h.partner_id = c.partner_id AND h.customer_id = c.customer_id AND h.until_at IS NULL",
    );
    sql.bind(" WHERE c.partner_id = ", scope.partner_id.as_str())
        .any_of(" AND c.customer_id IN (", ids.iter().map(CustomerId::as_str));
    if let Some(managers) = &scope.managers {
        sql.any_of(" AND c.manager_id IN (", managers.iter().map(UserId::as_str));
    }
    let rows = sql.query().fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            let manager: Option<String> = row.try_get(2)?;
            let name: String = row.try_get(3)?;
            let at: Option<i64> = row.try_get(4)?;
            let by: Option<String> = row.try_get(5)?;
            Ok(Now {
                id: CustomerId(row.try_get(0)?),
                name: row.try_get(1)?,
                manager: manager.map(|id| Manager { id: UserId(id), name }),
                last: at.zip(by).map(|(at, by)| Last { at, by }),
            })
        })
        .collect()
}

/// Gives customers another manager from now on, and ends the time of the one before.
pub(super) async fn assign(
    tx: &mut Tx,
    scope: &Scope,
    customers: &[Now],
    manager: Option<&Manager>,
    now: i64,
) -> Result<(), Error> {
    if customers.is_empty() {
        return Ok(());
    }
    let ids = || customers.iter().map(|c| c.id.as_str());
    let (partner, today) = (scope.partner_id.as_str(), bill_day(from_millis(now)).to_string());
    let mut ended = Sql::new("UPDATE customer_managers SET");
    ended
        .bind(" until_at = ", now)
        .bind(", until_day = ", today.as_str())
        .bind(" WHERE partner_id = ", partner)
        .push(" AND until_at IS NULL")
        .any_of(" AND customer_id IN (", ids());
    ended.query().execute(&mut **tx).await?;
    let manager = manager.map(|m| m.id.as_str());
    let row =
        |customer: &Now, of: Option<&str>, (from, day): (i64, &str), until: Option<(i64, &str)>, by: &str| {
            let row: Vec<Value> = vec![
                partner.into(),
                ids::new().into(),
                customer.id.as_str().into(),
                of.map(str::to_owned).into(),
                from.into(),
                day.into(),
                until.map(|u| u.0).into(),
                until.map(|u| u.1.to_owned()).into(),
                by.into(),
            ];
            row
        };
    let mut rows = Vec::with_capacity(customers.len());
    for customer in customers {
        // The time before the first change is not kept anywhere else.
        if let (Some(before), None) = (&customer.manager, &customer.last) {
            rows.push(row(customer, Some(before.id.as_str()), (0, ""), Some((now, &today)), ""));
        }
        rows.push(row(customer, manager, (now, &today), None, &scope.actor));
    }
    let into = "INSERT INTO customer_managers (partner_id, assignment_id, customer_id, manager_id, from_at, from_day, until_at, until_day, assigned_by) VALUES ";
    insert_rows(tx, into, rows, "").await?;
    let mut set = Sql::new("UPDATE customers SET");
    match manager {
        Some(manager) => set.bind(" manager_id = ", manager),
        None => set.push(" manager_id = NULL"),
    };
    set.bind(" WHERE partner_id = ", partner).any_of(" AND customer_id IN (", ids());
    set.query().execute(&mut **tx).await?;
    Ok(())
}

/// Who has managed a customer, newest first.
pub(super) async fn managed(db: &Db, scope: &Scope, id: &CustomerId) -> Result<Vec<Managed>, Error> {
    let rows = sqlx::query("SELECT COALESCE(u.name, ''), h.from_at, h.until_at, h.assigned_by FROM customer_managers h LEFT JOIN members u ON u.partner_id = h.partner_id AND u.user_id = h.manager_id WHERE h.partner_id = $1 AND h.customer_id = $2 ORDER BY h.from_at DESC, h.assignment_id DESC LIMIT 200")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .fetch_all(db.read())
        .await?;
    rows.iter()
        .map(|row| {
            let from: i64 = row.try_get(1)?;
            Ok(Managed {
                manager: row.try_get(0)?,
                from: (from > 0).then(|| from_millis(from)),
                until: row.try_get::<Option<i64>, _>(2)?.map(from_millis),
                by: row.try_get(3)?,
            })
        })
        .collect()
}

/// The managers that the person sees, with how many customers each has.
pub(super) async fn counts(db: &Db, scope: &Scope) -> Result<Vec<ManagerCount>, Error> {
    let mut sql = Sql::new(
        "SELECT u.user_id, u.name, u.email, (SELECT COUNT(*) FROM (SELECT 1 AS one FROM customers c WHERE c.partner_id = u.partner_id AND c.manager_id = u.user_id",
    );
    sql.bind(" LIMIT ", COUNT_CAP + 1)
        .push(") AS counted) FROM members u")
        .bind(" WHERE u.partner_id = ", scope.partner_id.as_str())
        .push(" AND u.disabled_at IS NULL AND (u.roles LIKE '% customer_manager %' OR u.roles LIKE '% customer_supervisor %')");
    if let Some(managers) = &scope.managers {
        sql.any_of(" AND u.user_id IN (", managers.iter().map(UserId::as_str));
    }
    sql.push(" ORDER BY u.name, u.user_id LIMIT 500");
    let rows = sql.prepared().fetch_all(db.read()).await?;
    rows.iter()
        .map(|row| {
            let counted: i64 = row.try_get(3)?;
            Ok(ManagerCount {
                manager: Manager { id: UserId(row.try_get(0)?), name: row.try_get(1)? },
                email: row.try_get(2)?,
                customers: counted.min(COUNT_CAP),
                more: counted > COUNT_CAP,
            })
        })
        .collect()
}

/// Ends the times of a manager who leaves. The customers have none from then on.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn release(tx: &mut Tx, scope: &Scope, manager: &UserId) -> Result<(), Error> {
    let today = bill_day(from_millis(scope.now)).to_string();
    // Whoever was never assigned otherwise has had this manager from the beginning.
    sqlx::query("INSERT INTO customer_managers (partner_id, assignment_id, customer_id, manager_id, from_at, from_day, assigned_by) SELECT c.partner_id, 'first-' || c.customer_id, c.customer_id, c.manager_id, 0, '', '' FROM customers c WHERE c.partner_id = $1 AND c.manager_id = $2 AND NOT EXISTS (SELECT 1 FROM customer_managers h WHERE h.partner_id = c.partner_id AND h.customer_id = c.customer_id)")
        .bind(scope.partner_id.as_str())
        .bind(manager.as_str())
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE customer_managers SET until_at = $1, until_day = $2 WHERE partner_id = $3 AND manager_id = $4 AND until_at IS NULL")
        .bind(scope.now)
        .bind(today)
        .bind(scope.partner_id.as_str())
        .bind(manager.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends the time of the manager of a customer who leaves the partner; one that was never written down is first.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn close(
    tx: &mut Tx,
    (partner, customer): (&PartnerId, &CustomerId),
    manager: Option<&UserId>,
    now: i64,
) -> Result<(), Error> {
    let today = bill_day(from_millis(now)).to_string();
    sqlx::query("INSERT INTO customer_managers (partner_id, assignment_id, customer_id, manager_id, from_at, from_day, assigned_by) SELECT p.partner_id, $2, $3, $4, 0, '', '' FROM partners p WHERE p.partner_id = $1 AND NOT EXISTS (SELECT 1 FROM customer_managers h WHERE h.partner_id = p.partner_id AND h.customer_id = $3)")
        .bind(partner.as_str())
        .bind(ids::new())
        .bind(customer.as_str())
        .bind(manager.map(ToString::to_string))
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE customer_managers SET until_at = $1, until_day = $2 WHERE partner_id = $3 AND customer_id = $4 AND until_at IS NULL")
        .bind(now)
        .bind(today)
        .bind(partner.as_str())
        .bind(customer.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Begins the time of the manager of a customer who is associated. Who was the partner's before has times already, and
/// what lies between is nobody's; without either there is nothing to write down.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn begin(
    tx: &mut Tx,
    (partner, customer): (&PartnerId, &CustomerId),
    manager: Option<&UserId>,
    now: i64,
) -> Result<(), Error> {
    if manager.is_none() {
        let before =
            sqlx::query("SELECT 1 FROM customer_managers WHERE partner_id = $1 AND customer_id = $2 LIMIT 1")
                .bind(partner.as_str())
                .bind(customer.as_str())
                .fetch_optional(&mut **tx)
                .await?;
        if before.is_none() {
            return Ok(());
        }
    }
    let row: Vec<Value> = vec![
        partner.as_str().into(),
        ids::new().into(),
        customer.as_str().into(),
        manager.map(ToString::to_string).into(),
        now.into(),
        bill_day(from_millis(now)).to_string().into(),
        "".into(),
    ];
    let into = "INSERT INTO customer_managers (partner_id, assignment_id, customer_id, manager_id, from_at, from_day, assigned_by) VALUES ";
    insert_rows(tx, into, vec![row], "").await?;
    Ok(())
}

/// Narrows lines `l` with a `day` to the days on which the person's managers had the customer.
pub(crate) fn narrow(sql: &mut Sql, scope: &Scope) {
    let Some(managers) = &scope.managers else { return };
    sql.push(" AND (NOT EXISTS (SELECT 1 FROM customer_managers h WHERE h.partner_id = l.partner_id AND h.customer_id = l.customer_id) OR EXISTS (SELECT 1 FROM customer_managers h WHERE h.partner_id = l.partner_id AND h.customer_id = l.customer_id AND l.day >= h.from_day AND (h.until_day IS NULL OR l.day < h.until_day)")
        .any_of(" AND h.manager_id IN (", managers.iter().map(UserId::as_str))
        .push("))");
}

/// Adds, in brackets, the times in which the customers whom the person sees were those of the person's managers: a row
/// a time, with `customer_id`, the first day, and the first day that does not belong to it any more. What [`narrow`]
/// lets through is what lies in one of them. For people who are limited to some managers.
pub(crate) fn own_times(sql: &mut Sql, scope: &Scope) {
    let managers = || scope.managers.iter().flatten().map(UserId::as_str);
    // Whoever was never assigned otherwise has had this manager from the beginning.
    sql.bind("(SELECT c.customer_id, '' AS from_day, '9999-12-31' AS until_day FROM customers c WHERE c.partner_id = ", scope.partner_id.as_str())
        .any_of(" AND c.manager_id IN (", managers())
        .push(" AND NOT EXISTS (SELECT 1 FROM customer_managers n WHERE n.partner_id = c.partner_id AND n.customer_id = c.customer_id)")
        .bind(" UNION ALL SELECT h.customer_id, h.from_day, COALESCE(h.until_day, '9999-12-31') FROM customers c CROSS JOIN customer_managers h WHERE c.partner_id = ", scope.partner_id.as_str())
        .any_of(" AND c.manager_id IN (", managers())
        .push(" AND h.partner_id = c.partner_id AND h.customer_id = c.customer_id")
        .any_of(" AND h.manager_id IN (", managers())
        .push(")");
}

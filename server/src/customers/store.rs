//! The SQL of customers. Lists page by keyset, so page 10,000 costs what page 1 costs.

use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Engine, Sql, search};
use crate::error::Error;
use crate::ledger::AccountKey;
use crate::scope::Scope;
use contract::customers::{
    AssociationType, Customer, CustomerRow, CustomerType, Frozen, ListQuery, Manager, Sort, VerifiedStatus,
};
use contract::error::Code;
use contract::id::{CustomerId, UserId};
use contract::money::{Currency, Money};
use contract::page::{COUNT_CAP, Page, Total, page_size};
use contract::text::{mask_email, mask_phone};
use contract::time::from_millis;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Up to this many hits of a search are sorted; with more of them, walking the order's own index
/// and comparing finds a page sooner.
const SORTED_HITS: i64 = 3_000;

/// A customer as stored, personal data in full.
#[derive(Debug, Clone)]
pub struct Found {
    /// What lists show.
    pub row: CustomerRow,
    /// Posted and held, in the partner's currency.
    pub funds: Option<(Money, Money)>,
    /// The phone.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
    /// Person or company.
    pub customer_type: CustomerType,
    /// The phone's country code.
    pub country_code: String,
    /// The label.
    pub label: String,
    /// The level.
    pub level: String,
    /// The user id on the partner's platform, and the platform's id.
    pub xaccount: Option<(String, String)>,
    /// The manager's sign-in address.
    pub manager_email: Option<String>,
    seq: i64,
    sort_name: String,
    available: i64,
}

impl Found {
    /// The customer as the console may see it.
    #[must_use]
    pub fn view(self) -> Customer {
        Customer {
            email: mask_email(&self.email),
            customer_type: self.customer_type,
            country_code: self.country_code,
            label: self.label,
            level: self.level,
            balance: self.funds.map(|f| f.0),
            held: self.funds.map(|f| f.1),
            row: self.row,
        }
    }
}

/// The columns of [`found`], with the tables that they come from joined by [`JOINS`].
const COLUMNS: &str = "SELECT c.customer_id, c.name, c.account_name, c.association, c.verified, c.frozen, u.name AS manager_name, u.email AS manager_email, a.posted, a.held, c.associated_on, c.phone, c.email, c.customer_type, c.country_code, c.label, c.level, c.xaccount_id, c.xaccount_type, c.seq, c.sort_name, a.available";

/// Adds the joins of the manager and the account to `customers c`.
fn joins(sql: &mut Sql, currency: Currency) {
    sql.push(" LEFT JOIN users u ON u.partner_id = c.partner_id AND u.user_id = c.manager_id LEFT JOIN ledger_accounts a ON a.partner_id = c.partner_id AND a.account_id = 'c-' || c.customer_id ||")
        .bind(" ", format!("-{currency}"));
}

/// A page of customers.
///
/// # Errors
/// A database that does not answer, or a cursor that is none.
pub async fn list(db: &Db, scope: &Scope, query: &ListQuery) -> Result<Page<CustomerRow>, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let limit = page_size(query.limit);
    let (id_prefix, needle) = match query.q.as_deref().and_then(search::needle) {
        Some(text) if is_id_prefix(&text) => (Some(text), None),
        other => (None, other),
    };
    let asked = Asked { query, id_prefix: id_prefix.as_deref() };
    let query = &asked;
    let total = total(db, scope, query, needle.as_deref()).await?;
    let sort = asked.query.sort.unwrap_or_default();
    let by_age = matches!(sort, Sort::Newest | Sort::Oldest);
    let use_index = by_age || total.count <= SORTED_HITS;
    let sql = rows(db, scope, query, needle.as_deref().map(|n| (n, use_index)), sort, from.as_ref(), limit)?;
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let found = rows.iter().map(|row| self::found(row, scope.currency)).collect::<Result<Vec<_>, Error>>()?;
    let (found, next, previous) = page(found, limit as usize, from.as_ref(), |f| place(f, sort));
    Ok(Page { items: found.into_iter().map(|f| f.row).collect(), next, previous, total })
}

/// Where a row stands in an order.
fn place(found: &Found, sort: Sort) -> (String, String) {
    let id = found.row.id.to_string();
    match sort {
        Sort::Newest | Sort::Oldest => (found.seq.to_string(), String::new()),
        Sort::Name | Sort::NameDown => (found.sort_name.clone(), id),
        Sort::Available | Sort::AvailableDown => (found.available.to_string(), id),
    }
}

fn rows(
    db: &Db,
    scope: &Scope,
    query: &Asked<'_>,
    needle: Option<(&str, bool)>,
    sort: Sort,
    from: Option<&Cursor>,
    limit: u32,
) -> Result<Sql, Error> {
    let by_available = matches!(sort, Sort::Available | Sort::AvailableDown);
    let mut sql = Sql::new(COLUMNS);
    match needle {
        Some((needle, true)) => {
            // The page is cut inside, so that only its rows are joined outside.
            sql.push(" FROM (SELECT c.*");
            search::from_matching(&mut sql, db.engine(), needle, scope.seq_range());
            filter(&mut sql, scope, query);
            if !by_available {
                order(&mut sql, db.engine(), sort, from, true)?;
                sql.bind(" LIMIT ", i64::from(limit) + 1);
            }
            sql.push(") AS c");
            joins(&mut sql, scope.currency);
            sql.push(" WHERE 1 = 1");
        }
        other => {
            if by_available {
                // The order's own index is the ledger's: begin there.
                sql.push(" FROM ledger_accounts a CROSS JOIN customers c LEFT JOIN users u ON u.partner_id = c.partner_id AND u.user_id = c.manager_id")
                    .bind(" WHERE a.partner_id = ", scope.partner_id.as_str())
                    .push(" AND a.kind = 'customer' AND c.partner_id = a.partner_id AND c.customer_id = a.owner_id")
                    .bind(" AND a.currency = ", scope.currency.code());
            } else {
                sql.push(" FROM customers c");
                joins(&mut sql, scope.currency);
                sql.bind(" WHERE c.partner_id = ", scope.partner_id.as_str());
            }
            filter(&mut sql, scope, query);
            if let Some((needle, _)) = other {
                sql.bind(" AND c.search_text LIKE ", search::like(needle)).push(" ESCAPE '\\'");
            }
        }
    }
    order(&mut sql, db.engine(), sort, from, false)?;
    sql.bind(" LIMIT ", i64::from(limit) + 1);
    Ok(sql)
}

/// What the list was asked for, with the search understood.
struct Asked<'a> {
    query: &'a ListQuery,
    id_prefix: Option<&'a str>,
}

/// What a person may see, and what the query asks for.
fn filter(sql: &mut Sql, scope: &Scope, asked: &Asked<'_>) {
    let query = asked.query;
    if let Some(prefix) = asked.id_prefix {
        sql.bind(" AND c.customer_id >= ", prefix).bind(" AND c.customer_id < ", format!("{prefix}~"));
    }
    narrow(sql, scope, query);
}

fn narrow(sql: &mut Sql, scope: &Scope, query: &ListQuery) {
    if let Some(manager) = scope.only_manager() {
        sql.bind(" AND c.manager_id = ", manager.as_str());
    }
    if let Some(association) = query.association {
        sql.bind(" AND c.association = ", association.code());
    }
    if let Some(manager) = &query.manager {
        sql.bind(" AND c.manager_id = ", manager.as_str());
    }
}

/// Where the page begins, and the order. `in_index` is the step that reads the search index.
fn order(
    sql: &mut Sql,
    engine: Engine,
    sort: Sort,
    from: Option<&Cursor>,
    in_index: bool,
) -> Result<(), Error> {
    let backwards = from.is_some_and(|c| c.backwards);
    let descending = matches!(sort, Sort::Newest | Sort::NameDown | Sort::AvailableDown) != backwards;
    let number = |text: &str| text.parse::<i64>().map_err(|_| Error::Refused(Code::BadRequest));
    match sort {
        Sort::Newest | Sort::Oldest => {
            let column = if in_index { search::order_column(engine) } else { "c.seq" };
            if let Some(cursor) = from {
                sql.push(" AND ")
                    .push(column)
                    .bind(if descending { " < " } else { " > " }, number(&cursor.value)?);
            }
            sql.push(" ORDER BY ").push(column).push(if descending { " DESC" } else { "" });
        }
        Sort::Name | Sort::NameDown => {
            if let Some(cursor) = from {
                sql.push(" AND (c.sort_name, c.customer_id)")
                    .bind(if descending { " < (" } else { " > (" }, &cursor.value)
                    .bind(", ", &cursor.id)
                    .push(")");
            }
            sql.push(if descending {
                " ORDER BY c.sort_name DESC, c.customer_id DESC"
            } else {
                " ORDER BY c.sort_name, c.customer_id"
            });
        }
        Sort::Available | Sort::AvailableDown => {
            if let Some(cursor) = from {
                sql.push(" AND (a.available, a.owner_id)")
                    .bind(if descending { " < (" } else { " > (" }, number(&cursor.value)?)
                    .bind(", ", &cursor.id)
                    .push(")");
            }
            sql.push(if descending {
                " ORDER BY a.available DESC, a.owner_id DESC"
            } else {
                " ORDER BY a.available, a.owner_id"
            });
        }
    }
    Ok(())
}

/// How many customers match: exact without a filter, capped with one.
async fn total(db: &Db, scope: &Scope, asked: &Asked<'_>, needle: Option<&str>) -> Result<Total, Error> {
    let query = asked.query;
    let filtered = query.association.is_some()
        || query.manager.is_some()
        || asked.id_prefix.is_some()
        || scope.only_manager().is_some();
    let mut sql = Sql::new("SELECT COUNT(*) FROM (");
    match (needle, filtered) {
        (None, false) => return Ok(Total::exact(scope.customer_count)),
        (Some(needle), false) => {
            search::matching_places(&mut sql, db.engine(), needle, scope.seq_range(), COUNT_CAP + 1);
        }
        (Some(needle), true) => {
            sql.push("SELECT 1 AS one");
            search::from_matching(&mut sql, db.engine(), needle, scope.seq_range());
            filter(&mut sql, scope, asked);
            sql.bind(" LIMIT ", COUNT_CAP + 1);
        }
        (None, true) => {
            sql.bind("SELECT 1 AS one FROM customers c WHERE c.partner_id = ", scope.partner_id.as_str());
            filter(&mut sql, scope, asked);
            sql.bind(" LIMIT ", COUNT_CAP + 1);
        }
    }
    sql.push(") AS counted");
    let counted: i64 = sql.prepared().fetch_one(db.read()).await?.try_get(0)?;
    Ok(Total::capped(counted))
}

/// One customer, if the person may see it.
///
/// # Errors
/// A database that does not answer.
pub async fn find(db: &Db, scope: &Scope, id: &CustomerId) -> Result<Option<Found>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" FROM customers c");
    joins(&mut sql, scope.currency);
    sql.bind(" WHERE c.partner_id = ", scope.partner_id.as_str()).bind(" AND c.customer_id = ", id.as_str());
    narrow(&mut sql, scope, &ListQuery::default());
    sql.prepared().fetch_optional(db.read()).await?.map(|row| found(&row, scope.currency)).transpose()
}

/// The partner's customer managers, by name.
///
/// # Errors
/// A database that does not answer.
pub async fn managers(db: &Db, scope: &Scope) -> Result<Vec<Manager>, Error> {
    let mut sql = Sql::new("SELECT user_id, name FROM users");
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str()).push(" AND role = 'customer_manager'");
    if let Some(manager) = scope.only_manager() {
        sql.bind(" AND user_id = ", manager.as_str());
    }
    sql.push(" ORDER BY name, user_id LIMIT 500");
    let rows = sql.prepared().fetch_all(db.read()).await?;
    rows.iter().map(|r| Ok(Manager { id: UserId(r.try_get(0)?), name: r.try_get(1)? })).collect()
}

/// Customers by the published filters, newest association first, and how many there are.
///
/// # Errors
/// A database that does not answer.
pub async fn query(
    db: &Db,
    scope: &Scope,
    filter: &contract::bss::customers::SubCustomerFilter,
) -> Result<(Vec<Found>, i64), Error> {
    let matching = |sql: &mut Sql| {
        // The longest of the texts narrows most; the columns themselves are compared after.
        let texts = [&filter.account_name, &filter.customer, &filter.label];
        let longest = texts.into_iter().flatten().max_by_key(|t| t.len()).and_then(|t| search::needle(t));
        match longest {
            Some(needle) => search::from_matching(sql, db.engine(), &needle, scope.seq_range()),
            None => {
                sql.bind(" FROM customers c WHERE c.partner_id = ", scope.partner_id.as_str());
            }
        }
        if let Some(text) = &filter.account_name {
            sql.bind(" AND LOWER(c.account_name) LIKE ", search::like(&text.to_lowercase()))
                .push(" ESCAPE '\\'");
        }
        if let Some(text) = &filter.customer {
            sql.bind(" AND LOWER(c.name) LIKE ", search::like(&text.to_lowercase())).push(" ESCAPE '\\'");
        }
        if let Some(text) = &filter.label {
            // Letter case matters here, and LIKE differs in that: taking the text away changes the label.
            sql.bind(" AND REPLACE(c.label, ", text).push(", '') <> c.label");
        }
        if let Some(association) = filter.association {
            sql.bind(" AND c.association = ", association.code());
        }
        if let Some(begin) = filter.begin {
            sql.bind(" AND c.associated_on >= ", contract::time::to_millis(begin));
        }
        if let Some(end) = filter.end {
            sql.bind(" AND c.associated_on <= ", contract::time::to_millis(end));
        }
        if let Some(id) = &filter.customer_id {
            sql.bind(" AND c.customer_id = ", id);
        }
        narrow(sql, scope, &ListQuery::default());
    };
    let mut sql = Sql::new(COLUMNS);
    sql.push(" FROM (SELECT c.*");
    matching(&mut sql);
    sql.bind(" ORDER BY c.seq DESC LIMIT ", filter.limit).bind(" OFFSET ", filter.offset).push(") AS c");
    joins(&mut sql, scope.currency);
    sql.push(" ORDER BY c.seq DESC");
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let found = rows.iter().map(|row| self::found(row, scope.currency)).collect::<Result<Vec<_>, Error>>()?;
    let unfiltered = *filter
        == contract::bss::customers::SubCustomerFilter {
            offset: filter.offset,
            limit: filter.limit,
            ..Default::default()
        };
    if unfiltered && scope.only_manager().is_none() {
        return Ok((found, scope.customer_count));
    }
    let mut count = Sql::new("SELECT COUNT(*)");
    matching(&mut count);
    let count: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
    Ok((found, count))
}

fn found(row: &AnyRow, currency: Currency) -> Result<Found, Error> {
    let unknown = |what: &str| Error::Internal(format!("the database holds an unknown {what}"));
    let association =
        AssociationType::from_code(row.try_get(3)?).ok_or_else(|| unknown("association type"))?;
    let posted: Option<i64> = row.try_get(8)?;
    let held: Option<i64> = row.try_get(9)?;
    let phone: String = row.try_get(11)?;
    let money = |minor| Money::new(minor, currency);
    let funds = match (association, posted, held) {
        (AssociationType::Resale, Some(posted), Some(held)) => Some((money(posted), money(held))),
        _ => None,
    };
    let xaccount: Option<String> = row.try_get(17)?;
    Ok(Found {
        row: CustomerRow {
            id: CustomerId(row.try_get(0)?),
            name: row.try_get(1)?,
            account_name: row.try_get(2)?,
            association,
            verified: VerifiedStatus::from_code(row.try_get(4)?).ok_or_else(|| unknown("real-name state"))?,
            frozen: Frozen::from_code(row.try_get(5)?).ok_or_else(|| unknown("frozen flag"))?,
            manager: row.try_get(6)?,
            available: funds.map(|(posted, held)| money(posted.minor - held.minor)),
            associated_on: from_millis(row.try_get(10)?),
            phone: mask_phone(&phone),
        },
        funds,
        phone,
        email: row.try_get(12)?,
        customer_type: CustomerType::from_code(row.try_get(13)?).ok_or_else(|| unknown("customer type"))?,
        country_code: row.try_get(14)?,
        label: row.try_get(15)?,
        level: row.try_get(16)?,
        xaccount: xaccount.zip(row.try_get(18)?),
        manager_email: row.try_get(7)?,
        seq: row.try_get(19)?,
        sort_name: row.try_get(20)?,
        available: row.try_get::<Option<i64>, _>(21)?.unwrap_or(0),
    })
}

/// What a search looks through, in lower case.
#[must_use]
pub fn search_text(name: &str, account_name: &str, label: &str) -> String {
    let parts: Vec<&str> = [name, account_name, label].into_iter().filter(|p| !p.is_empty()).collect();
    parts.join("\n").to_lowercase()
}

/// Whether a needle is the beginning of an id rather than a part of a name.
fn is_id_prefix(needle: &str) -> bool {
    needle.len() >= 12 && needle.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The ledger account of a customer.
#[must_use]
pub fn account(scope: &Scope, id: &CustomerId) -> AccountKey {
    AccountKey::customer(&scope.partner_id, id, scope.currency)
}

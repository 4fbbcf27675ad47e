//! The SQL of the customer list. It pages by keyset, so page 10,000 costs what page 1 costs; a
//! search reads its index in the list's default order, or one of three ways in another
//! (docs/decisions/0003).

use super::store::{COLUMNS, Found, between, found, joins, narrow};
use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, search};
use crate::error::Error;
use crate::scope::Scope;
use contract::customers::{CustomerRow, ListQuery, Sort};
use contract::error::{Code, Fault};
use contract::page::{COUNT_CAP, Page, SEARCH_CAP, Total, page_size};
use contract::text::MAX_SEARCH;
use sqlx::Row;

/// Up to this many hits of a search are sorted at once.
const SORTED_HITS: i64 = 3_000;
/// With more hits, a page is looked for among so many of the next rows of the order's own index.
const WALKED_ROWS: i64 = 10_000;
/// Hits that are counted where each has to be looked at for a filter too.
const FILTERED_CAP: i64 = 1_000;

/// How the rows of a page are found.
#[derive(Debug, Clone, Copy)]
enum Way<'a> {
    /// Along the order's own index; a needle, if any, is compared with each row.
    Walk {
        needle: Option<&'a str>,
        /// The last row to look at.
        until: Option<&'a Cursor>,
    },
    /// All hits of the search index, sorted unless they come in order.
    Hits { needle: &'a str },
}

/// What the list was asked for, with the search understood.
struct Asked<'a> {
    query: &'a ListQuery,
    sort: Sort,
    from: Option<Cursor>,
    limit: u32,
    id_prefix: Option<String>,
    needle: Option<String>,
}

impl<'a> Asked<'a> {
    fn new(query: &'a ListQuery) -> Result<Self, Error> {
        let (id_prefix, needle) = match query.q.as_deref().and_then(search::needle) {
            Some(text) if is_id_prefix(&text) => (Some(text), None),
            other => (None, other),
        };
        Ok(Self {
            query,
            sort: query.sort.unwrap_or_default(),
            from: query.page.as_deref().map(Cursor::decode).transpose()?,
            limit: page_size(query.limit),
            id_prefix,
            needle,
        })
    }

    fn by_age(&self) -> bool {
        matches!(self.sort, Sort::Newest | Sort::Oldest)
    }

    fn by_available(&self) -> bool {
        matches!(self.sort, Sort::Available | Sort::AvailableDown)
    }

    /// Whether rows are read in descending order.
    fn descending(&self) -> bool {
        let backwards = self.from.as_ref().is_some_and(|c| c.backwards);
        matches!(self.sort, Sort::Newest | Sort::NameDown | Sort::AvailableDown) != backwards
    }
}

/// A page of customers.
///
/// # Errors
/// A database that does not answer, or a cursor that is none.
pub async fn list(db: &Db, scope: &Scope, query: &ListQuery) -> Result<Page<CustomerRow>, Error> {
    let asked = Asked::new(query)?;
    let total = total(db, scope, &asked).await?;
    let found = match asked.needle.as_deref() {
        None => rows(db, scope, &asked, Way::Walk { needle: None, until: None }).await?,
        Some(needle) => matching(db, scope, &asked, needle, total).await?,
    };
    let (found, next, previous) =
        page(found, asked.limit as usize, asked.from.as_ref(), |f| place(f, asked.sort));
    Ok(Page { items: found.into_iter().map(|f| f.row).collect(), next, previous, total })
}

/// The rows of a page of hits.
async fn matching(
    db: &Db,
    scope: &Scope,
    asked: &Asked<'_>,
    needle: &str,
    total: Total,
) -> Result<Vec<Found>, Error> {
    let few = !total.more && total.count <= SORTED_HITS;
    if !asked.by_age() && !few {
        // Many hits mostly stand soon in any order; where they do not, as names do that all begin
        // with the same place, sorting them all is the shorter way.
        let until = walk_end(db, scope, asked).await?;
        let way = Way::Walk { needle: Some(needle), until: until.as_ref() };
        let found = rows(db, scope, asked, way).await?;
        if until.is_none() || found.len() > asked.limit as usize {
            return Ok(found);
        }
    }
    rows(db, scope, asked, Way::Hits { needle }).await
}

/// What a list cannot be asked for.
///
/// # Errors
/// At the field `q`, where it is too long, or at `available`, where it is no range.
pub fn check(scope: &Scope, query: &ListQuery) -> Result<(), Error> {
    if query.q.as_ref().is_some_and(|q| q.chars().count() > MAX_SEARCH) {
        return Err(Error::field("q", Fault::TooLong { max: MAX_SEARCH as u32 }));
    }
    if let Some(amounts) = &query.available {
        amounts.minor(scope.currency).map_err(|fault| Error::field("available", fault))?;
    }
    Ok(())
}

/// So many rows of the list from the query's page on, in full, and the cursor after them.
///
/// # Errors
/// A database that does not answer, or a cursor that is none.
pub async fn batch(
    db: &Db,
    scope: &Scope,
    query: &ListQuery,
    count: u32,
) -> Result<(Vec<Found>, Option<String>), Error> {
    let asked = Asked { limit: count, ..Asked::new(query)? };
    let found = match asked.needle.as_deref() {
        None => rows(db, scope, &asked, Way::Walk { needle: None, until: None }).await?,
        Some(needle) => {
            let total = total(db, scope, &asked).await?;
            matching(db, scope, &asked, needle, total).await?
        }
    };
    let (found, next, _) = page(found, count as usize, asked.from.as_ref(), |f| place(f, asked.sort));
    Ok((found, next))
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

async fn rows(db: &Db, scope: &Scope, asked: &Asked<'_>, way: Way<'_>) -> Result<Vec<Found>, Error> {
    let mut sql = Sql::new(COLUMNS);
    match way {
        Way::Hits { needle } => {
            // The page is cut inside, so that only its rows are read and joined outside.
            let engine = db.engine();
            sql.push(" FROM (SELECT c.seq");
            search::from_matching_briefly(&mut sql, engine, needle, scope.seq_range());
            filter(&mut sql, scope, asked);
            if !asked.by_available() {
                order(&mut sql, asked, search::order_column(engine))?;
            }
            sql.push(") AS hits CROSS JOIN customers c");
            joins(&mut sql, scope.currency);
            sql.push(" WHERE c.seq = hits.seq");
        }
        Way::Walk { needle, until } => {
            from_ordered(&mut sql, scope, asked);
            filter(&mut sql, scope, asked);
            if let Some(needle) = needle {
                sql.bind(" AND c.search_text LIKE ", search::like(needle)).push(" ESCAPE '\\'");
            }
            if let Some(until) = until {
                beyond(&mut sql, asked.sort, if asked.descending() { " >= (" } else { " <= (" }, until)?;
            }
        }
    }
    order(&mut sql, asked, "c.seq")?;
    let rows = sql.prepared().fetch_all(db.read()).await?;
    rows.iter().map(|row| found(row, scope.currency)).collect()
}

/// Adds the tables in the way that lets the order's own index lead.
fn from_ordered(sql: &mut Sql, scope: &Scope, asked: &Asked<'_>) {
    if asked.by_available() {
        // The order's own index is the ledger's: begin there.
        sql.push(" FROM ledger_accounts a CROSS JOIN customers c LEFT JOIN members u ON u.partner_id = c.partner_id AND u.user_id = c.manager_id")
            .bind(" WHERE a.partner_id = ", scope.partner_id.as_str())
            .push(" AND a.kind = 'customer' AND c.partner_id = a.partner_id AND c.customer_id = a.owner_id")
            .bind(" AND a.currency = ", scope.currency.code());
        // Where the order's index can begin and end.
        if let Some(amounts) = &asked.query.available {
            between(sql, (" AND a.available >= ", " AND a.available <= "), amounts, scope.currency);
        }
    } else {
        sql.push(" FROM customers c");
        joins(sql, scope.currency);
        sql.bind(" WHERE c.partner_id = ", scope.partner_id.as_str());
    }
}

/// The row at which a walk ends, read from the order's index alone; `None` where the end of the
/// list comes sooner.
async fn walk_end(db: &Db, scope: &Scope, asked: &Asked<'_>) -> Result<Option<Cursor>, Error> {
    let mut sql = if asked.by_available() {
        let mut sql = Sql::new("SELECT CAST(a.available AS TEXT), a.owner_id FROM ledger_accounts a");
        sql.bind(" WHERE a.partner_id = ", scope.partner_id.as_str()).push(" AND a.kind = 'customer'");
        sql
    } else {
        let mut sql = Sql::new("SELECT c.sort_name, c.customer_id FROM customers c");
        sql.bind(" WHERE c.partner_id = ", scope.partner_id.as_str());
        sql
    };
    from_cursor(&mut sql, asked, "c.seq")?;
    sql.bind(" LIMIT 1 OFFSET ", WALKED_ROWS);
    let row = sql.prepared().fetch_optional(db.read()).await?;
    row.map(|r| Ok(Cursor { backwards: false, value: r.try_get(0)?, id: r.try_get(1)? })).transpose()
}

/// What a person may see, and what the query asks for.
fn filter(sql: &mut Sql, scope: &Scope, asked: &Asked<'_>) {
    if let Some(prefix) = &asked.id_prefix {
        sql.bind(" AND c.customer_id >= ", prefix).bind(" AND c.customer_id < ", format!("{prefix}~"));
    }
    narrow(sql, scope, asked.query);
}

/// Where the page begins, the order, and one row more than the page has.
fn order(sql: &mut Sql, asked: &Asked<'_>, seq_column: &'static str) -> Result<(), Error> {
    from_cursor(sql, asked, seq_column)?;
    sql.bind(" LIMIT ", i64::from(asked.limit) + 1);
    Ok(())
}

fn from_cursor(sql: &mut Sql, asked: &Asked<'_>, seq_column: &'static str) -> Result<(), Error> {
    let descending = asked.descending();
    if let Some(cursor) = &asked.from {
        if asked.by_age() {
            let compare = if descending { " < " } else { " > " };
            sql.push(" AND ").push(seq_column).bind(compare, number(&cursor.value)?);
        } else {
            beyond(sql, asked.sort, if descending { " < (" } else { " > (" }, cursor)?;
        }
    }
    match (asked.sort, descending) {
        (Sort::Newest | Sort::Oldest, _) => {
            sql.push(" ORDER BY ").push(seq_column).push(if descending { " DESC" } else { "" })
        }
        (Sort::Name | Sort::NameDown, true) => sql.push(" ORDER BY c.sort_name DESC, c.customer_id DESC"),
        (Sort::Name | Sort::NameDown, false) => sql.push(" ORDER BY c.sort_name, c.customer_id"),
        (Sort::Available | Sort::AvailableDown, true) => {
            sql.push(" ORDER BY a.available DESC, a.owner_id DESC")
        }
        (Sort::Available | Sort::AvailableDown, false) => sql.push(" ORDER BY a.available, a.owner_id"),
    };
    Ok(())
}

/// Adds the comparison of a row's place with a cursor's; not for the orders by age.
fn beyond(sql: &mut Sql, sort: Sort, compare: &'static str, cursor: &Cursor) -> Result<(), Error> {
    if matches!(sort, Sort::Available | Sort::AvailableDown) {
        sql.push(" AND (a.available, a.owner_id)").bind(compare, number(&cursor.value)?);
    } else {
        sql.push(" AND (c.sort_name, c.customer_id)").bind(compare, &cursor.value);
    }
    sql.bind(", ", &cursor.id).push(")");
    Ok(())
}

fn number(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::Refused(Code::BadRequest))
}

/// How many customers match: exact without a filter, capped with one.
async fn total(db: &Db, scope: &Scope, asked: &Asked<'_>) -> Result<Total, Error> {
    let query = asked.query;
    let filtered = query.is_filtered() || asked.id_prefix.is_some() || scope.is_limited();
    let mut sql = Sql::new("SELECT COUNT(*) FROM (");
    let cap = match (asked.needle.as_deref(), filtered) {
        (None, false) => return Ok(Total::exact(scope.customer_count)),
        (Some(needle), false) => {
            search::matching_places(&mut sql, db.engine(), needle, scope.seq_range(), SEARCH_CAP + 1);
            SEARCH_CAP
        }
        (Some(needle), true) => {
            sql.push("SELECT 1 AS one");
            search::from_matching_briefly(&mut sql, db.engine(), needle, scope.seq_range());
            filter(&mut sql, scope, asked);
            sql.bind(" LIMIT ", FILTERED_CAP + 1);
            FILTERED_CAP
        }
        (None, true) => {
            sql.bind("SELECT 1 AS one FROM customers c WHERE c.partner_id = ", scope.partner_id.as_str());
            filter(&mut sql, scope, asked);
            sql.bind(" LIMIT ", COUNT_CAP + 1);
            COUNT_CAP
        }
    };
    sql.push(") AS counted");
    let counted: i64 = sql.prepared().fetch_one(db.read()).await?.try_get(0)?;
    Ok(Total::capped_at(counted, cap))
}

/// Whether a needle is the beginning of an id rather than a part of a name.
fn is_id_prefix(needle: &str) -> bool {
    needle.len() >= 12 && needle.bytes().all(|b| b.is_ascii_hexdigit())
}

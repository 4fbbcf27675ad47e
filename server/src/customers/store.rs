//! The SQL of customers; that of their list is in `list.rs`.

use crate::db::{Db, Sql, search};
use crate::error::Error;
use crate::ledger::AccountKey;
use crate::scope::Scope;
use contract::customers::{
    AssociationType, Customer, CustomerRow, CustomerType, Frozen, ListQuery, Manager, VerifiedStatus,
};
use contract::filter::{Amounts, NONE};
use contract::id::{CustomerId, UserId};
use contract::money::{Currency, Money};
use contract::text::{mask_email, mask_phone};
use contract::time::from_millis;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

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
    /// The manager.
    pub manager_id: Option<UserId>,
    /// The manager's sign-in address.
    pub manager_email: Option<String>,
    pub(super) seq: i64,
    pub(super) sort_name: String,
    /// What its account has available, in minor units.
    pub available: i64,
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
pub(super) const COLUMNS: &str = "SELECT c.customer_id, c.name, c.account_name, c.association, c.verified, c.frozen, u.name AS manager_name, u.email AS manager_email, a.posted, a.held, c.associated_on, c.phone, c.email, c.customer_type, c.country_code, c.label, c.level, c.xaccount_id, c.xaccount_type, c.seq, c.sort_name, a.available, c.manager_id";

/// Adds the joins of the manager and the account to `customers c`.
pub(super) fn joins(sql: &mut Sql, currency: Currency) {
    sql.push(" LEFT JOIN members u ON u.partner_id = c.partner_id AND u.user_id = c.manager_id LEFT JOIN ledger_accounts a ON a.partner_id = c.partner_id AND a.account_id = 'c-' || c.customer_id ||")
        .bind(" ", format!("-{currency}"));
}

/// What a person may see, and the plain filters.
pub(super) fn narrow(sql: &mut Sql, scope: &Scope, query: &ListQuery) {
    if let Some(managers) = &scope.managers {
        sql.any_of(" AND c.manager_id IN (", managers.iter().map(|m| m.as_str()));
    }
    if let Some(associations) = &query.association {
        sql.any_of(" AND c.association IN (", associations.0.iter().map(|a| a.code()));
    }
    if let Some(managers) = &query.manager {
        let (none, named): (Vec<_>, Vec<_>) = managers.0.iter().partition(|m| m.as_str() == NONE);
        match (none.is_empty(), named.is_empty()) {
            (true, _) => sql.any_of(" AND c.manager_id IN (", named.iter().map(|m| m.as_str())),
            (false, true) => sql.push(" AND c.manager_id IS NULL"),
            (false, false) => sql
                .any_of(" AND (c.manager_id IS NULL OR c.manager_id IN (", named.iter().map(|m| m.as_str()))
                .push(")"),
        };
    }
    if let Some(states) = &query.verified {
        sql.any_of(" AND c.verified IN (", states.0.iter().map(|s| s.code()));
    }
    if let Some(states) = &query.frozen {
        sql.any_of(" AND c.frozen IN (", states.0.iter().map(|s| s.code()));
    }
    if let Some(days) = query.associated {
        let (from, until) = days.millis(from_millis(scope.now));
        if let Some(from) = from {
            sql.bind(" AND c.associated_on >= ", from);
        }
        if let Some(until) = until {
            sql.bind(" AND c.associated_on < ", until);
        }
    }
    if let Some(amounts) = &query.available {
        // Only resale customers have an available amount (what a consultative one's account holds is
        // not shown either).
        sql.push(" AND c.association = 2 AND EXISTS (SELECT 1 FROM ledger_accounts f WHERE f.partner_id = c.partner_id AND f.account_id = 'c-' || c.customer_id ||")
            .bind(" ", format!("-{}", scope.currency));
        between(sql, (" AND f.available >= ", " AND f.available <= "), amounts, scope.currency);
        sql.push(")");
    }
}

/// Adds the ends of a range of amounts that was checked before.
pub(crate) fn between(
    sql: &mut Sql,
    (least, greatest): (&'static str, &'static str),
    amounts: &Amounts,
    currency: Currency,
) {
    let (from, to) = amounts.minor(currency).unwrap_or((None, None));
    if let Some(from) = from {
        sql.bind(least, from);
    }
    if let Some(to) = to {
        sql.bind(greatest, to);
    }
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

/// Customers by their ids, those that the person may see.
///
/// # Errors
/// A database that does not answer.
pub async fn by_ids(
    db: &Db,
    scope: &Scope,
    ids: &[CustomerId],
) -> Result<BTreeMap<CustomerId, Found>, Error> {
    let found = among(db, scope, " AND c.customer_id IN (", ids.iter().map(CustomerId::as_str)).await?;
    Ok(found.into_iter().map(|f| (f.row.id.clone(), f)).collect())
}

/// Customers by their account names, those that the person may see; names that several have are nobody's.
///
/// # Errors
/// A database that does not answer.
pub async fn by_account_names(
    db: &Db,
    scope: &Scope,
    names: &[&str],
) -> Result<BTreeMap<String, Found>, Error> {
    let found = among(db, scope, " AND c.account_name IN (", names.iter().copied()).await?;
    let (mut known, mut twice) = (BTreeMap::new(), BTreeSet::new());
    for one in found {
        let name = one.row.account_name.clone();
        if known.insert(name.clone(), one).is_some() {
            twice.insert(name);
        }
    }
    known.retain(|name, _| !twice.contains(name));
    Ok(known)
}

async fn among<'a>(
    db: &Db,
    scope: &Scope,
    which: &'static str,
    values: impl ExactSizeIterator<Item = &'a str>,
) -> Result<Vec<Found>, Error> {
    if values.len() == 0 {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(COLUMNS);
    sql.push(" FROM customers c");
    joins(&mut sql, scope.currency);
    sql.bind(" WHERE c.partner_id = ", scope.partner_id.as_str()).any_of(which, values);
    narrow(&mut sql, scope, &ListQuery::default());
    let rows = sql.query().fetch_all(db.read()).await?;
    rows.iter().map(|row| found(row, scope.currency)).collect()
}

/// The partner's customer managers, by name.
///
/// # Errors
/// A database that does not answer.
pub async fn managers(db: &Db, scope: &Scope) -> Result<Vec<Manager>, Error> {
    let mut sql = Sql::new("SELECT user_id, name FROM members");
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str()).push(" AND disabled_at IS NULL AND (roles LIKE '% customer_manager %' OR roles LIKE '% customer_supervisor %')");
    if let Some(managers) = &scope.managers {
        sql.any_of(" AND user_id IN (", managers.iter().map(|m| m.as_str()));
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
    if unfiltered && !scope.is_limited() {
        return Ok((found, scope.customer_count));
    }
    let mut count = Sql::new("SELECT COUNT(*)");
    matching(&mut count);
    let count: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
    Ok((found, count))
}

pub(super) fn found(row: &AnyRow, currency: Currency) -> Result<Found, Error> {
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
        manager_id: row.try_get::<Option<String>, _>(22)?.map(UserId),
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

/// The ledger account of a customer.
#[must_use]
pub fn account(scope: &Scope, id: &CustomerId) -> AccountKey {
    AccountKey::customer(&scope.partner_id, id, scope.currency)
}

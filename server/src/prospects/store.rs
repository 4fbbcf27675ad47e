//! The SQL of reported customers.

use super::names;
use crate::db::{Db, Newest, Sql, Tx, Value, insert_rows, search};
use crate::error::Error;
use crate::scope::Scope;
use contract::customers::AssociationType;
use contract::error::Code;
use contract::id::{CustomerId, PartnerId, ProspectId, UserId};
use contract::page::Page;
use contract::prospects::{NewProspect, Prospect, ProspectQuery, ProspectState};
use contract::text::{mask_email, mask_phone};
use contract::time::from_millis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A report as stored, personal data in full.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) partner_id: PartnerId,
    pub(crate) id: ProspectId,
    pub(crate) new: NewProspect,
    pub(crate) state: ProspectState,
    pub(crate) reason: String,
    pub(crate) reporter_id: UserId,
    pub(crate) reporter: String,
    pub(crate) reported_at: i64,
    pub(crate) held_until: Option<i64>,
    pub(crate) invited_at: Option<i64>,
    pub(crate) customer: Option<CustomerId>,
}

impl Stored {
    /// As the console may see it.
    pub(crate) fn view(self) -> Prospect {
        Prospect {
            id: self.id,
            name: self.new.name,
            contact: self.new.contact,
            phone: mask_phone(&self.new.phone),
            email: mask_email(&self.new.email),
            memo: self.new.memo,
            state: self.state,
            reason: self.reason,
            by: self.reporter,
            at: from_millis(self.reported_at),
            until: self.held_until.map(from_millis),
            invited_at: self.invited_at.map(from_millis),
            customer: self.customer,
        }
    }
}

const COLUMNS: &str = "SELECT p.partner_id, p.prospect_id, p.name, p.contact, p.phone, p.email, p.memo, p.state, p.reason, p.reporter_id, p.reporter, p.reported_at, p.held_until, p.invited_at, p.customer_id FROM prospects p";

/// How a report stands: one whose time is over is that before the job has noted it.
fn state(written: &str, held_until: Option<i64>, now: i64) -> Result<ProspectState, Error> {
    let state = ProspectState::parse(written)
        .ok_or_else(|| Error::Internal(format!("unknown state {written} of a report")))?;
    let over = state.is_live() && held_until.is_some_and(|until| until <= now);
    Ok(if over { ProspectState::Expired } else { state })
}

fn stored(row: &AnyRow, now: i64) -> Result<Stored, Error> {
    let held_until: Option<i64> = row.try_get(12)?;
    let customer: Option<String> = row.try_get(14)?;
    Ok(Stored {
        partner_id: PartnerId(row.try_get(0)?),
        id: ProspectId(row.try_get(1)?),
        new: NewProspect {
            name: row.try_get(2)?,
            contact: row.try_get(3)?,
            phone: row.try_get(4)?,
            email: row.try_get(5)?,
            memo: row.try_get(6)?,
        },
        state: state(row.try_get(7)?, held_until, now)?,
        reason: row.try_get(8)?,
        reporter_id: UserId(row.try_get(9)?),
        reporter: row.try_get(10)?,
        reported_at: row.try_get(11)?,
        held_until,
        invited_at: row.try_get(13)?,
        customer: customer.map(CustomerId),
    })
}

/// What a person may see, but for what was deleted.
fn narrow(sql: &mut Sql, scope: &Scope) {
    sql.bind(" WHERE p.partner_id = ", scope.partner_id.as_str()).push(" AND p.state <> 'deleted'");
    if let Some(managers) = &scope.managers {
        sql.any_of(" AND p.reporter_id IN (", managers.iter().map(UserId::as_str));
    }
}

fn filter(sql: &mut Sql, scope: &Scope, query: &ProspectQuery) {
    narrow(sql, scope);
    if let Some(needle) = query.q.as_deref().and_then(search::needle) {
        sql.bind(" AND p.search_text LIKE ", search::like(&needle)).push(" ESCAPE '\\'");
    }
    if let Some(reporters) = &query.reporter {
        sql.any_of(" AND p.reporter_id IN (", reporters.0.iter().map(UserId::as_str));
    }
    if let Some(days) = query.at {
        let (from, until) = days.millis(from_millis(scope.now));
        if let Some(from) = from {
            sql.bind(" AND p.reported_at >= ", from);
        }
        if let Some(until) = until {
            sql.bind(" AND p.reported_at < ", until);
        }
    }
    let Some(states) = query.state.as_ref().filter(|s| !s.0.is_empty()) else { return };
    for (n, state) in states.0.iter().enumerate() {
        sql.push(if n == 0 { " AND (" } else { " OR " });
        match state {
            live @ (ProspectState::Reported | ProspectState::Reviewing) => {
                sql.bind("(p.state = ", live.as_str()).bind(" AND p.held_until > ", scope.now).push(")");
            }
            ProspectState::Expired => {
                sql.bind(
                    "(p.state = 'expired' OR (p.state IN ('reported', 'reviewing') AND p.held_until <= ",
                    scope.now,
                )
                .push("))");
            }
            other => _ = sql.bind("p.state = ", other.as_str()),
        }
    }
    sql.push(")");
}

const NEWEST: Newest = Newest {
    select: COLUMNS,
    count: "SELECT COUNT(*) FROM (SELECT 1 AS one FROM prospects p",
    place: " AND (p.reported_at, p.prospect_id)",
    order: [" ORDER BY p.reported_at, p.prospect_id", " ORDER BY p.reported_at DESC, p.prospect_id DESC"],
};

/// A page of reports, newest first.
pub(super) async fn list(db: &Db, scope: &Scope, query: &ProspectQuery) -> Result<Page<Prospect>, Error> {
    let (filter, read) = (|sql: &mut Sql| filter(sql, scope, query), |row: &AnyRow| stored(row, scope.now));
    let place = |one: &Stored| (one.reported_at, one.id.to_string());
    Ok(NEWEST.page(db, (query.page.as_deref(), query.limit), filter, read, place).await?.map(Stored::view))
}

/// Those of these reports that the person sees.
pub(super) async fn some(
    connection: &mut AnyConnection,
    scope: &Scope,
    ids: &[ProspectId],
) -> Result<Vec<Stored>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(COLUMNS);
    narrow(&mut sql, scope);
    sql.any_of(" AND p.prospect_id IN (", ids.iter().map(ProspectId::as_str));
    let rows = sql.query().fetch_all(connection).await?;
    rows.iter().map(|row| stored(row, scope.now)).collect()
}

/// One of them, or `NotFound`.
pub(super) async fn need(
    connection: &mut AnyConnection,
    scope: &Scope,
    id: &ProspectId,
) -> Result<Stored, Error> {
    let found = some(connection, scope, std::slice::from_ref(id)).await?;
    found.into_iter().next().ok_or(Error::Refused(Code::NotFound))
}

/// A report of a partner, whoever asks.
pub(crate) async fn by_id(
    connection: &mut AnyConnection,
    (partner, id): (&PartnerId, &ProspectId),
    now: i64,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE p.partner_id = ", partner.as_str())
        .bind(" AND p.prospect_id = ", id.as_str())
        .push(" AND p.state <> 'deleted'");
    sql.prepared().fetch_optional(connection).await?.map(|row| stored(&row, now)).transpose()
}

/// How many reports of the partner are in force or under review.
pub(super) async fn live(connection: &mut AnyConnection, scope: &Scope) -> Result<i64, Error> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM prospects");
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str())
        .bind(" AND state IN ('reviewing', 'reported') AND held_until > ", scope.now);
    Ok(sql.prepared().fetch_one(connection).await?.try_get(0)?)
}

/// Adds a report with its claims. `false` where somebody else has one of them since it was looked at: the
/// transaction is of no use then.
pub(super) async fn insert(
    tx: &mut Tx,
    scope: &Scope,
    report: &Stored,
    claims: Vec<String>,
) -> Result<bool, Error> {
    let (partner, id, new) = (scope.partner_id.as_str(), report.id.as_str(), &report.new);
    let core = names::core(&new.name);
    let searched = format!("{}\n{}\n{}", new.name, new.contact, new.memo).to_lowercase();
    let row: Vec<Value> = vec![
        partner.into(),
        id.into(),
        new.name.as_str().into(),
        core.as_str().into(),
        new.contact.as_str().into(),
        new.phone.as_str().into(),
        new.email.as_str().into(),
        new.memo.as_str().into(),
        searched.into(),
        report.state.as_str().into(),
        report.reporter_id.as_str().into(),
        report.reporter.as_str().into(),
        report.reported_at.into(),
        report.held_until.into(),
    ];
    insert_rows(tx, "INSERT INTO prospects (partner_id, prospect_id, name, core, contact, phone, email, memo, search_text, state, reporter_id, reporter, reported_at, held_until) VALUES ", vec![row], "").await?;
    let grams = names::grams(&core).into_iter().map(|gram| vec![partner.into(), id.into(), gram.into()]);
    insert_rows(
        tx,
        "INSERT INTO prospect_grams (partner_id, prospect_id, gram) VALUES ",
        grams.collect(),
        "",
    )
    .await?;
    claim(tx, scope, &report.id, claims).await
}

/// Claims for a report. `false` where somebody else has one of them.
pub(super) async fn claim(
    tx: &mut Tx,
    scope: &Scope,
    id: &ProspectId,
    claims: Vec<String>,
) -> Result<bool, Error> {
    let wanted = claims.len() as u64;
    let row = |claim: String| vec![claim.into(), scope.partner_id.as_str().into(), id.as_str().into()];
    let rows = claims.into_iter().map(row).collect();
    let into = "INSERT INTO prospect_claims (claim, partner_id, prospect_id) VALUES ";
    Ok(insert_rows(tx, into, rows, " ON CONFLICT (claim) DO NOTHING").await? == wanted)
}

/// Gives back what reports claim.
pub(super) async fn release(tx: &mut Tx, partner: &PartnerId, ids: &[&ProspectId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    for from in ["DELETE FROM prospect_claims", "DELETE FROM prospect_grams"] {
        let mut sql = Sql::new(from);
        sql.bind(" WHERE partner_id = ", partner.as_str())
            .any_of(" AND prospect_id IN (", ids.iter().map(|id| id.as_str()));
        sql.query().execute(&mut **tx).await?;
    }
    Ok(())
}

/// Gives back the claim of an address.
pub(super) async fn release_email(tx: &mut Tx, scope: &Scope, id: &ProspectId) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM prospect_claims WHERE partner_id = $1 AND prospect_id = $2 AND claim LIKE 'email:%'",
    )
    .bind(scope.partner_id.as_str())
    .bind(id.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sets how a report stands; what is over keeps nobody away any more.
pub(crate) async fn move_to(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &ProspectId),
    to: Option<ProspectState>,
    held_until: Option<i64>,
    reason: &str,
) -> Result<(), Error> {
    sqlx::query("UPDATE prospects SET state = $1, held_until = COALESCE($2, held_until), reason = $3 WHERE partner_id = $4 AND prospect_id = $5")
        .bind(to.map_or("deleted", ProspectState::as_str))
        .bind(held_until)
        .bind(reason)
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    if !to.is_some_and(ProspectState::is_live) {
        release(tx, partner, &[id]).await?;
    }
    Ok(())
}

/// Notes the customer that a report led to.
pub(crate) async fn became(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &ProspectId),
    customer: &CustomerId,
) -> Result<(), Error> {
    sqlx::query("UPDATE prospects SET customer_id = $1 WHERE partner_id = $2 AND prospect_id = $3")
        .bind(customer.as_str())
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Sets the address of a report.
pub(super) async fn set_email(tx: &mut Tx, scope: &Scope, id: &ProspectId, email: &str) -> Result<(), Error> {
    sqlx::query("UPDATE prospects SET email = $1 WHERE partner_id = $2 AND prospect_id = $3")
        .bind(email)
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that reports were followed by an invitation.
pub(super) async fn invited(tx: &mut Tx, scope: &Scope, id: &ProspectId) -> Result<(), Error> {
    sqlx::query("UPDATE prospects SET invited_at = $1 WHERE partner_id = $2 AND prospect_id = $3")
        .bind(scope.now)
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Reports that claim any of these things.
pub(crate) async fn claiming(
    connection: &mut AnyConnection,
    claims: &[String],
    now: i64,
) -> Result<Vec<(String, Stored)>, Error> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT p.partner_id, p.prospect_id, p.name, p.contact, p.phone, p.email, p.memo, p.state, p.reason, p.reporter_id, p.reporter, p.reported_at, p.held_until, p.invited_at, p.customer_id, k.claim FROM prospect_claims k JOIN prospects p ON p.partner_id = k.partner_id AND p.prospect_id = k.prospect_id",
    );
    sql.any_of(" WHERE k.claim IN (", claims.iter().map(String::as_str)).push(" ORDER BY k.claim");
    let rows = sql.query().fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(15)?, stored(row, now)?))).collect()
}

/// The cores of live reports that have at least half of the pairs of letters of a name, the likest first.
pub(super) async fn near(connection: &mut AnyConnection, core: &str, now: i64) -> Result<Vec<Stored>, Error> {
    let grams = names::grams(core);
    if grams.is_empty() {
        return Ok(Vec::new());
    }
    let least = i64::try_from(grams.len().div_ceil(2)).unwrap_or(i64::MAX);
    let mut sql = Sql::new(COLUMNS);
    sql.push(" JOIN (SELECT partner_id, prospect_id, COUNT(*) AS hits FROM prospect_grams")
        .any_of(" WHERE gram IN (", grams.iter().map(String::as_str))
        .bind(" GROUP BY partner_id, prospect_id HAVING COUNT(*) >= ", least)
        .push(" ORDER BY hits DESC LIMIT 50) n ON n.partner_id = p.partner_id AND n.prospect_id = p.prospect_id WHERE p.state IN ('reviewing', 'reported')");
    let rows = sql.query().fetch_all(connection).await?;
    rows.iter().map(|row| stored(row, now)).collect()
}

/// A customer of any partner by its address or its number.
#[derive(Debug, Clone)]
pub(super) struct Met {
    pub(super) partner_id: PartnerId,
    pub(super) customer: CustomerId,
    pub(super) name: String,
    pub(super) manager: Option<UserId>,
    pub(super) by_email: bool,
    pub(super) distributor: Option<PartnerId>,
    pub(super) partner: String,
}

/// Customers of all partners with this address or number.
pub(super) async fn customers_with(
    connection: &mut AnyConnection,
    new: &NewProspect,
) -> Result<Vec<Met>, Error> {
    let mut met = Vec::new();
    // Numbers of mainland China are kept without the country's code elsewhere.
    let short = new.phone.strip_prefix("+86").unwrap_or(&new.phone).to_owned();
    for (by_email, values) in [(true, vec![new.email.clone()]), (false, vec![new.phone.clone(), short])] {
        let values: Vec<_> = values.into_iter().filter(|v| !v.is_empty()).collect();
        if values.is_empty() {
            continue;
        }
        let mut sql = Sql::new(
            "SELECT c.partner_id, c.customer_id, CASE WHEN c.name = '' THEN c.account_name ELSE c.name END, c.manager_id, o.distributor_id, o.name FROM customers c JOIN partners o ON o.partner_id = c.partner_id",
        );
        sql.any_of(if by_email { " WHERE c.email IN (" } else { " WHERE c.phone IN (" }, values)
            .push(" ORDER BY c.seq LIMIT 20");
        for row in sql.query().fetch_all(&mut *connection).await? {
            let manager: Option<String> = row.try_get(3)?;
            let distributor: Option<String> = row.try_get(4)?;
            met.push(Met {
                partner_id: PartnerId(row.try_get(0)?),
                customer: CustomerId(row.try_get(1)?),
                name: row.try_get(2)?,
                manager: manager.map(UserId),
                by_email,
                distributor: distributor.map(PartnerId),
                partner: row.try_get(5)?,
            });
        }
    }
    Ok(met)
}

/// The distributor and the name of a partner.
pub(super) async fn whose(
    connection: &mut AnyConnection,
    partner: &PartnerId,
) -> Result<(Option<PartnerId>, String), Error> {
    let row = sqlx::query("SELECT distributor_id, name FROM partners WHERE partner_id = $1")
        .bind(partner.as_str())
        .fetch_one(connection)
        .await?;
    Ok((row.try_get::<Option<String>, _>(0)?.map(PartnerId), row.try_get(1)?))
}

/// Reports whose time is over, with their partners.
pub(super) async fn over(db: &Db, now: i64) -> Result<Vec<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE p.state IN ('reported', 'reviewing') AND p.held_until <= ", now)
        .push(" ORDER BY p.held_until LIMIT 200");
    let rows = sql.prepared().fetch_all(db.read()).await?;
    rows.iter().map(|row| stored(row, now)).collect()
}

/// Reports under review, oldest first.
pub(super) async fn under_review(db: &Db, now: i64) -> Result<Vec<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE p.state = 'reviewing' ORDER BY p.reported_at LIMIT 500");
    let rows = sql.prepared().fetch_all(db.read()).await?;
    rows.iter().map(|row| stored(row, now)).collect()
}

/// The association type out of its number.
pub(super) fn association(code: i64) -> Result<AssociationType, Error> {
    AssociationType::from_code(code)
        .ok_or_else(|| Error::Internal(format!("unknown association type {code} of an invitation")))
}

/// Whether a report is still written as in force.
pub(super) async fn is_written_live(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &ProspectId),
) -> Result<bool, Error> {
    let row = sqlx::query(
        "SELECT 1 FROM prospects WHERE partner_id = $1 AND prospect_id = $2 AND state IN ('reported', 'reviewing')",
    )
    .bind(partner.as_str())
    .bind(id.as_str())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.is_some())
}

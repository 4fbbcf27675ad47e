//! What a report meets: duplicates of the own partner, conflicts with others (capability 26). Of another partner's
//! customers and reports nothing is told but that there is one, and until when.

use super::names;
use super::store::{self, Met, Stored};
use crate::customers;
use crate::db::Db;
use crate::error::Error;
use crate::scope::Scope;
use contract::customers::ListQuery;
use contract::id::PartnerId;
use contract::prospects::{Common, Finding, FindingKind, NewProspect};
use contract::time::from_millis;
use sqlx::AnyConnection;

/// The most that is told of.
const SHOWN: usize = 10;

/// What a report meets, the worst first. With a transaction's connection what it meets stays as it is; `own` was looked
/// up before, since whoever holds a connection must not wait for another.
pub(super) async fn findings(
    connection: &mut AnyConnection,
    scope: &Scope,
    new: &NewProspect,
    own: &Own,
) -> Result<Vec<Finding>, Error> {
    let mut found: Vec<Finding> = Vec::new();
    let mut known: Vec<(PartnerId, String)> = Vec::new();
    for (claim, report) in store::claiming(connection, &names::claims(new), scope.now).await? {
        if !report.state.is_live() {
            continue;
        }
        let common = match claim.split(':').next() {
            Some("name") => Common::Name,
            Some("phone") => Common::Phone,
            _ => Common::Email,
        };
        let key = (report.partner_id.clone(), report.id.to_string());
        if let Some(place) = known.iter().position(|k| *k == key) {
            found[place].common.push(common);
            continue;
        }
        known.push(key);
        let finding = reported(connection, scope, &report, common).await?;
        found.push(finding);
    }
    for met in store::customers_with(connection, new).await? {
        let common = if met.by_email { Common::Email } else { Common::Phone };
        let key = (met.partner_id.clone(), met.customer.to_string());
        match known.iter().position(|k| *k == key) {
            Some(place) => found[place].common.push(common),
            None => {
                known.push(key);
                found.push(customer(scope, met, common));
            }
        }
    }
    let core = names::core(&new.name);
    for one in own.0.iter().cloned() {
        let key = (scope.partner_id.clone(), one.0.customer.to_string());
        match known.iter().position(|k| *k == key) {
            Some(place) if one.1 && !found[place].common.contains(&Common::Name) => {
                found[place].common.insert(0, Common::Name);
            }
            Some(_) => {}
            None => {
                known.push(key);
                let kind = if one.1 { FindingKind::Customer } else { FindingKind::Similar };
                found.push(Finding { kind, ..customer(scope, one.0, Common::Name) });
            }
        }
    }
    for report in store::near(connection, &core, scope.now).await? {
        let key = (report.partner_id.clone(), report.id.to_string());
        let other = names::core(&report.new.name);
        if !report.state.is_live() || known.contains(&key) || !names::alike(&core, &other) {
            continue;
        }
        known.push(key);
        let whose = whose(connection, scope, &report.partner_id).await?;
        let kind = if matches!(whose, Whose::Elsewhere) {
            FindingKind::SimilarElsewhere
        } else {
            FindingKind::Similar
        };
        let finding = reported(connection, scope, &report, Common::Name).await?;
        found.push(Finding { kind, ..finding });
    }
    found.sort_by_key(|finding| {
        std::cmp::Reverse(contract::prospects::Verdict::of(std::slice::from_ref(finding)))
    });
    found.truncate(SHOWN);
    Ok(found)
}

/// Whose a report or a customer is.
enum Whose {
    Own,
    Reseller(String),
    Elsewhere,
}

async fn whose(connection: &mut AnyConnection, scope: &Scope, partner: &PartnerId) -> Result<Whose, Error> {
    if *partner == scope.partner_id {
        return Ok(Whose::Own);
    }
    let (distributor, name) = store::whose(connection, partner).await?;
    Ok(if distributor.as_ref() == Some(&scope.partner_id) { Whose::Reseller(name) } else { Whose::Elsewhere })
}

async fn reported(
    connection: &mut AnyConnection,
    scope: &Scope,
    report: &Stored,
    common: Common,
) -> Result<Finding, Error> {
    let until = report.held_until.map(from_millis);
    let (kind, name, by) = match whose(connection, scope, &report.partner_id).await? {
        Whose::Own => (FindingKind::Reported, report.new.name.clone(), report.reporter.clone()),
        Whose::Reseller(by) => (FindingKind::OfReseller, report.new.name.clone(), by),
        Whose::Elsewhere => (FindingKind::Protected, String::new(), String::new()),
    };
    Ok(Finding { kind, common: vec![common], name, by, until, customer: None })
}

fn customer(scope: &Scope, met: Met, common: Common) -> Finding {
    let common = vec![common];
    let hidden = |kind| Finding {
        kind,
        common: common.clone(),
        name: String::new(),
        by: String::new(),
        until: None,
        customer: None,
    };
    if met.partner_id == scope.partner_id {
        // A customer outside the person's sight has neither name nor page for them.
        let seen = scope.managers.as_ref().is_none_or(|own| met.manager.is_some_and(|m| own.contains(&m)));
        let found = hidden(FindingKind::Customer);
        return if seen { Finding { name: met.name, customer: Some(met.customer), ..found } } else { found };
    }
    if met.distributor.as_ref() == Some(&scope.partner_id) {
        return Finding { name: met.name, by: met.partner, ..hidden(FindingKind::CustomerOfReseller) };
    }
    hidden(FindingKind::CustomerElsewhere)
}

/// The partner's customers with such a name, and whether it is the same name.
#[derive(Debug, Clone, Default)]
pub(super) struct Own(Vec<(Met, bool)>);

/// Looks the partner's customers with such a name up.
pub(super) async fn own(db: &Db, scope: &Scope, name: &str) -> Result<Own, Error> {
    let stem = names::stem(name);
    // One character is in too many names to tell anything.
    if stem.chars().count() < 2 {
        return Ok(Own::default());
    }
    let whole = Scope { managers: None, ..scope.clone() };
    let query = ListQuery { q: Some(stem), ..ListQuery::default() };
    let (rows, _) = customers::list::batch(db, &whole, &query, 20).await?;
    let core = names::core(name);
    let met = |found: customers::store::Found| {
        let other = names::core(found.row.title());
        let same = other == core;
        let met = Met {
            partner_id: scope.partner_id.clone(),
            customer: found.row.id.clone(),
            name: found.row.title().to_owned(),
            manager: found.manager_id.clone(),
            by_email: false,
            distributor: None,
            partner: String::new(),
        };
        (same || names::alike(&core, &other)).then_some((met, same))
    };
    Ok(Own(rows.into_iter().filter_map(met).collect()))
}

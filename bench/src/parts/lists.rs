//! The customer list: every order, first and deep pages.

use super::cases::{self, Case};
use crate::Arguments;
use crate::client::{Account, Connection, Session};
use crate::report::{Report, Target};
use crate::server::Server;
use anyhow::{Context, ensure};

/// Each order and its reverse.
const SORTS: [(&str, &str); 6] = [
    ("-associated_on", "associated_on"),
    ("associated_on", "-associated_on"),
    ("name", "-name"),
    ("-name", "name"),
    ("available", "-available"),
    ("-available", "available"),
];
/// Pages of 100 rows that are walked through to get deep.
const WALKED: usize = 200;
/// Every which of them is asked for.
const EVERY: usize = 5;
const TARGET: Target = Target::AtMost(20.0);
const REFERENCE: &str = "SQLite alone, keyset page: 0.02 ms";

pub(super) async fn measure(
    server: &Server,
    admin: &Account,
    arguments: &Arguments,
    report: &mut Report,
) -> anyhow::Result<()> {
    let session = Session::begin(server.address, admin).await?;
    let mut connection = Connection::open(server.address).await?;
    let mut walks = Vec::new();
    for (sort, _) in SORTS {
        walks.push(walk(&session, &mut connection, sort).await?);
    }
    let mut cases = Vec::new();
    for (sort, reverse) in SORTS {
        let first = session.get(&format!("/api/customers?sort={sort}"))?;
        cases.push(Case::of(format!("customer list by {sort}, first page"), vec![first], TARGET, REFERENCE));
        // Up to 20,000 rows deep by walking there; and as far from the end: a place that is 20,000 rows
        // deep in the reverse order is a page near the end of this one.
        let near_start = place(sort).and_then(|at| walks.get(at)).context("a walk is missing")?;
        let near_end = place(reverse).and_then(|at| walks.get(at)).context("a walk is missing")?;
        let mut deep = Vec::new();
        for cursor in near_start.iter().chain(near_end) {
            let request = session.get(&format!("/api/customers?sort={sort}&page={cursor}"))?;
            let page = connection.json(request.clone()).await?;
            let rows = page["items"].as_array().map_or(0, Vec::len);
            ensure!(rows > 0 && page["previous"].is_string(), "a deep page by {sort} is not deep");
            deep.push(request);
        }
        ensure!(!deep.is_empty(), "too few customers for deep pages");
        cases.push(Case::of(format!("customer list by {sort}, deep pages"), deep, TARGET, REFERENCE));
    }
    cases::measure(server.address, arguments, cases, report).await
}

fn place(sort: &str) -> Option<usize> {
    SORTS.iter().position(|(s, _)| *s == sort)
}

/// Cursors on the way into a list.
async fn walk(session: &Session, connection: &mut Connection, sort: &str) -> anyhow::Result<Vec<String>> {
    let mut cursors = Vec::new();
    let mut path = format!("/api/customers?sort={sort}&limit=100");
    for step in 1..=WALKED {
        let page = connection.json(session.get(&path)?).await?;
        let Some(next) = page["next"].as_str() else { break };
        if step % EVERY == 0 {
            cursors.push(next.to_owned());
        }
        path = format!("/api/customers?sort={sort}&limit=100&page={next}");
    }
    Ok(cursors)
}

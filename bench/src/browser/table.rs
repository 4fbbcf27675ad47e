//! The console's table against the same elements made by a few lines of JavaScript.

use super::{Seen, range};
use crate::Arguments;
use crate::report::{Report, Row, Target, number};
use anyhow::ensure;
use serde_json::json;

/// Turns of both tables, each in a browser context of its own.
const ROUNDS: usize = 5;
/// What is measured, by the names of browser/table.mjs.
const OPERATIONS: [&str; 10] = [
    "create 1,000",
    "replace 1,000",
    "update every 10th of 1,000",
    "select",
    "swap",
    "remove",
    "append 1,000",
    "clear 1,000",
    "create 10,000",
    "update every 10th of 10,000",
];
/// The operation in which the console is ahead because rows that go lend their elements.
const LENDING: &str = "replace 1,000";
const REFERENCE: &str = "a bare Leptos table 1.26, Solid 1.03, Svelte 1.10, React 1.42";

/// Measures each operation on both.
pub async fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let folder = arguments.bench_page.canonicalize().unwrap_or_default();
    ensure!(folder.join("index.html").exists(), "no page at {}", arguments.bench_page.display());
    let seen = Seen::of(arguments, "table", json!({ "folder": folder, "rounds": ROUNDS })).await?;
    let mut ratios = Vec::new();
    for operation in OPERATIONS {
        let (ours, plain) = (format!("console_{operation}"), format!("plain_{operation}"));
        let ratio = seen.median(&ours)? / seen.median(&plain)?;
        let side = |name: &str| {
            anyhow::Ok(format!("{} ms ({})", number(seen.median(name)?), range(&seen.values(name)?)))
        };
        report.add(Row {
            measure: format!("table, {operation}: CPU over vanilla JS"),
            value: ratio,
            unit: "",
            detail: format!("{} over {}", side(&ours)?, side(&plain)?),
            target: Target::None,
            reference: "–".into(),
        });
        ratios.push((operation, ratio));
    }
    let mean = |ratios: &[f64]| (ratios.iter().map(|r| r.ln()).sum::<f64>() / ratios.len() as f64).exp();
    let all: Vec<f64> = ratios.iter().map(|(_, ratio)| *ratio).collect();
    let others: Vec<f64> = ratios.iter().filter(|(name, _)| *name != LENDING).map(|(_, r)| *r).collect();
    report.add(Row {
        measure: "table: geometric mean of CPU over vanilla JS".into(),
        value: mean(&all),
        unit: "",
        detail: format!("{} without \"{LENDING}\", where rows lend their elements", number(mean(&others))),
        target: Target::AtMost(1.15),
        reference: REFERENCE.into(),
    });
    Ok(())
}

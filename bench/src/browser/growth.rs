//! Whether the console grows while it is used.

use super::{Seen, Used};
use crate::Arguments;
use crate::data::Work;
use crate::report::{Report, Row, Target, number};
use anyhow::Context;
use serde_json::json;

/// Rounds after the first; each goes to twenty places (browser/growth.mjs).
const ROUNDS: usize = 10;

/// A figure of the script: its name there, what it is, its unit, what divides it, how much it may grow. The
/// heap may by what is the browser's own: code that it compiles better with use, notes of layout shifts.
const FIGURES: [(&str, &str, &str, f64, f64); 4] = [
    ("nodes", "DOM nodes", "", 1.0, 0.0),
    ("listeners", "event listeners", "", 1.0, 0.0),
    ("heap", "JavaScript heap", "kB", 1000.0, 100.0),
    ("wasm", "memory of the WebAssembly", "kB", 1000.0, 0.0),
];

/// Measures what there is after one round and after all.
pub async fn measure(arguments: &Arguments, work: &Work, report: &mut Report) -> anyhow::Result<()> {
    let used = Used::start(work).await?;
    let task = json!({ "address": used.address(), "cookie": used.cookie, "rounds": ROUNDS });
    let seen = Seen::of(arguments, "growth", task).await?;
    let navigations = number(seen.median("navigations")?);
    for (name, what, unit, divisor, most) in FIGURES {
        let values: Vec<f64> = seen.values(name)?.iter().map(|value| value / divisor).collect();
        let (first, last) = (values.first().context("no value")?, values.last().context("no value")?);
        let steps = values.iter().map(|value| number(*value)).collect::<Vec<_>>().join(", ");
        report.add(Row {
            measure: format!("{what}: growth in {navigations} navigations"),
            value: last - first,
            unit,
            detail: format!("by round: {steps}"),
            target: Target::AtMost(most),
            reference: "Leptos shell: heap 2,500 to 2,700 kB, nodes and listeners not at all".into(),
        });
    }
    Ok(())
}

//! The console in Chromium, driven by `browser/main.mjs`.

use crate::Arguments;
use crate::client::{Connection, Session, get};
use crate::data::Work;
use crate::parts::SMALL;
use crate::process;
use crate::report::{Report, Row, Target, number};
use crate::server::Server;
use crate::stats::median;
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

/// Cold loads whose medians count.
const RUNS: usize = 7;
/// Loads on a slow line with a slow processor.
const SLOW_RUNS: usize = 3;
/// For heap and bytes.
const KB: f64 = 1000.0;

/// A figure of the script: its name there, what it is, its unit, what divides it, its target, references.
type Figure = (&'static str, &'static str, &'static str, f64, Target, &'static str);

const FIGURES: &[Figure] = &[
    (
        "bytes",
        "cold load of the list: transferred",
        "kB",
        KB,
        Target::AtMost(250.0),
        "consoles 412–766, bare Leptos shell 193; the main job alone had 220",
    ),
    ("requests", "cold load: requests", "", 1.0, Target::AtMost(8.0), "consoles 6–102, shell 5"),
    ("calls", "cold load: API calls", "", 1.0, Target::AtMost(3.0), "–"),
    (
        "cpu",
        "cold load: renderer CPU to the first row",
        "ms",
        1.0,
        Target::AtMost(350.0),
        "consoles 560–1,720, shell 270",
    ),
    ("row", "cold load: first row after", "ms", 1.0, Target::None, "consoles 593–1,669, shell 211"),
    (
        "heap",
        "cold load: JavaScript heap after a collection",
        "MB",
        KB * KB,
        Target::AtMost(4.0),
        "consoles 8.2–20.7, shell 1.7",
    ),
    ("wasm", "cold load: memory of the WebAssembly besides", "MB", KB * KB, Target::None, "–"),
    ("next", "next page, renderer CPU", "ms", 1.0, Target::AtMost(40.0), "consoles 130–630, shell 25"),
    (
        "dialog",
        "appropriation dialog, renderer CPU",
        "ms",
        1.0,
        Target::AtMost(30.0),
        "consoles 70–210, shell 20",
    ),
    (
        "detail",
        "opening the detail, renderer CPU",
        "ms",
        1.0,
        Target::AtMost(45.0),
        "consoles 145–335, shell 30",
    ),
    (
        "plain_next",
        "the same rows with other texts, by ten lines of script",
        "ms",
        1.0,
        Target::None,
        "what this browser takes for it on this machine",
    ),
    (
        "plain_dialog",
        "an empty dialog with a field, by ten lines of script",
        "ms",
        1.0,
        Target::None,
        "what this browser takes for it on this machine",
    ),
    ("cls", "cold load: layout shift (CLS)", "", 1.0, Target::None, "shell without reserved space 0.19–0.45"),
    (
        "slow_paint",
        "slow line and processor: first paint",
        "ms",
        1.0,
        Target::None,
        "9 Mbit/s, 170 ms round trip, CPU slowed 4 times",
    ),
    (
        "slow_row",
        "slow line and processor: first row",
        "ms",
        1.0,
        Target::None,
        "consoles 3,900–8,300, shell 1,100",
    ),
];

/// Measures the console.
pub async fn measure(arguments: &Arguments, work: &Work, report: &mut Report) -> anyhow::Result<()> {
    let (kept, _) = work.demo(SMALL).await?;
    let folder = work.copy(&kept, "browser").await?;
    let admin = Server::admin(work, &folder).await?;
    let server = Server::start(work, &folder).await?;
    let index = Connection::open(server.address).await?.send(get(server.address, "/")?).await?;
    ensure!(index.status().is_success(), "this server has no console inside: build the app, then the server");
    let session = Session::begin(server.address, &admin).await?;
    let task = json!({
        "address": format!("http://{}", server.address),
        "cookie": session.cookie.to_str()?,
        "chromium": arguments.chromium,
        "runs": RUNS,
        "slowRuns": SLOW_RUNS,
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/main.mjs");
    let said = process::output(Command::new("node").arg(script).arg(task.to_string())).await?;
    let last = said.lines().last().context("the browser script said nothing")?;
    let seen: BTreeMap<String, Vec<Value>> = serde_json::from_str(last)?;
    for (name, measure, unit, divisor, target, reference) in FIGURES.iter().copied() {
        let values = |name: &str| -> Vec<f64> {
            let seen = seen.get(name).into_iter().flatten();
            seen.filter_map(Value::as_f64).map(|v| v / divisor).collect()
        };
        let (all, main_thread) = (values(name), values(&format!("{name}_main")));
        ensure!(!all.is_empty(), "the browser script did not measure {name}");
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let most = all.iter().copied().fold(0.0, f64::max);
        let mut detail = format!("{}–{}", number(least), number(most));
        if !main_thread.is_empty() {
            detail.push_str(&format!(", of which the main thread {}", number(median(main_thread))));
        }
        let (measure, value, reference) = (measure.into(), median(all), reference.into());
        report.add(Row { measure, value, unit, detail, target, reference });
    }
    Ok(())
}

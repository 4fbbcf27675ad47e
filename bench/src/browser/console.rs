//! The console as a person uses it: loads and actions.

use super::{Seen, Used, range};
use crate::Arguments;
use crate::data::Work;
use crate::report::{Report, Row, Target, number};
use crate::stats::median;
use serde_json::json;

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

/// What a person does with a hundred rows: its name in the script, in words, and the most CPU in ms.
const ACTIONS: [(&str, &str, Target); 6] = [
    ("hundred_key", "a letter in the search", MOST),
    ("hundred_search", "five letters and the rows that they find", Target::None),
    ("hundred_sort", "sorting", MOST),
    ("hundred_next", "next page", MOST),
    ("hundred_dialog", "opening the dialog", MOST),
    ("hundred_palette", "opening the palette", MOST),
];
const MOST: Target = Target::AtMost(45.0);

/// Measures loads and actions.
pub async fn measure(arguments: &Arguments, work: &Work, report: &mut Report) -> anyhow::Result<()> {
    let used = Used::start(work).await?;
    let task = json!({
        "address": used.address(),
        "cookie": used.cookie,
        "runs": RUNS,
        "slowRuns": SLOW_RUNS,
    });
    let seen = Seen::of(arguments, "console", task).await?;
    for (name, measure, unit, divisor, target, reference) in FIGURES.iter().copied() {
        add(report, &seen, (name, measure.into(), unit, divisor, target, reference))?;
    }
    for (name, words, most) in ACTIONS {
        // What the browser takes by itself, where a few lines of script do the same.
        let beside = |suffix: &str, reference: &str| {
            let least = seen.all(&format!("{}{suffix}", name.replace('_', "_plain_")));
            if least.is_empty() {
                return reference.to_owned();
            }
            format!("{reference}; ten lines of script {}", number(median(least)))
        };
        for (suffix, what, target, reference) in [
            ("", "renderer CPU", most, "consoles 70–630 with their 10 to 50 rows"),
            ("_inp", "INP", Target::AtMost(50.0), "good on the web: 200; told in steps of 8, from 16"),
            ("_slow_inp", "INP, CPU slowed 4 times", Target::AtMost(150.0), "consoles 72–856, shell 24–80"),
        ] {
            let measure = format!("100 rows, {words}: {what}");
            let reference = beside(suffix, reference);
            add(report, &seen, (&format!("{name}{suffix}"), measure, "ms", 1.0, target, &reference))?;
        }
    }
    Ok(())
}

/// Adds the median of a figure.
fn add(
    report: &mut Report,
    seen: &Seen,
    (name, measure, unit, divisor, target, reference): (&str, String, &'static str, f64, Target, &str),
) -> anyhow::Result<()> {
    let values: Vec<f64> = seen.values(name)?.into_iter().map(|v| v / divisor).collect();
    let main_thread = seen.all(&format!("{name}_main"));
    let mut detail = range(&values);
    if !main_thread.is_empty() {
        detail.push_str(&format!(", of which the main thread {}", number(median(main_thread))));
    }
    report.add(Row { measure, value: median(values), unit, detail, target, reference: reference.into() });
    Ok(())
}

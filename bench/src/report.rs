//! The table at the end.

use crate::process;

/// What a figure must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
    /// Nothing was agreed; the figure informs.
    None,
}

impl Target {
    fn holds(self, value: f64) -> Option<bool> {
        match self {
            Self::AtMost(most) => Some(value <= most),
            Self::AtLeast(least) => Some(value >= least),
            Self::None => None,
        }
    }
}

/// A line of the table.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub measure: String,
    /// The figure that the target is about.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What else was seen.
    pub detail: String,
    /// What it must reach.
    pub target: Target,
    /// A reference, or the physical limit.
    pub reference: String,
}

/// The lines so far.
#[derive(Debug)]
pub struct Report {
    load_at_start: String,
    rows: Vec<Row>,
    failures: Vec<String>,
}

impl Report {
    /// Begins, and notes how busy the machine is.
    pub fn new() -> Self {
        Self { load_at_start: process::load_average(), rows: Vec::new(), failures: Vec::new() }
    }

    /// Adds a line, and shows it at once.
    pub fn add(&mut self, row: Row) {
        eprintln!("  {}: {} ({})", row.measure, with_unit(row.value, row.unit), row.detail);
        self.rows.push(row);
    }

    /// Notes that something did not run.
    pub fn failed(&mut self, part: &str, error: &anyhow::Error) {
        eprintln!("  {part} failed: {error:#}");
        self.failures.push(format!("{part}: {error:#}"));
    }

    /// Whether everything ran.
    pub fn all_ran(&self) -> bool {
        self.failures.is_empty()
    }

    /// Prints the table as Markdown.
    pub fn print(&self) {
        println!("\n| measure | result (median) | target | reference or physical figure | ok? |");
        println!("|---|---|---|---|---|");
        for row in &self.rows {
            let ok = match row.target.holds(row.value) {
                Some(true) => "yes",
                Some(false) => "**no**",
                None => "–",
            };
            let target = match row.target {
                Target::AtMost(most) => format!("≤ {}", with_unit(most, row.unit)),
                Target::AtLeast(least) => format!("≥ {}", with_unit(least, row.unit)),
                Target::None => "–".to_owned(),
            };
            let detail = if row.detail.is_empty() { String::new() } else { format!(" ({})", row.detail) };
            let result = with_unit(row.value, row.unit);
            println!("| {} | {result}{detail} | {target} | {} | {ok} |", row.measure, row.reference);
        }
        println!(
            "\nLoad average at the start: {}; at the end: {}.",
            self.load_at_start,
            process::load_average()
        );
        for failure in &self.failures {
            println!("Did not run: {failure}");
        }
    }
}

fn with_unit(value: f64, unit: &str) -> String {
    format!("{} {unit}", number(value)).trim_end().to_owned()
}

/// A number with as many decimals as it deserves, thousands apart.
pub fn number(value: f64) -> String {
    let decimals = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 0.1 => 2,
        _ => 4,
    };
    let text = format!("{value:.decimals$}");
    let (whole, rest) =
        text.split_once('.').map_or((text.as_str(), ""), |(w, r)| (w, r.trim_end_matches('0')));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && digit != '-' && (whole.len() - index).is_multiple_of(3) && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    if rest.is_empty() { out } else { format!("{out}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let all: Vec<_> =
            [0.0, 0.0021, 0.256, 12.34, 999.6, 1_234_567.0, -1234.0].into_iter().map(number).collect();
        assert_eq!(all, ["0", "0.0021", "0.26", "12.3", "1,000", "1,234,567", "-1,234"]);
    }

    #[test]
    fn targets_include_their_bound() {
        assert_eq!(Target::AtMost(20.0).holds(20.0), Some(true));
        assert_eq!(Target::AtLeast(2000.0).holds(1999.9), Some(false));
        assert_eq!(Target::None.holds(1.0), None);
    }
}

//! Latencies, and medians over rounds.

/// What one measurement saw. All latencies are kept: a measurement is short, and so percentiles are exact.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Sorted, in microseconds.
    micros: Vec<u32>,
    seconds: f64,
}

impl Sample {
    /// Takes the latencies of a measurement, in any order, and how long it was.
    pub fn new(mut micros: Vec<u32>, seconds: f64) -> Self {
        micros.sort_unstable();
        Self { micros, seconds }
    }

    /// Milliseconds that this share of the requests kept within; `1.0` is the slowest.
    pub fn percentile(&self, share: f64) -> f64 {
        let last = self.micros.len().saturating_sub(1);
        let rank = (share * self.micros.len() as f64).ceil() as usize;
        self.micros.get(rank.saturating_sub(1).min(last)).map_or(0.0, |m| f64::from(*m) / 1000.0)
    }

    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.micros.len() as f64 / self.seconds
    }
}

/// The median of some figures; 0 of none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The same measurement, several times.
#[derive(Debug, Clone, Default)]
pub struct Rounds(pub Vec<Sample>);

impl Rounds {
    /// The median of a figure over the rounds.
    pub fn median(&self, figure: impl Fn(&Sample) -> f64) -> f64 {
        median(self.0.iter().map(figure))
    }

    /// p50, p95, maximum and rate in words; p99 stands in the result itself.
    pub fn detail(&self) -> String {
        let ms = |share| crate::report::number(self.median(|s| s.percentile(share)));
        let rate = crate::report::number(self.median(Sample::rate));
        format!("p50 {}, p95 {}, max {} ms; {rate}/s", ms(0.5), ms(0.95), ms(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_latencies_that_were_seen() {
        let sample = Sample::new((1..=1000).rev().map(|n| n * 1000).collect(), 2.0);
        let seen = [0.5, 0.99, 1.0].map(|share| sample.percentile(share));
        assert!(seen.iter().zip([500.0, 990.0, 1000.0]).all(|(a, b)| (a - b).abs() < 1e-9), "{seen:?}");
        assert!((sample.rate() - 500.0).abs() < 1e-9);
        assert!(Sample::new(Vec::new(), 1.0).percentile(0.99).abs() < 1e-9);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert!((median([3.0, 1.0, 2.0, 10.0]) - 2.5).abs() < 1e-9);
    }
}

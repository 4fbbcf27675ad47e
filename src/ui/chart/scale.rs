//! Where amounts are along an axis that begins and ends at round numbers.

/// The axis in hundredths of a percent, the unit of all places on it.
const WHOLE: i128 = 10_000;
/// A larger step is taken as long as there were more steps than this on one side of zero.
const STEPS: i128 = 4;

/// An axis from above downwards. Zero is always on it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scale {
    high: i128,
    step: i128,
    steps: i128,
}

impl Scale {
    /// The axis that holds amounts from `low` to `high`.
    pub(super) fn new(low: i128, high: i128) -> Self {
        let (low, high) = (low.min(0), high.max(0));
        let (mut step, mut turn) = (1, 0);
        while high - low > step * STEPS {
            // 1, 2, 5, 10, 20, 50, …
            turn = (turn + 1) % 3;
            step = if turn == 2 { step / 2 * 5 } else { step * 2 };
        }
        let below = (step - 1 - low) / step;
        // Where all amounts are nothing there is still an axis to show it.
        let above = ((high + step - 1) / step).max(i128::from(below == 0));
        Self { high: above * step, step, steps: above + below }
    }

    /// How far below the top an amount is, in hundredths of a percent.
    // Not inlined: arithmetic on so wide numbers is large code.
    #[inline(never)]
    pub(super) fn down(&self, amount: i128) -> i64 {
        ((self.high - amount) * WHOLE / (self.step * self.steps)) as i64
    }

    /// The amounts at the steps, from above.
    pub(super) fn ticks(&self) -> Vec<i128> {
        (0..=self.steps).map(|n| self.high - n * self.step).collect()
    }
}

/// How far a part of the whole is along it, in hundredths of a percent.
pub(super) fn along(part: usize, whole: usize) -> i64 {
    (part * 10_000 / whole.max(1)) as i64
}

/// A length in hundredths of a percent, as drawings have it.
pub(super) fn percent(hundredths: i64) -> String {
    plain(hundredths) + "%"
}

/// A number that is given in hundredths, as drawings have it.
pub(super) fn plain(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_begins_and_ends_at_round_numbers() {
        let ticks = |low, high| Scale::new(low, high).ticks();
        assert_eq!(ticks(0, 7), [8, 6, 4, 2, 0]);
        assert_eq!(ticks(5, 1_234), [1_500, 1_000, 500, 0]);
        assert_eq!(ticks(-30, 100), [100, 50, 0, -50]);
        assert_eq!(ticks(-3, -1), [0, -1, -2, -3]);
        assert_eq!(ticks(0, 0), [1, 0]);
    }

    #[test]
    fn places_are_measured_from_the_top_without_loss() {
        let scale = Scale::new(-100, 300);
        assert_eq!([300, 0, -100].map(|a| scale.down(a)), [0, 7_500, 10_000]);
        let huge = Scale::new(0, 10_i128.pow(30));
        assert_eq!(huge.down(10_i128.pow(30) / 4), 7_500);
    }

    #[test]
    fn numbers_of_drawings_have_two_decimals() {
        assert_eq!([12_345, -5, 0].map(plain), ["123.45", "-0.05", "0.00"]);
        assert_eq!(percent(along(1, 3)), "33.33%");
        assert_eq!(along(0, 0), 0);
    }
}

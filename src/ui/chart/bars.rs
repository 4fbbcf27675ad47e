//! Stacked bars. Amounts below zero go below the baseline.

use super::axes;
use super::frame::Drawing;
use super::ink::Ink;
use super::scale::{Scale, percent};
use super::{Chart, Point};
use crate::ui::el::El;

/// A part of a bar: series, top and height in hundredths of a percent.
type Part = (usize, i64, i64);

/// The chart as bars.
pub(super) fn draw(chart: &Chart, ink: &Ink, picture: El) -> Drawing {
    let scale = scale(&chart.points);
    // A column has 100 parts: the bar is 72 of them.
    let x = |parts: usize| percent((parts * 100 / chart.points.len()) as i64);
    axes::columns(chart, &scale, picture, &|n, mut column| {
        for (series, top, height) in stack(&chart.points[n].amounts, &scale) {
            let part = ink.area("rect", series).attr("x", x(n * 100 + 14)).attr("width", x(72));
            column = column.child(part.attr("y", percent(top)).attr("height", percent(height)));
        }
        column
    })
}

/// The axis that holds all that is stacked, above zero and below.
fn scale(points: &[Point]) -> Scale {
    let (mut low, mut high) = (0, 0);
    for point in points {
        let (mut down, mut up) = (0, 0);
        for amount in &point.amounts {
            *(if *amount > 0 { &mut up } else { &mut down }) += amount;
        }
        (low, high) = (low.min(down), high.max(up));
    }
    Scale::new(low, high)
}

/// Where the parts of a bar are, from the baseline outwards; nothing is drawn for nothing.
fn stack(amounts: &[i128], scale: &Scale) -> Vec<Part> {
    let (mut down, mut up, mut parts) = (0, 0, Vec::new());
    for (series, amount) in amounts.iter().enumerate() {
        let end = if *amount > 0 { &mut up } else { &mut down };
        // Both ends are rounded, not the height, so that parts meet without gaps.
        let from = scale.down(*end);
        *end += amount;
        let to = scale.down(*end);
        if from != to {
            parts.push((series, from.min(to), (to - from).abs()));
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(all: &[&[i128]]) -> Vec<Point> {
        all.iter().map(|a| Point { label: String::new(), amounts: a.to_vec() }).collect()
    }

    #[test]
    fn parts_stack_from_the_baseline_and_meet() {
        let scale = scale(&points(&[&[30, 70], &[50, 0]]));
        assert_eq!(stack(&[30, 70], &scale), [(0, 7_000, 3_000), (1, 0, 7_000)]);
        assert_eq!(stack(&[50, 0], &scale), [(0, 5_000, 5_000)]);
    }

    #[test]
    fn amounts_below_zero_go_below_the_baseline() {
        let scale = scale(&points(&[&[300, -60, 100, -40]]));
        assert_eq!(scale, Scale::new(-100, 400));
        let parts = stack(&[300, -60, 100, -40], &scale);
        assert_eq!(parts, [(0, 1_666, 5_000), (1, 6_666, 1_000), (2, 0, 1_666), (3, 7_666, 667)]);
    }

    #[test]
    fn nothing_and_no_bars_have_no_parts() {
        assert_eq!(scale(&[]), Scale::new(0, 0));
        assert!(stack(&[0, 0], &scale(&points(&[&[0, 0]]))).is_empty());
    }
}

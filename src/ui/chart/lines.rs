//! A line a series, with a marker at each point.

use super::axes;
use super::frame::Drawing;
use super::ink::Ink;
use super::scale::{Scale, percent};
use super::{Chart, Point};
use crate::ui::el::{El, svg};

/// The chart as lines.
pub(super) fn draw(chart: &Chart, ink: &Ink, picture: El) -> Drawing {
    let points = &chart.points;
    let scale = scale(points);
    // Lines have no places in percent: they stretch over the drawing, but their strokes do not.
    let mut lines = svg("svg")
        .attr("viewBox", format!("0 0 {} 10000", 2 * points.len().max(1)))
        .attr("preserveAspectRatio", "none")
        .attr("overflow", "visible");
    for series in 0..chart.series.len() {
        lines = lines.child(ink.line("polyline", series).attr("points", line(points, series, &scale)));
    }
    axes::columns(chart, &scale, picture.child(lines), &|n, mut column| {
        for (series, amount) in points[n].amounts.iter().enumerate() {
            let x = percent(axes::middle(n, points.len()));
            column = column.child(ink.marker(series, &x, &percent(scale.down(*amount))));
        }
        column
    })
}

/// The axis that holds all amounts.
fn scale(points: &[Point]) -> Scale {
    let (mut low, mut high) = (0, 0);
    for point in points {
        for amount in &point.amounts {
            (low, high) = (low.min(*amount), high.max(*amount));
        }
    }
    Scale::new(low, high)
}

/// The corners of a series' line: a point's column is two units wide, the axis 10,000 high.
fn line(points: &[Point], series: usize, scale: &Scale) -> String {
    let mut line = String::new();
    for (n, point) in points.iter().enumerate() {
        let amount = point.amounts.get(series).copied().unwrap_or(0);
        line += &format!("{} {} ", 2 * n + 1, scale.down(amount));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(all: &[&[i128]], series: usize) -> String {
        let points: Vec<_> =
            all.iter().map(|a| Point { label: String::new(), amounts: a.to_vec() }).collect();
        line(&points, series, &scale(&points))
    }

    #[test]
    fn a_line_goes_through_the_middle_of_each_column() {
        let points: [&[i128]; 3] = [&[0, 40], &[10, 20], &[40, 0]];
        assert_eq!(lines(&points, 0), "1 10000 3 7500 5 0 ");
        assert_eq!(lines(&points, 1), "1 0 3 5000 5 10000 ");
    }

    #[test]
    fn lines_go_below_zero_and_a_missing_amount_is_nothing() {
        assert_eq!(lines(&[&[-10], &[]], 0), "1 10000 3 0 ");
    }

    #[test]
    fn no_points_are_no_line() {
        assert_eq!(lines(&[], 0), "");
        assert_eq!(lines(&[&[0]], 0), "1 10000 ");
    }
}

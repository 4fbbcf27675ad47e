//! What bars and lines share: a column a point, between an axis of amounts and an axis of labels.

use super::Chart;
use super::frame::{Drawing, Tip};
use super::scale::{Scale, along, percent};
use crate::ui::el::{El, div, span, svg};

/// The most labels below the columns.
const LABELS: usize = 6;

/// A drawing of columns on a picture: `fill` puts a column's shapes into it, by its number.
pub(super) fn columns(chart: &Chart, scale: &Scale, picture: El, fill: &dyn Fn(usize, El) -> El) -> Drawing {
    let count = chart.points.len();
    let zero = percent(scale.down(0));
    let baseline = svg("line")
        .attr("class", "chart__baseline")
        .attr("x2", "100%")
        .attr("y1", zero.as_str())
        .attr("y2", zero.as_str());
    let mut marks = Vec::new();
    let mut labels = div().attr("class", "chart__labels").attr("aria-hidden", "true");
    for (n, point) in chart.points.iter().enumerate() {
        let place = middle(n, count);
        if n.is_multiple_of(count.div_ceil(LABELS)) {
            let label = span().attr("class", "chart__label").style("--place", &percent(place));
            labels = labels.child(label.child(point.label.clone()));
        }
        let hit = svg("rect")
            .attr("class", "chart__hit")
            .attr("x", percent(along(n, count)))
            .attr("width", percent(along(1, count)))
            .attr("height", "100%");
        let (mut sum, mut rows) = (0, Vec::new());
        for (series, amount) in point.amounts.iter().enumerate() {
            if *amount != 0 {
                sum += amount;
                rows.push((series, (chart.say)(*amount)));
            }
        }
        let tip = Tip { title: point.label.clone(), sum: (chart.say)(sum), rows, place };
        marks.push((fill(n, svg("g").child(hit)), tip));
    }
    let mut said = div().attr("class", "chart__ticks number").attr("aria-hidden", "true");
    let ticks = scale.ticks();
    for amount in &ticks {
        said = said.child(span().child((chart.say)(*amount)));
    }
    Drawing {
        class: "chart",
        picture: picture.style("--steps", &(ticks.len() - 1).to_string()).child(baseline),
        marks,
        plot: div().child(said).child(labels),
        keys: (0..chart.series.len()).map(|series| (series, String::new())).collect(),
        note: None,
    }
}

/// Where the middle of a column is.
pub(super) fn middle(number: usize, count: usize) -> i64 {
    along(2 * number + 1, 2 * count)
}

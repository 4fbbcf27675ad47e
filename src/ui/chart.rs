//! A chart of stacked bars. Amounts come as whole numbers of any unit; the chart only compares them.

use super::el::{div, li, p, span, svg, ul};
use super::{Words, dom};
use crate::ui::prelude::*;
use leptos::ev;
use wasm_bindgen::JsCast;

/// A bar: what it stands for, and its parts from the baseline outwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// A short label for the axis.
    pub label: String,
    /// The sum in words.
    pub sum: String,
    /// The parts: series, amount, the amount in words. Amounts below zero go below the baseline.
    pub parts: Vec<(usize, i128, String)>,
}

/// A drawn part: series, top, height.
type Part = (usize, i128, i128);

/// The drawing's height in its own units; its width is one unit a bar.
const HEIGHT: i128 = 1000;

/// Where the parts of the bars are, in drawing units, and the baseline.
fn geometry(bars: &[Bar]) -> (Vec<Vec<Part>>, i128) {
    let side = |bar: &Bar, up: bool| -> i128 {
        bar.parts.iter().map(|p| p.1).filter(|a| (*a > 0) == up).map(i128::abs).sum()
    };
    let above = bars.iter().map(|b| side(b, true)).max().unwrap_or(0);
    let below = bars.iter().map(|b| side(b, false)).max().unwrap_or(0);
    let whole = (above + below).max(1);
    let scale = |amount: i128| amount * HEIGHT / whole;
    let baseline = scale(above);
    let place = |bar: &Bar| {
        let (mut up, mut down) = (0, 0);
        let place_part = |(series, amount, _): &(usize, i128, String)| {
            // Both ends are rounded, not the height, so that parts meet without gaps.
            if *amount > 0 {
                let (from, to) = (scale(up), scale(up + amount));
                up += amount;
                (*series, baseline - to, to - from)
            } else {
                let (from, to) = (scale(down), scale(down - amount));
                down -= amount;
                (*series, baseline + from, to - from)
            }
        };
        bar.parts.iter().map(place_part).collect()
    };
    (bars.iter().map(place).collect(), baseline)
}

/// The chart. `series` are the names of the parts, in order.
#[must_use]
pub fn stacked(label: impl Into<Words>, series: Vec<String>, bars: Vec<Bar>) -> AnyView {
    let id = dom::unique("chart");
    let count = bars.len();
    let active = RwSignal::new(None::<usize>);
    let (places, baseline) = geometry(&bars);
    let columns: Vec<_> = places
        .into_iter()
        .zip(&bars)
        .enumerate()
        .map(|(number, (parts, bar))| column(number, parts, bar, &series, active))
        .collect();
    let drawing = svg("svg")
        .attr("class", "chart__drawing")
        .attr("viewBox", format!("0 0 {} {HEIGHT}", count.max(1)))
        .attr("preserveAspectRatio", "none")
        .attr("role", "list")
        .attr("aria-label", label.into().view())
        .child(columns)
        .child(
            svg("line")
                .attr("class", "chart__baseline")
                .attr("x1", "0")
                .attr("x2", count.to_string())
                .attr("y1", baseline.to_string())
                .attr("y2", baseline.to_string()),
        );
    let step = count.div_ceil(6).max(1);
    let labels: Vec<_> = bars
        .iter()
        .enumerate()
        .step_by(step)
        .map(|(number, bar)| {
            let place = format!("{}%", number * 100 / count.max(1));
            span().attr("class", "chart__label").style("--place", &place).child(bar.label.clone())
        })
        .collect();
    let legend: Vec<_> = series
        .iter()
        .enumerate()
        .map(|(number, name)| {
            li().attr("class", "chart__key").child(swatch(number)).child(name.clone()).into_any()
        })
        .collect();
    let tip = move || {
        active.get().and_then(|number| bars.get(number).map(|bar| (number, bar.clone()))).map(
            |(number, bar)| {
                let percent = (number * 200 + 100) / (count.max(1) * 2);
                let rows: Vec<_> = bar
                    .parts
                    .iter()
                    .map(|(s, _, words)| {
                        let name = series.get(*s).cloned().unwrap_or_default();
                        li().child(swatch(*s))
                            .child(span().child(name))
                            .child(span().attr("class", "number").child(words.clone()))
                    })
                    .collect();
                div()
                    .attr("class", if percent > 50 { "chart__tip chart__tip--before" } else { "chart__tip" })
                    .attr("aria-hidden", "true")
                    .style("--place", &format!("{percent}%"))
                    .child(
                        p().child(span().child(bar.label))
                            .child(span().attr("class", "number").child(bar.sum)),
                    )
                    .child(ul().child(rows))
                    .into_any()
            },
        )
    };
    div()
        .attr("class", "chart")
        .attr("id", id)
        .on(ev::mouseleave, move |_| active.set(None))
        .on(ev::focusout, move |_| active.set(None))
        .child(div().attr("class", "chart__area").child(drawing).child(tip))
        .child(div().attr("class", "chart__labels").attr("aria-hidden", "true").child(labels))
        .child(ul().attr("class", "chart__legend").child(legend))
        .into_any()
}

fn swatch(series: usize) -> AnyView {
    span().attr("class", format!("swatch series-{}", series % 8)).attr("aria-hidden", "true").into_any()
}

fn column(
    number: usize,
    parts: Vec<Part>,
    bar: &Bar,
    series: &[String],
    active: RwSignal<Option<usize>>,
) -> AnyView {
    let words: Vec<_> = bar
        .parts
        .iter()
        .map(|(s, _, amount)| format!("{} {amount}", series.get(*s).map_or("", String::as_str)))
        .collect();
    let name = format!("{}: {} ({})", bar.label, bar.sum, words.join(", "));
    let rects: Vec<_> = parts
        .into_iter()
        .map(|(s, top, height)| {
            svg("rect")
                .attr("class", format!("series-{}", s % 8))
                .attr("x", format!("{number}.14"))
                .attr("width", "0.72")
                .attr("y", top.to_string())
                .attr("height", height.to_string())
        })
        .collect();
    svg("g")
        .attr("class", "chart__bar")
        .attr("role", "listitem")
        // One tab stop for the chart; arrow keys go from bar to bar.
        .attr("tabindex", move || if active.get().unwrap_or(0) == number { "0" } else { "-1" })
        .attr("aria-label", name)
        .on(ev::mouseenter, move |_| active.set(Some(number)))
        .on(ev::focus, move |_| active.set(Some(number)))
        .on(ev::keydown, |event| move_focus(&event))
        .child(
            svg("rect")
                .attr("class", "chart__hit")
                .attr("x", number.to_string())
                .attr("width", "1")
                .attr("y", "0")
                .attr("height", HEIGHT.to_string()),
        )
        .child(rects)
        .into_any()
}

fn move_focus(event: &web_sys::KeyboardEvent) {
    let forward = match event.key().as_str() {
        "ArrowRight" => true,
        "ArrowLeft" => false,
        _ => return,
    };
    event.prevent_default();
    let here = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let next =
        here.and_then(|e| if forward { e.next_element_sibling() } else { e.previous_element_sibling() });
    // SVG elements have `focus` too, under a type that HTML elements do not share.
    if let Some(next) = next.filter(|e| e.tag_name() == "g") {
        _ = next.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(amounts: &[i128]) -> Bar {
        let parts = amounts.iter().enumerate().map(|(n, a)| (n, *a, String::new())).collect();
        Bar { label: String::new(), sum: String::new(), parts }
    }

    #[test]
    fn parts_stack_from_the_baseline_and_fill_the_height() {
        let (places, baseline) = geometry(&[bar(&[30, 70]), bar(&[50])]);
        assert_eq!(baseline, 1000);
        assert_eq!(places, vec![vec![(0, 700, 300), (1, 0, 700)], vec![(0, 500, 500)]]);
    }

    #[test]
    fn refunds_go_below_and_nothing_divides_by_zero() {
        let (places, baseline) = geometry(&[bar(&[300, -100])]);
        assert_eq!(baseline, 750);
        assert_eq!(places, vec![vec![(0, 0, 750), (1, 750, 250)]]);
        assert_eq!(geometry(&[bar(&[0])]).0, vec![vec![(0, 0, 0)]]);
        assert!(geometry(&[]).0.is_empty());
    }
}

//! What all charts share: the drawing's marks with their names, a tip, one tab stop, the legend.

use super::Chart;
use super::ink::Ink;
use super::scale::percent;
use crate::ui::el::{El, div, li, p, span, ul};
use crate::ui::prelude::*;
use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// What a kind of chart draws.
pub(super) struct Drawing {
    /// The chart's classes.
    pub(super) class: &'static str,
    /// The drawing, with what lies behind the marks.
    pub(super) picture: El,
    /// What the reader can point at, and what is told of it.
    pub(super) marks: Vec<(El, Tip)>,
    /// What the drawing is put into, with its axes.
    pub(super) plot: El,
    /// The series in the legend, and what is said beside their names, if anything.
    pub(super) keys: Vec<(usize, String)>,
    /// A line below.
    pub(super) note: Option<String>,
}

/// What is told of a mark.
pub(super) struct Tip {
    /// What it stands for.
    pub(super) title: String,
    /// How much it is, in words.
    pub(super) sum: String,
    /// Its parts in words, by series.
    pub(super) rows: Vec<(usize, String)>,
    /// How far along the drawing it is, in hundredths of a percent.
    pub(super) place: i64,
}

/// The whole chart.
pub(super) fn frame(chart: &Chart, ink: Ink, drawing: Drawing) -> AnyView {
    let Drawing { class, mut picture, marks, plot, keys, note } = drawing;
    let shown = RwSignal::new(None::<usize>);
    let stop = RwSignal::new(Some(0_usize));
    // A list of nothing would be an error.
    let role = if marks.is_empty() { "img" } else { "list" };
    let mut tips = Vec::new();
    for (number, (mark, tip)) in marks.into_iter().enumerate() {
        picture = picture.child(
            mark.attr("class", "chart__mark")
                .attr("role", "listitem")
                // One tab stop for the chart; arrow keys go from mark to mark.
                .attr("tabindex", move || if stop.get() == Some(number) { "0" } else { "-1" })
                .attr("data-mark", number.to_string())
                .attr("aria-label", in_words(&tip, &chart.series)),
        );
        tips.push(tip);
    }
    let picture = picture
        .attr("class", "chart__drawing")
        .attr("role", role)
        .attr("aria-label", chart.name.clone().view());
    let series = chart.series.clone();
    let rows = move |mut list: El, rows: &[(usize, String)]| {
        for (n, words) in rows {
            let name = span().child(series.get(*n).cloned());
            let words = span().attr("class", "number").child(words.clone());
            list = list.child(li().child(ink.sample(*n)).child(name).child(words));
        }
        list
    };
    let legend = rows(ul().attr("class", "chart__legend"), &keys);
    let tip = move || {
        shown.get().and_then(|number| tips.get(number)).map(|tip| {
            let sum = span().attr("class", "number").child(tip.sum.clone());
            div()
                .attr("class", if tip.place > 5_000 { "chart__tip chart__tip--before" } else { "chart__tip" })
                .attr("aria-hidden", "true")
                .style("--place", &percent(tip.place))
                .child(p().child(span().child(tip.title.clone())).child(sum))
                .child(rows(ul(), &tip.rows))
        })
    };
    // A drawing that listens to the focus would be a tab stop itself in some browsers: its box does.
    let listening = div()
        .attr("class", "chart__box")
        .on(ev::mouseover, move |event| shown.set(mark_at(&event).map(|(_, number)| number)))
        .on(ev::focusin, move |event| {
            let number = mark_at(&event).map(|(_, number)| number);
            stop.set(number);
            shown.set(number);
        })
        .on(ev::keydown, move |event| {
            if event.key() == "Escape" {
                shown.set(None);
            }
            move_focus(&event);
        })
        .on(ev::mouseleave, move |_| shown.set(None))
        .on(ev::focusout, move |_| shown.set(None));
    div()
        .attr("class", class)
        .child(plot.attr("class", "chart__plot").child(listening.child(picture).child(tip)))
        .child(legend)
        .child(note.map(|note| p().attr("class", "form__meta").child(note)))
        .into_any()
}

/// A mark's name for those who do not see it.
fn in_words(tip: &Tip, series: &[String]) -> String {
    let mut name = format!("{}: {}", tip.title, tip.sum);
    let mut before = " (";
    for (n, words) in &tip.rows {
        name += &format!("{before}{} {words}", series.get(*n).map_or("", String::as_str));
        before = ", ";
    }
    name + if tip.rows.is_empty() { "" } else { ")" }
}

/// The mark at which something happened.
fn mark_at(event: &Event) -> Option<(Element, usize)> {
    let mark = event.target()?.dyn_into::<Element>().ok()?.closest("[data-mark]").ok()??;
    let number = mark.get_attribute("data-mark")?.parse().ok()?;
    Some((mark, number))
}

/// Left and right go to the neighbours, in the direction of the writing.
fn move_focus(event: &KeyboardEvent) {
    let Some((here, _)) = mark_at(event) else { return };
    let right = match event.key().as_str() {
        "ArrowRight" => true,
        "ArrowLeft" => false,
        _ => return,
    };
    event.prevent_default();
    let mirrored = here.closest("[dir=rtl]").is_ok_and(|found| found.is_some());
    let next = if right == mirrored { here.previous_element_sibling() } else { here.next_element_sibling() };
    // SVG elements have `focus` too, under a type that HTML elements do not share.
    if let Some(next) = next.filter(|e| e.has_attribute("data-mark")) {
        _ = next.unchecked_into::<HtmlElement>().focus();
    }
}

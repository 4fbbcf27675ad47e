//! What tells series apart: beside the colour a texture, or dashes and a marker.

use crate::ui::dom;
use crate::ui::el::{El, svg};

/// After so many series looks repeat.
const LOOKS: usize = 8;
/// Lines across a tile of 8 by 8, drawn over the colour.
const TEXTURES: [&str; LOOKS] = [
    "",
    "M-2 2l4-4M-2 10l12-12M6 10l4-4",
    "M2 0v8",
    "M1 2h2M5 6h2",
    "M-2 6l4 4M-2-2l12 12M6-2l4 4",
    "M0 2h8",
    "M0 4h8M4 0v8",
    "M0 0l8 8M8 0l-8 8",
];
/// Shapes around the point that is marked.
const MARKERS: [&str; LOOKS] = [
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
    "M-3.5-3.5h7v7h-7z",
    "M0-5L5 4H-5z",
    "M0-5L5 0 0 5-5 0z",
    "M0 5L5-4H-5z",
    "M-1.5-5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z",
    "M-4.5-4.5h9l-9 9h9z",
    "M-5-2h10v4h-10z",
];
const DASHES: [&str; LOOKS] = ["none", "7 3", "2 3", "9 3 2 3", "14 4", "4 4", "9 3 2 3 2 3", "1 5"];

/// The looks of a chart's series, defined once in its drawing.
#[derive(Clone)]
pub(super) struct Ink {
    id: String,
    lines: bool,
}

impl Ink {
    /// For areas, or for lines.
    pub(super) fn new(lines: bool) -> Self {
        Self { id: dom::unique("ink"), lines }
    }

    /// What the drawing must hold for all else here to be seen.
    pub(super) fn definitions(&self, series: usize) -> El {
        let mut definitions = svg("defs");
        for n in 0..series.min(LOOKS) {
            let id = format!("{}-{n}", self.id);
            definitions = definitions.child(if self.lines {
                shape("path", n, "chart__point").attr("d", MARKERS[n]).attr("id", id)
            } else {
                svg("pattern")
                    .attr("id", id)
                    .attr("patternUnits", "userSpaceOnUse")
                    .attr("width", "8")
                    .attr("height", "8")
                    .child(shape("path", n, "").attr("d", "M0 0h8v8H0z"))
                    .child(svg("path").attr("class", "chart__texture").attr("d", TEXTURES[n]))
            });
        }
        definitions
    }

    /// An area in a series' colour and texture.
    pub(super) fn area(&self, tag: &'static str, series: usize) -> El {
        let fill = format!("url(#{}-{})", self.id, series % LOOKS);
        svg(tag).attr("class", "chart__area").attr("fill", fill)
    }

    /// A line in a series' colour and dashes.
    pub(super) fn line(&self, tag: &'static str, series: usize) -> El {
        shape(tag, series, "chart__line").attr("stroke-dasharray", DASHES[series % LOOKS])
    }

    /// A series' marker at a place.
    pub(super) fn marker(&self, series: usize, x: &str, y: &str) -> El {
        svg("use").attr("href", format!("#{}-{}", self.id, series % LOOKS)).attr("x", x).attr("y", y)
    }

    /// A sample beside a series' name.
    pub(super) fn sample(&self, series: usize) -> El {
        let sample = svg("svg").attr("class", "chart__sample").attr("aria-hidden", "true");
        if self.lines {
            let line = self.line("path", series).attr("d", "M0 7h28");
            return sample.child(line).child(self.marker(series, "50%", "50%"));
        }
        sample.child(self.area("rect", series).attr("width", "100%").attr("height", "100%"))
    }
}

/// A shape in a series' colour, without its texture.
fn shape(tag: &'static str, series: usize, class: &str) -> El {
    svg(tag).attr("class", format!("series-{} {class}", series % LOOKS))
}

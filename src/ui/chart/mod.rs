//! Charts: amounts of several series at several points, as stacked bars (one series: plain bars), as lines,
//! or as each series' share of the whole.
//!
//! Amounts are whole numbers of any one unit, so that nothing is lost; the caller says them in words. Series
//! are told apart without colour too: areas have textures, lines have dashes and markers.

mod axes;
mod bars;
mod frame;
mod ink;
mod lines;
mod scale;
mod shares;

use super::Words;
use crate::ui::el::svg;
use crate::ui::prelude::*;
use ink::Ink;

/// What a chart shows.
pub struct Chart {
    /// Its name.
    pub name: Words,
    /// The names of the series.
    pub series: Vec<String>,
    /// The points along the axis, in order.
    pub points: Vec<Point>,
    /// An amount in words.
    pub say: Box<dyn Fn(i128) -> String>,
}

/// A point on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// A short label.
    pub label: String,
    /// An amount of each series.
    pub amounts: Vec<i128>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A bar a point, the series stacked in it.
    Bars,
    /// A line a series.
    Lines,
    /// A ring: the share of each series in the sum of all points.
    Shares,
}

impl Chart {
    /// The chart, drawn.
    #[must_use]
    pub fn view(&self, kind: Kind) -> AnyView {
        let ink = Ink::new(kind == Kind::Lines);
        let picture = svg("svg").child(ink.definitions(self.series.len()));
        let drawing = match kind {
            Kind::Bars => bars::draw(self, &ink, picture),
            Kind::Lines => lines::draw(self, &ink, picture),
            Kind::Shares => shares::draw(self, &ink, picture),
        };
        frame::frame(self, ink, drawing)
    }
}

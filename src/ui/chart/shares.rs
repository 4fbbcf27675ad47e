//! A ring of shares in a whole. What is below zero has no share, and is named instead.

use super::Chart;
use super::frame::{Drawing, Tip};
use super::ink::Ink;
use super::scale::plain;
use crate::i18n::texts::ui as words;
use crate::i18n::{fill, format};
use crate::ui::el::{El, div, svg};
use js_sys::Math;
use std::f64::consts::TAU;

/// The parts of a whole turn that places on the ring are measured in.
const TURN: i128 = 1_000_000;
/// The ring from its hole to its edge.
const RING: (i32, i32) = (66, 108);
/// Around the ring: where the reader is.
const BAND: (i32, i32) = (112, 117);

/// The chart as shares.
pub(super) fn draw(chart: &Chart, ink: &Ink, picture: El) -> Drawing {
    let mut sums = vec![0; chart.series.len()];
    for point in &chart.points {
        for (sum, amount) in sums.iter_mut().zip(&point.amounts) {
            *sum += amount;
        }
    }
    let (mut marks, mut keys, mut rest, mut from) = (Vec::new(), Vec::new(), String::new(), 0);
    for (series, (to, tenths)) in slices(&sums).into_iter().enumerate() {
        let name = &chart.series[series];
        let words = (chart.say)(sums[series]);
        if sums[series] < 0 {
            rest += &format!("{}{name} {words}", if rest.is_empty() { "" } else { ", " });
        }
        if sums[series] > 0 {
            let percent = format::percent(tenths);
            let slice = ink.area("path", series).attr("d", sector(from, to, RING));
            let band = svg("path").attr("class", "chart__band").attr("d", sector(from, to, BAND));
            let sum = format!("{words} ({percent})");
            let tip = Tip { title: name.clone(), sum, rows: Vec::new(), place: 0 };
            marks.push((svg("g").child(slice).child(band), tip));
            keys.push((series, percent));
        }
        from = to;
    }
    Drawing {
        class: "chart chart--shares",
        picture: picture.attr("viewBox", "-120 -120 240 240"),
        marks,
        plot: div(),
        keys,
        note: (!rest.is_empty()).then(|| fill(words::NO_SHARE, &[("names", &rest)])),
    }
}

/// Where each part ends on the ring, and its share in tenths of a percent. A part begins where the one before
/// ends, the first where the last ends: together they are a whole turn, whatever is rounded.
fn slices(sums: &[i128]) -> Vec<(i32, i64)> {
    let shares = || sums.iter().map(|sum| *sum.max(&0));
    let whole = shares().sum::<i128>().max(1);
    let mut end = 0;
    let mut slices = Vec::new();
    for share in shares() {
        end += share;
        slices.push(((end * TURN / whole) as i32, ((share * 1_000 + whole / 2) / whole) as i64));
    }
    slices
}

/// A sector of a ring. Drawn in halves: an arc from a point to itself would be none.
fn sector(from: i32, to: i32, (inner, outer): (i32, i32)) -> String {
    let at = |radius: i32, turn: i32| {
        let angle = f64::from(turn) / TURN as f64 * TAU;
        let reach = f64::from(radius * 100);
        let [x, y] = [Math::sin(angle), -Math::cos(angle)].map(|side| plain((side * reach) as i64));
        format!("{x} {y}")
    };
    let half = |radius: i32, way: u8, turn: i32| format!("A{radius} {radius} 0 0 {way} {}", at(radius, turn));
    let middle = (from + to) / 2;
    let mut path = format!("M{}", at(outer, from));
    path += &half(outer, 1, middle);
    path += &half(outer, 1, to);
    path += "L";
    path += &at(inner, to);
    path += &half(inner, 0, middle);
    path + &half(inner, 0, from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact_to_a_decimal() {
        let tenths = |sums: &[i128]| slices(sums).iter().map(|s| s.1).collect::<Vec<_>>();
        assert_eq!(tenths(&[2, 1]), [667, 333]);
        assert_eq!(tenths(&[1_000_000, 1]), [1_000, 0]);
        assert_eq!(tenths(&[999, 1]), [999, 1]);
        assert_eq!(tenths(&[10_i128.pow(30), 3 * 10_i128.pow(30)]), [250, 750]);
    }

    #[test]
    fn arcs_are_a_whole_turn() {
        let ends = |sums: &[i128]| slices(sums).iter().map(|s| s.0).collect::<Vec<_>>();
        for sums in [vec![5], vec![1, 1, 1], vec![3, 7, 11, 13, 17], vec![1, 10_i128.pow(25)]] {
            let ends = ends(&sums);
            assert_eq!(ends.last(), Some(&1_000_000));
            assert!(ends.is_sorted());
        }
        assert_eq!(ends(&[1, 3]), [250_000, 1_000_000]);
    }

    #[test]
    fn what_is_not_above_zero_has_no_share() {
        let share = (250_000, 250);
        assert_eq!(slices(&[-50, 1, 0, 3]), [(0, 0), share, (250_000, 0), (1_000_000, 750)]);
        assert_eq!(slices(&[0, -1]), [(0, 0), (0, 0)]);
        assert!(slices(&[]).is_empty());
    }
}

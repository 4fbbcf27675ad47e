//! Moments: local form to read, the exact time and zone as the title.

use crate::i18n::format;
use crate::ui::el::time;
use crate::ui::prelude::*;
use crate::ui::rows::{Part, bit};
use contract::time::Time;

/// A moment to the minute; it follows the language.
#[must_use]
pub fn view(at: Time) -> AnyView {
    time()
        .attr("datetime", format::machine_time(at))
        .attr("title", move || format::exact_time(at))
        .child(move || format::date_time(at))
        .into_any()
}

/// A moment in a row.
#[must_use]
pub fn cell(at: Time) -> Part {
    in_cell(at, format::date_time(at))
}

/// A date in a row.
#[must_use]
pub fn day_cell(at: Time) -> Part {
    in_cell(at, format::day(at))
}

fn in_cell(at: Time, words: String) -> Part {
    bit("time").attr("datetime", format::machine_time(at)).attr("title", format::exact_time(at)).child(words)
}

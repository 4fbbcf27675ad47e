//! Facts about one thing: names with their values.

use crate::i18n::{t, texts::Key};
use crate::ui::el::{dd, div, dl, dt};
use crate::ui::prelude::*;

/// A fact.
#[must_use]
pub fn fact(name: Key, value: AnyView) -> AnyView {
    div().child(dt().child(t(name))).child(dd().child(value)).into_any()
}

/// Facts side by side, as many as there is room for.
#[must_use]
pub fn grid(facts: Vec<AnyView>) -> AnyView {
    dl().attr("class", "facts").child(facts).into_any()
}

/// Facts below each other, values at the end of the line.
#[must_use]
pub fn list(facts: Vec<AnyView>) -> AnyView {
    dl().attr("class", "facts facts--list").child(facts).into_any()
}

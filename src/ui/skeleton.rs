//! Grey bars where content will be, of the content's size.

use crate::ui::el::{div, span};
use crate::ui::prelude::*;

/// One line.
#[must_use]
pub fn line() -> AnyView {
    span().attr("class", "skeleton").attr("aria-hidden", "true").into_any()
}

/// Several lines, for a region whose form is not known.
#[must_use]
pub fn lines(count: usize) -> AnyView {
    let lines: Vec<_> = (0..count).map(|_| line()).collect();
    div().attr("class", "skeleton-lines").attr("aria-hidden", "true").child(lines).into_any()
}

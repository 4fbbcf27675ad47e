//! What is told to screen readers without being seen: a region that exists from the start.

use crate::ui::el::div;
use crate::ui::prelude::*;

thread_local! {
    static TEXT: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

/// Says something once.
pub fn say(text: impl Into<String>) {
    TEXT.with(|t| t.set(text.into()));
}

/// The region.
#[must_use]
pub fn region() -> AnyView {
    let text = TEXT.with(Clone::clone);
    div()
        .attr("class", "unseen")
        .attr("role", "status")
        .attr("aria-live", "polite")
        .child(move || text.get())
        .into_any()
}

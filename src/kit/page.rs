//! The frame of a page: its heading, and the name of the object that it shows.

use crate::ui::el::{div, h1, header};
use crate::ui::prelude::*;
use crate::ui::{Words, dom};

thread_local! {
    static OBJECT: ArcRwSignal<Option<String>> = ArcRwSignal::new(None);
}

/// Names the object that the page shows, for the document's title and the breadcrumbs.
pub fn set_object(name: Option<String>) {
    OBJECT.with(|o| {
        if o.with_untracked(|now| *now != name) {
            o.set(name);
        }
    });
}

/// The name of the object that the page shows; reactive.
#[must_use]
pub fn object() -> Option<String> {
    OBJECT.with(ArcRwSignal::get)
}

/// The page's heading with what can be done on it.
#[must_use]
pub fn head(title: impl Into<Words>, beside: Option<AnyView>, actions: Option<AnyView>) -> AnyView {
    header()
        .attr("class", "page-head")
        .child(
            div()
                .attr("class", "page-head__title")
                .child(h1().attr("tabindex", "-1").child(title.into().view()))
                .child(beside),
        )
        .child(actions.map(|actions| div().attr("class", "page-head__actions").child(actions)))
        .into_any()
}

/// Puts the focus on the page's heading: what a reader of a new page starts from.
pub fn focus_heading() {
    dom::focus_soon("main h1");
}

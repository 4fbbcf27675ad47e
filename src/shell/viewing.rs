//! The banner while an admin looks at the console as a member: it cannot be closed, only the looking ends.

use crate::i18n::fill;
use crate::i18n::texts::app as words;
use crate::kit::send;
use crate::session;
use crate::ui::button::Button;
use crate::ui::el::{div, p};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use contract::identity::ViewEnd;

/// The banner.
#[must_use]
pub fn banner() -> AnyView {
    let who = memo(|| session::with(|s| s.viewer.clone().map(|viewer| (viewer, s.name.clone()))).flatten());
    let end = || send::ask::<ViewEnd>(&(), |_| session::moved());
    div()
        .attr("role", "status")
        .child(move || {
            who.get().map(|(viewer, name)| {
                let words_of = move || fill(words::VIEWING, &[("viewer", &viewer), ("name", &name)]);
                div()
                    .attr("class", "notice notice--wait viewing")
                    .child(icon(Icon::Eye))
                    .child(p().child(words_of))
                    .child(Button::new(words::VIEW_END).on_click(end).view())
                    .into_any()
            })
        })
        .into_any()
}

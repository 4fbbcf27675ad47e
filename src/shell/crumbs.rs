//! Breadcrumbs: the group of the menu, the pages above, this page.

use crate::i18n::texts::app as words;
use crate::i18n::{t, text};
use crate::kit::page;
use crate::router;
use crate::routes::{self, Page};
use crate::ui::el::{a, li, nav, ol, span};
use crate::ui::prelude::*;

/// The pages above, from the outermost to the page itself.
fn trail(page: &'static Page) -> Vec<&'static Page> {
    let mut trail = vec![page];
    while let Some(parent) = trail.last().and_then(|p| p.parent).and_then(routes::find) {
        trail.push(parent);
    }
    trail.reverse();
    trail
}

/// The breadcrumbs of the present page.
#[must_use]
pub fn crumbs() -> AnyView {
    (move || {
        let page = routes::find(&router::path())?;
        let trail = trail(page);
        let group = trail.iter().find_map(|p| p.menu).map(|m| m.group.name());
        let outer = group.map(|name| li().child(span().child(t(name))).into_any());
        let count = trail.len();
        let inner = trail.into_iter().enumerate().map(|(n, page)| {
            if n + 1 < count {
                return li().child(a().attr("href", page.path).child(t(page.title))).into_any();
            }
            let name = move || page::object().unwrap_or_else(|| text(page.title));
            li().child(span().attr("aria-current", "page").child(name)).into_any()
        });
        Some(
            nav()
                .attr("class", "crumbs")
                .attr("aria-label", t(words::BREADCRUMBS))
                .child(ol().child(outer.into_iter().chain(inner).collect::<Vec<_>>()))
                .into_any(),
        )
    })
    .into_any()
}

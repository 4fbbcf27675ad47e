//! The frame of every page: header, side menu, breadcrumbs, and what stands in for a page that cannot
//! be shown.

mod crumbs;
mod header;
mod menu;
mod offline;
mod palette;
mod preferences;
mod session_end;
mod shortcuts;
mod viewing;

pub use header::preference_menus;

use crate::i18n::texts::app as words;
use crate::i18n::{fill, t, text};
use crate::kit::{errors, labels, page};
use crate::routes::HOME;
use crate::session::{self, State};
use crate::ui::el::{a, div, main, p};
use crate::ui::prelude::*;
use contract::access::Permission;

/// The frame around a page.
#[must_use]
pub fn frame(outlet: AnyView) -> AnyView {
    // Without a session nothing can be shown; while the answer is awaited, pages already load.
    let session_failure = move || match session::state() {
        State::Failed(failure) => Some(errors::region(failure, session::refresh)),
        _ => None,
    };
    shortcuts::listen();
    div()
        .attr("class", "frame")
        .child(header::header())
        .child(menu::side())
        .child(
            main()
                .attr("id", "main")
                .attr("class", "main")
                .attr("tabindex", "-1")
                .child((viewing::banner(), offline::banner(), offline::outdated()))
                .child(session_failure)
                .child(crumbs::crumbs())
                .child(outlet),
        )
        .child((palette::place(), session_end::place()))
        .into_any()
}

/// The page for an address that is none, or an object that is not there.
#[must_use]
pub fn not_found() -> AnyView {
    instead(page::head(words::NOT_FOUND, None, None), move || text(words::NOT_FOUND_TEXT))
}

/// The page for someone whose role does not allow it, with who can change that.
#[must_use]
pub fn no_access(permission: Option<Permission>) -> AnyView {
    instead(page::head(words::NO_ACCESS, None, None), move || {
        let partner = session::with(|s| s.partner_name.clone()).unwrap_or_default();
        match permission {
            Some(p) => fill(
                words::NO_ACCESS_TEXT,
                &[("permission", &text(labels::permission(p))), ("partner", &partner)],
            ),
            None => fill(words::NO_ACCESS_OBJECT, &[("partner", &partner)]),
        }
    })
}

fn instead(head: AnyView, words_of: impl Fn() -> String + Send + 'static) -> AnyView {
    div()
        .attr("class", "instead")
        .child(head)
        .child(p().child(words_of))
        .child(a().attr("class", "button button--primary").attr("href", HOME).child(t(words::BACK_HOME)))
        .into_any()
}

//! The end of a session: told before it comes, and a sign-in in place when it has come, so that nothing that
//! was typed is lost.

use crate::i18n::texts::session as words;
use crate::i18n::{fill, t};
use crate::pages::identity;
use crate::session::{self, State};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::dom;
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use std::time::Duration;

/// How long before the end it is told, in milliseconds.
const BEFORE: i64 = 2 * 60_000;

/// The place of both dialogs.
#[must_use]
pub fn place() -> AnyView {
    let now = RwSignal::new(crate::api::server_clock());
    dom::every(Duration::from_secs(5), move || now.set(crate::api::server_clock()));
    // Sent away once, it is not told again for the same end.
    let told = RwSignal::new(0_i64);
    let soon = memo(move || {
        let ends = session::ends_at()?;
        let left = ends - now.get();
        ((1..=BEFORE).contains(&left) && told.get() != ends).then_some(ends)
    });
    let over = memo(|| matches!(session::state(), State::Expired(_)));
    // What ended by its time is known before the server is asked for anything.
    effect(move || {
        if session::ends_at().is_some_and(|ends| ends <= now.get()) {
            session::check();
        }
    });
    (
        move || soon.get().filter(|_| !over.get()).map(|ends| warning(ends, told, now)),
        move || over.get().then(again),
    )
        .into_any()
}

fn warning(ends: i64, told: RwSignal<i64>, now: RwSignal<i64>) -> AnyView {
    let left = move || {
        let seconds = ((ends - now.get()) / 1000).max(0);
        fill(words::SOON_TEXT, &[("time", &format!("{}:{:02}", seconds / 60, seconds % 60))])
    };
    let close = move || told.set(ends);
    let body = div()
        .attr("class", "form")
        .child(p().child(left))
        .child(dialog::actions(vec![
            Button::new(words::NOT_NOW).on_click(close).view(),
            Button::new(words::STAY)
                .look(Look::Primary)
                .on_click(move || {
                    told.set(ends);
                    session::refresh();
                })
                .view(),
        ]))
        .into_any();
    Dialog::over(words::SOON, close).class("dialog--small").view(body)
}

/// The sign-in over the page. Leaving it leads to the sign-in page: there is no way around.
fn again() -> AnyView {
    let body = div()
        .attr("class", "form")
        .child(p().child(t(words::ENDED_TEXT)))
        .child(identity::sign_in_again())
        .into_any();
    Dialog::over(words::ENDED, session::give_up).class("dialog--small").view(body)
}

//! The demo's message centre: what would have gone out by e-mail or SMS.

use crate::i18n::texts::messages as words;
use crate::i18n::{fill, format, t};
use crate::kit::errors;
use crate::kit::load::Load;
use crate::ui::el::{article, div, h3, p};
use crate::ui::prelude::*;
use crate::ui::{dom, skeleton};
use crate::{api, session};
use contract::identity::{Message, MessageList};
use std::time::Duration;

/// How often an open list looks for new messages.
const PERIOD: Duration = Duration::from_secs(3);

/// Whether the server keeps messages for the console.
#[must_use]
pub fn are_kept() -> bool {
    session::with(|s| s.message_centre).unwrap_or(false)
}

/// The messages, newest first; kept fresh as long as the list is there.
#[must_use]
pub fn list() -> AnyView {
    let messages = Load::new(|| Some(api::call::<MessageList>(&(), &(), &())));
    dom::every(PERIOD, move || {
        if !untrack(|| messages.pending()) {
            messages.again();
        }
    });
    // Old messages stay in sight while new ones are looked for, also when that fails once.
    let view = move || match (messages.get(), messages.failure()) {
        (None, Some(failure)) => errors::region(failure, move || messages.again()),
        (None, None) => skeleton::lines(3),
        (Some(all), _) if all.is_empty() => p().attr("class", "empty__hint").child(t(words::NONE)).into_any(),
        (Some(all), _) => all.iter().map(message).collect::<Vec<_>>().into_any(),
    };
    div().attr("class", "messages").attr("aria-live", "polite").child(view).into_any()
}

fn message(message: &Message) -> AnyView {
    let Message { sent_to, subject, text, at, .. } = message.clone();
    article()
        .attr("class", "message")
        .child(h3().attr("class", "message__subject").child(subject))
        .child(
            p().attr("class", "message__meta")
                .child(move || fill(words::SENT_TO, &[("to", &sent_to), ("time", &format::date_time(at))])),
        )
        .child(p().attr("class", "message__text").child(text))
        .into_any()
}

//! Short notices at the edge of the page. Bad news stays until it is sent away.

use super::button::{Button, Look};
use super::dom;
use super::icon::Icon;
use crate::i18n::texts::ui as words;
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Toast {
    number: u32,
    bad: bool,
    text: String,
}

/// At most so many are seen at once.
const MOST: usize = 3;
/// How long good news stays.
const STAY: Duration = Duration::from_secs(6);

thread_local! {
    static TOASTS: ArcRwSignal<Vec<Toast>> = ArcRwSignal::new(Vec::new());
}

/// Tells good news.
pub fn tell(text: impl Into<String>) {
    let number = add(text.into(), false);
    dom::later(STAY, move || remove(number));
}

/// Tells bad news.
pub fn warn(text: impl Into<String>) {
    add(text.into(), true);
}

fn add(text: String, bad: bool) -> u32 {
    TOASTS.with(|toasts| {
        let mut all = toasts.write();
        let number = all.last().map_or(0, |t| t.number) + 1;
        all.push(Toast { number, bad, text });
        if all.len() > MOST {
            all.remove(0);
        }
        number
    })
}

fn remove(number: u32) {
    TOASTS.with(|toasts| toasts.update(|all| all.retain(|t| t.number != number)));
}

/// Where toasts are seen; it exists from the start, so that they are read out.
#[must_use]
pub fn region() -> AnyView {
    let toasts = TOASTS.with(Clone::clone);
    let view = |toast: Toast| {
        let number = toast.number;
        div()
            .attr("class", if toast.bad { "toast toast--bad" } else { "toast" })
            .child(p().child(toast.text))
            .child(
                Button::new(words::CLOSE)
                    .icon_only(Icon::Cross)
                    .look(Look::Quiet)
                    .on_click(move || remove(number))
                    .view(),
            )
            .into_any()
    };
    div()
        .attr("class", "toasts")
        .attr("role", "status")
        .child(move || toasts.get().into_iter().map(view).collect::<Vec<_>>())
        .into_any()
}

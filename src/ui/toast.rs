//! Short notices at the edge of the page. Bad news stays until it is sent away.

use super::button::{Button, Look};
use super::dom;
use super::icon::Icon;
use crate::i18n::texts::ui as words;
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone, PartialEq)]
struct Toast {
    number: u32,
    bad: bool,
    text: String,
    undo: Option<Undo>,
}

/// What takes back what a toast tells. Two are never the same.
#[derive(Clone)]
struct Undo(Arc<dyn Fn() + Send + Sync>);

impl PartialEq for Undo {
    fn eq(&self, _: &Self) -> bool {
        false
    }
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
    let number = add(text.into(), false, None);
    dom::later(STAY, move || remove(number));
}

/// Tells good news that can be taken back for a while.
pub fn tell_with_undo(text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
    let number = add(text.into(), false, Some(Undo(Arc::new(undo))));
    dom::later(STAY * 2, move || remove(number));
}

/// Tells bad news.
pub fn warn(text: impl Into<String>) {
    add(text.into(), true, None);
}

fn add(text: String, bad: bool, undo: Option<Undo>) -> u32 {
    TOASTS.with(|toasts| {
        let mut all = toasts.write();
        let number = all.last().map_or(0, |t| t.number) + 1;
        all.push(Toast { number, bad, text, undo });
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
            .child(toast.undo.map(|Undo(undo)| {
                let act = move || {
                    undo();
                    remove(number);
                };
                Button::new(words::UNDO).look(Look::Quiet).on_click(act).view()
            }))
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

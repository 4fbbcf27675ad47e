//! The search field of a list: waits for a pause in typing, and keeps what is searched for in the address.

use crate::i18n::t;
use crate::i18n::texts::{Key, table as words};
use crate::router;
use crate::ui::dom;
use crate::ui::el::{button, div, input, label};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use leptos::ev;
use std::time::Duration;

/// How long typing must pause before a search is made.
const PAUSE: Duration = Duration::from_millis(250);

/// The search field of a list: `?q=`.
#[must_use]
pub fn search(name: Key, hint: Key, max: usize) -> AnyView {
    let id = dom::unique("search");
    let asked = router::param_signal("q");
    let typed = RwSignal::new(asked.get_untracked().unwrap_or_default());
    // One visit to the field is one step for Back, however often typing pauses.
    let stepped = RwSignal::new(false);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    on_cleanup(stop);
    // Back and Forward change the field too.
    effect(move || {
        let asked = asked.get().unwrap_or_default();
        if typed.with_untracked(|t| t.trim() != asked) {
            typed.set(asked);
        }
    });
    let search_now = move || {
        stop();
        let text = typed.get_untracked().trim().to_owned();
        if asked.get_untracked().unwrap_or_default() == text {
            return;
        }
        let changes = [("q", Some(text.as_str())), ("page", None)];
        if stepped.get_untracked() {
            router::replace_query(&changes);
        } else {
            stepped.set(true);
            router::set_query(&changes);
        }
    };
    let clear = {
        let id = id.clone();
        move |_| {
            typed.set(String::new());
            search_now();
            if let Some(field) = dom::by_id(&id) {
                _ = field.focus();
            }
        }
    };
    let slash_id = id.clone();
    let slash = window_event_listener(ev::keydown, move |event| {
        let alone = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if event.key() == "/" && alone && !dom::is_typing() && dom::find("dialog[open]").is_none() {
            event.prevent_default();
            if let Some(field) = dom::by_id(&slash_id) {
                _ = field.focus();
            }
        }
    });
    on_cleanup(move || slash.remove());
    div()
        .attr("class", "search")
        .attr("role", "search")
        .child(label().attr("class", "unseen").attr("for", id.clone()).child(t(name)))
        .child(icon(Icon::Search))
        .child(
            input()
                .attr("class", "input search__input")
                .attr("id", id)
                .attr("type", "text")
                .attr("inputmode", "search")
                .attr("enterkeyhint", "search")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("maxlength", max.to_string())
                .attr("placeholder", t(hint))
                .prop("value", move || typed.get())
                .on(ev::input, move |event| {
                    typed.set(event_target_value(&event));
                    stop();
                    timer.set_value(dom::later(PAUSE, search_now));
                })
                .on(ev::keydown, move |event| {
                    if event.key() == "Enter" && !event.is_composing() {
                        search_now();
                    }
                })
                .on(ev::focusout, move |_| stepped.set(false)),
        )
        .child(move || {
            typed.with(|t| !t.is_empty()).then(|| {
                button()
                    .attr("type", "button")
                    .attr("class", "button button--quiet button--icon search__clear")
                    .attr("aria-label", t(words::CLEAR_SEARCH))
                    .on(ev::click, clear.clone())
                    .child(icon(Icon::Cross))
            })
        })
        .into_any()
}

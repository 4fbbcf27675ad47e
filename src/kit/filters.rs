//! Above a list: search and filters, all of them in the address.

use crate::i18n::texts::{Key, table as words};
use crate::i18n::{fill, t};
use crate::router;
use crate::ui::button::{Button, Look};
use crate::ui::dom;
use crate::ui::el::{button, div, input, label, option, select, span};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use leptos::ev;
use std::sync::Arc;
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

/// What a filter offers: values with their names.
pub type Choices = Arc<dyn Fn() -> Vec<(String, String)> + Send + Sync>;

/// A filter with one value of several: `?<param>=`.
pub fn choice(
    param: &'static str,
    name: Key,
    choices: Choices,
    opened: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let id = dom::unique("filter");
    let current = router::param_signal(param);
    let opened = Arc::new(opened);
    let (by_key, by_pointer) = (opened.clone(), opened);
    let options = move || {
        let any =
            option().attr("value", "").prop("selected", move || current.get().is_none()).child(t(words::ANY));
        let rest = choices().into_iter().map(move |(value, name)| {
            let own = value.clone();
            option()
                .attr("value", value)
                .prop("selected", move || current.with(|c| c.as_deref() == Some(own.as_str())))
                .child(name)
                .into_any()
        });
        std::iter::once(any.into_any()).chain(rest).collect::<Vec<_>>()
    };
    div()
        .attr("class", "filter")
        .child(label().attr("class", "filter__label").attr("for", id.clone()).child(t(name)))
        .child(
            select()
                .attr("class", "input")
                .attr("id", id)
                .on(ev::focus, move |_| by_key())
                .on(ev::pointerenter, move |_| by_pointer())
                .on(ev::change, move |event| {
                    let value = event_target_value(&event);
                    router::set_query(&[(param, Some(&value)), ("page", None)]);
                })
                .child(options),
        )
        .into_any()
}

/// A filter that is in force: the query value that it sets, what it filters by, and the value in words.
pub type Chip = (&'static str, Key, Arc<dyn Fn() -> Option<String> + Send + Sync>);

/// The filters in force, each with a button that takes it away, and one that takes away all.
#[must_use]
pub fn chips(chips: Vec<Chip>) -> AnyView {
    (move || {
        let set: Vec<_> =
            chips.iter().filter_map(|(p, name, value)| value().map(|v| (*p, *name, v))).collect();
        if set.is_empty() {
            return None;
        }
        let params: Vec<_> = set.iter().map(|(param, ..)| *param).collect();
        let views: Vec<_> = set.into_iter().map(|(param, name, value)| chip(param, name, value)).collect();
        let clear = move || {
            let changes: Vec<_> = params.iter().chain(&["page"]).map(|p| (*p, None)).collect();
            router::set_query(&changes);
        };
        Some(
            div()
                .attr("class", "chips")
                .child(views)
                .child(Button::new(words::CLEAR_ALL).look(Look::Quiet).on_click(clear).view())
                .into_any(),
        )
    })
    .into_any()
}

fn chip(param: &'static str, name: Key, value: String) -> AnyView {
    let words_of = move || fill(words::CHIP, &[("name", &crate::i18n::text(name)), ("value", &value)]);
    let label = words_of.clone();
    span()
        .attr("class", "chip")
        .child(span().child(words_of))
        .child(
            button()
                .attr("type", "button")
                .attr("class", "button button--quiet button--icon button--small")
                .attr("aria-label", move || fill(words::REMOVE_FILTER, &[("filter", &label())]))
                .on(ev::click, move |_| router::set_query(&[(param, None), ("page", None)]))
                .child(icon(Icon::Cross)),
        )
        .into_any()
}

/// The bar around search and filters.
#[must_use]
pub fn bar(parts: Vec<AnyView>) -> AnyView {
    div().attr("class", "filters").child(parts).into_any()
}

//! Which columns of a list are shown, and in which order (列设置). A person's choice is kept in the
//! browser; the row's name stays first, and its buttons last.

use crate::i18n::texts::{Key, columns as words};
use crate::i18n::{fill, t, text};
use crate::kit::export;
use crate::kit::table::{Cell, Column};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::dom::{self, Keep};
use crate::ui::el::{div, input, label, li, p, span, ul};
use crate::ui::icon::Icon;
use crate::ui::live;
use crate::ui::prelude::*;
use contract::exports::ListName;
use leptos::ev;
use std::sync::Arc;

/// What the picker knows of a column.
#[derive(Debug, Clone, Copy)]
struct Named {
    key: &'static str,
    title: Key,
    /// It has its place and cannot be hidden.
    stays: bool,
}

/// The columns of a list, with the person's choice.
pub struct Columns<R: 'static> {
    all: &'static [Column<R>],
    choice: Choice,
}

impl<R> Clone for Columns<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Columns<R> {}

/// The choice by itself, the same for all kinds of rows.
#[derive(Clone, Copy)]
struct Choice {
    name: &'static str,
    named: StoredValue<Arc<[Named]>>,
    shown: RwSignal<Vec<usize>>,
}

impl<R> Columns<R> {
    /// All columns of a list; `name` is that under which the choice is kept.
    pub fn new(name: &'static str, all: &'static [Column<R>]) -> Self {
        let named: Arc<[Named]> = all
            .iter()
            .map(|c| Named { key: c.key, title: c.title, stays: matches!(c.set, Cell::Head | Cell::Actions) })
            .collect();
        Self { all, choice: Choice::new(name, named) }
    }

    /// The columns that are shown, in their order; reactive.
    pub fn shown(self) -> Vec<&'static Column<R>> {
        let all = self.all;
        self.choice.shown.get().into_iter().filter_map(|at| all.get(at)).collect()
    }

    /// The buttons of a list: export, if there is one, and the column picker.
    #[must_use]
    pub fn tools(self, exported: Option<(ListName, Vec<(&'static str, String)>)>) -> AnyView {
        let choice = self.choice;
        let open = RwSignal::new(false);
        let export = exported.map(|(list, fixed)| {
            let columns: export::Columns = Arc::new(move |all| choice.exported(list, all));
            export::button(list, columns, fixed)
        });
        div()
            .attr("class", "tools")
            .child(export)
            .child(
                Button::new(words::TITLE)
                    .icon(Icon::Columns)
                    .look(Look::Quiet)
                    .on_click(move || open.set(true))
                    .view(),
            )
            .child(move || open.get().then(|| picker(choice, open)))
            .into_any()
    }
}

impl Choice {
    fn new(name: &'static str, named: Arc<[Named]>) -> Self {
        let kept = dom::stored(Keep::Long, &storage_name(name));
        let shown = kept.map_or_else(|| every(&named), |kept| read(&kept, &named));
        Self { name, named: StoredValue::new(named), shown: RwSignal::new(shown) }
    }

    fn set(self, shown: Vec<usize>) {
        let named = self.named.get_value();
        let is_all = shown == every(&named);
        let keys: Vec<&str> = shown.iter().filter_map(|at| named.get(*at)).map(|c| c.key).collect();
        let text = keys.join(" ");
        dom::store(Keep::Long, &storage_name(self.name), (!is_all).then_some(text.as_str()));
        self.shown.set(shown);
    }

    /// The columns of a file: those that are shown and can be in one, or all that can.
    fn exported(self, list: ListName, all: bool) -> Vec<(&'static str, Key)> {
        let named = self.named.get_value();
        let known = list.columns();
        if all {
            let title = |key: &str| named.iter().find(|c| c.key == key).map(|c| c.title);
            return known
                .iter()
                .filter_map(|key| Some((*key, title(key).or_else(|| export::title(key))?)))
                .collect();
        }
        let shown = self.shown.get_untracked();
        let shown = shown.iter().filter_map(|at| named.get(*at)).filter(|c| known.contains(&c.key));
        shown.map(|c| (c.key, c.title)).collect()
    }

    /// Moves a column to the place of another, within those that move.
    fn shift(self, from: usize, to: usize) {
        let named = self.named.get_value();
        let mut shown = self.shown.get_untracked();
        let stays = |at: usize| named.get(at).is_none_or(|c| c.stays);
        if from == to || from >= shown.len() || to >= shown.len() || stays(shown[from]) || stays(shown[to]) {
            return;
        }
        let moved = shown.remove(from);
        shown.insert(to, moved);
        if let Some(column) = named.get(moved) {
            let place = (to + 1).to_string();
            live::say(fill(words::MOVED, &[("name", &text(column.title)), ("place", &place)]));
        }
        self.set(shown);
    }

    fn show(self, at: usize, show: bool) {
        let mut shown = self.shown.get_untracked();
        shown.retain(|other| *other != at);
        if show {
            let named = self.named.get_value();
            // Before the buttons, which stay last.
            let last_stays = shown.last().is_some_and(|l| *l > 0 && named.get(*l).is_some_and(|c| c.stays));
            shown.insert(shown.len() - usize::from(last_stays), at);
        }
        self.set(shown);
    }
}

fn storage_name(list: &str) -> String {
    format!("columns-{list}")
}

fn every(named: &[Named]) -> Vec<usize> {
    (0..named.len()).collect()
}

/// The kept choice. Columns that stay are there whatever was kept; unknown ones are passed over.
fn read(kept: &str, named: &[Named]) -> Vec<usize> {
    let place = |key: &str| named.iter().position(|c| c.key == key && !c.stays);
    let mut chosen: Vec<usize> = Vec::new();
    for at in kept.split(' ').filter_map(place) {
        if !chosen.contains(&at) {
            chosen.push(at);
        }
    }
    let stays = |first: bool| move |(at, column): &(usize, &Named)| column.stays && (*at == 0) == first;
    let ends = |first| named.iter().enumerate().filter(stays(first)).map(|(at, _)| at).collect::<Vec<_>>();
    [ends(true), chosen, ends(false)].concat()
}

fn picker(choice: Choice, open: RwSignal<bool>) -> AnyView {
    let named = choice.named.get_value();
    let dragged = RwSignal::new(None::<usize>);
    let rows = move || {
        let shown = choice.shown.get();
        let hidden = every(&named).into_iter().filter(|at| !shown.contains(at));
        let all: Vec<(usize, Option<usize>)> = shown
            .iter()
            .enumerate()
            .map(|(place, at)| (*at, Some(place)))
            .chain(hidden.map(|at| (at, None)))
            .collect();
        let one =
            |(at, place): (usize, Option<usize>)| Some(item(choice, *named.get(at)?, (at, place), dragged));
        all.into_iter().filter_map(one).collect::<Vec<_>>()
    };
    let body = div()
        .attr("class", "form")
        .child(p().attr("class", "field__hint").child(t(words::HINT)))
        .child(ul().attr("class", "picker").child(rows))
        .child(dialog::actions(vec![
            Button::new(words::RESET)
                .look(Look::Quiet)
                .on_click(move || choice.set(every(&choice.named.get_value())))
                .view(),
            Button::new(crate::i18n::texts::ui::CLOSE)
                .look(Look::Primary)
                .on_click(move || open.set(false))
                .view(),
        ]))
        .into_any();
    Dialog::new(words::TITLE, move || open.set(false)).class("dialog--small").view(body)
}

fn item(
    choice: Choice,
    column: Named,
    (at, place): (usize, Option<usize>),
    dragged: RwSignal<Option<usize>>,
) -> AnyView {
    let step = move |back: bool| {
        let id = format!("column-{}-{}", column.key, if back { "up" } else { "down" });
        let (icon, name) = if back { (Icon::Up, words::UP) } else { (Icon::Down, words::DOWN) };
        let again = id.clone();
        Button::new(crate::ui::Words::new(move || fill(name, &[("name", &text(column.title))])))
            .icon_only(icon)
            .look(Look::Quiet)
            .id(id)
            .on_click(move || {
                if let Some(from) = place {
                    choice.shift(from, if back { from.saturating_sub(1) } else { from + 1 });
                    // The row was made anew: the next step is one more press of the same key.
                    dom::focus_soon(&format!("#{again}"));
                }
            })
            .view()
    };
    let movable = place.is_some() && !column.stays;
    li().attr("class", "picker__item")
        .attr("draggable", if movable { "true" } else { "false" })
        .on(ev::dragstart, move |_| dragged.set(place))
        .on(ev::dragover, move |event| {
            if movable && dragged.get_untracked().is_some() {
                event.prevent_default();
            }
        })
        .on(ev::drop, move |event| {
            event.prevent_default();
            if let (Some(from), Some(to)) = (dragged.get_untracked(), place) {
                choice.shift(from, to);
            }
            dragged.set(None);
        })
        .child(
            label()
                .attr("class", "choice")
                .child(
                    input()
                        .attr("type", "checkbox")
                        .attr("disabled", column.stays.then_some(""))
                        .prop("checked", move || place.is_some())
                        .on(ev::change, move |_| choice.show(at, place.is_none())),
                )
                .child(span().child(t(column.title))),
        )
        .child(movable.then(|| span().attr("class", "picker__steps").child(step(true)).child(step(false))))
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::texts::customers;

    #[test]
    fn a_kept_choice_is_read_whatever_is_in_it() {
        let column = |key, stays| Named { key, title: customers::NAME, stays };
        let named = [column("name", true), column("a", false), column("b", false), column("actions", true)];
        assert_eq!(read("name b a actions", &named), [0, 2, 1, 3]);
        assert_eq!(read("b", &named), [0, 2, 3]);
        assert_eq!(read("gone b b a", &named), [0, 2, 1, 3]);
        assert_eq!(read("", &named), [0, 3]);
    }
}

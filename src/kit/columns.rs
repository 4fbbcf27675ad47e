//! Which columns of a list are shown, and in which order (列设置). A person's choice is kept in the
//! browser; the row's name stays first, and its buttons last.

use crate::i18n::texts::{Key, columns as words};
use crate::i18n::{fill, t, text};
use crate::kit::export;
use crate::kit::selection::Selection;
use crate::kit::source::Head;
use crate::kit::table::Cell;
use crate::router;
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

/// The columns of a list, with the person's choice. All copies are the same one.
#[derive(Clone, Copy)]
pub struct Columns {
    name: &'static str,
    named: StoredValue<Arc<[Head]>>,
    shown: Memo<Vec<usize>>,
    /// What is kept in the browser.
    own: RwSignal<Option<String>>,
}

/// Whether a column has its place and cannot be hidden.
fn stays(head: &Head) -> bool {
    matches!(head.set, Cell::Head | Cell::Actions)
}

impl Columns {
    /// All columns of a list; `name` is that under which the choice is kept.
    #[must_use]
    pub fn new(name: &'static str, named: Arc<[Head]>) -> Self {
        let own = RwSignal::new(dom::stored(Keep::Long, &storage_name(name)));
        let asked = router::param_signal("columns");
        let of = named.clone();
        // A view says which columns it shows; else it is what the person chose for the list.
        let shown = memo(move || match asked.get().map(|a| a.replace(',', " ")).or_else(|| own.get()) {
            Some(kept) => read(&kept, &of),
            None => every(&of),
        });
        Self { name, named: StoredValue::new(named), shown, own }
    }

    /// The columns that are shown, by their places, in their order; reactive.
    #[must_use]
    pub fn shown(self) -> Vec<usize> {
        self.shown.get()
    }

    /// The buttons of a list: export, if there is one, and the column picker.
    #[must_use]
    pub fn tools(
        self,
        exported: Option<(ListName, Vec<(&'static str, String)>)>,
        selection: Option<Selection>,
    ) -> AnyView {
        let open = RwSignal::new(false);
        let export = exported.map(|(list, fixed)| {
            let columns: export::Columns = Arc::new(move |all| self.exported(list, all));
            export::button(list, columns, fixed, selection)
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
            .child(move || open.get().then(|| picker(self, open)))
            .into_any()
    }

    /// The keys of the columns that are shown, with commas; nothing where it is all of them. Reactive.
    pub fn keys(self) -> Option<String> {
        let named = self.named.get_value();
        let shown = self.shown.get();
        let keys: Vec<&str> = shown.iter().filter_map(|at| named.get(*at)).map(|c| c.key).collect();
        (shown != every(&named)).then(|| keys.join(","))
    }

    fn set(self, shown: &[usize]) {
        let named = self.named.get_value();
        let is_all = *shown == every(&named);
        let keys: Vec<&str> = shown.iter().filter_map(|at| named.get(*at)).map(|c| c.key).collect();
        if untrack(|| router::param("view").is_some() || router::param("columns").is_some()) {
            router::replace_query(&[("columns", Some(&keys.join(",")))]);
            return;
        }
        let text = (!is_all).then(|| keys.join(" "));
        dom::store(Keep::Long, &storage_name(self.name), text.as_deref());
        self.own.set(text);
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
        let stays = |at: usize| named.get(at).is_none_or(stays);
        if from == to || from >= shown.len() || to >= shown.len() || stays(shown[from]) || stays(shown[to]) {
            return;
        }
        let moved = shown.remove(from);
        shown.insert(to, moved);
        if let Some(column) = named.get(moved) {
            let place = (to + 1).to_string();
            live::say(fill(words::MOVED, &[("name", &text(column.title)), ("place", &place)]));
        }
        self.set(&shown);
    }

    fn show(self, at: usize, show: bool) {
        let mut shown = self.shown.get_untracked();
        shown.retain(|other| *other != at);
        if show {
            let named = self.named.get_value();
            // Before the buttons, which stay last.
            let last_stays = shown.last().is_some_and(|l| *l > 0 && named.get(*l).is_some_and(stays));
            shown.insert(shown.len() - usize::from(last_stays), at);
        }
        self.set(&shown);
    }
}

fn storage_name(list: &str) -> String {
    format!("columns-{list}")
}

fn every(named: &[Head]) -> Vec<usize> {
    (0..named.len()).collect()
}

/// The kept choice. Columns that stay are there whatever was kept; unknown ones are passed over.
fn read(kept: &str, named: &[Head]) -> Vec<usize> {
    let place = |key: &str| named.iter().position(|c| c.key == key && !stays(c));
    let mut chosen: Vec<usize> = Vec::new();
    for at in kept.split(' ').filter_map(place) {
        if !chosen.contains(&at) {
            chosen.push(at);
        }
    }
    let stays = |first: bool| move |(at, column): &(usize, &Head)| self::stays(column) && (*at == 0) == first;
    let ends = |first| named.iter().enumerate().filter(stays(first)).map(|(at, _)| at).collect::<Vec<_>>();
    [ends(true), chosen, ends(false)].concat()
}

fn picker(choice: Columns, open: RwSignal<bool>) -> AnyView {
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
                .on_click(move || choice.set(&every(&choice.named.get_value())))
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
    choice: Columns,
    column: Head,
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
    let movable = place.is_some() && !stays(&column);
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
                        .attr("disabled", stays(&column).then_some(""))
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
        let column = |key, stays| Head {
            key,
            title: customers::NAME,
            set: if stays { Cell::Head } else { Cell::Text },
            sort: None,
        };
        let named = [column("name", true), column("a", false), column("b", false), column("actions", true)];
        assert_eq!(read("name b a actions", &named), [0, 2, 1, 3]);
        assert_eq!(read("b", &named), [0, 2, 3]);
        assert_eq!(read("gone b b a", &named), [0, 2, 1, 3]);
        assert_eq!(read("", &named), [0, 3]);
    }
}

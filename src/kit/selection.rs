//! Choosing rows: one by one, from one to another with Shift, a page, or all that the filters match. What is
//! chosen stays while pages are turned, and goes when the filters change.

use crate::i18n::texts::{Key, table as words};
use crate::i18n::{fill, format, plural};
use crate::kit::source::{Source, SourcePage};
use crate::router;
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::el::{div, span};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::{Words, live};
use contract::access::Permission;
use contract::page::Total;
use std::sync::Arc;

/// What was chosen, for what is done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// These rows.
    Ids(Vec<String>),
    /// All that the list's query string matches.
    Query(String),
}

/// Does something to what is chosen; the text says in words how many that are.
pub type BulkAct = Arc<dyn Fn(Targets, String) + Send + Sync>;

/// What can be done to many rows at once: what the role must allow for it, its name, and what opens.
pub struct Bulk(pub Vec<(Permission, Key, BulkAct)>);

/// The rows that are chosen. All copies are the same one.
#[derive(Clone, Copy)]
pub struct Selection {
    ids: RwSignal<Vec<String>>,
    /// All that match, not only those that were seen.
    all: RwSignal<bool>,
    last: StoredValue<Option<String>>,
    offered: Memo<bool>,
}

impl Selection {
    /// Nothing chosen; and nothing again whenever one of these parameters of the address changes. Rows can be
    /// chosen where the role allows something that is done to them.
    pub fn new(params: Vec<&'static str>, bulk: &Bulk) -> Self {
        let needs: Vec<Permission> = bulk.0.iter().map(|(needs, ..)| *needs).collect();
        let this = Self {
            ids: RwSignal::new(Vec::new()),
            all: RwSignal::new(false),
            last: StoredValue::new(None),
            offered: memo(move || needs.iter().any(|one| session::can(*one))),
        };
        on_change(move || params.iter().map(|p| router::param(p)).collect::<Vec<_>>(), move || this.clear());
        this
    }

    /// Whether the role allows to choose; reactive.
    pub fn is_offered(&self) -> bool {
        self.offered.get()
    }

    /// The rows that are chosen one by one; none where it is all that match.
    #[must_use]
    pub fn ids(self) -> Vec<String> {
        if self.all.get_untracked() { Vec::new() } else { self.ids.get_untracked() }
    }

    /// Chooses nothing.
    pub fn clear(self) {
        self.ids.set(Vec::new());
        self.all.set(false);
    }

    fn has(self, id: &str) -> bool {
        self.all.get() || self.ids.with(|ids| ids.iter().any(|other| other == id))
    }

    /// Chooses a row, or not any more; with `through` all rows from the last one to it as well.
    fn toggle(self, id: &str, page: &[String], through: bool) {
        let choose = !untrack(|| self.has(id));
        // Who takes one row out of "all" goes on with what is on the page.
        let mut ids = if self.all.get_untracked() { page.to_vec() } else { self.ids.get_untracked() };
        self.all.set(false);
        let place = |id: &str| page.iter().position(|other| other == id);
        let from = self.last.get_value().filter(|_| through).and_then(|last| place(&last));
        let range = match (from, place(id)) {
            (Some(from), Some(to)) => &page[from.min(to)..=from.max(to)],
            (None, Some(at)) => &page[at..=at],
            _ => &[],
        };
        for id in range {
            ids.retain(|other| other != id);
            if choose {
                ids.push(id.clone());
            }
        }
        self.last.set_value(Some(id.to_owned()));
        self.ids.set(ids);
    }

    /// Whether all rows of a page are chosen, or some.
    pub fn of_page(self, page: &[String]) -> (bool, bool) {
        let chosen = page.iter().filter(|id| self.has(id)).count();
        (chosen > 0 && chosen == page.len(), chosen > 0)
    }

    /// Chooses all rows of a page, or none of them.
    pub fn toggle_page(self, page: &[String]) {
        let (all, _) = untrack(|| self.of_page(page));
        self.all.set(false);
        self.ids.update(|ids| {
            for id in page {
                ids.retain(|other| other != id);
                if !all {
                    ids.push(id.clone());
                }
            }
        });
    }

    /// The box at the beginning of a row.
    pub fn cell(self, id: &str, name: &str, page: &Arc<Vec<String>>) -> Bit {
        let (own, page) = (id.to_owned(), page.clone());
        bit("input")
            .attr("type", "checkbox")
            .attr("class", "select-row")
            .attr("aria-label", fill(words::SELECT_ROW, &[("name", name)]))
            .attr(".checked", if self.has(id) { "true" } else { "" })
            .on_click("select", move || self.toggle(&own, &page, crate::kit::table::shift_held()))
            .into()
    }

    /// What stands below the table while something is chosen.
    pub fn bar(
        self,
        bulk: Bulk,
        source: Source,
        query: impl Fn() -> String + Send + Sync + 'static,
    ) -> AnyView {
        let more_source = source.clone();
        let count_words = move || {
            if self.all.get() {
                return source
                    .page()
                    .map(|p| p.total)
                    .map(|total| fill(words::ALL_SELECTED, &[("count", &count_of(total))]));
            }
            let count = self.ids.with(Vec::len);
            (count > 0).then(|| plural(words::SELECTED, i64::try_from(count).unwrap_or(0), &[]))
        };
        let words_of = count_words.clone();
        let there = memo({
            let count_words = count_words.clone();
            move || count_words().is_some()
        });
        effect(move || {
            if let Some(words) = words_of() {
                live::say(words);
            }
        });
        let more = move || {
            let SourcePage { ids, total, .. } = more_source.page()?;
            if self.all.get() {
                return None;
            }
            // On a phone the table has no head with a box for the page.
            if !self.of_page(&ids).0 {
                let page = move || self.toggle_page(&ids);
                return Some(Button::new(words::SELECT_PAGE).look(Look::Quiet).on_click(page).view());
            }
            let beyond = total.more || total.count > i64::try_from(ids.len()).unwrap_or(0);
            beyond.then(|| {
                Button::new(Words::new(move || fill(words::SELECT_ALL, &[("count", &count_of(total))])))
                    .look(Look::Quiet)
                    .on_click(move || self.all.set(true))
                    .view()
            })
        };
        let query = Arc::new(query);
        let actions: Vec<_> = bulk
            .0
            .into_iter()
            .map(|(needs, name, act)| {
                let (query, count_words) = (query.clone(), count_words.clone());
                let act = move || {
                    let targets = if self.all.get_untracked() {
                        Targets::Query(query())
                    } else {
                        Targets::Ids(self.ids.get_untracked())
                    };
                    act(targets, untrack(&count_words).unwrap_or_default());
                };
                (needs, name, Arc::new(act))
            })
            .collect();
        let view = move || {
            let buttons: Vec<_> = actions
                .iter()
                .filter(|(needs, ..)| session::can(*needs))
                .map(|(_, name, act)| {
                    let act = act.clone();
                    Button::new(*name).on_click(move || act()).view()
                })
                .collect();
            div()
                .attr("class", "bulk")
                .attr("role", "region")
                .attr("aria-label", crate::i18n::t(words::BULK))
                .child(span().attr("class", "bulk__count").child(count_words.clone()))
                .child(more.clone())
                .child(div().attr("class", "bulk__actions").child(buttons).child(
                    Button::new(words::SELECT_NONE).look(Look::Quiet).on_click(move || self.clear()).view(),
                ))
                .into_any()
        };
        (move || there.get().then(&view)).into_any()
    }
}

fn count_of(total: Total) -> String {
    let number = format::number(total.count);
    if total.more { format!("{number}+") } else { number }
}

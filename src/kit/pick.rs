//! A field for one customer or one member out of however many, found by a few letters.

use super::suggest::{Hit, Suggest};
use crate::api;
use crate::i18n::text;
use crate::i18n::texts::pick as words;
use crate::kit::errors;
use crate::kit::load::{Load, Machine};
use crate::ui::el::{div, label, p};
use crate::ui::prelude::*;
use crate::ui::{Words, dom, popover};
use contract::customers::{CustomerList, CustomerRow, ListQuery};
use contract::filter::OneOf;
use contract::id::RoleId;
use contract::organisation::{Member, MemberList, MemberQuery};
use contract::page::Page;
use contract::text::MAX_SEARCH;
use leptos::ev;

/// Options that are shown at once; the rest is found by typing more.
const MOST: usize = 8;

/// Who was picked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picked {
    /// The id.
    pub id: String,
    /// The name, as the field shows it.
    pub name: String,
}

/// A field that picks. All copies are the same one.
#[derive(Clone, Copy)]
pub struct Pick {
    /// Who is picked, if anybody.
    pub value: RwSignal<Option<Picked>>,
    suggest: Suggest,
    open: RwSignal<bool>,
    load: Machine,
    hits: Memo<Vec<Hit>>,
}

fn shown<T: Send + Sync + 'static>(load: Load<Page<T>>, hit: fn(&T) -> Hit) -> Memo<Vec<Hit>> {
    memo(move || {
        let page = load.get();
        page.iter().flat_map(|page| page.items.iter().take(MOST)).map(hit).collect()
    })
}

impl Pick {
    /// One of the customers whom the person may see.
    #[must_use]
    pub fn customer(value: RwSignal<Option<Picked>>) -> Self {
        let (fields, query) = start(value);
        let load: Load<Page<CustomerRow>> = Load::new(move || {
            let query = ListQuery { q: query()?, ..ListQuery::default() };
            Some(api::call::<CustomerList>(&(), &query, &()))
        });
        let hits = shown(load, |row| Hit {
            kind: None,
            name: row.title().to_owned(),
            detail: row.account_name.clone(),
            value: row.id.0.clone(),
        });
        Self::of(value, fields, load.machine(), hits)
    }

    /// One of the members with one of these roles.
    #[must_use]
    pub fn member(value: RwSignal<Option<Picked>>, roles: Vec<RoleId>) -> Self {
        let (fields, query) = start(value);
        let load: Load<Page<Member>> = Load::new(move || {
            let role = Some(OneOf(roles.clone()));
            let query = MemberQuery { q: query()?, role, ..MemberQuery::default() };
            Some(api::call::<MemberList>(&(), &query, &()))
        });
        let hits = shown(load, |member| Hit {
            kind: None,
            name: member.name.clone(),
            detail: member.email.clone(),
            value: member.id.0.clone(),
        });
        Self::of(value, fields, load.machine(), hits)
    }

    fn of(
        value: RwSignal<Option<Picked>>,
        (typed, asked, open): (RwSignal<String>, RwSignal<String>, RwSignal<bool>),
        load: Machine,
        hits: Memo<Vec<Hit>>,
    ) -> Self {
        let suggest = Suggest::new((typed, asked, open), hits, move |hit| {
            typed.set(hit.name.clone());
            asked.set(hit.name.clone());
            value.set(Some(Picked { id: hit.value, name: hit.name }));
            open.set(false);
        });
        // Nothing in the field means nobody.
        on_change(
            move || typed.with(|t| t.trim().is_empty()),
            move || {
                if typed.with_untracked(|t| t.trim().is_empty()) {
                    value.set(None);
                }
            },
        );
        Self { value, suggest, open, load, hits }
    }

    /// Whether something stands in the field that was not picked.
    #[must_use]
    pub fn is_open(self) -> bool {
        let name = self.value.with(|v| v.as_ref().map(|v| v.name.clone())).unwrap_or_default();
        self.suggest.typed.with(|t| t.trim() != name.trim())
    }

    /// The field. What was typed and not picked shows as wrong once the person has left it; `error` is what else
    /// is wrong.
    #[must_use]
    pub fn view(
        self,
        name: &'static str,
        title: impl Into<Words>,
        hint: Option<Words>,
        error: Signal<Option<String>>,
    ) -> AnyView {
        let title = title.into();
        let id = dom::unique(name);
        let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
        let left = RwSignal::new(false);
        let wrong =
            memo(
                move || {
                    if left.get() && self.is_open() { Some(text(words::NOT_PICKED)) } else { error.get() }
                },
            );
        let described = {
            let (hint_id, error_id, has_hint) = (hint_id.clone(), error_id.clone(), hint.is_some());
            move || {
                if wrong.with(Option::is_some) {
                    Some(error_id.clone())
                } else {
                    has_hint.then(|| hint_id.clone())
                }
            }
        };
        let nothing = move || {
            let none = self.open.get() && self.hits.with(Vec::is_empty) && !self.load.pending();
            (none && self.load.failure().is_none()).then(|| text(words::NOTHING))
        };
        let list =
            self.suggest.list(title.clone(), "popover popover--near options").attr("popover", "manual");
        // The list stands over everything, whatever scrolls around the field.
        let list_id = self.suggest.list_id();
        effect(move || {
            let shows = self.open.get() && !self.hits.with(Vec::is_empty);
            if let Some(list) = dom::by_id(&list_id) {
                popover::show(&list, shows);
            }
        });
        let control = self
            .suggest
            .input()
            .attr("class", "input")
            .attr("id", id.clone())
            .attr("name", name)
            .attr("maxlength", MAX_SEARCH.to_string())
            .attr("aria-describedby", described)
            .attr("aria-invalid", move || wrong.with(Option::is_some).then_some("true"))
            .on(ev::click, move |_| self.open.set(true))
            .on(ev::keydown, move |event: web_sys::KeyboardEvent| {
                // Esc closes the options first, and what is around them with the next press.
                if event.key() == "Escape" && self.open.get_untracked() {
                    event.prevent_default();
                    event.stop_propagation();
                    self.open.set(false);
                }
            })
            .on(ev::focusin, move |_| left.set(false))
            .on(ev::focusout, move |_| {
                self.open.set(false);
                left.set(true);
            });
        div()
            .attr("class", "field")
            .child(label().attr("class", "field__label").attr("for", id).child(title.view()))
            .child(control)
            .child(list)
            .child(hint.map(|hint| p().attr("class", "field__hint").attr("id", hint_id).child(hint.view())))
            .child(p().attr("class", "field__hint").attr("role", "status").child(nothing))
            .child(move || {
                let id = error_id.clone();
                wrong.get().map(|why| p().attr("class", "field__error").attr("id", id).child(why))
            })
            .child(move || self.load.failure().map(errors::notice))
            .into_any()
    }
}

type Fields = (RwSignal<String>, RwSignal<String>, RwSignal<bool>);

/// The signals of a field, and what it searches for: nothing while it is closed, everything while it shows
/// who is picked.
fn start(
    value: RwSignal<Option<Picked>>,
) -> (Fields, impl Fn() -> Option<Option<String>> + Copy + Send + Sync + 'static) {
    let now = value.with_untracked(|v| v.as_ref().map(|v| v.name.clone())).unwrap_or_default();
    let (typed, asked) = (RwSignal::new(now.clone()), RwSignal::new(now));
    let open = RwSignal::new(false);
    let query = move || {
        let picked = value.with(|v| v.as_ref().map(|v| v.name.clone())).unwrap_or_default();
        open.get().then(|| asked.with(|q| (!q.is_empty() && *q != picked).then(|| q.clone())))
    };
    ((typed, asked, open), query)
}

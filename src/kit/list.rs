//! A list page out of one declaration: search, filters, saved views, columns, table, pages, selection, files.
//! Its whole state is in the address, in the words of the contract.

use crate::api::{self, CallOf};
use crate::i18n::t;
use crate::i18n::texts::{Key, table as words};
use crate::kit::columns::Columns;
use crate::kit::filters::{self, Filter};
use crate::kit::load::Load;
use crate::kit::pager::{self, pager};
use crate::kit::search::search;
use crate::kit::selection::{Bulk, Selection};
use crate::kit::source::Source;
use crate::kit::table::{Column, Table, empty};
use crate::kit::views;
use crate::router;
use crate::ui::Words;
use crate::ui::button::Button;
use crate::ui::el::{div, h2, p};
use crate::ui::prelude::*;
use contract::api::Endpoint;
use contract::exports::ListName;
use contract::page::Page;
use contract::text::MAX_SEARCH;

/// The declaration of a list.
pub struct List<R: 'static> {
    /// Under which its columns and views are kept.
    pub name: &'static str,
    /// What it lists.
    pub title: Words,
    /// Its columns.
    pub columns: &'static [Column<R>],
    /// A row's id.
    pub id: fn(&R) -> String,
    /// The search field's name and hint, where it has one.
    pub search: Option<(Key, Key)>,
    /// Its filters.
    pub filters: Vec<Filter>,
    /// What the page itself filters by.
    pub fixed: Vec<(&'static str, String)>,
    /// What its files are called, where it has some.
    pub export: Option<ListName>,
    /// Whether its state can be kept as a view.
    pub views: bool,
    /// What can be done to many rows at once.
    pub bulk: Option<Bulk>,
    /// What an empty list says, and what to do about it.
    pub empty: (Key, Key),
    /// The least width in which the columns fit side by side, as a class.
    pub class: &'static str,
    /// The sort order when the address names none.
    pub default_sort: &'static str,
    /// The area whose changes elsewhere make it load again.
    pub area: &'static str,
}

impl<R: Send + Sync + 'static> List<R> {
    /// The parameters of the address that say what is listed.
    fn params(&self) -> Vec<&'static str> {
        let search = self.search.map(|_| "q");
        search.into_iter().chain(self.filters.iter().map(|f| f.param)).chain(["sort"]).collect()
    }

    /// Loads the page that the address asks for, again when the address changes, and when something of it
    /// was changed elsewhere.
    pub fn load<E>(&self, path: E::Path) -> Load<Page<R>>
    where
        E: Endpoint<Body = (), Reply = Page<R>>,
        E::Path: Send + Sync,
    {
        let (params, fixed) = (self.params(), self.fixed.clone());
        let rows = Load::new(move || -> Option<CallOf<Page<R>>> {
            let mut query = query_of(&params, &fixed);
            for (name, value) in
                [("page", router::param("page")), ("limit", pager::limit().map(|l| l.to_string()))]
            {
                add(&mut query, name, value);
            }
            Some(api::call_with::<E>(&path, &query))
        });
        rows.follow(self.area);
        rows
    }

    /// The list.
    pub fn view(self, rows: Load<Page<R>>) -> AnyView {
        let source = Source::new(rows, self.columns, self.id);
        let params = self.params();
        let Self {
            name, title, search, filters, fixed, export, views, bulk, empty, class, default_sort, ..
        } = self;
        Shown { name, title, search, filters, fixed, export, views, bulk, empty, class, default_sort, params }
            .view(&source)
    }
}

/// A declaration without the type of its rows.
struct Shown {
    name: &'static str,
    title: Words,
    search: Option<(Key, Key)>,
    filters: Vec<Filter>,
    fixed: Vec<(&'static str, String)>,
    export: Option<ListName>,
    views: bool,
    bulk: Option<Bulk>,
    empty: (Key, Key),
    class: &'static str,
    default_sort: &'static str,
    params: Vec<&'static str>,
}

impl Shown {
    fn view(self, source: &Source) -> AnyView {
        let params = self.params;
        let columns = Columns::new(self.name, source.heads.clone());
        let selection = self.bulk.as_ref().map(|bulk| Selection::new(params.clone(), bulk));
        let mut bar: Vec<AnyView> = Vec::new();
        if self.views {
            let with_columns: Vec<_> = params.iter().copied().chain(["columns"]).collect();
            bar.push(views::menu(self.name, with_columns, columns));
        }
        bar.extend(self.search.map(|(name, hint)| search(name, hint, MAX_SEARCH)));
        bar.extend(filters::buttons(&self.filters));
        bar.push(columns.tools(self.export.map(|list| (list, self.fixed.clone())), selection));
        let narrowing: Vec<_> = params.iter().copied().filter(|p| *p != "sort").collect();
        let (title, hint) = self.empty;
        let nothing = move || {
            if !untrack(|| narrowing.iter().any(|p| router::param(p).is_some())) {
                return empty(title, hint, None);
            }
            let params = narrowing.clone();
            let clear = Button::new(words::CLEAR_FILTERS).on_click(move || filters::clear(&params)).view();
            empty(words::NO_MATCH, words::NO_MATCH_HINT, Some(clear))
        };
        let bulk = self.bulk.zip(selection).map(|(bulk, selection)| {
            let fixed = self.fixed;
            selection.bar(bulk, source.clone(), move || untrack(|| query_of(&params, &fixed)))
        });
        let table = Table {
            name: self.title,
            columns,
            source: source.clone(),
            empty: Box::new(nothing),
            class: self.class,
            default_sort: self.default_sort,
            selection,
        };
        (filters::bar(bar), (filters::chips(self.filters), table.view()), bulk, pager(source)).into_any()
    }
}

fn add(query: &mut String, name: &str, value: Option<String>) {
    if let Some(value) = value.filter(|v| !v.is_empty()) {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        query.push_str(&router::encode(&value));
    }
}

/// What the address says of these parameters, and what the page itself sets, as a query string.
fn query_of(params: &[&'static str], fixed: &[(&'static str, String)]) -> String {
    let mut query = String::new();
    for param in params {
        if !fixed.iter().any(|(name, _)| name == param) {
            add(&mut query, param, router::param(param));
        }
    }
    for (name, value) in fixed {
        add(&mut query, name, Some(value.clone()));
    }
    query
}

/// A section of a page with a heading and a line about it.
#[must_use]
pub fn section(title: Key, hint: Option<Key>, body: AnyView) -> AnyView {
    let id = crate::ui::dom::unique("section");
    crate::ui::el::section()
        .attr("class", "card")
        .attr("aria-labelledby", id.clone())
        .child(div().attr("class", "card__head").child(h2().attr("id", id).child(t(title))))
        .child(hint.map(|hint| p().attr("class", "form__meta").child(t(hint))))
        .child(body)
        .into_any()
}

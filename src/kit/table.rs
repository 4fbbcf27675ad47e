//! The table of a query: a list page declares its columns, and gets sorting, skeletons, retry in place,
//! keyboard, and cards on a phone.

use crate::i18n::texts::{Key, table as words};
use crate::i18n::{self, t, text};
use crate::kit::errors;
use crate::kit::load::Load;
use crate::router;
use crate::ui::el::{a, div, span, table, tbody, td, th, thead, tr};
use crate::ui::icon::{Icon, icon};
use crate::ui::list::{Keyed, list};
use crate::ui::prelude::*;
use crate::ui::skeleton;
use crate::ui::{Words, dom};
use contract::page::{Page, page_size};
use leptos::ev;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// How a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The row's name: stays in sight while scrolling.
    Head,
    /// Words.
    Text,
    /// Numbers: at the end of the line, digits under digits.
    Number,
    /// Buttons.
    Actions,
}

/// A column.
pub struct Column<R> {
    /// Its heading.
    pub title: Key,
    /// How it is set.
    pub set: Cell,
    /// The values of `?sort=` for upwards and downwards, where the server can sort by it.
    pub sort: Option<(&'static str, &'static str)>,
    /// A cell.
    pub cell: fn(&R) -> AnyView,
}

/// A table in the making.
pub struct Table<R: 'static> {
    /// What it lists.
    pub name: Words,
    /// Its columns.
    pub columns: &'static [Column<R>],
    /// A row's id.
    pub id: fn(&R) -> String,
    /// The rows.
    pub rows: Load<Page<R>>,
    /// What an empty list says.
    pub empty: fn() -> AnyView,
    /// The least width in which the columns fit side by side, as a class.
    pub class: &'static str,
    /// The sort order when the address names none.
    pub default_sort: &'static str,
}

impl<R> Table<R>
where
    R: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    /// The table as a view.
    #[must_use]
    pub fn view(self) -> AnyView {
        let Self { name, columns, id, rows, empty, class, default_sort } = self;
        let sort = memo(move || router::param("sort").unwrap_or_else(|| default_sort.to_owned()));
        let heads: Vec<_> =
            columns.iter().map(|c| head(c.title, c.set, c.sort, default_sort, sort)).collect();
        let titles: Arc<Vec<(Key, Cell)>> = Arc::new(columns.iter().map(|c| (c.title, c.set)).collect());
        let width = columns.len();
        let body = move || {
            let titles = titles.clone();
            match (rows.get(), rows.failure()) {
                (None, Some(failure)) => wide(width, errors::region(failure, move || rows.again())),
                (None, None) => skeleton_rows(width),
                (Some(page), _) if page.items.is_empty() => wide(width, empty()),
                (Some(page), _) => {
                    let language = i18n::language();
                    // The key holds the row's content: a refresh touches only rows that changed.
                    let items = page.items.iter().map(|row| {
                        let key = (id(row), fingerprint(row, &language));
                        let (row, titles) = (row.clone(), titles.clone());
                        let make = move || {
                            let cells = columns.iter().map(|c| (c.cell)(&row)).collect();
                            row_view(id(&row), &titles, cells)
                        };
                        Keyed { key, make: Box::new(make) }
                    });
                    list(items.collect())
                }
            }
        };
        let stale = move || rows.pending() && rows.get().is_some();
        let late = move || {
            let failure = rows.failure().filter(|_| rows.get().is_some())?;
            Some(errors::region(failure, move || rows.again()))
        };
        div()
            .attr("class", format!("table-box {class}"))
            .attr("role", "region")
            .attr("aria-label", name.clone().view())
            .attr("tabindex", "0")
            .child(late)
            .child(
                table()
                    .attr("class", "table")
                    .attr("role", "table")
                    .attr("aria-label", name.view())
                    .attr("aria-busy", move || if rows.pending() { "true" } else { "false" })
                    .class_if("table--stale", stale)
                    .on(ev::keydown, |event| move_between_rows(&event))
                    .child(thead().attr("role", "rowgroup").child(tr().attr("role", "row").child(heads)))
                    .child(tbody().attr("role", "rowgroup").child(body)),
            )
            .into_any()
    }
}

/// FNV-1a over a row's JSON form and the language.
fn fingerprint<R: Serialize>(row: &R, language: &str) -> u64 {
    let json = serde_json::to_string(row).unwrap_or_default();
    let bytes = json.bytes().chain(language.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn set_class(set: Cell) -> &'static str {
    match set {
        Cell::Head => "cell cell--head",
        Cell::Text => "cell",
        Cell::Number => "cell cell--number",
        Cell::Actions => "cell cell--actions",
    }
}

fn row_view(id: String, titles: &[(Key, Cell)], cells: Vec<AnyView>) -> AnyView {
    let cells: Vec<_> = titles
        .iter()
        .zip(cells)
        .map(|((title, set), cell)| {
            let label = text(*title);
            // A card on a phone shows the heading in front of the cell.
            if *set == Cell::Head {
                th().attr("class", set_class(*set))
                    .attr("scope", "row")
                    .attr("role", "rowheader")
                    .attr("data-label", label)
                    .child(cell)
                    .into_any()
            } else {
                td().attr("class", set_class(*set))
                    .attr("role", "cell")
                    .attr("data-label", label)
                    .child(cell)
                    .into_any()
            }
        })
        .collect();
    tr().attr("role", "row").attr("data-row", id).child(cells).into_any()
}

fn head(
    title: Key,
    set: Cell,
    sort: Option<(&'static str, &'static str)>,
    default_sort: &'static str,
    current: Memo<String>,
) -> AnyView {
    let cell = th().attr("class", set_class(set)).attr("scope", "col").attr("role", "columnheader");
    let Some((up, down)) = sort else { return cell.child(t(title)).into_any() };
    let order = move || {
        current.with(|c| match c.as_str() {
            c if c == up => "ascending",
            c if c == down => "descending",
            _ => "none",
        })
    };
    // Upwards, downwards, none; the default order is the one that needs no value in the address.
    let href = move || {
        let next = match order() {
            "none" => Some(up),
            "ascending" => Some(down),
            _ if down == default_sort => Some(up),
            _ => None,
        };
        router::href_with(&[("sort", next.filter(|n| *n != default_sort)), ("page", None)])
    };
    let drawing = move || match order() {
        "ascending" => icon(Icon::Up),
        "descending" => icon(Icon::Down),
        _ => icon(Icon::UpDown),
    };
    cell.attr("aria-sort", order)
        .child(
            a().attr("class", "sort")
                .attr("href", href)
                .attr("title", t(words::SORT))
                .child(t(title))
                .child(drawing),
        )
        .into_any()
}

fn wide(width: usize, content: AnyView) -> AnyView {
    tr().attr("role", "row")
        .attr("class", "table__wide")
        .child(td().attr("role", "cell").attr("colspan", width.to_string()).child(content))
        .into_any()
}

/// As many grey rows as the page will have, each as high as a row.
fn skeleton_rows(width: usize) -> AnyView {
    let limit = untrack(|| page_size(router::param("limit").and_then(|l| l.parse().ok())));
    let rows: Vec<_> = (0..limit)
        .map(|_| {
            let cells: Vec<_> =
                (0..width).map(|_| td().attr("class", "cell").child(skeleton::line()).into_any()).collect();
            tr().attr("class", "table__waiting").attr("aria-hidden", "true").child(cells).into_any()
        })
        .collect();
    rows.into_any()
}

/// An empty list: why, and what to do about it.
#[must_use]
pub fn empty(title: Key, hint: Key, action: Option<AnyView>) -> AnyView {
    div()
        .attr("class", "empty")
        .child(span().attr("class", "empty__title").child(t(title)))
        .child(span().attr("class", "empty__hint").child(t(hint)))
        .child(action)
        .into_any()
}

/// Up and Down go from row to row, to the same place in each.
fn move_between_rows(event: &web_sys::KeyboardEvent) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let Some(here) = dom::focused() else { return };
    let Some(row) = here.closest("tr").ok().flatten() else { return };
    let next = if down { row.next_element_sibling() } else { row.previous_element_sibling() };
    let target = next.and_then(|row| row.query_selector("a, button").ok().flatten());
    if let Some(target) = target.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        _ = target.focus();
    }
}

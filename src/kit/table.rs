//! The table of a query: a list page declares its columns, and gets sorting, skeletons, retry in place,
//! keyboard, and cards on a phone. Its rows are descriptions (`ui::rows`), so that a new page of the list
//! writes only what differs.

use crate::i18n::texts::{Key, table as words};
use crate::i18n::{t, text};
use crate::kit::columns::Columns;
use crate::kit::errors;
use crate::kit::load::Load;
use crate::router;
use crate::ui::el::{a, div, span, table, tbody, td, th, thead, tr};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, Row, Rows, bit};
use crate::ui::{Words, dom};
use contract::page::{Page, page_size};
use leptos::ev;
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
    /// Which it is, in files and settings.
    pub key: &'static str,
    /// Its heading.
    pub title: Key,
    /// How it is set.
    pub set: Cell,
    /// The values of `?sort=` for upwards and downwards, where the server can sort by it.
    pub sort: Option<(&'static str, &'static str)>,
    /// A cell.
    pub cell: fn(&R) -> Bit,
}

/// A table in the making.
pub struct Table<R: 'static> {
    /// What it lists.
    pub name: Words,
    /// Its columns.
    pub columns: Columns<R>,
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
    R: Send + Sync + 'static,
{
    /// The table as a view.
    #[must_use]
    pub fn view(self) -> AnyView {
        let Self { name, columns, id, rows, empty, class, default_sort } = self;
        let sort = memo(move || router::param("sort").unwrap_or_else(|| default_sort.to_owned()));
        let heads = move || -> Vec<_> {
            let shown = columns.shown();
            shown.iter().map(|c| head(c.title, c.set, c.sort, default_sort, sort)).collect()
        };
        let shown = Rows::default();
        let acts = shown.clone();
        let body = move || match (rows.get(), rows.failure()) {
            (None, Some(failure)) => {
                wide(columns.shown().len(), errors::region(failure, move || rows.again()))
            }
            (None, None) => shown.view(waiting_rows(columns.shown().len())),
            (Some(page), _) if page.items.is_empty() => wide(columns.shown().len(), empty()),
            (Some(page), _) => {
                let columns = columns.shown();
                let titles: Vec<String> = columns.iter().map(|c| text(c.title)).collect();
                let row = |item: &R| Row { id: id(item), bit: row_of(id(item), &columns, &titles, item) };
                shown.view(page.items.iter().map(row).collect())
            }
        };
        let stale = move || rows.slow() && rows.get().is_some();
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
                    .on(ev::click, move |event| {
                        if let Some(target) = event.target().and_then(|t| t.dyn_into().ok()) {
                            acts.clicked(&target);
                        }
                    })
                    .child(thead().attr("role", "rowgroup").child(tr().attr("role", "row").child(heads)))
                    .child(tbody().attr("role", "rowgroup").child(body)),
            )
            .into_any()
    }
}

fn set_class(set: Cell) -> &'static str {
    match set {
        Cell::Head => "cell cell--head",
        Cell::Text => "cell",
        Cell::Number => "cell cell--number",
        Cell::Actions => "cell cell--actions",
    }
}

fn row_of<R>(id: String, columns: &[&Column<R>], titles: &[String], item: &R) -> Bit {
    let cells =
        columns.iter().zip(titles).map(|(column, title)| cell_of(column.set, title, (column.cell)(item)));
    bit("tr").attr("role", "row").attr("data-row", id).children(cells).into()
}

fn cell_of(set: Cell, title: &str, content: Bit) -> Bit {
    let cell = match set {
        Cell::Head => bit("th").attr("scope", "row").attr("role", "rowheader"),
        _ => bit("td").attr("role", "cell"),
    };
    // A card on a phone shows the heading in front of the cell.
    cell.attr("class", set_class(set)).attr("data-label", title).child(content).into()
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
fn waiting_rows(width: usize) -> Vec<Row> {
    let limit = untrack(|| page_size(router::param("limit").and_then(|l| l.parse().ok())));
    let cell = || bit("td").attr("class", "cell").child(bit("span").attr("class", "skeleton")).into();
    let row = |n| {
        let row = bit("tr").attr("class", "table__waiting").attr("aria-hidden", "true");
        Row { id: format!("waiting-{n}"), bit: row.children((0..width).map(|_| cell())).into() }
    };
    (0..limit).map(row).collect()
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

//! The table of a query: a list page declares its columns, and gets sorting, skeletons, retry in place,
//! keyboard, and cards on a phone. Its rows are descriptions (`ui::rows`), so that a new page of the list
//! writes only what differs.

use crate::i18n::texts::{Key, table as words};
use crate::i18n::{t, text};
use crate::kit::columns::Columns;
use crate::kit::errors;
use crate::kit::selection::Selection;
use crate::kit::source::Source;
use crate::router;
use crate::ui::el::{a, div, input, span, table, tbody, td, th, thead, tr};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, Part, Row, Rows, bit};
use crate::ui::{Words, dom};
use contract::page::page_size;
use leptos::ev;
use std::rc::Rc;
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
pub struct Table {
    /// What it lists.
    pub name: Words,
    /// Its columns.
    pub columns: Columns,
    /// The rows.
    pub source: Source,
    /// What an empty list says.
    pub empty: Box<dyn Fn() -> AnyView + Send + Sync>,
    /// The least width in which the columns fit side by side, as a class.
    pub class: &'static str,
    /// The sort order when the address names none.
    pub default_sort: &'static str,
    /// The rows that are chosen, where they can be.
    pub selection: Option<Selection>,
}

thread_local! {
    static SHIFT: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether Shift was held at the last click in a table.
#[must_use]
pub fn shift_held() -> bool {
    SHIFT.get()
}

impl Table {
    /// The table as a view.
    #[must_use]
    pub fn view(self) -> AnyView {
        let Self { name, columns, source, empty, class, default_sort, selection } = self;
        let rows = source.load;
        let selection = move || selection.filter(Selection::is_offered);
        let (in_head, in_body, late_page) = (source.clone(), source.clone(), source);
        let sort = memo(move || router::param("sort").unwrap_or_else(|| default_sort.to_owned()));
        let heads = move || -> Vec<_> {
            let page = selection().map(|selection| page_box(selection, in_head.clone()));
            let shown = columns.shown();
            let shown = shown.iter().filter_map(|at| in_head.heads.get(*at));
            page.into_iter().chain(shown.map(|c| head(c.title, c.set, c.sort, default_sort, sort))).collect()
        };
        let width = move || columns.shown().len() + usize::from(selection().is_some());
        let shown = Rows::default();
        let acts = shown.clone();
        let body = move || match (in_body.page(), rows.failure()) {
            (None, Some(failure)) => wide(width(), errors::region(failure, move || rows.again())),
            (None, None) => shown.view(waiting_rows(width())),
            (Some(page), _) if page.ids.is_empty() => wide(width(), empty()),
            (Some(page), _) => {
                let places = columns.shown();
                let heads: Vec<(Cell, Rc<str>)> = places
                    .iter()
                    .filter_map(|at| in_body.heads.get(*at))
                    .map(|c| (c.set, text(c.title).into()))
                    .collect();
                let (ids, selection) = (Arc::new(page.ids), selection());
                let row = |(cells, id): (Vec<Bit>, &String)| {
                    let cells =
                        heads.iter().zip(cells).map(|((set, title), cell)| cell_of(*set, title, cell));
                    Row { id: id.clone(), bit: selectable(selection, cells.collect(), id, &ids).into() }
                };
                shown.view(in_body.cells(&places).into_iter().zip(ids.iter()).map(row).collect())
            }
        };
        let has_rows = memo(move || late_page.page().is_some());
        let stale = move || rows.slow() && has_rows.get();
        let late = move || {
            let failure = rows.failure().filter(|_| has_rows.get())?;
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
                        SHIFT.set(event.shift_key());
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

/// A row, with a box to choose it where rows can be chosen. The box is called as the row's first cell is.
fn selectable(selection: Option<Selection>, cells: Vec<Bit>, id: &str, page: &Arc<Vec<String>>) -> Part {
    let row = bit("tr").attr("role", "row").attr("data-row", id.to_owned());
    let Some(selection) = selection else { return row.children(cells) };
    let name = cells.first().map(Bit::text).unwrap_or_default();
    let cell = selection.cell(id, &name, page);
    row.child(bit("td").attr("role", "cell").attr("class", "cell cell--select").child(cell)).children(cells)
}

/// The box in the head: the whole page.
fn page_box(selection: Selection, source: Source) -> AnyView {
    let ids = move || source.page().map(|page| page.ids).unwrap_or_default();
    let on_page = ids.clone();
    let state = memo(move || selection.of_page(&ids()));
    th().attr("class", "cell cell--select")
        .attr("scope", "col")
        .attr("role", "columnheader")
        .child(
            input()
                .attr("type", "checkbox")
                .attr("aria-label", t(words::SELECT_PAGE))
                .prop("checked", move || state.get().0)
                .prop("indeterminate", move || state.get() == (false, true))
                .on(ev::change, move |_| selection.toggle_page(&untrack(&on_page))),
        )
        .into_any()
}

fn cell_of(set: Cell, title: &Rc<str>, content: Bit) -> Bit {
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
    let Some(here) = dom::focused() else { return };
    let Some(row) = here.closest("tr").ok().flatten() else { return };
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        // On a link the space bar does nothing of its own: here it chooses the row.
        " " if here.tag_name() == "A" => {
            let choice = row.query_selector(".select-row").ok().flatten();
            if let Some(choice) = choice.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                event.prevent_default();
                choice.click();
            }
            return;
        }
        _ => return,
    };
    let next = if down { row.next_element_sibling() } else { row.previous_element_sibling() };
    // From box to box, from name to name.
    let same = if here.matches(".select-row").unwrap_or(false) { ".select-row" } else { "a, button" };
    let target = next.and_then(|row| row.query_selector(same).ok().flatten());
    if let Some(target) = target.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        _ = target.focus();
    }
}

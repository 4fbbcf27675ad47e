//! A page with nothing but the query table, for `./dev bench table`: the operations of krausest's
//! js-framework-benchmark on the table that all lists use. Only with the feature `bench`, which no build
//! that is shipped has; `bench/browser/plain-table.js` does the same by hand.

use crate::i18n::texts::{Key, customers as words};
use crate::kit::columns::Columns;
use crate::kit::load::Load;
use crate::kit::source::Source;
use crate::kit::table::{Cell, Column, Table};
use crate::ui::button::row_button;
use crate::ui::el::{button, div};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::page::{Page, Total};
use leptos::ev;
use std::cell::Cell as Place;
use std::sync::Arc;

/// The address of the page.
pub const PATH: &str = "/bench";

/// A row: shared, so that a list that differs in one row is made without copying the others.
type Item = Arc<Thing>;

#[derive(Clone, PartialEq, Eq)]
struct Thing {
    id: u32,
    label: String,
    chosen: bool,
}

thread_local! {
    static ROWS: Load<Page<Item>> = Load::new(|| None);
    static LAST: Place<u32> = const { Place::new(0) };
}

const COLUMNS: &[Column<Item>] = &[
    column("name", words::NAME, Cell::Head, |item| {
        bit("a").attr("href", format!("#{}", item.id)).child(&*item.label).into()
    }),
    column("id", words::ACCOUNT_NAME, Cell::Number, |item| item.id.to_string().into()),
    column("state", words::VERIFIED, Cell::Text, |item| {
        let class = if item.chosen { "badge badge--good" } else { "badge" };
        bit("span").attr("class", class).child("state").into()
    }),
    column("actions", words::ACTIONS, Cell::Actions, |item| {
        let id = item.id;
        let choose = row_button("choose", "choose".into(), format!("choose-{id}"), None, move || choose(id));
        let remove = row_button("remove", "remove".into(), format!("remove-{id}"), None, move || {
            change(|all| all.retain(|item| item.id != id));
        });
        bit("div").attr("class", "row-actions").child(choose).child(remove).into()
    }),
];

const fn column(key: &'static str, title: Key, set: Cell, cell: fn(&Item) -> Bit) -> Column<Item> {
    Column { key, title, set, sort: None, cell }
}

/// Puts in another list, made of the present one.
fn change(change: impl FnOnce(&mut Vec<Item>)) {
    let rows = ROWS.with(Clone::clone);
    let mut items = untrack(|| rows.get()).map(|page| page.items.clone()).unwrap_or_default();
    change(&mut items);
    rows.put(Page { items, next: None, previous: None, total: Total::exact(0) });
}

fn made(count: u32) -> impl Iterator<Item = Item> {
    const WORDS: [&str; 7] = ["pretty", "large", "quaint", "short", "elegant", "odd", "inexpensive"];
    let first = LAST.get() + 1;
    LAST.set(LAST.get() + count);
    let word = |n: u32| WORDS[n as usize % WORDS.len()];
    let label = move |id: u32| format!("{} {} {}", word(id), word(id / 7), word(id / 49));
    (first..first + count).map(move |id| Arc::new(Thing { id, label: label(id), chosen: false }))
}

fn choose(id: u32) {
    change(|all| {
        for item in all.iter_mut().filter(|item| item.chosen != (item.id == id)) {
            Arc::make_mut(item).chosen = item.id == id;
        }
    });
}

fn update(all: &mut [Item]) {
    for item in all.iter_mut().step_by(10) {
        Arc::make_mut(item).label.push_str(" !!!");
    }
}

/// The page.
pub fn view() -> AnyView {
    let act = |id: &'static str, act: fn(&mut Vec<Item>)| {
        button().attr("id", id).attr("class", "button").on(ev::click, move |_| change(act)).child(id)
    };
    change(|_| {});
    let source = Source::new(ROWS.with(Clone::clone), COLUMNS, |item| item.id.to_string());
    let table = Table {
        name: words::TITLE.into(),
        columns: Columns::new("bench", source.heads.clone()),
        source,
        empty: Box::new(|| "empty".into_any()),
        class: "",
        default_sort: "",
        selection: None,
    };
    div()
        .attr("class", "page")
        .child(
            div()
                .attr("class", "filters")
                .child(act("create", |all| *all = made(1_000).collect()))
                .child(act("create-many", |all| *all = made(10_000).collect()))
                .child(act("append", |all| all.extend(made(1_000))))
                .child(act("update", |all| update(all)))
                .child(act("swap", |all| {
                    if all.len() > 998 {
                        all.swap(1, 998);
                    }
                }))
                .child(act("clear", Vec::clear)),
        )
        .child(table.view())
        .into_any()
}

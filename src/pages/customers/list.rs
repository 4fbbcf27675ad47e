//! The list of customers (客户管理): search, filters, balances, and moving money from the row.

use crate::api;
use crate::i18n::text;
use crate::i18n::texts::{customers as words, labels as label_words};
use crate::kit::columns::Columns;
use crate::kit::filters::{self, Choices};
use crate::kit::load::Load;
use crate::kit::pager::{self, pager};
use crate::kit::table::{Cell, Column, Table, empty};
use crate::kit::{amount, labels, moment, page};
use crate::pages::funds::movement::{self, Direction};
use crate::router;
use crate::ui::badge::{Tone, badge_bit};
use crate::ui::button::{Button, row_button};
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::customers::{
    AssociationType, CustomerList, CustomerRow, ListQuery, Manager, ManagerList, Sort,
};
use contract::exports::ListName;
use contract::id::UserId;
use contract::page::Page;
use contract::text::MAX_SEARCH;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

const COLUMNS: &[Column<CustomerRow>] = &[
    Column {
        key: "name",
        title: words::NAME,
        set: Cell::Head,
        sort: Some(("name", "-name")),
        cell: name_cell,
    },
    Column {
        key: "account_name",
        title: words::ACCOUNT_NAME,
        set: Cell::Text,
        sort: None,
        cell: |row| plain(&row.account_name),
    },
    Column {
        key: "association",
        title: words::ASSOCIATION,
        set: Cell::Text,
        sort: None,
        cell: |row| text(labels::association(row.association)).into(),
    },
    Column {
        key: "verified",
        title: words::VERIFIED,
        set: Cell::Text,
        sort: None,
        cell: |row| {
            let (tone, words) = labels::verified(row.verified);
            badge_bit(tone, text(words)).into()
        },
    },
    Column {
        key: "manager",
        title: words::MANAGER,
        set: Cell::Text,
        sort: None,
        cell: |row| plain(row.manager.as_deref().unwrap_or("–")),
    },
    Column {
        key: "available",
        title: words::AVAILABLE,
        set: Cell::Number,
        sort: Some(("available", "-available")),
        cell: |row| row.available.map_or_else(|| plain("–"), |money| amount::cell(money).into()),
    },
    Column {
        key: "associated_on",
        title: words::ASSOCIATED_ON,
        set: Cell::Text,
        sort: Some(("associated_on", "-associated_on")),
        cell: |row| moment::day_cell(row.associated_on).into(),
    },
    Column { key: "phone", title: words::PHONE, set: Cell::Text, sort: None, cell: |row| plain(&row.phone) },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

fn plain(text: &str) -> Bit {
    text.into()
}

/// The name that a customer goes by: its real name, before authentication its account's.
#[must_use]
pub fn name_of(row: &CustomerRow) -> String {
    if row.name.is_empty() { row.account_name.clone() } else { row.name.clone() }
}

fn name_cell(row: &CustomerRow) -> Bit {
    let link = bit("a").attr("href", super::href(&row.id)).attr("title", name_of(row)).child(name_of(row));
    match labels::frozen(row.frozen) {
        None => link.into(),
        Some(words) => bit("span")
            .attr("class", "with-badge")
            .child(link)
            .child(badge_bit(Tone::Bad, text(words)))
            .into(),
    }
}

fn action_cell(row: &CustomerRow) -> Bit {
    let button = |direction: Direction| {
        let id = row.id.clone();
        let refusal = direction.refusal(row.association, row.frozen);
        let act = move || movement::open(direction, &id);
        let words = text(direction.name());
        row_button(direction.word(), words, direction.button_id(&row.id), refusal, act).into()
    };
    bit("div").attr("class", "row-actions").children(Direction::ALL.map(button)).into()
}

/// A value of the address as one of the contract's words.
fn word<T: DeserializeOwned>(name: &str) -> Option<T> {
    crate::json::read(Value::String(router::param(name)?))
}

fn query() -> ListQuery {
    ListQuery {
        q: router::param("q"),
        association: word::<AssociationType>("association"),
        manager: router::param("manager").map(UserId),
        sort: word::<Sort>("sort"),
        page: router::param("page"),
        limit: pager::limit(),
    }
}

fn nothing() -> AnyView {
    let filtered = untrack(|| ["q", "association", "manager"].iter().any(|n| router::param(n).is_some()));
    if !filtered {
        return empty(words::EMPTY, words::EMPTY_HINT, None);
    }
    let clear =
        || router::set_query(&[("q", None), ("association", None), ("manager", None), ("page", None)]);
    empty(
        words::NO_MATCH,
        words::NO_MATCH_HINT,
        Some(Button::new(crate::i18n::texts::table::CLEAR_FILTERS).on_click(clear).view()),
    )
}

/// The page.
pub fn page() -> AnyView {
    let rows: Load<Page<CustomerRow>> = Load::new(|| Some(api::call::<CustomerList>(&(), &query(), &())));
    let columns = Columns::new("customers", COLUMNS);
    let bar = filter_bar(columns.tools(Some((ListName::Customers, Vec::new()))));
    let table = Table {
        name: words::TITLE.into(),
        columns,
        id: |row: &CustomerRow| row.id.0.clone(),
        rows,
        empty: nothing,
        class: "customers",
        default_sort: "-associated_on",
    };
    let known_name = move |id: &str| {
        rows.get().and_then(|page| page.items.iter().find(|row| row.id.as_str() == id).map(name_of))
    };
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, None))
        .child(bar)
        .child(table.view())
        .child(pager(rows))
        .child(movement::dialog(None, known_name, move || rows.again()))
        .into_any()
}

/// Search and filters. Managers are fetched when their filter is about to be opened, or is set.
fn filter_bar(tools: AnyView) -> AnyView {
    let manager = router::param_signal("manager");
    let wanted: RwSignal<bool> = RwSignal::new(manager.get_untracked().is_some());
    let managers: Load<Vec<Manager>> =
        Load::new(move || wanted.get().then(|| api::call::<ManagerList>(&(), &(), &())));
    let manager_choices = move || -> Vec<(String, String)> {
        let known = managers.get().map(|all| all.iter().map(|m| (m.id.0.clone(), m.name.clone())).collect());
        // An address may name a manager that is not (yet) known.
        known.unwrap_or_else(|| manager.get().map(|id| (id.clone(), id)).into_iter().collect())
    };
    let associations: Choices = Arc::new(|| {
        [AssociationType::Resale, AssociationType::Consultative]
            .into_iter()
            .map(|a| (a.as_str().to_owned(), text(labels::association(a))))
            .collect()
    });
    let name_of_manager = move || {
        let id = manager.get()?;
        manager_choices().into_iter().find(|(value, _)| *value == id).map(|(_, name)| name)
    };
    let bar = filters::bar(vec![
        filters::search(words::SEARCH, words::SEARCH_HINT, MAX_SEARCH),
        filters::choice("association", words::ASSOCIATION, associations, || {}),
        filters::choice("manager", words::MANAGER, Arc::new(manager_choices), move || {
            if !wanted.get_untracked() {
                wanted.set(true);
            }
        }),
        tools,
    ]);
    let chips = filters::chips(vec![
        (
            "association",
            words::ASSOCIATION,
            Arc::new(|| word::<AssociationType>("association").map(|a| text(labels::association(a)))),
        ),
        ("manager", label_words::ROLE_CUSTOMER_MANAGER, Arc::new(name_of_manager)),
    ]);
    (bar, chips).into_any()
}

//! The list of customers (客户管理): search, filters, balances, and moving money from the row.

use crate::api;
use crate::i18n::text;
use crate::i18n::texts::{assignments as assign_words, associations as relate_words, customers as words};
use crate::kit::filters::{Filter, Kind};
use crate::kit::list::List;
use crate::kit::load::Load;
use crate::kit::selection::{Bulk, BulkAct, Targets};
use crate::kit::table::{Cell, Column};
use crate::kit::{amount, labels, moment, page};
use crate::pages::assignments::{self, Assigning};
use crate::pages::associations;
use crate::pages::batches;
use crate::pages::funds::movement::{self, Direction};
use crate::ui::Act;
use crate::ui::badge::{Tone, badge_bit};
use crate::ui::button::row_button;
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::{router, session};
use contract::access::Permission;
use contract::customers::{
    AssociationType, CustomerList, CustomerRow, Frozen, Manager, ManagerList, VerifiedStatus,
};
use contract::exports::ListName;
use contract::filter::NONE;
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

fn name_cell(row: &CustomerRow) -> Bit {
    let link =
        bit("a").attr("href", super::href(&row.id)).attr("title", row.title().to_owned()).child(row.title());
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
    let assign = session::can(Permission::CustomersAssign).then(|| {
        let (id, name) = (row.id.0.clone(), row.title().to_owned());
        let act = move || assignments::one(&id, &name, false);
        row_button("assign", text(assign_words::ASSIGN), format!("assign-{}", row.id), None, act).into()
    });
    let more = session::can(Permission::CustomersRelate).then(|| {
        let (id, name) = (row.id.clone(), row.title().to_owned());
        let act = move || associations::more(&id, &name);
        row_button("more", text(relate_words::MORE), format!("more-{}", row.id), None, act).into()
    });
    let buttons = Direction::ALL.map(button).into_iter().chain(assign).chain(more);
    bit("div").attr("class", "row-actions").children(buttons).into()
}

fn filters() -> Vec<Filter> {
    // Managers are fetched when their filter opens, or is set.
    let manager = router::param_signal("manager");
    let wanted: RwSignal<bool> = RwSignal::new(manager.get_untracked().is_some());
    let managers: Load<Vec<Manager>> =
        Load::new(move || wanted.get().then(|| api::call::<ManagerList>(&(), &(), &())));
    let manager_choices = move || -> Vec<(String, String)> {
        let known: Vec<_> = managers
            .get()
            .iter()
            .flat_map(|all| all.iter())
            .map(|m| (m.id.0.clone(), m.name.clone()))
            .collect();
        std::iter::once((NONE.to_owned(), text(words::NO_MANAGER))).chain(known).collect()
    };
    let opened: Act = Arc::new(move || {
        if !wanted.get_untracked() {
            wanted.set(true);
        }
    });
    let associations = || {
        let all = [AssociationType::Resale, AssociationType::Consultative].into_iter();
        all.map(|a| (a.as_str().to_owned(), text(labels::association(a)))).collect()
    };
    let verified = || {
        use VerifiedStatus as V;
        let all = [V::Verified, V::Reviewing, V::Rejected, V::None].into_iter();
        all.map(|v| (v.as_str().to_owned(), text(labels::verified(v).1))).collect()
    };
    let frozen = || {
        let name = |f| text(labels::frozen(f).unwrap_or(words::IN_USE));
        [Frozen::No, Frozen::Account, Frozen::Resources].map(|f| (f.as_str().to_owned(), name(f))).to_vec()
    };
    vec![
        Filter::one_of("association", words::ASSOCIATION, associations),
        Filter {
            param: "manager",
            name: words::MANAGER,
            kind: Kind::OneOf(Arc::new(manager_choices), Some(opened)),
        },
        Filter::one_of("verified", words::VERIFIED, verified),
        Filter::one_of("frozen", words::ACCOUNT_STATE, frozen),
        Filter { param: "available", name: words::AVAILABLE, kind: Kind::Amounts },
        Filter { param: "associated", name: words::ASSOCIATED_ON, kind: Kind::Days },
    ]
}

/// The page.
pub fn page() -> AnyView {
    let batch = batches::form::Form::new();
    let many = |kind: contract::batches::Kind| -> BulkAct {
        Arc::new(move |targets: Targets, count| batch.open(kind, targets, count))
    };
    let place = StoredValue::new(None::<Assigning>);
    let assign: BulkAct = Arc::new(move |targets: Targets, count| {
        if let Some(place) = place.get_value() {
            place.open(targets, count);
        }
    });
    let kinds = contract::batches::Kind::ALL.iter();
    let mut bulk: Vec<_> = kinds.map(|k| (Permission::Batches, batches::kind_name(*k), many(*k))).collect();
    bulk.push((Permission::CustomersAssign, assign_words::ASSIGN_ALL, assign));
    let list = List {
        name: "customers",
        title: words::TITLE.into(),
        columns: COLUMNS,
        id: |row: &CustomerRow| row.id.0.clone(),
        search: Some((words::SEARCH, words::SEARCH_HINT)),
        filters: filters(),
        fixed: Vec::new(),
        export: Some(ListName::Customers),
        views: true,
        bulk: Some(Bulk(bulk)),
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "customers",
        default_sort: "-associated_on",
        area: "funds",
    };
    let rows = list.load::<CustomerList>(());
    rows.follow("customers");
    let assigning = Assigning::new(move || rows.again());
    place.set_value(Some(assigning));
    let known_name = move |id: &str| {
        rows.get().and_then(|page| {
            page.items.iter().find(|row| row.id.as_str() == id).map(|row| row.title().to_owned())
        })
    };
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, None))
        .child(list.view(rows))
        .child(movement::dialog(None, known_name, move || rows.again()))
        .child(batch.view())
        .child(assigning.view())
        .child(associations::place())
        .into_any()
}

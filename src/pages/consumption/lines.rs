//! 消费明细: the lines of bills, newest day first.

use crate::api;
use crate::i18n::texts::{consumption as words, customers, exports};
use crate::i18n::{format, text};
use crate::kit::filters::{Filter, Kind};
use crate::kit::list::List;
use crate::kit::load::Load;
use crate::kit::table::{Cell, Column};
use crate::pages::customers::href;
use crate::router;
use crate::ui::Act;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::consumption::{Choices, ConsumptionChoices, ConsumptionLine, ConsumptionLines, Month};
use contract::customers::{Customer, CustomerView};
use contract::exports::ListName;
use contract::filter::NONE;
use contract::id::CustomerId;
use contract::money::Currency;
use std::sync::Arc;

const fn column(
    key: &'static str,
    title: crate::i18n::texts::Key,
    set: Cell,
    cell: fn(&ConsumptionLine) -> Bit,
) -> Column<ConsumptionLine> {
    Column { key, title, set, sort: None, cell }
}

const COLUMNS: &[Column<ConsumptionLine>] = &[
    column("day", customers::DAY, Cell::Head, |line| format::calendar_day(line.day).into()),
    column("customer", customers::NAME, Cell::Text, |line| {
        bit("a").attr("href", href(&line.customer_id)).child(line.customer_name.as_str()).into()
    }),
    column("service", customers::SERVICE, Cell::Text, |line| long(&line.service)),
    column("region", words::REGION, Cell::Text, |line| long(&line.region)),
    column("cost", customers::COST, Cell::Number, |line| cost(&line.cost, line.currency)),
    column("list_cost", words::LIST_COST, Cell::Number, |line| cost(&line.list_cost, line.currency)),
    column("resource", words::RESOURCE, Cell::Text, |line| long(&line.resource)),
    column("category", words::CATEGORY, Cell::Text, |line| category(&line.category).into()),
];

/// A text that may be long; the whole of it as the title.
fn long(words: &str) -> Bit {
    let shown = if words.is_empty() { "–" } else { words };
    bit("span").attr("class", "memo").attr("title", words.to_owned()).child(shown).into()
}

/// An amount for the eye, with all its digits as the title.
fn cost(exact: &str, currency: Currency) -> Bit {
    let class = if exact.starts_with('-') { "number number--negative" } else { "number" };
    let title = format!("{exact} {currency}");
    bit("span").attr("class", class).attr("title", title).child(format::decimal(exact, currency)).into()
}

/// What kind of charge; what is not known as the bill has it.
fn category(of: &str) -> String {
    let key = match of {
        "Usage" => words::USAGE,
        "Purchase" => words::PURCHASE,
        "Tax" => words::TAX,
        "Credit" => words::CREDIT,
        "Adjustment" => words::ADJUSTMENT,
        _ => return of.to_owned(),
    };
    text(key)
}

/// The filters. What they offer is fetched when one of them opens.
fn filters() -> Vec<Filter> {
    let wanted: RwSignal<bool> = RwSignal::new(false);
    let choices: Load<Choices> =
        Load::new(move || wanted.get().then(|| api::call::<ConsumptionChoices>(&(), &(), &())));
    let opened: Act = Arc::new(move || wanted.set(true));
    let offered = move |make: fn(&Choices) -> Vec<(String, String)>| {
        move || choices.get().map(|all| make(&all)).unwrap_or_default()
    };
    let month = |month: &str| (month.to_owned(), format::month(month));
    let months = move || {
        let known = offered(|all| all.months.iter().map(|m| (m.to_string(), String::new())).collect())();
        // Those of the address have names before the others are here.
        let mut all: Vec<String> = known.into_iter().map(|(value, _)| value).collect();
        let own = router::param("month").unwrap_or_default();
        all.extend(own.split(',').filter(|m| Month::read(m).is_some()).map(str::to_owned));
        all.sort();
        all.dedup();
        all.iter().rev().map(|value| month(value)).collect()
    };
    let regions = move || {
        let mut all = offered(|all| all.regions.iter().map(|r| (r.clone(), r.clone())).collect())();
        all.retain(|(region, _)| !region.is_empty());
        all.push((NONE.to_owned(), text(words::NO_REGION)));
        all
    };
    let services = offered(|all| all.services.iter().map(|s| (s.clone(), s.clone())).collect());
    let currencies = offered(|all| all.currencies.iter().map(|c| (c.to_string(), c.to_string())).collect());
    let asked: Load<Customer> = Load::new(move || {
        let id = router::param("customer")?;
        Some(api::call::<CustomerView>(&CustomerId(id), &(), &()))
    });
    let customer = move || {
        let id = router::param("customer")?;
        let found = asked.get().filter(|c| c.row.id.0 == id).map(|c| c.row.title().to_owned());
        Some(found.unwrap_or(id))
    };
    let one = |choices| Kind::One(choices, opened.clone());
    vec![
        Filter {
            param: "month",
            name: words::MONTH,
            kind: Kind::OneOf(Arc::new(months), Some(opened.clone())),
        },
        Filter { param: "day", name: customers::DAY, kind: Kind::Days },
        Filter { param: "customer", name: customers::NAME, kind: Kind::Customer(Arc::new(customer)) },
        Filter { param: "service", name: customers::SERVICE, kind: one(Arc::new(services)) },
        Filter { param: "region", name: words::REGION, kind: one(Arc::new(regions)) },
        Filter { param: "currency", name: exports::COLUMN_CURRENCY, kind: one(Arc::new(currencies)) },
    ]
}

/// The tab.
pub(super) fn panel() -> AnyView {
    let list = List {
        name: "consumption",
        title: words::DETAIL.into(),
        columns: COLUMNS,
        id: |line: &ConsumptionLine| line.id.clone(),
        search: None,
        filters: filters(),
        fixed: Vec::new(),
        export: Some(ListName::Consumption),
        views: false,
        bulk: None,
        empty: (words::NONE, words::NONE_HINT),
        class: "records",
        default_sort: "",
        area: "customers",
    };
    let rows = list.load::<ConsumptionLines>(());
    list.view(rows)
}

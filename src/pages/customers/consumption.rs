//! What a customer consumed in a month, by service and day (消费). Not the partner's bill (capability 54).

use crate::api;
use crate::i18n::texts::{Key, customers as words};
use crate::i18n::{fill, format, t, text};
use crate::kit::amount;
use crate::kit::load::Load;
use crate::router;
use crate::ui::chart::{Chart, Kind, Point};
use crate::ui::el::{
    details, div, h2, label, option, p, section, select, span, summary, table, tbody, td, th, thead, tr,
};
use crate::ui::prelude::*;
use crate::ui::radios::radios;
use crate::ui::{Words, dom, skeleton};
use contract::consumption::{Consumption, ConsumptionView, CurrencyConsumption, MonthQuery};
use contract::id::CustomerId;
use contract::money::Currency;
use contract::time::Day;
use leptos::ev;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Services with a colour of their own; the rest is one series.
const SERIES: usize = 7;

/// The kinds of charts: `?chart=`, name, kind. The first is the one where the address names none.
const KINDS: [(&str, Key, Kind); 3] = [
    ("bars", words::CHART_BARS, Kind::Bars),
    ("line", words::CHART_LINES, Kind::Lines),
    ("share", words::CHART_SHARES, Kind::Shares),
];

/// The tab.
#[must_use]
pub fn panel(id: CustomerId) -> AnyView {
    let consumption: Load<Consumption> = Load::new(move || {
        Some(api::call::<ConsumptionView>(&id, &MonthQuery { month: router::param("month") }, &()))
    });
    let kind = router::param_signal("chart");
    let region = consumption.region(
        || skeleton::lines(8),
        move |all| {
            let Some(month) = all.month.clone() else {
                return p().attr("class", "card empty__hint").child(t(words::NO_CONSUMPTION)).into_any();
            };
            let parts: Vec<_> = all.currencies.iter().map(|c| currency(c, &month, kind)).collect();
            let choices = div()
                .attr("class", "filters")
                .child(month_choice(&all.months, &month))
                .child(kind_choice(kind));
            (choices, parts).into_any()
        },
    );
    div()
        .attr("class", "consumption")
        .class_if("consumption--stale", move || consumption.pending())
        .child(region)
        .child(p().attr("class", "form__meta").child(t(words::CONSUMPTION_HINT)))
        .into_any()
}

fn month_choice(months: &[String], current: &str) -> AnyView {
    let id = dom::unique("month");
    let options: Vec<_> = months
        .iter()
        .map(|m| {
            let (value, name) = (m.clone(), m.clone());
            let is_current = m == current;
            option()
                .attr("value", value)
                .prop("selected", move || is_current)
                .child(move || format::month(&name))
        })
        .collect();
    div()
        .attr("class", "filter")
        .child(label().attr("class", "filter__label").attr("for", id.clone()).child(t(words::MONTH)))
        .child(
            select()
                .attr("id", id)
                .attr("class", "input")
                .on(ev::change, |event| router::set_query(&[("month", Some(&event_target_value(&event)))]))
                .child(options),
        )
        .into_any()
}

fn kind_choice(kind: Memo<Option<String>>) -> AnyView {
    let choose = |n: usize| router::set_query(&[("chart", (n > 0).then_some(KINDS[n].0))]);
    radios(words::CHART_KIND, &KINDS.map(|kind| kind.1), Rc::new(move || chosen(kind)), Rc::new(choose))
}

/// The number of the kind of charts that the address asks for.
fn chosen(kind: Memo<Option<String>>) -> usize {
    kind.with(|asked| KINDS.iter().position(|kind| asked.as_deref() == Some(kind.0)).unwrap_or(0))
}

/// A currency's part: total, chart, table.
fn currency(part: &CurrencyConsumption, month: &str, kind: Memo<Option<String>>) -> AnyView {
    let money = part.currency;
    let (total, month) = (part.total.clone(), month.to_owned());
    let id = dom::unique("consumption");
    let chart_part = part.clone();
    // Made anew when the kind or the language changes: words are inside the drawing.
    let drawing = move || {
        let kind = KINDS[chosen(kind)].2;
        let name = if kind == Kind::Shares { words::CHART_NAME_SHARES } else { words::CHART_NAME };
        let month = month.clone();
        let name = move || fill(name, &[("month", &format::month(&month)), ("currency", money.code())]);
        chart(&chart_part, Words::new(name)).view(kind)
    };
    section()
        .attr("class", "card")
        .attr("aria-labelledby", id.clone())
        .child(
            div()
                .attr("class", "card__head")
                .child(h2().attr("id", id).child(t(words::CONSUMPTION_TOTAL)))
                .child(
                    span().attr("class", "number number--big").child(move || format::decimal(&total, money)),
                ),
        )
        .child(drawing)
        .child(
            details()
                .attr("class", "peek")
                .child(summary().child(t(words::AS_TABLE)))
                .child(service_table(part)),
        )
        .into_any()
}

/// A point a day, a series a service.
fn chart(part: &CurrencyConsumption, name: Words) -> Chart {
    let money = part.currency;
    let mut series: Vec<_> = part.services.iter().take(SERIES).map(|s| s.service.clone()).collect();
    if part.services.len() > SERIES {
        series.push(text(words::OTHER_SERVICES));
    }
    // All amounts of the chart in one small unit, so that they can be added and compared.
    let costs = part.services.iter().flat_map(|service| &service.days);
    let places = costs.map(|day| amount::places(&day.cost)).max().unwrap_or(0);
    let mut days: BTreeMap<Day, Vec<i128>> = BTreeMap::new();
    for (n, service) in part.services.iter().enumerate() {
        for day in &service.days {
            let amounts = days.entry(day.day).or_insert_with(|| vec![0; series.len()]);
            amounts[n.min(SERIES)] += amount::scaled(&day.cost, places);
        }
    }
    let points = days.into_iter().map(|(day, amounts)| Point { label: format::bill_day(day), amounts });
    Chart {
        name,
        points: points.collect(),
        series,
        say: Box::new(move |amount| format::decimal(&amount::unscaled(amount, places), money)),
    }
}

/// The chart's figures as a table: services and their days.
fn service_table(part: &CurrencyConsumption) -> AnyView {
    let money = part.currency;
    let cost = move |text: &str, currency: Currency| {
        let text = text.to_owned();
        td().attr("class", "cell cell--number").child(move || format::decimal(&text, currency))
    };
    let rows: Vec<_> = part
        .services
        .iter()
        .flat_map(|service| {
            let head = tr()
                .attr("class", "table__group")
                .child(
                    th().attr("class", "cell cell--head").attr("scope", "row").child(service.service.clone()),
                )
                .child(td().attr("class", "cell").child(t(words::WHOLE_MONTH)))
                .child(cost(&service.total, money))
                .into_any();
            let days = service.days.iter().map(move |day| {
                let date = day.day;
                tr().child(td().attr("class", "cell"))
                    .child(td().attr("class", "cell").child(move || format::bill_day(date)))
                    .child(cost(&day.cost, money))
                    .into_any()
            });
            std::iter::once(head).chain(days).collect::<Vec<_>>()
        })
        .collect();
    let head = |name, class| th().attr("class", class).attr("scope", "col").child(t(name));
    div()
        .attr("class", "table-box")
        .attr("role", "region")
        .attr("aria-label", t(words::AS_TABLE))
        .attr("tabindex", "0")
        .child(
            table()
                .attr("class", "table table--small")
                .child(
                    thead().child(
                        tr().child(head(words::SERVICE, "cell"))
                            .child(head(words::DAY, "cell"))
                            .child(head(words::COST, "cell cell--number")),
                    ),
                )
                .child(tbody().child(rows)),
        )
        .into_any()
}

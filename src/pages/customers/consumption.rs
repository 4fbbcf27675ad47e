//! What a customer consumed in a month, by service and day (消费). Not the partner's bill (capability 54).

use crate::api;
use crate::i18n::texts::customers as words;
use crate::i18n::{fill, format, t, text};
use crate::kit::amount;
use crate::kit::load::Load;
use crate::router;
use crate::ui::chart::{self, Bar};
use crate::ui::el::{
    details, div, h2, label, option, p, section, select, span, summary, table, tbody, td, th, thead, tr,
};
use crate::ui::prelude::*;
use crate::ui::{Words, dom, skeleton};
use contract::consumption::{Consumption, ConsumptionView, CurrencyConsumption, MonthQuery};
use contract::id::CustomerId;
use contract::money::Currency;
use contract::time::Day;
use leptos::ev;
use std::collections::BTreeMap;

/// Services with a colour of their own; the rest is one series.
const SERIES: usize = 7;

/// The tab.
#[must_use]
pub fn panel(id: CustomerId) -> AnyView {
    let consumption: Load<Consumption> = Load::new(move || {
        Some(api::call::<ConsumptionView>(&id, &MonthQuery { month: router::param("month") }, &()))
    });
    let region = consumption.region(
        || skeleton::lines(8),
        move |all| {
            let Some(month) = all.month.clone() else {
                return p().attr("class", "card empty__hint").child(t(words::NO_CONSUMPTION)).into_any();
            };
            let parts: Vec<_> = all.currencies.iter().map(|c| currency(c, &month)).collect();
            (month_choice(&all.months, &month), parts).into_any()
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

/// A currency's part: total, chart, table.
fn currency(part: &CurrencyConsumption, month: &str) -> AnyView {
    let money = part.currency;
    let (total, month) = (part.total.clone(), month.to_owned());
    let id = dom::unique("consumption");
    let chart_part = part.clone();
    // Made anew when the language changes: its words are inside the drawing.
    let drawing = move || {
        let (series, bars) = bars(&chart_part);
        let name = Words::new({
            let month = month.clone();
            move || fill(words::CHART_NAME, &[("month", &format::month(&month)), ("currency", money.code())])
        });
        chart::stacked(name, series, bars)
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

/// A day's cost by series, as texts still to be added.
type Days = BTreeMap<Day, Vec<Vec<String>>>;

/// The series' names and a bar a day.
fn bars(part: &CurrencyConsumption) -> (Vec<String>, Vec<Bar>) {
    let money = part.currency;
    let mut series: Vec<_> = part.services.iter().take(SERIES).map(|s| s.service.clone()).collect();
    if part.services.len() > SERIES {
        series.push(text(words::OTHER_SERVICES));
    }
    let mut days = Days::new();
    for (n, service) in part.services.iter().enumerate() {
        for day in &service.days {
            let costs = days.entry(day.day).or_insert_with(|| vec![Vec::new(); series.len()]);
            if let Some(cost) = costs.get_mut(n.min(SERIES)) {
                cost.push(day.cost.clone());
            }
        }
    }
    let sums: Vec<(Day, Vec<String>)> =
        days.into_iter().map(|(day, costs)| (day, costs.iter().map(|c| sum(c)).collect())).collect();
    // All amounts of the chart in one small unit, so that they can be compared.
    let flat: Vec<&str> = sums.iter().flat_map(|(_, costs)| costs.iter().map(String::as_str)).collect();
    let mut scaled = amount::scaled(&flat).into_iter();
    let bars = sums.iter().map(|(day, costs)| {
        let parts = costs.iter().enumerate().map(|(n, cost)| (n, scaled.next().unwrap_or(0), cost));
        let parts: Vec<_> = parts
            .filter(|(_, amount, _)| *amount != 0)
            .map(|(n, amount, cost)| (n, amount, format::decimal(cost, money)))
            .collect();
        Bar { label: format::bill_day(*day), sum: format::decimal(&sum(costs), money), parts }
    });
    let bars = bars.collect();
    (series, bars)
}

fn sum(costs: &[String]) -> String {
    amount::sum(&costs.iter().map(String::as_str).collect::<Vec<_>>())
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

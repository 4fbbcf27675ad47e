//! 消费汇总: what some months cost, by day or month, by service, by customer. Each total leads to its lines.

use super::lines_href;
use crate::api;
use crate::i18n::texts::{Key, consumption as words, customers};
use crate::i18n::{fill, format, plural, t, text};
use crate::kit::amount;
use crate::kit::load::Load;
use crate::kit::table::empty;
use crate::router;
use crate::ui::chart::{Chart, Kind, Point};
use crate::ui::el::{
    a, details, div, h2, label, option, p, section, select, span, summary, table, tbody, td, th, thead, tr,
};
use crate::ui::prelude::*;
use crate::ui::{Words, dom, skeleton};
use contract::consumption::{
    ConsumptionSummary, CurrencySummary, MONTHS_BACK, Month, Share, Summary, SummaryQuery,
};
use contract::money::Currency;
use contract::time::Day;
use leptos::ev;

/// The tab.
pub(super) fn panel() -> AnyView {
    let asked = |name| router::param(name).as_deref().and_then(Month::read);
    let summary: Load<Summary> = Load::new(move || {
        let query = SummaryQuery { from: asked("from"), to: asked("to") };
        Some(api::call::<ConsumptionSummary>(&(), &query, &()))
    });
    summary.follow("customers");
    let region = summary.region(
        || skeleton::lines(8),
        |all| {
            let (Some(from), Some(to)) = (&all.from, &all.to) else {
                return empty(words::NONE, words::NONE_HINT, None);
            };
            // What the lines are asked for, so that they are those of these totals.
            let within = all.months.iter().filter(|m| *m >= from && *m <= to).map(Month::as_str);
            let months = within.collect::<Vec<_>>().join(",");
            let parts: Vec<_> =
                all.currencies.iter().map(|part| currency(part, (from, to), &months)).collect();
            let nothing = parts.is_empty().then(|| empty(words::NONE_THEN, words::NONE_THEN_HINT, None));
            (range(&all.months, from, to), parts, nothing).into_any()
        },
    );
    div()
        .attr("class", "consumption")
        .class_if("consumption--stale", move || summary.pending())
        .child(region)
        .child(
            p().attr("class", "form__meta").child(move || plural(words::SPAN, i64::from(MONTHS_BACK), &[])),
        )
        .into_any()
}

/// The first month and the last.
fn range(months: &[Month], from: &Month, to: &Month) -> AnyView {
    let one = from == to;
    let (first, last) = (from.clone(), to.clone());
    // Of the months beyond the other end, the other end goes along.
    let from_changed = move |value: String| {
        let end = if value.as_str() > last.as_str() || one { value.clone() } else { last.to_string() };
        router::set_query(&[("from", Some(&value)), ("to", Some(&end))]);
    };
    let to_changed = move |value: String| {
        let begin = if value.as_str() < first.as_str() { value.clone() } else { first.to_string() };
        router::set_query(&[("from", Some(&begin)), ("to", Some(&value))]);
    };
    div()
        .attr("class", "filters")
        .child(month_choice(words::FROM, months, from, from_changed))
        .child(month_choice(words::TO, months, to, to_changed))
        .into_any()
}

fn month_choice(
    name: Key,
    months: &[Month],
    current: &Month,
    changed: impl Fn(String) + Send + Sync + 'static,
) -> AnyView {
    let id = dom::unique("month");
    // The month of an address may have nothing.
    let mut all: Vec<&Month> = months.iter().chain([current]).collect();
    all.sort();
    all.dedup();
    let one = |month: &&Month| {
        let (value, is_current) = (month.to_string(), *month == current);
        let words = value.clone();
        option()
            .attr("value", value)
            .prop("selected", move || is_current)
            .child(move || format::month(&words))
            .into_any()
    };
    div()
        .attr("class", "filter")
        .child(label().attr("class", "filter__label").attr("for", id.clone()).child(t(name)))
        .child(
            select()
                .attr("id", id)
                .attr("class", "input")
                .on(ev::change, move |event| changed(event_target_value(&event)))
                .child(all.iter().rev().map(one).collect::<Vec<_>>()),
        )
        .into_any()
}

/// A currency's part: its total, a chart of its days or months, its services, its customers.
fn currency(part: &CurrencySummary, (from, to): (&Month, &Month), months: &str) -> AnyView {
    let money = part.currency;
    let one = from == to;
    let filters = [("month", months), ("currency", money.code())];
    let with = |more: (&str, &str)| lines_href(&[filters[0], filters[1], more]);
    let id = dom::unique("consumption");
    let (first, last) = (from.to_string(), to.to_string());
    let name = Words::new(move || {
        let (first, last) = (format::month(&first), format::month(&last));
        let values = [("from", first.as_str()), ("to", last.as_str()), ("currency", money.code())];
        fill(if one { words::CHART_DAYS } else { words::CHART_MONTHS }, &values)
    });
    let steps: Vec<_> = part.steps.iter().map(|s| (s.clone(), step_words(&s.key))).collect();
    let drawing = move || chart(&steps, money, name.clone()).view(Kind::Bars);
    let (total, list_total, lines) = (part.total.clone(), part.list_total.clone(), part.lines);
    let step_rows = part.steps.iter().map(|s| {
        // A day is a range of one; a month is itself.
        let link = match Day::read(&s.key) {
            Some(_) => with(("day", &format!("{0}..{0}", s.key))),
            None => lines_href(&[("month", &s.key), filters[1]]),
        };
        (step_words(&s.key), s, link)
    });
    let steps_table = shares(if one { customers::DAY } else { words::MONTH }, step_rows.collect(), money);
    let services = part.services.iter().map(|s| (said(&s.key), s, with(("service", &s.key))));
    let services = shares(customers::SERVICE, services.collect(), money);
    let most = part.customers.iter().map(|s| (said(&s.name), s, with(("customer", &s.key))));
    let most = shares(customers::NAME, most.collect(), money);
    let heading = |name| h2().child(t(name));
    section()
        .attr("class", "card consumption")
        .attr("aria-labelledby", id.clone())
        .child(
            div()
                .attr("class", "card__head")
                .child(h2().attr("id", id).child(move || fill(words::TOTAL, &[("currency", money.code())])))
                .child(
                    a().attr("class", "number number--big")
                        .attr("href", lines_href(&filters))
                        .child(move || format::decimal(&total, money)),
                ),
        )
        .child(p().attr("class", "form__meta").child(move || {
            let list = format::decimal(&list_total, money);
            plural(words::OF_LINES, lines, &[("list", &list)])
        }))
        .child(drawing)
        .child(
            details().attr("class", "peek").child(summary().child(t(customers::AS_TABLE))).child(steps_table),
        )
        .child(heading(words::BY_SERVICE))
        .child(services)
        .child(heading(words::BY_CUSTOMER))
        .child(p().attr("class", "form__meta").child(t(words::BY_CUSTOMER_HINT)))
        .child(most)
        .into_any()
}

/// A day or a month in words.
fn step_words(key: &str) -> Words {
    let key = key.to_owned();
    Words::new(move || Day::read(&key).map_or_else(|| format::month(&key), format::bill_day))
}

fn said(words: &str) -> Words {
    words.to_owned().into()
}

/// A bar a day or month.
fn chart(steps: &[(Share, Words)], money: Currency, name: Words) -> Chart {
    let places = steps.iter().map(|(step, _)| amount::places(&step.cost)).max().unwrap_or(0);
    let point = |(step, words): &(Share, Words)| Point {
        label: words.text(),
        amounts: vec![amount::scaled(&step.cost, places)],
    };
    Chart {
        name,
        series: vec![text(customers::COST)],
        points: steps.iter().map(point).collect(),
        say: Box::new(move |amount| format::decimal(&amount::unscaled(amount, places), money)),
    }
}

/// Parts of a total as a table: what it is, what it cost, of how many lines. The cost leads to them.
fn shares(name: Key, rows: Vec<(Words, &Share, String)>, money: Currency) -> AnyView {
    let head = |name, class| th().attr("class", class).attr("scope", "col").child(t(name)).into_any();
    let row = |(words, share, link): (Words, &Share, String)| {
        let (cost, lines) = (share.cost.clone(), share.lines);
        let says = words.clone();
        let shown = share.cost.clone();
        let link = a()
            .attr("href", link)
            .attr("aria-label", move || {
                let cost = format::decimal(&shown, money);
                fill(words::LINES_OF, &[("name", &says.text()), ("cost", &cost)])
            })
            .child(move || format::decimal(&cost, money));
        tr().child(
            th().attr("class", "cell cell--head").attr("scope", "row").child(span().child(words.view())),
        )
        .child(td().attr("class", "cell cell--number").child(link))
        .child(td().attr("class", "cell cell--number").child(move || format::number(lines)))
        .into_any()
    };
    div()
        .attr("class", "table-box")
        .attr("role", "region")
        .attr("aria-label", t(name))
        .attr("tabindex", "0")
        .child(
            table()
                .attr("class", "table table--small")
                .child(thead().child(tr().child(vec![
                    head(name, "cell"),
                    head(customers::COST, "cell cell--number"),
                    head(words::LINES, "cell cell--number"),
                ])))
                .child(tbody().child(rows.into_iter().map(row).collect::<Vec<_>>())),
        )
        .into_any()
}

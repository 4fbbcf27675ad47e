//! Filters of a list: declared once a list, set in a popover, shown as chips, kept in the address as the
//! texts that the contract declares (`contract::filter`).

use crate::i18n::texts::{Key, table as words};
use crate::i18n::{fill, format, t, text};
use crate::kit::amount;
use crate::kit::errors;
use crate::kit::pick::{Pick, Picked};
use crate::router;
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::el::{button, div, form, input, label, li, span, ul};
use crate::ui::field::{Field, focus_first_error};
use crate::ui::icon::{Icon, icon};
use crate::ui::popover::{self, Popover};
use crate::ui::prelude::*;
use crate::ui::{Act, Words, dom, when};
use contract::error::Fault;
use contract::filter::{Amounts, Days};
use contract::money::Currency;
use contract::time::Day;
use leptos::ev;
use std::sync::Arc;

/// What a filter offers: values with their names.
pub type Choices = Arc<dyn Fn() -> Vec<(String, String)> + Send + Sync>;

/// A filter of a list.
#[derive(Clone)]
pub struct Filter {
    /// Its parameter in the address and in the contract.
    pub param: &'static str,
    /// Its name.
    pub name: Key,
    /// What can be set.
    pub kind: Kind,
}

/// What a filter sets.
#[derive(Clone)]
pub enum Kind {
    /// One of several values; the second is told when it opens.
    OneOf(Choices, Option<Act>),
    /// One value exactly, which may hold any character; the second is told when it opens.
    One(Choices, Act),
    /// An amount between two.
    Amounts,
    /// Days.
    Days,
    /// A customer, found by name. Answers the one that is set, in words.
    Customer(Arc<dyn Fn() -> Option<String> + Send + Sync>),
    /// Nothing that can be chosen here: another page sets it. Answers its value in words.
    Given(Arc<dyn Fn() -> Option<String> + Send + Sync>),
}

impl Filter {
    /// One of the values of an enumeration whose words are known beforehand.
    pub fn one_of(
        param: &'static str,
        name: Key,
        choices: impl Fn() -> Vec<(String, String)> + Send + Sync + 'static,
    ) -> Self {
        Self { param, name, kind: Kind::OneOf(Arc::new(choices), None) }
    }

    /// What it is set to, in words; reactive.
    fn words(&self) -> Option<String> {
        let value = router::param(self.param)?;
        Some(match &self.kind {
            Kind::One(choices, _) => {
                let name = choices().into_iter().find(|(v, _)| *v == value);
                name.map_or(value, |(_, name)| name)
            }
            Kind::OneOf(choices, _) => {
                let all = choices();
                let name = |value: &str| {
                    all.iter().find(|(v, _)| v == value).map_or_else(|| value.to_owned(), |(_, n)| n.clone())
                };
                value.split(',').map(name).collect::<Vec<_>>().join(&text(words::OR))
            }
            Kind::Amounts => {
                let range = Amounts::read(&value).unwrap_or_default();
                let side = |text: Option<&str>| text.map(|t| format::decimal(t, currency()));
                span_words(side(range.from.as_deref()), side(range.to.as_deref()))
            }
            Kind::Days => match Days::read(&value) {
                Some(Days::Between(from, to)) => {
                    span_words(from.map(format::calendar_day), to.map(format::calendar_day))
                }
                _ => text(moving(&value)?),
            },
            Kind::Customer(words) | Kind::Given(words) => words()?,
        })
    }
}

/// Two ends in words, either of which may be missing.
fn span_words(from: Option<String>, to: Option<String>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} – {to}"),
        (Some(from), None) => fill(words::FROM, &[("value", &from)]),
        (None, to) => fill(words::UP_TO, &[("value", &to.unwrap_or_default())]),
    }
}

fn moving(value: &str) -> Option<Key> {
    Some(match value {
        "today" => words::TODAY,
        "this_month" => words::THIS_MONTH,
        "last_month" => words::LAST_MONTH,
        "last_30_days" => words::LAST_30_DAYS,
        _ => return None,
    })
}

fn currency() -> Currency {
    session::with(|s| s.currency).unwrap_or(Currency::CNY)
}

fn set(param: &'static str, value: Option<&str>) {
    router::set_query(&[(param, value), ("page", None)]);
}

/// The buttons of all filters that can be set.
#[must_use]
pub fn buttons(filters: &[Filter]) -> Vec<AnyView> {
    filters.iter().filter(|f| !matches!(f.kind, Kind::Given(_))).map(one).collect()
}

fn one(filter: &Filter) -> AnyView {
    let Filter { param, name, kind } = filter.clone();
    let open = RwSignal::new(false);
    let opened = match &kind {
        Kind::OneOf(_, opened) => opened.clone(),
        Kind::One(_, opened) => Some(opened.clone()),
        _ => None,
    };
    let is_set = router::param_signal(param);
    let face = span()
        .attr("class", move || is_set.with(|v| if v.is_some() { "filter__set" } else { "" }))
        .child(t(name))
        .child(icon(Icon::Down));
    let body = when(
        move || open.get(),
        move || match &kind {
            Kind::OneOf(choices, _) => boxes(param, name, choices.clone()),
            Kind::One(choices, _) => picks(param, name, choices.clone()),
            Kind::Amounts => amounts(param),
            Kind::Days => days(param),
            Kind::Customer(_) => customer(param, name),
            Kind::Given(_) => ().into_any(),
        },
    );
    Popover { name: name.into(), face: face.into_any(), body, class: "popover--near", button: "button" }.view(
        move |now| {
            if let (true, Some(opened)) = (now, &opened) {
                opened.make();
            }
            open.set(now);
        },
    )
}

fn boxes(param: &'static str, name: Key, choices: Choices) -> AnyView {
    let chosen = move || -> Vec<String> {
        router::param(param).map(|v| v.split(',').map(str::to_owned).collect()).unwrap_or_default()
    };
    let line = move |(value, words): (String, String)| {
        let own = value.clone();
        label()
            .attr("class", "choice")
            .child(input().attr("type", "checkbox").prop("checked", move || chosen().contains(&own)).on(
                ev::change,
                move |_| {
                    let mut now = untrack(chosen);
                    if now.contains(&value) {
                        now.retain(|v| *v != value);
                    } else {
                        now.push(value.clone());
                    }
                    set(param, Some(&now.join(",")));
                },
            ))
            .child(span().child(words))
            .into_any()
    };
    div()
        .attr("class", "choices")
        .attr("role", "group")
        .attr("aria-label", t(name))
        .child(move || choices().into_iter().map(line).collect::<Vec<_>>())
        .into_any()
}

/// The values, of which one can be chosen.
fn picks(param: &'static str, name: Key, choices: Choices) -> AnyView {
    let line = move |(value, words): (String, String)| pick(param, value, words.into());
    ul().attr("class", "picks choices")
        .attr("aria-label", t(name))
        .child(move || choices().into_iter().map(line).collect::<Vec<_>>())
        .into_any()
}

/// A value that is chosen by pressing it.
fn pick(param: &'static str, value: String, words: Words) -> AnyView {
    let own = value.clone();
    let is_on = move || router::param(param).as_deref() == Some(own.as_str());
    li().child(
        button()
            .attr("type", "button")
            .attr("class", "pick")
            .attr("aria-pressed", move || if is_on() { "true" } else { "false" })
            .on(ev::click, move |_| {
                set(param, Some(&value));
                popover::close();
            })
            .child(span().child(words.view()))
            .child(icon(Icon::Check)),
    )
    .into_any()
}

/// Makes a filter's value out of two ends, or says whether the first is wrong or the second, and how.
type Read = fn(&str, &str) -> Result<String, (bool, Fault)>;

/// Two fields and a button; `read` makes the value out of what is typed, or says at which field it is wrong.
fn ends(
    param: &'static str,
    now: (String, String),
    field: fn(bool, RwSignal<String>, Signal<Option<String>>) -> AnyView,
    read: Read,
) -> AnyView {
    let (from, to) = (RwSignal::new(now.0), RwSignal::new(now.1));
    let wrong = RwSignal::new(None::<(bool, Fault)>);
    let error = move |first: bool| {
        Signal::derive(move || wrong.get().filter(|w| w.0 == first).map(|w| errors::fault(w.1)))
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (from, to) = (from.get_untracked(), to.get_untracked());
        if from.trim().is_empty() && to.trim().is_empty() {
            set(param, None);
            popover::close();
            return;
        }
        match read(from.trim(), to.trim()) {
            Ok(value) => {
                set(param, Some(&value));
                popover::close();
            }
            Err(fault) => {
                wrong.set(Some(fault));
                focus_first_error();
            }
        }
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(field(true, from, error(true)))
        .child(field(false, to, error(false)))
        .child(Button::new(words::APPLY).look(Look::Primary).submits().view())
        .into_any()
}

fn end_name(first: bool) -> Words {
    (if first { words::LEAST } else { words::MOST }).into()
}

fn amounts(param: &'static str) -> AnyView {
    let range = untrack(|| router::param(param)).and_then(|v| Amounts::read(&v)).unwrap_or_default();
    ends(
        param,
        (range.from.unwrap_or_default(), range.to.unwrap_or_default()),
        |first, value, error| {
            Field::new("amount", end_name(first), value).inputmode("decimal").error(error).view()
        },
        |from, to| {
            let side = |text: &str, first| match text {
                "" => Ok(None),
                text => amount::typed_any(text, currency()).map(Some).map_err(|fault| (first, fault)),
            };
            let (from, to) = (side(from, true)?, side(to, false)?);
            if let (Some(from), Some(to)) = (from, to)
                && from.minor > to.minor
            {
                return Err((false, Fault::Invalid));
            }
            let text = |side: Option<contract::money::Money>| side.map(|m| m.decimal());
            let range = Amounts { from: text(from), to: text(to) };
            Ok(format!("{}..{}", range.from.unwrap_or_default(), range.to.unwrap_or_default()))
        },
    )
}

fn days(param: &'static str) -> AnyView {
    let now = untrack(|| router::param(param));
    let between = now.as_deref().and_then(Days::read);
    let (from, to) = match between {
        Some(Days::Between(from, to)) => (from, to),
        _ => (None, None),
    };
    let shown = |day: Option<Day>| day.map(|d| d.to_string()).unwrap_or_default();
    let presets = Days::MOVING
        .into_iter()
        .filter_map(|value| Some(pick(param, value.to_owned(), moving(value)?.into())));
    let typed = ends(
        param,
        (shown(from), shown(to)),
        |first, value, error| {
            let name = if first { words::FIRST_DAY } else { words::LAST_DAY };
            Field::new("day", name, value).kind("date", "off").error(error).view()
        },
        |from, to| {
            let text = format!("{from}..{to}");
            Days::read(&text).map(|_| text).ok_or((false, Fault::Invalid))
        },
    );
    div()
        .attr("class", "form")
        .child(ul().attr("class", "picks").child(presets.collect::<Vec<_>>()))
        .child(typed)
        .child(span().attr("class", "field__hint").child(t(words::DAYS_HINT)))
        .into_any()
}

fn customer(param: &'static str, name: Key) -> AnyView {
    let value = RwSignal::new(None::<Picked>);
    on_change(
        move || value.get(),
        move || {
            if let Some(picked) = value.get_untracked() {
                set(param, Some(&picked.id));
                popover::close();
            }
        },
    );
    dom::focus_soon(&format!("input[name={param}]"));
    let field = Pick::customer(value).view(param, name, None, Signal::stored(None));
    div().attr("class", "form").child(field).into_any()
}

/// The filters in force, each with a button that takes it away, and one that takes away all.
#[must_use]
pub fn chips(filters: Vec<Filter>) -> AnyView {
    (move || {
        let set: Vec<_> = filters.iter().filter_map(|f| Some((f.param, f.name, f.words()?))).collect();
        if set.is_empty() {
            return None;
        }
        let params: Vec<_> = filters.iter().map(|f| f.param).collect();
        let views: Vec<_> = set.into_iter().map(|(param, name, value)| chip(param, name, value)).collect();
        Some(
            div()
                .attr("class", "chips")
                .child(views)
                .child(
                    Button::new(words::CLEAR_ALL).look(Look::Quiet).on_click(move || clear(&params)).view(),
                )
                .into_any(),
        )
    })
    .into_any()
}

/// Takes values out of the address, and the page with them.
pub fn clear(params: &[&'static str]) {
    let changes: Vec<_> = params.iter().chain(&["page"]).map(|p| (*p, None)).collect();
    router::set_query(&changes);
}

fn chip(param: &'static str, name: Key, value: String) -> AnyView {
    let words_of = move || fill(words::CHIP, &[("name", &text(name)), ("value", &value)]);
    let label = words_of.clone();
    span()
        .attr("class", "chip")
        .child(span().child(words_of))
        .child(
            button()
                .attr("type", "button")
                .attr("class", "button button--quiet button--icon button--small")
                .attr("aria-label", move || fill(words::REMOVE_FILTER, &[("filter", &label())]))
                .on(ev::click, move |_| set(param, None))
                .child(icon(Icon::Cross)),
        )
        .into_any()
}

/// The bar around search and filters.
#[must_use]
pub fn bar(parts: Vec<AnyView>) -> AnyView {
    div().attr("class", "filters").child(parts).into_any()
}

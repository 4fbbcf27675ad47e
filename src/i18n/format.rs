//! Numbers, money, dates and plural categories by the browser's own `Intl`: no locale data in the app.
//! Amounts go to `Intl` as decimal text, so no amount ever becomes a float.

use contract::money::{Currency, Money};
use contract::time::{Day, Time};
use js_sys::{Array, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

thread_local! {
    /// The zone that the person prefers; empty for the browser's.
    static ZONE: RefCell<String> = const { RefCell::new(String::new()) };
    /// `Intl` formatters are costly to make; a list uses the same few hundreds of times.
    static FORMATTERS: RefCell<Vec<(String, Function)>> = const { RefCell::new(Vec::new()) };
}

/// Forgets the formatters of the language before.
pub(super) fn forget() {
    FORMATTERS.with_borrow_mut(Vec::clear);
}

fn locale() -> Array {
    Array::of1(&super::language().into())
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in pairs {
        // Setting a property of a fresh plain object cannot fail.
        _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}

/// Calls the formatter of this name, made on first use.
fn format(name: &str, value: &JsValue, make: impl FnOnce(&Array) -> Function) -> String {
    let known = FORMATTERS.with_borrow(|all| all.iter().find(|(n, _)| n == name).map(|(_, f)| f.clone()));
    let formatter = known.unwrap_or_else(|| {
        let made = make(&locale());
        FORMATTERS.with_borrow_mut(|all| all.push((name.to_owned(), made.clone())));
        made
    });
    formatter.call1(&JsValue::UNDEFINED, value).ok().and_then(|v| v.as_string()).unwrap_or_default()
}

fn number_format(locale: &Array, pairs: &[(&str, JsValue)]) -> Function {
    Intl::NumberFormat::new(locale, &options(pairs)).format()
}

fn date_format(locale: &Array, pairs: &[(&str, JsValue)]) -> Function {
    let options = options(pairs);
    let zone = ZONE.with_borrow(Clone::clone);
    if !zone.is_empty() && !pairs.iter().any(|(name, _)| *name == "timeZone") {
        _ = Reflect::set(&options, &"timeZone".into(), &zone.into());
    }
    Intl::DateTimeFormat::new(locale, &options).format()
}

/// Notes the zone in which moments are shown. Answers whether that is another one than before.
pub(super) fn set_zone(zone: &str) -> bool {
    // The browser refuses a zone that it does not know with an exception, which nothing later could catch.
    let of_intl = |name: &str| {
        Reflect::get(&js_sys::global(), &"Intl".into()).and_then(|i| Reflect::get(&i, &name.into()))
    };
    let known = zone.is_empty()
        || of_intl("DateTimeFormat").is_ok_and(|make| {
            let arguments = Array::of2(&JsValue::UNDEFINED, &options(&[("timeZone", zone.into())]));
            Reflect::construct(&make.into(), &arguments).is_ok()
        });
    let zone = if known { zone } else { "" };
    let changed = ZONE.with_borrow(|now| now != zone);
    if changed {
        ZONE.set(zone.to_owned());
        forget();
    }
    changed
}

/// The time zones that the browser knows, by name.
#[must_use]
pub fn zones() -> Vec<String> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).unwrap_or_default();
    let list = Reflect::get(&intl, &"supportedValuesOf".into()).ok().map(Function::from);
    let found = list.and_then(|list| list.call1(&intl, &"timeZone".into()).ok());
    found
        .map(|all| Array::from(&all).iter().filter_map(|zone| zone.as_string()).collect())
        .unwrap_or_default()
}

/// An amount with its currency.
#[must_use]
pub fn money(money: Money) -> String {
    let code = money.currency.code();
    format(code, &money.decimal().into(), |locale| {
        number_format(locale, &[("style", "currency".into()), ("currency", code.into())])
    })
}

/// An exact decimal text, as bills have it, with its currency: rounded to the currency's decimals for
/// the eye, unless that would hide it altogether.
#[must_use]
pub fn decimal(text: &str, currency: Currency) -> String {
    let code = currency.code();
    let places = currency.decimals();
    let whole_or_big = text.split('.').next().is_some_and(|w| !w.trim_start_matches(['-', '0']).is_empty());
    let digits = text.split('.').nth(1).unwrap_or("");
    let shown = digits.len().min(places as usize);
    let visible =
        whole_or_big || digits[..shown].bytes().any(|b| b != b'0') || digits.bytes().all(|b| b == b'0');
    if visible {
        return format(code, &text.into(), |locale| {
            number_format(locale, &[("style", "currency".into()), ("currency", code.into())])
        });
    }
    format(&format!("{code}+"), &text.into(), |locale| {
        number_format(
            locale,
            &[
                ("style", "currency".into()),
                ("currency", code.into()),
                ("maximumSignificantDigits", JsValue::from(2)),
            ],
        )
    })
}

/// A whole number.
#[must_use]
pub fn number(number: i64) -> String {
    format("number", &JsValue::from_str(&number.to_string()), |locale| number_format(locale, &[]))
}

/// A share, given in tenths of a percent.
#[must_use]
pub fn percent(tenths: i64) -> String {
    let share = format!("{}.{:03}", tenths / 1_000, tenths % 1_000);
    format("percent", &share.into(), |locale| {
        number_format(locale, &[("style", "percent".into()), ("minimumFractionDigits", JsValue::from(1))])
    })
}

/// A size of a file: bytes below 1,000, then kB, MB, GB, with one decimal.
#[must_use]
pub fn bytes(bytes: i64) -> String {
    let (unit, power) = match bytes {
        ..1_000 => ("byte", 1.0),
        1_000..1_000_000 => ("kilobyte", 1e3),
        1_000_000..1_000_000_000 => ("megabyte", 1e6),
        _ => ("gigabyte", 1e9),
    };
    // A size is for the eye: a double has digits enough.
    format(unit, &JsValue::from_f64(bytes as f64 / power), |locale| {
        number_format(
            locale,
            &[("style", "unit".into()), ("unit", unit.into()), ("maximumFractionDigits", JsValue::from(1))],
        )
    })
}

/// A span of time in the unit that fits it, with one decimal.
#[must_use]
pub fn duration(millis: i64) -> String {
    let (unit, power) = match millis {
        ..1_000 => ("millisecond", 1.0),
        1_000..60_000 => ("second", 1e3),
        60_000..3_600_000 => ("minute", 6e4),
        3_600_000..172_800_000 => ("hour", 3.6e6),
        _ => ("day", 8.64e7),
    };
    format(unit, &JsValue::from_f64(millis as f64 / power), |locale| {
        number_format(
            locale,
            &[("style", "unit".into()), ("unit", unit.into()), ("maximumFractionDigits", JsValue::from(1))],
        )
    })
}

/// The moment that a `datetime-local` input holds, in the reader's zone.
#[must_use]
pub fn read_local(text: &str) -> Option<Time> {
    let millis = js_sys::Date::new(&text.into()).get_time();
    // A date that is none is not a number. Milliseconds are whole and fit.
    (!millis.is_nan()).then(|| contract::time::from_millis(millis as i64))
}

fn date(time: Time) -> JsValue {
    // Milliseconds of any date that `Time` knows fit a double exactly.
    js_sys::Date::new(&JsValue::from(time.timestamp_millis() as f64)).into()
}

/// A date and time to the minute, in the reader's zone.
#[must_use]
pub fn date_time(time: Time) -> String {
    format("time", &date(time), |locale| {
        date_format(locale, &[("dateStyle", "medium".into()), ("timeStyle", "short".into())])
    })
}

/// A moment for programs, as the `datetime` of a `<time>`.
#[must_use]
pub fn machine_time(time: Time) -> String {
    js_sys::Date::from(date(time)).to_iso_string().into()
}

/// A date in the reader's zone.
#[must_use]
pub fn day(time: Time) -> String {
    format("day", &date(time), |locale| date_format(locale, &[("dateStyle", "medium".into())]))
}

/// A date and time to the second with its zone, for titles.
#[must_use]
pub fn exact_time(time: Time) -> String {
    format("exact", &date(time), |locale| {
        date_format(locale, &[("dateStyle", "full".into()), ("timeStyle", "long".into())])
    })
}

/// A calendar day that belongs to no zone, such as a day of a bill: short, without its year.
#[must_use]
pub fn bill_day(day: Day) -> String {
    format("bill day", &date(day.begin()), |locale| {
        date_format(
            locale,
            &[("month", "short".into()), ("day", "numeric".into()), ("timeZone", "UTC".into())],
        )
    })
}

/// A calendar day that belongs to no zone, with its year.
#[must_use]
pub fn calendar_day(day: Day) -> String {
    format("calendar day", &date(day.begin()), |locale| {
        date_format(locale, &[("dateStyle", "medium".into()), ("timeZone", "UTC".into())])
    })
}

/// A month written `yyyy-MM`, in words.
#[must_use]
pub fn month(text: &str) -> String {
    let Some(first) = Day::read(&format!("{text}-01")) else { return text.to_owned() };
    format("month", &date(first.begin()), |locale| {
        date_format(
            locale,
            &[("month", "long".into()), ("year", "numeric".into()), ("timeZone", "UTC".into())],
        )
    })
}

/// The plural category of a number: `one`, `other`, …
#[must_use]
pub fn plural_category(number: i64) -> String {
    let rules = Intl::PluralRules::new(&locale(), &Object::new());
    // A category does not depend on digits beyond a double's.
    rules.select(number as f64).into()
}

/// The characters that group digits and part decimals, as the reader's language writes them.
#[must_use]
pub fn separators() -> (char, char) {
    let parts = Intl::NumberFormat::new(&locale(), &Object::new()).format_to_parts(1_234_567.5);
    let find = |kind: &str, default| {
        let get =
            |part: &JsValue, key: &str| Reflect::get(part, &key.into()).ok().and_then(|v| v.as_string());
        let part = parts.iter().find(|part| get(part, "type").as_deref() == Some(kind));
        part.and_then(|part| get(&part, "value")?.chars().next()).unwrap_or(default)
    };
    (find("group", ','), find("decimal", '.'))
}

/// The time of day to the second, in the reader's zone.
#[must_use]
pub fn clock_time(time: Time) -> String {
    format("clock", &date(time), |locale| date_format(locale, &[("timeStyle", "medium".into())]))
}

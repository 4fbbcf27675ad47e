//! The address: the page's state lives in it. Knows history, links, scroll positions and unsaved input;
//! which page an address shows is `routes.rs`.
//!
//! Not leptos_router: without its `Routes` it changes no address, and it loses history entries when a page
//! is visited again after Forward (docs/decisions). What is left to do is this file.

use crate::ui::dom;
use crate::ui::prelude::*;
use leptos::ev;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, ScrollRestoration};

/// What goes on after a question was answered.
pub type GoOn = Box<dyn FnOnce()>;

/// Asks what to do with unsaved input before an address is left.
pub struct Guard {
    /// Whether there is unsaved input.
    pub dirty: Rc<dyn Fn() -> bool>,
    /// Asks, and goes on by calling what it is given.
    pub ask: Rc<dyn Fn(GoOn)>,
}

struct Router {
    path: ArcRwSignal<String>,
    query: ArcRwSignal<String>,
    guard: RefCell<Option<Guard>>,
}

thread_local! {
    static ROUTER: Router = Router {
        path: ArcRwSignal::new(location().pathname().unwrap_or_default()),
        query: ArcRwSignal::new(location().search().unwrap_or_default()),
        guard: const { RefCell::new(None) },
    };
}

/// Starts to follow links, Back and Forward.
pub fn start() {
    if let Ok(history) = window().history() {
        _ = history.set_scroll_restoration(ScrollRestoration::Manual);
    }
    let handles = (
        window_event_listener(ev::click, |event| follow_link(&event)),
        window_event_listener(ev::popstate, |_| back_or_forward()),
        window_event_listener(ev::beforeunload, |event| {
            if is_dirty() {
                event.prevent_default();
            }
        }),
    );
    // They listen as long as the page lives.
    std::mem::forget(handles);
}

/// The path; reactive.
#[must_use]
pub fn path() -> String {
    ROUTER.with(|r| r.path.get())
}

/// A value in the query string; reactive.
#[must_use]
pub fn param(name: &str) -> Option<String> {
    ROUTER.with(|r| r.query.with(|query| read(query, name)))
}

/// A value in the query string as a signal that changes only when the value does.
pub fn param_signal(name: &'static str) -> Memo<Option<String>> {
    memo(move || param(name))
}

/// The address after the host; reactive.
#[must_use]
pub fn href() -> String {
    format!("{}{}", path(), ROUTER.with(|r| r.query.get()))
}

/// The address of this page with some query values changed or taken away.
#[must_use]
pub fn href_with(changes: &[(&str, Option<&str>)]) -> String {
    ROUTER.with(|r| format!("{}{}", r.path.get(), change(&r.query.get(), changes)))
}

/// Whether the address has any values; reactive.
#[must_use]
pub fn href_has_query() -> bool {
    ROUTER.with(|r| r.query.with(|query| query.len() > 1))
}

/// Only these values of the address, as a query string; reactive.
#[must_use]
pub fn query_only(names: &[&str]) -> String {
    ROUTER.with(|r| {
        r.query.with(|query| {
            let others: Vec<String> =
                pairs(query).map(|(name, _)| name).filter(|n| !names.contains(&n.as_str())).collect();
            let gone: Vec<_> = others.iter().map(|name| (name.as_str(), None)).collect();
            change(query, &gone)
        })
    })
}

/// Whether two query strings have the same values, in whatever order.
#[must_use]
pub fn same_query(one: &str, other: &str) -> bool {
    let values = |query| pairs(query).filter(|(_, value)| !value.is_empty());
    let within = |one, other| values(one).all(|value| values(other).any(|v| v == value));
    within(one, other) && within(other, one)
}

/// Goes to an address on this site: a step that Back undoes.
pub fn go(href: &str) {
    remember_place();
    enter(href, &JsValue::NULL, true);
    if !href.contains('#') {
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Changes the query of this page: a step that Back undoes. The page does not scroll.
pub fn set_query(changes: &[(&str, Option<&str>)]) {
    let href = untrack(|| href_with(changes));
    if href != untrack(self::href) {
        remember_place();
        enter(&href, &JsValue::NULL, true);
    }
}

/// As [`set_query`], but in place of the present step: for what changes with every key pressed.
pub fn replace_query(changes: &[(&str, Option<&str>)]) {
    let href = untrack(|| href_with(changes));
    enter(&href, &state(), false);
}

/// Goes to an address in place of the present one.
pub fn replace(href: &str) {
    enter(href, &JsValue::NULL, false);
}

/// Opens something over this page (a dialog) as a step; [`close_over`] steps back.
pub fn open_over(changes: &[(&str, Option<&str>)]) {
    let href = untrack(|| href_with(changes));
    remember_place();
    enter(&href, &object(&[("over", JsValue::TRUE)]), true);
}

/// Closes what [`open_over`] opened: steps back, or where the page was entered by this very address,
/// takes the values out of it.
pub fn close_over(names: &[&str]) {
    set_guard(None);
    if get(&state(), "over").is_truthy() {
        if let Ok(history) = window().history() {
            _ = history.back();
        }
    } else {
        let changes: Vec<_> = names.iter().map(|name| (*name, None)).collect();
        replace_query(&changes);
    }
}

/// Takes values out of the address bar only, so that a reload does not open again what is done.
/// What the page shows stays until [`close_over`].
pub fn forget_over(names: &[&str]) {
    let changes: Vec<_> = names.iter().map(|name| (*name, None)).collect();
    let href = untrack(|| href_with(&changes));
    if let Ok(history) = window().history() {
        _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&href));
    }
}

/// Sets or takes away what guards unsaved input.
pub fn set_guard(guard: Option<Guard>) {
    ROUTER.with(|r| *r.guard.borrow_mut() = guard);
}

fn is_dirty() -> bool {
    let dirty = ROUTER.with(|r| r.guard.borrow().as_ref().map(|g| g.dirty.clone()));
    dirty.is_some_and(|dirty| dirty())
}

fn enter(href: &str, state: &JsValue, push: bool) {
    if let Ok(history) = window().history() {
        // Throws only for addresses of other sites, which no caller makes.
        _ = if push {
            history.push_state_with_url(state, "", Some(href))
        } else {
            history.replace_state_with_url(state, "", Some(href))
        };
    }
    take_address();
}

/// Copies the address bar into the signals.
fn take_address() {
    let (path, query) = (location().pathname().unwrap_or_default(), location().search().unwrap_or_default());
    ROUTER.with(|r| {
        // The query first: a page that is about to go must not see its own path with no values.
        let moved = r.path.with_untracked(|p| *p != path);
        if moved {
            set_guard(None);
            r.query.update_untracked(|q| q.clone_from(&query));
            r.path.set(path);
            r.query.notify();
        } else if r.query.with_untracked(|q| *q != query) {
            r.query.set(query);
        }
    });
}

/// Asks what to do with unsaved input; goes on where it may be given up.
fn ask_before(go_on: impl FnOnce() + 'static) {
    let ask = ROUTER.with(|r| r.guard.borrow().as_ref().map(|g| g.ask.clone()));
    if let Some(ask) = ask {
        ask(Box::new(move || {
            set_guard(None);
            go_on();
        }));
    }
}

fn back_or_forward() {
    if is_dirty() {
        let target = format!(
            "{}{}",
            location().pathname().unwrap_or_default(),
            location().search().unwrap_or_default()
        );
        let here = untrack(href);
        if let Ok(history) = window().history() {
            _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
        }
        ask_before(move || replace(&target));
        return;
    }
    let before = untrack(path);
    take_address();
    restore_place(&state(), before != untrack(path));
}

fn follow_link(event: &web_sys::MouseEvent) {
    if event.default_prevented()
        || event.button() != 0
        || event.meta_key()
        || event.ctrl_key()
        || event.shift_key()
        || event.alt_key()
    {
        return;
    }
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let Some(link) = target.and_then(|t| t.closest("a[href]").ok().flatten()) else { return };
    let href = link.get_attribute("href").unwrap_or_default();
    if !href.starts_with('/')
        || href.starts_with("//")
        || link.has_attribute("target")
        || link.has_attribute("download")
    {
        return;
    }
    event.prevent_default();
    if href == untrack(self::href) {
        return;
    }
    if is_dirty() {
        ask_before(move || go(&href));
    } else {
        go(&href);
    }
}

fn state() -> JsValue {
    window().history().and_then(|h| h.state()).unwrap_or(JsValue::NULL)
}

fn get(object: &JsValue, key: &str) -> JsValue {
    if object.is_object() {
        js_sys::Reflect::get(object, &key.into()).unwrap_or_default()
    } else {
        JsValue::UNDEFINED
    }
}

fn object(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in pairs {
        _ = js_sys::Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}

/// Notes in the present step where the reader was: scroll position and focused row.
fn remember_place() {
    let y = window().scroll_y().unwrap_or(0.0);
    let table = dom::find(TABLE).map_or(0, |table| table.scroll_top());
    let row = dom::focused().and_then(|e| e.closest("[data-row]").ok().flatten());
    let row = row.and_then(|r| r.get_attribute("data-row")).map_or(JsValue::NULL, JsValue::from);
    let state =
        object(&[("over", get(&state(), "over")), ("y", y.into()), ("table", table.into()), ("row", row)]);
    if let Ok(history) = window().history() {
        _ = history.replace_state(&state, "");
    }
}

/// Brings the reader back to where he was, as soon as the page is long enough again. The focus comes back
/// with a page; within one it is where the reader left it, or a dialog gives it back.
fn restore_place(state: &JsValue, another_page: bool) {
    let Some(y) = get(state, "y").as_f64() else { return };
    let row = get(state, "row").as_string().filter(|_| another_page);
    let table = get(state, "table").as_f64().unwrap_or(0.0) as i32;
    try_restore((y, table), row, 40);
}

/// What scrolls within a page: its table.
const TABLE: &str = ".table-box";

fn try_restore((y, table): (f64, i32), row: Option<String>, tries: u32) {
    dom::later(Duration::from_millis(50), move || {
        let height = document().document_element().map_or(0, |e| e.scroll_height());
        let inner = window().inner_height().ok().and_then(|h| h.as_f64()).unwrap_or(0.0);
        let selector = row.as_ref().map(|row| format!("[data-row=\"{row}\"] a, [data-row=\"{row}\"] button"));
        let target: Option<HtmlElement> = selector.as_deref().and_then(dom::find);
        if f64::from(height) >= y + inner && (row.is_none() || target.is_some()) {
            if let Some(target) = target {
                _ = target.focus();
            }
            window().scroll_to_with_x_and_y(0.0, y);
            if let Some(scrolled) = dom::find(TABLE).filter(|_| table > 0) {
                scrolled.set_scroll_top(table);
            }
        } else if tries > 0 {
            try_restore((y, table), row, tries - 1);
        }
    });
}

/// The value of a name in a query string.
fn read(query: &str, name: &str) -> Option<String> {
    pairs(query).find(|(n, _)| n == name).map(|(_, v)| v).filter(|v| !v.is_empty())
}

fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let parts = query.trim_start_matches('?').split('&').filter(|p| !p.is_empty());
    parts.map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(name), decode(value))
    })
}

/// A query string with some values changed or taken away; names that stay keep their order.
fn change(query: &str, changes: &[(&str, Option<&str>)]) -> String {
    let kept = pairs(query).filter(|(name, _)| !changes.iter().any(|(n, _)| n == name));
    let mut out = String::new();
    let new = changes.iter().filter_map(|(n, v)| v.map(|v| ((*n).to_owned(), v.to_owned())));
    for (name, value) in kept.chain(new).filter(|(_, v)| !v.is_empty()) {
        _ = write!(out, "{}{}={}", if out.is_empty() { '?' } else { '&' }, encode(&name), encode(&value));
    }
    out
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut ahead = rest.clone();
                match (hex(ahead.next()), hex(ahead.next())) {
                    (Some(high), Some(low)) => {
                        rest = ahead;
                        (high * 16 + low) as u8
                    }
                    _ => b'%',
                }
            }
            byte => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A text as a part of an address.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_read_and_change() {
        assert_eq!(read("?q=%E5%AE%A2+a&x=", "q").as_deref(), Some("客 a"));
        assert_eq!(read("?q=1&x=", "x"), None);
        assert_eq!(read("?q=100%", "q").as_deref(), Some("100%"));
        assert_eq!(change("?a=1&b=2", &[("a", None), ("c", Some("x y"))]), "?b=2&c=x%20y");
        assert_eq!(change("", &[("q", Some(""))]), "");
        assert_eq!(change("?page=abc", &[("page", None)]), "");
    }

    #[test]
    fn queries_are_the_same_in_any_order() {
        assert!(same_query("?a=1&b=x%20y", "b=x+y&a=1&c="));
        assert!(!same_query("a=1", "a=1&b=2"));
        assert!(!same_query("a=1", "a=2"));
    }

    #[test]
    fn encoding_reads_back() {
        for text in ["", "客户 & 100% = \"x\"", "a+b", "/customers?tab=1"] {
            assert_eq!(decode(&encode(text)), text);
        }
    }
}

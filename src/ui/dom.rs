//! The browser, in the few ways the console uses it directly.

use crate::ui::prelude::*;
use std::pin::Pin;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Storage};

/// How long something is kept in this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Until it is deleted; all tabs see it.
    Long,
    /// As long as this tab.
    Tab,
}

fn storage(keep: Keep) -> Option<Storage> {
    // Both getters throw where storage is forbidden.
    match keep {
        Keep::Long => window().local_storage(),
        Keep::Tab => window().session_storage(),
    }
    .ok()
    .flatten()
}

/// What was kept under a name.
#[must_use]
pub fn stored(keep: Keep, name: &str) -> Option<String> {
    storage(keep)?.get_item(name).ok().flatten()
}

/// Keeps a text under a name, or forgets it.
pub fn store(keep: Keep, name: &str, text: Option<&str>) {
    let Some(storage) = storage(keep) else { return };
    // A full or forbidden storage only means that nothing is remembered.
    _ = match text {
        Some(text) => storage.set_item(name, text),
        None => storage.remove_item(name),
    };
}

/// The element with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The first element that a selector finds.
#[must_use]
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// Puts the focus on the first element that a selector finds, once the page has been drawn.
pub fn focus_soon(selector: &str) {
    let selector = selector.to_owned();
    next_frame(move || {
        if let Some(element) = find(&selector) {
            _ = element.focus();
        }
    });
}

/// The focused element, unless it is the page itself.
#[must_use]
pub fn focused() -> Option<HtmlElement> {
    document().active_element().filter(|e| e.tag_name() != "BODY")?.dyn_into().ok()
}

/// Whether text typed now would go into a field.
#[must_use]
pub fn is_typing() -> bool {
    let field = |e: Element| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT");
    document().active_element().is_some_and(field)
}

/// A text in lower case, by the browser: the tables for all scripts need not be in the app.
#[must_use]
pub fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Milliseconds since 1970 by this machine's clock.
#[must_use]
pub fn clock() -> i64 {
    js_sys::Date::now() as i64
}

/// Runs something that waits, such as a call to the server.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    // Boxed, so that there is one copy of the machinery that runs it.
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    wasm_bindgen_futures::spawn_local(task);
}

/// Runs something after a while.
pub fn later(delay: Duration, run: impl FnOnce() + 'static) -> Option<TimeoutHandle> {
    let run: Box<dyn FnOnce()> = Box::new(run);
    leptos::prelude::set_timeout_with_handle(run, delay).ok()
}

/// Runs something when the page is drawn next.
pub fn next_frame(run: impl FnOnce() + 'static) {
    let run: Box<dyn FnOnce()> = Box::new(run);
    leptos::prelude::request_animation_frame(run);
}

/// Runs something again and again until the current view is gone.
pub fn every(period: Duration, run: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(run, period) {
        on_cleanup(move || handle.clear());
    }
}

/// A random id for a call: 32 hex digits of the browser's generator.
#[must_use]
pub fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    let filled = window().crypto().is_ok_and(|c| c.get_random_values_with_u8_array(&mut bytes).is_ok());
    // A browser without the generator still tells calls apart by time and `Math.random`; the key is no
    // secret, the server binds it to its owner and content.
    if !filled {
        return format!("{:x}-{:016x}", clock(), (js_sys::Math::random() * 9e15) as u64);
    }
    bytes.iter().fold(String::with_capacity(32), |text, byte| text + &format!("{byte:02x}"))
}

/// An id for an element that is unique on the page.
#[must_use]
pub fn unique(prefix: &str) -> String {
    use std::cell::Cell;
    thread_local! { static LAST: Cell<u32> = const { Cell::new(0) } }
    LAST.set(LAST.get().wrapping_add(1));
    format!("{prefix}-{}", LAST.get())
}

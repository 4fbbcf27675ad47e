//! Tabs: links that change one query value, so that a tab has an address.

use super::Words;
use crate::router;
use crate::ui::el::{a, div};
use crate::ui::prelude::*;
use leptos::ev;
use wasm_bindgen::JsCast;

/// A tab.
#[derive(Clone)]
pub struct Tab {
    /// Its value in the address; the first tab's is left out of it.
    pub value: &'static str,
    /// Its name.
    pub name: Words,
}

/// The row of tabs with the panel of the one that `current` names.
pub fn tabs(
    label: impl Into<Words>,
    tabs: Vec<Tab>,
    current: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
    panel: impl Fn(&'static str) -> AnyView + Send + 'static,
) -> AnyView {
    let first = tabs.first().map_or("", |t| t.value);
    let links: Vec<_> = tabs
        .into_iter()
        .map(|tab| {
            let value = tab.value;
            let href = move || {
                router::href_with(&[
                    ("tab", (value != first).then_some(value)),
                    ("page", None),
                    ("kind", None),
                ])
            };
            a().attr("role", "tab")
                .attr("class", "tab")
                .attr("id", format!("tab-{value}"))
                .attr("aria-controls", "tab-panel")
                .attr("aria-selected", move || if current() == value { "true" } else { "false" })
                .attr("tabindex", move || if current() == value { "0" } else { "-1" })
                .attr("href", href)
                .child(tab.name.view())
                .into_any()
        })
        .collect();
    let shown = memo(current);
    div()
        .attr("class", "tabs")
        .child(
            div()
                .attr("class", "tabs__row")
                .attr("role", "tablist")
                .attr("aria-label", label.into().view())
                .on(ev::keydown, |event| move_focus(&event))
                .child(links),
        )
        .child(
            div()
                .attr("id", "tab-panel")
                .attr("class", "tabs__panel")
                .attr("role", "tabpanel")
                .attr("aria-labelledby", move || format!("tab-{}", shown.get()))
                .child(move || panel(shown.get())),
        )
        .into_any()
}

/// Arrow keys go from tab to tab.
fn move_focus(event: &web_sys::KeyboardEvent) {
    let forward = match event.key().as_str() {
        "ArrowRight" => true,
        "ArrowLeft" => false,
        _ => return,
    };
    let here = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let next =
        here.and_then(|e| if forward { e.next_element_sibling() } else { e.previous_element_sibling() });
    if let Some(next) = next.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        _ = next.focus();
        next.click();
    }
}

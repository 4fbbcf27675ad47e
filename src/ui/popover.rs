//! Something that opens at a button and closes by Esc or a click elsewhere: the browser's own popover.

use super::{Words, dom};
use crate::ui::el::{button, div};
use crate::ui::prelude::*;

/// A button with a popover.
pub struct Popover {
    /// The button's name.
    pub name: Words,
    /// What is seen on the button.
    pub face: AnyView,
    /// What opens.
    pub body: AnyView,
    /// The popover's class besides `popover`.
    pub class: &'static str,
    /// The button's class.
    pub button: &'static str,
}

impl Popover {
    /// The button and the popover. `toggled` is told whether it is open.
    #[must_use]
    pub fn view(self, toggled: impl Fn(bool) + 'static) -> AnyView {
        let id = dom::unique("popover");
        let open = RwSignal::new(false);
        let element = div()
            .attr("id", id.clone())
            .attr("popover", "auto")
            .attr("class", format!("popover {}", self.class))
            .attr("role", "group")
            .attr("aria-label", self.name.clone().view())
            .on(leptos::ev::toggle, move |event: web_sys::Event| {
                let state = js_sys::Reflect::get(&event, &"newState".into()).ok().and_then(|s| s.as_string());
                let is_open = state.as_deref() == Some("open");
                if is_open {
                    put_near(&event_target(&event));
                }
                open.set(is_open);
                toggled(is_open);
            })
            .child(self.body);
        div()
            .attr("class", "popover-place")
            .child(
                button()
                    .attr("type", "button")
                    .attr("class", self.button)
                    .attr("popovertarget", id)
                    .attr("aria-label", self.name.clone().view())
                    .attr("title", self.name.view())
                    .attr("aria-expanded", move || if open.get() { "true" } else { "false" })
                    .child(self.face),
            )
            .child(element)
            .into_any()
    }
}

/// Tells the popover's style where its button is.
fn put_near(popover: &web_sys::HtmlElement) {
    let Some(button) = popover.previous_element_sibling() else { return };
    let place = button.get_bounding_client_rect();
    let tell = |name: &str, pixels: f64| {
        _ = popover.style().set_property(name, &format!("{}px", pixels as i32));
    };
    // Its own size depends on this one.
    tell("--near-width", place.width());
    let own = popover.get_bounding_client_rect();
    let side = |size: Result<wasm_bindgen::JsValue, _>| size.ok().and_then(|s| s.as_f64()).unwrap_or(0.0);
    let (width, height) = (side(window().inner_width()), side(window().inner_height()));
    let left = place.left().min(width - own.width() - 8.0).max(8.0);
    let below = place.bottom() + 4.0;
    let top = if below + own.height() > height { (height - own.height() - 8.0).max(8.0) } else { below };
    tell("--near-left", left);
    tell("--near-top", top);
}

/// Closes the popover that is open, if any.
pub fn close() {
    if let Some(open) = dom::find("[popover]:popover-open") {
        tell(&open, "hidePopover");
    }
}

/// Shows or hides an element with `popover="manual"` below the element before it.
pub fn show(popover: &web_sys::HtmlElement, shows: bool) {
    let is_open = popover.matches(":popover-open").unwrap_or(false);
    if is_open != shows {
        tell(popover, if shows { "showPopover" } else { "hidePopover" });
    }
    if shows {
        put_near(popover);
    }
}

fn tell(popover: &web_sys::HtmlElement, what: &str) {
    if let Ok(method) = js_sys::Reflect::get(popover, &what.into()).map(js_sys::Function::from) {
        _ = method.call0(popover);
    }
}

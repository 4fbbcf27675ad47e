//! A banner while the browser has no network.

use crate::i18n::{t, texts::app as words};
use crate::live;
use crate::ui::button::Button;
use crate::ui::el::{div, p};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use leptos::ev;

/// The banner that a newer console is there: old parts of this one may be gone from the server.
#[must_use]
pub fn outdated() -> AnyView {
    let reload = || _ = location().reload();
    div()
        .attr("role", "status")
        .child(move || {
            live::is_outdated().then(|| {
                div()
                    .attr("class", "notice notice--wait")
                    .child(icon(Icon::Again))
                    .child(p().child(t(words::OUTDATED)))
                    .child(Button::new(words::RELOAD).on_click(reload).view())
                    .into_any()
            })
        })
        .into_any()
}

/// The banner; it goes by itself when the network is back.
#[must_use]
pub fn banner() -> AnyView {
    let online = RwSignal::new(window().navigator().on_line());
    let went = window_event_listener(ev::offline, move |_| online.set(false));
    let came = window_event_listener(ev::online, move |_| online.set(true));
    on_cleanup(move || {
        went.remove();
        came.remove();
    });
    div()
        .attr("role", "status")
        .child(move || {
            (!online.get()).then(|| {
                div()
                    .attr("class", "notice notice--wait")
                    .child(icon(Icon::Alert))
                    .child(p().child(t(words::OFFLINE)))
                    .into_any()
            })
        })
        .into_any()
}

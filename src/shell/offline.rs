//! A banner while the browser has no network.

use crate::i18n::{t, texts::app as words};
use crate::ui::el::{div, p};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use leptos::ev;

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

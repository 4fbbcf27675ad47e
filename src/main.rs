//! The Partner Center console: starts the app in the browser. Where things are: docs and ARCHITECTURE.md.

mod api;
mod app;
#[cfg(feature = "bench")]
mod bench;
mod i18n;
mod json;
mod kit;
mod live;
mod pages;
mod parts;
mod router;
mod routes;
mod session;
mod shell;
mod ui;

use crate::ui::dom::spawn;
use crate::ui::prelude::*;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        fail();
    }));
    // Asked before the texts are there, so that the answers are on their way meanwhile.
    if !routes::is_public(&router::path()) {
        session::start();
    }
    parts::start(&router::path());
    spawn(async {
        if !i18n::start().await {
            fail();
            return;
        }
        router::start();
        if let Some(start) = ui::dom::by_id("start") {
            start.remove();
        }
        app::running();
        #[cfg(feature = "bench")]
        if router::path() == bench::PATH {
            leptos::mount::mount_to_body(bench::view);
            return;
        }
        leptos::mount::mount_to_body(app::app);
    });
}

/// Shows the message that index.html keeps for the case that the app cannot run.
fn fail() {
    let partner_center = js_sys::Reflect::get(&window(), &"partnerCenter".into()).unwrap_or_default();
    let fail = js_sys::Reflect::get(&partner_center, &"fail".into()).map(js_sys::Function::from);
    if let Ok(fail) = fail {
        // Nothing is left to do where even this fails.
        _ = fail.call1(&partner_center, &"failed".into());
    }
}

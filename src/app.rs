//! The app: the frame of every page, and in it the page that the address names.

use crate::i18n::{self, texts::app as words};
use crate::kit::page;
use crate::pages::identity::{SIGN_IN, factor_needed, sso_needed};
use crate::routes::{self, HOME};
use crate::session::{self, State};
use crate::ui::prelude::*;
use crate::ui::{dialog, live, toast};
use crate::{parts, router, shell};
use wasm_bindgen::JsValue;

/// Tells the start script that the app has come up.
pub fn running() {
    let partner_center = js_sys::Reflect::get(&window(), &"partnerCenter".into()).unwrap_or_default();
    _ = js_sys::Reflect::set(&partner_center, &"running".into(), &JsValue::TRUE);
}

/// The whole app.
pub fn app() -> AnyView {
    let path = memo(router::path);
    if path.get_untracked() == "/" {
        router::replace(HOME);
    }
    keep_title(path);
    keep_signed_in(path);
    let public = memo(move || path.with(|p| routes::is_public(p)));
    let needed = memo(|| session::with(|s| (s.sso_needed, s.factor_needed)).unwrap_or_default());
    let frame = move || match (public.get(), needed.get()) {
        (true, _) => outlet(path),
        (_, (true, _)) => untrack(sso_needed),
        (_, (_, true)) => untrack(factor_needed),
        _ => shell::frame(outlet(path)),
    };
    crate::live::start();
    parts::fetch_ahead();
    (frame, toast::region(), live::region(), dialog::questions()).into_any()
}

/// The page of the address, made anew for each path: a page reads its own parts of the path once.
fn outlet(path: Memo<String>) -> AnyView {
    let refused = memo(move || {
        let access = path.with(|p| routes::find(p).and_then(|page| page.access));
        access.filter(|permission| session::allows(*permission) == Some(false))
    });
    (move || match (path.with(|p| routes::find(p)), refused.get()) {
        (None, _) => shell::not_found(),
        (Some(_), Some(permission)) => shell::no_access(Some(permission)),
        // What a page reads while it is made does not make it anew.
        (Some(page), None) => untrack(|| parts::view(page)),
    })
    .into_any()
}

/// The document's title follows the address, the object and the language. A new page is announced once
/// and takes the focus; the first one is announced by the browser itself.
fn keep_title(path: Memo<String>) {
    let title = move || {
        let page = path.with(|p| routes::find(p)).map_or(words::NOT_FOUND, |p| p.title);
        let parts = [page::object(), Some(i18n::text(page)), Some(i18n::text(words::PRODUCT))];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    effect(move || document().set_title(&title()));
    on_change(
        move || path.get(),
        move || {
            page::set_object(None);
            live::say(title());
            page::focus_heading();
        },
    );
}

/// Nobody signed in: the sign-in page, which leads back here.
fn keep_signed_in(path: Memo<String>) {
    effect(move || {
        if session::state() == State::SignedOut && !path.with(|p| routes::is_public(p)) {
            let here = untrack(router::href);
            let next = (here != HOME).then(|| format!("?next={}", router::encode(&here)));
            router::replace(&format!("{SIGN_IN}{}", next.unwrap_or_default()));
        }
    });
}

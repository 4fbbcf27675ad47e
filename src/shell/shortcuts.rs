//! Keys that work on every page, and the sheet that lists them (`?`).

use super::palette::{self, Panel};
use crate::i18n::t;
use crate::i18n::texts::{Key, palette as words};
use crate::pages::{customers, exports, funds};
use crate::ui::dialog::Dialog;
use crate::ui::dom;
use crate::ui::el::{dd, div, dl, dt};
use crate::ui::prelude::*;
use crate::{router, session};
use contract::access::Permission;
use leptos::ev;

/// After `g`, a letter goes to a page.
const GO: [(&str, &str, Key, Permission); 4] = [
    ("c", customers::LIST, crate::i18n::texts::customers::TITLE, Permission::CustomersRead),
    ("r", funds::RECORDS, crate::i18n::texts::funds::RECORDS, Permission::AdjustmentsRead),
    ("f", funds::FUNDS, crate::i18n::texts::funds::FUNDS, Permission::FundsRead),
    ("e", exports::LIST, crate::i18n::texts::exports::TITLE, Permission::Exports),
];

/// The other keys.
const KEYS: [(&str, Key); 5] = [
    ("Ctrl K / ⌘ K", words::KEY_PALETTE),
    ("/", words::KEY_SEARCH),
    ("?", words::KEY_SHEET),
    ("↑ ↓", words::KEY_ROWS),
    ("Esc", words::KEY_CLOSE),
];

/// How long a letter may come after `g`, in milliseconds.
const TOGETHER: i64 = 1_500;

/// Listens to the keys.
pub fn listen() {
    let began = StoredValue::new(0_i64);
    let keys = window_event_listener(ev::keydown, move |event| {
        let (key, with_control) = (event.key(), event.ctrl_key() || event.meta_key());
        if with_control && !event.alt_key() && key.eq_ignore_ascii_case("k") {
            event.prevent_default();
            palette::open(Panel::Palette);
            return;
        }
        if with_control || event.alt_key() || dom::is_typing() || dom::find("dialog[open]").is_some() {
            return;
        }
        let follows = dom::clock() - began.get_value() < TOGETHER;
        began.set_value(0);
        match key.as_str() {
            "?" => palette::open(Panel::Shortcuts),
            "g" => began.set_value(dom::clock()),
            letter if follows => {
                let page = GO.iter().find(|(l, _, _, permission)| *l == letter && session::can(*permission));
                if let Some((_, href, _, _)) = page {
                    router::go(href);
                }
            }
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
}

/// The sheet.
#[must_use]
pub fn sheet(close: impl Fn() + Send + Sync + 'static) -> AnyView {
    let line = |keys: String, name: Key| (dt().child(keys), dd().child(t(name))).into_any();
    let pages = GO.iter().filter(|(_, _, _, permission)| session::can(*permission));
    let lines: Vec<_> = KEYS
        .iter()
        .map(|(keys, name)| line((*keys).to_owned(), *name))
        .chain(pages.map(|(letter, _, name, _)| line(format!("g {letter}"), *name)))
        .collect();
    let body = div().child(dl().attr("class", "shortcuts").child(lines)).into_any();
    Dialog::new(words::SHORTCUTS, close).class("dialog--small").view(body)
}

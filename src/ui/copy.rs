//! An id with a button that copies it.

use super::icon::{Icon, icon, icon_bit};
use super::rows::{Part, bit};
use super::{dom, toast};
use crate::i18n::texts::{Key, ui as words};
use crate::i18n::{fill, text};
use crate::ui::dom::spawn;
use crate::ui::el::{button, code, span};
use crate::ui::prelude::*;
use leptos::ev;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// The id and its button. Copying is announced beside it, so that it is heard inside a dialog too.
#[must_use]
pub fn copyable(id: impl Into<String>) -> AnyView {
    let id = id.into();
    let told = RwSignal::new(String::new());
    let (name, to_copy) = (id.clone(), id.clone());
    let copy = move |_| {
        let text_to_copy = to_copy.clone();
        spawn(async move {
            told.try_set(text(to_clipboard(&text_to_copy).await));
            dom::later(Duration::from_secs(2), move || _ = told.try_set(String::new()));
        });
    };
    span()
        .attr("class", "copyable")
        .child(code().child(id))
        .child(
            button()
                .attr("type", "button")
                .attr("class", "button button--quiet button--icon button--small")
                .attr("aria-label", move || fill(words::COPY_ID, &[("id", &name)]))
                .on(ev::click, copy)
                .child(move || icon(if told.with(String::is_empty) { Icon::Copy } else { Icon::Check })),
        )
        .child(span().attr("class", "copyable__told").attr("role", "status").child(move || told.get()))
        .into_any()
}

/// Copies a text. Answers what to say of it.
async fn to_clipboard(text_to_copy: &str) -> Key {
    // Without a secure origin there is no clipboard.
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    let copied = clipboard.is_ok_and(|c| c.is_object())
        && JsFuture::from(window().navigator().clipboard().write_text(text_to_copy)).await.is_ok();
    if copied { words::COPIED } else { words::NOT_COPIED }
}

/// The id and its button in a row.
#[must_use]
pub fn copyable_bit(id: &str) -> Part {
    let to_copy = id.to_owned();
    let copy = move || {
        let text_to_copy = to_copy.clone();
        spawn(async move { toast::tell(text(to_clipboard(&text_to_copy).await)) });
    };
    let button = bit("button")
        .attr("type", "button")
        .attr("class", "button button--quiet button--icon button--small")
        .attr("aria-label", fill(words::COPY_ID, &[("id", id)]))
        .on_click("copy", copy)
        .child(icon_bit(Icon::Copy));
    bit("span").attr("class", "copyable").child(bit("code").child(id)).child(button)
}

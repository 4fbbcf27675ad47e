//! One's own passkeys: adding, renaming and removing them.

use super::SECURITY;
use super::factors::{Over, recovery, show};
use super::proof::{Asks, Form, under};
use crate::api;
use crate::i18n::texts::{Key, passkeys as words, ui as ui_words};
use crate::i18n::{fill, t, text};
use crate::kit::send::Sending;
use crate::kit::{moment, passkey};
use crate::ui::button::{Button, Look};
use crate::ui::el::{a, div, form, li, p, span, ul};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{Act, Words, dialog, toast};
use contract::factors::{Factors, RecoveryCodes};
use contract::passkeys::{
    MAX_PASSKEY_NAME, MAX_PASSKEYS, Passkey, PasskeyAdd, PasskeyBegin, PasskeyName, PasskeyOptions,
    PasskeyRemove, PasskeyRename,
};
use contract::text::required;
use leptos::ev;
use std::sync::Arc;

/// The heading of the passkeys.
pub(super) const TITLE: Key = words::TITLE;
/// What they are good for.
pub(super) const HINT: Key = words::HINT;

/// The passkeys that somebody has, and adding one; or why that is not possible here.
pub(super) fn list(now: &Factors, over: RwSignal<Option<Over>>) -> AnyView {
    let rows: Vec<_> = now.passkeys.iter().map(|one| row(one, over)).collect();
    let none = rows.is_empty().then(|| p().attr("class", "form__meta").child(t(words::NONE)));
    let here = location().origin().unwrap_or_default();
    let add = match (&now.passkey_site, passkey::obstacle()) {
        (None, _) => p().attr("class", "form__meta").child(t(words::OFF)).into_any(),
        (Some(site), _) if *site != here => p()
            .attr("class", "form__meta")
            .child(t(words::ONLY_AT))
            .child(" ")
            .child(a().attr("href", format!("{site}{SECURITY}")).child(site.clone()))
            .into_any(),
        (_, Some(why)) => p().attr("class", "form__meta").child(t(why)).into_any(),
        _ if now.passkeys.len() as i64 >= MAX_PASSKEYS => ().into_any(),
        _ => {
            let button = Button::new(words::ADD).on_click(move || over.set(Some(Over::AddPasskey)));
            div().child(button.view()).into_any()
        }
    };
    div()
        .attr("class", "setting")
        .child(none)
        .child(ul().attr("class", "sessions").attr("aria-label", t(words::TITLE)).child(rows))
        .child(add)
        .into_any()
}

fn row(one: &Passkey, over: RwSignal<Option<Over>>) -> AnyView {
    let used = match one.last_used_at {
        Some(at) => span().child(t(words::LAST_USED)).child(" ").child(moment::view(at)),
        None => span().child(t(words::NEVER_USED)),
    };
    let created = span().child(t(words::CREATED)).child(" ").child(moment::view(one.created_at));
    let button = |words: Key, what: &str, which: Over| {
        let id = format!("{what}-{}", one.id);
        Button::new(words).id(id).on_click(move || over.set(Some(which.clone())))
    };
    let actions = span()
        .attr("class", "card__actions")
        .child(button(words::RENAME, "rename", Over::RenamePasskey(one.clone())).look(Look::Quiet).view())
        .child(button(words::REMOVE, "remove", Over::RemovePasskey(one.clone())).look(Look::Danger).view());
    li().attr("class", "session")
        .child(
            div()
                .attr("class", "session__body")
                .child(p().attr("class", "session__agent").child(one.name.clone()))
                .child(p().attr("class", "session__meta").child(created).child(used)),
        )
        .child(actions)
        .into_any()
}

/// Adding one: name and proof, the browser's own dialog, the recovery codes where they are new.
pub(super) fn add(asks: Asks, has: usize, close: Act) -> (Words, AnyView) {
    (words::ADD.into(), adding(asks, has, Some(close.clone()), close))
}

/// The form of [`add`]; `done` comes after it, `close` gives it up.
pub(super) fn adding(asks: Asks, has: usize, close: Option<Act>, done: Act) -> AnyView {
    let called = RwSignal::new(fill(words::DEFAULT_NAME, &[("n", &(has + 1).to_string())]));
    let codes = RwSignal::new(None::<Arc<RecoveryCodes>>);
    // Proven once, it may be tried again in the browser.
    let asked = StoredValue::new(None::<Arc<PasskeyOptions>>);
    let finish: Act = Arc::new(move || {
        toast::tell(text(words::ADDED));
        done.make();
    });
    let body = move || {
        if let Some(codes) = codes.get() {
            return recovery(&codes, finish.clone());
        }
        let sending = Sending::new();
        let form =
            Form { name: words::ADD, look: Look::Primary, asks, called: Some(called), close: close.clone() };
        let finish = finish.clone();
        let send = move |proof| {
            let finish = finish.clone();
            sending.first(async move {
                let options = match asked.get_value() {
                    Some(options) => options,
                    None => api::send_for(api::call::<PasskeyBegin>(&(), &(), &proof)).await?,
                };
                asked.try_set_value(Some(options.clone()));
                let name = called.try_get_untracked().unwrap_or_default();
                let made = passkey::create(&options, name).await?;
                // Whatever becomes of it, the browser is not asked the same again.
                asked.try_set_value(None);
                let made = api::send_for(api::call::<PasskeyAdd>(&(), &(), &made)).await?;
                show(made, codes, &finish);
                Ok(())
            });
        };
        under(words::ADD_HINT, form.view(sending, Arc::new(send)))
    };
    div().child(body).into_any()
}

pub(super) fn rename(which: Passkey, close: Act) -> (Words, AnyView) {
    let Passkey { id, name, .. } = which;
    let title = of(words::RENAME_OF, &name);
    let value = RwSignal::new(name);
    let sending = Sending::new();
    let rule = move || value.with(|n| required(n, MAX_PASSKEY_NAME).err());
    let done = close.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(rule).is_none()) {
            let done = done.clone();
            let body = PasskeyName { name: value.get_untracked() };
            sending.send(api::call::<PasskeyRename>(&id, &(), &body), move |_| {
                toast::tell(text(words::RENAMED));
                done.make();
            });
        }
    };
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(sending.notice(&["name"]))
        .child(
            Field::new("name", words::NAME, value)
                .max(MAX_PASSKEY_NAME)
                .hint(words::NAME_HINT)
                .error(sending.error("name", rule))
                .focused()
                .view(),
        )
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(move || close.make()).view(),
            Button::new(ui_words::SAVE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    (title, body)
}

pub(super) fn remove(asks: Asks, which: Passkey, close: Act) -> (Words, AnyView) {
    let Passkey { id, name, .. } = which;
    let sending = Sending::new();
    let done = close.clone();
    let form = Form { name: words::REMOVE, look: Look::Danger, asks, called: None, close: Some(close) };
    let send = move |proof| {
        let done = done.clone();
        sending.send(api::call::<PasskeyRemove>(&id, &(), &proof), move |_| {
            toast::tell(text(words::REMOVED));
            done.make();
        });
    };
    (of(words::REMOVE_OF, &name), under(words::REMOVE_TEXT, form.view(sending, Arc::new(send))))
}

/// A title with a passkey's name in it.
fn of(words: Key, name: &str) -> Words {
    let name = name.to_owned();
    Words::new(move || fill(words, &[("name", &name)]))
}

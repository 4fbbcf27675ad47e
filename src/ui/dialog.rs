//! Dialogs: the browser's own `<dialog>`, which keeps the focus inside and gives it back.

use super::button::{Button, Look};
use super::el::{dialog as dialog_element, div, h2, header, p};
use super::icon::Icon;
use super::{Act, Words, dom};
use crate::i18n::{t, texts::ui as words};
use crate::router;
use crate::ui::prelude::*;
use leptos::ev;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};

/// A dialog over the page.
pub struct Dialog {
    title: Words,
    close: Act,
    dirty: Signal<bool>,
    once: Signal<bool>,
    class: &'static str,
    over: bool,
}

impl Dialog {
    /// A dialog with a title; `close` takes it away.
    pub fn new(title: impl Into<Words>, close: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            title: title.into(),
            close: Arc::new(close),
            dirty: Signal::stored(false),
            once: Signal::stored(false),
            class: "",
            over: false,
        }
    }

    /// A dialog that comes by itself over whatever is open, such as another dialog: that one's unsaved
    /// input stays guarded.
    pub fn over(title: impl Into<Words>, close: impl Fn() + Send + Sync + 'static) -> Self {
        Self { over: true, ..Self::new(title, close) }
    }

    /// While this is true, closing asks first.
    pub fn dirty(mut self, dirty: impl Into<Signal<bool>>) -> Self {
        self.dirty = dirty.into();
        self
    }

    /// While this is true, it shows what is never shown again: closing asks first, but for the button that says it
    /// was kept.
    pub fn once(mut self, once: impl Into<Signal<bool>>) -> Self {
        self.once = once.into();
        self
    }

    /// A class for the dialog besides `dialog`.
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    /// The dialog, open.
    #[must_use]
    pub fn view(self, body: AnyView) -> AnyView {
        let Self { title, close, dirty, once, class, over } = self;
        let guarded = move || dirty.get_untracked() || once.get_untracked();
        let ask = move |go_on: router::GoOn| ask_to_leave(once.get_untracked(), go_on);
        let id = dom::unique("dialog");
        let opener = dom::focused().map(|e| {
            if e.id().is_empty() {
                e.set_id(&dom::unique("opener"));
            }
            e.id()
        });
        on_cleanup(move || give_focus_back(opener));
        if !over {
            router::set_guard(Some(router::Guard { dirty: Rc::new(guarded), ask: Rc::new(ask) }));
        }

        let leave: Act = {
            let close = close.clone();
            Arc::new(move || {
                if guarded() {
                    let close = close.clone();
                    ask(Box::new(move || close.make()));
                } else {
                    close.make();
                }
            })
        };
        let (by_key, by_browser, by_button, by_backdrop) =
            (leave.clone(), leave.clone(), leave.clone(), leave);
        dialog_element()
            .ready(|element| show(&element))
            .attr("class", format!("dialog {class}"))
            .attr("aria-labelledby", id.clone())
            .on(ev::Custom::new("cancel"), move |event: web_sys::Event| {
                event.prevent_default();
                by_key.make();
            })
            // Pressed twice, Esc closes without asking: then the dialog opens again and asks.
            .on(ev::close, move |event: web_sys::Event| {
                let element: HtmlElement = event_target(&event);
                if element.is_connected() {
                    show(&element);
                    by_browser.make();
                }
            })
            .on(ev::pointerdown, move |event| {
                // The backdrop counts as the dialog itself; its content is in the box inside.
                let on_backdrop = event.target().is_some() && event.target() == event.current_target();
                if on_backdrop && !guarded() {
                    by_backdrop.make();
                }
            })
            .child(
                div()
                    .attr("class", "dialog__box")
                    .child(
                        header()
                            .attr("class", "dialog__head")
                            .child(h2().attr("id", id).attr("class", "dialog__title").child(title.view()))
                            .child(
                                Button::new(words::CLOSE)
                                    .icon_only(Icon::Cross)
                                    .look(Look::Quiet)
                                    .on_click(move || by_button.make())
                                    .view(),
                            ),
                    )
                    .child(body),
            )
            .into_any()
    }
}

/// Opens a dialog's element over the page.
fn show(element: &HtmlElement) {
    // Throws only for a dialog that is open already, or has been taken away meanwhile.
    _ = element.unchecked_ref::<HtmlDialogElement>().show_modal();
}

/// After a dialog is gone: the focus goes to what opened it, or where that is gone too, to the heading.
fn give_focus_back(opener: Option<String>) {
    router::set_guard(None);
    dom::next_frame(move || {
        if dom::focused().is_none() {
            let target = opener.as_deref().and_then(dom::by_id).or_else(|| dom::find("h1"));
            if let Some(target) = target {
                _ = target.focus();
            }
        }
    });
}

/// The last row of a dialog: what can be done.
#[must_use]
pub fn actions(buttons: Vec<AnyView>) -> AnyView {
    div().attr("class", "dialog__actions").child(buttons).into_any()
}

#[derive(Clone)]
struct Question {
    title: Words,
    text: Words,
    yes: Words,
    no: Words,
    then: Arc<dyn Fn() + Send + Sync>,
}

thread_local! {
    static QUESTION: ArcRwSignal<Option<Question>> = ArcRwSignal::new(None);
}

/// Asks before something that cannot be undone is done.
pub fn confirm(
    title: impl Into<Words>,
    text: impl Into<Words>,
    yes: impl Into<Words>,
    then: impl Fn() + Send + Sync + 'static,
) {
    let (title, text, yes, no) = (title.into(), text.into(), yes.into(), words::CANCEL.into());
    QUESTION.with(|q| q.set(Some(Question { title, text, yes, no, then: Arc::new(then) })));
}

/// Asks before a page with unsaved input is left, as long as the page is there.
pub fn guard_page(dirty: impl Fn() -> bool + 'static) {
    router::set_guard(Some(router::Guard {
        dirty: Rc::new(dirty),
        ask: Rc::new(|go_on| ask_to_leave(false, go_on)),
    }));
    on_cleanup(|| router::set_guard(None));
}

/// Asks before input is lost, or what is shown this once.
fn ask_to_leave(once: bool, go_on: router::GoOn) {
    // The view wants what can be sent between threads; there is only this one.
    let go_on = StoredValue::new_local(Some(go_on));
    QUESTION.with(|q| {
        q.set(Some(Question {
            title: if once { words::ONCE_TITLE } else { words::DISCARD_TITLE }.into(),
            text: if once { words::ONCE_TEXT } else { words::DISCARD_TEXT }.into(),
            yes: if once { words::CLOSE } else { words::DISCARD }.into(),
            no: if once { words::GO_BACK } else { words::KEEP_EDITING }.into(),
            then: Arc::new(move || {
                if let Some(go_on) = go_on.try_update_value(Option::take).flatten() {
                    go_on();
                }
            }),
        }));
    });
}

/// Where questions appear.
#[must_use]
pub fn questions() -> AnyView {
    let question = QUESTION.with(Clone::clone);
    (move || {
        let current = question.get()?;
        let answered = {
            let question = question.clone();
            move || question.set(None)
        };
        Some(question_view(current, Arc::new(answered)))
    })
    .into_any()
}

fn question_view(question: Question, answered: Act) -> AnyView {
    let id = dom::unique("question");
    let opener = dom::focused();
    let opener = StoredValue::new_local(opener);
    let (on_no, on_cancel) = (answered.clone(), answered.clone());
    let back = move || {
        if let Some(Some(opener)) = opener.try_get_value() {
            dom::next_frame(move || _ = opener.focus());
        }
    };
    let Question { title, text, yes, no, then } = question;
    dialog_element()
        .ready(|element| show(&element))
        .attr("class", "dialog dialog--small")
        .attr("role", "alertdialog")
        .attr("aria-labelledby", id.clone())
        .attr("aria-describedby", format!("{id}-text"))
        .on(ev::Custom::new("cancel"), move |event: web_sys::Event| {
            event.prevent_default();
            back();
            on_cancel.make();
        })
        .child(
            div()
                .attr("class", "dialog__box")
                .child(
                    header().attr("class", "dialog__head").child(
                        h2().attr("id", id.clone()).attr("class", "dialog__title").child(title.view()),
                    ),
                )
                .child(p().attr("id", format!("{id}-text")).child(text.view()))
                .child(actions(vec![
                    Button::new(no)
                        .on_click(move || {
                            back();
                            on_no.make();
                        })
                        .view(),
                    Button::new(yes)
                        .look(Look::Danger)
                        .on_click(move || {
                            answered.make();
                            then();
                        })
                        .view(),
                ])),
        )
        .into_any()
}

/// What a dialog shows while it loads.
#[must_use]
pub fn waiting() -> AnyView {
    div()
        .attr("class", "dialog__waiting")
        .child(super::skeleton::lines(4))
        .child(p().attr("class", "unseen").attr("role", "status").child(t(words::LOADING)))
        .into_any()
}

//! Form fields: a visible label, a hint, an error that is tied to its input.

use super::{Words, dom};
use crate::ui::el::{div, input, label, p, textarea};
use crate::ui::prelude::*;
use leptos::ev;

/// A text field in the making.
pub struct Field {
    name: &'static str,
    label: Words,
    value: RwSignal<String>,
    kind: &'static str,
    autocomplete: &'static str,
    inputmode: Option<&'static str>,
    max: Option<usize>,
    hint: Option<Words>,
    error: Signal<Option<String>>,
    class: &'static str,
    many_lines: bool,
    focused: bool,
}

impl Field {
    /// A text field by its name in the form.
    pub fn new(name: &'static str, label: impl Into<Words>, value: RwSignal<String>) -> Self {
        Self {
            name,
            label: label.into(),
            value,
            kind: "text",
            autocomplete: "off",
            inputmode: None,
            max: None,
            hint: None,
            error: Signal::stored(None),
            class: "",
            many_lines: false,
            focused: false,
        }
    }

    /// The input's type and what the browser may fill in.
    pub fn kind(mut self, kind: &'static str, autocomplete: &'static str) -> Self {
        (self.kind, self.autocomplete) = (kind, autocomplete);
        self
    }

    /// Which keyboard a phone shows.
    pub fn inputmode(mut self, mode: &'static str) -> Self {
        self.inputmode = Some(mode);
        self
    }

    /// The most characters.
    pub fn max(mut self, max: usize) -> Self {
        self.max = Some(max);
        self
    }

    /// A line below.
    pub fn hint(mut self, hint: impl Into<Words>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What is wrong, if anything.
    pub fn error(mut self, error: impl Into<Signal<Option<String>>>) -> Self {
        self.error = error.into();
        self
    }

    /// A class for the field besides `field`.
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    /// It takes several lines. Ctrl or Cmd with Enter sends the form.
    pub fn many_lines(mut self) -> Self {
        self.many_lines = true;
        self
    }

    /// It has the focus when it comes up.
    pub fn focused(mut self) -> Self {
        self.focused = true;
        self
    }

    /// The field as a view.
    #[must_use]
    pub fn view(self) -> AnyView {
        let Self { name, value, error, hint, .. } = self;
        let id = dom::unique(name);
        let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
        let described = {
            let (hint_id, error_id, has_hint) = (hint_id.clone(), error_id.clone(), hint.is_some());
            move || match (error.with(Option::is_some), has_hint) {
                (true, _) => Some(error_id.clone()),
                (false, true) => Some(hint_id.clone()),
                (false, false) => None,
            }
        };
        let invalid = move || error.with(Option::is_some).then_some("true");
        if self.focused {
            dom::focus_soon(&format!("#{id}"));
        }
        let control = if self.many_lines {
            textarea()
                .attr("class", "input")
                .attr("id", id.clone())
                .attr("name", name)
                .attr("rows", "2")
                .attr("maxlength", self.max.map(|m| m.to_string()))
                .attr("aria-describedby", described)
                .attr("aria-invalid", invalid)
                .prop("value", move || value.get())
                .on(ev::input, move |event| value.set(event_target_value(&event)))
                .on(ev::keydown, |event| {
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                        let area: web_sys::HtmlTextAreaElement = event_target(&event);
                        if let Some(form) = area.form() {
                            event.prevent_default();
                            _ = form.request_submit();
                        }
                    }
                })
                .into_any()
        } else {
            input()
                .attr("class", "input")
                .attr("id", id.clone())
                .attr("name", name)
                .attr("type", self.kind)
                .attr("autocomplete", self.autocomplete)
                .attr("inputmode", self.inputmode)
                .attr("maxlength", self.max.map(|m| m.to_string()))
                .attr("spellcheck", "false")
                .attr("aria-describedby", described)
                .attr("aria-invalid", invalid)
                .prop("value", move || value.get())
                .on(ev::input, move |event| value.set(event_target_value(&event)))
                .into_any()
        };
        div()
            .attr("class", format!("field {}", self.class))
            .child(label().attr("class", "field__label").attr("for", id).child(self.label.view()))
            .child(control)
            .child(hint.map(|hint| {
                p().attr("class", "field__hint").attr("id", hint_id).child(hint.view()).into_any()
            }))
            .child(move || {
                error.get().map(|text| {
                    p().attr("class", "field__error").attr("id", error_id.clone()).child(text).into_any()
                })
            })
            .into_any()
    }
}

/// Puts the focus on the first field that is wrong, once the errors are shown.
pub fn focus_first_error() {
    dom::focus_soon("[aria-invalid=true]");
}

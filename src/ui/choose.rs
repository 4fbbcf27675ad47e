//! One of several, out of a list that opens: the browser's own `<select>` with a label.

use super::{Words, dom};
use crate::ui::el::{div, label, option, p, select};
use crate::ui::prelude::*;
use leptos::ev;

/// The field. `options` are values with their names.
#[must_use]
pub fn choose(
    name: &'static str,
    title: impl Into<Words>,
    options: Vec<(String, Words)>,
    value: RwSignal<String>,
    hint: Option<Words>,
) -> AnyView {
    let id = dom::unique(name);
    let hint_id = format!("{id}-hint");
    let one = |(of, words): (String, Words)| {
        let is_on = of.clone();
        option()
            .attr("value", of)
            .prop("selected", move || value.with(|v| *v == is_on))
            .child(words.view())
            .into_any()
    };
    div()
        .attr("class", "field")
        .child(label().attr("class", "field__label").attr("for", id.clone()).child(title.into().view()))
        .child(
            select()
                .attr("class", "input")
                .attr("id", id)
                .attr("name", name)
                .attr("aria-describedby", hint.is_some().then(|| hint_id.clone()))
                .on(ev::change, move |event| value.set(event_target_value(&event)))
                .child(options.into_iter().map(one).collect::<Vec<_>>()),
        )
        .child(hint.map(|hint| p().attr("class", "field__hint").attr("id", hint_id).child(hint.view())))
        .into_any()
}

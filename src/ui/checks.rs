//! Several of few: native check boxes under a common name.

use super::{Words, dom};
use crate::ui::el::{div, input, label, p, span};
use crate::ui::prelude::*;
use leptos::ev;

/// A thing that can be chosen.
#[derive(Clone)]
pub struct Choice {
    /// Its value.
    pub value: String,
    /// Its name.
    pub name: Words,
    /// More about it.
    pub hint: Option<Words>,
}

/// Check boxes for what is in `chosen`, with what is wrong with the choice, if anything.
#[must_use]
pub fn checks(
    title: impl Into<Words>,
    choices: Vec<Choice>,
    chosen: RwSignal<Vec<String>>,
    error: Signal<Option<String>>,
) -> AnyView {
    let group = dom::unique("choices");
    let (error_id, title_id) = (format!("{group}-error"), format!("{group}-title"));
    let invalid = move || error.with(Option::is_some).then_some("true");
    let one = |Choice { value, name, hint }: Choice| {
        let (is_on, toggle, id) = (value.clone(), value, dom::unique("check"));
        let hint_id = format!("{id}-hint");
        let described = hint.is_some().then(|| hint_id.clone());
        div()
            .attr("class", "choice-line")
            .child(
                label()
                    .attr("class", "choice")
                    .child(
                        input()
                            .attr("type", "checkbox")
                            .attr("aria-describedby", described)
                            .attr("aria-invalid", invalid)
                            .prop("checked", move || chosen.with(|all| all.contains(&is_on)))
                            .on(ev::change, move |_| {
                                chosen.update(|all| {
                                    let before = all.len();
                                    all.retain(|other| *other != toggle);
                                    if all.len() == before {
                                        all.push(toggle.clone());
                                    }
                                });
                            }),
                    )
                    .child(span().child(name.view())),
            )
            .child(hint.map(|hint| {
                p().attr("class", "field__hint choice-line__hint").attr("id", hint_id).child(hint.view())
            }))
            .into_any()
    };
    let lines: Vec<_> = choices.into_iter().map(one).collect();
    div()
        .attr("class", "choices")
        .attr("role", "group")
        .attr("aria-labelledby", title_id.clone())
        .attr("aria-describedby", error_id.clone())
        .child(span().attr("class", "choices__title").attr("id", title_id).child(title.into().view()))
        .child(lines)
        .child(
            p().attr("class", "field__error")
                .attr("id", error_id)
                .attr("role", "status")
                .child(move || error.get()),
        )
        .into_any()
}

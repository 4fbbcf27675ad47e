//! One of few: native radio buttons under a common name.

use super::dom;
use crate::i18n::t;
use crate::i18n::texts::Key;
use crate::ui::el::{div, input, label, span};
use crate::ui::prelude::*;
use leptos::ev;
use std::rc::Rc;

/// Radio buttons; which one is chosen is told by number.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "what callers make for this call only")]
pub fn radios(
    title: Key,
    names: &[Key],
    chosen: Rc<dyn Fn() -> usize>,
    choose: Rc<dyn Fn(usize)>,
) -> AnyView {
    let group = dom::unique("choice");
    let one = |(number, name): (usize, &Key)| {
        let (chosen, choose) = (chosen.clone(), choose.clone());
        label()
            .attr("class", "choice")
            .child(
                input()
                    .attr("type", "radio")
                    .attr("name", group.clone())
                    .prop("checked", move || chosen() == number)
                    .on(ev::change, move |_| choose(number)),
            )
            .child(span().child(t(*name)))
            .into_any()
    };
    div()
        .attr("class", "choices")
        .attr("role", "radiogroup")
        .attr("aria-label", t(title))
        .child(span().attr("class", "choices__title").attr("aria-hidden", "true").child(t(title)))
        .child(names.iter().enumerate().map(one).collect::<Vec<_>>())
        .into_any()
}

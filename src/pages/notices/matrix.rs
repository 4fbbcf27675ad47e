//! Kinds of messages by the ways they come: a table of check boxes.

use super::kind_name;
use crate::i18n::texts::{Key, notices as words};
use crate::i18n::{fill, t, text};
use crate::ui::el::{div, input, table, tbody, td, th, thead, tr};
use crate::ui::prelude::*;
use contract::notices::Kind;
use leptos::ev;
use std::rc::Rc;

/// The table; `is_on` and `toggle` are told the kind and the number of the way.
#[expect(clippy::needless_pass_by_value, reason = "what callers make for this call only")]
pub(super) fn matrix(
    title: Key,
    kinds: &[Kind],
    ways: &'static [Key],
    is_on: Rc<dyn Fn(Kind, usize) -> bool>,
    toggle: Rc<dyn Fn(Kind, usize)>,
) -> AnyView {
    let head = |name: Key| th().attr("class", "cell").attr("scope", "col").child(t(name)).into_any();
    let cell = |kind: Kind, way: usize| {
        let (is_on, toggle) = (is_on.clone(), toggle.clone());
        let label =
            move || fill(words::WAY_OF, &[("kind", &text(kind_name(kind))), ("way", &text(ways[way]))]);
        let control = input()
            .attr("type", "checkbox")
            .attr("class", "check")
            .attr("aria-label", label)
            .prop("checked", move || is_on(kind, way))
            .on(ev::change, move |_| toggle(kind, way));
        td().attr("class", "cell").child(control).into_any()
    };
    let row = |kind: &Kind| {
        tr().child(th().attr("class", "cell").attr("scope", "row").child(t(kind_name(*kind))))
            .child((0..ways.len()).map(|way| cell(*kind, way)).collect::<Vec<_>>())
            .into_any()
    };
    let heads = ways.iter().map(|way| head(*way)).collect::<Vec<_>>();
    let table = table()
        .attr("class", "table table--small")
        .child(thead().child(tr().child(head(words::KIND)).child(heads)))
        .child(tbody().child(kinds.iter().map(row).collect::<Vec<_>>()));
    div()
        .attr("class", "table-box")
        .attr("role", "region")
        .attr("aria-label", t(title))
        .attr("tabindex", "0")
        .child(table)
        .into_any()
}

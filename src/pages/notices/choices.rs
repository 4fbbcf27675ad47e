//! How the person wants to be told: kinds by ways, applied at once, with Undo.

use super::kind_name;
use crate::api;
use crate::i18n::texts::{Key, notices as words};
use crate::i18n::{fill, t, text};
use crate::kit::errors;
use crate::kit::list;
use crate::kit::load::Load;
use crate::ui::dom::spawn;
use crate::ui::el::{div, input, table, tbody, td, th, thead, tr};
use crate::ui::prelude::*;
use crate::ui::{skeleton, toast};
use contract::notices::{Choice, NoticeChoices, NoticeChoicesChange};
use leptos::ev;

/// The section of the settings.
pub fn section() -> AnyView {
    let choices = Load::new(|| Some(api::call::<NoticeChoices>(&(), &(), &())));
    let body = choices.region(|| skeleton::lines(4), move |all| grid(&all, choices));
    div()
        .attr("id", "notices")
        .child(list::section(words::CHOICES, Some(words::CHOICES_HINT), body))
        .into_any()
}

fn send(choice: Choice, before: Option<Choice>, choices: Load<Vec<Choice>>) {
    spawn(async move {
        match api::send_for(api::call::<NoticeChoicesChange>(&(), &(), &vec![choice])).await {
            Ok(all) => {
                choices.put((*all).clone());
                match before {
                    Some(before) => {
                        toast::tell_with_undo(text(words::SAVED), move || send(before, None, choices));
                    }
                    None => toast::tell(text(words::UNDONE)),
                }
            }
            Err(why) => {
                toast::warn(errors::sentence(&why));
                choices.again();
            }
        }
    });
}

fn grid(all: &[Choice], choices: Load<Vec<Choice>>) -> AnyView {
    let head = |name: Key| th().attr("class", "cell").attr("scope", "col").child(t(name));
    let cell = move |before: Choice, way: Key, on: bool, change: fn(&mut Choice)| {
        let label =
            move || fill(words::WAY_OF, &[("kind", &text(kind_name(before.kind))), ("way", &text(way))]);
        td().attr("class", "cell")
            .child(
                input()
                    .attr("type", "checkbox")
                    .attr("class", "check")
                    .attr("aria-label", label)
                    .prop("checked", move || on)
                    .on(ev::change, move |_| {
                        let mut after = before;
                        change(&mut after);
                        send(after, Some(before), choices);
                    }),
            )
            .into_any()
    };
    let row = |choice: &Choice| {
        let choice = *choice;
        tr().child(th().attr("class", "cell").attr("scope", "row").child(t(kind_name(choice.kind))))
            .child(cell(choice, words::CONSOLE, choice.console, |c| c.console = !c.console))
            .child(cell(choice, words::EMAIL, choice.email, |c| c.email = !c.email))
            .into_any()
    };
    let table = table()
        .attr("class", "table table--small")
        .child(
            thead()
                .child(tr().child(head(words::KIND)).child(head(words::CONSOLE)).child(head(words::EMAIL))),
        )
        .child(tbody().child(all.iter().map(row).collect::<Vec<_>>()));
    div()
        .attr("class", "table-box")
        .attr("role", "region")
        .attr("aria-label", t(words::CHOICES))
        .attr("tabindex", "0")
        .child(table)
        .into_any()
}

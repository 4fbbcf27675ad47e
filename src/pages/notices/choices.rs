//! How the person wants to be told: kinds by ways, applied at once, with Undo.

use super::matrix::matrix;
use crate::api;
use crate::i18n::text;
use crate::i18n::texts::{Key, notices as words};
use crate::kit::errors;
use crate::kit::list;
use crate::kit::load::Load;
use crate::ui::dom::spawn;
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::{skeleton, toast};
use contract::notices::{Choice, Kind, NoticeChoices, NoticeChoicesChange};
use std::rc::Rc;

const WAYS: [Key; 3] = [words::CONSOLE, words::EMAIL, words::SMS];

/// The section of the message settings.
pub(super) fn section() -> AnyView {
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

/// The place of a way in a choice.
fn place(choice: &mut Choice, way: usize) -> &mut bool {
    match way {
        0 => &mut choice.console,
        1 => &mut choice.email,
        _ => &mut choice.sms,
    }
}

fn grid(all: &[Choice], choices: Load<Vec<Choice>>) -> AnyView {
    let kinds: Vec<Kind> = all.iter().map(|choice| choice.kind).collect();
    let all: Rc<[Choice]> = all.into();
    let found = move |kind| all.iter().copied().find(|c| c.kind == kind).unwrap_or(Choice::usual(kind));
    let read = found.clone();
    let toggle = move |kind, way| {
        let before = found(kind);
        let mut after = before;
        let on = place(&mut after, way);
        *on = !*on;
        send(after, Some(before), choices);
    };
    let is_on = Rc::new(move |kind, way| *place(&mut read(kind), way));
    matrix(words::CHOICES, &kinds, &WAYS, is_on, Rc::new(toggle))
}

//! 流程引导: how customers are developed, step by step.

use crate::i18n::t;
use crate::i18n::texts::{prospects as words, ui as ui_words};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, li, ol};
use crate::ui::prelude::*;

/// The dialog's place.
pub(super) fn place(open: RwSignal<bool>) -> AnyView {
    (move || open.get().then(|| dialog(open))).into_any()
}

fn dialog(open: RwSignal<bool>) -> AnyView {
    let steps = [words::STEP_REPORT, words::STEP_INVITE, words::STEP_ASSOCIATE, words::STEP_FOLLOW];
    let close = move || open.set(false);
    let lines: Vec<_> = steps.map(|step| li().child(t(step)).into_any()).into();
    let body = div()
        .attr("class", "form")
        .child(ol().attr("class", "steps").child(lines))
        .child(dialog::actions(vec![Button::new(ui_words::CLOSE).look(Look::Primary).on_click(close).view()]))
        .into_any();
    Dialog::new(words::GUIDE, close).view(body)
}

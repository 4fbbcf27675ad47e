//! 客户拓展 with its tabs: the reports, the general links, those who were invited.

use super::{IMPORT, email, guide, invite, invited, links, list, report};
use crate::i18n::t;
use crate::i18n::texts::prospects as words;
use crate::kit::page;
use crate::router;
use crate::ui::button::{Button, Look};
use crate::ui::el::{a, div};
use crate::ui::prelude::*;
use crate::ui::tabs::{Tab, tabs};

const TABS: [&str; 3] = ["online", "offline", "invited"];

fn tab() -> &'static str {
    let asked = router::param("tab");
    TABS.into_iter().find(|tab| asked.as_deref() == Some(tab)).unwrap_or(TABS[0])
}

/// The page.
pub(super) fn page() -> AnyView {
    let (reporting, guiding) = (RwSignal::new(false), RwSignal::new(false));
    // Counts the changes made here, after which the lists load again.
    let changed = RwSignal::new(0_u32);
    let names = [words::TAB_ONLINE, words::TAB_OFFLINE, words::TAB_INVITED];
    let all = TABS.into_iter().zip(names).map(|(value, name)| Tab { value, name: name.into() }).collect();
    let panel = move |tab| match tab {
        "offline" => links::panel(),
        "invited" => invited::panel(changed),
        _ => list::panel(changed),
    };
    let buttons = div()
        .attr("class", "actions")
        .child(Button::new(words::GUIDE).look(Look::Quiet).on_click(move || guiding.set(true)).view())
        .child(a().attr("class", "button").attr("href", IMPORT).child(t(words::IMPORT)))
        .child(Button::new(words::REPORT).look(Look::Primary).on_click(move || reporting.set(true)).view())
        .into_any();
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, Some(buttons)))
        .child(tabs(words::TITLE, all, tab, panel))
        .child((
            report::place(reporting, changed),
            guide::place(guiding),
            invite::place(changed),
            email::place(changed),
        ))
        .into_any()
}

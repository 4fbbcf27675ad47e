//! 组织成员 with its tabs 人员管理, 角色管理 and the invitations.

use super::{invitations, invite, members, roles};
use crate::i18n::texts::organisation as words;
use crate::kit::page;
use crate::router;
use crate::ui::button::{Button, Look};
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::tabs::{Tab, tabs};

const TABS: [&str; 3] = ["members", "roles", "invitations"];

fn tab() -> &'static str {
    let asked = router::param("tab");
    TABS.into_iter().find(|tab| asked.as_deref() == Some(tab)).unwrap_or(TABS[0])
}

/// The page.
pub(super) fn page() -> AnyView {
    let inviting = RwSignal::new(false);
    // Counts the invitations made here, after which their list is loaded again.
    let invited = RwSignal::new(0);
    let names = [words::MEMBERS, words::ROLES, words::INVITATIONS];
    let all = TABS.into_iter().zip(names).map(|(value, name)| Tab { value, name: name.into() }).collect();
    let panel = move |tab| match tab {
        "roles" => roles::panel(),
        "invitations" => invitations::panel(invited),
        _ => members::panel(),
    };
    let button = Button::new(words::INVITE).look(Look::Primary).on_click(move || inviting.set(true)).view();
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, Some(button)))
        .child(tabs(words::TITLE, all, tab, panel))
        .child(invite::place(inviting, invited))
        .into_any()
}

//! The dialog that makes or changes a custom role (创建自定义角色): a name, and what it allows.

use super::roles::AREAS;
use crate::api;
use crate::i18n::texts::{organisation as words, ui as ui_words};
use crate::i18n::{fill, t, text};
use crate::kit::labels;
use crate::kit::send::Sending;
use crate::session;
use crate::ui::Words;
use crate::ui::button::{Button, Look};
use crate::ui::checks::{Choice, checks};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use contract::access::Permission;
use contract::error::Fault;
use contract::organisation::{ChangeRole, MAX_NAME, NewRole, RoleChange, RoleCreate, RoleRow};
use contract::text::required;
use leptos::ev;
use std::sync::Arc;

/// The dialog; `None` makes a new role. `done` when it is made.
pub(super) fn dialog(
    role: Option<RoleRow>,
    close: impl Fn() + Copy + Send + Sync + 'static,
    done: impl Fn(RoleRow) + Copy + Send + Sync + 'static,
) -> AnyView {
    let title: Words = match &role {
        Some(role) => fill(words::CHANGE_ROLE_TITLE, &[("name", &role.role.name)]).into(),
        None => words::NEW_ROLE.into(),
    };
    let (name_before, before) = role.as_ref().map_or_else(Default::default, |role| {
        let all: Vec<String> = role.permissions.iter().map(|p| p.as_str().to_owned()).collect();
        (role.role.name.clone(), all)
    });
    let (name, chosen) = (RwSignal::new(name_before.clone()), RwSignal::new(before.clone()));
    let dirty = Signal::derive(move || name.with(|n| *n != name_before) || chosen.with(|c| *c != before));
    let sending = Sending::new();
    let name_rule = move || name.with(|n| required(n, MAX_NAME).err());
    let none = move || chosen.with(Vec::is_empty).then_some(Fault::Required);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !sending.may(untrack(|| name_rule().is_none() && none().is_none())) {
            return;
        }
        let permissions = chosen.with_untracked(|c| c.iter().filter_map(|p| Permission::parse(p)).collect());
        let name = name.get_untracked().trim().to_owned();
        let call = match &role {
            Some(role) => {
                let change = ChangeRole { name, permissions, version: role.version };
                api::call::<RoleChange>(&role.role.id, &(), &change)
            }
            None => api::call::<RoleCreate>(&(), &(), &NewRole { name, permissions }),
        };
        sending.send(call, move |saved: Arc<RoleRow>| {
            close();
            done((*saved).clone());
        });
    };
    let groups = AREAS.map(|(area, permissions)| {
        // Nobody gives what they may not do themselves: it is not offered.
        let may = |p: &&Permission| session::with(|s| s.permissions.contains(p)) != Some(false);
        let choice = |p: &Permission| {
            let (p, items) = (*p, p.items().join(", "));
            Choice {
                value: p.as_str().to_owned(),
                name: Words::new(move || text(labels::permission(p))),
                hint: (!items.is_empty()).then(|| items.into()),
            }
        };
        let choices: Vec<_> = untrack(|| permissions.iter().filter(may).map(choice).collect());
        checks(area, choices, chosen, Signal::stored(None))
    });
    let missing = sending.error("permissions", none);
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(
            Field::new("name", words::ROLE_NAME, name)
                .max(MAX_NAME)
                .error(sending.error("name", name_rule))
                .focused()
                .view(),
        )
        .child(Vec::from(groups))
        .child(p().attr("class", "field__error").attr("role", "status").child(move || missing.get()))
        .child(p().attr("class", "form__meta").child(t(words::CUSTOM_SEES_ALL)))
        .child(sending.notice(&["name", "permissions"]))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(ui_words::SAVE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    Dialog::new(title, close).dirty(dirty).view(body)
}

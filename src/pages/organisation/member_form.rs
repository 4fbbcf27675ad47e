//! The dialog that gives a member roles and a supervisor. It shows what the roles allow together, and warns
//! where a further role widens what the member sees: that is easily overlooked (product/navigation.md, roles).

use super::members::{all_roles, sight_name};
use crate::api;
use crate::i18n::texts::{organisation as words, ui as ui_words};
use crate::i18n::{fill, plural, text};
use crate::kit::labels;
use crate::kit::pick::{Pick, Picked};
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::checks::{Choice, checks};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, p};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use crate::ui::{Words, skeleton};
use contract::access::{MAX_ROLES, Permission, Rights, Role, Sight};
use contract::error::Fault;
use contract::id::{RoleId, UserId};
use contract::organisation::{ChangeMember, Member, MemberChange, RoleRow};
use leptos::ev;
use std::sync::Arc;

/// What the chosen roles allow together.
pub(super) fn rights_of(chosen: &[String], all: &[RoleRow]) -> Rights {
    let has = |row: &&RoleRow| chosen.contains(&row.role.id.0);
    let presets = all.iter().filter(has).filter_map(RoleRow::preset);
    let customs = all.iter().filter(has).filter(|r| r.preset().is_none());
    Rights::of(presets, customs.map(|r| r.permissions.as_slice()))
}

/// What is wrong with a choice of roles.
pub(super) fn fault(chosen: &[String]) -> Option<Fault> {
    match chosen.len() {
        0 => Some(Fault::Required),
        n if n > MAX_ROLES => Some(Fault::Invalid),
        _ => None,
    }
}

/// Check boxes for the roles.
pub(super) fn role_checks(
    all: &[RoleRow],
    chosen: RwSignal<Vec<String>>,
    error: Signal<Option<String>>,
) -> AnyView {
    let choices = all.iter().map(|row| {
        let (name, permissions) = (row.role.clone(), row.permissions.clone());
        let hint = if permissions.len() == Permission::ALL.len() {
            words::ALLOWS_ALL.into()
        } else {
            Words::new(move || labels::permissions(&permissions))
        };
        Choice {
            value: row.role.id.0.clone(),
            name: Words::new(move || labels::role_name(&name)),
            hint: Some(hint),
        }
    });
    let title = Words::new(|| plural(words::CHOOSE_ROLES, i64::try_from(MAX_ROLES).unwrap_or(i64::MAX), &[]));
    checks(title, choices.collect(), chosen, error)
}

/// What the chosen roles come to, with a warning where one of them takes away a limit that another sets.
pub(super) fn effect_of(all: Arc<Vec<RoleRow>>, chosen: RwSignal<Vec<String>>) -> AnyView {
    let of = all.clone();
    let scope = move || {
        let rights = chosen.with(|chosen| rights_of(chosen, &of));
        if rights.permissions.is_empty() {
            return text(words::SEES_NOTHING);
        }
        fill(
            words::EFFECT,
            &[
                ("sight", &text(sight_name(rights.sight))),
                ("permissions", &labels::permissions(&rights.permissions)),
            ],
        )
    };
    let widened = move || {
        let limited = [Role::CustomerManager, Role::CustomerSupervisor];
        chosen.with(|chosen| {
            let is_limited = limited.iter().any(|role| chosen.iter().any(|c| c == role.as_str()));
            is_limited && rights_of(chosen, &all).sight == Sight::All
        })
    };
    let warning = move || {
        widened().then(|| {
            div()
                .attr("class", "notice notice--wait")
                .child(icon(Icon::Alert))
                .child(p().child(text(words::WIDENED)))
                .into_any()
        })
    };
    div().attr("role", "status").child(p().attr("class", "form__meta").child(scope)).child(warning).into_any()
}

/// The dialog for one member; `done` when the change was made.
pub(super) fn dialog(
    member: Member,
    close: impl Fn() + Clone + Send + Sync + 'static,
    done: impl Fn() + Clone + Send + Sync + 'static,
) -> AnyView {
    let roles = all_roles(|| true);
    let before: Vec<String> = member.roles.iter().map(|r| r.id.0.clone()).collect();
    let above = member.supervisor.as_ref();
    let above = above.map(|s| Picked { id: s.0.clone(), name: member.supervisor_name.clone() });
    let chosen = RwSignal::new(before.clone());
    let supervisor = RwSignal::new(above.clone());
    let dirty = Signal::derive(move || chosen.with(|c| *c != before) || supervisor.with(|s| *s != above));
    let title = fill(words::CHANGE_TITLE, &[("name", &member.name)]);
    let body = {
        let close = close.clone();
        move || match roles.get() {
            Some(roles) => fields_of(&member, roles, chosen, supervisor, close.clone(), done.clone()),
            None => match roles.failure() {
                Some(why) => crate::kit::errors::region(why, move || roles.again()),
                None => skeleton::lines(6),
            },
        }
    };
    Dialog::new(title, close).dirty(dirty).view(div().child(body).into_any())
}

fn fields_of(
    member: &Member,
    roles: Arc<Vec<RoleRow>>,
    chosen: RwSignal<Vec<String>>,
    supervisor: RwSignal<Option<Picked>>,
    close: impl Fn() + Clone + Send + Sync + 'static,
    done: impl Fn() + Clone + Send + Sync + 'static,
) -> AnyView {
    let sending = Sending::new();
    let error = sending.error("roles", move || chosen.with(|c| fault(c)));
    let with = [Role::CustomerSupervisor, Role::Admin].map(|role| RoleId::from(role.as_str()));
    let above = Pick::member(supervisor, with.to_vec());
    let above_error = sending.error("supervisor", move || above.is_open().then_some(Fault::Invalid));
    let (id, version) = (member.id.clone(), member.version);
    let leave = close.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let is_right = chosen.with_untracked(|c| fault(c).is_none()) && !untrack(|| above.is_open());
        if !sending.may(is_right) {
            return;
        }
        let change = ChangeMember {
            roles: chosen.get_untracked().into_iter().map(RoleId).collect(),
            supervisor: supervisor.get_untracked().map(|picked| UserId(picked.id)),
            version,
        };
        let (close, done) = (close.clone(), done.clone());
        sending.send(api::call::<MemberChange>(&id, &(), &change), move |_| {
            close();
            done();
        });
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(role_checks(&roles, chosen, error))
        .child(effect_of(roles, chosen))
        .child(above.view("supervisor", words::SUPERVISOR, Some(words::SUPERVISOR_HINT.into()), above_error))
        .child(sending.notice(&["roles", "supervisor"]))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(leave).view(),
            Button::new(ui_words::SAVE).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any()
}

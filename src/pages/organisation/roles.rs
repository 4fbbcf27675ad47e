//! 角色管理: what each role allows; custom roles are made, changed and deleted here.

use super::members::{all_roles, sight_name};
use super::role_form;
use crate::i18n::texts::{Key, organisation as words};
use crate::i18n::{fill, format, plural, t, text};
use crate::kit::load::Load;
use crate::kit::{errors, labels, send};
use crate::ui::badge::{Tone, badge};
use crate::ui::button::{Button, Look};
use crate::ui::el::{details, div, h2, li, p, section, span, summary, ul};
use crate::ui::prelude::*;
use crate::ui::{Words, dialog, toast};
use contract::access::{MAX_CUSTOM_ROLES, Permission};
use contract::organisation::{RoleDelete, RoleRow};
use leptos::ev;

/// The tab.
pub(super) fn panel() -> AnyView {
    let roles = all_roles(|| true);
    roles.follow("organisation");
    // The role in the form; one without an id is new.
    let edited = RwSignal::new(None::<Option<RoleRow>>);
    let form = move || {
        edited.get().map(|role| {
            let close = move || edited.set(None);
            role_form::dialog(role, close, move |saved| {
                toast::tell(text(words::SAVED));
                put(roles, saved);
            })
        })
    };
    let add = move || {
        let customs = move || {
            let all = roles.get()?;
            let count = all.iter().filter(|r| r.preset().is_none()).count();
            let full = i64::try_from(count).is_ok_and(|count| count >= MAX_CUSTOM_ROLES);
            full.then(|| plural(words::ROLES_FULL, MAX_CUSTOM_ROLES, &[]))
        };
        Button::new(words::NEW_ROLE).refused(customs).on_click(move || edited.set(Some(None))).view()
    };
    let opened = RwSignal::new(Vec::new());
    // Loaded anew and the same, it stays as it is: a person may be at work in it.
    let shown = memo(move || roles.get());
    let list = move || {
        let Some(all) = shown.get() else {
            return errors::or_waiting(roles.failure(), 8, move || roles.again());
        };
        let cards: Vec<_> = all.iter().map(|role| card(role, roles, edited, opened)).collect();
        ul().attr("class", "cards").child(cards).into_any()
    };
    div()
        .attr("class", "form")
        .child(
            div()
                .attr("class", "filters")
                .child(p().attr("class", "form__meta").child(t(words::ROLES_LEAD)))
                .child(div().attr("class", "tools").child(add())),
        )
        .child(list)
        .child(form)
        .into_any()
}

/// Puts a role that was saved in its place: custom ones come by name after the presets.
fn put(roles: Load<Vec<RoleRow>>, saved: RoleRow) {
    let Some(before) = untrack(|| roles.get()) else { return };
    let mut all: Vec<RoleRow> = before.iter().filter(|r| r.role.id != saved.role.id).cloned().collect();
    all.push(saved);
    all.sort_by_key(|r| r.preset().is_none().then(|| r.role.name.clone()));
    roles.put(all);
}

fn card(
    role: &RoleRow,
    roles: Load<Vec<RoleRow>>,
    edited: RwSignal<Option<Option<RoleRow>>>,
    opened: RwSignal<Vec<String>>,
) -> AnyView {
    let name = {
        let role = role.role.clone();
        Words::new(move || labels::role_name(&role))
    };
    let count = role.members;
    let kind = if role.preset().is_some() { words::PRESET } else { words::CUSTOM };
    let buttons = role.preset().is_none().then(|| {
        let (to_edit, to_delete) = (role.clone(), role.clone());
        let delete = Button::new(words::DELETE)
            .refused(move || (count > 0).then(|| text(words::ROLE_IN_USE)))
            .on_click(move || delete(&to_delete, roles));
        div()
            .attr("class", "card__actions")
            .child(
                Button::new(words::CHANGE_ROLE)
                    .on_click(move || edited.set(Some(Some(to_edit.clone()))))
                    .view(),
            )
            .child(delete.look(Look::Danger).view())
            .into_any()
    });
    li().child(
        section()
            .attr("class", "card")
            .child(
                div()
                    .attr("class", "card__head")
                    .child(
                        div()
                            .attr("class", "with-badge")
                            .child(h2().child(name.view()))
                            .child(badge(Tone::Neutral, kind)),
                    )
                    .child(buttons),
            )
            .child(
                p().attr("class", "form__meta")
                    .child(span().child(move || plural(words::MEMBERS_WITH, count, &[])))
                    .child(" · ")
                    .child(span().child(t(sight_name(role.sight)))),
            )
            .child(permissions(role.role.id.0.clone(), &role.permissions, opened)),
    )
    .into_any()
}

/// What a role allows, with the published items of the API.
fn permissions(id: String, all: &[Permission], opened: RwSignal<Vec<String>>) -> AnyView {
    let count = all.len();
    let line = |permission: &Permission| {
        let items = permission.items().join(", ");
        li().child(t(labels::permission(*permission)))
            .child((!items.is_empty()).then(|| span().attr("class", "form__meta items").child(items)))
            .into_any()
    };
    // The list is made anew after each change: what somebody has opened stays open.
    let is_open = opened.with_untracked(|all| all.contains(&id));
    let toggle = move |event: web_sys::Event| {
        let open = event_target::<web_sys::HtmlElement>(&event).has_attribute("open");
        opened.update(|all| {
            all.retain(|other| *other != id);
            if open {
                all.push(id.clone());
            }
        });
    };
    details()
        .attr("open", is_open.then_some(""))
        .on(ev::toggle, toggle)
        .child(summary().child(move || {
            let shown = format::number(i64::try_from(count).unwrap_or(i64::MAX));
            fill(words::PERMISSIONS_COUNT, &[("count", &shown)])
        }))
        .child(ul().attr("class", "plain").child(all.iter().map(line).collect::<Vec<_>>()))
        .into_any()
}

fn delete(role: &RoleRow, roles: Load<Vec<RoleRow>>) {
    let (id, title) = (role.role.id.clone(), fill(words::DELETE_ROLE_TITLE, &[("name", &role.role.name)]));
    let end = move || {
        send::ask::<RoleDelete>(&id, move |_| {
            toast::tell(text(words::DELETED));
            roles.again();
        });
    };
    dialog::confirm(title, words::DELETE_ROLE_TEXT, words::DELETE, end);
}

/// The permissions by area, in the order in which a role's form offers them.
pub(super) const AREAS: [(Key, &[Permission]); 4] = {
    use Permission as P;
    [
        (
            words::AREA_CUSTOMERS,
            &[
                P::CustomersRead,
                P::CustomersReveal,
                P::CustomersAssign,
                P::CustomersDevelop,
                P::CustomersRelate,
                P::CustomersVerify,
            ],
        ),
        (
            words::AREA_FUNDS,
            &[P::FundsRead, P::AdjustmentsRead, P::FundsAppropriate, P::FundsReclaim, P::FundsApprove],
        ),
        (words::AREA_WORK, &[P::Exports, P::Batches]),
        (
            words::AREA_PARTNER,
            &[P::ApiAccess, P::AuditRead, P::PartnerSettings, P::MembersManage, P::WebhooksManage],
        ),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_can_be_given() {
        let mut offered: Vec<Permission> = AREAS.iter().flat_map(|(_, all)| all.iter().copied()).collect();
        offered.sort_unstable();
        let mut all = Permission::ALL.to_vec();
        all.sort_unstable();
        assert_eq!(offered, all);
    }
}

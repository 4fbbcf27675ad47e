//! 人员管理: who the members are and what they see; their roles, looking as one of them, ending a membership.

use super::member_form;
use crate::api::{self, CallOf};
use crate::i18n::texts::{Key, organisation as words};
use crate::i18n::{fill, text};
use crate::kit::filters::{Filter, Kind};
use crate::kit::list::List;
use crate::kit::load::Load;
use crate::kit::table::{Cell, Column};
use crate::kit::{labels, moment, send};
use crate::pages::audit;
use crate::router;
use crate::session;
use crate::ui::badge::{Tone, badge_bit};
use crate::ui::button::row_button;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::{Act, dialog, toast};
use contract::access::Sight;
use contract::organisation::{Member, MemberList, MemberLook, MemberUnbind, RoleList, RoleRow};
use std::sync::Arc;

const COLUMNS: &[Column<Member>] = &[
    Column { key: "name", title: words::NAME, set: Cell::Head, sort: None, cell: name_cell },
    Column {
        key: "email",
        title: words::EMAIL,
        set: Cell::Text,
        sort: None,
        cell: |m| m.email.as_str().into(),
    },
    Column {
        key: "roles",
        title: words::ROLES_OF,
        set: Cell::Text,
        sort: None,
        cell: |m| labels::role_names(&m.roles).into(),
    },
    Column {
        key: "sight",
        title: words::SIGHT,
        set: Cell::Text,
        sort: None,
        cell: |m| text(sight_name(m.sight)).into(),
    },
    Column {
        key: "supervisor",
        title: words::SUPERVISOR,
        set: Cell::Text,
        sort: None,
        cell: supervisor_cell,
    },
    Column {
        key: "since",
        title: words::SINCE,
        set: Cell::Text,
        sort: None,
        cell: |m| moment::day_cell(m.since).into(),
    },
    Column { key: "seen", title: words::SEEN, set: Cell::Text, sort: None, cell: seen_cell },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

/// Which customers are seen, in words.
pub(super) fn sight_name(sight: Sight) -> Key {
    match sight {
        Sight::Own => words::SIGHT_OWN,
        Sight::Team => words::SIGHT_TEAM,
        Sight::All => words::SIGHT_ALL,
    }
}

fn name_cell(member: &Member) -> Bit {
    let name = audit::name(member.id.as_str(), &member.name);
    if !member.own {
        return name;
    }
    let badge = badge_bit(Tone::Accent, text(words::OWN));
    bit("span").attr("class", "with-badge").child(name).child(badge).into()
}

fn supervisor_cell(member: &Member) -> Bit {
    if member.supervisor.is_some() { member.supervisor_name.as_str().into() } else { "–".into() }
}

fn seen_cell(member: &Member) -> Bit {
    member.seen.map_or_else(|| "–".into(), |at| moment::cell(at).into())
}

fn action_cell(member: &Member) -> Bit {
    let refusal = member.own.then(|| text(words::NOT_ONESELF));
    let button = |name: &'static str, title: Key, act: fn(&Member)| -> Bit {
        let of = member.clone();
        let id = format!("{name}-{}", member.id);
        row_button(name, text(title), id, refusal.clone(), move || act(&of)).into()
    };
    bit("div")
        .attr("class", "row-actions")
        .children([
            button("change", words::CHANGE_ROLES, |member| EDITED.with(|e| e.set(Some(member.clone())))),
            button("look", words::LOOK, look),
            button("unbind", words::UNBIND, unbind),
        ])
        .into()
}

thread_local! {
    /// The member whose roles are being changed.
    static EDITED: ArcRwSignal<Option<Member>> = ArcRwSignal::new(None);
    /// Counts the changes made here, after which the list is loaded again.
    static CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

fn changed() {
    CHANGED.with(|c| c.update(|n| *n += 1));
}

fn look(member: &Member) {
    let (id, name) = (member.id.clone(), member.name.clone());
    let start = move || {
        send::ask::<MemberLook>(&id, |_| session::moved());
    };
    dialog::confirm(fill(words::LOOK_TITLE, &[("name", &name)]), words::LOOK_TEXT, words::LOOK, start);
}

fn unbind(member: &Member) {
    let (id, name) = (member.id.clone(), member.name.clone());
    let title = fill(words::UNBIND_TITLE, &[("name", &name)]);
    let end = move || {
        let name = name.clone();
        send::ask::<MemberUnbind>(&id, move |_| {
            toast::tell(fill(words::UNBOUND, &[("name", &name)]));
            changed();
        });
    };
    dialog::confirm(title, words::UNBIND_TEXT, words::UNBIND, end);
}

/// The partner's roles, loaded when `wanted`.
pub(super) fn all_roles(wanted: impl Fn() -> bool + Send + Sync + 'static) -> Load<Vec<RoleRow>> {
    let call = || -> CallOf<Vec<RoleRow>> { api::call::<RoleList>(&(), &(), &()) };
    Load::new(move || wanted().then(call))
}

fn role_filter() -> Filter {
    let asked = router::param_signal("role");
    let wanted = RwSignal::new(asked.get_untracked().is_some());
    let roles = all_roles(move || wanted.get());
    let choices = move || {
        let all = roles.get();
        all.iter()
            .flat_map(|all| all.iter())
            .map(|r| (r.role.id.0.clone(), labels::role_name(&r.role)))
            .collect()
    };
    let opened: Act = Arc::new(move || wanted.set(true));
    Filter { param: "role", name: words::ROLE, kind: Kind::OneOf(Arc::new(choices), Some(opened)) }
}

/// The tab.
pub(super) fn panel() -> AnyView {
    let list = List {
        name: "members",
        title: words::MEMBERS.into(),
        columns: COLUMNS,
        id: |member: &Member| member.id.0.clone(),
        search: Some((words::SEARCH, words::SEARCH_HINT)),
        filters: vec![role_filter()],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "members",
        default_sort: "",
        area: "organisation",
    };
    let rows = list.load::<MemberList>(());
    let count = CHANGED.with(Clone::clone);
    on_change(move || count.get(), move || rows.again());
    let edited = EDITED.with(Clone::clone);
    let close = {
        let edited = edited.clone();
        move || edited.set(None)
    };
    on_cleanup(close.clone());
    let form = move || {
        edited.get().map(|member| {
            member_form::dialog(member, close.clone(), || {
                toast::tell(text(words::SAVED));
                changed();
            })
        })
    };
    (list.view(rows), form).into_any()
}

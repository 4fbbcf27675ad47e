//! The invitations: to whom, with which roles, how they stand; sent again, taken back.

use super::invite;
use crate::i18n::texts::{Key, organisation as words, ui as ui_words};
use crate::i18n::{fill, plural, text};
use crate::kit::filters::Filter;
use crate::kit::list::List;
use crate::kit::table::{Cell, Column};
use crate::kit::{labels, moment, send};
use crate::ui::badge::{Tone, badge_bit};
use crate::ui::button::{Button, Look, row_button};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::toast;
use contract::organisation::{
    Invitation, InvitationCancel, InvitationLink, InvitationList, InvitationResend, InvitationState,
    LINK_DAYS,
};

const COLUMNS: &[Column<Invitation>] = &[
    Column {
        key: "email",
        title: words::EMAIL,
        set: Cell::Head,
        sort: None,
        cell: |i| i.email.as_str().into(),
    },
    Column { key: "state", title: words::STATE, set: Cell::Text, sort: None, cell: state_cell },
    Column {
        key: "roles",
        title: words::ROLES_OF,
        set: Cell::Text,
        sort: None,
        cell: |i| labels::role_names(&i.roles).into(),
    },
    Column { key: "by", title: words::BY, set: Cell::Text, sort: None, cell: |i| i.by.as_str().into() },
    Column { key: "at", title: words::AT, set: Cell::Text, sort: None, cell: |i| moment::cell(i.at).into() },
    Column {
        key: "until",
        title: words::UNTIL,
        set: Cell::Text,
        sort: None,
        cell: |i| moment::cell(i.until).into(),
    },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

fn state_words(state: InvitationState) -> (Tone, Key) {
    match state {
        InvitationState::Invited => (Tone::Accent, words::STATE_INVITED),
        InvitationState::Accepted => (Tone::Good, words::STATE_ACCEPTED),
        InvitationState::Expired => (Tone::Neutral, words::STATE_EXPIRED),
        InvitationState::Cancelled => (Tone::Neutral, words::STATE_CANCELLED),
    }
}

fn state_cell(invitation: &Invitation) -> Bit {
    let (tone, key) = state_words(invitation.state);
    badge_bit(tone, text(key)).into()
}

thread_local! {
    /// A link that was just made, to be shown.
    static RENEWED: ArcRwSignal<Option<InvitationLink>> = ArcRwSignal::new(None);
    /// Counts the changes made here, after which the list is loaded again.
    static CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

fn changed() {
    CHANGED.with(|c| c.update(|n| *n += 1));
}

fn action_cell(invitation: &Invitation) -> Bit {
    let (again, cancelled) = (invitation.clone(), invitation.clone());
    let resend = || {
        let act = move || resend(&again);
        row_button("again", text(words::RESEND), format!("again-{}", invitation.id), None, act).into()
    };
    let take_back = || {
        let act = move || cancel(&cancelled);
        row_button("cancel", text(words::TAKE_BACK), format!("cancel-{}", invitation.id), None, act).into()
    };
    let buttons: Vec<Bit> = match invitation.state {
        InvitationState::Invited => vec![resend(), take_back()],
        InvitationState::Expired => vec![resend()],
        InvitationState::Accepted | InvitationState::Cancelled => Vec::new(),
    };
    bit("div").attr("class", "row-actions").children(buttons).into()
}

fn resend(invitation: &Invitation) {
    send::ask::<InvitationResend>(&invitation.id, |link| {
        RENEWED.with(|r| r.set(Some((*link).clone())));
        changed();
    });
}

fn cancel(invitation: &Invitation) {
    let id = invitation.id.clone();
    let end = move || {
        send::ask::<InvitationCancel>(&id, |_| {
            toast::tell(text(words::TAKEN_BACK));
            changed();
        });
    };
    let title = fill(words::TAKE_BACK_TITLE, &[("email", &invitation.email)]);
    dialog::confirm(title, words::TAKE_BACK_TEXT, words::TAKE_BACK, end);
}

/// The tab. It loads again when `invited` changes.
pub(super) fn panel(invited: RwSignal<u32>) -> AnyView {
    let states =
        || InvitationState::ALL.iter().map(|s| (s.as_str().to_owned(), text(state_words(*s).1))).collect();
    let list = List {
        name: "invitations",
        title: words::INVITATIONS.into(),
        columns: COLUMNS,
        id: |invitation: &Invitation| invitation.id.0.clone(),
        search: None,
        filters: vec![Filter::one_of("state", words::STATE, states)],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::NO_INVITATIONS, words::NO_INVITATIONS_HINT),
        class: "invitations",
        default_sort: "",
        area: "organisation",
    };
    let rows = list.load::<InvitationList>(());
    let count = CHANGED.with(Clone::clone);
    on_change(move || (count.get(), invited.get()), move || rows.again());
    let renewed = RENEWED.with(Clone::clone);
    {
        let renewed = renewed.clone();
        on_cleanup(move || renewed.set(None));
    }
    let shown = move || {
        let renewed = renewed.clone();
        let link = renewed.get()?;
        let close = move || renewed.set(None);
        let button = Button::new(ui_words::CLOSE).look(Look::Primary).on_click(close.clone()).view();
        let body = div()
            .attr("class", "form")
            .child(p().attr("role", "status").child(move || plural(words::INVITED, 1, &[])))
            .child(p().attr("class", "form__meta").child(move || plural(words::LINKS_HINT, LINK_DAYS, &[])))
            .child(invite::links(&[link]))
            .child(dialog::actions(vec![button]))
            .into_any();
        Some(Dialog::new(words::RESEND, close).class("dialog--small").view(body))
    };
    (list.view(rows), shown).into_any()
}

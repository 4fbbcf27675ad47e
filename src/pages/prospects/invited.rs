//! Those who were invited (管理已邀请客户): how each stands, why one failed; sent again, taken back.

use super::{invite, words_of};
use crate::i18n::texts::{prospects as words, ui as ui_words};
use crate::i18n::{fill, plural, t, text};
use crate::kit::filters::Filter;
use crate::kit::list::List;
use crate::kit::table::{Cell, Column};
use crate::kit::{labels, moment, send};
use crate::pages::customers;
use crate::ui::badge::badge_bit;
use crate::ui::button::{Button, Look, row_button};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::toast;
use contract::prospects::{
    CustomerInvitation, CustomerInvitationCancel, CustomerInvitationList, CustomerInvitationResend,
    CustomerInvitationState, CustomerLink, InvitationKind,
};

const COLUMNS: &[Column<CustomerInvitation>] = &[
    Column { key: "name", title: words::NAME, set: Cell::Head, sort: None, cell: name_cell },
    Column {
        key: "email",
        title: words::EMAIL,
        set: Cell::Text,
        sort: None,
        cell: |i| i.email.as_str().into(),
    },
    Column {
        key: "kind",
        title: words::INV_KIND,
        set: Cell::Text,
        sort: None,
        cell: |i| text(words_of::kind(i.kind)).into(),
    },
    Column {
        key: "association",
        title: words::ASSOCIATION,
        set: Cell::Text,
        sort: None,
        cell: |i| text(labels::association(i.association)).into(),
    },
    Column { key: "state", title: words::STATE, set: Cell::Text, sort: None, cell: state_cell },
    Column { key: "by", title: words::INV_BY, set: Cell::Text, sort: None, cell: |i| i.by.as_str().into() },
    Column {
        key: "at",
        title: words::INV_AT,
        set: Cell::Text,
        sort: None,
        cell: |i| moment::cell(i.at).into(),
    },
    Column {
        key: "opened",
        title: words::OPENED,
        set: Cell::Text,
        sort: None,
        cell: |i| i.opened_at.map_or_else(|| text(words::NOT_OPENED).into(), |at| moment::cell(at).into()),
    },
    Column { key: "until", title: words::INV_UNTIL, set: Cell::Text, sort: None, cell: until_cell },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

fn name_cell(of: &CustomerInvitation) -> Bit {
    match &of.customer {
        Some(id) => bit("a").attr("href", customers::href(id)).child(of.name.as_str()).into(),
        None => of.name.as_str().into(),
    }
}

fn until_cell(of: &CustomerInvitation) -> Bit {
    match of.kind {
        InvitationKind::Mail => moment::cell(of.until).into(),
        InvitationKind::General => "–".into(),
    }
}

fn state_cell(of: &CustomerInvitation) -> Bit {
    let (tone, key) = words_of::invitation_state(of.state);
    let badge = badge_bit(tone, text(key));
    let Some(cause) = of.cause else { return badge.into() };
    // The cause stands in the row: a tooltip is not there for fingers, nor for readers.
    let why = format!("{} {}", text(words_of::cause(cause)), text(words_of::cause_cure(cause)));
    bit("span")
        .attr("class", "wrap")
        .child(badge)
        .child(bit("span").attr("class", "row-note").child(why))
        .into()
}

thread_local! {
    /// A link that was just made, to be shown.
    static RENEWED: ArcRwSignal<Option<CustomerLink>> = ArcRwSignal::new(None);
}

fn action_cell(of: &CustomerInvitation) -> Bit {
    use CustomerInvitationState as S;
    if of.kind == InvitationKind::General {
        return "–".into();
    }
    let mut buttons: Vec<Bit> = Vec::new();
    if matches!(of.state, S::Sent | S::Failed) {
        let again = of.clone();
        let act = move || resend(&again);
        buttons.push(row_button("again", text(words::RESEND), format!("again-{}", of.id), None, act).into());
        let cancelled = of.clone();
        let act = move || cancel(&cancelled);
        buttons.push(
            row_button("cancel", text(words::TAKE_BACK), format!("cancel-{}", of.id), None, act).into(),
        );
    }
    bit("div").attr("class", "row-actions").children(buttons).into()
}

fn resend(of: &CustomerInvitation) {
    send::ask::<CustomerInvitationResend>(&of.id, |link| {
        RENEWED.with(|r| r.set(Some((*link).clone())));
        invite::changed();
    });
}

fn cancel(of: &CustomerInvitation) {
    let id = of.id.clone();
    let title = fill(words::TAKE_BACK_TITLE, &[("name", &of.name)]);
    dialog::confirm(title, words::TAKE_BACK_TEXT, words::TAKE_BACK, move || {
        send::ask::<CustomerInvitationCancel>(&id, |_| {
            toast::tell(text(words::TAKEN_BACK));
            invite::changed();
        });
    });
}

/// The tab. It loads again when `changed` changes.
pub(super) fn panel(changed: RwSignal<u32>) -> AnyView {
    let states = || {
        let one =
            |s: &CustomerInvitationState| (s.as_str().to_owned(), text(words_of::invitation_state(*s).1));
        CustomerInvitationState::ALL.iter().map(one).collect()
    };
    let kinds =
        || InvitationKind::ALL.iter().map(|k| (k.as_str().to_owned(), text(words_of::kind(*k)))).collect();
    let list = List {
        name: "customer-invitations",
        title: words::TAB_INVITED.into(),
        columns: COLUMNS,
        id: |of: &CustomerInvitation| of.id.0.clone(),
        search: None,
        filters: vec![
            Filter::one_of("state", words::STATE, states),
            Filter::one_of("kind", words::INV_KIND, kinds),
        ],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::NO_INVITATIONS, words::NO_INVITATIONS_HINT),
        class: "prospects",
        default_sort: "",
        area: "customers",
    };
    let rows = list.load::<CustomerInvitationList>(());
    on_change(move || changed.get(), move || rows.again());
    let renewed = RENEWED.with(Clone::clone);
    on_cleanup({
        let renewed = renewed.clone();
        move || renewed.set(None)
    });
    let shown = move || {
        let renewed = renewed.clone();
        let link = renewed.get()?;
        let close = move || renewed.set(None);
        let button = Button::new(ui_words::CLOSE).look(Look::Primary).on_click(close.clone()).view();
        let body = div()
            .attr("class", "form")
            .child(p().attr("role", "status").child(plural(words::INVITED, 1, &[])))
            .child(p().attr("class", "form__meta").child(t(words::LINKS_HINT)))
            .child(invite::links(&[link]))
            .child(dialog::actions(vec![button]))
            .into_any();
        Some(Dialog::new(words::RESEND, close).class("dialog--small").view(body))
    };
    (list.view(rows), shown).into_any()
}

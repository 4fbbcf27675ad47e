//! The list of keys: what they may do, when they were used, ending them.

use super::create;
use crate::i18n::texts::{Key, keys as words};
use crate::i18n::{fill, t, text};
use crate::kit::filters::Filter;
use crate::kit::list::List;
use crate::kit::table::{Cell, Column};
use crate::kit::{labels, moment, page, send};
use crate::pages::audit;
use crate::session;
use crate::ui::badge::{Tone, badge_bit};
use crate::ui::button::{Button, Look, row_button};
use crate::ui::copy::copyable_bit;
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::{dialog, toast};
use contract::access::Permission;
use contract::keys::{AccessKey, KeyList, KeyRevoke, KeyState};

const COLUMNS: &[Column<AccessKey>] = &[
    Column {
        key: "name",
        title: words::NAME,
        set: Cell::Head,
        sort: None,
        cell: |k| audit::name(k.id.as_str(), &k.name),
    },
    Column {
        key: "id",
        title: words::ACCESS_KEY,
        set: Cell::Text,
        sort: None,
        cell: |k| copyable_bit(k.id.as_str()).into(),
    },
    Column { key: "state", title: words::STATE, set: Cell::Text, sort: None, cell: state_cell },
    Column { key: "owner", title: words::OWNER, set: Cell::Text, sort: None, cell: owner_cell },
    Column { key: "scopes", title: words::SCOPES, set: Cell::Text, sort: None, cell: scopes_cell },
    Column {
        key: "created",
        title: words::CREATED,
        set: Cell::Text,
        sort: None,
        cell: |k| moment::day_cell(k.created_at).into(),
    },
    Column { key: "until", title: words::UNTIL, set: Cell::Text, sort: None, cell: until_cell },
    Column { key: "used", title: words::USED, set: Cell::Text, sort: None, cell: used_cell },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

fn state_words(state: KeyState) -> (Tone, Key) {
    match state {
        KeyState::Active => (Tone::Good, words::ACTIVE),
        KeyState::Expired => (Tone::Neutral, words::EXPIRED),
        KeyState::Revoked => (Tone::Neutral, words::REVOKED),
    }
}

fn state_cell(key: &AccessKey) -> Bit {
    let (tone, words) = state_words(key.state);
    badge_bit(tone, text(words)).into()
}

fn owner_cell(key: &AccessKey) -> Bit {
    if key.own { text(words::OWN).into() } else { key.owner_name.as_str().into() }
}

fn scopes_cell(key: &AccessKey) -> Bit {
    let words =
        if key.scopes.is_empty() { text(words::ALL_SCOPES) } else { labels::permissions(&key.scopes) };
    bit("div").attr("class", "wrap").child(words).into()
}

fn until_cell(key: &AccessKey) -> Bit {
    key.expires_at.map_or_else(|| text(words::FOR_EVER).into(), |at| moment::cell(at).into())
}

fn used_cell(key: &AccessKey) -> Bit {
    let Some(at) = key.used_at else { return text(words::NEVER).into() };
    let from = bit("div").attr("class", "form__meta").child(key.used_from.as_str());
    bit("div").attr("class", "wrap").child(moment::cell(at)).child(from).into()
}

fn action_cell(key: &AccessKey) -> Bit {
    if key.state != KeyState::Active {
        return "".into();
    }
    let (id, name) = (key.id.clone(), key.name.clone());
    let act = move || {
        let id = id.clone();
        let end = move || {
            send::ask::<KeyRevoke>(&id, |_| {
                toast::tell(text(words::REVOKED_NOW));
                CHANGED.with(|c| c.update(|n| *n += 1));
            });
        };
        let title = fill(words::REVOKE_TITLE, &[("name", &name)]);
        dialog::confirm(title, words::REVOKE_TEXT, words::REVOKE, end);
    };
    row_button("revoke", text(words::REVOKE), format!("revoke-{}", key.id), None, act).into()
}

thread_local! {
    /// Counts the changes made here, after which the list is loaded again.
    static CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// The page.
pub(super) fn page() -> AnyView {
    let states = || KeyState::ALL.iter().map(|s| (s.as_str().to_owned(), text(state_words(*s).1))).collect();
    let list = List {
        name: "keys",
        title: words::TITLE.into(),
        columns: COLUMNS,
        id: |key: &AccessKey| key.id.0.clone(),
        search: None,
        filters: vec![Filter::one_of("state", words::STATE, states)],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "keys",
        default_sort: "",
        area: "identity",
    };
    let rows = list.load::<KeyList>(());
    let changed = CHANGED.with(Clone::clone);
    on_change(move || changed.get(), move || rows.again());
    let creating = RwSignal::new(false);
    let refusal = || {
        let may = session::allows(Permission::ApiAccess) != Some(false);
        (!may).then(|| text(words::MAY_NOT))
    };
    let button = Button::new(words::CREATE)
        .look(Look::Primary)
        .refused(refusal)
        .on_click(move || creating.set(true))
        .view();
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, Some(button)))
        .child(p().attr("class", "page__lead").child(t(words::LEAD)))
        .child(list.view(rows))
        .child(move || {
            creating.get().then(|| create::dialog(move || creating.set(false), move || rows.again()))
        })
        .into_any()
}

//! The list of notices, unread ones first told by their mark.

use super::kind_name;
use crate::api;
use crate::i18n::texts::notices as words;
use crate::i18n::{by_name, fill, format, t, text};
use crate::kit::filters::Filter;
use crate::kit::list::List;
use crate::kit::load::Load;
use crate::kit::table::{Cell, Column};
use crate::kit::{errors, moment, page};
use crate::pages::{approvals, batches, exports, identity, organisation, webhooks};
use crate::session;
use crate::ui::badge::{Tone, badge_bit};
use crate::ui::button::{Button, row_button};
use crate::ui::dom::spawn;
use crate::ui::el::{a, div};
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use crate::ui::toast;
use contract::id::{BatchId, CustomerId, NoticeId};
use contract::notices::{Kind, Notice, NoticeList, NoticesRead, ReadNotices};
use contract::page::Page;

const COLUMNS: &[Column<Notice>] = &[
    Column { key: "text", title: words::TEXT, set: Cell::Head, sort: None, cell: text_cell },
    Column {
        key: "kind",
        title: words::KIND,
        set: Cell::Text,
        sort: None,
        cell: |n| text(kind_name(n.kind)).into(),
    },
    Column {
        key: "actor",
        title: words::ACTOR,
        set: Cell::Text,
        sort: None,
        cell: |n| n.actor.as_str().into(),
    },
    Column { key: "at", title: words::AT, set: Cell::Text, sort: None, cell: |n| moment::cell(n.at).into() },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

/// What happened, in words.
fn sentence(notice: &Notice) -> String {
    let rows = format::number(notice.count);
    let amount = notice.amount.map(format::money).unwrap_or_default();
    match notice.action.as_str() {
        "exports.made" => fill(words::EXPORT_MADE, &[("rows", &rows)]),
        "exports.failed" => text(words::EXPORT_FAILED),
        "batches.ready" => text(words::BATCH_READY),
        "batches.stopped" => text(words::BATCH_STOPPED),
        "batches.failed" => text(words::BATCH_FAILED),
        "batches.cancelled" => text(words::BATCH_CANCELLED),
        "batches.ended" => fill(words::BATCH_ENDED, &[("rows", &rows)]),
        "identity.sign_in" => text(words::SIGNED_IN),
        "webhooks.stopped" => text(words::WEBHOOK_STOPPED),
        "funds.appropriate" => fill(words::APPROPRIATED, &[("amount", &amount)]),
        "funds.reclaim" => fill(words::RECLAIMED, &[("amount", &amount)]),
        // The others are told in the words of the operation log.
        action => {
            let what = by_name(action).map_or_else(|| action.to_owned(), text);
            format!("{what} {amount}").trim().to_owned()
        }
    }
}

/// Where more is to be seen.
fn href(notice: &Notice) -> String {
    match notice.kind {
        Kind::Export => exports::LIST.to_owned(),
        Kind::Movement if !notice.action.starts_with("batches.") => {
            crate::pages::customers::href(&CustomerId(notice.subject.clone()))
        }
        Kind::Batch | Kind::Movement => batches::href(&BatchId(notice.subject.clone())),
        Kind::SignIn => identity::SESSIONS.to_owned(),
        Kind::Webhook => webhooks::LIST.to_owned(),
        Kind::Approval => approvals::LIST.to_owned(),
        Kind::Organisation => organisation::MEMBERS.to_owned(),
        // Whoever is told of it may see the log.
        Kind::Security => crate::pages::audit::LIST.to_owned(),
    }
}

fn text_cell(notice: &Notice) -> Bit {
    let link = bit("a").attr("href", href(notice)).child(sentence(notice));
    if notice.read {
        return link.into();
    }
    bit("span")
        .attr("class", "with-badge")
        .child(link)
        .child(badge_bit(Tone::Accent, text(words::UNREAD)))
        .into()
}

fn action_cell(notice: &Notice) -> Bit {
    if notice.read {
        return "".into();
    }
    let id = notice.id.clone();
    let act = move || read(vec![id.clone()]);
    row_button("read", text(words::MARK_READ), format!("read-{}", notice.id), None, act).into()
}

thread_local! {
    /// Counts the changes made here, after which the list is loaded again.
    static CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// Marks notices as read; all of them where none is named.
fn read(ids: Vec<NoticeId>) {
    spawn(async move {
        let call = api::call::<NoticesRead>(&(), &(), &ReadNotices { ids });
        match api::send_for(call).await {
            Ok(unread) => {
                session::set_unread(unread.count);
                CHANGED.with(|c| c.update(|n| *n += 1));
            }
            Err(why) => toast::warn(errors::sentence(&why)),
        }
    });
}

/// The page.
pub fn page() -> AnyView {
    let kinds = || Kind::ALL.iter().map(|k| (k.as_str().to_owned(), text(kind_name(*k)))).collect();
    let unread = || vec![("true".to_owned(), text(words::UNREAD))];
    let list = List {
        name: "notices",
        title: words::TITLE.into(),
        columns: COLUMNS,
        id: |notice: &Notice| notice.id.0.clone(),
        search: None,
        filters: vec![
            Filter::one_of("kind", words::KIND, kinds),
            Filter::one_of("unread", words::STATE, unread),
        ],
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "notices",
        default_sort: "",
        area: "notices",
    };
    let rows: Load<Page<Notice>> = list.load::<NoticeList>(());
    let changed = CHANGED.with(Clone::clone);
    on_change(move || changed.get(), move || rows.again());
    // A new one is told by the number of those that are unread; that it is known at last is no news.
    let unread = memo(|| session::with(|s| s.unread));
    let known = StoredValue::new(untrack(|| unread.get()).is_some());
    on_change(
        move || unread.get(),
        move || {
            if known.get_value() {
                rows.again();
            }
            known.set_value(true);
        },
    );
    let settings = super::SETTINGS;
    let none = move || (session::unread() == 0).then(|| text(words::NONE_UNREAD));
    let actions = (
        a().attr("class", "button").attr("href", settings).child(t(words::CHOICES)),
        Button::new(words::MARK_ALL).refused(none).on_click(|| read(Vec::new())).view(),
    );
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, Some(actions.into_any())))
        .child(list.view(rows))
        .into_any()
}

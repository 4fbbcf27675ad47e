//! The exports (导出记录): what was asked for, how far it is, and the files while they last.

use crate::i18n::texts::{Key, exports as words};
use crate::i18n::{fill, format, plural, text};
use crate::kit::export::list_name;
use crate::kit::list::List;
use crate::kit::table::{Cell, Column};
use crate::kit::{moment, page, send};
use crate::ui::badge::{Tone, badge_bit};
use crate::ui::button::row_button;
use crate::ui::copy::copyable_bit;
use crate::ui::dialog;
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::rows::{Bit, bit};
use contract::exports::{Export, ExportDelete, ExportList, State};

const COLUMNS: &[Column<Export>] = &[
    Column { key: "file", title: words::FILE, set: Cell::Head, sort: None, cell: file_cell },
    Column { key: "state", title: words::STATE, set: Cell::Text, sort: None, cell: state_cell },
    Column {
        key: "rows",
        title: words::ROWS,
        set: Cell::Number,
        sort: None,
        cell: |e| format::number(e.rows).into(),
    },
    Column { key: "size", title: words::SIZE, set: Cell::Number, sort: None, cell: size_cell },
    Column { key: "sha256", title: words::SHA256, set: Cell::Text, sort: None, cell: hash_cell },
    Column {
        key: "by",
        title: words::ASKED_BY,
        set: Cell::Text,
        sort: None,
        cell: |e| e.asked_by.as_str().into(),
    },
    Column {
        key: "at",
        title: words::ASKED_AT,
        set: Cell::Text,
        sort: None,
        cell: |e| moment::cell(e.created_at).into(),
    },
    Column { key: "until", title: words::KEPT_UNTIL, set: Cell::Text, sort: None, cell: until_cell },
    Column { key: "actions", title: words::ACTIONS, set: Cell::Actions, sort: None, cell: action_cell },
];

fn file_cell(export: &Export) -> Bit {
    let name = format!("{} · {}", text(list_name(export.list)), export.format.as_str().to_ascii_uppercase());
    let name = if export.masked { fill(words::MASKED, &[("name", &name)]) } else { name };
    if export.state == State::Done && export.mine {
        let href = format!("/api/exports/{}/file", export.id);
        return bit("a").attr("href", href).attr("download", export.file_name.clone()).child(name).into();
    }
    name.into()
}

fn state_words(state: State) -> (Tone, Key) {
    match state {
        State::Waiting => (Tone::Neutral, words::WAITING),
        State::Running => (Tone::Accent, words::RUNNING),
        State::Done => (Tone::Good, words::DONE),
        State::Failed => (Tone::Bad, words::FAILED),
        State::Gone => (Tone::Neutral, words::GONE),
    }
}

fn state_cell(export: &Export) -> Bit {
    let (tone, key) = state_words(export.state);
    let badge = badge_bit(tone, text(key));
    if export.state != State::Running {
        return badge.into();
    }
    let bar = bit("progress").attr("aria-label", text(key));
    // Without a known total the bar only says that something is being done.
    let bar = match export.expected {
        0 => bar,
        expected => {
            bar.attr("max", expected.to_string()).attr("value", export.rows.min(expected).to_string())
        }
    };
    bit("span").attr("class", "with-badge").child(badge).child(bar).into()
}

fn size_cell(export: &Export) -> Bit {
    if export.bytes == 0 { "–".into() } else { format::bytes(export.bytes).into() }
}

fn hash_cell(export: &Export) -> Bit {
    if export.sha256.is_empty() { "–".into() } else { copyable_bit(&export.sha256).into() }
}

fn until_cell(export: &Export) -> Bit {
    match (export.state, export.expires_at) {
        (State::Done, Some(at)) => moment::cell(at).into(),
        _ => "–".into(),
    }
}

fn action_cell(export: &Export) -> Bit {
    let id = export.id.clone();
    if export.state == State::Gone || !export.mine {
        return "".into();
    }
    let words = text(if export.state.is_open() { words::STOP } else { words::DELETE });
    let act = move || {
        let id = id.clone();
        let remove = move || {
            send::ask::<ExportDelete>(&id, |_| LOADED.with(|l| l.update(|n| *n += 1)));
        };
        dialog::confirm(words::DELETE_TITLE, words::DELETE_TEXT, words::DELETE, remove);
    };
    row_button("delete", words, format!("delete-{}", export.id), None, act).into()
}

thread_local! {
    /// Counts the changes made here, after which the list is loaded again.
    static LOADED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// The page.
pub fn page() -> AnyView {
    let list = List {
        name: "exports",
        title: words::TITLE.into(),
        columns: COLUMNS,
        id: |export: &Export| export.id.0.clone(),
        search: None,
        filters: Vec::new(),
        fixed: Vec::new(),
        export: None,
        views: false,
        bulk: None,
        empty: (words::EMPTY, words::EMPTY_HINT),
        class: "exports",
        default_sort: "",
        area: "exports",
    };
    let rows = list.load::<ExportList>(());
    let changed = LOADED.with(Clone::clone);
    on_change(move || changed.get(), move || rows.again());
    rows.while_open(|page| page.items.iter().any(|e| e.state.is_open()));
    let done = move || {
        let page = rows.get()?;
        let open = page.items.iter().filter(|e| e.state.is_open()).count();
        Some(plural(words::OPEN, i64::try_from(open).unwrap_or(0), &[]))
    };
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, None))
        .child(div().attr("class", "unseen").attr("role", "status").child(done))
        .child(list.view(rows))
        .into_any()
}

//! The palette (Ctrl or Cmd+K): goes to a page, a customer or a receipt by a few letters of its name or by
//! its id; and the sheet of keyboard shortcuts (`?`).

use super::shortcuts;
use crate::api;
use crate::i18n::texts::{batches as batch_words, palette as words};
use crate::i18n::{t, text};
use crate::kit::errors;
use crate::kit::load::Load;
use crate::kit::suggest::{Hit, Suggest};
use crate::pages::funds::movement::Direction;
use crate::pages::{batches, customers, funds};
use crate::ui::button::Button;
use crate::ui::dialog::Dialog;
use crate::ui::dom;
use crate::ui::el::{div, p};
use crate::ui::icon::Icon;
use crate::ui::prelude::*;
use crate::{router, routes, session};
use contract::access::Permission;
use contract::customers::{CustomerList, CustomerRow, ListQuery};
use contract::id::{BatchId, TransferId};
use contract::page::Page;
use contract::text::MAX_SEARCH;

/// What is open over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// The palette.
    Palette,
    /// The sheet of shortcuts.
    Shortcuts,
}

thread_local! {
    static OPEN: ArcRwSignal<Option<Panel>> = ArcRwSignal::new(None);
}

/// Customers that are shown.
const MOST: usize = 8;
/// For so many of the customers that are found, what can be done with them is offered too.
const ACTED_ON: usize = 2;

/// Opens a panel, unless a dialog has the person's attention.
pub fn open(panel: Panel) {
    if dom::find("dialog[open]").is_none() {
        OPEN.with(|o| o.set(Some(panel)));
    }
}

/// The button that opens the palette.
#[must_use]
pub fn button() -> AnyView {
    Button::new(words::TITLE)
        .icon_only(Icon::Search)
        .look(crate::ui::button::Look::Quiet)
        .on_click(|| open(Panel::Palette))
        .view()
}

/// Where the panels appear.
#[must_use]
pub fn place() -> AnyView {
    let open = OPEN.with(Clone::clone);
    let close = open.clone();
    // Going anywhere closes it.
    on_change(router::path, move || close.set(None));
    (move || {
        let close = open.clone();
        let close = move || close.set(None);
        open.get().map(|panel| match panel {
            Panel::Palette => palette(close),
            Panel::Shortcuts => shortcuts::sheet(close),
        })
    })
    .into_any()
}

/// The pages that the person may see and whose names fit.
fn pages(typed: &str) -> Vec<Hit> {
    let wanted = dom::lower(typed);
    let may = |permission: Option<Permission>| permission.is_none_or(session::can);
    routes::all()
        .filter(|page| !crate::routes::is_public(page.path) && !page.path.contains(':') && may(page.access))
        .map(|page| Hit {
            kind: Some(words::PAGE),
            name: text(page.title),
            detail: String::new(),
            value: page.path.into(),
        })
        .filter(|hit| dom::lower(&hit.name).contains(&wanted))
        .collect()
}

fn customer(row: &CustomerRow) -> Hit {
    Hit {
        kind: Some(words::CUSTOMER),
        name: row.title().to_owned(),
        detail: row.account_name.clone(),
        value: customers::href(&row.id),
    }
}

/// What can be done with a customer at once.
fn actions(row: &CustomerRow) -> Vec<Hit> {
    let can = |d: &Direction| d.refusal(row.association, row.frozen).is_none();
    let hit = |d: Direction| Hit {
        kind: Some(words::ACTION),
        name: format!("{} · {}", text(d.name()), row.title()),
        detail: String::new(),
        value: format!("{}?act={}&for={}", customers::href(&row.id), d.word(), row.id),
    };
    Direction::ALL.into_iter().filter(can).map(hit).collect()
}

/// Records that are found by their whole id: receipts and batches.
fn records(typed: &str) -> Vec<Hit> {
    if typed.len() != 32 || !typed.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Vec::new();
    }
    let hit = |kind, value| Hit { kind: Some(kind), name: typed.to_owned(), detail: String::new(), value };
    let receipt = session::can(Permission::AdjustmentsRead)
        .then(|| hit(words::RECEIPT, funds::receipt_href(&TransferId(typed.to_owned()))));
    let batch = session::can(Permission::Batches)
        .then(|| hit(batch_words::BATCH, batches::href(&BatchId(typed.to_owned()))));
    receipt.into_iter().chain(batch).collect()
}

fn palette(close: impl Fn() + Clone + Send + Sync + 'static) -> AnyView {
    let typed = RwSignal::new(String::new());
    let asked = RwSignal::new(String::new());
    let shows = RwSignal::new(true);
    let found: Load<Page<CustomerRow>> = Load::new(move || {
        let q = asked.get();
        let may = session::can(Permission::CustomersRead) && !q.is_empty();
        may.then(|| api::call::<CustomerList>(&(), &ListQuery { q: Some(q), ..ListQuery::default() }, &()))
    });
    let hits = memo(move || {
        let text = typed.with(|t| t.trim().to_owned());
        let mut all = pages(&text);
        // Answers to an older text are not for this one.
        if !text.is_empty() && asked.with(|a| *a == text) {
            let found = found.get();
            let rows: Vec<&CustomerRow> =
                found.iter().flat_map(|page| page.items.iter().take(MOST)).collect();
            all.extend(rows.iter().map(|row| customer(row)));
            all.extend(rows.iter().take(ACTED_ON).flat_map(|row| actions(row)));
        }
        all.extend(records(&text));
        all
    });
    let leave = close.clone();
    let suggest = Suggest::new((typed, asked, shows), hits, move |hit| {
        leave();
        router::go(&hit.value);
    });
    let nothing = move || {
        let text_is = typed.with(|t| t.trim().to_owned());
        let waiting = found.pending() && !text_is.is_empty() || asked.with(|a| *a != text_is);
        (hits.with(Vec::is_empty) && !waiting).then(|| text(words::NOTHING))
    };
    let body = div()
        .attr("class", "palette")
        .child(
            suggest
                .input()
                .attr("class", "input palette__input")
                .attr("aria-label", t(words::TITLE))
                .attr("placeholder", t(words::HINT))
                .attr("autofocus", "")
                .attr("maxlength", MAX_SEARCH.to_string()),
        )
        .child(suggest.list(words::TITLE.into(), "palette__hits"))
        .child(p().attr("class", "field__hint").attr("role", "status").child(nothing))
        .child(move || found.failure().map(errors::notice))
        .into_any();
    Dialog::new(words::TITLE, close).view(body)
}

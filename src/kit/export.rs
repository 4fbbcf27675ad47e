//! Files of a list (导出): the button above a table asks for one, a job makes it, the page of exports has it.

use crate::api;
use crate::i18n::texts::{Key, exports as words};
use crate::i18n::{fill, t, text};
use crate::kit::selection::Selection;
use crate::kit::{errors, pager};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::dom::spawn;
use crate::ui::el::{div, p};
use crate::ui::icon::Icon;
use crate::ui::prelude::*;
use crate::ui::radios::radios;
use crate::ui::toast;
use crate::{router, session};
use contract::access::Permission;
use contract::exports::{ExportColumn, ExportCreate, Format, ListName, NewExport};
use contract::id::CustomerId;
use contract::page::PAGE_SIZES;
use std::rc::Rc;
use std::sync::Arc;

/// The formats of a file, with their names.
const FORMATS: [(Format, Key); 2] = [(Format::Xlsx, words::FORMAT_XLSX), (Format::Csv, words::FORMAT_CSV)];

/// Which rows go into a file, by their places among [`WHICH`].
const ALL: usize = 0;
const THIS_PAGE: usize = 1;
const CHOSEN: usize = 2;
const WHICH: [Key; 3] = [words::ROWS_ALL, words::ROWS_PAGE, words::ROWS_CHOSEN];

/// The page of exports.
pub const PAGE: &str = "/exports";

/// The columns of a file by their keys, with their headings: those that the table shows, or all.
pub type Columns = Arc<dyn Fn(bool) -> Vec<(&'static str, Key)> + Send + Sync>;

/// The name of a list.
#[must_use]
pub fn list_name(of: ListName) -> Key {
    match of {
        ListName::Customers => words::LIST_CUSTOMERS,
        ListName::Adjustments => words::LIST_ADJUSTMENTS,
        ListName::Audit => words::LIST_AUDIT,
        ListName::Consumption => words::LIST_CONSUMPTION,
    }
}

/// The heading of a column that files have and tables do not.
#[must_use]
pub fn title(key: &str) -> Option<Key> {
    Some(match key {
        "email" => words::COLUMN_EMAIL,
        "id" => words::COLUMN_ID,
        "label" => words::COLUMN_LABEL,
        "level" => words::COLUMN_LEVEL,
        "frozen" => words::COLUMN_FROZEN,
        "currency" => words::COLUMN_CURRENCY,
        "customer" => words::COLUMN_CUSTOMER,
        "customer_id" => words::COLUMN_CUSTOMER_ID,
        "subject" => words::COLUMN_SUBJECT,
        "hash" => words::COLUMN_HASH,
        "provider" => words::COLUMN_PROVIDER,
        _ => return None,
    })
}

/// The filters and the order in the address, as the list's query string.
fn list_query(list: ListName, fixed: &[(&'static str, String)]) -> String {
    let value = |name: &&str| {
        let own = fixed.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        own.or_else(|| untrack(|| router::param(name))).map(|v| format!("{name}={}", router::encode(&v)))
    };
    list.filters().iter().filter_map(value).collect::<Vec<_>>().join("&")
}

/// The button, for those who may. `fixed` is what the page itself filters by.
#[must_use]
pub fn button(
    list: ListName,
    columns: Columns,
    fixed: Vec<(&'static str, String)>,
    selection: Option<Selection>,
) -> AnyView {
    let open = RwSignal::new(false);
    let allowed = move || session::allows(Permission::Exports) == Some(true);
    (move || {
        let (columns, fixed) = (columns.clone(), fixed.clone());
        allowed().then(|| {
            (
                Button::new(words::EXPORT)
                    .icon(Icon::Download)
                    .look(Look::Quiet)
                    .on_click(move || open.set(true))
                    .view(),
                move || open.get().then(|| form(list, columns.clone(), fixed.clone(), selection, open)),
            )
                .into_any()
        })
    })
    .into_any()
}

fn form(
    list: ListName,
    columns: Columns,
    fixed: Vec<(&'static str, String)>,
    selection: Option<Selection>,
    open: RwSignal<bool>,
) -> AnyView {
    // What was chosen when the dialog opened; without any, all that the filters match.
    let ids = selection.map(Selection::ids).unwrap_or_default();
    let which = RwSignal::new(if ids.is_empty() { ALL } else { CHOSEN });
    let offered = if ids.is_empty() { &WHICH[..CHOSEN] } else { &WHICH[..] };
    let format = RwSignal::new(Format::Xlsx);
    let all = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None);
    let send = move || {
        if busy.get_untracked() {
            return;
        }
        let chosen = columns(all.get_untracked());
        let columns = chosen
            .into_iter()
            .map(|(key, title)| ExportColumn { key: key.into(), title: text(title) })
            .collect();
        let which = which.get_untracked();
        let mut query = list_query(list, &fixed);
        if which == THIS_PAGE {
            let limit = untrack(pager::limit).unwrap_or(PAGE_SIZES[0]);
            query.push_str(&format!("&limit={limit}"));
            if let Some(page) = untrack(|| router::param("page")) {
                query.push_str(&format!("&page={page}"));
            }
        }
        let ids = if which == CHOSEN { ids.iter().cloned().map(CustomerId).collect() } else { Vec::new() };
        let format = format.get_untracked();
        let new = NewExport { list, format, query, columns, page_only: which == THIS_PAGE, ids };
        busy.set(true);
        failure.set(None);
        spawn(async move {
            match api::send_for(api::call::<ExportCreate>(&(), &(), &new)).await {
                Ok(_) => {
                    toast::tell(text(words::ASKED));
                    open.try_set(false);
                    router::go(PAGE);
                }
                Err(why) => _ = failure.try_set(Some(why)),
            }
            busy.try_set(false);
        });
    };
    let body = div()
        .attr("class", "form")
        .child(p().child(move || fill(words::FORM_TEXT, &[("list", &text(list_name(list)))])))
        .child(radios(words::ROWS_OF, offered, Rc::new(move || which.get()), Rc::new(move |n| which.set(n))))
        .child(radios(
            words::FORMAT,
            &FORMATS.map(|(_, name)| name),
            Rc::new(move || FORMATS.iter().position(|(f, _)| *f == format.get()).unwrap_or(0)),
            Rc::new(move |n| format.set(FORMATS[n].0)),
        ))
        .child(radios(
            words::COLUMNS,
            &[words::COLUMNS_SHOWN, words::COLUMNS_ALL],
            Rc::new(move || usize::from(all.get())),
            Rc::new(move |n| all.set(n == 1)),
        ))
        .child(masked_note())
        .child(move || failure.get().map(errors::notice))
        .child(dialog::actions(vec![
            Button::new(crate::i18n::texts::ui::CANCEL).on_click(move || open.set(false)).view(),
            Button::new(words::EXPORT).look(Look::Primary).busy(busy).on_click(send).view(),
        ]))
        .into_any();
    Dialog::new(words::FORM_TITLE, move || open.set(false)).class("dialog--small").view(body)
}

fn masked_note() -> AnyView {
    (move || {
        (session::allows(Permission::CustomersReveal) == Some(false))
            .then(|| p().attr("class", "field__hint").child(t(words::MASKED_NOTE)))
    })
    .into_any()
}

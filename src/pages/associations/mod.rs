//! Switching the type of an association and ending it (切换关联类型, 解除关联), and the records of both
//! (关联关系操作记录).

mod ask;
mod records;
mod words_of;

pub use words_of::{obstacle, state_words};

use crate::i18n::texts::associations as words;
use crate::parts::{self, Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::prelude::*;
use contract::access::Permission;
use contract::id::CustomerId;

/// The records (关联关系操作记录).
const RECORDS: &str = "/association-records";
/// The name of the dialog among the views.
const ASK: &str = "association";

/// The pages of this area.
pub const PAGES: &[Page] = &[Page {
    path: RECORDS,
    title: words::TITLE,
    menu: Some(Menu { group: Group::Customers, icon: Icon::Again }),
    parent: None,
    access: Some(Permission::CustomersRelate),
    part: Part::Development,
}];

/// What they show.
pub const VIEWS: &[View] = &[(RECORDS, records::page), (ASK, ask::opened)];

/// A customer whose further actions are open: id and name.
type Of = (CustomerId, String);

thread_local! {
    static OPEN: ArcRwSignal<Option<Of>> = ArcRwSignal::new(None);
}

/// Opens what else can be done with a customer (更多).
pub fn more(id: &CustomerId, name: &str) {
    OPEN.with(|open| open.set(Some((id.clone(), name.to_owned()))));
}

fn close() {
    OPEN.with(|open| open.set(None));
}

/// The dialog's place on a page.
pub fn place() -> AnyView {
    let open = OPEN.with(Clone::clone);
    on_cleanup(close);
    (move || {
        open.get().map(|_| {
            parts::piece(Part::Development, ASK, |failed| {
                failed.map(|failed| Dialog::new(words::MORE, close).view(failed)).into_any()
            })
        })
    })
    .into_any()
}

//! Work on many customers at once (批量拨款, 批量回收): prepared from a selection, a filter or a file, looked
//! at, started, and taken back.

mod detail;
pub mod form;
mod import;
mod list;
mod rows;

use crate::i18n::texts::{Key, batches as words};
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::badge::Tone;
use crate::ui::icon::Icon;
use contract::access::Permission;
use contract::batches::{Kind, State};
use contract::id::BatchId;

/// The list of batches.
pub const LIST: &str = "/batches";
/// Bringing a file.
const IMPORT: &str = "/imports/new";
/// One batch.
const DETAIL: &str = "/batches/:id";

/// The address of a batch.
#[must_use]
pub fn href(id: &BatchId) -> String {
    format!("{LIST}/{id}")
}

/// What a kind of batch is called.
#[must_use]
pub fn kind_name(kind: Kind) -> Key {
    match kind {
        Kind::Appropriation => words::APPROPRIATION,
        Kind::Reclaim => words::RECLAIM,
    }
}

/// A state in words, with its tone.
fn state_words(state: State) -> (Tone, Key) {
    match state {
        State::Checking => (Tone::Accent, words::CHECKING),
        State::Ready => (Tone::Notice, words::READY),
        State::Running => (Tone::Accent, words::RUNNING),
        State::Done => (Tone::Good, words::DONE),
        State::Cancelled => (Tone::Neutral, words::CANCELLED),
        State::Failed => (Tone::Bad, words::FAILED),
    }
}

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: LIST,
        title: words::TITLE,
        menu: Some(Menu { group: Group::Customers, icon: Icon::Stack }),
        parent: None,
        access: Some(Permission::Batches),
        part: Part::Batches,
    },
    Page {
        path: DETAIL,
        title: words::BATCH,
        menu: None,
        parent: Some(LIST),
        access: Some(Permission::Batches),
        part: Part::Batches,
    },
    Page {
        path: IMPORT,
        title: words::IMPORT,
        menu: None,
        parent: Some(LIST),
        access: Some(Permission::Batches),
        part: Part::Batches,
    },
];

/// What they show.
pub const VIEWS: &[View] = &[(LIST, list::page), (DETAIL, detail::page), (IMPORT, import::page)];

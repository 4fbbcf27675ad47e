//! Customer development (销售 > 拓新 > 客户拓展): customers are reported, and invited by mail or by a general link.

mod email;
mod guide;
mod import;
mod invite;
mod invited;
mod links;
mod list;
mod page;
mod report;
mod words_of;

pub use words_of::{cause, cause_cure};

use crate::i18n::texts::prospects as words;
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::icon::Icon;
use contract::access::Permission;

/// Customer development (客户拓展).
const DEVELOPMENT: &str = "/customer-development";
/// Reports out of a file.
const IMPORT: &str = "/customer-development/import";

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: DEVELOPMENT,
        title: words::TITLE,
        menu: Some(Menu { group: Group::Development, icon: Icon::Mail }),
        parent: None,
        access: Some(Permission::CustomersDevelop),
        part: Part::Development,
    },
    Page {
        path: IMPORT,
        title: words::IMPORT,
        menu: None,
        parent: Some(DEVELOPMENT),
        access: Some(Permission::CustomersDevelop),
        part: Part::Development,
    },
];

/// What they show.
pub const VIEWS: &[View] = &[(DEVELOPMENT, page::page), (IMPORT, import::page)];

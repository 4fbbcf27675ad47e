//! The partner itself: its information and settings (伙伴信息).

mod company;
mod limits;
mod preferences;
mod settings;

pub use company::logo_href;

use crate::i18n::texts::Key;
use crate::i18n::texts::partner as words;
use crate::routes::Page;

/// Personal profile and settings (个人资料).
pub const SETTINGS: &str = "/settings";
/// The partner as a company (公司信息).
pub const COMPANY: &str = "/company";
/// Its title, for the account menu.
pub const COMPANY_TITLE: Key = words::COMPANY;
/// The title of the settings' page, for the account menu.
pub const SETTINGS_TITLE: Key = words::PROFILE;

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: COMPANY,
        title: words::COMPANY,
        menu: None,
        parent: None,
        access: None,
        view: company::page,
    },
    Page {
        path: SETTINGS,
        title: words::PROFILE,
        menu: None,
        parent: None,
        access: None,
        view: settings::page,
    },
];

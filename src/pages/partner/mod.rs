//! The partner itself: its information and settings (伙伴信息).

mod limits;
mod settings;

use crate::i18n::texts::Key;
use crate::i18n::texts::partner as words;
use crate::routes::Page;

/// Personal profile and settings (个人资料).
pub const SETTINGS: &str = "/settings";
/// The title of the settings' page, for the account menu.
pub const SETTINGS_TITLE: Key = words::PROFILE;

/// The pages of this area.
pub const PAGES: &[Page] = &[Page {
    path: SETTINGS,
    title: words::PROFILE,
    menu: None,
    parent: None,
    access: None,
    view: settings::page,
}];

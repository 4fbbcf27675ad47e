//! The partner itself: its information and settings (伙伴信息).

mod company;
mod limits;
mod preferences;
mod settings;
mod sso;

pub use company::logo_href;

use crate::i18n::texts::Key;
use crate::i18n::texts::{partner as words, sso as sso_words};
use crate::parts::{Part, View};
use crate::routes::Page;
use contract::access::Permission;

/// Personal profile and settings (个人资料).
pub const SETTINGS: &str = "/settings";
/// The partner as a company (公司信息).
pub const COMPANY: &str = "/company";
/// The partner's identity provider (单点登录).
pub const SSO: &str = "/settings/sso";
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
        part: Part::Settings,
    },
    Page {
        path: SETTINGS,
        title: words::PROFILE,
        menu: None,
        parent: None,
        access: None,
        part: Part::Settings,
    },
    Page {
        path: SSO,
        title: sso_words::TITLE,
        menu: None,
        parent: Some(SETTINGS),
        access: Some(Permission::PartnerSettings),
        part: Part::Settings,
    },
];

/// What they show.
pub const VIEWS: &[View] = &[(COMPANY, company::page), (SETTINGS, settings::page), (SSO, sso::page)];

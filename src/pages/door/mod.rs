//! The customer's door: opening an invitation, and the account centre (账号中心). Open to everybody who has a link, or
//! proves an address; phone first.

mod account;
mod consents;
mod enter;
mod offer;
mod requests;

use crate::i18n::texts::door as words;
use crate::parts::{Part, View};
use crate::routes::Page;

/// Where customers' links lead.
pub const INVITATION: &str = "/invitation/:token";
/// The account centre (账号中心).
pub const ACCOUNT: &str = "/account";

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: INVITATION,
        title: words::OFFER_TITLE,
        menu: None,
        parent: None,
        access: None,
        part: Part::Door,
    },
    Page { path: ACCOUNT, title: words::CENTRE, menu: None, parent: None, access: None, part: Part::Door },
];

/// What they show.
pub const VIEWS: &[View] = &[(INVITATION, offer::page), (ACCOUNT, account::page)];

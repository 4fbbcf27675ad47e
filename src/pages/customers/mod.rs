//! Customers of the partner (销售 > 客户 > 客户管理).

mod balance;
mod consumption;
mod detail;
mod info;
pub mod list;
mod timeline;

use crate::i18n::texts::customers as words;
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::icon::Icon;
use contract::access::Permission;
use contract::id::CustomerId;

/// The list (客户管理).
pub const LIST: &str = "/customers";
/// One customer.
const DETAIL: &str = "/customers/:id";

/// The address of a customer's page.
#[must_use]
pub fn href(id: &CustomerId) -> String {
    format!("{LIST}/{id}")
}

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: LIST,
        title: words::TITLE,
        menu: Some(Menu { group: Group::Customers, icon: Icon::People }),
        parent: None,
        access: Some(Permission::CustomersRead),
        part: Part::Customers,
    },
    Page {
        path: DETAIL,
        title: words::CUSTOMER,
        menu: None,
        parent: Some(LIST),
        access: Some(Permission::CustomersRead),
        part: Part::Funds,
    },
];

/// What the list shows.
pub const LIST_VIEWS: &[View] = &[(LIST, list::page)];

/// What the others show.
pub const VIEWS: &[View] = &[(DETAIL, detail::page)];

//! Which customer manager a customer is assigned to (销售 > 客户 > 客户分配).

mod assign;
mod managed;
mod managers;

pub use assign::{Assigning, one};

use crate::i18n::texts::assignments as words;
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::icon::Icon;
use contract::access::Permission;
use contract::id::UserId;

/// The managers (客户分配).
const MANAGERS: &str = "/customer-assignments";
/// The customers of one (查看客户列表).
const MANAGED: &str = "/customer-assignments/:id";

/// The address of a manager's customers.
fn managed_href(id: &UserId) -> String {
    format!("{MANAGERS}/{id}")
}

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: MANAGERS,
        title: words::TITLE,
        menu: Some(Menu { group: Group::Customers, icon: Icon::Person }),
        parent: None,
        access: Some(Permission::CustomersAssign),
        part: Part::Organisation,
    },
    Page {
        path: MANAGED,
        title: words::MANAGED,
        menu: None,
        parent: Some(MANAGERS),
        access: Some(Permission::CustomersAssign),
        part: Part::Organisation,
    },
];

/// What they show.
pub const VIEWS: &[View] = &[(MANAGERS, managers::page), (MANAGED, managed::page)];

//! Money of the partner and its customers: 资金管理, 拨款, 回收, 调账记录.

pub mod balances;
pub mod movement;
mod movement_form;
mod movement_review;
pub mod receipt;
pub mod records;
mod unsettled;

use crate::i18n::texts::funds as words;
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::icon::Icon;
use contract::access::Permission;
use contract::id::TransferId;

/// The adjustment records (调账记录).
pub const RECORDS: &str = "/adjustments";
/// The partner's balances (资金管理).
pub const FUNDS: &str = "/funds";
/// The receipt of one movement.
const RECEIPT: &str = "/transfers/:id";

/// The address of a receipt.
#[must_use]
pub fn receipt_href(id: &TransferId) -> String {
    format!("/transfers/{id}")
}

/// The name of the movement's dialog among the views.
const MOVEMENT: &str = "movement";

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: RECORDS,
        title: words::RECORDS,
        menu: Some(Menu { group: Group::Customers, icon: Icon::List }),
        parent: None,
        access: Some(Permission::AdjustmentsRead),
        part: Part::Funds,
    },
    Page {
        path: RECEIPT,
        title: words::RECEIPT,
        menu: None,
        parent: Some(RECORDS),
        access: Some(Permission::AdjustmentsRead),
        part: Part::Funds,
    },
    Page {
        path: FUNDS,
        title: words::FUNDS,
        menu: Some(Menu { group: Group::Finance, icon: Icon::Wallet }),
        parent: None,
        access: Some(Permission::FundsRead),
        part: Part::Funds,
    },
];

/// What they show.
pub const VIEWS: &[View] = &[
    (MOVEMENT, movement::asked),
    (RECORDS, records::page),
    (RECEIPT, receipt::page),
    (FUNDS, balances::page),
];

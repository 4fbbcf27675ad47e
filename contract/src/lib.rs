//! What both sides of Partner Center agree on: wire types, every endpoint declared once,
//! and the pure business rules. No I/O, no clock, no randomness, no framework.

pub mod access;
pub mod api;
pub mod approvals;
pub mod assignments;
pub mod associations;
pub mod audit;
pub mod batches;
pub mod bss;
pub mod codes;
pub mod company;
pub mod consumption;
pub mod customers;
pub mod door;
pub mod error;
pub mod exports;
pub mod factors;
pub mod filter;
pub mod funds;
pub mod iam;
pub mod id;
pub mod identity;
pub mod imports;
pub mod keys;
pub mod money;
pub mod notices;
pub mod organisation;
pub mod page;
pub mod partner;
pub mod passkeys;
pub mod person;
pub mod preferences;
pub mod prospects;
pub mod receivers;
pub mod sso;
pub mod text;
pub mod time;
pub mod views;
pub mod webhooks;
pub mod words;

use api::Operation;

/// Every operation that the server offers, area by area.
/// The router, the OpenAPI document and the access tests walk this list.
#[must_use]
pub fn operations() -> Vec<Operation> {
    [
        identity::operations(),
        person::operations(),
        factors::operations(),
        passkeys::operations(),
        sso::operations(),
        customers::operations(),
        assignments::operations(),
        prospects::operations(),
        associations::operations(),
        door::operations(),
        consumption::operations(),
        funds::operations(),
        audit::operations(),
        exports::operations(),
        approvals::operations(),
        batches::operations(),
        imports::operations(),
        views::operations(),
        notices::operations(),
        organisation::operations(),
        keys::operations(),
        webhooks::operations(),
        partner::operations(),
        company::operations(),
        preferences::operations(),
        receivers::operations(),
        bss::operations(),
        iam::operations(),
    ]
    .concat()
}

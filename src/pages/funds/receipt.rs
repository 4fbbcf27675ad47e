//! The receipt of a movement: as a page, and as the last step of the dialog.

use super::RECORDS;
use crate::i18n::texts::funds as words;
use crate::i18n::{t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::{amount, errors, labels, moment, page};
use crate::pages::customers;
use crate::ui::badge::badge;
use crate::ui::copy::copyable;
use crate::ui::el::{a, div, p};
use crate::ui::prelude::*;
use crate::ui::skeleton;
use crate::{api, routes, session, shell};
use contract::access::Permission;
use contract::error::Code;
use contract::funds::{Receipt, ReceiptView};
use contract::id::TransferId;

/// The page.
pub fn page() -> AnyView {
    let id = TransferId(routes::part("id"));
    let receipt: Load<Receipt> = {
        let id = id.clone();
        Load::new(move || Some(api::call::<ReceiptView>(&id, &(), &())))
    };
    effect(move || {
        if let Some(receipt) = receipt.get() {
            let kind = text(labels::adjustment(receipt.adjustment.kind));
            page::set_object(Some(format!("{kind} {}", receipt.adjustment.customer_name)));
        }
    });
    let view = move || match (receipt.get(), receipt.failure()) {
        (Some(receipt), _) => {
            (page::head(words::RECEIPT, None, None), div().attr("class", "card").child(facts(&receipt)))
                .into_any()
        }
        (None, Some(f)) if f.code() == Some(Code::NotFound) => shell::not_found(),
        (None, Some(f)) if f.code() == Some(Code::Forbidden) => shell::no_access(None),
        (None, Some(f)) => errors::region(f, move || receipt.again()),
        (None, None) => (page::head(words::RECEIPT, None, None), skeleton::lines(8)).into_any(),
    };
    div().attr("class", "page page--narrow").child(view).into_any()
}

/// What the receipt says.
#[must_use]
pub fn facts(receipt: &Receipt) -> AnyView {
    let adjustment = &receipt.adjustment;
    let customer =
        a().attr("href", customers::href(&adjustment.customer_id)).child(adjustment.customer_name.clone());
    let memo = if adjustment.memo.is_empty() { "–".to_owned() } else { adjustment.memo.clone() };
    facts::list(vec![
        fact(
            words::KIND,
            badge(labels::adjustment_tone(adjustment.kind), labels::adjustment(adjustment.kind)),
        ),
        fact(words::AMOUNT, amount::view(adjustment.amount)),
        fact(words::CUSTOMER, customer.into_any()),
        fact(words::TRANSFER_ID, copyable(adjustment.transfer_id.0.clone())),
        fact(words::AT, moment::view(adjustment.at)),
        fact(words::ACTOR, adjustment.actor.clone().into_any()),
        fact(words::PARTNER_AFTER, amount::view(receipt.partner_after)),
        fact(words::CUSTOMER_AFTER, amount::view(receipt.customer_after)),
        fact(words::MEMO, memo.into_any()),
    ])
}

/// Where to read on from a receipt in a dialog.
#[must_use]
pub fn links(receipt: &Receipt) -> AnyView {
    let customer = &receipt.adjustment.customer_id;
    if !session::can(Permission::AdjustmentsRead) {
        return a().attr("href", customers::href(customer)).child(t(words::TO_CUSTOMER)).into_any();
    }
    p().attr("class", "receipt-links")
        .child(
            a().attr("href", format!("{}?tab=adjustments", customers::href(customer)))
                .child(t(words::TO_CUSTOMER_RECORDS)),
        )
        .child(a().attr("href", RECORDS).child(t(words::TO_RECORDS)))
        .into_any()
}

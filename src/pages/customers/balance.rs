//! A customer's balance (账户余额): what is posted, held, and available.

use crate::i18n::t;
use crate::i18n::texts::{customers as words, funds as fund_words};
use crate::kit::load::Load;
use crate::pages::funds::balances;
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use contract::customers::Customer;
use contract::money::Money;

/// The tab.
#[must_use]
pub fn panel(customer: Load<Customer>) -> AnyView {
    (move || {
        let customer = customer.get()?;
        let (Some(posted), Some(available)) = (customer.balance, customer.row.available) else {
            return Some(p().attr("class", "card empty__hint").child(t(words::NO_BALANCE)).into_any());
        };
        let held = customer.held.unwrap_or(Money::new(0, posted.currency));
        Some(
            div()
                .attr("class", "card")
                .child(balances::formula(posted, held, available))
                .child(p().attr("class", "form__meta").child(t(fund_words::FORMULA_HINT)))
                .into_any(),
        )
    })
    .into_any()
}

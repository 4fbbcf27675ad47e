//! The partner's balances (资金管理).

use crate::api;
use crate::i18n::t;
use crate::i18n::texts::{Key, funds as words};
use crate::kit::load::Load;
use crate::kit::{amount, page};
use crate::ui::copy::copyable;
use crate::ui::el::{dd, div, dl, dt, p, section, span};
use crate::ui::prelude::*;
use crate::ui::skeleton;
use contract::funds::{Balance, BalanceList};
use contract::money::Money;

/// The page.
pub fn page() -> AnyView {
    let balances: Load<Vec<Balance>> = Load::new(|| Some(api::call::<BalanceList>(&(), &(), &())));
    let region = balances.region(
        || skeleton::lines(4),
        |all| {
            if all.is_empty() {
                return p().attr("class", "card empty__hint").child(t(words::NO_ACCOUNTS)).into_any();
            }
            all.iter().map(account).collect::<Vec<_>>().into_any()
        },
    );
    div()
        .attr("class", "page page--narrow")
        .child(page::head(words::FUNDS, None, None))
        .child(region)
        .child(p().attr("class", "form__meta").child(t(words::FORMULA_HINT)))
        .into_any()
}

fn account(balance: &Balance) -> AnyView {
    section()
        .attr("class", "card")
        .attr("aria-label", balance.account_id.clone())
        .child(
            div()
                .attr("class", "card__head")
                .child(span().attr("class", "card__name").child(t(words::ACCOUNT)))
                .child(copyable(balance.account_id.clone())),
        )
        .child(formula(balance.posted, balance.held, balance.available))
        .into_any()
}

/// available = posted − held, with the figures.
#[must_use]
pub fn formula(posted: Money, held: Money, available: Money) -> AnyView {
    let term = |name: Key, money, class| {
        div()
            .attr("class", class)
            .child(dt().child(t(name)))
            .child(dd().child(amount::view(money)))
            .into_any()
    };
    let sign =
        |sign: &'static str| span().attr("class", "formula__sign").attr("aria-hidden", "true").child(sign);
    dl().attr("class", "formula")
        .child(term(words::POSTED, posted, "formula__term"))
        .child(sign("−"))
        .child(term(words::HELD, held, "formula__term"))
        .child(sign("="))
        .child(term(words::AVAILABLE, available, "formula__term formula__term--result"))
        .into_any()
}

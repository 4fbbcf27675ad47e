//! Moving money, in the words of the console.

use super::answer::Answer;
use super::client::Client;
use contract::codes::{Challenge, StepUp};
use contract::funds::{Appropriate, AppropriationQuote, Balance, NewMovement, Receipt};
use contract::id::CustomerId;

/// A key that was never used.
pub fn fresh_key() -> String {
    server::ids::new()
}

/// Appropriates, without a code.
pub async fn move_now(client: &Client, customer: &str, amount: &str, key: &str) -> Answer<StepUp<Receipt>> {
    let body = NewMovement { amount: amount.to_owned(), memo: String::new() };
    client.call(Appropriate).at(&CustomerId::from(customer)).body(&body).key(key).send().await
}

/// Asks for an appropriation that waits for its code.
pub async fn hold(client: &Client, customer: &str, amount: &str, key: &str) -> Challenge {
    challenge(&move_now(client, customer, amount, key).await)
}

/// Repeats an appropriation with a code.
pub async fn confirm(
    client: &Client,
    customer: &str,
    amount: &str,
    key: &str,
    code: &str,
) -> Answer<StepUp<Receipt>> {
    let body = NewMovement { amount: amount.to_owned(), memo: String::new() };
    client.call(Appropriate).at(&CustomerId::from(customer)).body(&body).key(key).code(code).send().await
}

/// The receipt of a movement that must be done.
#[track_caller]
pub fn done(answer: &Answer<StepUp<Receipt>>) -> Receipt {
    match answer.ok() {
        StepUp::Done { result } => result,
        _ => panic!("a receipt, not {}", answer.text),
    }
}

/// The challenge of a movement that must wait for its code.
#[track_caller]
pub fn challenge(answer: &Answer<StepUp<Receipt>>) -> Challenge {
    match answer.ok() {
        StepUp::CodeNeeded { challenge } => challenge,
        _ => panic!("a challenge, not {}", answer.text),
    }
}

/// Posted, held and available of partner and customer, as decimals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub partner: [String; 3],
    pub customer: [String; 3],
}

impl Standing {
    /// For writing expectations.
    pub fn of(partner: [&str; 3], customer: [&str; 3]) -> Self {
        Self { partner: partner.map(str::to_owned), customer: customer.map(str::to_owned) }
    }
}

/// What partner and customer have, as a person sees it.
pub async fn standing(client: &Client, customer: &str) -> Standing {
    let quote = client.call(AppropriationQuote).at(&CustomerId::from(customer)).send().await.ok();
    let three = |b: &Balance| [b.posted.decimal(), b.held.decimal(), b.available.decimal()];
    Standing { partner: three(&quote.partner), customer: three(&quote.customer) }
}

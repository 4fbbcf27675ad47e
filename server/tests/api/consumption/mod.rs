//! What customers consumed, for all of a partner's customers together (capabilities 4 and 54).

mod lines;
mod published;
mod summary;
mod sums;

use crate::harness::Client;
use contract::consumption::{ConsumptionLine, ConsumptionLines, LineQuery};
use rust_decimal::Decimal;
use std::str::FromStr;

fn decimal(text: &str) -> Decimal {
    Decimal::from_str(text).expect("a decimal")
}

/// All pages of the lines, forwards; and backwards the same ones.
async fn all(person: &Client, query: &LineQuery) -> Vec<ConsumptionLine> {
    let mut query = LineQuery { limit: Some(25), ..query.clone() };
    let (mut found, mut pages) = (Vec::new(), Vec::new());
    let total = loop {
        let page = person.call(ConsumptionLines).query(&query).send().await.ok();
        found.extend(page.items.iter().cloned());
        pages.push(page.items);
        match page.next {
            Some(next) => query.page = Some(next),
            None => {
                query.page = page.previous;
                break page.total;
            }
        }
    };
    assert!(!total.more);
    assert_eq!(total.count, found.len() as i64, "{query:?}");
    for wanted in pages.iter().rev().skip(1) {
        let page = person.call(ConsumptionLines).query(&query).send().await.ok();
        assert_eq!(page.items, *wanted, "backwards");
        query.page = page.previous;
    }
    assert_eq!(query.page, None, "the first page has none before it");
    let places: Vec<_> = found.iter().map(|l| (l.day, l.id.clone())).collect();
    assert!(places.is_sorted_by(|a, b| a > b), "newest first, each once");
    found
}

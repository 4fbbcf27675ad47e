//! Customers in the console: the list, the search, one customer, personal data.

mod assign;
mod detail;
mod list;
mod search;

use crate::harness::fixture::{LONG_AGO, RESELLERS_SHOP, customer};
use contract::customers::{AssociationType, Frozen, ListQuery, Sort};
use contract::customers::{CustomerList, CustomerRow};
use server::customers::create::NewCustomer;

use crate::harness::Client;

/// A customer of the model, in the order of association.
#[derive(Debug, Clone)]
struct Known {
    id: String,
    name: String,
    account_name: String,
    label: String,
    consultative: bool,
    manager: Option<&'static str>,
    /// Available amount in fen.
    available: i64,
}

impl Known {
    fn new(n: usize, name: &str) -> Self {
        Self {
            // Ids of one moment share their first digits, others do not.
            id: format!("0192{:08x}{n:04x}000000000000{:04x}", n / 3, n * 7 % 10_007),
            name: name.to_owned(),
            account_name: format!("hwacct_{n:04}"),
            label: String::new(),
            consultative: n % 4 == 3,
            manager: None,
            available: 0,
        }
    }

    /// The customer that the reseller has from the beginning.
    fn first() -> Self {
        Self {
            id: RESELLERS_SHOP.into(), account_name: "hw_c006".into(), ..Self::new(0, "经销商的客户")
        }
    }

    fn row(&self) -> NewCustomer {
        NewCustomer {
            account_name: self.account_name.clone(),
            label: self.label.clone(),
            association: if self.consultative {
                AssociationType::Consultative
            } else {
                AssociationType::Resale
            },
            frozen: Frozen::No,
            manager: self.manager.map(Into::into),
            associated_on: LONG_AGO,
            ..customer(&self.id, &self.name)
        }
    }

    /// By what names are sorted.
    fn sort_name(&self) -> String {
        if self.name.is_empty() { &self.account_name } else { &self.name }.to_lowercase()
    }

    /// Whether a search for a text finds it.
    fn has(&self, text: &str) -> bool {
        let needle = text.trim().to_lowercase();
        [&self.name, &self.account_name, &self.label]
            .iter()
            .any(|field| field.to_lowercase().contains(&needle))
    }
}

/// The ids of the model's customers that pass, in the order of the sort.
fn expected(known: &[Known], sort: Sort, pass: impl Fn(&Known) -> bool) -> Vec<String> {
    let mut rows: Vec<(usize, &Known)> = known.iter().enumerate().filter(|(_, k)| pass(k)).collect();
    match sort {
        Sort::Newest | Sort::Oldest => rows.sort_by_key(|(place, _)| *place),
        Sort::Name | Sort::NameDown => rows.sort_by_key(|(_, k)| (k.sort_name().into_bytes(), k.id.clone())),
        Sort::Available | Sort::AvailableDown => rows.sort_by_key(|(_, k)| (k.available, k.id.clone())),
    }
    if matches!(sort, Sort::Newest | Sort::NameDown | Sort::AvailableDown) {
        rows.reverse();
    }
    rows.into_iter().map(|(_, k)| k.id.clone()).collect()
}

const SORTS: [Sort; 6] =
    [Sort::Newest, Sort::Oldest, Sort::Name, Sort::NameDown, Sort::Available, Sort::AvailableDown];

fn ids(rows: &[CustomerRow]) -> Vec<String> {
    rows.iter().map(|row| row.id.to_string()).collect()
}

/// All rows of a query, page after page to the end; and then back to the start, which must
/// show the same pages.
async fn there_and_back(person: &Client, query: &ListQuery) -> Vec<String> {
    let mut query = query.clone();
    let mut pages = Vec::new();
    let mut last = loop {
        let page = person.call(CustomerList).query(&query).send().await.ok();
        pages.push(ids(&page.items));
        assert!(page.next.is_none() || !page.items.is_empty(), "an empty page leads nowhere");
        match &page.next {
            Some(next) => query.page = Some(next.clone()),
            None => break page,
        }
        assert!(pages.len() < 50, "pages without end");
    };
    assert_eq!(pages.len() == 1, last.previous.is_none());
    for wanted in pages.iter().rev().skip(1) {
        query.page = last.previous.clone();
        assert!(query.page.is_some(), "the way back");
        last = person.call(CustomerList).query(&query).send().await.ok();
        assert_eq!(&ids(&last.items), wanted, "the same page on the way back");
    }
    assert_eq!(last.previous, None, "the first page has none before it");
    pages.concat()
}

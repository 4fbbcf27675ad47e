use super::*;
use contract::id::PartnerId;
use proptest::prelude::*;

fn partner() -> PartnerId {
    PartnerId::from("p1")
}

fn key(index: usize) -> AccountKey {
    match index {
        0 => AccountKey::outside(&partner(), Currency::CNY),
        1 => AccountKey::partner(&partner(), Currency::CNY),
        n => AccountKey::customer(&partner(), &CustomerId(format!("c{n}")), Currency::CNY),
    }
}

fn book(customers: usize) -> Book {
    let kinds = |index| match index {
        0 => AccountKind::Outside,
        1 => AccountKind::Partner,
        _ => AccountKind::Customer,
    };
    let accounts = (0..customers + 2)
        .map(|index| {
            let account = Account {
                kind: kinds(index),
                owner_id: String::new(),
                currency: Currency::CNY,
                posted: 0,
                held: 0,
                entries: 0,
                changed: false,
            };
            (key(index), account)
        })
        .collect();
    Book { accounts, transfers: vec![], entries: vec![], holds_opened: vec![], holds_ended: vec![] }
}

fn transfer(number: usize, from: usize, to: usize, amount: i64, hold: bool) -> Transfer {
    Transfer {
        id: TransferId(format!("t{number}")),
        kind: "test",
        debit: key(from),
        credit: key(to),
        amount,
        currency: Currency::CNY,
        customer_id: None,
        reverses: None,
        actor: String::new(),
        memo: String::new(),
        at: 0,
        hold_until: hold.then_some(1),
    }
}

#[test]
fn refusals_change_nothing() {
    let mut book = book(1);
    assert!(book.transfer(&transfer(1, 0, 1, 100, false)).is_ok());
    let before = book.accounts.clone();
    for (from, to, amount, code) in [
        (1, 2, 101, Code::InsufficientBalance),
        (1, 1, 1, Code::BadRequest),
        (1, 2, 0, Code::BadRequest),
        (1, 2, -5, Code::BadRequest),
        (1, 9, 1, Code::NotFound),
        (0, 1, i64::MAX, Code::BalanceTooLarge),
    ] {
        assert_eq!(book.transfer(&transfer(2, from, to, amount, false)), Err(code));
        assert_eq!(book.accounts, before);
    }
}

#[test]
fn a_hold_keeps_others_from_the_money_until_it_ends() {
    let mut book = book(2);
    book.transfer(&transfer(1, 0, 1, 100, false)).expect("funded");
    let pending = transfer(2, 1, 2, 80, true);
    book.transfer(&pending).expect("held");
    assert_eq!(book.balance(&key(1)), Some((100, 80)));
    assert_eq!(book.transfer(&transfer(3, 1, 3, 21, false)), Err(Code::InsufficientBalance));
    let end = Transfer { id: TransferId("t4".into()), ..pending.clone() };
    let written = book.end(&end, &pending.id, Phase::Post).expect("posted");
    assert_eq!(written, Written { debit_after: 20, credit_after: 80 });
    assert_eq!(book.balance(&key(1)), Some((20, 0)));
}

proptest! {
    /// Whatever is tried in whatever order: the sum over all accounts stays zero, no account but
    /// the outside goes below zero, holds never exceed what is posted, and entries add up.
    #[test]
    fn money_is_conserved(steps in prop::collection::vec((0_usize..6, 0_usize..6, -5_i64..2_000, any::<bool>(), 0_u8..4), 1..120)) {
        let mut book = book(4);
        let mut open: Vec<Transfer> = Vec::new();
        for (number, (from, to, amount, hold, end)) in steps.into_iter().enumerate() {
            let asked = transfer(number, from, to, amount, hold);
            if book.transfer(&asked).is_ok() && hold {
                open.push(asked);
            }
            if end > 0 && !open.is_empty() {
                let pending = open.remove(number % open.len());
                let how = [Phase::Post, Phase::Void, Phase::Expire][usize::from(end) - 1];
                let ending = Transfer { id: TransferId(format!("e{number}")), ..pending.clone() };
                prop_assert!(book.end(&ending, &pending.id, how).is_ok());
            }
            prop_assert_eq!(book.accounts.values().map(|a| a.posted).sum::<i64>(), 0);
            for account in book.accounts.values().filter(|a| a.kind != AccountKind::Outside) {
                prop_assert!(account.posted >= account.held && account.held >= 0);
            }
        }
        let held: i64 = open.iter().map(|t| t.amount).sum();
        prop_assert_eq!(book.accounts.values().map(|a| a.held).sum::<i64>(), held);
        prop_assert_eq!(book.entries.len() as i64, book.accounts.values().map(|a| a.entries).sum::<i64>());
    }
}

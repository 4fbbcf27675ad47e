//! What an amount and a memo may look like, as a person types them.

use crate::harness::fixture::{RESELLER, RESELLERS_SHOP};
use crate::harness::{World, assert_sound, both, done, fresh_key, move_now, standing};
use contract::error::{Code, Fault};
use contract::funds::{Appropriate, NewMovement};
use contract::id::CustomerId;

#[tokio::test]
async fn bad_amounts_are_told_at_their_field() {
    let decimals = Fault::TooManyDecimals { max: 2 };
    let cases = [
        ("", Fault::Required),
        ("   ", Fault::Required),
        ("0", Fault::NotPositive),
        ("0.00", Fault::NotPositive),
        ("-0", Fault::NotPositive),
        ("-1", Fault::NotPositive),
        ("-0.01", Fault::NotPositive),
        ("0.001", decimals),
        ("1.005", decimals),
        ("0.30000000000000004", decimals),
        ("100000000000.01", Fault::TooLarge),
        ("1e18", Fault::TooLarge),
        ("1E400", Fault::TooLarge),
        ("99999999999999999999999999", Fault::TooLarge),
        ("NaN", Fault::NotANumber),
        ("Infinity", Fault::NotANumber),
        ("1,5", Fault::NotANumber),
        ("1 000", Fault::NotANumber),
        ("+1", Fault::NotANumber),
        ("0x10", Fault::NotANumber),
        ("１００", Fault::NotANumber),
        ("一百", Fault::NotANumber),
        ("1.", Fault::NotANumber),
        (".5", Fault::NotANumber),
        ("1e", Fault::NotANumber),
        ("1'; DROP TABLE ledger_entries; --", Fault::NotANumber),
        ("1\u{0}", Fault::NotANumber),
    ];
    both(async |world: &World| {
        let person = world.reseller().await;
        for (typed, fault) in cases {
            let answer = move_now(&person, RESELLERS_SHOP, typed, &fresh_key()).await;
            assert_eq!(answer.fault(), ("amount".to_owned(), fault), "{typed:?}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM requests").await, 0, "what is not read is not kept");
        assert_eq!(standing(&person, RESELLERS_SHOP).await.partner[0], "5000.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn good_amounts_are_taken_to_the_fen() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let mut minor = 0;
        for (typed, moved) in
            [("0.01", 1), ("0.1", 10), ("1e2", 10_000), ("12.5e-1", 125), (" 7.00 ", 700), ("1.10000", 110)]
        {
            let receipt = done(&move_now(&person, RESELLERS_SHOP, typed, &fresh_key()).await);
            minor += moved;
            assert_eq!(receipt.adjustment.amount.minor, moved, "{typed:?}");
            assert_eq!(receipt.customer_after.minor, minor, "{typed:?}");
        }
        // The largest amount that one movement may have.
        world.fund(RESELLER, 10_000_000_000_000).await;
        done(&move_now(&person, RESELLERS_SHOP, "100000000000", &fresh_key()).await);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_amount_is_text_and_nothing_else_is_looked_at() {
    both(async |world: &World| {
        let person = world.reseller().await;
        for body in [
            "{\"amount\": 100.10}",
            "{\"amount\": null}",
            "{\"amount\": [\"1\"]}",
            "{\"amount\": \"1\", \"amount\": \"2\"}",
            "{\"amount\": \"1\", \"balance\": \"9\"}",
            "{\"amount\": \"1\", \"partner_id\": \"x\"}",
            "{\"memo\": \"no amount\"}",
            "{\"amount\": \"1\"",
            "[]",
            "null",
            "",
        ] {
            let shop = CustomerId::from(RESELLERS_SHOP);
            let answer = person.call(Appropriate).at(&shop).body_text(body).key(&fresh_key()).send().await;
            assert_eq!(answer.code(), Code::BadRequest, "{body}");
        }
        assert_eq!(standing(&person, RESELLERS_SHOP).await.partner[0], "5000.00");
    })
    .await;
}

#[tokio::test]
async fn a_memo_has_256_characters_at_most_and_no_control_characters() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let shop = CustomerId::from(RESELLERS_SHOP);
        let moved = async |memo: String| {
            let body = NewMovement { amount: "1".into(), memo };
            person.call(Appropriate).at(&shop).body(&body).key(&fresh_key()).send().await
        };
        let longest = "备".repeat(256);
        assert_eq!(done(&moved(longest.clone()).await).adjustment.memo, longest);
        let fault = moved("备".repeat(257)).await.fault();
        assert_eq!(fault, ("memo".to_owned(), Fault::TooLong { max: 256 }));
        for bad in ["a\nb", "a\u{0}b", "\u{1b}[31mred"] {
            assert_eq!(moved(bad.into()).await.fault(), ("memo".to_owned(), Fault::Invalid), "{bad:?}");
        }
        // What looks like markup or SQL is text.
        for odd in ["<script>alert(1)</script>", "'; DROP TABLE customers; --", "=1+1", "😀 \"quoted\" \\"]
        {
            assert_eq!(done(&moved(odd.into()).await).adjustment.memo, odd);
        }
        // Both fields wrong: both are told.
        let body = NewMovement { amount: "0".into(), memo: "备".repeat(257) };
        let answer = person.call(Appropriate).at(&shop).body(&body).key(&fresh_key()).send().await;
        let fields: Vec<String> = answer.error().fields.into_iter().map(|f| f.field).collect();
        assert_eq!(fields, ["amount", "memo"]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_movement_needs_a_key_of_the_right_form() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let shop = CustomerId::from(RESELLERS_SHOP);
        let body = NewMovement { amount: "1".into(), memo: String::new() };
        let without = person.call(Appropriate).at(&shop).body(&body).send().await;
        assert_eq!(without.code(), Code::BadRequest);
        let (longest, longer) = ("k".repeat(200), "k".repeat(201));
        for key in ["", "1234567", "with space", "with/slash", "a'b\"c---", longer.as_str()] {
            let answer = person.call(Appropriate).at(&shop).body(&body).key(key).send().await;
            assert_eq!(answer.code(), Code::BadRequest, "{key:?}");
        }
        for key in ["12345678", "Az-_.0123", longest.as_str()] {
            done(&person.call(Appropriate).at(&shop).body(&body).key(key).send().await);
        }
        assert_eq!(standing(&person, RESELLERS_SHOP).await.customer[0], "3.00");
    })
    .await;
}

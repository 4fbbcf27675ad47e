//! `update_customer_account_amount` and `reclaim_to_partner_account`.

use super::names;
use crate::harness::fixture::{
    ADMIN, CONSULTED, FINANCE, FROZEN, MANAGER, NO_CUSTOMER, OPERATOR, RESELLERS_SHOP, SHOP, STRANGERS_SHOP,
};
use crate::harness::{Answer, Client, World, assert_sound, both, client_token, hold, standing};
use contract::bss::accounts::{
    AdjustAccountResponse, ReclaimResponse, ReclaimToPartnerAccount, UpdateCustomerAccountAmount,
};
use contract::funds::ReceiptView;
use contract::id::TransferId;

/// Appropriates `amount`, written as it goes over the wire.
async fn appropriate(program: &Client, customer: &str, amount: &str) -> Answer<AdjustAccountResponse> {
    let body = format!("{{\"customer_id\": \"{customer}\", \"amount\": {amount}}}");
    let call = program.call(UpdateCustomerAccountAmount).body_text(&body);
    call.header("x-client-token", &client_token()).send().await
}

async fn reclaim(program: &Client, customer: &str, amount: &str) -> Answer<ReclaimResponse> {
    let body = format!("{{\"customer_id\": \"{customer}\", \"amount\": {amount}}}");
    let call = program.call(ReclaimToPartnerAccount).body_text(&body);
    call.header("x-client-token", &client_token()).send().await
}

#[tokio::test]
async fn a_program_moves_money_there_and_back() {
    both(async |world: &World| {
        let (program, person) = (world.program(&ADMIN), world.admin().await);
        let there = appropriate(&program, SHOP, "100.10").await;
        let id = there.ok().transfer_id;
        assert_eq!(names(&there.json()), ["transfer_id"]);
        // A program is not asked for a code; the person's console shows the movement.
        let receipt = person.call(ReceiptView).at(&TransferId(id)).send().await.ok();
        assert_eq!(receipt.adjustment.amount.decimal(), "100.10");
        assert_eq!(receipt.adjustment.actor, "林薇 (AKADMIN0000000000001)");
        assert_eq!(standing(&person, SHOP).await.customer[0], "100.10");
        let back = reclaim(&program, SHOP, "0.1").await;
        assert!(!back.ok().trans_id.is_empty());
        assert_eq!(names(&back.json()), ["trans_id"]);
        assert_eq!(standing(&person, SHOP).await.customer[0], "100.00");
        let entries = world
            .texts(
                "SELECT action || ' ' || actor FROM audit_entries WHERE action LIKE 'funds.%' ORDER BY seq",
            )
            .await;
        assert_eq!(
            entries,
            ["funds.appropriate 林薇 (AKADMIN0000000000001)", "funds.reclaim 林薇 (AKADMIN0000000000001)"]
        );
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn amounts_are_numbers_read_without_floating_point() {
    both(async |world: &World| {
        let (program, person) = (world.program(&ADMIN), world.admin().await);
        let mut minor = 0;
        for (amount, moved) in [
            ("0.01", 1_i64),
            ("0.1", 10),
            ("1e2", 10_000),
            ("1E+2", 10_000),
            ("12.5e-1", 125),
            ("100.10", 10_010),
            ("7", 700),
            ("3.1400", 314),
        ] {
            appropriate(&program, SHOP, amount).await.ok();
            minor += moved;
            let wanted = format!("{}.{:02}", minor / 100, minor % 100);
            assert_eq!(standing(&person, SHOP).await.customer[0], wanted, "{amount}");
        }
        for bad in [
            "0",
            "0.00",
            "-0",
            "-1",
            "-0.01",
            "0.001",
            "1.005",
            "0.30000000000000004",
            "1E400",
            "1e-1000",
            "100000000000.01",
            "1e18",
            "999999999999999999999999",
            "\"1.00\"",
            "\"\"",
            "null",
            "true",
            "[1]",
            "{}",
            "1e999999999999999999999",
        ] {
            assert_eq!(appropriate(&program, SHOP, bad).await.published(), (400, "CBC.0100".into()), "{bad}");
            assert_eq!(reclaim(&program, SHOP, bad).await.published(), (400, "CBC.0100".into()), "{bad}");
        }
        for not_json in ["NaN", "Infinity", "+1", "01", ".5", "5.", "1_000", "0x10", "1,5", "１"] {
            let answer = appropriate(&program, SHOP, not_json).await;
            assert_eq!(answer.published(), (400, "CBC.0100".into()), "{not_json}");
        }
        let wanted = format!("{}.{:02}", minor / 100, minor % 100);
        assert_eq!(standing(&person, SHOP).await.customer[0], wanted);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn refusals_have_the_published_codes() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        for (customer, amount, code) in [
            (SHOP, "1000000.01", "CBC.99005003"),
            (CONSULTED, "1", "CBC.99000000"),
            (FROZEN, "1", "CBC.99000000"),
            (STRANGERS_SHOP, "1", "CBC.99000035"),
            (RESELLERS_SHOP, "1", "CBC.99000035"),
            (NO_CUSTOMER, "1", "CBC.99000035"),
            ("' OR 1=1 --", "1", "CBC.99000035"),
        ] {
            let answer = appropriate(&program, customer, amount).await;
            assert_eq!(answer.published(), (400, code.into()), "{customer}");
        }
        for (customer, code) in [
            (SHOP, "CBC.99005003"),
            (CONSULTED, "CBC.99000000"),
            (FROZEN, "CBC.99005003"),
            (NO_CUSTOMER, "CBC.99000035"),
        ] {
            assert_eq!(reclaim(&program, customer, "1").await.published(), (400, code.into()), "{customer}");
        }
        let long = "a".repeat(65);
        for body in [
            "{\"amount\": 1}".to_owned(),
            "{\"customer_id\": \"\", \"amount\": 1}".into(),
            "{\"customer_id\": null, \"amount\": 1}".into(),
            "{\"customer_id\": 5, \"amount\": 1}".into(),
            format!("{{\"customer_id\": \"{long}\", \"amount\": 1}}"),
            format!("{{\"customer_id\": \"{SHOP}\"}}"),
            "{}".into(),
        ] {
            let answer = program.call(UpdateCustomerAccountAmount).body_text(&body).send().await;
            assert_eq!(answer.published(), (400, "CBC.0100".into()), "{body}");
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_person_holds_a_program_cannot_spend() {
    both(async |world: &World| {
        let (program, person) = (world.program(&ADMIN), world.admin().await);
        hold(&person, SHOP, "600000", &crate::harness::fresh_key()).await;
        let answer = appropriate(&program, SHOP, "400000.01").await;
        assert_eq!(answer.published(), (400, "CBC.99005003".into()));
        appropriate(&program, SHOP, "400000").await.ok();
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_may_what_its_owner_may() {
    both(async |world: &World| {
        appropriate(&world.program(&FINANCE), SHOP, "1").await.ok();
        for person in [&OPERATOR, &MANAGER] {
            let program = world.program(person);
            assert_eq!(appropriate(&program, SHOP, "1").await.published(), (403, "CBC.0151".into()));
            assert_eq!(reclaim(&program, SHOP, "1").await.published(), (403, "CBC.0151".into()));
        }
        assert_eq!(standing(&world.admin().await, SHOP).await.customer[0], "1.00");
    })
    .await;
}

#[tokio::test]
async fn extra_fields_change_nothing() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let body = format!(
            "{{\"customer_id\": \"{SHOP}\", \"amount\": 1, \"partner_id\": \"x\", \"balance\": 9, \"verification_code\": \"1\", \"memo\": \"m\", \"status\": 1}}"
        );
        program.call(UpdateCustomerAccountAmount).body_text(&body).send().await.ok();
        assert_eq!(standing(&world.admin().await, SHOP).await.customer[0], "1.00");
        assert_sound(world).await;
    })
    .await;
}

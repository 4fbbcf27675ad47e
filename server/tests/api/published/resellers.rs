//! `indirect_partner_id`: a distributor acts on its own resellers, and nobody on anybody else's.

use crate::harness::fixture::{
    ADMIN, DISTRIBUTOR, FOREIGN_RESELLER, MILL, OPERATOR, OTHER_DISTRIBUTOR, QUIET_RESELLER, RESELLER,
    RESELLER_ADMIN, RESELLERS_SHOP, SHOP, STRANGER, STRANGER_ADMIN, STRANGERS_SHOP,
};
use crate::harness::{Client, World, assert_sound, both, client_token, standing};
use contract::bss::accounts::{
    ListCustomersBalancesDetail, ListPartnerAdjustRecords, ListPartnerBalances, ReclaimToPartnerAccount,
    UpdateCustomerAccountAmount,
};
use contract::bss::customers::ListSubCustomers;

/// Each operation's call that names `partner`: its status, its code (empty for success), its text.
async fn all_six(program: &Client, partner: &str) -> Vec<(&'static str, u16, String)> {
    let indirect = format!("\"indirect_partner_id\": \"{partner}\"");
    let adjust = format!("{{\"customer_id\": \"{RESELLERS_SHOP}\", \"amount\": 1, {indirect}}}");
    let batch = format!("{{\"customer_infos\": [{{\"customer_id\": \"{RESELLERS_SHOP}\"}}], {indirect}}}");
    let query = format!("indirect_partner_id={partner}");
    let token = client_token;
    let list = program.call(ListSubCustomers).body_text(&format!("{{{indirect}}}")).send().await;
    let own = program.call(ListPartnerBalances).query_text(&query).send().await;
    let balances = program.call(ListCustomersBalancesDetail).body_text(&batch).send().await;
    let there = program
        .call(UpdateCustomerAccountAmount)
        .body_text(&adjust)
        .header("x-client-token", &token())
        .send()
        .await;
    let back = program
        .call(ReclaimToPartnerAccount)
        .body_text(&adjust)
        .header("x-client-token", &token())
        .send()
        .await;
    let records = program.call(ListPartnerAdjustRecords).query_text(&query).send().await;
    vec![
        ("list", list.status, list.text),
        ("own", own.status, own.text),
        ("balances", balances.status, balances.text),
        ("there", there.status, there.text),
        ("back", back.status, back.text),
        ("records", records.status, records.text),
    ]
}

#[tokio::test]
async fn a_distributor_acts_on_its_own_reseller() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        for (name, status, text) in all_six(&program, RESELLER).await {
            assert_eq!(status, 200, "{name}: {text}");
            match name {
                "list" => assert!(text.contains(RESELLERS_SHOP) && text.contains("\"count\":1"), "{text}"),
                "own" => {
                    assert!(
                        text.contains(&format!("p-{RESELLER}-CNY")) && text.contains("5000.00"),
                        "{text}"
                    );
                }
                "balances" => assert!(text.contains(RESELLERS_SHOP), "{text}"),
                "records" => assert!(text.contains("\"total_count\":2"), "{text}"),
                _ => {}
            }
        }
        // The reseller's money moved, not the distributor's; the reseller's trail tells who did it.
        assert_eq!(standing(&world.admin().await, SHOP).await.partner[0], "1000000.00");
        let told = world
            .texts(&format!("SELECT actor FROM audit_entries WHERE partner_id = '{RESELLER}' ORDER BY seq"))
            .await;
        assert_eq!(told, ["林薇 (AKADMIN0000000000001)"; 2]);
        let quiet =
            program.call(ListPartnerBalances).query_text(&format!("indirect_partner_id={QUIET_RESELLER}"));
        assert!(quiet.send().await.text.contains("\"amount\":0.00"));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_elses_reseller_can_be_told_from_none() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        for partner in [
            FOREIGN_RESELLER,
            STRANGER,
            OTHER_DISTRIBUTOR,
            DISTRIBUTOR,
            "d00000000000000000000000000000ff",
            "x",
        ] {
            for (name, status, text) in all_six(&program, partner).await {
                assert_eq!(status, 400, "{name} {partner}: {text}");
                assert_eq!(
                    text,
                    "{\"error_code\":\"CBC.99000037\",\"error_msg\":\"No right to operate this reseller.\"}",
                    "{name} {partner}"
                );
            }
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn for_everybody_else_the_value_is_not_looked_at() {
    both(async |world: &World| {
        // A reseller that names itself, its distributor, a stranger, or nonsense: its own data each time.
        let program = world.program(&RESELLER_ADMIN);
        for partner in [RESELLER, DISTRIBUTOR, STRANGER, "x"] {
            let own = program.call(ListPartnerBalances).query_text(&format!("indirect_partner_id={partner}"));
            assert!(own.send().await.text.contains(&format!("p-{RESELLER}-CNY")), "{partner}");
        }
        let stranger = world.program(&STRANGER_ADMIN);
        let body = format!("{{\"customer_id\": \"{STRANGERS_SHOP}\", \"amount\": 1, \"indirect_partner_id\": \"{RESELLER}\"}}");
        stranger.call(UpdateCustomerAccountAmount).body_text(&body).send().await.ok();
        let body = format!("{{\"customer_id\": \"{RESELLERS_SHOP}\", \"amount\": 1, \"indirect_partner_id\": \"{RESELLER}\"}}");
        let answer = stranger.call(UpdateCustomerAccountAmount).body_text(&body).send().await;
        assert_eq!(answer.published(), (400, "CBC.99000035".into()), "a stranger does not reach the reseller");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn without_the_value_a_distributor_reaches_its_own_customers_only() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let body = format!("{{\"customer_id\": \"{RESELLERS_SHOP}\", \"amount\": 1}}");
        let answer = program.call(UpdateCustomerAccountAmount).body_text(&body).send().await;
        assert_eq!(answer.published(), (400, "CBC.99000035".into()));
        // With it, only the reseller's.
        let body = format!("{{\"customer_id\": \"{MILL}\", \"amount\": 1, \"indirect_partner_id\": \"{RESELLER}\"}}");
        let answer = program.call(UpdateCustomerAccountAmount).body_text(&body).send().await;
        assert_eq!(answer.published(), (400, "CBC.99000035".into()));
        // Rights stay those of the key's owner.
        let body = format!("{{\"customer_id\": \"{RESELLERS_SHOP}\", \"amount\": 1, \"indirect_partner_id\": \"{RESELLER}\"}}");
        let operator = world.program(&OPERATOR).call(UpdateCustomerAccountAmount).body_text(&body).send().await;
        assert_eq!(operator.published(), (403, "CBC.0151".into()));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_long_value_is_refused() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let query = format!("indirect_partner_id={}", "a".repeat(65));
        let answer = program.call(ListPartnerBalances).query_text(&query).send().await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        answer.published();
    })
    .await;
}

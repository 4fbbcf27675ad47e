//! Movements of a partner that does not ask for verification codes.

use crate::harness::fixture::{
    CONSULTED, FROZEN, NO_CUSTOMER, RESELLER, RESELLERS_SHOP, STRANGERS_SHOP, UNNAMED, customer,
};
use crate::harness::{Standing, World, assert_sound, both, done, fresh_key, move_now, standing};
use contract::customers::AssociationType;
use contract::error::Code;
use contract::funds::{
    AdjustmentKind, Appropriate, AppropriationQuote, BalanceList, NewMovement, ReceiptView, Reclaim,
    ReclaimQuote,
};
use contract::id::CustomerId;
use server::customers::create::NewCustomer;

#[tokio::test]
async fn an_appropriation_moves_money_and_gives_a_receipt() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let before = standing(&person, RESELLERS_SHOP).await;
        assert_eq!(before, Standing::of(["5000.00", "0.00", "5000.00"], ["0.00", "0.00", "0.00"]));

        let body = NewMovement { amount: "100.10".into(), memo: " 首笔拨款 ".into() };
        let shop = CustomerId::from(RESELLERS_SHOP);
        let answer = person.call(Appropriate).at(&shop).body(&body).key("first-appropriation").send().await;
        let receipt = done(&answer);
        assert_eq!(receipt.adjustment.amount.decimal(), "100.10");
        assert_eq!(receipt.adjustment.kind, AdjustmentKind::Appropriation);
        assert_eq!(receipt.adjustment.customer_name, "经销商的客户");
        assert_eq!(receipt.adjustment.memo, "首笔拨款");
        assert_eq!(receipt.partner_after.decimal(), "4899.90");
        assert_eq!(receipt.customer_after.decimal(), "100.10");
        assert!(receipt.adjustment.actor.contains("admin@reseller.example"), "{}", receipt.adjustment.actor);
        assert!(!receipt.repeated);

        let after = standing(&person, RESELLERS_SHOP).await;
        assert_eq!(after, Standing::of(["4899.90", "0.00", "4899.90"], ["100.10", "0.00", "100.10"]));
        let shown = person.call(ReceiptView).at(&receipt.adjustment.transfer_id).send().await.ok();
        assert_eq!(shown, receipt, "the receipt can be looked at later");
        let balances = person.call(BalanceList).send().await.ok();
        assert_eq!((balances.len(), balances[0].available.decimal().as_str()), (1, "4899.90"));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_reclaim_takes_back_what_is_there_and_no_more() {
    both(async |world: &World| {
        let person = world.reseller().await;
        done(&move_now(&person, RESELLERS_SHOP, "60", &fresh_key()).await);
        let shop = CustomerId::from(RESELLERS_SHOP);
        let reclaim = async |amount: &str| {
            let body = NewMovement { amount: amount.into(), memo: String::new() };
            person.call(Reclaim).at(&shop).body(&body).key(&fresh_key()).send().await
        };
        assert_eq!(reclaim("60.01").await.code(), Code::InsufficientBalance);
        let receipt = done(&reclaim("59.99").await);
        assert_eq!(receipt.adjustment.kind, AdjustmentKind::Reclaim);
        assert_eq!(receipt.partner_after.decimal(), "4999.99");
        assert_eq!(receipt.customer_after.decimal(), "0.01");
        assert_eq!(reclaim("0.02").await.code(), Code::InsufficientBalance);
        done(&reclaim("0.01").await);
        let end = standing(&person, RESELLERS_SHOP).await;
        assert_eq!(end, Standing::of(["5000.00", "0.00", "5000.00"], ["0.00", "0.00", "0.00"]));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_last_fen_can_be_spent_and_not_one_more() {
    both(async |world: &World| {
        let person = world.reseller().await;
        assert_eq!(
            move_now(&person, RESELLERS_SHOP, "5000.01", &fresh_key()).await.code(),
            Code::InsufficientBalance
        );
        done(&move_now(&person, RESELLERS_SHOP, "5000.00", &fresh_key()).await);
        assert_eq!(
            move_now(&person, RESELLERS_SHOP, "0.01", &fresh_key()).await.code(),
            Code::InsufficientBalance
        );
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn only_own_resale_customers_in_use_take_part() {
    both(async |world: &World| {
        let mut consulted = customer("0190000000080000000000000000c008", "顾问");
        consulted.association = AssociationType::Consultative;
        let mut frozen = customer("0190000000090000000000000000c009", "冻结");
        frozen.frozen = contract::customers::Frozen::Resources;
        let (consulted_id, frozen_id) = (consulted.id.clone(), frozen.id.clone());
        world.add_customers(RESELLER, vec![consulted, frozen]).await;
        let person = world.reseller().await;
        for (id, refusal) in [
            (consulted_id.as_str(), Code::NotResale),
            (frozen_id.as_str(), Code::CustomerFrozen),
            (STRANGERS_SHOP, Code::NotFound),
            (NO_CUSTOMER, Code::NotFound),
        ] {
            assert_eq!(move_now(&person, id, "1", &fresh_key()).await.code(), refusal, "{id}");
        }
        // The quotes say so before: what a person sees is what will happen.
        let quote = person.call(AppropriationQuote).at(&frozen_id).send().await.ok();
        assert_eq!((quote.refusal, quote.code_needed), (Some(Code::CustomerFrozen), false));
        let quote = person.call(ReclaimQuote).at(&frozen_id).send().await.ok();
        assert_eq!(quote.refusal, None, "a frozen customer's money may be taken back");
        let quote = person.call(ReclaimQuote).at(&consulted_id).send().await.ok();
        assert_eq!(quote.refusal, Some(Code::NotResale));
        assert_eq!(world.number("SELECT COUNT(*) FROM ledger_entries").await, entries_at_first(world).await);
        assert_sound(world).await;
    })
    .await;
}

/// Entries that are there before a test moves anything: two for each opening balance.
async fn entries_at_first(world: &World) -> i64 {
    2 * world.number("SELECT COUNT(*) FROM ledger_transfers WHERE kind = 'RECHARGE'").await
}

#[tokio::test]
async fn a_code_needing_partner_refuses_before_it_sends_a_code() {
    both(async |world: &World| {
        let person = world.admin().await;
        for (id, refusal) in
            [(CONSULTED, Code::NotResale), (FROZEN, Code::CustomerFrozen), (NO_CUSTOMER, Code::NotFound)]
        {
            assert_eq!(move_now(&person, id, "1", &fresh_key()).await.code(), refusal, "{id}");
        }
        assert_eq!(
            move_now(&person, UNNAMED, "1000000.01", &fresh_key()).await.code(),
            Code::InsufficientBalance
        );
        assert_eq!(world.number("SELECT COUNT(*) FROM messages").await, 0, "no code was sent");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_balance_never_leaves_64_bits() {
    both(async |world: &World| {
        // Getting there by single amounts would take a million recharges: write it.
        let near_the_end = i64::MAX - 100;
        let sql = format!(
            "UPDATE ledger_accounts SET posted = {near_the_end}, available = {near_the_end} WHERE account_id = 'c-{RESELLERS_SHOP}-CNY'"
        );
        assert_eq!(world.change(&sql).await, Ok(1));
        let person = world.reseller().await;
        let answer = move_now(&person, RESELLERS_SHOP, "1.01", &fresh_key()).await;
        assert_eq!(answer.code(), Code::BalanceTooLarge);
        assert_eq!(standing(&person, RESELLERS_SHOP).await.partner[0], "5000.00");
        done(&move_now(&person, RESELLERS_SHOP, "1.00", &fresh_key()).await);
    })
    .await;
}

#[tokio::test]
async fn a_customer_without_real_name_is_recorded_by_its_account() {
    both(async |world: &World| {
        let unnamed = NewCustomer {
            account_name: "hw_before_auth".into(),
            ..customer("01900000000a0000000000000000c00a", "")
        };
        world.add_customers(RESELLER, vec![unnamed]).await;
        let person = world.reseller().await;
        let answer = move_now(&person, "01900000000a0000000000000000c00a", "1", &fresh_key()).await;
        assert_eq!(done(&answer).adjustment.customer_name, "hw_before_auth");
    })
    .await;
}

//! Movements that wait for a verification code: held, then posted, given up, or expired.

use crate::harness::fixture::{FINANCE, MILL, SHOP};
use crate::harness::{
    Standing, World, assert_sound, both, challenge, confirm, done, fresh_key, hold, move_now, standing,
};
use contract::audit::{AuditList, AuditQuery};
use contract::codes::{Channel, StepUp};
use contract::customers::CustomerView;
use contract::error::Code;
use contract::funds::{Appropriate, AppropriationQuote, MovementKey, MovementVoid, NewMovement, Reclaim};
use contract::id::CustomerId;
use contract::identity::MessageList;
use server::ledger::expire::expire_holds;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn money_is_held_until_the_code_comes_and_then_posted() {
    both(async |world: &World| {
        let person = world.admin().await;
        let quote = person.call(AppropriationQuote).at(&CustomerId::from(SHOP)).send().await.ok();
        assert!(quote.code_needed);

        let key = fresh_key();
        let asked = hold(&person, SHOP, "100.10", &key).await;
        assert_eq!((asked.channel, asked.tries_left), (Channel::Email, 5));
        assert_eq!(asked.sent_to, "a****@dist.example");
        let left = (*asked.expires_at - *world.app.clock.now()).num_seconds();
        assert!((590..=600).contains(&left), "ten minutes, just begun: {left}");
        let held = standing(&person, SHOP).await;
        assert_eq!(held, Standing::of(["1000000.00", "100.10", "999899.90"], ["0.00", "0.00", "0.00"]));

        // What you see is what you sign: the message names customer and amount, and the sender's words.
        let messages = person.call(MessageList).send().await.ok();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].sent_to, "a****@dist.example");
        assert!(messages[0].text.contains("北京云帆科技有限公司"), "{}", messages[0].text);
        assert!(messages[0].text.contains("100.10"), "{}", messages[0].text);

        let code = person.newest_code().await;
        let receipt = done(&confirm(&person, SHOP, "100.10", &key, &code).await);
        assert!(!receipt.repeated);
        assert_eq!(receipt.partner_after.decimal(), "999899.90");
        assert_eq!(receipt.customer_after.decimal(), "100.10");
        let after = standing(&person, SHOP).await;
        assert_eq!(after, Standing::of(["999899.90", "0.00", "999899.90"], ["100.10", "0.00", "100.10"]));

        // The trail tells both steps, without the code.
        let query = AuditQuery { subject: Some(SHOP.into()), ..AuditQuery::default() };
        let entries = person.call(AuditList).query(&query).send().await.ok().items;
        let actions: Vec<&str> = entries.iter().map(|e| e.action.as_str()).collect();
        assert_eq!(actions, ["funds.appropriate", "funds.hold"]);
        assert!(entries.iter().all(|e| !e.detail.contains(&code)), "{entries:?}");
        assert!(entries[0].detail.contains("999899.90"), "before and after: {}", entries[0].detail);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn held_money_cannot_be_spent_twice() {
    both(async |world: &World| {
        let person = world.admin().await;
        hold(&person, SHOP, "600000", &fresh_key()).await;
        let second = move_now(&person, MILL, "400000.01", &fresh_key()).await;
        assert_eq!(second.code(), Code::InsufficientBalance);
        challenge(&move_now(&person, MILL, "400000.00", &fresh_key()).await);
        assert_eq!(
            standing(&person, SHOP).await.partner,
            Standing::of(["1000000.00", "1000000.00", "0.00"], [""; 3]).partner
        );
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn asking_again_with_the_same_key_shows_the_same_challenge() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        let first = hold(&person, SHOP, "5", &key).await;
        // A reload, a second tab, a lost answer: no second hold, no second message.
        let second = hold(&person, SHOP, "5", &key).await;
        assert_eq!(first.id, second.id);
        assert_eq!(person.call(MessageList).send().await.ok().len(), 1);
        assert_eq!(standing(&person, SHOP).await.partner[1], "5.00");
        assert_eq!(move_now(&person, SHOP, "6", &key).await.code(), Code::KeyReused);
        assert_eq!(move_now(&person, MILL, "5", &key).await.code(), Code::KeyReused);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_posted_movement_repeats_its_receipt() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "5", &key).await;
        let code = person.newest_code().await;
        let first = done(&confirm(&person, SHOP, "5", &key, &code).await);
        // The answer got lost and the page sends it again, with the code and without.
        for again in
            [confirm(&person, SHOP, "5", &key, &code).await, move_now(&person, SHOP, "5", &key).await]
        {
            let receipt = done(&again);
            assert!(receipt.repeated);
            assert_eq!(receipt.adjustment, first.adjustment);
            assert_eq!(receipt.customer_after, first.customer_after);
        }
        assert_eq!(standing(&person, SHOP).await.customer[0], "5.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_movement_given_up_frees_its_money_for_good() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "100", &key).await;
        let code = person.newest_code().await;
        let path = MovementKey(key.clone());
        person.call(MovementVoid).at(&path).send().await.ok();
        let free = Standing::of(["1000000.00", "0.00", "1000000.00"], ["0.00", "0.00", "0.00"]);
        assert_eq!(standing(&person, SHOP).await, free);
        // Giving up twice changes nothing; the right code comes too late.
        person.call(MovementVoid).at(&path).send().await.ok();
        assert_eq!(confirm(&person, SHOP, "100", &key, &code).await.code(), Code::TransferEnded);
        assert_eq!(move_now(&person, SHOP, "100", &key).await.code(), Code::TransferEnded);
        assert_eq!(standing(&person, SHOP).await, free);
        assert_sound(world).await;

        // What has moved cannot be given up.
        let key = fresh_key();
        hold(&person, SHOP, "1", &key).await;
        let code = person.newest_code().await;
        done(&confirm(&person, SHOP, "1", &key, &code).await);
        let late = person.call(MovementVoid).at(&MovementKey(key)).send().await;
        assert_eq!(late.code(), Code::TransferEnded);
        let unknown = person.call(MovementVoid).at(&MovementKey(fresh_key())).send().await;
        assert_eq!(unknown.code(), Code::NotFound);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_hold_expires_with_its_code() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "100", &key).await;
        let code = person.newest_code().await;
        let free =
            async || expire_holds(&world.app.db, world.app.clock.millis()).await.expect("the job runs");

        world.later(9 * MINUTE + Duration::from_secs(50));
        assert_eq!(free().await, 0, "still time");
        assert_eq!(standing(&person, SHOP).await.partner[1], "100.00");
        world.later(Duration::from_secs(11));
        // Before the job comes by, the code is worthless already.
        assert_eq!(confirm(&person, SHOP, "100", &key, &code).await.code(), Code::TransferEnded);
        assert_eq!(free().await, 1);
        assert_eq!(free().await, 0, "once");
        assert_eq!(
            standing(&person, SHOP).await,
            Standing::of(["1000000.00", "0.00", "1000000.00"], ["0.00", "0.00", "0.00"])
        );
        assert_eq!(confirm(&person, SHOP, "100", &key, &code).await.code(), Code::TransferEnded);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_reclaim_waits_for_its_code_too_and_holds_the_customers_money() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "80", &key).await;
        done(&confirm(&person, SHOP, "80", &key, &person.newest_code().await).await);

        let (key, shop) = (fresh_key(), CustomerId::from(SHOP));
        let body = NewMovement { amount: "30".into(), memo: "用不完".into() };
        let asked = person.call(Reclaim).at(&shop).body(&body).key(&key).send().await;
        challenge(&asked);
        let held = standing(&person, SHOP).await;
        assert_eq!(held.customer, Standing::of([""; 3], ["80.00", "30.00", "50.00"]).customer);
        let seen = person.call(CustomerView).at(&shop).send().await.ok();
        assert_eq!(seen.held.map(|m| m.decimal()).as_deref(), Some("30.00"));
        assert_eq!(seen.row.available.map(|m| m.decimal()).as_deref(), Some("50.00"));
        // The code of a reclaim does not serve an appropriation with the same key.
        let code = person.newest_code().await;
        assert_eq!(confirm(&person, SHOP, "30", &key, &code).await.code(), Code::KeyReused);
        let answer = person.call(Reclaim).at(&shop).body(&body).key(&key).code(&code).send().await;
        let receipt = done(&answer);
        assert_eq!(
            (receipt.customer_after.decimal(), receipt.partner_after.decimal()),
            ("50.00".into(), "999950.00".into())
        );
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rules_are_looked_at_again_when_the_code_comes() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "10", &key).await;
        let code = person.newest_code().await;
        let freeze = format!("UPDATE customers SET frozen = 1 WHERE customer_id = '{SHOP}'");
        assert_eq!(world.change(&freeze).await, Ok(1));
        assert_eq!(confirm(&person, SHOP, "10", &key, &code).await.code(), Code::CustomerFrozen);
        let thaw = format!("UPDATE customers SET frozen = 0 WHERE customer_id = '{SHOP}'");
        assert_eq!(world.change(&thaw).await, Ok(1));
        // The refused try has not spent the code.
        done(&confirm(&person, SHOP, "10", &key, &code).await);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn codes_are_written_in_the_readers_language_and_sent_to_the_one_who_asks() {
    both(async |world: &World| {
        let (person, finance) = (world.admin().await, world.person(&FINANCE).await);
        let body = NewMovement { amount: "12.30".into(), memo: String::new() };
        let answer = finance
            .call(Appropriate)
            .at(&CustomerId::from(SHOP))
            .body(&body)
            .key(&fresh_key())
            .header("accept-language", "en-GB,en;q=0.9")
            .send()
            .await;
        assert!(matches!(answer.ok(), StepUp::CodeNeeded { .. }));
        let text = finance.call(MessageList).send().await.ok().remove(0).text;
        assert!(text.contains("Appropriate CNY 12.30 to 北京云帆科技有限公司."), "{text}");
        assert!(text.contains("Your verification code is"), "{text}");
        assert!(person.call(MessageList).send().await.ok().is_empty(), "nobody else reads it");
    })
    .await;
}

#[tokio::test]
async fn a_code_serves_nothing_in_somebody_elses_session() {
    both(async |world: &World| {
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let key = fresh_key();
        hold(&finance, SHOP, "10", &key).await;
        let code = finance.newest_code().await;
        let by_other = confirm(&admin, SHOP, "10", &key, &code).await;
        assert_eq!(by_other.code(), Code::CodeExpired);
        done(&confirm(&finance, SHOP, "10", &key, &code).await);
        assert_sound(world).await;
    })
    .await;
}

//! The caller's own keys: the same key with the same content is one movement, for good.

use crate::harness::fixture::{RESELLERS_SHOP, STRANGER_ADMIN, STRANGERS_SHOP, customer};
use crate::harness::{World, assert_sound, both, done, fresh_key, move_now, standing};
use contract::error::Code;
use contract::funds::{NewMovement, Reclaim};
use contract::id::CustomerId;
use std::time::Duration;

#[tokio::test]
async fn the_same_key_answers_the_first_receipt() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let key = fresh_key();
        let first = done(&move_now(&person, RESELLERS_SHOP, "10", &key).await);
        // Other ways to write the same amount are the same content.
        for same in ["10", "10.00", "1e1", " 10.0 "] {
            let again = done(&move_now(&person, RESELLERS_SHOP, same, &key).await);
            assert!(again.repeated, "{same:?}");
            assert_eq!(again.adjustment, first.adjustment);
            assert_eq!(
                (again.partner_after, again.customer_after),
                (first.partner_after, first.customer_after)
            );
        }
        // Also after other movements, and two days later.
        done(&move_now(&person, RESELLERS_SHOP, "3", &fresh_key()).await);
        world.later(Duration::from_secs(48 * 3600));
        let person = world.reseller().await;
        let late = done(&move_now(&person, RESELLERS_SHOP, "10", &key).await);
        assert!(late.repeated);
        assert_eq!(late.partner_after, first.partner_after, "as it stood then");
        assert_eq!(standing(&person, RESELLERS_SHOP).await.customer[0], "13.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_key_with_other_content_is_refused() {
    both(async |world: &World| {
        let other = customer("01900000000b0000000000000000c00b", "另一客户");
        world.add_customers(crate::harness::fixture::RESELLER, vec![other]).await;
        let person = world.reseller().await;
        let key = fresh_key();
        done(&move_now(&person, RESELLERS_SHOP, "10", &key).await);
        let shop = CustomerId::from(RESELLERS_SHOP);
        assert_eq!(move_now(&person, RESELLERS_SHOP, "10.01", &key).await.code(), Code::KeyReused);
        assert_eq!(
            move_now(&person, "01900000000b0000000000000000c00b", "10", &key).await.code(),
            Code::KeyReused
        );
        let back = NewMovement { amount: "10".into(), memo: String::new() };
        assert_eq!(person.call(Reclaim).at(&shop).body(&back).key(&key).send().await.code(), Code::KeyReused);
        let noted = NewMovement { amount: "10".into(), memo: "other".into() };
        let answer = person.call(contract::funds::Appropriate).at(&shop).body(&noted).key(&key).send().await;
        assert_eq!(answer.code(), Code::KeyReused);
        assert_eq!(standing(&person, RESELLERS_SHOP).await.customer[0], "10.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_the_first_result_as_well() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let key = fresh_key();
        assert_eq!(
            move_now(&person, RESELLERS_SHOP, "5000.01", &key).await.code(),
            Code::InsufficientBalance
        );
        world.fund(crate::harness::fixture::RESELLER, 1_000_000).await;
        // Whoever retries a lost answer must learn what happened then, not move money now.
        assert_eq!(
            move_now(&person, RESELLERS_SHOP, "5000.01", &key).await.code(),
            Code::InsufficientBalance
        );
        done(&move_now(&person, RESELLERS_SHOP, "5000.01", &fresh_key()).await);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn keys_of_partners_do_not_meet() {
    both(async |world: &World| {
        let (person, stranger) = (world.reseller().await, world.person(&STRANGER_ADMIN).await);
        let key = fresh_key();
        let first = done(&move_now(&person, RESELLERS_SHOP, "10", &key).await);
        let other = done(&move_now(&stranger, STRANGERS_SHOP, "10", &key).await);
        assert!(!other.repeated);
        assert_ne!(first.adjustment.transfer_id, other.adjustment.transfer_id);
        assert_sound(world).await;
    })
    .await;
}

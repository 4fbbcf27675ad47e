//! One customer; personal data is masked until somebody asks for it, and asking is noted.

use crate::harness::fixture::{CONSULTED, DISTRIBUTOR, FROZEN, MANAGER, MILL, OPERATOR, SHOP, UNNAMED};
use crate::harness::{World, assert_sound, both};
use contract::audit::{AuditList, AuditQuery};
use contract::customers::{
    AssociationType, CustomerList, CustomerReveal, CustomerType, CustomerView, Frozen, VerifiedStatus,
};
use contract::error::Code;
use contract::id::CustomerId;
use contract::page::Page;

#[tokio::test]
async fn a_customer_is_shown_as_it_is_stored() {
    both(async |world: &World| {
        let person = world.admin().await;
        let shop = person.call(CustomerView).at(&CustomerId::from(SHOP)).send().await.ok();
        assert_eq!(
            (shop.row.name.as_str(), shop.row.account_name.as_str()),
            ("北京云帆科技有限公司", "hw_c001")
        );
        assert_eq!(
            (shop.label.as_str(), shop.level.as_str(), shop.country_code.as_str()),
            ("Key 重点客户", "V0", "0086")
        );
        assert_eq!(
            (shop.row.association, shop.row.verified),
            (AssociationType::Resale, VerifiedStatus::Verified)
        );
        assert_eq!(shop.row.manager.as_deref(), Some("陈立"));
        assert_eq!(shop.balance.map(|m| m.decimal()).as_deref(), Some("0.00"));
        let consulted = person.call(CustomerView).at(&CustomerId::from(CONSULTED)).send().await.ok();
        assert_eq!(
            (consulted.balance, consulted.row.available),
            (None, None),
            "only resale customers have one"
        );
        let frozen = person.call(CustomerView).at(&CustomerId::from(FROZEN)).send().await.ok();
        assert_eq!(frozen.row.frozen, Frozen::Account);
        let unnamed = person.call(CustomerView).at(&CustomerId::from(UNNAMED)).send().await.ok();
        assert_eq!((unnamed.row.name.as_str(), unnamed.customer_type), ("", CustomerType::Unknown));
        let Page { items, .. } = person.call(CustomerList).send().await.ok();
        let listed = items.into_iter().find(|r| r.id.as_str() == SHOP).expect("in the list");
        assert_eq!(listed, shop.row, "the list shows the same");
    })
    .await;
}

#[tokio::test]
async fn personal_data_is_masked_everywhere_but_in_the_reveal() {
    both(async |world: &World| {
        let person = world.admin().await;
        let view = person.call(CustomerView).at(&CustomerId::from(SHOP)).send().await;
        let shown = view.ok();
        assert_eq!(
            (shown.row.phone.as_str(), shown.email.as_str()),
            ("138****1234", "l******@customer.example")
        );
        let list = person.call(CustomerList).send().await;
        for text in [&view.text, &list.text] {
            assert!(!text.contains("13800001234") && !text.contains("lin.wei"), "{text}");
        }
        let full = person.call(CustomerReveal).at(&CustomerId::from(SHOP)).send().await.ok();
        assert_eq!((full.phone.as_str(), full.email.as_str()), ("13800001234", "lin.wei@customer.example"));

        let query = AuditQuery { subject: Some(SHOP.into()), ..AuditQuery::default() };
        let entries = person.call(AuditList).query(&query).send().await.ok().items;
        assert_eq!(entries.len(), 1, "looking at the masked data is not noted, looking at the full data is");
        let entry = &entries[0];
        assert_eq!(
            (entry.action.as_str(), entry.subject.as_str()),
            ("customers.revealed", &*format!("customer:{SHOP}"))
        );
        assert!(entry.actor.contains("admin@dist.example"), "{}", entry.actor);
        assert!(!entry.detail.contains("138"), "the trail holds no personal data: {}", entry.detail);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn revealing_is_for_who_may_and_for_own_customers() {
    both(async |world: &World| {
        let manager = world.person(&MANAGER).await;
        manager.call(CustomerReveal).at(&CustomerId::from(SHOP)).send().await.ok();
        let other = manager.call(CustomerReveal).at(&CustomerId::from(MILL)).send().await;
        assert_eq!(other.code(), Code::NotFound);
        let operator = world.person(&OPERATOR).await;
        let refused = operator.call(CustomerReveal).at(&CustomerId::from(SHOP)).send().await;
        assert_eq!(refused.code(), Code::Forbidden);
        let noted = world
            .number(&format!("SELECT COUNT(*) FROM audit_entries WHERE partner_id = '{DISTRIBUTOR}'"))
            .await;
        assert_eq!(noted, 1, "what was refused revealed nothing");
    })
    .await;
}

#[tokio::test]
async fn ids_that_cannot_be_ids_are_not_found() {
    both(async |world: &World| {
        let person = world.admin().await;
        let long = "a".repeat(65);
        for id in ["x", "..%2f..", "%00", "a%20b", "'%20OR%201=1", "%F0%9F%98%80", long.as_str(), "-", "%25"]
        {
            let wire = crate::harness::Wire::new("GET", &format!("/api/customers/{id}"), "");
            let answer: crate::harness::Answer<()> = person.send(wire).await;
            assert_eq!(answer.code(), Code::NotFound, "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_trail_is_listed_newest_first_and_pages() {
    both(async |world: &World| {
        let person = world.admin().await;
        for _ in 0..60 {
            person.call(CustomerReveal).at(&CustomerId::from(SHOP)).send().await.ok();
        }
        let mut query = AuditQuery::default();
        let mut seqs = Vec::new();
        loop {
            let page = person.call(AuditList).query(&query).send().await.ok();
            assert_eq!(page.total.count, 60);
            seqs.extend(page.items.iter().map(|e| e.seq));
            match page.next {
                Some(next) => query.page = Some(next),
                None => break,
            }
        }
        assert_eq!(seqs, (1..=60).rev().collect::<Vec<i64>>());
        for bad in ["page=x", "page=6e1f781f", "limit=x", "actor=x"] {
            let answer = person.call(AuditList).query_text(bad).send().await;
            assert_eq!(answer.code(), Code::BadRequest, "{bad}");
        }
        let nul = person.call(AuditList).query_text("subject=a%00b").send().await;
        assert!(nul.ok().items.is_empty());
    })
    .await;
}

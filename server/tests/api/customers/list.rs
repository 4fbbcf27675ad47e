//! The list: every order, both ways, filters, totals, limits.

use super::{Known, SORTS, expected, ids, there_and_back};
use crate::harness::fixture::{ADMIN, IDLE_MANAGER, MANAGER, RESELLER, SHOP};
use crate::harness::{World, both, done, fresh_key, move_now, on_sqlite};
use contract::customers::{AssociationType, CustomerList, CustomerView, ListQuery, ManagerList, Sort};
use contract::error::Code;
use contract::id::{CustomerId, UserId};

/// 110 customers of the reseller: equal names, names in both scripts, no names, equal amounts.
async fn many(world: &World) -> Vec<Known> {
    let names = ["云帆科技", "Acme", "acme", "北京", "", "云帆", "Zeta", "élan", "上海磨坊", "10"];
    let mut known: Vec<Known> = (0..110).map(|n| Known::new(n, names[n * 7 % names.len()])).collect();
    for (n, one) in known.iter_mut().enumerate() {
        one.manager = (n % 5 == 0).then_some("u-manager-r");
        if n % 11 == 0 {
            one.label = "重点客户".into();
        }
    }
    world.add_customers(RESELLER, known.iter().map(Known::row).collect()).await;
    let person = world.reseller().await;
    for n in (0..110).step_by(9) {
        if !known[n].consultative {
            let minor = [100, 2_500, 100, 999][n / 9 % 4];
            let amount = format!("{}.{:02}", minor / 100, minor % 100);
            done(&move_now(&person, &known[n].id, &amount, &fresh_key()).await);
            known[n].available = minor;
        }
    }
    known.insert(0, Known::first());
    known
}

#[tokio::test]
async fn every_order_shows_every_row_once_there_and_back() {
    both(async |world: &World| {
        let known = many(world).await;
        let person = world.reseller().await;
        for sort in SORTS {
            for limit in [None, Some(50), Some(100)] {
                let query = ListQuery { sort: Some(sort), limit, ..ListQuery::default() };
                let found = there_and_back(&person, &query).await;
                assert_eq!(found, expected(&known, sort, |_| true), "{sort:?} {limit:?}");
            }
        }
        let page = person.call(CustomerList).send().await.ok();
        assert_eq!((page.items.len(), page.total.count, page.total.more), (25, 111, false));
        assert_eq!(
            ids(&page.items),
            expected(&known, Sort::Newest, |_| true)[..25],
            "newest first, by default"
        );
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_every_order() {
    both(async |world: &World| {
        let known = many(world).await;
        let person = world.reseller().await;
        for sort in SORTS {
            for (association, manager, q) in [
                (Some(AssociationType::Resale), None, None),
                (Some(AssociationType::Consultative), None, None),
                (None, Some("u-manager-r"), None),
                (Some(AssociationType::Resale), Some("u-manager-r"), None),
                (None, None, Some("云帆")),
                (None, None, Some("acme")),
                (None, None, Some("重点")),
                (None, None, Some("é")),
                (Some(AssociationType::Resale), Some("u-manager-r"), Some("云")),
                (None, Some("u-nobody"), None),
                (None, None, Some("nothing like it")),
            ] {
                let query = ListQuery {
                    q: q.map(str::to_owned),
                    association: association.map(Into::into),
                    manager: manager.map(|m| UserId::from(m).into()),
                    sort: Some(sort),
                    ..ListQuery::default()
                };
                let pass = |k: &Known| {
                    association.is_none_or(|a| (a == AssociationType::Consultative) == k.consultative)
                        && manager.is_none_or(|m| k.manager == Some(m))
                        && q.is_none_or(|q| k.has(q))
                };
                let wanted = expected(&known, sort, pass);
                assert_eq!(there_and_back(&person, &query).await, wanted, "{query:?}");
                let page = person.call(CustomerList).query(&query).send().await.ok();
                assert_eq!((page.total.count, page.total.more), (wanted.len() as i64, false), "{query:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn rows_added_meanwhile_do_not_shift_pages() {
    both(async |world: &World| {
        let known = many(world).await;
        let person = world.reseller().await;
        let query = ListQuery::default();
        let first = person.call(CustomerList).query(&query).send().await.ok();
        world.add_customers(RESELLER, vec![Known::new(500, "新来的").row()]).await;
        let second = ListQuery { page: first.next, ..query };
        let second = person.call(CustomerList).query(&second).send().await.ok();
        assert_eq!(ids(&second.items), expected(&known, Sort::Newest, |_| true)[25..50]);
        assert_eq!(second.total.count, 112);
    })
    .await;
}

#[tokio::test]
async fn cursors_that_are_none_are_refused() {
    both(async |world: &World| {
        many(world).await;
        let person = world.reseller().await;
        let by_name = ListQuery { sort: Some(Sort::Name), ..ListQuery::default() };
        let cursor = person.call(CustomerList).query(&by_name).send().await.ok().next.expect("more pages");
        for sort in SORTS {
            let name = serde_json::to_value(sort).expect("a word");
            let name = name.as_str().expect("a word");
            for page in
                ["", "x", "zz", "6e", "6e1f", "6e1f1f1f1f", "ff", "6e1f00001f00", &"61".repeat(20_000)]
            {
                let answer =
                    person.call(CustomerList).query_text(&format!("sort={name}&page={page}")).send().await;
                let told =
                    format!("{name} {}: {} {}", &page[..page.len().min(20)], answer.status, answer.text);
                // A cursor with another text in it begins elsewhere; that is no failure.
                assert!(answer.status == 200 || answer.code() == Code::BadRequest, "{told}");
            }
            // One order's cursor in another order: an answer or a refusal, no failure.
            let answer =
                person.call(CustomerList).query_text(&format!("sort={name}&page={cursor}")).send().await;
            assert!(answer.status == 200 || answer.code() == Code::BadRequest, "{name}: {}", answer.text);
        }
        for query in [
            "sort=x",
            "sort=seq;DROP",
            "limit=x",
            "association=3",
            "unknown=1",
            "q=%ff",
            "limit=-1",
            "page[]=1",
        ] {
            let answer = person.call(CustomerList).query_text(query).send().await;
            assert!(answer.status == 200 || answer.code() == Code::BadRequest, "{query}: {}", answer.text);
        }
        for (limit, rows) in
            [("0", 25), ("1", 25), ("26", 25), ("50", 50), ("100", 100), ("101", 25), ("4294967295", 25)]
        {
            let page = person.call(CustomerList).query_text(&format!("limit={limit}")).send().await.ok();
            assert_eq!(page.items.len(), rows, "limit={limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_customer_manager_sees_the_assigned_customers_only() {
    both(async |world: &World| {
        let manager = world.person(&MANAGER).await;
        for sort in SORTS {
            let query = ListQuery { sort: Some(sort), ..ListQuery::default() };
            assert_eq!(there_and_back(&manager, &query).await, [SHOP], "{sort:?}");
        }
        let page = manager.call(CustomerList).send().await.ok();
        assert_eq!((page.total.count, page.items[0].manager.as_deref()), (1, Some("陈立")));
        let found = ListQuery { q: Some("上海".into()), ..ListQuery::default() };
        assert_eq!(manager.call(CustomerList).query(&found).send().await.ok().total.count, 0);
        let shown = manager.call(ManagerList).send().await.ok();
        assert_eq!(shown.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), [MANAGER.user_id]);
        // Asking for somebody else's customers does not widen what is seen.
        let others =
            ListQuery { manager: Some(UserId::from(IDLE_MANAGER.user_id).into()), ..ListQuery::default() };
        assert_eq!(manager.call(CustomerList).query(&others).send().await.ok().items, []);

        let idle = world.person(&IDLE_MANAGER).await;
        let none = idle.call(CustomerList).send().await.ok();
        assert_eq!((none.items.len(), none.total.count), (0, 0));
        // Handed over, it is seen by the new one and at once no more by the old.
        let sql = format!(
            "UPDATE customers SET manager_id = '{}' WHERE customer_id = '{SHOP}'",
            IDLE_MANAGER.user_id
        );
        assert_eq!(world.change(&sql).await, Ok(1));
        assert_eq!(ids(&idle.call(CustomerList).send().await.ok().items), [SHOP]);
        assert_eq!(manager.call(CustomerList).send().await.ok().items, []);
        let gone = manager.call(CustomerView).at(&CustomerId::from(SHOP)).send().await;
        assert_eq!(gone.code(), Code::NotFound);

        let admin = world.admin().await;
        let managers = admin.call(ManagerList).send().await.ok();
        assert_eq!(managers.len(), 3, "the distributor's two and their supervisor");
        assert_eq!(admin.call(CustomerList).send().await.ok().total.count, 5);
    })
    .await;
}

#[tokio::test]
async fn another_partners_customers_are_in_no_list() {
    on_sqlite(async |world: &World| {
        many(world).await;
        let admin = world.person(&ADMIN).await;
        for q in [None, Some("经销商"), Some("云帆"), Some("陌生")] {
            let query = ListQuery { q: q.map(str::to_owned), limit: Some(100), ..ListQuery::default() };
            let page = admin.call(CustomerList).query(&query).send().await.ok();
            assert!(page.items.iter().all(|r| r.id.as_str().starts_with("01900000000")), "{q:?}");
            assert!(page.total.count <= 5, "{q:?}: totals neither");
        }
    })
    .await;
}

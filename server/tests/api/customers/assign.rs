//! Assigning customers to managers, and taking them back (capabilities 4 to 8).

use crate::harness::bills::{bill, bring_in, days_ago};
use crate::harness::fixture::{
    DISTRIBUTOR, FINANCE, IDLE_MANAGER, MANAGER, MILL, NO_CUSTOMER, OPERATOR, SHOP, STRANGERS_SHOP, UNNAMED,
};
use crate::harness::{Answer, Client, World, both, on_sqlite};
use contract::assignments::{Assign, Assigned, CustomerManagers, CustomersAssign, ManagerCounts};
use contract::consumption::{Consumption, ConsumptionView, MonthQuery};
use contract::customers::{CustomerList, CustomerView, ListQuery};
use contract::error::{Code, Fault};
use contract::id::CustomerId;
use contract::organisation::{ChangeMember, MemberChange, MemberList, MemberUnbind};
use contract::time::{Day, from_millis};
use std::time::Duration;

fn wanted(customers: &[&str], manager: Option<&str>) -> Assign {
    Assign {
        customers: customers.iter().map(|id| CustomerId::from(*id)).collect(),
        manager: manager.map(Into::into),
        ..Assign::default()
    }
}

async fn assign(person: &Client, customers: &[&str], manager: Option<&str>) -> Answer<Assigned> {
    person.call(CustomersAssign).body(&wanted(customers, manager)).send().await
}

async fn sees(person: &Client) -> Vec<String> {
    let all = person.call(CustomerList).query(&ListQuery::default()).send().await.ok();
    all.items.into_iter().map(|row| row.id.to_string()).collect()
}

#[tokio::test]
async fn an_assigned_customer_is_the_new_managers_and_nobody_elses() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let (one, other) = (world.person(&MANAGER).await, world.person(&IDLE_MANAGER).await);
        assert_eq!((sees(&one).await, sees(&other).await.len()), (vec![SHOP.to_owned()], 0));
        // Twice in one call is once; what is not there, for this person, is told by number only.
        let ids = [SHOP, MILL, SHOP, NO_CUSTOMER, STRANGERS_SHOP];
        let done = assign(&admin, &ids, Some(IDLE_MANAGER.user_id)).await.ok();
        assert_eq!(done, Assigned { done: 2, missing: 2, ..Assigned::default() });
        assert!(sees(&one).await.is_empty());
        let mut theirs = sees(&other).await;
        theirs.sort();
        assert_eq!(theirs, [SHOP, MILL]);
        let gone = one.call(CustomerView).at(&SHOP.into()).send().await;
        assert_eq!(gone.code(), Code::NotFound);
        let again = assign(&admin, &[SHOP], Some(IDLE_MANAGER.user_id)).await.ok();
        assert_eq!(again, Assigned { same: 1, ..Assigned::default() });
        // Taken back, it is nobody's.
        assert_eq!(assign(&admin, &[SHOP], None).await.ok().done, 1);
        assert_eq!(sees(&other).await, [MILL]);
        let counts = admin.call(ManagerCounts).send().await.ok();
        let of = |id: &str| counts.iter().find(|c| c.manager.id.as_str() == id).map(|c| c.customers);
        assert_eq!((of(MANAGER.user_id), of(IDLE_MANAGER.user_id)), (Some(0), Some(1)));
        let times = admin.call(CustomerManagers).at(&SHOP.into()).send().await.ok();
        let names: Vec<_> = times.iter().map(|t| (t.manager.as_str(), t.until.is_some())).collect();
        assert_eq!(names, [("", false), (IDLE_MANAGER.name, true), (MANAGER.name, true)]);
        assert!(times[2].from.is_none() && times[2].by.is_empty(), "before the first change");
        assert_eq!(times[1].until, times[0].from);
        let trail = "SELECT detail FROM audit_entries WHERE action = 'customers.assigned' ORDER BY seq";
        assert_eq!(world.texts(trail).await.len(), 3, "one entry a customer");
    })
    .await;
}

#[tokio::test]
async fn only_who_may_assigns_and_only_to_a_manager() {
    both(async |world: &World| {
        let admin = world.admin().await;
        for id in [FINANCE.user_id, OPERATOR.user_id, "nobody"] {
            let answer = assign(&admin, &[SHOP], Some(id)).await;
            assert_eq!(answer.fault(), ("manager".into(), Fault::Invalid), "{id}");
        }
        assert_eq!(assign(&admin, &[], None).await.fault(), ("customers".into(), Fault::Required));
        let both_ways = Assign { query: Some(String::new()), ..wanted(&[SHOP], None) };
        let answer = admin.call(CustomersAssign).body(&both_ways).send().await;
        assert_eq!(answer.fault(), ("query".into(), Fault::Invalid));
        let manager = world.person(&MANAGER).await;
        assert_eq!(assign(&manager, &[SHOP], None).await.code(), Code::Forbidden);
        // A manager who has left is none.
        admin.call(MemberUnbind).at(&IDLE_MANAGER.user_id.into()).send().await.ok();
        let answer = assign(&admin, &[SHOP], Some(IDLE_MANAGER.user_id)).await;
        assert_eq!(answer.fault(), ("manager".into(), Fault::Invalid));
    })
    .await;
}

#[tokio::test]
async fn what_a_list_matches_is_assigned_whole() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let all = Assign {
            query: Some("manager=none&association=resale".into()),
            manager: Some(MANAGER.user_id.into()),
            ..Assign::default()
        };
        let done = admin.call(CustomersAssign).body(&all).send().await.ok();
        assert!(done.done >= 3, "{done:?}");
        let mine = sees(&world.person(&MANAGER).await).await;
        assert_eq!(i64::try_from(mine.len()), Ok(done.done + 1));
        let bad = Assign { query: Some("manager[".into()), ..all };
        let answer = admin.call(CustomersAssign).body(&bad).send().await;
        assert_eq!(answer.fault(), ("query".into(), Fault::Invalid));
    })
    .await;
}

#[tokio::test]
async fn of_two_who_assign_the_same_the_second_is_told_by_whom_and_when() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let members = admin.call(MemberList).send().await.ok().items;
        let finance = members.iter().find(|m| m.email == FINANCE.email).expect("the finance operator");
        let change = ChangeMember { roles: vec!["admin".into()], supervisor: None, version: finance.version };
        admin.call(MemberChange).at(&finance.id).body(&change).send().await.ok();
        let second = world.person(&FINANCE).await;
        let seen = Some(from_millis(world.app.clock.millis()));
        world.later(Duration::from_secs(5));
        assign(&second, &[SHOP], Some(IDLE_MANAGER.user_id)).await.ok();
        let late = Assign { seen_at: seen, ..wanted(&[SHOP, MILL], Some(MANAGER.user_id)) };
        let result = admin.call(CustomersAssign).body(&late).send().await.ok();
        assert_eq!((result.done, result.left), (1, 1));
        let left = &result.named[0];
        assert_eq!((left.id.as_str(), left.manager.as_str()), (SHOP, IDLE_MANAGER.name));
        assert!(left.by.contains(FINANCE.email), "{}", left.by);
        // Having seen that, it goes.
        let now = Assign { seen_at: Some(from_millis(world.app.clock.millis())), ..late };
        assert_eq!(admin.call(CustomersAssign).body(&now).send().await.ok().done, 1);
        // One's own change is no surprise.
        let own = Assign { seen_at: seen, ..wanted(&[SHOP], None) };
        assert_eq!(admin.call(CustomersAssign).body(&own).send().await.ok().done, 1);
    })
    .await;
}

#[tokio::test]
async fn a_manager_sees_what_was_consumed_in_the_own_time() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let long_ago = Day::read("2026-01-05").expect("a day");
        let bills = [bill(SHOP, long_ago, "s", "5"), bill(SHOP, days_ago(world, 0), "s", "7")];
        bring_in(world, DISTRIBUTOR, &bills).await;
        let months = async |person: &Client| -> Consumption {
            let query = MonthQuery::default();
            person.call(ConsumptionView).at(&SHOP.into()).query(&query).send().await.ok()
        };
        let (one, other) = (world.person(&MANAGER).await, world.person(&IDLE_MANAGER).await);
        assert_eq!(months(&one).await.months.len(), 2, "there was never another manager");
        assign(&admin, &[SHOP], Some(IDLE_MANAGER.user_id)).await.ok();
        let seen = months(&other).await;
        assert_eq!((seen.months.len(), seen.currencies[0].total.as_str()), (1, "7"));
        assert_eq!(months(&admin).await.months.len(), 2, "who sees all sees all");
        // Back with the first one: the time before counts again, the day between does not.
        world.later(Duration::from_secs(86_400));
        assign(&world.admin().await, &[SHOP], Some(MANAGER.user_id)).await.ok();
        let seen = months(&world.person(&MANAGER).await).await;
        assert_eq!((seen.months.len(), seen.months[0].as_str()), (1, "2026-01"));
    })
    .await;
}

#[tokio::test]
async fn a_manager_who_leaves_leaves_a_history() {
    both(async |world: &World| {
        let admin = world.admin().await;
        assign(&admin, &[UNNAMED], Some(MANAGER.user_id)).await.ok();
        world.later(Duration::from_secs(60));
        admin.call(MemberUnbind).at(&MANAGER.user_id.into()).send().await.ok();
        for id in [SHOP, UNNAMED] {
            let times = admin.call(CustomerManagers).at(&id.into()).send().await.ok();
            assert_eq!((times[0].manager.as_str(), times[0].until.is_some()), (MANAGER.name, true), "{id}");
        }
        assert_eq!(assign(&admin, &[SHOP], Some(IDLE_MANAGER.user_id)).await.ok().done, 1);
    })
    .await;
}

#[tokio::test]
async fn more_than_ten_thousand_are_refused() {
    on_sqlite(async |world: &World| {
        let admin = world.admin().await;
        let many: Vec<String> = (0..10_001).map(|n| format!("c{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(assign(&admin, &many, None).await.code(), Code::TooMuch);
    })
    .await;
}

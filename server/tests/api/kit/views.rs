//! Saved views (checklist 23, 46).

use crate::harness::fixture::{FINANCE, STRANGER_ADMIN};
use crate::harness::{Answer, Client, World, both};
use contract::error::{Code, Fault};
use contract::identity::CurrentSession;
use contract::views::{
    DefaultView, NewView, View, ViewChange, ViewCreate, ViewDefault, ViewDelete, ViewList, ViewUpdate,
};

fn new(name: &str, shared: bool) -> NewView {
    NewView { list: "customers".into(), name: name.into(), query: "?association=resale".into(), shared }
}

async fn save(person: &Client, view: &NewView) -> Answer<View> {
    person.call(ViewCreate).body(view).send().await
}

async fn names(person: &Client) -> Vec<String> {
    person.call(ViewList).send().await.ok().into_iter().map(|v| v.name).collect()
}

fn update(view: &View, name: &str) -> ViewUpdate {
    ViewUpdate { name: name.into(), query: view.query.clone(), shared: view.shared, version: view.version }
}

#[tokio::test]
async fn views_are_ones_own_until_they_are_shared() {
    both(async |world: &World| {
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let own = save(&admin, &new("  代售客户 ", false)).await.ok();
        assert_eq!((own.name.as_str(), own.mine, own.version), ("代售客户", true, 1));
        save(&admin, &new("Shared", true)).await.ok();
        assert_eq!(names(&finance).await, ["Shared"]);
        let seen = finance.call(ViewList).send().await.ok().remove(0);
        assert_eq!((seen.mine, seen.owner.as_str()), (false, "林薇"));
        assert_eq!(names(&world.person(&STRANGER_ADMIN).await).await, [""; 0]);
        // Who sees it may not change it; who does not see it cannot tell that it is there.
        let change = finance.call(ViewChange).at(&seen.id).body(&update(&seen, "Mine now")).send().await;
        assert_eq!(change.code(), Code::Forbidden);
        assert_eq!(finance.call(ViewDelete).at(&seen.id).send().await.code(), Code::Forbidden);
        let hidden = finance.call(ViewChange).at(&own.id).body(&update(&own, "x")).send().await;
        assert_eq!(hidden.code(), Code::NotFound);
        // The same name twice is only a fault for the same person.
        assert_eq!(save(&admin, &new("Shared", false)).await.code(), Code::NameTaken);
        save(&finance, &new("Shared", false)).await.ok();
        for _ in 0..2 {
            admin.call(ViewDelete).at(&own.id).send().await.ok();
        }
        assert_eq!(names(&admin).await, ["Shared"]);
    })
    .await;
}

#[tokio::test]
async fn a_change_in_another_window_is_told_and_not_overwritten() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let view = save(&admin, &new("A", false)).await.ok();
        let first = admin.call(ViewChange).at(&view.id).body(&update(&view, "B")).send().await.ok();
        assert_eq!((first.name.as_str(), first.version), ("B", 2));
        let late = admin.call(ViewChange).at(&view.id).body(&update(&view, "C")).send().await;
        assert_eq!(late.code(), Code::Changed);
        let change = late.error().change.expect("who and when");
        assert!(change.by.starts_with("林薇"), "{change:?}");
        assert_eq!(names(&admin).await, ["B"]);
        let now = admin.call(ViewChange).at(&view.id).body(&update(&first, "C")).send().await.ok();
        assert_eq!(now.version, 3);
    })
    .await;
}

#[tokio::test]
async fn a_list_opens_with_the_chosen_view() {
    both(async |world: &World| {
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let view = save(&admin, &new("A", true)).await.ok();
        let choose = |view| DefaultView { list: "customers".into(), view };
        finance.call(ViewDefault).body(&choose(Some(view.id.clone()))).send().await.ok();
        let opening = finance.call(CurrentSession).send().await.ok().views;
        assert_eq!((opening.len(), opening[0].query.as_str()), (1, "?association=resale"));
        assert!(admin.call(CurrentSession).send().await.ok().views.is_empty(), "for the person alone");
        // It is gone when its owner keeps it to herself, or deletes it.
        let hidden = ViewUpdate { shared: false, ..update(&view, "A") };
        admin.call(ViewChange).at(&view.id).body(&hidden).send().await.ok();
        assert!(finance.call(CurrentSession).send().await.ok().views.is_empty());
        admin.call(ViewDefault).body(&choose(Some(view.id.clone()))).send().await.ok();
        admin.call(ViewDelete).at(&view.id).send().await.ok();
        assert!(admin.call(CurrentSession).send().await.ok().views.is_empty());
        assert_eq!(admin.call(ViewDefault).body(&choose(Some(view.id))).send().await.code(), Code::NotFound);
        admin.call(ViewDefault).body(&choose(None)).send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn names_and_queries_have_limits() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let fault = async |view: NewView| save(&admin, &view).await.fault();
        assert_eq!(fault(new(" ", false)).await, ("name".into(), Fault::Required));
        assert_eq!(fault(new(&"长".repeat(41), false)).await, ("name".into(), Fault::TooLong { max: 40 }));
        let other = NewView { list: "elsewhere".into(), ..new("A", false) };
        assert_eq!(fault(other).await, ("list".into(), Fault::Invalid));
        let long = NewView { query: "x".repeat(1_001), ..new("A", false) };
        assert_eq!(fault(long).await, ("query".into(), Fault::TooLong { max: 1_000 }));
    })
    .await;
}

//! Reporting customers (capabilities 21, 24, 26; product/states.md D2).

use super::{all, made, new, report};
use crate::harness::fixture::{IDLE_MANAGER, MANAGER, SHOP, STRANGER_ADMIN, STRANGERS_SHOP};
use crate::harness::{World, both, on_sqlite};
use contract::error::{Code, Fault};
use contract::id::PartnerId;
use contract::prospects::{
    Chosen, Common, Finding, FindingKind, HELD_DAYS, LeftWhy, MAX_REPORTS, NewProspect, Prospect,
    ProspectCheck, ProspectDelete, ProspectEmail, ProspectList, ProspectQuery, ProspectState, SetEmail,
    Verdict,
};
use contract::time::to_millis;
use server::prospects::review;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

fn sample() -> NewProspect {
    NewProspect {
        phone: "138 0013 8000".into(), contact: "王工".into(), ..new("深圳市样例科技有限公司", "")
    }
}

fn kinds(findings: &[Finding]) -> Vec<FindingKind> {
    findings.iter().map(|f| f.kind).collect()
}

/// A report that was just let in is kept for its days.
fn assert_held(world: &World, report: &Prospect) {
    let left = to_millis(report.until.expect("a time")) - world.app.clock.millis();
    assert!((HELD_DAYS * 86_400_000 - 60_000..=HELD_DAYS * 86_400_000).contains(&left), "{left}");
}

#[tokio::test]
async fn a_report_keeps_the_customer_for_who_made_it() {
    both(async |world: &World| {
        let manager = world.person(&MANAGER).await;
        let report_ = made(&manager, &sample()).await;
        assert_eq!(report_.state, ProspectState::Reported);
        assert_held(world, &report_);
        assert_eq!(report_.phone, "+86******8000");
        // A colleague is told by whom, another partner only until when.
        let colleague = world.person(&IDLE_MANAGER).await;
        let again = NewProspect { name: "深圳市 样例科技（股份有限公司）".into(), ..sample() };
        let told = report(&colleague, &again).await.ok();
        assert_eq!(told.prospect, None);
        assert_eq!(kinds(&told.findings), [FindingKind::Reported]);
        assert_eq!(told.findings[0].common, [Common::Name, Common::Phone]);
        assert!(told.findings[0].by.contains("陈立") && told.findings[0].name.contains("样例科技"));
        let stranger = world.person(&STRANGER_ADMIN).await;
        let told = report(&stranger, &sample()).await.ok();
        assert_eq!(kinds(&told.findings), [FindingKind::Protected]);
        assert_eq!((told.findings[0].name.as_str(), told.findings[0].by.as_str()), ("", ""));
        assert_eq!(told.findings[0].until, report_.until);
        // Looking first says the same, and keeps nothing.
        let looked = stranger.call(ProspectCheck).body(&sample()).send().await.ok();
        assert_eq!((looked.verdict, looked.left), (Verdict::Blocked, MAX_REPORTS));
        assert_eq!(looked.findings, told.findings);
        // Each sees the own reports; who sees all customers sees all.
        assert_eq!(all(&manager).await.len(), 1);
        assert_eq!(all(&colleague).await.len(), 0);
        assert_eq!(all(&world.admin().await).await.len(), 1);
        let trail =
            world.texts("SELECT action FROM audit_entries WHERE action LIKE 'customers.report%'").await;
        assert_eq!(trail, ["customers.reported"]);
    })
    .await;
}

#[tokio::test]
async fn fifteen_days_later_anybody_may_report_it() {
    both(async |world: &World| {
        made(&world.admin().await, &sample()).await;
        world.later(DAY * 15);
        // The page may be quicker than the job.
        let (mine, theirs) = (world.admin().await, world.person(&STRANGER_ADMIN).await);
        assert_eq!(all(&mine).await[0].state, ProspectState::Expired);
        let expired =
            ProspectQuery { state: Some(ProspectState::Expired.into()), ..ProspectQuery::default() };
        assert_eq!(mine.call(ProspectList).query(&expired).send().await.ok().items.len(), 1);
        let live = ProspectQuery { state: Some(ProspectState::Reported.into()), ..ProspectQuery::default() };
        assert_eq!(mine.call(ProspectList).query(&live).send().await.ok().items.len(), 0);
        made(&theirs, &sample()).await;
        server::jobs::reports(&world.app).await.expect("the job runs");
        server::jobs::reports(&world.app).await.expect("the job runs");
        let noted = "SELECT COUNT(*) FROM audit_entries WHERE action = 'customers.report_expired'";
        assert_eq!(world.number(noted).await, 1);
        // What the job noted late took nothing from whoever reported meanwhile.
        assert_eq!(report(&mine, &sample()).await.ok().prospect, None);
    })
    .await;
}

#[tokio::test]
async fn of_two_partners_at_once_one_reports() {
    both(async |world: &World| {
        let (mine, theirs) = (world.admin().await, world.person(&STRANGER_ADMIN).await);
        for (round, name) in
            ["东方纺织公司", "西山矿业公司", "南海渔业公司", "北疆牧业公司"].iter().enumerate()
        {
            let new = NewProspect { phone: format!("1380013800{round}"), ..new(name, "") };
            let (a, b) = tokio::join!(report(&mine, &new), report(&theirs, &new));
            let (a, b) = (a.ok(), b.ok());
            assert_eq!([&a, &b].iter().filter(|r| r.prospect.is_some()).count(), 1, "round {round}");
            let lost = if a.prospect.is_none() { a } else { b };
            assert_eq!(kinds(&lost.findings), [FindingKind::Protected], "round {round}");
        }
    })
    .await;
}

#[tokio::test]
async fn customers_cannot_be_reported_and_others_stay_unknown() {
    both(async |world: &World| {
        let admin = world.admin().await;
        world.change(&format!("UPDATE customers SET email = 'shop@dist.example', name = '样例商店有限公司', search_text = '样例商店有限公司' WHERE customer_id = '{SHOP}'")).await.expect("past the server");
        world.change(&format!("UPDATE customers SET phone = '13900139000' WHERE customer_id = '{STRANGERS_SHOP}'")).await.expect("past the server");
        let own = report(&admin, &new("另一个名字", "Shop@dist.example")).await.ok();
        assert_eq!(kinds(&own.findings), [FindingKind::Customer]);
        assert_eq!(own.findings[0].customer.as_ref().map(|c| c.as_str()), Some(SHOP));
        // Whoever does not see the customer learns that there is one, and nothing of it.
        let other = world.person(&IDLE_MANAGER).await;
        let told = report(&other, &new("另一个名字", "shop@dist.example")).await.ok();
        assert_eq!(kinds(&told.findings), [FindingKind::Customer]);
        assert_eq!((told.findings[0].name.as_str(), &told.findings[0].customer), ("", &None));
        let phone = NewProspect { phone: "+86 139 0013 9000".into(), ..new("又一个名字", "") };
        let told = report(&admin, &phone).await.ok();
        assert_eq!(kinds(&told.findings), [FindingKind::CustomerElsewhere]);
        assert!(told.findings[0].name.is_empty() && told.findings[0].by.is_empty());
        // Fields that are wrong are told at once, all of them.
        let wrong = NewProspect { phone: "12".into(), memo: "x".repeat(257), ..NewProspect::default() };
        let error = report(&admin, &wrong).await.error();
        let fields: Vec<_> = error.fields.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, ["name", "phone", "memo"]);
    })
    .await;
}

#[tokio::test]
async fn a_name_much_like_anothers_is_reviewed() {
    both(async |world: &World| {
        let (mine, theirs) = (world.admin().await, world.person(&STRANGER_ADMIN).await);
        made(&theirs, &new("深圳市样例科技有限公司", "a@sample.example")).await;
        let told = report(&mine, &new("深圳样例科技有限公司", "b@sample.example")).await.ok();
        assert_eq!(kinds(&told.findings), [FindingKind::SimilarElsewhere]);
        assert_eq!(told.findings[0].name, "");
        let one = told.prospect.expect("it is made");
        assert_eq!(one.state, ProspectState::Reviewing);
        assert_held(world, &one);
        // It is nobody's to delete or to invite meanwhile, and nobody else's to report.
        let chosen = Chosen { prospects: vec![one.id.clone()] };
        let outcome = mine.call(ProspectDelete).body(&chosen).send().await.ok();
        assert_eq!((outcome.done, outcome.left[0].why), (0, LeftWhy::Reviewing));
        let waiting = review::waiting(&world.app.db, 0).await.expect("the database answers");
        assert_eq!(waiting.len(), 1);
        let key = (&waiting[0].partner, &waiting[0].id);
        let now = world.app.clock.millis();
        review::decide(&world.app.db, key, Some("同一客户"), now).await.expect("decided");
        let seen = all(&mine).await.remove(0);
        assert_eq!((seen.state, seen.reason.as_str()), (ProspectState::Rejected, "同一客户"));
        let twice = review::decide(&world.app.db, key, None, now).await.expect_err("decided before");
        assert_eq!(twice.code(), Code::ReportMoved);
        let nothing = (&PartnerId::from("nobody"), &waiting[0].id);
        let unknown = review::decide(&world.app.db, nothing, None, now).await.expect_err("not there");
        assert_eq!(unknown.code(), Code::NotFound);
        // What was refused claims nothing any more; another one is let in, and kept from then on.
        let again = report(&mine, &new("深圳样例科技有限公司", "b@sample.example")).await.ok();
        let again = again.prospect.expect("it is made");
        let own = PartnerId::from(crate::harness::fixture::DISTRIBUTOR);
        review::decide(&world.app.db, (&own, &again.id), None, now).await.expect("decided");
        let seen = all(&mine).await.remove(0);
        assert_eq!(seen.state, ProspectState::Reported);
        assert_held(world, &seen);
    })
    .await;
}

#[tokio::test]
async fn there_are_a_hundred_at_once() {
    on_sqlite(async |world: &World| {
        let admin = world.admin().await;
        let mut ids = Vec::new();
        for n in 0..MAX_REPORTS {
            ids.push(made(&admin, &new(&format!("第{n}号"), &format!("c{n}@many.example"))).await.id);
        }
        let more = new("多出来的一个", "more@many.example");
        assert_eq!(report(&admin, &more).await.code(), Code::ReportLimit);
        let chosen = Chosen { prospects: ids[..2].to_vec() };
        assert_eq!(admin.call(ProspectDelete).body(&chosen).send().await.ok().done, 2);
        made(&admin, &more).await;
        assert_eq!(
            admin.call(ProspectCheck).body(&new("再一个", "z@many.example")).send().await.ok().left,
            1
        );
        // Another partner has a hundred of its own.
        made(&world.person(&STRANGER_ADMIN).await, &new("别处", "x@else.example")).await;
    })
    .await;
}

#[tokio::test]
async fn deleting_voids_the_report() {
    both(async |world: &World| {
        let (mine, theirs) = (world.admin().await, world.person(&STRANGER_ADMIN).await);
        let one = made(&mine, &sample()).await;
        let chosen = Chosen { prospects: vec![one.id.clone(), "gone".into(), one.id.clone()] };
        // It is not another partner's to delete.
        let outcome = theirs.call(ProspectDelete).body(&chosen).send().await.ok();
        assert_eq!((outcome.done, outcome.left.len()), (0, 2));
        let outcome = mine.call(ProspectDelete).body(&chosen).send().await.ok();
        assert_eq!((outcome.done, outcome.left.len(), outcome.left[0].why), (1, 1, LeftWhy::Missing));
        let outcome = mine.call(ProspectDelete).body(&chosen).send().await.ok();
        assert_eq!((outcome.done, outcome.left.len()), (0, 2));
        assert_eq!(all(&mine).await.len(), 0);
        made(&theirs, &sample()).await;
        let none = Chosen { prospects: vec![] };
        assert_eq!(
            mine.call(ProspectDelete).body(&none).send().await.fault(),
            ("prospects".into(), Fault::Required)
        );
    })
    .await;
}

#[tokio::test]
async fn an_address_is_added_to_a_report() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let one = made(&admin, &sample()).await;
        made(&admin, &new("另一家公司", "taken@x.example")).await;
        let set = async |email: &str| {
            let wanted = SetEmail { email: email.into() };
            admin.call(ProspectEmail).at(&one.id).body(&wanted).send().await
        };
        assert_eq!(set("").await.fault(), ("email".into(), Fault::Required));
        assert_eq!(set("nonsense").await.fault(), ("email".into(), Fault::Invalid));
        assert_eq!(set("taken@x.example").await.fault(), ("email".into(), Fault::Taken));
        assert_eq!(set("Wang@x.example").await.ok().email, "w***@x.example");
        assert_eq!(set("wang@x.example").await.ok().email, "w***@x.example");
        // The first address is free again once there is another.
        set("li@x.example").await.ok();
        made(&admin, &new("第三家公司", "wang@x.example")).await;
        world.later(DAY * 16);
        let admin = world.admin().await;
        let wanted = SetEmail { email: "new@x.example".into() };
        let late = admin.call(ProspectEmail).at(&one.id).body(&wanted).send().await;
        assert_eq!(late.code(), Code::ReportMoved);
    })
    .await;
}

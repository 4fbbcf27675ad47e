//! Notices and live events (checklist 57, 68; issue 3, part 7).

use super::batches::{carried_out, prepared, to};
use crate::harness::fixture::{ADMIN, DISTRIBUTOR, FINANCE, MILL, OPERATOR, RESELLERS_SHOP, SHOP};
use crate::harness::{Answer, Client, Wire, World, both, done, fresh_key, move_now, on_sqlite};
use contract::batches::{BatchCreate, Kind as BatchKind};
use contract::error::Code;
use contract::exports::{ExportColumn, ExportCreate, Format, ListName, NewExport};
use contract::identity::{CurrentSession, MessageList};
use contract::notices::{
    Choice, Kind, Live, LiveEvents, Notice, NoticeChoices, NoticeChoicesChange, NoticeList, NoticesRead,
    ReadNotices,
};
use serde_json::Value;
use server::notices::job::write_due;
use std::time::Duration;

async fn notices(world: &World, person: &Client) -> Vec<Notice> {
    write_due(&world.app).await.expect("the job runs");
    person.call(NoticeList).send().await.ok().items
}

async fn export(world: &World, person: &Client) {
    let columns = vec![ExportColumn { key: "name".into(), title: "Name".into() }];
    let new = NewExport {
        list: ListName::Customers,
        format: Format::Csv,
        query: String::new(),
        columns,
        page_only: false,
        ids: vec![],
    };
    person.call(ExportCreate).body(&new).send().await.ok();
    server::exports::job::make_due(&world.app).await.expect("the job runs");
}

fn choice(kind: Kind, console: bool, email: bool) -> Vec<Choice> {
    vec![Choice { kind, console, email, sms: false }]
}

#[tokio::test]
async fn whoever_waits_for_something_is_told_once() {
    both(async |world: &World| {
        let (admin, colleague) = (world.reseller().await, world.admin().await);
        export(world, &admin).await;
        let batch = prepared(world, &admin, &to(&[RESELLERS_SHOP], BatchKind::Appropriation, "1")).await;
        // One whose rows took a while to check is told when it is ready too.
        let long = to(&[RESELLERS_SHOP], BatchKind::Appropriation, "2");
        let long = admin.call(BatchCreate).body(&long).send().await.ok();
        world.later(Duration::from_secs(11));
        server::batches::job::work_due(&world.app).await.expect("the job runs");
        carried_out(world, &admin, &batch.id).await;
        // Two servers, and again.
        let (one, two) = tokio::join!(write_due(&world.app), write_due(&world.app));
        one.and(two).expect("the jobs run");
        let told = notices(world, &admin).await;
        let actions: Vec<_> = told.iter().map(|n| (n.kind, n.action.as_str(), n.count)).collect();
        assert_eq!(
            actions,
            [
                (Kind::Batch, "batches.ended", 1),
                (Kind::Batch, "batches.ready", 0),
                (Kind::Export, "exports.made", 1),
            ]
        );
        assert_eq!(
            (told[0].subject.as_str(), told[1].subject.as_str()),
            (batch.id.as_str(), long.id.as_str())
        );
        assert_eq!(admin.call(CurrentSession).send().await.ok().unread, 3);
        assert!(notices(world, &colleague).await.is_empty());
        let read = ReadNotices { ids: vec![told[0].id.clone()] };
        assert_eq!(admin.call(NoticesRead).body(&read).send().await.ok().count, 2);
        assert_eq!(admin.call(NoticesRead).body(&ReadNotices::default()).send().await.ok().count, 0);
    })
    .await;
}

#[tokio::test]
async fn each_kind_comes_the_way_it_is_wanted() {
    both(async |world: &World| {
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let usual = finance.call(NoticeChoices).send().await.ok();
        assert_eq!(usual.len(), Kind::ALL.len() - 2, "endpoints and settings are the admin's");
        assert!(usual.iter().all(|c| c.console == (c.kind != Kind::Movement)));
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        done(&move_now(&admin, SHOP, "1", &fresh_key()).await);
        assert!(notices(world, &finance).await.is_empty(), "nobody asked for movements");
        finance.call(NoticeChoicesChange).body(&choice(Kind::Movement, true, true)).send().await.ok();
        done(&move_now(&admin, SHOP, "12.50", &fresh_key()).await);
        done(&move_now(&finance, SHOP, "3", &fresh_key()).await);
        let told = notices(world, &finance).await;
        assert_eq!(told.len(), 1, "one's own are no news: {told:?}");
        assert_eq!(told[0].amount.map(|a| a.decimal()).as_deref(), Some("12.50"));
        assert!(told[0].actor.contains("林薇"));
        let mails = finance.call(MessageList).send().await.ok();
        assert!(mails.iter().any(|m| m.text.contains("12.50")), "{mails:?}");
        // Off means off.
        finance.call(NoticeChoicesChange).body(&choice(Kind::Movement, false, false)).send().await.ok();
        done(&move_now(&admin, SHOP, "2", &fresh_key()).await);
        assert_eq!(notices(world, &finance).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_movement_is_not_told_to_who_may_not_see_the_funds() {
    both(async |world: &World| {
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        let (admin, operator) = (world.admin().await, world.person(&OPERATOR).await);
        let all = operator.call(NoticeChoices).send().await.ok();
        assert!(all.iter().all(|c| c.kind != Kind::Movement));
        let asked = operator.call(NoticeChoicesChange).body(&choice(Kind::Movement, true, true)).send().await;
        assert_eq!(asked.code(), Code::Forbidden);
        let long = choice(Kind::Export, true, true).repeat(Kind::ALL.len() + 1);
        assert_eq!(operator.call(NoticeChoicesChange).body(&long).send().await.code(), Code::TooMuch);
        // Asked for in a time when it was allowed.
        let sql = format!("INSERT INTO notice_choices (partner_id, user_id, kind, console, email) VALUES ('{DISTRIBUTOR}', '{}', 'movement', 1, 1)", OPERATOR.user_id);
        world.change(&sql).await.expect("past the server");
        done(&move_now(&admin, SHOP, "1", &fresh_key()).await);
        assert!(notices(world, &operator).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_one_piece_of_news() {
    both(async |world: &World| {
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        finance.call(NoticeChoicesChange).body(&choice(Kind::Movement, true, false)).send().await.ok();
        let batch = prepared(world, &admin, &to(&[SHOP, MILL], BatchKind::Appropriation, "1")).await;
        carried_out(world, &admin, &batch.id).await;
        let told = notices(world, &finance).await;
        let seen: Vec<_> = told.iter().map(|n| (n.kind, n.action.as_str(), n.count)).collect();
        assert_eq!(seen, [(Kind::Movement, "batches.ended", 2)]);
    })
    .await;
}

#[tokio::test]
async fn what_a_page_asks_by_itself_is_no_use_of_the_session() {
    on_sqlite(async |world: &World| {
        let admin = world.admin().await;
        let by_itself = || Wire::new("GET", "/api/notices", "").with(contract::api::BY_ITSELF, "1");
        world.later(Duration::from_secs(20 * 60));
        let answer: Answer<Value> = admin.send(by_itself()).await;
        assert_eq!(answer.status, 200);
        world.later(Duration::from_secs(11 * 60));
        let answer: Answer<Value> = admin.send(by_itself()).await;
        assert_eq!(answer.status, 401);
        let admin = world.admin().await;
        for _ in 0..2 {
            world.later(Duration::from_secs(20 * 60));
            let answer: Answer<Value> = admin.send(Wire::new("GET", "/api/notices", "")).await;
            assert_eq!(answer.status, 200);
        }
    })
    .await;
}

fn event(text: &str) -> Live {
    let json = text.lines().find_map(|l| l.strip_prefix("data: ")).expect(text);
    serde_json::from_str(json).expect("a live event")
}

#[tokio::test]
async fn the_first_event_says_how_things_stand() {
    on_sqlite(async |world: &World| {
        let admin = world.admin().await;
        let answer = admin.call(LiveEvents).send().await;
        assert_eq!(answer.headers["content-type"], "text/event-stream");
        assert!(!answer.headers.contains_key("content-encoding"), "a packed stream would come too late");
        let live = event(&answer.text);
        assert_eq!(live.unread, 0);
        let again = event(&admin.call(LiveEvents).send().await.text);
        assert_eq!(
            again.session, live.session,
            "the word changes with what the person may do, not by itself"
        );
        assert!(!live.session.is_empty());
        // Looking is no use of the session: it ends all the same.
        world.later(std::time::Duration::from_secs(31 * 60));
        assert_eq!(admin.call(LiveEvents).send().await.code(), contract::error::Code::SignedOut);
        assert_eq!(ADMIN.name, "林薇");
    })
    .await;
}

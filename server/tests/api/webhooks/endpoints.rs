//! Adding, changing and deleting endpoints: limits, what addresses are taken, what leaves the server.

use super::receiver::{Manner, Receiver};
use super::{add, deliver, deliveries, detail, endpoint, move_some, tolerant};
use crate::harness::fixture::RESELLER_ADMIN;
use crate::harness::{World, both, on_sqlite};
use contract::error::{Code, Fault};
use contract::webhooks::{
    AttemptFault, ChangeWebhook, EventKind, NewWebhook, WebhookChange, WebhookCreate, WebhookDelete,
    WebhookList, WebhookState, WebhookTest,
};

fn new(url: &str) -> NewWebhook {
    NewWebhook { url: url.into(), description: String::new(), events: vec![EventKind::BatchDone] }
}

#[tokio::test]
async fn endpoints_have_limits() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let refused = async |new: NewWebhook| person.call(WebhookCreate).body(&new).send().await.fault();
        let url = "https://hook.example/a";
        let none = NewWebhook { events: vec![], ..new(url) };
        assert_eq!(refused(none).await, ("events".into(), Fault::Required));
        let test = NewWebhook { events: vec![EventKind::WebhookTest], ..new(url) };
        assert_eq!(refused(test).await, ("events".into(), Fault::Invalid));
        let long = NewWebhook { description: "长".repeat(129), ..new(url) };
        assert_eq!(refused(long).await, ("description".into(), Fault::TooLong { max: 128 }));
        assert_eq!(refused(new("")).await, ("url".into(), Fault::Required));
        for bad in
            ["http://hook.example/", "https://127.0.0.1/", "https://u:p@hook.example/", "https://[::1]/"]
        {
            assert_eq!(refused(new(bad)).await, ("url".into(), Fault::Invalid), "{bad}");
        }
        for n in 0..10 {
            person.call(WebhookCreate).body(&new(&format!("{url}{n}"))).send().await.ok();
        }
        assert_eq!(person.call(WebhookCreate).body(&new(url)).send().await.code(), Code::TooMany);
        let all = person.call(WebhookList).send().await.ok();
        assert_eq!(all.len(), 10);
        let change = ChangeWebhook {
            url: "https://other.example/".into(),
            description: "另一个".into(),
            events: vec![EventKind::ExportDone, EventKind::BatchDone],
            enabled: false,
            version: 1,
        };
        let changed = person.call(WebhookChange).at(&all[0].id).body(&change).send().await.ok();
        assert_eq!((changed.version, changed.state), (2, WebhookState::Disabled));
        assert_eq!(changed.events, [EventKind::BatchDone, EventKind::ExportDone]);
        let late = person.call(WebhookChange).at(&all[0].id).body(&change).send().await;
        assert_eq!(late.code(), Code::Changed);
        person.call(WebhookDelete).at(&all[0].id).send().await.ok();
        assert_eq!(person.call(WebhookDelete).at(&all[0].id).send().await.code(), Code::NotFound);
        person.call(WebhookCreate).body(&new(url)).send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_deleted_endpoint_is_told_nothing_and_leaves_nothing() {
    both(async |world: &World| {
        let (server, receiver) = (tolerant(world).await, Receiver::start(Manner::Status(500)).await);
        let person = server.person(&RESELLER_ADMIN).await;
        let hook = add(&person, &receiver.url).await.webhook;
        move_some(&person, 3).await;
        deliver(&server).await;
        assert_eq!(deliveries(&person).await.len(), 3);
        person.call(WebhookDelete).at(&hook.id).send().await.ok();
        world.later(std::time::Duration::from_secs(6));
        deliver(&server).await;
        assert_eq!(receiver.got().len(), 3);
        for table in ["webhook_endpoints", "webhook_deliveries", "webhook_attempts"] {
            assert_eq!(world.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
    })
    .await;
}

/// A name passes the form; what it resolves to is looked at when it is called.
#[tokio::test]
async fn names_that_lead_inside_are_not_called() {
    on_sqlite(async |world: &World| {
        let receiver = Receiver::start(Manner::Status(200)).await;
        let port = receiver.url.split([':', '/']).nth(4).expect("a port").to_owned();
        let person = world.reseller().await;
        let hook = person
            .call(WebhookCreate)
            .body(&new(&format!("https://localhost:{port}/")))
            .send()
            .await
            .ok()
            .webhook;
        person.call(WebhookTest).at(&hook.id).send().await.ok();
        deliver(world).await;
        let all = deliveries(&person).await;
        assert_eq!(all[0].fault, Some(AttemptFault::NotAllowed));
        assert_eq!(detail(&person, &all[0]).await.attempts[0].status, None);
        // One that was accepted while the installation allowed more, is not called either.
        let loose = format!("UPDATE webhook_endpoints SET url = '{}'", receiver.url);
        world.change(&loose).await.expect("past the server");
        person.call(WebhookTest).at(&hook.id).send().await.ok();
        deliver(world).await;
        assert_eq!(deliveries(&person).await[0].fault, Some(AttemptFault::NotAllowed));
        assert!(receiver.got().is_empty());
        assert!(endpoint(&person).await.failing_since.is_some());
    })
    .await;
}

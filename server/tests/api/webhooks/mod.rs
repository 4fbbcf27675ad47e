//! Webhooks against a real HTTP receiver that also fails: 500s, time-outs, slowness, redirects, 410. Nothing is
//! lost, at least once each, with ids that stay.

mod delivery;
mod endpoints;
mod faults;
mod receiver;
mod servers;

use crate::harness::fixture::RESELLERS_SHOP;
use crate::harness::{Client, Server, World, done, fresh_key, move_now};
use contract::webhooks::{
    Delivery, DeliveryDetail, DeliveryList, DeliveryQuery, DeliveryView, EventKind, NewWebhook, Webhook,
    WebhookCreate, WebhookList, WebhookSecret,
};
use server::config::Settings;
use server::outbox::Delivery as Ways;
use server::webhooks::job::deliver_due;

/// A further server of the world that may call the receivers of tests, which are on this machine.
async fn tolerant(world: &World) -> Server {
    let delivery = Ways { message_centre: true, ..Ways::default() };
    world.another_server(Settings { delivery, webhooks_allow_private: true, ..Settings::default() }).await
}

/// Adds an endpoint that is told of appropriations and reclaims.
async fn add(client: &Client, url: &str) -> WebhookSecret {
    let events = vec![EventKind::FundsAppropriated, EventKind::FundsReclaimed];
    let new = NewWebhook { url: url.into(), description: "测试".into(), events };
    client.call(WebhookCreate).body(&new).send().await.ok()
}

/// Moves so many amounts: 1.00, 2.00 …
async fn move_some(client: &Client, count: usize) {
    for n in 1..=count {
        done(&move_now(client, RESELLERS_SHOP, &n.to_string(), &fresh_key()).await);
    }
}

async fn deliver(server: &Server) {
    deliver_due(&server.app).await.expect("the job runs");
}

async fn endpoint(client: &Client) -> Webhook {
    client.call(WebhookList).send().await.ok().remove(0)
}

async fn deliveries(client: &Client) -> Vec<Delivery> {
    let query = DeliveryQuery { limit: Some(100), ..DeliveryQuery::default() };
    client.call(DeliveryList).query(&query).send().await.ok().items
}

async fn detail(client: &Client, delivery: &Delivery) -> DeliveryDetail {
    client.call(DeliveryView).at(&delivery.id).send().await.ok()
}

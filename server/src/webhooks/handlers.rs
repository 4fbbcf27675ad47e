//! The endpoints of webhooks.

use super::{deliveries, service};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::page::Page;
use contract::webhooks::{
    Delivery, DeliveryAgain, DeliveryDetail, DeliveryList, DeliveryView, Replayed, Webhook, WebhookChange,
    WebhookCreate, WebhookDelete, WebhookList, WebhookReplay, WebhookRotate, WebhookSecret, WebhookTest,
};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(WebhookList, list)
        .on(WebhookCreate, create)
        .on(WebhookChange, change)
        .on(WebhookDelete, delete)
        .on(WebhookRotate, rotate)
        .on(WebhookTest, test)
        .on(WebhookReplay, replay)
        .on(DeliveryList, all_deliveries)
        .on(DeliveryView, delivery)
        .on(DeliveryAgain, again)
}

async fn list(app: App, call: Call<WebhookList>) -> Result<Vec<Webhook>, Error> {
    service::list(&app.db, call.scope()?).await
}

async fn create(app: App, call: Call<WebhookCreate>) -> Result<WebhookSecret, Error> {
    service::create(&app, call.scope()?, &call.body).await
}

async fn change(app: App, call: Call<WebhookChange>) -> Result<Webhook, Error> {
    service::change(&app, call.scope()?, &call.path, &call.body).await
}

async fn delete(app: App, call: Call<WebhookDelete>) -> Result<(), Error> {
    service::delete(&app, call.scope()?, &call.path).await
}

async fn rotate(app: App, call: Call<WebhookRotate>) -> Result<WebhookSecret, Error> {
    service::rotate(&app, call.scope()?, &call.path).await
}

async fn test(app: App, call: Call<WebhookTest>) -> Result<Delivery, Error> {
    service::test(&app, call.scope()?, &call.path).await
}

async fn replay(app: App, call: Call<WebhookReplay>) -> Result<Replayed, Error> {
    service::replay(&app, call.scope()?, &call.path, &call.body).await
}

async fn all_deliveries(app: App, call: Call<DeliveryList>) -> Result<Page<Delivery>, Error> {
    deliveries::list(&app.db, call.scope()?, &call.query).await
}

async fn delivery(app: App, call: Call<DeliveryView>) -> Result<DeliveryDetail, Error> {
    deliveries::detail(&app.db, call.scope()?, &call.path).await
}

async fn again(app: App, call: Call<DeliveryAgain>) -> Result<Delivery, Error> {
    service::again(&app, call.scope()?, &call.path).await
}

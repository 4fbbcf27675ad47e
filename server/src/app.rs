//! What every part of the server is handed: the database, the clock, the secret, the ways out.

use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::funds::desk::Desk;
use crate::http::metrics::Metrics;
use crate::identity::passwords::Passwords;
use crate::outbox::Sender;
use crate::seal::Seal;
use crate::sso::Providers;
use crate::webhooks::Courier;
use std::sync::Arc;
use tokio::sync::Notify;

/// The running application. Cheap to copy.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The installation's secret.
    pub seal: Seal,
    /// The ways out for messages.
    pub sender: Arc<Sender>,
    /// Hashing of passwords.
    pub passwords: Passwords,
    /// The settings.
    pub settings: Arc<Settings>,
    /// Where movements of money queue up to be committed together.
    pub desk: Desk,
    /// Figures for `/metrics`.
    pub metrics: Arc<Metrics>,
    /// Rings when a message waits to be sent.
    pub outbox_wake: Arc<Notify>,
    /// Rings when an export waits to be made.
    pub export_wake: Arc<Notify>,
    /// Rings when a batch waits for its job.
    pub batch_wake: Arc<Notify>,
    /// The way out for webhooks.
    pub courier: Arc<Courier>,
    /// The way to partners' identity providers.
    pub providers: Arc<Providers>,
    /// Rings when a webhook waits to be sent.
    pub webhook_wake: Arc<Notify>,
    /// What changed, for the people who look at it.
    pub live: crate::notices::live::Channel,
}

impl App {
    /// Builds the application over an open, migrated database, and starts its desk.
    ///
    /// # Errors
    /// Settings that cannot be used.
    pub fn new(db: Db, clock: Clock, seal: Seal, settings: Settings) -> anyhow::Result<Self> {
        let sender = Arc::new(Sender::new(&settings.delivery)?);
        let courier = Arc::new(Courier::new(settings.webhooks_allow_private)?);
        let providers = Arc::new(Providers::new(settings.webhooks_allow_private)?);
        let desk = Desk::start(db.clone(), clock.clone());
        Ok(Self {
            db,
            clock,
            seal,
            sender,
            passwords: Passwords::new()?,
            settings: Arc::new(settings),
            desk,
            metrics: Arc::new(Metrics::new()?),
            outbox_wake: Arc::new(Notify::new()),
            export_wake: Arc::new(Notify::new()),
            batch_wake: Arc::new(Notify::new()),
            courier,
            providers,
            webhook_wake: Arc::new(Notify::new()),
            live: crate::notices::live::Channel::default(),
        })
    }
}

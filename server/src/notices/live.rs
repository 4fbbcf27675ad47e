//! Server-sent events: a console that is open hears within a second that something changed, on whichever
//! server it was changed. What changed is not sent: the console asks for it again, with its own rights.

use super::store;
use crate::app::App;
use crate::approvals::store as approvals;
use crate::error::Error;
use crate::identity::sessions;
use crate::scope::Scope;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use contract::error::Code;
use contract::id::{PartnerId, SessionId};
use contract::notices::Live;
use futures_util::stream::unfold;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;

/// How long a change may wait for others before it is told.
const TOGETHER: Duration = Duration::from_millis(300);
/// How often a console is told that all is as it was, and its session is looked at.
const BEAT: Duration = Duration::from_secs(15);
/// Entries of the trail that are looked at to name the areas of a change.
const LOOK: i64 = 200;

/// What changed, for all consoles of this server.
#[derive(Debug, Clone)]
pub struct Channel {
    changes: broadcast::Sender<(PartnerId, BTreeSet<String>)>,
    /// The end of each partner's trail when it was last looked at.
    seen: Arc<Mutex<BTreeMap<PartnerId, i64>>>,
    closing: Arc<AtomicBool>,
    /// How far this server has looked for news in each partner's trail.
    looked: Arc<Mutex<BTreeMap<PartnerId, i64>>>,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            changes: broadcast::channel(256).0,
            seen: Arc::default(),
            closing: Arc::default(),
            looked: Arc::default(),
        }
    }
}

impl Channel {
    /// Tells the open consoles of a partner that something changed in these areas.
    pub fn tell(&self, partner: &PartnerId, areas: &[&str]) {
        // Nobody listens: nobody needs to know.
        _ = self.changes.send((partner.clone(), areas.iter().map(|a| (*a).to_owned()).collect()));
    }

    /// Up to which entry of a partner's trail this server has looked for news.
    pub(super) fn looked_at(&self, partner: &PartnerId) -> i64 {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).get(partner).copied().unwrap_or(0)
    }

    /// Notes how far it has looked.
    pub(super) fn look_on_from(&self, partner: &PartnerId, seq: i64) {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).insert(partner.clone(), seq);
    }

    /// Ends all streams, so that the server can stop.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
        self.tell(&PartnerId(String::new()), &[]);
    }
}

/// Looks for changes of partners, made on whichever server, while anyone listens.
///
/// # Errors
/// A database that does not answer.
pub async fn look(app: &App) -> Result<(), Error> {
    let channel = &app.live;
    if channel.changes.receiver_count() == 0 {
        channel.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
        return Ok(());
    }
    let heads = sqlx::query("SELECT partner_id, seq FROM audit_heads").fetch_all(app.db.read()).await?;
    for row in &heads {
        let (partner, seq) = (PartnerId(row.try_get(0)?), row.try_get::<i64, _>(1)?);
        let before = channel.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(partner.clone(), seq);
        if let Some(before) = before.filter(|before| *before < seq) {
            let actions: Vec<String> = sqlx::query_scalar(
                "SELECT action FROM audit_entries WHERE partner_id = $1 AND seq > $2 ORDER BY seq DESC LIMIT $3",
            )
            .bind(partner.as_str())
            .bind(before)
            .bind(LOOK)
            .fetch_all(app.db.read())
            .await?;
            let areas: BTreeSet<&str> = actions.iter().filter_map(|a| a.split('.').next()).collect();
            channel.tell(&partner, &areas.into_iter().collect::<Vec<_>>());
        }
    }
    Ok(())
}

/// Notes where a partner's trail ends before anyone is told that all is as it was: what comes after is a
/// change.
async fn begin(app: &App, partner: &PartnerId) -> Result<(), Error> {
    let seq: Option<i64> = sqlx::query_scalar("SELECT seq FROM audit_heads WHERE partner_id = $1")
        .bind(partner.as_str())
        .fetch_optional(app.db.read())
        .await?;
    let mut seen = app.live.seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.entry(partner.clone()).or_insert(seq.unwrap_or(0));
    Ok(())
}

struct Listener {
    app: App,
    scope: Scope,
    session: SessionId,
    changes: broadcast::Receiver<(PartnerId, BTreeSet<String>)>,
    greeted: bool,
    ended: bool,
}

impl Listener {
    /// Waits for the next thing to tell: areas that changed, or none after a beat.
    async fn next(&mut self) -> BTreeSet<String> {
        let mut areas = BTreeSet::new();
        let beat = tokio::time::sleep(BEAT);
        tokio::pin!(beat);
        loop {
            tokio::select! {
                () = &mut beat => return areas,
                change = self.changes.recv() => {
                    match change {
                        Ok((partner, changed)) if partner == self.scope.partner_id => areas.extend(changed),
                        // Too much happened to hear it all: everything may have changed.
                        Err(broadcast::error::RecvError::Lagged(_)) => _ = areas.insert("all".to_owned()),
                        Err(broadcast::error::RecvError::Closed) => self.ended = true,
                        Ok(_) => {}
                    }
                    if self.app.live.closing.load(Ordering::Relaxed) || self.ended {
                        self.ended = true;
                        return areas;
                    }
                    if !areas.is_empty() {
                        beat.as_mut().reset(tokio::time::Instant::now() + TOGETHER);
                    }
                }
            }
        }
    }

    async fn tell(&mut self, areas: &BTreeSet<String>) -> Result<Live, Error> {
        let session = sessions::standing(&self.app, &self.session).await?;
        self.ended = self.ended || session.is_none();
        Ok(Live {
            areas: areas.iter().cloned().collect(),
            unread: store::unread(&self.app.db, &self.scope.partner_id, &self.scope.user_id).await?,
            approvals: approvals::waiting(&self.app.db, &self.scope, self.app.clock.millis()).await?,
            build: crate::http::build().to_owned(),
            session: session.unwrap_or_default(),
        })
    }
}

/// The stream of a console.
///
/// # Errors
/// `SignedOut` without a session.
pub(super) async fn stream(app: App, scope: Scope, session: Option<SessionId>) -> Result<Response, Error> {
    let session = session.ok_or(Code::SignedOut)?;
    let changes = app.live.changes.subscribe();
    begin(&app, &scope.partner_id).await?;
    let listener = Listener { app, scope, session, changes, greeted: false, ended: false };
    let events = unfold(listener, |mut listener| async move {
        let mut areas = BTreeSet::new();
        loop {
            if listener.ended || listener.app.live.closing.load(Ordering::Relaxed) {
                return None;
            }
            if std::mem::replace(&mut listener.greeted, true) {
                areas.extend(listener.next().await);
            }
            match listener.tell(&areas).await {
                Ok(live) => {
                    let event = Event::default().json_data(&live).unwrap_or_default();
                    return Some((Ok::<_, Infallible>(event), listener));
                }
                // A database that is busy for a moment: the next beat tells.
                Err(error) => tracing::warn!(%error, "live.not_told"),
            }
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

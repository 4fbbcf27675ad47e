//! The audit trail: one entry for every write, in the write's own transaction, chained by
//! hashes a partner; and with each entry one event for webhooks and mail.

mod handlers;
pub mod store;

pub use handlers::mount;

use crate::db::{Db, Tx, insert_rows};
use crate::error::Error;
use crate::scope::{Origin, Scope};
use contract::audit::Action;
use contract::id::PartnerId;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::collections::BTreeMap;

/// What someone did.
#[derive(Debug, Clone)]
pub struct Act {
    /// In whose trail it stands.
    pub partner_id: PartnerId,
    /// Who did it.
    pub actor: String,
    /// What, for example `funds.appropriate`.
    pub action: Action,
    /// The object's kind, for example `customer`.
    pub kind: &'static str,
    /// The object's id.
    pub id: String,
    /// What was before and after. No secrets, no codes, no personal data.
    pub detail: Json,
    /// From where.
    pub origin: Origin,
}

impl Act {
    /// An act of the asking person on an object.
    #[must_use]
    pub fn of(scope: &Scope, action: Action, kind: &'static str, id: &str, detail: Json) -> Self {
        Self {
            partner_id: scope.partner_id.clone(),
            actor: scope.actor.clone(),
            action,
            kind,
            id: id.to_owned(),
            detail,
            origin: scope.origin.clone(),
        }
    }
}

/// The end of a partner's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Head {
    seq: i64,
    hash: String,
}

/// The trails that one transaction adds to. Opening it locks the ends of their chains.
#[derive(Debug)]
pub struct Trail {
    heads: BTreeMap<PartnerId, Head>,
    entries: Vec<Vec<crate::db::Value>>,
    events: Vec<Vec<crate::db::Value>>,
}

impl Trail {
    /// Locks the ends of these partners' chains, in one order for all transactions.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn open(
        db: &Db,
        tx: &mut Tx,
        partners: impl IntoIterator<Item = &PartnerId>,
    ) -> Result<Self, Error> {
        let mut heads: BTreeMap<PartnerId, Head> = BTreeMap::new();
        for partner in partners {
            heads.entry(partner.clone()).or_insert(Head { seq: 0, hash: String::new() });
        }
        for (partner, head) in &mut heads {
            // PostgreSQL can only lock a row that is there.
            if db.engine() == crate::db::Engine::Postgres {
                sqlx::query("INSERT INTO audit_heads (partner_id, seq, hash) VALUES ($1, 0, '') ON CONFLICT (partner_id) DO NOTHING")
                    .bind(partner.as_str())
                    .execute(&mut **tx)
                    .await?;
            }
            let select = match db.engine() {
                crate::db::Engine::Postgres => {
                    "SELECT seq, hash FROM audit_heads WHERE partner_id = $1 FOR UPDATE"
                }
                crate::db::Engine::Sqlite => "SELECT seq, hash FROM audit_heads WHERE partner_id = $1",
            };
            if let Some(row) = sqlx::query(select).bind(partner.as_str()).fetch_optional(&mut **tx).await? {
                *head = Head { seq: row.try_get(0)?, hash: row.try_get(1)? };
            }
        }
        Ok(Self { heads, entries: Vec::new(), events: Vec::new() })
    }

    /// Adds an entry and its event. The partner must be one that the trail was opened for.
    ///
    /// # Errors
    /// A partner whose chain is not locked.
    pub fn add(&mut self, act: &Act, at: i64) -> Result<(), Error> {
        let head = self
            .heads
            .get_mut(&act.partner_id)
            .ok_or_else(|| Error::Internal("audit: the chain is not locked".into()))?;
        let seq = head.seq + 1;
        let subject = format!("{}:{}", act.kind, act.id);
        let detail = act.detail.to_string();
        let fields = [
            act.partner_id.as_str(),
            &seq.to_string(),
            &at.to_string(),
            &act.actor,
            act.action.as_str(),
            &subject,
            &detail,
            &act.origin.ip,
            &act.origin.request_id,
        ];
        let hash = chain(&head.hash, &fields);
        self.entries.push(vec![
            act.partner_id.as_str().into(),
            seq.into(),
            at.into(),
            act.actor.as_str().into(),
            act.action.as_str().into(),
            subject.into(),
            act.id.as_str().into(),
            detail.as_str().into(),
            act.origin.ip.as_str().into(),
            act.origin.request_id.as_str().into(),
            hash.as_str().into(),
        ]);
        self.events.push(vec![
            act.partner_id.as_str().into(),
            seq.into(),
            act.action.as_str().into(),
            detail.into(),
            at.into(),
        ]);
        *head = Head { seq, hash };
        Ok(())
    }

    /// Writes what was added.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn write(self, tx: &mut Tx) -> Result<(), Error> {
        if self.entries.is_empty() {
            return Ok(());
        }
        insert_rows(
            tx,
            "INSERT INTO audit_entries (partner_id, seq, at, actor, action, subject, subject_id, detail, ip, request_id, hash) VALUES ",
            self.entries,
            "",
        )
        .await?;
        insert_rows(tx, "INSERT INTO events (partner_id, seq, kind, payload, at) VALUES ", self.events, "")
            .await?;
        let heads = self.heads.into_iter().map(|(p, h)| vec![p.as_str().into(), h.seq.into(), h.hash.into()]);
        insert_rows(
            tx,
            "INSERT INTO audit_heads (partner_id, seq, hash) VALUES ",
            heads.collect(),
            " ON CONFLICT (partner_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        )
        .await?;
        Ok(())
    }
}

/// Adds one act to the trail of its partner.
///
/// # Errors
/// A database that refuses.
pub async fn record(db: &Db, tx: &mut Tx, act: &Act, at: i64) -> Result<(), Error> {
    let mut trail = Trail::open(db, tx, [&act.partner_id]).await?;
    trail.add(act, at)?;
    trail.write(tx).await
}

/// The hash of an entry, from the hash before it and its fields. Lengths go in too, so that
/// no two different entries have the same bytes.
pub(crate) fn chain(before: &str, fields: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for field in std::iter::once(&before).chain(fields) {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    hex::encode(hasher.finalize())
}

//! The SQL of verification codes.

use super::{Order, Stored};
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::outbox::channel_word;
use crate::scope::Scope;
use contract::codes::Channel;
use contract::id::{ChallengeId, PartnerId};
use contract::partner::CodeWay;
use sqlx::Row;
use sqlx::any::AnyRow;

const COLUMNS: &str = "SELECT challenge_id, partner_id, user_id, purpose, subject, fingerprint, channel, receiver, summary, english, minutes, code_hash, tries, sends, expires_at, resend_at, used_at FROM challenges";

pub(super) async fn insert(tx: &mut Tx, stored: &Stored, now: i64) -> Result<(), Error> {
    let order = &stored.order;
    let row = vec![
        order.partner_id.as_str().into(),
        stored.id.as_str().into(),
        order.user_id.as_str().into(),
        order.purpose.into(),
        order.subject.as_str().into(),
        order.fingerprint.as_str().into(),
        channel_word(order.channel).into(),
        order.receiver.as_str().into(),
        order.summary.as_str().into(),
        i64::from(order.english).into(),
        order.minutes.into(),
        stored.code_hash.as_str().into(),
        stored.tries.into(),
        stored.sends.into(),
        stored.expires_at.into(),
        stored.resend_at.into(),
        now.into(),
    ];
    crate::db::insert_rows(
        tx,
        "INSERT INTO challenges (partner_id, challenge_id, user_id, purpose, subject, fingerprint, channel, receiver, summary, english, minutes, code_hash, tries, sends, expires_at, resend_at, created_at) VALUES ",
        vec![row],
        "",
    )
    .await?;
    Ok(())
}

pub(super) async fn by_id(
    db: &Db,
    tx: &mut Tx,
    partner: &PartnerId,
    id: &ChallengeId,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", partner.as_str()).bind(" AND challenge_id = ", id.as_str());
    sql.push(db.for_update());
    sql.prepared().fetch_optional(&mut **tx).await?.map(|row| stored(&row)).transpose()
}

pub(super) async fn by_subject(
    db: &Db,
    tx: &mut Tx,
    partner: &PartnerId,
    purpose: &str,
    subject: &str,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", partner.as_str())
        .bind(" AND purpose = ", purpose)
        .bind(" AND subject = ", subject)
        .push(db.for_update());
    sql.prepared().fetch_optional(&mut **tx).await?.map(|row| stored(&row)).transpose()
}

pub(super) async fn replace_code(tx: &mut Tx, stored: &Stored) -> Result<(), Error> {
    sqlx::query("UPDATE challenges SET code_hash = $1, tries = 0, sends = $2, resend_at = $3, channel = $4 WHERE partner_id = $5 AND challenge_id = $6")
        .bind(stored.code_hash.as_str())
        .bind(stored.sends)
        .bind(stored.resend_at)
        .bind(channel_word(stored.order.channel))
        .bind(stored.order.partner_id.as_str())
        .bind(stored.id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn forget(tx: &mut Tx, partner: &PartnerId, id: &ChallengeId) -> Result<(), Error> {
    sqlx::query("DELETE FROM challenges WHERE partner_id = $1 AND challenge_id = $2")
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn mark_used(
    tx: &mut Tx,
    partner: &PartnerId,
    id: &ChallengeId,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE challenges SET used_at = $1, code_hash = '' WHERE partner_id = $2 AND challenge_id = $3",
    )
    .bind(now)
    .bind(partner.as_str())
    .bind(id.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn count_try(tx: &mut Tx, partner: &PartnerId, id: &ChallengeId) -> Result<(), Error> {
    sqlx::query("UPDATE challenges SET tries = tries + 1 WHERE partner_id = $1 AND challenge_id = $2")
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn kill(tx: &mut Tx, partner: &str, challenge: &str) -> Result<(), Error> {
    sqlx::query("UPDATE challenges SET code_hash = '' WHERE partner_id = $1 AND challenge_id = $2")
        .bind(partner)
        .bind(challenge)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn sends_since(
    tx: &mut Tx,
    partner: &PartnerId,
    key: &str,
    since: i64,
) -> Result<i64, Error> {
    let count = sqlx::query_scalar(
        "SELECT COUNT(*) FROM code_sends WHERE partner_id = $1 AND limit_key = $2 AND at > $3",
    )
    .bind(partner.as_str())
    .bind(key)
    .bind(since)
    .fetch_one(&mut **tx)
    .await?;
    Ok(count)
}

/// How a person can be reached, and how the partner wants codes to come.
pub(super) struct Reach {
    pub(super) email: String,
    /// Confirmed; empty where there is none.
    pub(super) phone: String,
    pub(super) has_app: bool,
    pub(super) has_passkey: bool,
    pub(super) way: CodeWay,
}

pub(super) async fn reach_of(tx: &mut Tx, scope: &Scope) -> Result<Option<Reach>, Error> {
    let row = sqlx::query("SELECT m.email, e.phone, (SELECT COUNT(*) FROM totps t WHERE t.person_id = m.person_id AND t.confirmed_at IS NOT NULL), p.code_by, (SELECT COUNT(*) FROM passkeys k WHERE k.person_id = m.person_id) FROM members m JOIN people e ON e.person_id = m.person_id JOIN partners p ON p.partner_id = m.partner_id WHERE m.partner_id = $1 AND m.user_id = $2")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| {
        Ok(Reach {
            email: row.try_get(0)?,
            phone: row.try_get(1)?,
            has_app: row.try_get::<i64, _>(2)? > 0,
            way: CodeWay::parse(row.try_get(3)?).unwrap_or_default(),
            has_passkey: row.try_get::<i64, _>(4)? > 0,
        })
    })
    .transpose()
}

/// The person behind a membership.
pub(super) async fn person_of(tx: &mut Tx, partner: &PartnerId, user: &str) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar("SELECT person_id FROM members WHERE partner_id = $1 AND user_id = $2")
        .bind(partner.as_str())
        .bind(user)
        .fetch_optional(&mut **tx)
        .await?)
}

pub(super) async fn last_send(
    tx: &mut Tx,
    partner: &PartnerId,
    key: &str,
    since: i64,
) -> Result<Option<i64>, Error> {
    let last = sqlx::query_scalar("SELECT at FROM code_sends WHERE partner_id = $1 AND limit_key = $2 AND at > $3 ORDER BY at DESC LIMIT 1")
        .bind(partner.as_str())
        .bind(key)
        .bind(since)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(last)
}

pub(super) async fn insert_send(
    tx: &mut Tx,
    partner: &PartnerId,
    send_id: &str,
    key: &str,
    now: i64,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO code_sends (partner_id, send_id, limit_key, at) VALUES ($1, $2, $3, $4)")
        .bind(partner.as_str())
        .bind(send_id)
        .bind(key)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn stored(row: &AnyRow) -> Result<Stored, Error> {
    let text = |index: usize| row.try_get::<String, _>(index);
    let purpose = text(3)?;
    Ok(Stored {
        id: ChallengeId(text(0)?),
        order: Order {
            partner_id: PartnerId(text(1)?),
            user_id: text(2)?,
            purpose: purpose_word(&purpose)?,
            subject: text(4)?,
            fingerprint: text(5)?,
            channel: match text(6)?.as_str() {
                "sms" => Channel::Sms,
                "app" => Channel::App,
                "passkey" => Channel::Passkey,
                _ => Channel::Email,
            },
            receiver: text(7)?,
            summary: text(8)?,
            english: row.try_get::<i64, _>(9)? != 0,
            minutes: row.try_get(10)?,
        },
        code_hash: text(11)?,
        tries: row.try_get(12)?,
        sends: row.try_get(13)?,
        expires_at: row.try_get(14)?,
        resend_at: row.try_get(15)?,
        used: row.try_get::<Option<i64>, _>(16)?.is_some(),
    })
}

/// The purposes that exist; a code of an unknown one serves nothing.
fn purpose_word(text: &str) -> Result<&'static str, Error> {
    super::PURPOSES
        .iter()
        .copied()
        .find(|p| *p == text)
        .ok_or_else(|| Error::Internal(format!("unknown purpose {text}")))
}

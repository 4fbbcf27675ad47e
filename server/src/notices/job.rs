//! Writes notices out of the audit trail: who shall be told of an act is worked out after it, once.

use super::audience::{Entry, MOVEMENTS, TOLD, of_entry};
use super::store::{self, New};
use super::words;
use crate::app::App;
use crate::db::Sql;
use crate::error::Error;
use crate::outbox::{self, NewMessage};
use crate::receivers::store as receivers;
use contract::codes::Channel;
use contract::id::{PartnerId, UserId};
use contract::notices::{Choice, Kind};
use sqlx::Row;
use std::collections::BTreeMap;

/// Entries that are looked at together.
const TOGETHER: i64 = 500;

/// Writes the notices that are due.
///
/// # Errors
/// A database that does not answer.
pub async fn write_due(app: &App) -> Result<(), Error> {
    let behind = sqlx::query("SELECT a.partner_id, a.seq, COALESCE(n.seq, 0) FROM audit_heads a LEFT JOIN notice_heads n ON n.partner_id = a.partner_id WHERE a.seq > COALESCE(n.seq, 0)")
        .fetch_all(app.db.read())
        .await?;
    for row in &behind {
        let partner = PartnerId(row.try_get(0)?);
        // One partner's trouble is not the others'.
        if let Err(error) = write_for(app, &partner, (row.try_get(2)?, row.try_get(1)?)).await {
            tracing::warn!(%error, %partner, "notices.not_written");
        }
    }
    Ok(())
}

/// Looks through a partner's trail from what is `kept` as looked at to its end.
async fn write_for(app: &App, partner: &PartnerId, (mut kept, last): (i64, i64)) -> Result<(), Error> {
    let mut from = app.live.looked_at(partner).max(kept);
    while from < last {
        let until = (from + TOGETHER).min(last);
        let (mut notices, mut others) = (Vec::new(), Vec::new());
        for entry in entries(app, partner, from, until).await? {
            notices.extend(of_entry(app, partner, &entry).await?);
            others.extend(entry.for_receivers());
        }
        // Most acts are no news. How far was looked is written down only now and then: a write for
        // each of them would stand in the way of those that matter.
        if !notices.is_empty() || !others.is_empty() || until - kept >= TOGETHER {
            let mut ready = addressed(app, partner, notices).await?;
            to_receivers(app, partner, others, &mut ready).await?;
            if !write(app, partner, (kept, until), ready).await? {
                // Another server has moved on meanwhile: from there, the next time.
                break;
            }
            kept = until;
        }
        app.live.look_on_from(partner, until);
        from = until;
    }
    Ok(())
}

async fn write(
    app: &App,
    partner: &PartnerId,
    (kept, until): (i64, i64),
    notices: Addressed,
) -> Result<bool, Error> {
    let mut tx = app.db.begin().await?;
    // Whoever moves the head writes the notices: two servers never write them twice.
    let moved = sqlx::query("INSERT INTO notice_heads (partner_id, seq) VALUES ($1, $2) ON CONFLICT (partner_id) DO UPDATE SET seq = excluded.seq WHERE notice_heads.seq = $3")
        .bind(partner.as_str())
        .bind(until)
        .bind(kept)
        .execute(&mut *tx)
        .await?
        .rows_affected()
        == 1;
    if moved && !notices.is_empty() {
        store::insert(&mut tx, partner, &notices.shown).await?;
        for message in &notices.sent {
            outbox::enqueue(app, &mut tx, message, app.clock.millis()).await?;
        }
        outbox::wake(app);
    }
    app.db.commit(tx).await?;
    Ok(moved)
}

async fn entries(app: &App, partner: &PartnerId, from: i64, until: i64) -> Result<Vec<Entry>, Error> {
    let mut sql = Sql::new("SELECT seq, at, actor, action, subject_id, detail, ip FROM audit_entries");
    sql.bind(" WHERE partner_id = ", partner.as_str()).bind(" AND seq > ", from).bind(" AND seq <= ", until);
    let movements = store::wanted(&app.db, partner, Kind::Movement).await?;
    let told = TOLD.iter().chain(if movements { MOVEMENTS } else { &[] });
    sql.any_of(" AND action IN (", told.map(|action| action.as_str())).push(" ORDER BY seq");
    let rows = sql.query().fetch_all(app.db.read()).await?;
    rows.iter().map(Entry::read).collect()
}

/// Notices by where they are wanted.
#[derive(Default)]
struct Addressed {
    shown: Vec<New>,
    sent: Vec<NewMessage>,
}

impl Addressed {
    fn is_empty(&self) -> bool {
        self.shown.is_empty() && self.sent.is_empty()
    }
}

/// Finds out where each notice's person wants it.
async fn addressed(app: &App, partner: &PartnerId, notices: Vec<New>) -> Result<Addressed, Error> {
    let mut to = Addressed::default();
    if notices.is_empty() {
        return Ok(to);
    }
    let members = store::members(&app.db, partner).await?;
    let mut choices: BTreeMap<UserId, Vec<Choice>> = BTreeMap::new();
    for notice in notices {
        let Some(member) = members.iter().find(|m| m.user == notice.user) else { continue };
        if !choices.contains_key(&member.user) {
            choices.insert(member.user.clone(), store::choices(&app.db, partner, &member.user).await?);
        }
        let chosen = choices.get(&member.user).and_then(|all| all.iter().find(|c| c.kind == notice.kind));
        let choice = chosen.copied().unwrap_or(Choice::usual(notice.kind));
        let addresses = [
            (choice.email, Channel::Email, &member.email),
            (choice.sms && app.sender.can(Channel::Sms), Channel::Sms, &member.phone),
        ];
        for (on, channel, address) in addresses {
            if on && !address.is_empty() {
                to.sent.push(message(partner, member.user.as_str(), (channel, address), &notice));
            }
        }
        if choice.console {
            to.shown.push(notice);
        }
    }
    Ok(to)
}

/// Adds what the partner's receivers are told, at the addresses that are confirmed.
async fn to_receivers(
    app: &App,
    partner: &PartnerId,
    notices: Vec<New>,
    to: &mut Addressed,
) -> Result<(), Error> {
    if notices.is_empty() {
        return Ok(());
    }
    let mut connection = app.db.read().acquire().await?;
    let receivers = receivers::list(&mut connection, partner).await?;
    for notice in notices {
        for receiver in &receivers {
            let Some(told) = receiver.is.told.iter().find(|told| told.kind == notice.kind) else { continue };
            let sms = told.sms && receiver.phone_confirmed && app.sender.can(Channel::Sms);
            let addresses = [
                (told.email && receiver.email_confirmed, Channel::Email, &receiver.is.email),
                (sms, Channel::Sms, &receiver.is.phone),
            ];
            let on = addresses.into_iter().filter(|(on, ..)| *on);
            to.sent.extend(on.map(|(_, channel, address)| message(partner, "", (channel, address), &notice)));
        }
    }
    Ok(())
}

fn message(partner: &PartnerId, user: &str, (channel, address): (Channel, &str), notice: &New) -> NewMessage {
    let (subject, mail) = words::mail(notice);
    NewMessage {
        partner_id: partner.clone(),
        user_id: user.to_owned(),
        challenge_id: None,
        channel,
        receiver: address.to_owned(),
        subject,
        text: if channel == Channel::Sms { words::short(notice) } else { mail },
    }
}

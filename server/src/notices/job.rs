//! Writes notices out of the audit trail: who shall be told of an act is worked out after it, once.

use super::store::{self, Member, New};
use crate::app::App;
use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::outbox::{self, NewMessage};
use contract::access::Permission;
use contract::audit::Action;
use contract::codes::Channel;
use contract::id::{PartnerId, UserId};
use contract::money::Money;
use contract::notices::{Choice, Kind};
use serde_json::Value as Json;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// Entries that are looked at together.
const TOGETHER: i64 = 500;

/// What is told to those whom it concerns.
const TOLD: &[Action] = &[
    Action::ExportsMade,
    Action::ExportsFailed,
    Action::BatchesReady,
    Action::BatchesEnded,
    Action::BatchesStopped,
    Action::BatchesFailed,
    Action::BatchesCancelled,
    Action::IdentitySignIn,
    Action::WebhooksStopped,
];
/// What is told to those who asked for it.
const MOVEMENTS: &[Action] = &[Action::FundsAppropriate, Action::FundsReclaim];

/// Milliseconds after which a person may have gone on to something else.
const LONG: i64 = 10_000;

/// An entry of the trail that somebody may want to know of.
struct Entry {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    detail: Json,
    ip: String,
}

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
        let mut notices = Vec::new();
        for entry in entries(app, partner, from, until).await? {
            notices.extend(of_entry(app, partner, &entry).await?);
        }
        // Most acts are no news. How far was looked is written down only now and then: a write for
        // each of them would stand in the way of those that matter.
        if !notices.is_empty() || until - kept >= TOGETHER {
            let ready = addressed(app, partner, notices).await?;
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
        for (member, notice) in &notices.mailed {
            mail(app, &mut tx, partner, member, notice).await?;
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
    let entry = |row: &AnyRow| {
        Ok(Entry {
            seq: row.try_get(0)?,
            at: row.try_get(1)?,
            actor: row.try_get(2)?,
            action: row.try_get(3)?,
            subject: row.try_get(4)?,
            detail: serde_json::from_str(row.try_get(5)?).unwrap_or_default(),
            ip: row.try_get(6)?,
        })
    };
    rows.iter().map(entry).collect()
}

fn kind_of(action: &str) -> Kind {
    match action.split('.').next() {
        Some("exports") => Kind::Export,
        Some("batches") => Kind::Batch,
        Some("identity") => Kind::SignIn,
        Some("webhooks") => Kind::Webhook,
        _ => Kind::Movement,
    }
}

async fn of_entry(app: &App, partner: &PartnerId, entry: &Entry) -> Result<Vec<New>, Error> {
    let kind = kind_of(&entry.action);
    let number = |name: &str| entry.detail[name].as_i64().unwrap_or(0);
    let new = |user: UserId| New {
        user,
        kind,
        action: entry.action.clone(),
        subject: entry.subject.clone(),
        actor: entry.actor.clone(),
        count: number("rows") + number("done"),
        amount: serde_json::from_value::<Money>(entry.detail["amount"].clone()).ok(),
        at: entry.at,
    };
    Ok(match kind {
        Kind::Export | Kind::Batch => {
            let owner = store::owner(&app.db, partner, kind, &entry.subject).await?;
            let mut told: Vec<New> =
                owner.filter(|o| is_news(entry, o.1)).map(|o| new(o.0)).into_iter().collect();
            // Those who asked to be told of movements hear of a batch once, not of each of its rows.
            if entry.action == Action::BatchesEnded.as_str()
                && store::wanted(&app.db, partner, Kind::Movement).await?
            {
                let others = observers(app, partner, entry).await?;
                told.extend(others.into_iter().map(|user| New { kind: Kind::Movement, ..new(user) }));
            }
            told
        }
        Kind::SignIn => {
            let place = (entry.subject.as_str(), entry.ip.as_str(), entry.seq);
            // The very first sign-in is the person's own; later ones from a new place are worth a word.
            let first = !had_signed_in(app, partner, place).await?;
            if first || store::known_place(&app.db, partner, place).await? {
                Vec::new()
            } else {
                vec![new(UserId(entry.subject.clone()))]
            }
        }
        Kind::Webhook => {
            let members = store::members(&app.db, partner).await?;
            let may = |m: &Member| m.rights.may(Permission::WebhooksManage);
            members.into_iter().filter(may).map(|m| new(m.user)).collect()
        }
        Kind::Movement if entry.detail["batch"].is_string() => Vec::new(),
        Kind::Movement => observers(app, partner, entry).await?.into_iter().map(new).collect(),
    })
}

/// Whether the owner of an export or a batch need be told. Who sits before the page and sees it get ready,
/// or gave it up, knows.
fn is_news(entry: &Entry, since: i64) -> bool {
    match Action::parse(&entry.action) {
        Some(Action::BatchesReady) => entry.at - since >= LONG,
        Some(Action::BatchesCancelled) => !entry.actor.ends_with('>'),
        _ => true,
    }
}

/// Those who may see movements, but for who made this one.
async fn observers(app: &App, partner: &PartnerId, entry: &Entry) -> Result<Vec<UserId>, Error> {
    let may = |m: &Member| m.rights.may(Permission::FundsRead);
    let own = |m: &Member| entry.actor.ends_with(&format!("<{}>", m.email));
    let members = store::members(&app.db, partner).await?;
    Ok(members.into_iter().filter(|m| may(m) && !own(m)).map(|m| m.user).collect())
}

async fn had_signed_in(
    app: &App,
    partner: &PartnerId,
    (user, _, seq): (&str, &str, i64),
) -> Result<bool, Error> {
    let one: Option<i64> = sqlx::query_scalar("SELECT 1 FROM audit_entries WHERE partner_id = $1 AND subject_id = $2 AND seq < $3 AND action = 'identity.sign_in' LIMIT 1")
        .bind(partner.as_str())
        .bind(user)
        .bind(seq)
        .fetch_optional(app.db.read())
        .await?;
    Ok(one.is_some())
}

/// Notices by where their persons want them.
#[derive(Default)]
struct Addressed {
    shown: Vec<New>,
    mailed: Vec<(Member, New)>,
}

impl Addressed {
    fn is_empty(&self) -> bool {
        self.shown.is_empty() && self.mailed.is_empty()
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
        if choice.email {
            to.mailed.push((member.clone(), notice.clone()));
        }
        if choice.console {
            to.shown.push(notice);
        }
    }
    Ok(to)
}

/// A short mail in both languages: which one the person reads is not known here.
async fn mail(
    app: &App,
    tx: &mut Tx,
    partner: &PartnerId,
    member: &Member,
    notice: &New,
) -> Result<(), Error> {
    let (chinese, english) = match notice.action.as_str() {
        "exports.made" => ("导出文件已生成", "Your export is ready"),
        "exports.failed" => ("导出失败", "Your export failed"),
        "batches.ready" => ("批量任务已检查完成，待您启动", "Your batch is checked and can be started"),
        "batches.ended" => ("批量任务已结束", "A batch has ended"),
        "batches.stopped" => ("批量任务已停止", "A batch was stopped"),
        "batches.failed" => ("批量任务失败", "A batch failed"),
        "batches.cancelled" => ("批量任务未启动，已取消", "A batch was not started in time, and given up"),
        "identity.sign_in" => ("您的账号在新的地址登录", "Your account was used from a new address"),
        "webhooks.stopped" => {
            ("Webhook 端点持续失败，已停用", "A webhook endpoint only failed and was switched off")
        }
        "funds.appropriate" => ("有一笔拨款", "Money was appropriated"),
        _ => ("有一笔回收", "Money was reclaimed"),
    };
    let amount = notice.amount.map(|a| format!("\n{} {}", a.currency, a.decimal())).unwrap_or_default();
    let message = NewMessage {
        partner_id: partner.clone(),
        user_id: member.user.to_string(),
        challenge_id: None,
        channel: Channel::Email,
        receiver: member.email.clone(),
        subject: format!("{chinese} / {english}"),
        text: format!("{chinese}。\n{english}.{amount}\n\n{}\n", notice.actor),
    };
    outbox::enqueue(app, tx, &message, notice.at).await?;
    Ok(())
}

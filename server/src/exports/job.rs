//! Makes the files that are asked for, page by page of their list. An export is leased while it is made,
//! so that several servers share the work; one whose server died is begun again.

use super::cells::{Item, Manner};
use super::store::{self, Progress, Task};
use super::write::Writer;
use crate::app::App;
use crate::audit::{self, Act};
use crate::error::Error;
use crate::identity::{sessions, store as identity};
use crate::scope::{Origin, Scope};
use contract::audit::Action;
use contract::error::Code;
use contract::exports::{KEPT_HOURS, ListName, State};
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::Read as _;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Rows that are read at once.
const ROWS: u32 = 1_000;
/// Bytes of a piece before it is compressed.
const PIECE: usize = 1 << 20;
/// Milliseconds for which a server owns an export between two signs of progress.
const LEASE: i64 = 60_000;

/// Makes all exports that wait.
///
/// # Errors
/// A database that does not answer. An export that cannot be made is marked as failed.
pub async fn make_due(app: &App) -> Result<(), Error> {
    store::expire(&app.db, app.clock.millis()).await?;
    loop {
        let now = app.clock.millis();
        let Some(mut task) = store::take(&app.db, now, now + LEASE).await? else { return Ok(()) };
        if let Err(error) = make(app, &mut task).await {
            // A database that is busy is not the export's fault: it is begun again when the lease ends.
            if matches!(error, Error::Unavailable(_)) {
                return Err(error);
            }
            tracing::warn!(%error, export = %task.id, "export.failed");
            let mut tx = app.db.begin().await?;
            let now = app.clock.millis();
            if store::end(&mut tx, &task, State::Failed, "", (now, None)).await? {
                let act = Act {
                    partner_id: task.partner_id.clone(),
                    actor: "partner-center".into(),
                    action: Action::ExportsFailed,
                    kind: "export",
                    id: task.id.to_string(),
                    detail: json!({"list": task.list}),
                    origin: Origin::default(),
                };
                audit::record(&app.db, &mut tx, &act, now).await?;
            }
            app.db.commit(tx).await?;
        }
    }
}

/// Pieces on their way into the database.
#[derive(Default)]
struct Pieces {
    next: i64,
    bytes: i64,
    hash: Sha256,
    waiting: Vec<(i64, Vec<u8>)>,
}

impl Pieces {
    fn add(&mut self, plain: &[u8]) -> Result<(), Error> {
        if plain.is_empty() {
            return Ok(());
        }
        self.hash.update(plain);
        self.bytes += i64::try_from(plain.len()).unwrap_or(0);
        let mut packed = Vec::new();
        DeflateEncoder::new(plain, Compression::fast())
            .read_to_end(&mut packed)
            .map_err(|e| Error::internal(&e))?;
        self.waiting.push((self.next, packed));
        self.next += 1;
        Ok(())
    }
}

/// A piece as it is handed out.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, Error> {
    let mut plain = Vec::new();
    DeflateDecoder::new(packed).read_to_end(&mut plain).map_err(|e| Error::internal(&e))?;
    Ok(plain)
}

async fn make(app: &App, task: &mut Task) -> Result<(), Error> {
    let scope = scope_of(app, task).await?;
    let manner = Manner { english: task.english, masked: task.masked };
    let titles: Vec<String> = task.columns.iter().map(|c| c.title.clone()).collect();
    let mut writer = Writer::new(task.format, &titles)?;
    let (mut pieces, mut progress) = (Pieces::default(), Progress::default());
    let (mut cursor, mut gathered) = (None, Vec::new());
    progress.expected = super::lists::expected(app, &scope, task).await?;
    loop {
        let (items, next) = super::lists::batch(app, &scope, task, cursor.as_deref(), ROWS).await?;
        for item in &items {
            writer.row(&cells(item, task, manner))?;
        }
        progress.rows += i64::try_from(items.len()).unwrap_or(0);
        let (rest, bytes) = writer.take()?;
        writer = rest;
        gathered.extend(bytes);
        if gathered.len() >= PIECE {
            pieces.add(&std::mem::take(&mut gathered))?;
        }
        progress.bytes = pieces.bytes;
        let waiting = std::mem::take(&mut pieces.waiting);
        if !store::advance(&app.db, task, progress, &waiting, app.clock.millis() + LEASE).await? {
            return Ok(());
        }
        if next.is_none() {
            break;
        }
        cursor = next;
    }
    pieces.add(&gathered)?;
    // A workbook is packed at its end, which takes a while: apart from what answers requests.
    let (give, mut taken) = mpsc::channel(2);
    let end = spawn_blocking(move || writer.finish(PIECE, |piece| drop(give.blocking_send(piece))));
    while let Some(piece) = taken.recv().await {
        pieces.add(&piece)?;
        progress.bytes = pieces.bytes;
        let waiting = std::mem::take(&mut pieces.waiting);
        if !store::advance(&app.db, task, progress, &waiting, app.clock.millis() + LEASE).await? {
            return Ok(());
        }
    }
    end.await.map_err(|e| Error::internal(&e))??;
    progress.bytes = pieces.bytes;
    let waiting = std::mem::take(&mut pieces.waiting);
    if !store::advance(&app.db, task, progress, &waiting, app.clock.millis() + LEASE).await? {
        return Ok(());
    }
    let (now, sha256) = (app.clock.millis(), hex::encode(pieces.hash.finalize()));
    let mut tx = app.db.begin().await?;
    let expires = Some(now + KEPT_HOURS * 3_600_000);
    if store::end(&mut tx, task, State::Done, &sha256, (now, expires)).await? {
        let detail =
            json!({"list": task.list, "rows": progress.rows, "sha256": sha256, "masked": task.masked});
        let act = Act::of(&scope, Action::ExportsMade, "export", task.id.as_str(), detail);
        audit::record(&app.db, &mut tx, &act, now).await?;
    }
    app.db.commit(tx).await
}

fn cells(item: &Item, task: &Task, manner: Manner) -> Vec<super::cells::Cell> {
    task.columns.iter().map(|column| item.cell(&column.key, manner)).collect()
}

/// The asking person as they are now: a person who may not any more gets no file.
async fn scope_of(app: &App, task: &Task) -> Result<Scope, Error> {
    let mut connection = app.db.read().acquire().await?;
    let person = identity::person_of(&mut connection, &task.partner_id, &task.user_id).await?;
    let person = person.ok_or(Code::Forbidden)?;
    let origin = Origin { english: task.english, ..Origin::default() };
    let scope = sessions::scope_of(&person, None, origin, app.clock.millis());
    let needed = [ListName::permission(task.list), contract::access::Permission::Exports];
    if needed.into_iter().all(|p| scope.may(p)) { Ok(scope) } else { Err(Code::Forbidden.into()) }
}

//! Taking files in.

use super::{read, store};
use crate::app::App;
use crate::audit::{self, Act};
use crate::batches::store as batches;
use crate::error::Error;
use crate::ids;
use crate::scope::Scope;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::id::ImportId;
use contract::imports::{Guess, Import, MAX_FILE, MAX_NAME, NewImport};
use contract::text;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

/// Rows that are shown for a look.
const SAMPLE: usize = 3;

/// Takes a file in. Its rows are kept as texts; nothing is done with them.
///
/// # Errors
/// At `name` or `content`, where it is no file of rows; `TooMuch` where it is too large.
pub(super) async fn take(app: &App, scope: &Scope, new: &NewImport) -> Result<Import, Error> {
    let name = text::required(&new.name, MAX_NAME).map_err(|fault| Error::field("name", fault))?.to_owned();
    let bytes = STANDARD.decode(new.content.trim()).map_err(|_| Error::field("content", Fault::Invalid))?;
    if bytes.len() > MAX_FILE {
        return Err(Code::TooMuch.into());
    }
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let kind = name.clone();
    let rows = spawn_blocking(move || read::rows(&kind, &bytes)).await.map_err(|e| Error::internal(&e))??;
    let id = ImportId(ids::new());
    let count = i64::try_from(rows.len().saturating_sub(1)).unwrap_or(0);
    let mut tx = app.db.begin().await?;
    store::insert(&mut tx, scope, &id, (&name, &sha256), &rows).await?;
    let detail = json!({"name": name, "sha256": sha256, "rows": count});
    let act = Act::of(scope, Action::ImportsTaken, "import", id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    app.db.commit(tx).await?;
    let mut connection = app.db.read().acquire().await?;
    let batch = batches::of_file(&mut connection, &scope.partner_id, &sha256).await?;
    let columns = rows.first().cloned().unwrap_or_default();
    Ok(Import {
        id,
        name,
        rows: count,
        guess: guess(&columns),
        columns,
        sample: rows.into_iter().skip(1).take(SAMPLE).collect(),
        batch,
    })
}

/// Which columns are meant, by their headings.
fn guess(columns: &[String]) -> Guess {
    let find = |words: &[&str]| {
        let means = |heading: &String| {
            let heading = heading.trim().to_lowercase();
            words.iter().any(|word| heading.contains(word))
        };
        columns.iter().position(means).and_then(|at| u32::try_from(at).ok())
    };
    Guess {
        customer: find(&["customer_id", "customer id", "客户id", "customer", "account", "客户", "账号"]),
        amount: find(&["amount", "金额", "额度"]),
        memo: find(&["remark", "memo", "备注"]),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn headings_tell_which_column_is_which() {
        let guess = |titles: &[&str]| {
            let titles: Vec<String> = titles.iter().map(|t| (*t).to_owned()).collect();
            let found = super::guess(&titles);
            (found.customer, found.amount, found.memo)
        };
        assert_eq!(guess(&["客户", "金额", "备注"]), (Some(0), Some(1), Some(2)));
        assert_eq!(guess(&["No.", "Amount", "Customer ID"]), (Some(2), Some(1), None));
        assert_eq!(guess(&["a", "b"]), (None, None, None));
    }
}

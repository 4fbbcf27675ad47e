//! Recovery codes: for whoever lost the app. Each opens the second step once.

use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use contract::factors::{RECOVERY_CODES, RecoveryCodes, plain_code};
use rand::RngExt;

/// Letters that are not taken for one another: 32, so five bits a letter.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Letters of a code: 50 bits.
const LENGTH: usize = 10;

/// Makes a person's codes anew; the old ones are void.
pub(crate) async fn renew(app: &App, tx: &mut Tx, person_id: &str) -> Result<RecoveryCodes, Error> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| random()).collect();
    let hashes: Vec<String> = codes.iter().map(|code| hash(app, person_id, &plain_code(code))).collect();
    store::set_recovery_codes(tx, person_id, &hashes, app.clock.millis()).await?;
    Ok(RecoveryCodes { codes })
}

/// Spends a code. Answers whether it was one that was not used.
pub(super) async fn spend(app: &App, tx: &mut Tx, person_id: &str, plain: &str) -> Result<bool, Error> {
    store::use_recovery_code(tx, person_id, &hash(app, person_id, plain), app.clock.millis()).await
}

fn hash(app: &App, person_id: &str, plain: &str) -> String {
    app.seal.hash(&["recovery", person_id, plain])
}

fn random() -> String {
    let mut rng = rand::rng();
    let code: String = (0..LENGTH).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())])).collect();
    format!("{}-{}", &code[..LENGTH / 2], &code[LENGTH / 2..])
}

//! Taking a passkey's answer: once, and only for what was asked.

use super::{Purpose, challenge, store, verify};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::db::Tx;
use crate::error::Error;
use crate::scope::Scope;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::audit::Action;
use contract::passkeys::PasskeyAnswer;
use serde_json::json;

/// A passkey that answered rightly.
#[derive(Debug, Clone)]
pub(crate) struct Used {
    /// What the person calls it.
    pub(crate) name: String,
}

/// An answer that is not taken. Why is told nobody; a passkey that may have been copied is told in the trail.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refused {
    copied: Option<String>,
}

impl Refused {
    /// The name of a passkey whose count of uses went back.
    pub(crate) fn copied(&self) -> Option<&str> {
        self.copied.as_deref()
    }

    /// What the trail is to tell, if anything: that the count of uses went back, so that somebody else may have this
    /// passkey too.
    pub(crate) fn act(&self, scope: &Scope) -> Option<Act> {
        let name = self.copied.as_ref()?;
        let id = scope.user_id.as_str();
        Some(Act::of(scope, Action::IdentityPasskeyCopied, "user", id, json!({"passkey": name})))
    }

    /// Adds that to a trail.
    ///
    /// # Errors
    /// As [`Trail::add`].
    pub(crate) fn tell(&self, trail: &mut Trail, scope: &Scope, now: i64) -> Result<(), Error> {
        self.act(scope).map_or(Ok(()), |act| trail.add(&act, now))
    }
}

/// Takes an answer, of a passkey of this person where the person is known: its challenge is spent, its use is noted.
/// One that is refused changes nothing.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn take(
    app: &App,
    tx: &mut Tx,
    purpose: Purpose<'_>,
    person_id: Option<&str>,
    answer: &PasskeyAnswer,
) -> Result<Result<Used, Refused>, Error> {
    let refused = |why: &str| {
        tracing::info!(%why, "passkey.refused");
        Ok(Err(Refused::default()))
    };
    let now = app.clock.millis();
    let Some(site) = &app.settings.passkeys else { return refused("no site") };
    let Some(stored) = store::by_credential(&app.db, tx, &answer.id).await? else {
        return refused("unknown");
    };
    if person_id.is_some_and(|id| id != stored.person_id) {
        return refused("somebody else's");
    }
    // A passkey that signs in alone tells whose it is; in other cases it may.
    let tells = !answer.user_handle.is_empty() || matches!(purpose, Purpose::SignIn);
    if tells && answer.user_handle != stored.handle {
        return refused("another handle");
    }
    let asserted = match verify::asserted(site, &stored.public_key, answer) {
        Ok(asserted) => asserted,
        Err(wrong) => return refused(&format!("{wrong:?}")),
    };
    let Some(until) = challenge::fits(app, purpose, &asserted.challenge, now) else {
        return refused("challenge");
    };
    // Passkeys that do not count say 0 for ever.
    if (asserted.sign_count, stored.sign_count) != (0, 0) && asserted.sign_count <= stored.sign_count {
        tracing::warn!(passkey = %stored.passkey_id, "passkey.count_went_back");
        return Ok(Err(Refused { copied: Some(stored.name) }));
    }
    if !store::answer_once(tx, &challenge::hash(&asserted.challenge), until).await? {
        return refused("answered before");
    }
    store::note_use(tx, &stored.passkey_id, asserted.sign_count, now).await?;
    Ok(Ok(Used { name: stored.name }))
}

/// A new handle: random, and nothing that tells who it is.
pub(super) fn new_handle() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

//! A movement whose end is not known yet: kept in this tab, so that a reload or a broken line can be
//! followed by a repeat under the same key, which never moves the money twice.

use super::movement::Direction;
use crate::ui::dom::{self, Keep};
use contract::funds::NewMovement;
use contract::id::CustomerId;
use serde::{Deserialize, Serialize};

/// What is needed to repeat the call exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsettled {
    /// The caller's key.
    pub key: String,
    /// The content.
    pub movement: NewMovement,
}

fn name(direction: Direction, customer: &CustomerId) -> String {
    format!("unsettled-{}-{customer}", direction.word())
}

/// The movement of this kind to this customer whose end is not known, if any.
#[must_use]
pub fn read(direction: Direction, customer: &CustomerId) -> Option<Unsettled> {
    let text = dom::stored(Keep::Tab, &name(direction, customer))?;
    crate::json::parse(&text).and_then(crate::json::read)
}

/// Keeps a movement before it is sent.
pub fn keep(direction: Direction, customer: &CustomerId, unsettled: &Unsettled) {
    let text = serde_json::to_string(unsettled).unwrap_or_default();
    dom::store(Keep::Tab, &name(direction, customer), Some(&text));
}

/// Forgets a movement whose end is known.
pub fn forget(direction: Direction, customer: &CustomerId) {
    dom::store(Keep::Tab, &name(direction, customer), None);
}

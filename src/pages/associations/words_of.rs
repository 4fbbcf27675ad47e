//! Requests about associations in words.

use crate::i18n::texts::{Key, associations as words};
use crate::ui::badge::Tone;
use contract::associations::{Kind, Obstacle, Side, State};

/// How a request stands.
#[must_use]
pub fn state_words(of: State) -> (Tone, Key) {
    match of {
        State::Pending => (Tone::Notice, words::STATE_PENDING),
        State::Done => (Tone::Good, words::STATE_DONE),
        State::Refused => (Tone::Bad, words::STATE_REFUSED),
        State::Withdrawn => (Tone::Neutral, words::STATE_WITHDRAWN),
        State::Expired => (Tone::Neutral, words::STATE_EXPIRED),
        State::Failed => (Tone::Bad, words::STATE_FAILED),
    }
}

/// What stands against it, and what helps.
#[must_use]
pub fn obstacle(of: Obstacle) -> Key {
    match of {
        Obstacle::Frozen => words::OBSTACLE_FROZEN,
        Obstacle::MoneyHeld => words::OBSTACLE_MONEY,
        Obstacle::Pending => words::OBSTACLE_PENDING,
        Obstacle::TooMany => words::OBSTACLE_LIMIT,
    }
}

pub(super) fn kind(of: Kind) -> Key {
    match of {
        Kind::Switch => words::SWITCH,
        Kind::End => words::END,
    }
}

pub(super) fn side(of: Side) -> Key {
    match of {
        Side::Partner => words::SIDE_PARTNER,
        Side::Customer => words::SIDE_CUSTOMER,
    }
}

//! A word for a state, with a colour that only repeats what the word says.

use super::Words;
use super::rows::{Part, bit};
use crate::ui::el::span;
use crate::ui::prelude::*;

/// What a state means for the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    Neutral,
    /// Of our own kind.
    Accent,
    /// Good, done.
    Good,
    /// Waiting, look here.
    Notice,
    /// Bad, stopped.
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Neutral => "badge",
            Self::Accent => "badge badge--accent",
            Self::Good => "badge badge--good",
            Self::Notice => "badge badge--notice",
            Self::Bad => "badge badge--bad",
        }
    }
}

/// The badge.
#[must_use]
pub fn badge(tone: Tone, words: impl Into<Words>) -> AnyView {
    span().attr("class", tone.class()).child(words.into().view()).into_any()
}

/// The badge in a row.
#[must_use]
pub fn badge_bit(tone: Tone, words: String) -> Part {
    bit("span").attr("class", tone.class()).child(words)
}

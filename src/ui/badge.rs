//! A word for a state, with a colour that only repeats what the word says.

use super::Words;
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

/// The badge.
#[must_use]
pub fn badge(tone: Tone, words: impl Into<Words>) -> AnyView {
    let class = match tone {
        Tone::Neutral => "badge",
        Tone::Accent => "badge badge--accent",
        Tone::Good => "badge badge--good",
        Tone::Notice => "badge badge--notice",
        Tone::Bad => "badge badge--bad",
    };
    span().attr("class", class).child(words.into().view()).into_any()
}

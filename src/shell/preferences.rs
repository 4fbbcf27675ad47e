//! The theme: light, dark, or as the system has it. The start script sets it before the first paint.

use crate::i18n::texts::{Key, app as words};
use crate::ui::dom::{self, Keep};
use crate::ui::prelude::*;

/// A theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it, also when that changes.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

thread_local! {
    static THEME: ArcRwSignal<Theme> = ArcRwSignal::new(Theme::stored());
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name.
    #[must_use]
    pub fn name(self) -> Key {
        match self {
            Self::System => words::THEME_SYSTEM,
            Self::Light => words::THEME_LIGHT,
            Self::Dark => words::THEME_DARK,
        }
    }

    fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn stored() -> Self {
        let stored = dom::stored(Keep::Long, "theme");
        Self::ALL.into_iter().find(|t| t.word() == stored.as_deref()).unwrap_or(Self::System)
    }
}

/// The theme in use.
#[must_use]
pub fn theme() -> ArcRwSignal<Theme> {
    THEME.with(Clone::clone)
}

/// Changes the theme and remembers it.
pub fn set_theme(theme: Theme) {
    dom::store(Keep::Long, "theme", theme.word());
    if let Some(root) = document().document_element() {
        _ = match theme.word() {
            Some(word) => root.set_attribute("data-theme", word),
            None => root.remove_attribute("data-theme"),
        };
    }
    self::theme().set(theme);
}

//! The design system: knows no call to the server and no word of the business.

pub mod badge;
pub mod button;
pub mod chart;
pub mod checks;
pub mod choose;
pub mod content;
pub mod copy;
pub mod dialog;
pub mod dom;
pub mod el;
pub mod field;
pub mod file;
mod follow;
pub mod icon;
pub mod live;
mod order;
pub mod popover;
pub mod prelude;
pub mod radios;
pub mod rows;
pub mod signals;
pub mod skeleton;
pub mod tabs;
pub mod toast;

use crate::i18n::{self, texts::Key};
use crate::ui::content::Make;
use crate::ui::prelude::*;
use std::sync::Arc;

/// Words for the eye: a text of the locales, or words made of several; they follow the language.
#[derive(Clone)]
pub struct Words(Arc<dyn Make<String> + Send + Sync>);

impl Words {
    /// Words made by a function.
    pub fn new(make: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// The words as they are now; reactive.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.make()
    }

    /// The words as a part of a view or an attribute.
    pub fn view(self) -> impl Fn() -> String + Clone + Send + 'static {
        move || self.0.make()
    }
}

impl From<Key> for Words {
    fn from(key: Key) -> Self {
        Self::new(move || i18n::text(key))
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self::new(move || text.clone())
    }
}

/// Something to do, shared by several views.
pub type Act = Arc<dyn Make<()> + Send + Sync>;

/// A view that is there or not, by a condition.
pub fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let shown = memo(condition);
    (move || shown.get().then(&view)).into_any()
}

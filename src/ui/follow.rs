//! What follows signals, and takes leave of them when it is gone.
//!
//! Leptos notes with a signal who reads it, and never forgets one, not even one that is gone. The language,
//! the session and the address live as long as the page: without this, every dialog that was ever open is
//! on their lists, and is looked at with each change (2 kB a navigation: `./dev bench growth`).

use super::content::Run;
use crate::ui::prelude::*;
use leptos::prelude::RenderEffect;
use leptos::reactive::graph::{AnySubscriber, Subscriber, ToAnySubscriber};

/// Something that runs again whenever something that it read changes, as long as this is kept.
pub struct Following(RenderEffect<()>);

impl Following {
    /// Runs it now.
    #[inline(never)]
    pub fn new(mut run: Box<dyn Run>) -> Self {
        Self(RenderEffect::new(move |_| run.run()))
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        leave(&self.0.to_any_subscriber());
    }
}

/// Takes leave when the current view is gone.
pub fn until_cleanup(follower: AnySubscriber) {
    on_cleanup(move || leave(&follower));
}

#[inline(never)]
fn leave(follower: &AnySubscriber) {
    follower.clear_sources(follower);
}

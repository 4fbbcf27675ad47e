//! Who is signed in, and what the role allows.

use crate::api::{self, Failure};
use crate::ui::dom::spawn;
use crate::ui::dom::{self, Keep};
use crate::ui::prelude::*;
use contract::access::Permission;
use contract::identity::{CurrentSession, Session, SignOut};
use leptos::ev;

/// What is known about the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The server has not answered yet.
    Unknown,
    /// The server could not be asked.
    Failed(Failure),
    /// Nobody is signed in.
    SignedOut,
    /// This person is signed in.
    SignedIn(Session),
}

thread_local! {
    static STATE: ArcRwSignal<State> = ArcRwSignal::new(State::Unknown);
}

/// The name under which tabs tell each other that someone signed in or out.
const NEWS: &str = "session-news";

/// What is known; reactive.
#[must_use]
pub fn state() -> State {
    signal().get()
}

fn signal() -> ArcRwSignal<State> {
    STATE.with(Clone::clone)
}

/// A part of the session; `None` while nobody is known to be signed in. Reactive.
pub fn with<T>(read: impl FnOnce(&Session) -> T) -> Option<T> {
    signal().with(|s| if let State::SignedIn(session) = s { Some(read(session)) } else { None })
}

/// Whether the role allows something: `None` before the server has answered. Reactive.
#[must_use]
pub fn allows(permission: Permission) -> Option<bool> {
    with(|s| s.permissions.contains(&permission))
}

/// Whether the role is known to allow something. Reactive.
#[must_use]
pub fn can(permission: Permission) -> bool {
    allows(permission) == Some(true)
}

/// Asks the server who is signed in, and listens to what other tabs do.
pub fn start() {
    refresh();
    let handle = window_event_listener(ev::storage, |event| {
        if event.key().as_deref() == Some(NEWS) {
            refresh();
        }
    });
    // It listens as long as the page lives.
    std::mem::forget(handle);
}

/// Asks the server again who is signed in.
pub fn refresh() {
    spawn(async {
        match api::ask::<CurrentSession>(&()).await {
            Ok(session) => signal().set(State::SignedIn((*session).clone())),
            // `ended` has been called for an answer that says so.
            Err(Failure::Refused(body)) if body.code == contract::error::Code::SignedOut => {}
            Err(failure) => signal().update(|s| {
                if !matches!(s, State::SignedIn(_)) {
                    *s = State::Failed(failure);
                }
            }),
        }
    });
}

/// Takes the session that a sign-in answered.
pub fn begun(session: Session) {
    signal().set(State::SignedIn(session));
    tell_other_tabs();
}

/// Notes that the server knows no session (any more).
pub fn ended() {
    if signal().with_untracked(|s| *s != State::SignedOut) {
        signal().set(State::SignedOut);
    }
}

/// Signs out here and in the other tabs.
///
/// # Errors
/// Why the server could not be told; then nothing has changed.
pub async fn sign_out() -> Result<(), Failure> {
    match api::ask::<SignOut>(&()).await {
        Err(failure) if signal().with_untracked(|s| *s != State::SignedOut) => Err(failure),
        _ => {
            ended();
            tell_other_tabs();
            Ok(())
        }
    }
}

/// Tells the other tabs that the session is another one now.
pub fn tell_other_tabs() {
    dom::store(Keep::Long, NEWS, Some(&dom::clock().to_string()));
}

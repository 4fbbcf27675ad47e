//! Who is signed in, and what the role allows.

use crate::api::{self, Failure};
use crate::i18n;
use crate::live;
use crate::ui::dom::spawn;
use crate::ui::dom::{self, Keep};
use crate::ui::prelude::*;
use contract::access::Permission;
use contract::identity::{CurrentSession, Session, SignOut};
use contract::preferences::Preferences;
use contract::time::to_millis;
use leptos::ev;
use std::cell::Cell;

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
    /// This person was, until the session ended by itself: the page stays as it is meanwhile.
    Expired(Session),
}

thread_local! {
    static STATE: ArcRwSignal<State> = ArcRwSignal::new(State::Unknown);
}

/// The name under which tabs tell each other that someone signed in or out.
const NEWS: &str = "session-news";

/// How the news of a sign-out begins.
const OUT: &str = "out ";

/// What is known; reactive.
#[must_use]
pub fn state() -> State {
    signal().get()
}

fn signal() -> ArcRwSignal<State> {
    STATE.with(Clone::clone)
}

/// Whether somebody is signed in; reactive.
#[must_use]
pub fn is_signed_in() -> bool {
    with(|_| ()).is_some()
}

/// As [`is_signed_in`], once.
#[must_use]
pub fn is_signed_in_now() -> bool {
    untrack(is_signed_in)
}

/// The person whose session ended by itself; reactive.
#[must_use]
pub fn expired() -> Option<Session> {
    if let State::Expired(session) = state() { Some(session) } else { None }
}

/// How many notices are unread; reactive.
#[must_use]
pub fn unread() -> i64 {
    with(|s| s.unread).unwrap_or(0)
}

/// How many movements of others wait for the person's approval; reactive.
#[must_use]
pub fn approvals() -> i64 {
    with(|s| s.approvals).unwrap_or(0)
}

/// Notes how many notices are unread, and how many movements wait for approval.
pub fn set_counts(unread: i64, approvals: i64) {
    if with_now(|s| (s.unread, s.approvals)) != Some((unread, approvals)) {
        signal().update(|s| {
            if let State::SignedIn(session) = s {
                (session.unread, session.approvals) = (unread, approvals);
            }
        });
    }
}

/// Notes how many notices are unread.
pub fn set_unread(count: i64) {
    set_counts(count, untrack(approvals));
}

fn with_now<T>(read: impl FnOnce(&Session) -> T) -> Option<T> {
    untrack(|| with(read))
}

thread_local! {
    /// When the server was last asked for anything, by its clock.
    static USED: Cell<i64> = const { Cell::new(0) };
    /// How long a session lasts without use.
    static SPAN: Cell<i64> = const { Cell::new(0) };
}

/// How exactly the server notes the last use, in milliseconds.
const GRAIN: i64 = 60_000;

/// Notes that the server was asked for something: the session is in use.
pub fn used() {
    USED.set(crate::api::server_clock());
}

/// When the session ends unless it is used before, in milliseconds by the server's clock. Reactive for the
/// session; what was used since is looked up.
#[must_use]
pub fn ends_at() -> Option<i64> {
    let last = with(|s| to_millis(s.ends_at))?;
    Some((USED.get() + SPAN.get() - GRAIN).min(last))
}

/// As which member the page was made, once.
#[must_use]
pub fn member() -> Option<String> {
    with_now(|s| s.user_id.0.clone())
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
            // Another tab signed out on purpose, or signed in.
            if event.new_value().is_some_and(|news| news.starts_with(OUT)) {
                give_up();
            } else {
                refresh();
            }
        }
    });
    // It listens as long as the page lives.
    std::mem::forget(handle);
}

/// Asks the server again who is signed in.
pub fn refresh() {
    spawn(async {
        match api::ask::<CurrentSession>(&()).await {
            Ok(session) => arrived((*session).clone()),
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

/// Takes over what the person prefers.
pub fn prefer(preferences: Preferences) {
    follow(&preferences);
    signal().update(|s| {
        if let State::SignedIn(session) = s {
            session.preferences = preferences;
        }
    });
}

/// Shows the console as the person prefers it.
fn follow(preferences: &Preferences) {
    i18n::set_zone(&preferences.zone);
    if !preferences.language.is_empty() && preferences.language != untrack(i18n::language) {
        i18n::switch(&preferences.language, || {});
    }
}

fn arrived(session: Session) {
    SPAN.set(to_millis(session.idle_until) - crate::api::server_clock());
    used();
    let before = signal().get_untracked();
    let other = match &before {
        State::Expired(before) | State::SignedIn(before) => {
            before.user_id != session.user_id || before.viewer != session.viewer
        }
        _ => false,
    };
    if other {
        // What is on the page is another person's or another partner's: it must not stay there, nor be kept by a
        // question about unsaved input.
        crate::router::set_guard(None);
        signal().set(State::Unknown);
        _ = location().reload();
        return;
    }
    let returned = matches!(before, State::Expired(_));
    if !matches!(before, State::SignedIn(_)) {
        follow(&session.preferences);
    }
    if before != State::SignedIn(session.clone()) {
        signal().set(State::SignedIn(session));
    }
    if returned {
        live::all_changed();
    }
}

/// Takes the session that a sign-in answered.
pub fn begun(session: Session) {
    arrived(session);
    tell_other_tabs();
}

/// Goes on as what the session has become on the server: for another partner, as a member who is looked at,
/// as oneself again. Everything is loaded anew, in the other tabs too.
pub fn moved() {
    crate::router::set_guard(None);
    tell_other_tabs();
    _ = location().assign(crate::routes::HOME);
}

/// Notes that the server knows no session (any more). A person who was at work stays on the page.
pub fn ended() {
    match signal().get_untracked() {
        State::SignedIn(session) => signal().set(State::Expired(session)),
        State::Expired(_) | State::SignedOut => {}
        State::Unknown | State::Failed(_) => signal().set(State::SignedOut),
    }
}

/// Notes that the partner asks for what the session does not have: a second factor, single sign-on.
pub fn more_needed() {
    if with_now(|s| s.factor_needed || s.sso_needed) == Some(false) {
        refresh();
    }
}

/// Goes to the sign-in page, whatever is on this one.
pub fn give_up() {
    crate::router::set_guard(None);
    signal().set(State::SignedOut);
}

/// Asks whether the session is still there, where that is not known to be over.
pub fn check() {
    if is_signed_in_now() {
        refresh();
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
            give_up();
            dom::store(Keep::Long, NEWS, Some(&format!("{OUT}{}", dom::clock())));
            Ok(())
        }
    }
}

/// Tells the other tabs that the session is another one now.
pub fn tell_other_tabs() {
    dom::store(Keep::Long, NEWS, Some(&dom::clock().to_string()));
}

//! One's own sessions (登录会话): where one is signed in, and ending that.

use crate::api;
use crate::i18n::texts::identity as words;
use crate::i18n::{t, text};
use crate::kit::load::Load;
use crate::kit::{errors, moment, page};
use crate::session;
use crate::ui::badge::{Tone, badge};
use crate::ui::button::{Button, Look};
use crate::ui::dom::spawn;
use crate::ui::el::{div, li, p, span, ul};
use crate::ui::prelude::*;
use crate::ui::{dialog, skeleton, toast};
use contract::id::SessionId;
use contract::identity::{SessionList, SessionRevoke, SessionRevokeAll, SessionRow};

/// The page.
pub fn page() -> AnyView {
    let sessions = Load::new(|| Some(api::call::<SessionList>(&(), &(), &())));
    let end_all = || {
        dialog::confirm(words::END_ALL, words::END_ALL_TEXT, words::END_ALL, || {
            spawn(async {
                match api::ask::<SessionRevokeAll>(&()).await {
                    Ok(_) => {
                        session::ended();
                        session::tell_other_tabs();
                    }
                    Err(failure) => toast::warn(errors::sentence(&failure)),
                }
            });
        });
    };
    let list = sessions.region(
        || skeleton::lines(6),
        move |rows| {
            let rows: Vec<_> = rows.iter().map(|row| session_row(row.clone(), sessions)).collect();
            ul().attr("class", "sessions").child(rows).into_any()
        },
    );
    div()
        .attr("class", "page page--narrow")
        .child(page::head(
            words::SESSIONS,
            None,
            Some(Button::new(words::END_ALL).look(Look::Danger).on_click(end_all).view()),
        ))
        .child(p().attr("class", "page__lead").child(t(words::SESSIONS_LEAD)))
        .child(list)
        .into_any()
}

fn session_row(row: SessionRow, sessions: Load<Vec<SessionRow>>) -> AnyView {
    let SessionRow { id, current, created_at, last_seen_at, ip, user_agent, by_sso } = row;
    let action = if current {
        badge(Tone::Good, words::THIS_SESSION)
    } else {
        Button::new(words::END).on_click(move || end(id.clone(), sessions)).view()
    };
    li().attr("class", "session")
        .child(
            div()
                .attr("class", "session__body")
                .child(p().attr("class", "session__agent").child(user_agent))
                .child(
                    p().attr("class", "session__meta")
                        .child(span().child(ip))
                        .child(by_sso.then(|| span().child(t(words::BY_SSO))))
                        .child(
                            span().child(t(words::SIGNED_IN_AT)).child(" ").child(moment::view(created_at)),
                        )
                        .child(
                            span().child(t(words::LAST_SEEN_AT)).child(" ").child(moment::view(last_seen_at)),
                        ),
                ),
        )
        .child(action)
        .into_any()
}

fn end(id: SessionId, sessions: Load<Vec<SessionRow>>) {
    spawn(async move {
        match api::ask::<SessionRevoke>(&id).await {
            Ok(_) => toast::tell(text(words::ENDED)),
            Err(failure) => toast::warn(errors::sentence(&failure)),
        }
        sessions.again();
    });
}

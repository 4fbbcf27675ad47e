//! The page of a member whose partner asks for what the session does not have: a second factor, which is set up here,
//! or single sign-on. Nothing else is open but another partner or signing out.

use super::proof::Asks;
use super::{factors, gate, links, passkeys, sso};
use crate::api;
use crate::i18n::texts::{Key, app, factors as words, passkeys as passkey_words, sso as sso_words};
use crate::i18n::{fill, text};
use crate::kit::passkey;
use crate::kit::send::{self, Sending};
use crate::router;
use crate::session;
use crate::ui::Words;
use crate::ui::button::{Button, Look};
use crate::ui::el::{div, p};
use crate::ui::prelude::*;
use contract::identity::{PartnerSwitch, SignOut, Switch};
use std::sync::Arc;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    // Whoever has nothing yet is asked for the password only.
    let by_passkey = RwSignal::new(false);
    let way = move || {
        let asks = Asks::default();
        if by_passkey.get() {
            passkeys::adding(asks, 0, None, Arc::new(session::moved))
        } else {
            factors::set_up(asks, Arc::new(session::moved))
        }
    };
    let other = Words::new(move || {
        let now = by_passkey.get();
        text(if now { passkey_words::USE_APP_INSTEAD } else { passkey_words::USE_INSTEAD })
    });
    let other_way = passkey::obstacle().is_none().then(|| {
        Button::new(other).look(Look::Quiet).on_click(move || by_passkey.update(|b| *b = !*b)).view()
    });
    frame(words::NEEDED, words::NEEDED_TEXT, (way, other_way).into_any(), None)
}

/// The page where single sign-on is asked for.
#[must_use]
pub fn sso_page() -> AnyView {
    let name = untrack(|| session::with(|s| s.sso.clone())).unwrap_or_default();
    let sending = Sending::new();
    let go = move || sso::leave(&name, &untrack(router::href), sending);
    let button = Button::new(sso_words::SIGN_IN).look(Look::Primary).on_click(go).busy(sending.busy).view();
    frame(
        sso_words::NEEDED,
        sso_words::NEEDED_TEXT,
        (sending.notice(&[]), button).into_any(),
        // An account there that is another one now is linked anew once the old link is gone.
        Some(links::card()),
    )
}

fn frame(title: Key, why: Key, way: AnyView, below: Option<AnyView>) -> AnyView {
    let partner = || untrack(|| session::with(|s| s.partner_name.clone()).unwrap_or_default());
    let (here, others) = untrack(|| session::with(|s| (s.partner_id.clone(), s.partners.clone()))).unzip();
    let others = others.into_iter().flatten().filter(|other| Some(&other.partner_id) != here.as_ref());
    let ways: Vec<_> = others
        .map(|other| {
            let to = Switch { partner_id: other.partner_id };
            let name = Words::new(move || fill(words::GO_ON_FOR, &[("partner", &other.name)]));
            Button::new(name)
                .on_click(move || send::send(api::call::<PartnerSwitch>(&(), &(), &to), |_| session::moved()))
                .view()
        })
        .collect();
    let sign_out = || send::ask::<SignOut>(&(), |_| session::moved());
    let body = div()
        .attr("class", "form")
        .child(p().attr("class", "form__meta").child(move || fill(why, &[("partner", &partner())])))
        .child(way)
        .child(ways)
        .child(Button::new(app::SIGN_OUT).look(Look::Quiet).on_click(sign_out).view())
        .child(below)
        .into_any();
    gate(title, body)
}

//! The page of a member whose partner asks for a second factor that is not there yet: setting one up, and nothing
//! else but another partner or signing out.

use super::proof::Asks;
use super::{factors, gate, passkeys};
use crate::api;
use crate::i18n::texts::{app, factors as words, passkeys as passkey_words};
use crate::i18n::{fill, text};
use crate::kit::{passkey, send};
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
    let body = div()
        .attr("class", "form")
        .child(
            p().attr("class", "form__meta")
                .child(move || fill(words::NEEDED_TEXT, &[("partner", &partner())])),
        )
        .child(way)
        .child(other_way)
        .child(ways)
        .child(Button::new(app::SIGN_OUT).look(Look::Quiet).on_click(sign_out).view())
        .into_any();
    gate(words::NEEDED, body)
}

//! The page of a member whose partner asks for a second factor that is not there yet: setting one up, and nothing
//! else but another partner or signing out.

use super::{factors, gate};
use crate::api;
use crate::i18n::fill;
use crate::i18n::texts::{app, factors as words};
use crate::kit::send;
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
    let body = div()
        .attr("class", "form")
        .child(
            p().attr("class", "form__meta")
                .child(move || fill(words::NEEDED_TEXT, &[("partner", &partner())])),
        )
        .child(factors::set_up(Arc::new(session::moved)))
        .child(ways)
        .child(Button::new(app::SIGN_OUT).look(Look::Quiet).on_click(sign_out).view())
        .into_any();
    gate(words::NEEDED, body)
}

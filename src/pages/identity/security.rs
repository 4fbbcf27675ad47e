//! What one signs in with (登录与安全).

use super::{contact, factors, links, password};
use crate::i18n::t;
use crate::i18n::texts::person;
use crate::kit::page;
use crate::ui::el::{div, p};
use crate::ui::prelude::*;

/// The page.
pub(super) fn page() -> AnyView {
    div()
        .attr("class", "page page--narrow")
        .child(page::head(person::TITLE, None, None))
        .child(p().attr("class", "page__lead").child(t(person::LEAD)))
        .child(contact::email())
        .child(contact::phone_card())
        .child(password::card())
        .child(factors::cards())
        .child(links::card())
        .into_any()
}

//! The own links to identity providers, and taking one away.

use super::proof::Proven;
use crate::api;
use crate::i18n::texts::{sso as words, ui as ui_words};
use crate::i18n::{t, text};
use crate::kit::load::Load;
use crate::kit::moment;
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, h2, p, section, span};
use crate::ui::prelude::*;
use crate::ui::{skeleton, toast};
use contract::factors::Proof;
use contract::id::SsoLinkId;
use contract::sso::{SsoLink, SsoLinkEnd, SsoLinkList};
use leptos::ev;
use std::sync::Arc;

/// The part of the page.
pub(super) fn card() -> AnyView {
    let links: Load<Vec<SsoLink>> = Load::new(|| Some(api::call::<SsoLinkList>(&(), &(), &())));
    let ending = RwSignal::new(None::<SsoLinkId>);
    let over = move || ending.get().map(|id| end(id, ending, links));
    let body = links.region(
        || skeleton::lines(2),
        move |all| {
            if all.is_empty() {
                return p().child(t(words::LINKS_NONE)).into_any();
            }
            let rows: Vec<_> = all.iter().map(|link| row(link.clone(), ending)).collect();
            div().attr("class", "settings").child(rows).into_any()
        },
    );
    section()
        .attr("class", "card")
        .attr("aria-labelledby", "links-card")
        .child(h2().attr("id", "links-card").child(t(words::LINKS)))
        .child(p().attr("class", "form__meta").child(t(words::LINKS_HINT)))
        .child(body)
        .child(over)
        .into_any()
}

fn row(link: SsoLink, ending: RwSignal<Option<SsoLinkId>>) -> AnyView {
    let SsoLink { id, partner_name, issuer, email, linked_at, used_at } = link;
    let used = used_at.map(|at| (" · ", span().child(t(words::USED_AT)), " ", moment::view(at)).into_any());
    let button = Button::new(words::LINK_END).on_click(move || ending.set(Some(id.clone())));
    div()
        .attr("class", "setting__row")
        .child(
            div()
                .child(p().attr("class", "setting__name").child(format!("{partner_name} · {email}")))
                .child(p().attr("class", "form__meta wrap").child(issuer))
                .child(
                    p().attr("class", "form__meta")
                        .child(span().child(t(words::LINKED_AT)))
                        .child(" ")
                        .child(moment::view(linked_at))
                        .child(used),
                ),
        )
        .child(button.view())
        .into_any()
}

fn end(id: SsoLinkId, ending: RwSignal<Option<SsoLinkId>>, links: Load<Vec<SsoLink>>) -> AnyView {
    let close = move || ending.set(None);
    let (sending, proven) = (Sending::new(), Proven::new());
    let id = StoredValue::new(id);
    let send = move |proof: Proof| {
        sending.send(api::call::<SsoLinkEnd>(&id.get_value(), &(), &proof), move |_| {
            toast::tell(text(words::LINK_ENDED));
            close();
            links.again();
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(proven.is_right()) {
            send(proven.take());
        }
    };
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("class", "form__meta").child(t(words::LINK_END_TEXT)))
        .child(sending.notice(&["password", "code"]))
        .child(proven.fields(sending))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            proven.passkey_button(sending, || true, Arc::new(send)),
            Button::new(words::LINK_END).look(Look::Danger).submits().busy(sending.busy).view(),
        ]))
        .into_any();
    Dialog::new(words::LINK_END, close).class("dialog--small").view(body)
}

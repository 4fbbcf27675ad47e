//! The own links to identity providers, and taking one away.

use crate::api;
use crate::i18n::texts::sso as words;
use crate::i18n::{t, text};
use crate::kit::load::Load;
use crate::kit::moment;
use crate::ui::button::Button;
use crate::ui::dialog::Dialog;
use crate::ui::el::{div, h2, p, section, span};
use crate::ui::prelude::*;
use crate::ui::{skeleton, toast};
use contract::id::SsoLinkId;
use contract::sso::{SsoLink, SsoLinkEnd, SsoLinkList};

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
    let id = StoredValue::new(id);
    let body =
        super::proof::ending(words::LINK_END, Some(words::LINK_END_TEXT), close, move |sending, proof| {
            sending.send(api::call::<SsoLinkEnd>(&id.get_value(), &(), &proof), move |_| {
                toast::tell(text(words::LINK_ENDED));
                close();
                links.again();
            });
        });
    Dialog::new(words::LINK_END, close).class("dialog--small").view(body)
}

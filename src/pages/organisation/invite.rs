//! The dialog that invites members by e-mail. Afterwards it shows each link, for mail that does not come.

use super::member_form::{effect_of, fault, role_checks};
use super::members::all_roles;
use crate::api;
use crate::i18n::plural;
use crate::i18n::texts::{organisation as words, ui as ui_words};
use crate::kit::errors;
use crate::kit::send::Sending;
use crate::ui::button::{Button, Look};
use crate::ui::copy::copyable;
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, li, p, ul};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::skeleton;
use contract::error::Fault;
use contract::id::RoleId;
use contract::organisation::{
    INVITATIONS_A_DAY, InvitationCreate, InvitationLink, LINK_DAYS, MAX_INVITED, NewInvitations, RoleRow,
};
use contract::text::is_email;
use leptos::ev;
use std::sync::Arc;

/// The addresses in a text: one a line, or with commas or blanks between.
fn addresses(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；' | '、'));
    parts.filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

/// What is wrong with them.
fn wrong(text: &str) -> Option<Fault> {
    let all = addresses(text);
    match all.len() {
        0 => Some(Fault::Required),
        n if n > MAX_INVITED => Some(Fault::TooLarge),
        _ => (!all.iter().all(|a| is_email(a))).then_some(Fault::Invalid),
    }
}

/// The address at which a link is opened.
fn address_of(link: &InvitationLink) -> String {
    let origin = location().origin().unwrap_or_default();
    format!("{origin}{}", super::JOIN.replace(":token", link.token.as_str()))
}

/// Links to hand on: to whom, and the address.
pub(super) fn links(all: &[InvitationLink]) -> AnyView {
    let line = |link: &InvitationLink| {
        li().attr("class", "link-line")
            .child(p().child(link.email.clone()))
            .child(copyable(address_of(link)))
            .into_any()
    };
    ul().attr("class", "plain").child(all.iter().map(line).collect::<Vec<_>>()).into_any()
}

/// The dialog's place. `invited` counts what was sent.
pub(super) fn place(open: RwSignal<bool>, invited: RwSignal<u32>) -> AnyView {
    (move || open.get().then(|| dialog(open, invited))).into_any()
}

fn dialog(open: RwSignal<bool>, invited: RwSignal<u32>) -> AnyView {
    let roles = all_roles(|| true);
    let sent = RwSignal::new(None::<Arc<Vec<InvitationLink>>>);
    let (emails, chosen) = (RwSignal::new(String::new()), RwSignal::new(Vec::<String>::new()));
    let close = move || open.set(false);
    let dirty = Signal::derive(move || {
        sent.with(Option::is_none) && (emails.with(|e| !e.is_empty()) || chosen.with(|c| !c.is_empty()))
    });
    let body = move || match (sent.get(), roles.get(), roles.failure()) {
        (Some(all), ..) => done(&all, close),
        (None, Some(roles), _) => fields(roles, (emails, chosen), close, move |links| {
            sent.set(Some(links));
            invited.update(|n| *n += 1);
        }),
        (None, None, Some(why)) => errors::region(why, move || roles.again()),
        (None, None, None) => skeleton::lines(6),
    };
    Dialog::new(words::INVITE, close).dirty(dirty).view(div().child(body).into_any())
}

fn done(all: &[InvitationLink], close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    div()
        .attr("class", "form")
        .child(p().attr("role", "status").child(move || plural(words::INVITED, count, &[])))
        .child(p().attr("class", "form__meta").child(move || plural(words::LINKS_HINT, LINK_DAYS, &[])))
        .child(links(all))
        .child(dialog::actions(vec![Button::new(ui_words::CLOSE).look(Look::Primary).on_click(close).view()]))
        .into_any()
}

fn fields(
    roles: Arc<Vec<RoleRow>>,
    (emails, chosen): (RwSignal<String>, RwSignal<Vec<String>>),
    close: impl Fn() + Copy + Send + Sync + 'static,
    sent: impl Fn(Arc<Vec<InvitationLink>>) + Copy + Send + Sync + 'static,
) -> AnyView {
    let sending = Sending::new();
    let email_rule = move || emails.with(|e| wrong(e));
    let role_rule = move || chosen.with(|c| fault(c));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !sending.may(untrack(|| email_rule().is_none() && role_rule().is_none())) {
            return;
        }
        let new = NewInvitations {
            emails: emails.with_untracked(|e| addresses(e)),
            roles: chosen.get_untracked().into_iter().map(RoleId).collect(),
        };
        sending.send(api::call::<InvitationCreate>(&(), &(), &new), sent);
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("class", "form__meta").child(move || plural(words::INVITE_HINT, LINK_DAYS, &[])))
        .child(
            Field::new("emails", words::EMAILS, emails)
                .many_lines()
                .hint(crate::ui::Words::new(|| plural(words::EMAILS_HINT, INVITATIONS_A_DAY, &[])))
                .error(sending.error("emails", email_rule))
                .focused()
                .view(),
        )
        .child(role_checks(&roles, chosen, sending.error("roles", role_rule)))
        .child(effect_of(roles, chosen))
        .child(sending.notice(&["emails", "roles"]))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(words::SEND).look(Look::Primary).submits().busy(sending.busy).view(),
        ]))
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart_however_they_were_pasted() {
        assert_eq!(
            addresses("a@x.example, b@x.example；c@x.example\n d@x.example"),
            ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]
        );
        assert_eq!(wrong(" ,\n"), Some(Fault::Required));
        assert_eq!(wrong("a@x.example b"), Some(Fault::Invalid));
        assert_eq!(wrong("a@x.example"), None);
    }
}

//! 公司信息: what the partner tells of itself, and how it looks in its own console and mails.

use crate::api;
use crate::i18n::texts::{Key, partner as words, ui as ui_words};
use crate::i18n::{fill, plural, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::send::{self, Sending};
use crate::kit::{errors, labels, list, page};
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::copy::copyable;
use crate::ui::dom::spawn;
use crate::ui::el::{div, form, img, input, label, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{Words, dialog, dom, file, toast};
use contract::access::Permission;
use contract::company::{
    ChangeCompany, Company, CompanyChange, CompanyView, Details, LogoChange, MAX_LOGO, NewLogo,
};
use contract::error::Fault;
use leptos::ev;

/// The address of a logo.
#[must_use]
pub fn logo_href(hash: &str) -> String {
    format!("/api/partner/logo?v={hash}")
}

/// The page.
pub(super) fn page() -> AnyView {
    let company = Load::new(|| Some(api::call::<CompanyView>(&(), &(), &())));
    // Each part for itself: another logo does not take away what is being typed.
    let details = memo(move || company.get().map(|c| (c.details.clone(), c.version)));
    let logo = memo(move || company.get().map(|c| c.logo.clone()));
    let body = move || {
        // Whether loading failed is looked at only while there is nothing: looking makes the form anew.
        let Some((details, version)) = details.get() else {
            return errors::or_waiting(company.failure(), 10, move || company.again());
        };
        list::section(words::COMPANY_DETAILS, None, details_form(&details, version, company))
    };
    div()
        .attr("class", "page page--narrow")
        .child(page::head(words::COMPANY, None, None))
        .child(account())
        .child(move || logo.get().map(|logo| logo_section(&logo, company)))
        .child(body)
        .into_any()
}

/// What does not change: which account it is.
fn account() -> AnyView {
    let line = |name, value: fn(&contract::identity::Session) -> String| {
        fact(name, (move || session::with(value)).into_any())
    };
    let id = || session::with(|s| s.partner_id.0.clone()).map(copyable);
    list::section(
        words::ACCOUNT,
        None,
        facts::grid(vec![
            line(words::PARTNER, |s| s.partner_name.clone()),
            line(words::PARTNER_KIND, |s| text(labels::partner_kind(s.partner_kind))),
            fact(words::ACCOUNT_ID, id.into_any()),
            line(words::CURRENCY, |s| s.currency.to_string()),
        ]),
    )
}

fn may() -> bool {
    session::allows(Permission::PartnerSettings) != Some(false)
}

/// Why somebody cannot change it.
fn refusal() -> Option<String> {
    (!may()).then(|| {
        let partner = session::with(|s| s.partner_name.clone()).unwrap_or_default();
        fill(words::ONLY_ADMIN, &[("partner", &partner)])
    })
}

type Part = (&'static str, Key, fn(&mut Details) -> &mut String);

/// The fields, in their order.
const FIELDS: [Part; 10] = [
    ("display_name", words::DISPLAY_NAME, |d| &mut d.display_name),
    ("legal_name", words::LEGAL_NAME, |d| &mut d.legal_name),
    ("registration_number", words::REGISTRATION_NUMBER, |d| &mut d.registration_number),
    ("signing_entity", words::SIGNING_ENTITY, |d| &mut d.signing_entity),
    ("country", words::COUNTRY, |d| &mut d.country),
    ("address", words::ADDRESS, |d| &mut d.address),
    ("contact_name", words::CONTACT_NAME, |d| &mut d.contact_name),
    ("contact_phone", words::CONTACT_PHONE, |d| &mut d.contact_phone),
    ("contact_email", words::CONTACT_EMAIL, |d| &mut d.contact_email),
    ("website", words::WEBSITE, |d| &mut d.website),
];

const NAMES: [&str; 10] = [
    "display_name",
    "legal_name",
    "registration_number",
    "signing_entity",
    "country",
    "address",
    "contact_name",
    "contact_phone",
    "contact_email",
    "website",
];

fn details_form(now: &Details, version: i64, company: Load<Company>) -> AnyView {
    let mut before = now.clone();
    let values = FIELDS.map(|(_, _, part)| RwSignal::new(part(&mut before).clone()));
    let typed = move || {
        let mut details = Details::default();
        for ((_, _, part), value) in FIELDS.iter().zip(values) {
            value.with(|v| v.trim().clone_into(part(&mut details)));
        }
        details
    };
    let sending = Sending::new();
    let fault = move |name: &'static str| -> Option<Fault> {
        typed().faults().into_iter().find(|(field, _)| *field == name).map(|(_, fault)| fault)
    };
    let unchanged = now.clone();
    dialog::guard_page(move || untrack(typed) != unchanged && !sending.busy.get_untracked());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let details = untrack(typed);
        if !sending.may(details.faults().is_empty()) {
            return;
        }
        let change = ChangeCompany { details, version };
        sending.send(api::call::<CompanyChange>(&(), &(), &change), move |saved| {
            toast::tell(text(words::COMPANY_SAVED));
            company.put((*saved).clone());
            session::refresh();
        });
    };
    let fields = FIELDS.iter().zip(values).map(|((name, title, _), value)| {
        let name: &'static str = name;
        let field = Field::new(name, *title, value).error(sending.error(name, move || fault(name)));
        if name == "display_name" { field.hint(words::DISPLAY_NAME_HINT).view() } else { field.view() }
    });
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(fields.collect::<Vec<_>>())
        .child(sending.notice(&NAMES))
        .child(
            div().child(
                Button::new(ui_words::SAVE)
                    .look(Look::Primary)
                    .submits()
                    .refused(refusal)
                    .busy(sending.busy)
                    .view(),
            ),
        )
        .into_any()
}

/// The logo, another one, or none.
fn logo_section(now: &str, company: Load<Company>) -> AnyView {
    let wrong = RwSignal::new(None::<String>);
    let put = move |content: String| {
        send::send(api::call::<LogoChange>(&(), &(), &NewLogo { content }), move |saved| {
            toast::tell(text(words::COMPANY_SAVED));
            company.put((*saved).clone());
            session::refresh();
        });
    };
    let chosen = move |event: web_sys::Event| {
        let field: web_sys::HtmlInputElement = event_target(&event);
        let Some(chosen) = file::chosen(&field) else { return };
        if chosen.size() > MAX_LOGO as f64 {
            wrong.set(Some(text(words::LOGO_TOO_LARGE)));
            return;
        }
        wrong.set(None);
        spawn(async move {
            match file::base64(&chosen).await {
                Some(content) => put(content),
                None => _ = wrong.try_set(Some(errors::fault(Fault::Invalid))),
            }
        });
    };
    let id = dom::unique("logo");
    let (hint, error) = (format!("{id}-hint"), format!("{id}-error"));
    let shown = (!now.is_empty()).then(|| {
        let name = || session::with(|s| s.partner_name.clone()).unwrap_or_default();
        let take_away = Button::new(words::LOGO_REMOVE).refused(refusal).on_click(move || put(String::new()));
        div()
            .attr("class", "with-badge")
            .child(img().attr("class", "logo-shown").attr("src", logo_href(now)).attr("alt", name))
            .child(take_away.view())
            .into_any()
    });
    let kilobytes = i64::try_from(MAX_LOGO / 1000).unwrap_or(0);
    let field = may().then(|| {
        div()
            .attr("class", "field")
            .child(label().attr("class", "field__label").attr("for", id.clone()).child(t(words::LOGO_CHOOSE)))
            .child(
                input()
                    .attr("id", id.clone())
                    .attr("type", "file")
                    .attr("accept", "image/png,image/jpeg,image/webp")
                    .attr("aria-describedby", format!("{hint} {error}"))
                    .on(ev::change, chosen),
            )
            .child(
                p().attr("class", "field__hint")
                    .attr("id", hint.clone())
                    .child(Words::new(move || plural(words::LOGO_HINT, kilobytes, &[])).view()),
            )
            .child(
                p().attr("class", "field__error")
                    .attr("id", error.clone())
                    .attr("role", "status")
                    .child(move || wrong.get()),
            )
            .into_any()
    });
    list::section(words::LOGO, None, div().attr("class", "form").child(shown).child(field).into_any())
}

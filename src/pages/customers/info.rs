//! Basic information of a customer (基本信息). Personal data is masked; a look at it is logged.

use crate::api;
use crate::i18n::texts::customers as words;
use crate::i18n::{fill, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::{errors, labels, moment};
use crate::session;
use crate::ui::badge::badge;
use crate::ui::button::{Button, Look};
use crate::ui::copy::copyable;
use crate::ui::dom::spawn;
use crate::ui::el::{div, p, span};
use crate::ui::icon::Icon;
use crate::ui::prelude::*;
use crate::ui::{dom, live, toast};
use contract::access::Permission;
use contract::customers::{Customer, CustomerReveal, PersonalData};
use contract::id::CustomerId;
use std::time::Duration;

/// How long personal data stays in sight.
const SHOWN: Duration = Duration::from_secs(30);

/// The tab.
#[must_use]
pub fn panel(id: &CustomerId, customer: Load<Customer>) -> AnyView {
    let revealed = RwSignal::new(None::<PersonalData>);
    let id = id.clone();
    (move || {
        let customer = customer.get()?;
        let row = &customer.row;
        let plain = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
        let country = format!("+{}", customer.country_code.trim_start_matches('0'));
        let masked_phone = format!("{country} {}", row.phone);
        let masked_email = customer.email.clone();
        let phone =
            move || revealed.get().map_or_else(|| masked_phone.clone(), |d| format!("{country} {}", d.phone));
        let email = move || revealed.get().map_or_else(|| masked_email.clone(), |d| d.email);
        let all = vec![
            fact(words::NAME, plain(&row.name).into_any()),
            fact(words::ACCOUNT_NAME, plain(&row.account_name).into_any()),
            fact(words::ID, copyable(row.id.0.clone())),
            fact(words::ASSOCIATION, t(labels::association(row.association)).into_any()),
            fact(words::ASSOCIATED_ON, moment::view(row.associated_on)),
            fact(words::VERIFIED, {
                let (tone, words) = labels::verified(row.verified);
                badge(tone, words)
            }),
            fact(words::TYPE, t(labels::customer_type(customer.customer_type)).into_any()),
            fact(words::MANAGER, plain(row.manager.as_deref().unwrap_or_default()).into_any()),
            fact(words::LEVEL, plain(&customer.level).into_any()),
            fact(words::LABEL, plain(&customer.label).into_any()),
            fact(words::PHONE, personal(phone).into_any()),
            fact(words::EMAIL, personal(email).into_any()),
        ];
        Some(
            div()
                .attr("class", "card")
                .child(facts::grid(all))
                .child(reveal(id.clone(), revealed))
                .into_any(),
        )
    })
    .into_any()
}

fn personal(value: impl Fn() -> String + Send + 'static) -> AnyView {
    span().attr("class", "personal").child(value).into_any()
}

/// The button that shows personal data for a while.
fn reveal(id: CustomerId, revealed: RwSignal<Option<PersonalData>>) -> AnyView {
    let busy = RwSignal::new(false);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let hide = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        revealed.try_set(None);
    };
    on_cleanup(hide);
    let show = move || {
        let id = id.clone();
        busy.set(true);
        spawn(async move {
            match api::ask::<CustomerReveal>(&id).await {
                Ok(data) => {
                    revealed.try_set(Some((*data).clone()));
                    live::say(text(words::REVEALED));
                    timer.try_update_value(|t| *t = dom::later(SHOWN, hide));
                }
                Err(failure) => toast::warn(errors::sentence(&failure)),
            }
            busy.try_set(false);
        });
    };
    let button = move || {
        if revealed.with(Option::is_some) {
            return Button::new(words::HIDE).icon(Icon::EyeOff).on_click(hide).view();
        }
        Button::new(words::REVEAL)
            .icon(Icon::Eye)
            .look(Look::Plain)
            .busy(busy)
            .refused(|| {
                let partner = session::with(|s| s.partner_name.clone()).unwrap_or_default();
                let no = session::allows(Permission::CustomersReveal) == Some(false);
                no.then(|| fill(words::REVEAL_REFUSED, &[("partner", &partner)]))
            })
            .on_click(show.clone())
            .view()
    };
    div()
        .attr("class", "reveal")
        .child(button)
        .child(p().attr("class", "form__meta").child(t(words::REVEAL_HINT)))
        .into_any()
}

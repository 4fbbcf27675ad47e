//! The partner's information (伙伴信息) and people's preferences.

mod receivers;

use crate::harness::fixture::{ADMIN, FINANCE, STRANGER_ADMIN};
use crate::harness::{Answer, Client, Wire, World, both, on_sqlite};
use base64::Engine as _;
use contract::company::{
    ChangeCompany, Company, CompanyChange, CompanyView, Details, LogoChange, MAX_LOGO, NewLogo,
};
use contract::error::{Code, Fault};
use contract::identity::CurrentSession;
use contract::preferences::{Preferences, PreferencesChange};
use serde_json::Value;

async fn change(person: &Client, details: &Details, version: i64) -> Answer<Company> {
    let body = ChangeCompany { details: details.clone(), version };
    person.call(CompanyChange).body(&body).send().await
}

async fn logo(person: &Client, bytes: &[u8]) -> Answer<Company> {
    let content = base64::engine::general_purpose::STANDARD.encode(bytes);
    person.call(LogoChange).body(&NewLogo { content }).send().await
}

async fn picture(person: &Client) -> Answer<Value> {
    person.send(Wire::new("GET", "/api/partner/logo?v=x", "")).await
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n-a-picture-";

#[tokio::test]
async fn details_are_kept_told_and_not_overwritten() {
    both(async |world: &World| {
        let admin = world.admin().await;
        assert_eq!(admin.call(CompanyView).send().await.ok(), Company::default());
        let details = Details {
            display_name: " 星河云 ".into(),
            legal_name: "星河云分销有限公司".into(),
            contact_email: "hello@xinghe.example".into(),
            ..Details::default()
        };
        let company = change(&admin, &details, 0).await.ok();
        assert_eq!((company.details.display_name.as_str(), company.version), ("星河云", 1));
        // Made from an older version, a change is not taken.
        assert_eq!(change(&admin, &Details::default(), 0).await.code(), Code::Changed);
        let bad = Details { website: "ftp://x".into(), ..details.clone() };
        assert_eq!(change(&admin, &bad, 1).await.fault(), ("website".into(), Fault::Invalid));
        // Everybody of the partner sees it, nobody else does.
        let session = world.person(&FINANCE).await.call(CurrentSession).send().await.ok();
        assert_eq!(session.display_name, "星河云");
        let stranger = world.person(&STRANGER_ADMIN).await;
        assert_eq!(stranger.call(CompanyView).send().await.ok(), Company::default());
        let told =
            world.texts("SELECT detail FROM audit_entries WHERE action = 'partner.company_changed'").await;
        assert_eq!(told.len(), 1);
        assert!(told[0].contains(r#""legal_name":{"after":"星河云分销有限公司","before":""}"#), "{told:?}");
        assert!(!told[0].contains("website"), "what did not change is not told");
    })
    .await;
}

#[tokio::test]
async fn a_logo_is_a_picture_of_the_partner() {
    both(async |world: &World| {
        let admin = world.admin().await;
        assert_eq!(picture(&admin).await.status, 404);
        let company = logo(&admin, PNG).await.ok();
        assert_eq!(company.logo.len(), 64);
        let shown = picture(&admin).await;
        assert_eq!((shown.status, shown.header("content-type")), (200, "image/png"));
        assert_eq!(shown.header("x-content-type-options"), "nosniff");
        assert_eq!(admin.call(CurrentSession).send().await.ok().logo, company.logo);
        assert_eq!(picture(&world.person(&STRANGER_ADMIN).await).await.status, 404);
        for (bytes, fault) in [
            (&b"<svg onload='alert(1)'/>"[..], Fault::Invalid),
            (b"GIF89a", Fault::Invalid),
            (&vec![0; MAX_LOGO + 1], Fault::TooLarge),
        ] {
            assert_eq!(logo(&admin, bytes).await.fault(), ("content".into(), fault));
        }
        let wrong = admin.call(LogoChange).body(&NewLogo { content: "%".into() }).send().await;
        assert_eq!(wrong.fault().0, "content");
        logo(&admin, b"").await.ok();
        assert_eq!(picture(&admin).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn preferences_are_the_persons_on_every_machine() {
    on_sqlite(async |world: &World| {
        let (one, two) = (world.admin().await, world.admin().await);
        let wanted = Preferences { language: "en".into(), zone: "Europe/Berlin".into() };
        one.call(PreferencesChange).body(&wanted).send().await.ok();
        assert_eq!(two.call(CurrentSession).send().await.ok().preferences, wanted);
        let other = world.person(&FINANCE).await.call(CurrentSession).send().await.ok();
        assert_eq!(other.preferences, Preferences::default());
        let bad = Preferences { zone: "<script>".into(), ..wanted };
        assert_eq!(one.call(PreferencesChange).body(&bad).send().await.fault().0, "zone");
        assert_eq!(ADMIN.name, two.call(CurrentSession).send().await.ok().name);
    })
    .await;
}

//! Single sign-on against a real HTTP provider that also misbehaves.

mod faults;
mod forced;
mod provider;
mod setup;
mod sign_in;

use crate::harness::fixture::PASSWORD;
use crate::harness::{Answer, Auth, Client, Server, World};
use crate::person::factors::cookie;
use contract::factors::Proof;
use contract::sso::{
    AnswerSso, BeginSso, ChangeSso, ChangeSsoUse, SsoAnswer, SsoBegin, SsoChange, SsoOutcome, SsoSetup,
    SsoTest, SsoUse, SsoView, SsoWay,
};
use provider::{Account, CLIENT, Provider, SECRET};
use server::config::Settings;
use server::outbox::Delivery as Ways;

/// A further server of the world that may call providers of tests, which are on this machine.
async fn tolerant(world: &World) -> Server {
    let delivery = Ways { message_centre: true, ..Ways::default() };
    let public_url = "https://console.example".to_owned();
    let passkeys = world.app.settings.passkeys.clone();
    let settings =
        Settings { delivery, public_url, passkeys, webhooks_allow_private: true, ..Settings::default() };
    world.another_server(settings).await
}

/// What sets a provider up for the first time.
fn new_provider(provider: &Provider) -> ChangeSso {
    ChangeSso {
        name: "dist".into(),
        issuer: provider.issuer(),
        client_id: CLIENT.into(),
        client_secret: SECRET.into(),
        domains: vec!["dist.example".into()],
        version: 0,
        proof: Proof { password: PASSWORD.into(), ..Proof::default() },
    }
}

async fn view(admin: &Client) -> SsoSetup {
    admin.call(SsoView).send().await.ok()
}

/// A sign-in that has gone to the provider: where to, and the browser's cookie.
struct Gone {
    location: String,
    cookie: String,
}

/// The cookie of a sign-in, as a browser sends it back.
fn sso_cookie<T>(answer: &Answer<T>) -> String {
    let all: Vec<&str> =
        answer.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()).collect();
    let one = all.iter().find(|c| c.starts_with("pc_sso_") && !c.contains("Max-Age=0")).expect("its cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"] {
        assert!(one.split("; ").any(|p| p == part), "{part}: {one}");
    }
    one.split(';').next().expect("a pair").to_owned()
}

fn gone(answer: &Answer<SsoWay>) -> Gone {
    Gone { location: answer.ok().location, cookie: sso_cookie(answer) }
}

async fn go(server: &Server, name: &str) -> Gone {
    let body = BeginSso { name: name.into(), next: "/customers?q=a".into() };
    gone(&server.nobody().call(SsoBegin).body(&body).send().await)
}

async fn come_back(server: &Server, from: &Gone, answer: &AnswerSso) -> Answer<SsoOutcome> {
    server.nobody().call(SsoAnswer).body(answer).header("cookie", &from.cookie).send().await
}

/// Goes and comes back as somebody at the provider.
async fn sign_in(server: &Server, provider: &Provider, account: Account) -> Answer<SsoOutcome> {
    let from = go(server, "dist").await;
    let answer = provider.sign_in(&from.location, account);
    come_back(server, &from, &answer).await
}

/// The client of a session that has begun.
fn client(server: &Server, answer: &Answer<SsoOutcome>) -> Client {
    assert!(matches!(answer.ok(), SsoOutcome::Done { .. }), "{}", answer.text);
    Client::new(server, Auth::Session(cookie(answer, "pc_session").expect("a session")))
}

/// Makes a test as an admin.
async fn test_by(
    server: &Server,
    admin: &Client,
    provider: &Provider,
    account: Account,
) -> Answer<SsoOutcome> {
    let from = gone(&admin.call(SsoTest).send().await);
    let answer = provider.sign_in(&from.location, account);
    come_back(server, &from, &answer).await
}

/// Uses it otherwise, from what there is.
fn used(setup: &SsoSetup, change: impl FnOnce(&mut ChangeSsoUse)) -> ChangeSsoUse {
    let now = setup.provider.as_ref().expect("a provider");
    let mut wanted = ChangeSsoUse {
        enabled: now.enabled,
        required: now.required,
        both_steps: now.both_steps,
        exempt: setup.admins.iter().filter(|a| a.exempt).map(|a| a.user_id.clone()).collect(),
        version: now.version,
        proof: Proof { password: PASSWORD.into(), ..Proof::default() },
    };
    change(&mut wanted);
    wanted
}

async fn use_it(admin: &Client, change: impl FnOnce(&mut ChangeSsoUse)) -> Answer<SsoSetup> {
    let wanted = used(&view(admin).await, change);
    admin.call(SsoUse).body(&wanted).send().await
}

/// A provider that is set up, tested by the distributor's admin, and switched on.
struct Ready {
    server: Server,
    provider: Provider,
    admin: Client,
}

async fn ready(world: &World) -> Ready {
    let server = tolerant(world).await;
    let provider = Provider::start(&server.app.clock).await;
    let admin = world.admin().await.at(&server);
    admin.call(SsoChange).body(&new_provider(&provider)).send().await.ok();
    let tested = test_by(&server, &admin, &provider, provider::account("adm", "admin@dist.example")).await;
    assert_eq!(tested.ok(), SsoOutcome::Tested);
    use_it(&admin, |wanted| wanted.enabled = true).await.ok();
    Ready { server, provider, admin }
}

//! The second step of signing in.

use super::passwords::NEW;
use super::resets::reset_token;
use crate::harness::fixture::{ADMIN, FINANCE, PASSWORD, RESELLER_ADMIN};
use crate::harness::{Answer, Auth, Client, Server, World, both, on_sqlite};
use contract::error::{Code, Fault};
use contract::factors::{
    FactorView, Factors, FirstCode, NewTotp, Proof, RecoveryCodes, RecoveryRenew, SecondStep, SignedIn,
    StepCode, TotpBegin, TotpConfirm, TotpEnd,
};
use contract::identity::{Credentials, CurrentSession, MessageList, Session, SignIn};
use contract::organisation::{Acceptance, InvitationCreate, InvitationLink, JoinAccept, NewInvitations};
use contract::person::{NewPassword, ResetUse};
use server::factors::totp::code_at;
use std::time::Duration;

const STEP: Duration = Duration::from_secs(30);

/// The value of a cookie that an answer sets.
pub fn cookie<T>(answer: &Answer<T>, name: &str) -> Option<String> {
    let all = answer.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
    let pairs = all.filter_map(|c| c.split(';').next()?.split_once('='));
    pairs.filter(|(n, v)| *n == name && !v.is_empty()).map(|(_, v)| v.to_owned()).next()
}

async fn password(server: &Server, email: &str, password: &str) -> Answer<SignedIn> {
    let body = Credentials { email: email.into(), password: password.into() };
    server.nobody().call(SignIn).body(&body).send().await
}

/// The token of the second step that is due after the right password.
async fn due(server: &Server, email: &str) -> String {
    let answer = password(server, email, PASSWORD).await;
    assert!(matches!(answer.ok(), SignedIn::SecondFactor { .. }), "{}", answer.text);
    assert_eq!(cookie(&answer, "pc_session"), None, "no session yet");
    cookie(&answer, "pc_step").expect("a cookie")
}

async fn step(server: &Server, token: &str, code: &str) -> Answer<Session> {
    let call = server.nobody().call(SecondStep).body(&StepCode { code: code.into(), passkey: None });
    call.header("cookie", &format!("pc_step={token}")).send().await
}

/// Somebody with a code app: the session after it was turned on, the secret, the recovery codes.
pub struct Armed {
    pub client: Client,
    pub secret: String,
    pub recovery: Vec<String>,
}

impl Armed {
    /// The code of the app now.
    pub fn code(&self, server: &Server) -> String {
        code_at(&self.secret, server.app.clock.millis()).expect("a code")
    }
}

async fn begin(person: &Client, password: &str) -> Answer<NewTotp> {
    person.call(TotpBegin).body(&Proof { password: password.into(), ..Proof::default() }).send().await
}

/// Turns a code app on, and waits until the next code.
pub async fn arm(server: &Server, person: &Client) -> Armed {
    let secret = begin(person, PASSWORD).await.ok().secret;
    let code = code_at(&secret, server.app.clock.millis()).expect("a code");
    let answer = person.call(TotpConfirm).body(&FirstCode { code }).send().await;
    let RecoveryCodes { codes } = answer.ok();
    let token = cookie(&answer, "pc_session").expect("another token");
    server.later(STEP);
    Armed { client: Client::new(server, Auth::Session(token)), secret, recovery: codes }
}

#[tokio::test]
async fn an_app_is_turned_on_by_a_first_code_and_asked_for_from_then_on() {
    both(async |world: &World| {
        let (person, other) = (world.admin().await, world.admin().await);
        assert_eq!(begin(&person, "not it").await.fault(), ("password".into(), Fault::Wrong));
        let new = begin(&person, PASSWORD).await.ok();
        assert!(
            new.uri.starts_with("otpauth://totp/Partner%20Center:admin%40dist%2Eexample?secret="),
            "{}",
            new.uri
        );
        assert!(new.uri.contains(&new.secret) && new.qr_path.starts_with("M4 4h7v1h-7z") && new.qr_size > 30);
        // Until the first code it counts for nothing.
        assert!(matches!(password(world, ADMIN.email, PASSWORD).await.ok(), SignedIn::Done { .. }));
        for (code, fault) in [("", Fault::Required), ("000000", Fault::Wrong), ("abc", Fault::Wrong)] {
            let answer = person.call(TotpConfirm).body(&FirstCode { code: code.into() }).send().await;
            assert_eq!(answer.fault(), ("code".into(), fault), "{code}");
        }
        let armed = arm(world, &person).await;
        assert_eq!(armed.recovery.len(), 10);
        // Sessions that began without it are over; this one has another token.
        assert_eq!(other.call(CurrentSession).send().await.code(), Code::SignedOut);
        assert_eq!(person.call(CurrentSession).send().await.code(), Code::SignedOut);
        let has = armed.client.call(FactorView).send().await.ok();
        assert!(has.totp.is_some() && has.recovery_codes == 10);
        assert_eq!(begin(&armed.client, PASSWORD).await.code(), Code::Changed, "one is on");
        let token = due(world, ADMIN.email).await;
        let answer = step(world, &token, &armed.code(world)).await;
        assert_eq!(answer.ok().email, ADMIN.email);
        let session = cookie(&answer, "pc_session").expect("a session");
        let client = Client::new(world, Auth::Session(session));
        client.call(CurrentSession).send().await.ok();
        // Nothing of it is in the database as it is.
        let stored = world.texts("SELECT sealed_secret FROM totps").await;
        assert!(!stored[0].contains(&armed.secret));
        let hashes = world.texts("SELECT code_hash FROM recovery_codes").await;
        assert!(armed.recovery.iter().all(|code| !hashes.contains(&code.replace('-', ""))));
        let told =
            world.texts("SELECT action FROM audit_entries WHERE action LIKE 'identity.%' ORDER BY seq").await;
        for action in
            ["identity.totp_begun", "identity.totp_on", "identity.step_due", "identity.proof_failed"]
        {
            assert!(told.iter().any(|t| t == action), "{action}: {told:?}");
        }
        assert_eq!(told.last().map(String::as_str), Some("identity.sign_in"));
        let mails = client.call(MessageList).send().await.ok();
        assert!(mails.iter().any(|m| m.subject == "两步验证已开启"));
    })
    .await;
}

#[tokio::test]
async fn a_code_is_taken_once_and_a_recovery_code_too() {
    both(async |world: &World| {
        let armed = arm(world, &world.admin().await).await;
        let code = armed.code(world);
        step(world, &due(world, ADMIN.email).await, &code).await.ok();
        let again = step(world, &due(world, ADMIN.email).await, &code).await;
        assert_eq!((again.code(), again.error().number), (Code::CodeWrong, Some(4)));
        // The one before is taken as well; the next one, a step early, is not.
        let before = code_at(&armed.secret, world.app.clock.millis() - 30_000).expect("a code");
        assert_eq!(step(world, &due(world, ADMIN.email).await, &before).await.code(), Code::CodeWrong);
        let next = code_at(&armed.secret, world.app.clock.millis() + 30_000).expect("a code");
        step(world, &due(world, ADMIN.email).await, &next).await.ok();
        let typed = armed.recovery[0].to_uppercase().replace('-', " ");
        step(world, &due(world, ADMIN.email).await, &typed).await.ok();
        assert_eq!(step(world, &due(world, ADMIN.email).await, &typed).await.code(), Code::CodeWrong);
        // Of fifty uses at once one gets in.
        let mut tokens = Vec::new();
        for _ in 0..50 {
            tokens.push(due(world, ADMIN.email).await);
        }
        let uses = tokens.iter().map(|token| step(world, token, &armed.recovery[1]));
        let answers: Vec<_> = futures_util::future::join_all(uses).await;
        assert_eq!(answers.iter().filter(|a| a.status == 200).count(), 1);
        world.later(Duration::from_secs(3600));
        let has = "SELECT COUNT(*) FROM recovery_codes WHERE used_at IS NULL";
        assert_eq!(world.number(has).await, 8);
    })
    .await;
}

#[tokio::test]
async fn the_second_step_has_five_tries_and_five_minutes() {
    both(async |world: &World| {
        let armed = arm(world, &world.admin().await).await;
        let token = due(world, ADMIN.email).await;
        assert_eq!(step(world, &token, " ").await.fault(), ("code".into(), Fault::Required));
        for left in (1..5).rev() {
            assert_eq!(step(world, &token, "zzzzz-zzzzz").await.error().number, Some(left));
        }
        assert_eq!(step(world, &token, "zzzzz-zzzzz").await.code(), Code::StepExpired);
        assert_eq!(
            step(world, &token, &armed.code(world)).await.code(),
            Code::StepExpired,
            "dead for the right one"
        );
        let token = due(world, ADMIN.email).await;
        world.later(Duration::from_secs(5 * 60 + 1));
        assert_eq!(step(world, &token, &armed.code(world)).await.code(), Code::StepExpired);
        for made_up in ["", "x", &"0".repeat(64)] {
            assert_eq!(step(world, made_up, &armed.code(world)).await.code(), Code::StepExpired);
        }
        let nobody = world
            .nobody()
            .call(SecondStep)
            .body(&StepCode { code: armed.code(world), passkey: None })
            .send()
            .await;
        assert_eq!(nobody.code(), Code::StepExpired, "the code alone is nothing");
        // A token is for one session.
        let token = due(world, ADMIN.email).await;
        step(world, &token, &armed.code(world)).await.ok();
        world.later(STEP);
        assert_eq!(step(world, &token, &armed.code(world)).await.code(), Code::StepExpired);
        server::factors::clean(&world.app).await.expect("the job runs");
        assert_eq!(world.number("SELECT COUNT(*) FROM sign_ins").await, 0);
    })
    .await;
}

#[tokio::test]
async fn guessing_codes_with_a_known_password_is_slowed_down() {
    on_sqlite(async |world: &World| {
        let armed = arm(world, &world.admin().await).await;
        let mut wrong = 0;
        let blocked = 'guessing: loop {
            let answer = password(world, ADMIN.email, PASSWORD).await;
            let Some(token) = cookie(&answer, "pc_step") else { break answer.code() };
            for _ in 0..4 {
                let answer = step(world, &token, "000000").await;
                match answer.code() {
                    Code::CodeWrong => wrong += 1,
                    other => break 'guessing other,
                }
            }
        };
        assert_eq!(
            (blocked, wrong),
            (Code::TooManyAttempts, 10),
            "the right password forgets no wrong codes"
        );
        world.later(Duration::from_secs(16 * 60));
        step(world, &due(world, ADMIN.email).await, &armed.code(world)).await.ok();
    })
    .await;
}

#[tokio::test]
async fn turning_it_off_needs_password_and_code() {
    both(async |world: &World| {
        let armed = arm(world, &world.admin().await).await;
        let client = &armed.client;
        let proof = |password: &str, code: &str| Proof {
            password: password.into(),
            code: code.into(),
            passkey: None,
        };
        let end = async |proof: Proof| -> Answer<Factors> { client.call(TotpEnd).body(&proof).send().await };
        assert_eq!(end(proof("not it", &armed.code(world))).await.fault(), ("password".into(), Fault::Wrong));
        assert_eq!(end(proof(PASSWORD, "")).await.fault(), ("code".into(), Fault::Required));
        assert_eq!(end(proof(PASSWORD, "123456")).await.fault(), ("code".into(), Fault::Wrong));
        // New recovery codes void the old ones.
        let renewed =
            client.call(RecoveryRenew).body(&proof(PASSWORD, &armed.recovery[0])).send().await.ok().codes;
        assert_eq!(end(proof(PASSWORD, &armed.recovery[1])).await.fault(), ("code".into(), Fault::Wrong));
        let left = end(proof(PASSWORD, &renewed[0])).await.ok();
        assert_eq!((left.totp, left.recovery_codes), (None, 0));
        assert_eq!(end(proof(PASSWORD, &renewed[1])).await.code(), Code::Changed);
        assert!(matches!(password(world, ADMIN.email, PASSWORD).await.ok(), SignedIn::Done { .. }));
        let mails = client.call(MessageList).send().await.ok();
        assert_eq!(mails[0].subject, "验证器应用已解绑");
    })
    .await;
}

#[tokio::test]
async fn a_new_password_does_not_do_away_with_the_second_step() {
    both(async |world: &World| {
        let armed = arm(world, &world.admin().await).await;
        let waiting = due(world, ADMIN.email).await;
        let link = reset_token(world, &armed.client, ADMIN.email).await;
        world.nobody().call(ResetUse).at(&link).body(&NewPassword { password: NEW.into() }).send().await.ok();
        let answer = step(world, &waiting, &armed.code(world)).await;
        assert_eq!(answer.code(), Code::StepExpired, "the old password's step is over");
        assert!(matches!(password(world, ADMIN.email, NEW).await.ok(), SignedIn::SecondFactor { .. }));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_known_and_has_a_factor_joins_with_it() {
    both(async |world: &World| {
        let armed = arm(world, &world.person(&FINANCE).await).await;
        let admin = world.person(&RESELLER_ADMIN).await;
        let new = NewInvitations { emails: vec![FINANCE.email.into()], roles: vec!["finance".into()] };
        let InvitationLink { token, .. } =
            admin.call(InvitationCreate).body(&new).send().await.ok().remove(0);
        let yes = Acceptance { name: String::new(), password: PASSWORD.into(), consent: true };
        let accepted = world.nobody().call(JoinAccept).at(&token).body(&yes).send().await;
        assert!(matches!(accepted.ok(), SignedIn::SecondFactor { .. }));
        let members = "SELECT COUNT(*) FROM members WHERE email = 'finance@dist.example'";
        assert_eq!(world.number(members).await, 1, "not yet");
        let pending = cookie(&accepted, "pc_step").expect("a cookie");
        assert_eq!(step(world, &pending, "000000").await.error().number, Some(4));
        let joined = step(world, &pending, &armed.code(world)).await;
        assert_eq!(
            (joined.ok().partner_id.as_str(), joined.ok().partners.len()),
            (RESELLER_ADMIN.partner, 2)
        );
        assert!(cookie(&joined, "pc_session").is_some());
        assert_eq!(world.number(members).await, 2);
        let again = world.nobody().call(JoinAccept).at(&token).body(&yes).send().await;
        assert_eq!(again.code(), Code::LinkExpired);
    })
    .await;
}

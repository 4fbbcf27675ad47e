//! Passkeys: added, used to sign in and as the second step, renamed, removed.

use super::factors::cookie;
use crate::harness::fixture::{ADMIN, DISTRIBUTOR, FINANCE, PASSWORD, Person};
use crate::harness::passkey::{Ceremony, Device, PRESENT, asked_ids};
use crate::harness::{Answer, Auth, Client, Server, World, both, delivering, on_sqlite};
use contract::error::{Code, Fault};
use contract::factors::{FactorView, Factors, Proof, RecoveryCodes, SecondStep, SignedIn, Step, StepCode};
use contract::factors::{FirstCode, RecoveryRenew, TotpBegin, TotpConfirm, TotpEnd};
use contract::identity::{Credentials, CurrentSession, MessageList, Session, SignIn};
use contract::passkeys::{
    MAX_PASSKEYS, NewPasskey, PasskeyAdd, PasskeyAnswer, PasskeyAsk, PasskeyBegin, PasskeyName,
    PasskeyOptions, PasskeyProof, PasskeyRemove, PasskeyRename, PasskeySignIn,
};
use contract::person::{ChangeEmail, EmailAsk};
use server::factors::totp::code_at;
use std::time::Duration;

const MINUTES: Duration = Duration::from_secs(5 * 60 + 1);

fn by_password(password: &str) -> Proof {
    Proof { password: password.into(), ..Proof::default() }
}

async fn begin(person: &Client, proof: &Proof) -> Answer<PasskeyOptions> {
    person.call(PasskeyBegin).body(proof).send().await
}

async fn add(person: &Client, new: &NewPasskey) -> Answer<RecoveryCodes> {
    person.call(PasskeyAdd).body(new).send().await
}

/// Somebody with a passkey: the session after it was added, the device, the recovery codes.
pub struct Keyed {
    pub client: Client,
    pub device: Device,
    pub recovery: Vec<String>,
}

impl Keyed {
    /// The password, and the passkey's answer to what a change is asked by.
    pub async fn proof(&mut self) -> Proof {
        let asked = self.client.call(PasskeyProof).send().await.ok();
        Proof { passkey: Some(self.device.answer(&asked)), ..by_password(PASSWORD) }
    }
}

/// Adds a first passkey.
pub async fn key(server: &Server, person: &Client) -> Keyed {
    let options = begin(person, &by_password(PASSWORD)).await.ok();
    let (device, new) = Device::make(&options, "Laptop");
    let answer = add(person, &new).await;
    let RecoveryCodes { codes } = answer.ok();
    let token = cookie(&answer, "pc_session").expect("another token");
    Keyed { client: Client::new(server, Auth::Session(token)), device, recovery: codes }
}

async fn keyed(server: &Server, person: &Person) -> Keyed {
    key(server, &server.person(person).await).await
}

async fn ask(server: &Server) -> PasskeyOptions {
    server.nobody().call(PasskeyAsk).send().await.ok()
}

async fn sign_in(server: &Server, answer: &PasskeyAnswer) -> Answer<Session> {
    server.nobody().call(PasskeySignIn).body(answer).send().await
}

/// The second step that is due after the right password, and its token.
async fn due(server: &Server, email: &str) -> (Step, String) {
    let body = Credentials { email: email.into(), password: PASSWORD.into() };
    let answer = server.nobody().call(SignIn).body(&body).send().await;
    let SignedIn::SecondFactor { step } = answer.ok() else { panic!("a second step, not {}", answer.text) };
    (step, cookie(&answer, "pc_step").expect("a cookie"))
}

async fn step(server: &Server, token: &str, given: &StepCode) -> Answer<Session> {
    let call = server.nobody().call(SecondStep).body(given);
    call.header("cookie", &format!("pc_step={token}")).send().await
}

fn answering(answer: PasskeyAnswer) -> StepCode {
    StepCode { code: String::new(), passkey: Some(answer) }
}

async fn told(world: &World, action: &str) -> i64 {
    world.number(&format!("SELECT COUNT(*) FROM audit_entries WHERE action = '{action}'")).await
}

#[tokio::test]
async fn a_passkey_is_added_listed_renamed_and_removed() {
    both(async |world: &World| {
        let (person, other) = (world.admin().await, world.admin().await);
        let none = person.call(FactorView).send().await.ok();
        assert_eq!(none.passkey_site.as_deref(), Some("https://partner.example.test"));
        assert!(none.passkeys.is_empty());
        assert_eq!(begin(&person, &by_password("not it")).await.fault(), ("password".into(), Fault::Wrong));
        assert_eq!(begin(&person, &by_password("")).await.fault(), ("password".into(), Fault::Required));
        let options = begin(&person, &by_password(PASSWORD)).await.ok();
        assert_eq!(options.0["user"]["name"], ADMIN.email);
        assert!(!options.0["user"]["id"].as_str().expect("a handle").contains("admin"));
        let (_, unnamed) = Device::make(&options, " ");
        assert_eq!(add(&person, &unnamed).await.fault(), ("name".into(), Fault::Required));
        let Keyed { client, device, recovery } = key(world, &person).await;
        // It is a first factor: codes come, and sessions from before it are over; this one has another token.
        assert_eq!(recovery.len(), 10);
        for before in [&person, &other] {
            assert_eq!(before.call(CurrentSession).send().await.code(), Code::SignedOut);
        }
        let has = client.call(FactorView).send().await.ok();
        assert_eq!((has.totp, has.recovery_codes), (None, 10));
        let [passkey] = has.passkeys.as_slice() else { panic!("one passkey, not {:?}", has.passkeys) };
        assert_eq!((passkey.name.as_str(), passkey.last_used_at), ("Laptop", None));
        let stored = world.texts("SELECT transports || ' ' || credential_id FROM passkeys").await;
        assert_eq!(stored, [format!("internal hybrid {}", device.id())]);

        let name = |name: &str| PasskeyName { name: name.into() };
        let rename =
            async |name: &PasskeyName| client.call(PasskeyRename).at(&passkey.id).body(name).send().await;
        assert_eq!(rename(&name(&"n".repeat(61))).await.fault(), ("name".into(), Fault::TooLong { max: 60 }));
        rename(&name("  办公室电脑 ")).await.ok();
        assert_eq!(client.call(FactorView).send().await.ok().passkeys[0].name, "办公室电脑");
        let elsewhere = client.call(PasskeyRename).at(&"nothing-there".into()).body(&name("x")).send().await;
        assert_eq!(elsewhere.code(), Code::NotFound);

        let mut keyed = Keyed { client, device, recovery };
        let remove = async |keyed: &Keyed, proof: &Proof| -> Answer<Factors> {
            keyed.client.call(PasskeyRemove).at(&passkey.id).body(proof).send().await
        };
        let bare = by_password(PASSWORD);
        assert_eq!(remove(&keyed, &bare).await.fault(), ("code".into(), Fault::Required));
        let guessed = Proof { code: "123456".into(), ..bare };
        assert_eq!(remove(&keyed, &guessed).await.fault(), ("code".into(), Fault::Wrong));
        let proof = keyed.proof().await;
        let mistyped = Proof { password: "not it".into(), ..proof.clone() };
        assert_eq!(remove(&keyed, &mistyped).await.fault(), ("password".into(), Fault::Wrong));
        let left = remove(&keyed, &proof).await.ok();
        assert_eq!((left.passkeys.len(), left.recovery_codes), (0, 0));
        let body = Credentials { email: ADMIN.email.into(), password: PASSWORD.into() };
        world.nobody().call(SignIn).body(&body).send().await.session();
        for action in ["begun", "added", "renamed", "removed"] {
            assert!(told(world, &format!("identity.passkey_{action}")).await > 0, "{action}");
        }
        let mails = keyed.client.call(MessageList).send().await.ok();
        assert_eq!(
            (mails[0].subject.as_str(), mails[1].subject.as_str()),
            ("已移除通行密钥", "已添加通行密钥")
        );
        assert!(mails[0].text.contains("办公室电脑") && mails[1].text.contains("Laptop"));
    })
    .await;
}

#[tokio::test]
async fn a_second_passkey_needs_a_factor_and_there_are_ten_at_most() {
    both(async |world: &World| {
        let mut keyed = keyed(world, &ADMIN).await;
        let bare = begin(&keyed.client, &by_password(PASSWORD)).await;
        assert_eq!(bare.fault(), ("code".into(), Fault::Required), "the password alone adds none");
        let by_code = Proof { code: keyed.recovery[0].clone(), ..by_password(PASSWORD) };
        let options = begin(&keyed.client, &by_code).await.ok();
        assert_eq!(options.0["excludeCredentials"][0]["id"], keyed.device.id());
        let handle = options.0["user"]["id"].clone();
        let (second, new) = Device::make(&options, "Phone");
        // A name that is too long costs no ceremony.
        let long = NewPasskey { name: "n".repeat(61), ..new.clone() };
        assert_eq!(add(&keyed.client, &long).await.fault().0, "name");
        let answer = add(&keyed.client, &new).await;
        assert_eq!(answer.ok().codes, Vec::<String>::new(), "the codes that there are go on");
        let token = cookie(&answer, "pc_session").expect("another token");
        keyed.client = Client::new(world, Auth::Session(token));
        // The same challenge twice, and the same passkey under another challenge.
        assert_eq!(add(&keyed.client, &new).await.code(), Code::PasskeyWrong);
        let proof = keyed.proof().await;
        let options = begin(&keyed.client, &proof).await.ok();
        assert_eq!(options.0["user"]["id"], handle, "a person has one handle");
        assert_eq!(begin(&keyed.client, &proof).await.code(), Code::PasskeyWrong, "an answer serves once");
        let (_, fresh) = Device::make(&options, "Phone");
        let again = NewPasskey { attestation: new.attestation.clone(), ..fresh };
        assert_eq!(add(&keyed.client, &again).await.code(), Code::PasskeyKnown);
        let known = "SELECT credential_id FROM passkeys ORDER BY created_at DESC, passkey_id DESC";
        assert_eq!(world.texts(known).await[0], second.id());

        for n in 2..MAX_PASSKEYS {
            let proof = keyed.proof().await;
            let options = begin(&keyed.client, &proof).await.ok();
            let answer = add(&keyed.client, &Device::make(&options, &n.to_string()).1).await;
            let token = cookie(&answer, "pc_session").expect("another token");
            keyed.client = Client::new(world, Auth::Session(token));
        }
        let proof = keyed.proof().await;
        assert_eq!(begin(&keyed.client, &proof).await.code(), Code::TooMany);
        assert_eq!(world.number("SELECT COUNT(*) FROM passkeys").await, MAX_PASSKEYS);
    })
    .await;
}

#[tokio::test]
async fn what_was_made_elsewhere_or_later_or_for_somebody_else_is_not_added() {
    both(async |world: &World| {
        let person = world.admin().await;
        let options = begin(&person, &by_password(PASSWORD)).await.ok();
        let honest = Ceremony::default;
        for (what, ceremony) in [
            ("origin", Ceremony { origin: "https://partner.example.test.evil.example".into(), ..honest() }),
            ("http", Ceremony { origin: "http://partner.example.test".into(), ..honest() }),
            ("relying party", Ceremony { rp_id: "evil.example".into(), ..honest() }),
            ("nobody verified", Ceremony { flags: PRESENT, ..honest() }),
            ("nobody there", Ceremony { flags: 0x04, ..honest() }),
            ("a frame", Ceremony { cross_origin: true, ..honest() }),
        ] {
            let (_, new) = Device::make_in(&options, "x", &ceremony);
            assert_eq!(add(&person, &new).await.code(), Code::PasskeyWrong, "{what}");
        }
        let (_, new) = Device::make(&options, "x");
        // Another person, another session of the same person, another purpose, another installation's challenge.
        let finance = world.person(&FINANCE).await;
        assert_eq!(add(&finance, &new).await.code(), Code::PasskeyWrong);
        assert_eq!(add(&world.admin().await, &new).await.code(), Code::PasskeyWrong);
        let mut foreign = options.clone();
        foreign.0["challenge"] = ask(world).await.0["challenge"].clone();
        assert_eq!(add(&person, &Device::make(&foreign, "x").1).await.code(), Code::PasskeyWrong);
        foreign.0["challenge"] = "AAAA".into();
        assert_eq!(add(&person, &Device::make(&foreign, "x").1).await.code(), Code::PasskeyWrong);
        for garbage in ["", "AA", "%%", "oQ"] {
            let new = NewPasskey { attestation: garbage.into(), ..new.clone() };
            assert_eq!(add(&person, &new).await.code(), Code::PasskeyWrong, "{garbage}");
        }
        world.later(MINUTES);
        assert_eq!(add(&person, &new).await.code(), Code::PasskeyWrong, "too late");
        assert_eq!(world.number("SELECT COUNT(*) FROM passkeys").await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM passkey_answers").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_passkey_alone_signs_in() {
    both(async |world: &World| {
        let mut keyed = keyed(world, &ADMIN).await;
        let before = world.everything().await;
        let options = ask(world).await;
        assert!(asked_ids(&options).is_empty(), "asking tells nothing of anybody");
        assert_eq!(world.everything().await, before, "and writes nothing");
        let answer = keyed.device.answer(&options);
        // Another server has the same secret, and nothing else is needed.
        let other = world.another_server(crate::harness::embedded()).await;
        let signed = sign_in(&other, &answer).await;
        assert_eq!((signed.ok().email.as_str(), signed.ok().factor_needed), (ADMIN.email, false));
        assert_eq!(cookie(&signed, "pc_step"), None);
        let client = Client::new(world, Auth::Session(cookie(&signed, "pc_session").expect("a session")));
        client.call(CurrentSession).send().await.ok();
        assert!(client.call(FactorView).send().await.ok().passkeys[0].last_used_at.is_some());
        let last = "SELECT detail FROM audit_entries WHERE action = 'identity.sign_in' ORDER BY seq DESC";
        assert_eq!(world.texts(last).await[0], r#"{"passkey":"Laptop"}"#);
        // Of twenty uses at once of one answer, one gets in; later none.
        assert_eq!(sign_in(world, &answer).await.code(), Code::PasskeyWrong);
        let answer = keyed.device.answer(&ask(world).await);
        let uses = futures_util::future::join_all((0..20).map(|_| sign_in(world, &answer))).await;
        assert_eq!(uses.iter().filter(|a| a.status == 200).count(), 1);
        world.later(MINUTES);
        server::passkeys::clean(&world.app).await.expect("the job runs");
        assert_eq!(world.number("SELECT COUNT(*) FROM passkey_answers").await, 0);
        assert_eq!(sign_in(world, &answer).await.code(), Code::PasskeyWrong, "not even forgotten ones");
    })
    .await;
}

#[tokio::test]
async fn whatever_does_not_fit_is_answered_alike() {
    both(async |world: &World| {
        let mut own = keyed(world, &ADMIN).await;
        let mut others = keyed(world, &FINANCE).await;
        let honest = Ceremony::default;
        let mut wrong: Vec<(&str, PasskeyAnswer)> = Vec::new();
        let options = ask(world).await;
        for (what, ceremony) in [
            ("origin", Ceremony { origin: "https://evil.example".into(), ..honest() }),
            ("relying party", Ceremony { rp_id: "evil.example".into(), ..honest() }),
            ("not verified", Ceremony { flags: PRESENT, ..honest() }),
            ("a frame", Ceremony { cross_origin: true, ..honest() }),
        ] {
            wrong.push((what, own.device.answer_in(&options, &ceremony)));
        }
        let right = own.device.answer(&options);
        let theirs = others.device.answer(&options);
        wrong.push(("an unknown one", PasskeyAnswer { id: "AAAA".into(), ..right.clone() }));
        wrong.push(("another's key", PasskeyAnswer { id: theirs.id.clone(), ..right.clone() }));
        let handle = theirs.user_handle.clone();
        wrong.push(("another's handle", PasskeyAnswer { user_handle: handle, ..right.clone() }));
        wrong.push(("no handle", PasskeyAnswer { user_handle: String::new(), ..right.clone() }));
        wrong.push(("another's signature", PasskeyAnswer { signature: theirs.signature, ..right.clone() }));
        wrong.push(("no signature", PasskeyAnswer { signature: String::new(), ..right.clone() }));
        wrong.push(("nothing", PasskeyAnswer::default()));
        let proof = own.client.call(PasskeyProof).send().await.ok();
        wrong.push(("asked for something else", own.device.answer(&proof)));
        let mut made_up = options.clone();
        made_up.0["challenge"] = "AAAA".into();
        wrong.push(("a challenge of nobody", own.device.answer(&made_up)));
        let first = sign_in(world, &wrong[0].1).await;
        assert_eq!(first.code(), Code::PasskeyWrong);
        for (what, answer) in &wrong {
            assert_eq!(sign_in(world, answer).await.essence(), first.essence(), "{what}");
        }
        // None of it has used the passkey, nor what it was asked.
        own.device.count = Some(50);
        let answer = own.device.answer(&options);
        sign_in(world, &answer).await.ok();
        let late = own.device.answer(&ask(world).await);
        world.later(MINUTES);
        assert_eq!(sign_in(world, &late).await.essence(), first.essence(), "too late");
        let failed = told(world, "identity.sign_in_failed").await;
        assert!(failed >= 10, "{failed}: the trail tells what was tried with a known one");

        // Somebody who is no member any more, and a passkey that was removed.
        let disable = format!("UPDATE members SET disabled_at = 1 WHERE user_id = '{}'", FINANCE.user_id);
        let theirs = others.device.answer(&ask(world).await);
        world.change(&disable).await.expect("past the server");
        assert_eq!(sign_in(world, &theirs).await.essence(), first.essence(), "disabled");
        let removed = own.device.answer(&ask(world).await);
        world.change("DELETE FROM passkeys").await.expect("past the server");
        assert_eq!(sign_in(world, &removed).await.essence(), first.essence(), "removed");
    })
    .await;
}

#[tokio::test]
async fn a_count_that_goes_back_is_refused_and_told() {
    both(async |world: &World| {
        let mut keyed = keyed(world, &ADMIN).await;
        keyed.device.count = Some(7);
        sign_in(world, &keyed.device.answer(&ask(world).await)).await.ok();
        for count in [7, 3, 0] {
            // The device counts up by one before it answers.
            keyed.device.count = Some(count);
            let answer = keyed.device.answer(&ask(world).await);
            assert_eq!(sign_in(world, &answer).await.code(), Code::PasskeyWrong, "{count}");
        }
        assert_eq!(told(world, "identity.passkey_copied").await, 3);
        // In the second step and for a change, too.
        let (due, token) = due(world, ADMIN.email).await;
        keyed.device.count = Some(1);
        let answer = keyed.device.answer(&due.passkey.expect("a passkey is asked"));
        let answer = step(world, &token, &answering(answer)).await;
        assert_eq!((answer.code(), answer.error().number), (Code::PasskeyWrong, Some(4)));
        let proof = keyed.proof().await;
        assert_eq!(begin(&keyed.client, &proof).await.code(), Code::PasskeyWrong);
        assert_eq!(told(world, "identity.passkey_copied").await, 5);
        keyed.device.count = Some(9);
        sign_in(world, &keyed.device.answer(&ask(world).await)).await.ok();
        // One that never counts is taken as it is.
        world.change("UPDATE passkeys SET sign_count = 0").await.expect("past the server");
        keyed.device.count = None;
        for _ in 0..2 {
            sign_in(world, &keyed.device.answer(&ask(world).await)).await.ok();
        }
    })
    .await;
}

#[tokio::test]
async fn a_passkey_is_the_second_step_after_the_password() {
    both(async |world: &World| {
        let mut keyed = keyed(world, &ADMIN).await;
        let mut others = self::keyed(world, &FINANCE).await;
        let (asked, token) = due(world, ADMIN.email).await;
        assert!(!asked.totp);
        let options = asked.passkey.expect("a passkey is asked");
        assert_eq!(asked_ids(&options), [keyed.device.id()]);
        let empty = StepCode::default();
        assert_eq!(step(world, &token, &empty).await.fault(), ("code".into(), Fault::Required));
        // Somebody else's, another step's, and one that was asked for to sign in alone.
        let theirs = answering(others.device.answer(&options));
        assert_eq!(step(world, &token, &theirs).await.error().number, Some(4));
        let (another, _) = due(world, ADMIN.email).await;
        let for_another = answering(keyed.device.answer(&another.passkey.expect("a passkey is asked")));
        assert_eq!(step(world, &token, &for_another).await.error().number, Some(3));
        let alone = answering(keyed.device.answer(&ask(world).await));
        assert_eq!(step(world, &token, &alone).await.error().number, Some(2));
        let answer = answering(keyed.device.answer(&options));
        let passed = step(world, &token, &answer).await;
        assert_eq!(passed.ok().email, ADMIN.email);
        assert!(cookie(&passed, "pc_session").is_some());
        assert_eq!(step(world, &token, &answer).await.code(), Code::StepExpired);
        // A recovery code does as well.
        let (_, token) = due(world, ADMIN.email).await;
        let code = StepCode { code: keyed.recovery[0].clone(), passkey: None };
        step(world, &token, &code).await.ok();
        // Five wrong ones, and it is over.
        let (asked, token) = due(world, ADMIN.email).await;
        for left in [Some(4), Some(3), Some(2), Some(1), None] {
            assert_eq!(step(world, &token, &alone).await.error().number, left);
        }
        let right = answering(keyed.device.answer(&asked.passkey.expect("a passkey is asked")));
        assert_eq!(step(world, &token, &right).await.code(), Code::StepExpired);
    })
    .await;
}

#[tokio::test]
async fn app_and_passkey_stand_side_by_side() {
    both(async |world: &World| {
        let mut keyed = keyed(world, &ADMIN).await;
        // An app needs the passkey once there is one; its codes are those that came with the passkey.
        let bare = keyed.client.call(TotpBegin).body(&by_password(PASSWORD)).send().await;
        assert_eq!(bare.fault(), ("code".into(), Fault::Required));
        let proof = keyed.proof().await;
        let secret = keyed.client.call(TotpBegin).body(&proof).send().await.ok().secret;
        let now = || code_at(&secret, world.app.clock.millis()).expect("a code");
        let answer = keyed.client.call(TotpConfirm).body(&FirstCode { code: now() }).send().await;
        assert_eq!(answer.ok().codes, Vec::<String>::new());
        let token = cookie(&answer, "pc_session").expect("another token");
        keyed.client = Client::new(world, Auth::Session(token));
        let (asked, token) = due(world, ADMIN.email).await;
        assert!(asked.totp && asked.passkey.is_some());
        world.later(Duration::from_secs(30));
        step(world, &token, &StepCode { code: now(), passkey: None }).await.ok();
        let proof = keyed.proof().await;
        let renewed = keyed.client.call(RecoveryRenew).body(&proof).send().await.ok().codes;
        assert_eq!(renewed.len(), 10);
        let proof = keyed.proof().await;
        let left = keyed.client.call(TotpEnd).body(&proof).send().await.ok();
        assert_eq!((left.totp, left.recovery_codes, left.passkeys.len()), (None, 10, 1));
        // A new address asks for the passkey too.
        let mut wanted = ChangeEmail {
            email: "new@dist.example".into(),
            password: PASSWORD.into(),
            ..ChangeEmail::default()
        };
        let bare = keyed.client.call(EmailAsk).body(&wanted).send().await;
        assert_eq!(bare.fault(), ("code".into(), Fault::Required));
        wanted.passkey = keyed.proof().await.passkey;
        keyed.client.call(EmailAsk).body(&wanted).send().await.ok();
        let again = keyed.client.call(EmailAsk).body(&wanted).send().await;
        assert_eq!(again.code(), Code::PasskeyWrong);
    })
    .await;
}

#[tokio::test]
async fn a_passkey_meets_a_partner_that_asks_for_a_second_step() {
    both(async |world: &World| {
        let set = format!("UPDATE partners SET second_factor = 1 WHERE partner_id = '{DISTRIBUTOR}'");
        world.change(&set).await.expect("past the server");
        let person = world.admin().await;
        assert!(person.call(CurrentSession).send().await.ok().factor_needed);
        assert_eq!(person.call(MessageList).send().await.code(), Code::FactorNeeded);
        let mut keyed = key(world, &person).await;
        assert!(!keyed.client.call(CurrentSession).send().await.ok().factor_needed);
        keyed.client.call(MessageList).send().await.ok();
        let signed = sign_in(world, &keyed.device.answer(&ask(world).await)).await;
        assert!(!signed.ok().factor_needed);
        // Removed, the door is closed again.
        let id = keyed.client.call(FactorView).send().await.ok().passkeys.remove(0).id;
        let proof = keyed.proof().await;
        keyed.client.call(PasskeyRemove).at(&id).body(&proof).send().await.ok();
        assert_eq!(keyed.client.call(MessageList).send().await.code(), Code::FactorNeeded);
    })
    .await;
}

#[tokio::test]
async fn wrong_passwords_keep_nobody_out_who_has_a_passkey() {
    on_sqlite(async |world: &World| {
        let mut keyed = keyed(world, &ADMIN).await;
        let body = Credentials { email: ADMIN.email.into(), password: "not it".into() };
        let mut last = Code::WrongCredentials;
        for _ in 0..12 {
            last = world.nobody().call(SignIn).body(&body).send().await.code();
        }
        assert_eq!(last, Code::TooManyAttempts);
        sign_in(world, &keyed.device.answer(&ask(world).await)).await.ok();
        let again = world.nobody().call(SignIn).body(&body).send().await;
        assert_eq!(again.code(), Code::TooManyAttempts, "and wrong passwords are not forgotten for it");
        // Made-up ones from one address are slowed down.
        let nothing = PasskeyAnswer::default();
        let mut wrong = 0;
        while sign_in(world, &nothing).await.code() == Code::PasskeyWrong {
            wrong += 1;
            assert!(wrong < 60, "it never ends");
        }
        assert_eq!(sign_in(world, &nothing).await.code(), Code::TooManyAttempts);
    })
    .await;
}

#[tokio::test]
async fn an_installation_without_a_domain_has_none() {
    on_sqlite(async |world: &World| {
        let mut keyed = keyed(world, &ADMIN).await;
        let options = ask(world).await;
        let other = world.another_server(delivering(None, None)).await;
        assert_eq!(other.nobody().call(PasskeyAsk).send().await.code(), Code::PasskeysOff);
        let answer = keyed.device.answer(&options);
        assert_eq!(sign_in(&other, &answer).await.code(), Code::PasskeysOff);
        let client = keyed.client.at(&other);
        assert_eq!(client.call(PasskeyProof).send().await.code(), Code::PasskeysOff);
        assert_eq!(begin(&client, &by_password(PASSWORD)).await.code(), Code::PasskeysOff);
        let has = client.call(FactorView).send().await.ok();
        assert_eq!((has.passkey_site, has.passkeys.len()), (None, 1), "it can still be removed");
        let (asked, _) = due(&other, ADMIN.email).await;
        assert_eq!(asked.passkey, None, "a recovery code is the way in");
    })
    .await;
}

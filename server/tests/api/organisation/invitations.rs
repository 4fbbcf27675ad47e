//! Invitations (capability 84; product/states.md, D7).

use super::members::give;
use crate::harness::fixture::{FINANCE, PASSWORD, RESELLER_ADMIN, STRANGER_ADMIN};
use crate::harness::{Answer, Client, Wire, World, both, on_sqlite};
use contract::error::{Code, Fault};
use contract::factors::SignedIn;
use contract::identity::{Credentials, SignIn};
use contract::organisation::{
    Acceptance, INVITATIONS_A_DAY, InvitationCancel, InvitationCreate, InvitationLink, InvitationList,
    InvitationQuery, InvitationResend, InvitationState, JoinAccept, JoinView, MemberList, MemberUnbind,
    NewInvitations, Welcome,
};
use std::time::Duration;

const NEW: &str = "neu@dist.example";

pub(super) async fn invite(admin: &Client, emails: &[&str], roles: &[&str]) -> Answer<Vec<InvitationLink>> {
    let new = NewInvitations {
        emails: emails.iter().map(|e| (*e).to_owned()).collect(),
        roles: roles.iter().map(|r| (*r).into()).collect(),
    };
    admin.call(InvitationCreate).body(&new).send().await
}

async fn welcome(world: &World, link: &InvitationLink) -> Answer<Welcome> {
    world.nobody().call(JoinView).at(&link.token).send().await
}

fn answer(password: &str) -> Acceptance {
    Acceptance { name: "新成员".into(), password: password.into(), consent: true }
}

pub(super) async fn accept(world: &World, link: &InvitationLink, answer: &Acceptance) -> Answer<SignedIn> {
    world.nobody().call(JoinAccept).at(&link.token).body(answer).send().await
}

async fn states(admin: &Client) -> Vec<InvitationState> {
    admin.call(InvitationList).send().await.ok().items.into_iter().map(|i| i.state).collect()
}

#[tokio::test]
async fn an_invited_person_becomes_a_member() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let link = invite(&admin, &[" Neu@Dist.example "], &["operator", "finance"]).await.ok().remove(0);
        let told = welcome(world, &link).await.ok();
        assert_eq!((told.partner_name.as_str(), told.email.as_str()), ("总经销商", NEW));
        assert!(told.by.contains("林薇") && !told.known && told.roles.len() == 2);
        let mails = world.texts("SELECT receiver FROM messages").await;
        assert_eq!(mails, [NEW]);
        // What is missing is told at its field, and the link stays good.
        let no_consent = Acceptance { consent: false, ..answer("plum-orchard-4712") };
        assert_eq!(accept(world, &link, &no_consent).await.fault(), ("consent".into(), Fault::Required));
        let nameless = Acceptance { name: " ".into(), ..answer("plum-orchard-4712") };
        assert_eq!(accept(world, &link, &nameless).await.fault(), ("name".into(), Fault::Required));
        let short = accept(world, &link, &answer("short")).await;
        assert_eq!(short.fault(), ("password".into(), Fault::TooShort { min: 8 }));
        let joined = accept(world, &link, &answer("plum-orchard-4712")).await;
        assert!(joined.header("set-cookie").starts_with("pc_session="));
        let session = joined.session();
        assert_eq!((session.email.as_str(), session.name.as_str()), (NEW, "新成员"));
        assert_eq!(session.roles.len(), 2);
        // Once.
        assert_eq!(accept(world, &link, &answer("plum-orchard-4712")).await.code(), Code::LinkExpired);
        assert_eq!(welcome(world, &link).await.code(), Code::LinkExpired);
        assert_eq!(states(&admin).await, [InvitationState::Accepted]);
        let credentials = Credentials { email: NEW.into(), password: "plum-orchard-4712".into() };
        world.nobody().call(SignIn).body(&credentials).send().await.ok();
        assert_eq!(invite(&admin, &[NEW], &["operator"]).await.code(), Code::AlreadyMember);
    })
    .await;
}

#[tokio::test]
async fn accepting_one_voids_the_persons_others() {
    both(async |world: &World| {
        let (one, two) = (world.admin().await, world.person(&STRANGER_ADMIN).await);
        let first = invite(&one, &[NEW], &["operator"]).await.ok().remove(0);
        let second = invite(&two, &[NEW], &["admin"]).await.ok().remove(0);
        let yes = answer("plum-orchard-4712");
        let (a, b) = tokio::join!(accept(world, &first, &yes), accept(world, &second, &yes));
        assert_eq!([a.status, b.status].iter().filter(|s| **s == 200).count(), 1, "{} {}", a.text, b.text);
        let members = "SELECT COUNT(*) FROM members WHERE email = 'neu@dist.example'";
        assert_eq!(world.number(members).await, 1);
        let ended = [states(&one).await, states(&two).await].concat();
        assert!(ended.contains(&InvitationState::Accepted) && ended.contains(&InvitationState::Expired));
    })
    .await;
}

#[tokio::test]
async fn a_link_lasts_seven_days_and_a_new_one_kills_it() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let old = invite(&admin, &[NEW], &["operator"]).await.ok().remove(0);
        let id = admin.call(InvitationList).send().await.ok().items.remove(0).id;
        let fresh = admin.call(InvitationResend).at(&id).send().await.ok();
        assert_eq!(welcome(world, &old).await.code(), Code::LinkExpired);
        welcome(world, &fresh).await.ok();
        world.later(Duration::from_secs(7 * 86_400 + 1));
        let admin = world.admin().await;
        assert_eq!(welcome(world, &fresh).await.code(), Code::LinkExpired);
        assert_eq!(states(&admin).await, [InvitationState::Expired]);
        let again = admin.call(InvitationResend).at(&id).send().await.ok();
        assert_eq!(states(&admin).await, [InvitationState::Invited]);
        admin.call(InvitationCancel).at(&id).send().await.ok();
        admin.call(InvitationCancel).at(&id).send().await.ok();
        assert_eq!(welcome(world, &again).await.code(), Code::LinkExpired);
        assert_eq!(admin.call(InvitationResend).at(&id).send().await.code(), Code::NotFound);
        // Invited twice: the first invitation is taken back.
        invite(&admin, &[NEW], &["operator"]).await.ok();
        invite(&admin, &[NEW], &["finance"]).await.ok();
        use InvitationState::{Cancelled, Invited};
        assert_eq!(states(&admin).await.iter().filter(|s| **s == Invited).count(), 1);
        let query = admin
            .call(InvitationList)
            .query(&InvitationQuery { state: Some(Cancelled.into()), ..InvitationQuery::default() })
            .send()
            .await
            .ok();
        assert!(query.items.iter().all(|i| i.state == Cancelled) && query.items.len() == 2);
    })
    .await;
}

#[tokio::test]
async fn a_known_person_accepts_with_the_own_password() {
    both(async |world: &World| {
        let admin = world.person(&RESELLER_ADMIN).await;
        let link = invite(&admin, &[FINANCE.email], &["finance"]).await.ok().remove(0);
        assert!(welcome(world, &link).await.ok().known);
        assert_eq!(accept(world, &link, &answer("wrong-password")).await.code(), Code::WrongCredentials);
        let session = accept(world, &link, &answer(PASSWORD)).await.session();
        assert_eq!((session.name.as_str(), session.partners.len()), (FINANCE.name, 2));
        // Unbound and invited again: the same member.
        let members = admin.call(MemberList).send().await.ok().items;
        let member = members.into_iter().find(|m| m.email == FINANCE.email).expect("a member");
        admin.call(MemberUnbind).at(&member.id).send().await.ok();
        let link = invite(&admin, &[FINANCE.email], &["operator"]).await.ok().remove(0);
        let session = accept(world, &link, &answer(PASSWORD)).await.session();
        assert_eq!(session.user_id, member.id);
        assert_eq!(session.roles[0].id.as_str(), "operator");
    })
    .await;
}

#[tokio::test]
async fn guessing_a_known_persons_password_by_a_link_is_slowed_down() {
    on_sqlite(async |world: &World| {
        let admin = world.person(&RESELLER_ADMIN).await;
        let link = invite(&admin, &[FINANCE.email], &["finance"]).await.ok().remove(0);
        let mut last = Code::WrongCredentials;
        for _ in 0..12 {
            last = accept(world, &link, &answer("wrong-password")).await.code();
        }
        assert_eq!(last, Code::TooManyAttempts);
    })
    .await;
}

#[tokio::test]
async fn invitations_have_limits() {
    on_sqlite(async |world: &World| {
        let admin = world.admin().await;
        let fault = async |emails: &[&str]| invite(&admin, emails, &["operator"]).await.fault();
        assert_eq!(fault(&[]).await, ("emails".into(), Fault::Required));
        for bad in ["x", "a@b", "a b@c.example", "a@b.example\r\nBcc: c@d.example", "<a@b.example>"] {
            assert_eq!(fault(&[bad]).await, ("emails".into(), Fault::Invalid), "{bad:?}");
        }
        let many: Vec<String> = (0..51).map(|n| format!("a{n}@b.example")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(fault(&many).await, ("emails".into(), Fault::TooLarge));
        for _ in 0..INVITATIONS_A_DAY / 50 {
            assert_eq!(invite(&admin, &many[..50], &["operator"]).await.ok().len(), 50);
        }
        assert_eq!(invite(&admin, &[NEW], &["operator"]).await.code(), Code::InvitationLimit);
        world.later(Duration::from_secs(86_400));
        let admin = world.admin().await;
        invite(&admin, &[NEW], &["operator"]).await.ok();
        // A secret that is none, of every form, says no more than that.
        for token in ["nothing", &"0".repeat(64)] {
            let answer: Answer<Welcome> =
                world.nobody().send(Wire::new("GET", &format!("/api/join/{token}"), "")).await;
            assert_eq!(answer.code(), Code::LinkExpired);
        }
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_worth_no_more_than_whoever_sent_it() {
    both(async |world: &World| {
        let admin = world.admin().await;
        give(&admin, &FINANCE, &["admin"], None).await.ok();
        let second = world.person(&FINANCE).await;
        let unbound = invite(&second, &[NEW], &["admin"]).await.ok().remove(0);
        let demoted = invite(&second, &["zwei@dist.example"], &["admin"]).await.ok().remove(0);
        give(&admin, &FINANCE, &["operator"], None).await.ok();
        assert_eq!(accept(world, &demoted, &answer("ein-langes-passwort-7")).await.code(), Code::LinkExpired);
        admin.call(MemberUnbind).at(&FINANCE.user_id.into()).send().await.ok();
        assert_eq!(welcome(world, &unbound).await.code(), Code::LinkExpired);
        assert_eq!(accept(world, &unbound, &answer("ein-langes-passwort-7")).await.code(), Code::LinkExpired);
    })
    .await;
}

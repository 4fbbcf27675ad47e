//! A person of several partners, and looking at the console as a member.

use super::invitations::{accept, invite};
use super::members::give;
use crate::harness::fixture::{
    ADMIN, DISTRIBUTOR, FINANCE, MANAGER, PASSWORD, RESELLER, RESELLER_ADMIN, SHOP, STRANGER,
};
use crate::harness::{Answer, Auth, Client, Wire, World, both, fresh_key, move_now};
use contract::audit::{AuditList, AuditQuery};
use contract::customers::{CustomerList, CustomerView};
use contract::error::Code;
use contract::exports::{ExportColumn, ExportCreate, Format, ListName, NewExport};
use contract::funds::BalanceList;
use contract::identity::{
    Credentials, CurrentSession, MessageList, PartnerSwitch, SessionList, SignIn, SignOut, Switch, ViewEnd,
};
use contract::organisation::{Acceptance, MemberList, MemberLook, MemberUnbind};
use serde_json::Value;

fn to(partner: &str) -> Switch {
    Switch { partner_id: partner.into() }
}

#[tokio::test]
async fn a_person_goes_from_partner_to_partner_without_signing_out() {
    both(async |world: &World| {
        let reseller = world.person(&RESELLER_ADMIN).await;
        let link = invite(&reseller, &[FINANCE.email], &["operator"]).await.ok().remove(0);
        let answer = Acceptance { password: PASSWORD.into(), consent: true, ..Acceptance::default() };
        accept(world, &link, &answer).await.ok();
        let mut person = world.person(&FINANCE).await;
        let session = person.call(CurrentSession).send().await.ok();
        assert_eq!((session.partner_id.as_str(), session.partners.len()), (RESELLER, 2));
        let before = person.clone();
        let switched = person.call(PartnerSwitch).body(&to(DISTRIBUTOR)).send().await;
        person = Client::new(world, Auth::Session(cookie(&switched)));
        let session = switched.ok();
        assert_eq!((session.partner_id.as_str(), session.roles[0].id.as_str()), (DISTRIBUTOR, "finance"));
        // The old token opens nothing any more; what is seen is the other partner's.
        assert_eq!(before.call(CurrentSession).send().await.code(), Code::SignedOut);
        person.call(CustomerView).at(&SHOP.into()).send().await.ok();
        // The next sign-in begins there.
        let credentials = Credentials { email: FINANCE.email.into(), password: PASSWORD.into() };
        let session = world.nobody().call(SignIn).body(&credentials).send().await.session();
        assert_eq!(session.partner_id.as_str(), DISTRIBUTOR);
        // Not to a partner of somebody else.
        assert_eq!(person.call(PartnerSwitch).body(&to(STRANGER)).send().await.code(), Code::NotFound);
        // Unbound from one, the person goes on with the other.
        let admin = world.admin().await;
        admin.call(MemberUnbind).at(&FINANCE.user_id.into()).send().await.ok();
        assert_eq!(person.call(CurrentSession).send().await.code(), Code::SignedOut);
        let session = world.nobody().call(SignIn).body(&credentials).send().await.session();
        assert_eq!((session.partner_id.as_str(), session.partners.len()), (RESELLER, 1));
    })
    .await;
}

fn cookie<T>(answer: &crate::harness::Answer<T>) -> String {
    let value = answer.header("set-cookie").split(';').next().and_then(|c| c.split_once('='));
    value.expect("a new cookie").1.to_owned()
}

#[tokio::test]
async fn an_admin_looks_at_the_console_as_a_member_and_changes_nothing() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let seen = admin.call(MemberLook).at(&MANAGER.user_id.into()).send().await.ok();
        assert_eq!((seen.name.as_str(), seen.roles[0].id.as_str()), (MANAGER.name, "customer_manager"));
        assert!(seen.viewer.is_some_and(|v| v.contains(ADMIN.name)));
        assert_eq!(admin.call(CustomerList).send().await.ok().total.count, 1);
        assert_eq!(admin.call(BalanceList).send().await.code(), Code::Forbidden);
        // Whatever it is, nothing is changed, and what is the member's alone is not shown.
        assert_eq!(move_now(&admin, SHOP, "1", &fresh_key()).await.code(), Code::ViewOnly);
        let new = NewExport {
            list: ListName::Customers,
            format: Format::Csv,
            query: String::new(),
            columns: vec![ExportColumn { key: "name".into(), title: "Name".into() }],
            page_only: false,
            ids: vec![],
        };
        assert_eq!(admin.call(ExportCreate).body(&new).send().await.code(), Code::ViewOnly);
        assert_eq!(admin.call(MessageList).send().await.code(), Code::ViewOnly);
        assert_eq!(admin.call(SessionList).send().await.code(), Code::ViewOnly);
        let own = admin.call(ViewEnd).send().await.ok();
        assert_eq!((own.name.as_str(), own.viewer), (ADMIN.name, None));
        assert!(admin.call(MemberList).send().await.ok().total.count > 1);
        // Ended twice is ended.
        admin.call(ViewEnd).send().await.ok();
        let audit = admin
            .call(AuditList)
            .query(&AuditQuery { area: Some("identity".to_owned().into()), ..AuditQuery::default() })
            .send()
            .await
            .ok()
            .items;
        let acts: Vec<&str> = audit.iter().map(|a| a.action.as_str()).collect();
        assert_eq!(acts, ["identity.view_ended", "identity.view_started"]);
        assert!(audit[0].actor.contains(ADMIN.name) && audit[0].subject.ends_with(MANAGER.user_id));
    })
    .await;
}

#[tokio::test]
async fn who_is_looked_at_may_not_do_more_than_who_looks() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let role = super::roles::create(&admin, "人事", &[contract::access::Permission::MembersManage]).await;
        let role = role.ok().role.id.to_string();
        give(&admin, &MANAGER, &["operator", &role], None).await.ok();
        let clerk = world.person(&MANAGER).await;
        let answer = clerk.call(MemberLook).at(&FINANCE.user_id.into()).send().await;
        assert_eq!(answer.code(), Code::MoreThanOwn);
        // Whoever is looked at and unbound meanwhile is not seen any more.
        admin.call(MemberLook).at(&FINANCE.user_id.into()).send().await.ok();
        let second = world.admin().await;
        second.call(MemberUnbind).at(&FINANCE.user_id.into()).send().await.ok();
        assert_eq!(admin.call(CurrentSession).send().await.ok().name, ADMIN.name);
    })
    .await;
}

#[tokio::test]
async fn looking_ends_by_signing_out_and_with_the_right_to_look() {
    both(async |world: &World| {
        let admin = world.admin().await;
        admin.call(MemberLook).at(&MANAGER.user_id.into()).send().await.ok();
        admin.call(SignOut).send().await.ok();
        assert_eq!(admin.call(CurrentSession).send().await.code(), Code::SignedOut);
        // Who may not look any more is oneself again with the next request.
        let admin = world.admin().await;
        give(&admin, &FINANCE, &["admin"], None).await.ok();
        let second = world.person(&FINANCE).await;
        second.call(MemberLook).at(&MANAGER.user_id.into()).send().await.ok();
        give(&admin, &FINANCE, &["operator"], None).await.ok();
        let session = second.call(CurrentSession).send().await.ok();
        assert_eq!((session.name.as_str(), session.viewer), (FINANCE.name, None));
        // A second factor that is asked for meanwhile is no trap.
        admin.call(MemberLook).at(&MANAGER.user_id.into()).send().await.ok();
        world.change("UPDATE partners SET second_factor = 1").await.expect("past the server");
        admin.call(ViewEnd).send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_page_of_another_membership_changes_nothing() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let view = |member: &str| {
            let body = "{\"list\": \"customers\", \"name\": \"x\", \"query\": \"\", \"shared\": false}";
            let wire = Wire::new("POST", "/api/views", body).with("content-type", "application/json");
            wire.with("x-member", member)
        };
        let other: Answer<Value> = admin.send(view(RESELLER_ADMIN.user_id)).await;
        assert_eq!(other.code(), Code::OtherMember);
        let own: Answer<Value> = admin.send(view(ADMIN.user_id)).await;
        assert_eq!(own.status, 200, "{}", own.text);
    })
    .await;
}

//! Inviting reported customers (capabilities 18 to 20, 25), and how invitations stand.

use super::{all, made, new, report};
use crate::harness::fixture::{IDLE_MANAGER, MANAGER, STRANGER_ADMIN};
use crate::harness::{Answer, Client, World, both, on_sqlite};
use contract::customers::AssociationType;
use contract::error::Code;
use contract::id::ProspectId;
use contract::prospects::{
    AskLink, Chosen, CustomerInvitation, CustomerInvitationCancel, CustomerInvitationList,
    CustomerInvitationResend, CustomerInvitationState, GeneralLink, GeneralLinkView, Invite, Invited,
    LeftWhy, NewProspect, Preview, ProspectDelete, ProspectEmail, ProspectInvite, ProspectMail, SetEmail,
};
use std::time::Duration;

pub(super) async fn invite(person: &Client, ids: &[&ProspectId], of: AssociationType) -> Answer<Invited> {
    let wanted = Invite { prospects: ids.iter().map(|id| (*id).clone()).collect(), association: of };
    person.call(ProspectInvite).body(&wanted).send().await
}

pub(super) async fn invitations(person: &Client) -> Vec<CustomerInvitation> {
    person.call(CustomerInvitationList).send().await.ok().items
}

pub(super) async fn link(person: &Client, of: AssociationType, renew: bool) -> GeneralLink {
    person.call(GeneralLinkView).body(&AskLink { association: of, renew }).send().await.ok()
}

#[tokio::test]
async fn many_are_invited_and_the_others_are_told_of() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let one = made(&admin, &new("甲科技有限公司", "a@x.example")).await;
        let two = made(&admin, &new("乙贸易有限公司", "b@x.example")).await;
        let by_phone = NewProspect { phone: "13800138000".into(), ..new("丙工程有限公司", "") };
        let three = made(&admin, &by_phone).await;
        let done = invite(&admin, &[&one.id, &two.id, &three.id, &"gone".into()], AssociationType::Resale)
            .await
            .ok();
        assert_eq!(done.sent.len(), 2);
        let mut left: Vec<_> = done.left.iter().map(|l| (l.name.as_str(), l.why)).collect();
        left.sort_unstable();
        assert_eq!(left, [("", LeftWhy::Missing), ("丙工程有限公司", LeftWhy::NoEmail)]);
        let mut mails = world.texts("SELECT receiver FROM messages").await;
        mails.sort_unstable();
        assert_eq!(mails, ["a@x.example", "b@x.example"]);
        let rows = invitations(&admin).await;
        assert_eq!(rows.len(), 2);
        assert!(
            rows.iter()
                .all(|r| r.state == CustomerInvitationState::Sent && r.until >= one.until.expect("a time"))
        );
        assert_eq!(all(&admin).await.iter().filter(|p| p.invited_at.is_some()).count(), 2);
        // Once more, now as a consultative one: the first is void.
        invite(&admin, &[&one.id], AssociationType::Consultative).await.ok();
        let rows = invitations(&admin).await;
        let of_one: Vec<_> = rows.iter().filter(|r| r.name == "甲科技有限公司").map(|r| r.state).collect();
        assert_eq!(of_one, [CustomerInvitationState::Sent, CustomerInvitationState::Cancelled]);
    })
    .await;
}

#[tokio::test]
async fn the_mail_can_be_read_beforehand() {
    on_sqlite(async |world: &World| {
        let admin = world.admin().await;
        let one = made(&admin, &new("甲科技有限公司", "a@x.example")).await;
        let wanted = Preview { association: AssociationType::Resale };
        let mail = admin.call(ProspectMail).at(&one.id).body(&wanted).send().await.ok();
        assert_eq!(mail.to, "*@x.example");
        for part in ["甲科技有限公司", "总经销商", "代售"] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM messages").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_sent_again_and_taken_back() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let one = made(&admin, &new("甲科技有限公司", "a@x.example")).await;
        let first = invite(&admin, &[&one.id], AssociationType::Resale).await.ok().sent.remove(0);
        let row = invitations(&admin).await.remove(0);
        let again = admin.call(CustomerInvitationResend).at(&row.id).send().await.ok();
        assert_ne!(again.token, first.token);
        assert_eq!(invitations(&admin).await.len(), 1, "it is the same invitation");
        admin.call(CustomerInvitationCancel).at(&row.id).send().await.ok();
        admin.call(CustomerInvitationCancel).at(&row.id).send().await.ok();
        let gone = admin.call(CustomerInvitationResend).at(&row.id).send().await;
        assert_eq!(gone.code(), Code::ReportMoved);
        assert_eq!(invitations(&admin).await[0].state, CustomerInvitationState::Cancelled);
        // Another address, or the end of the report, makes an invitation void as well.
        let email = async |to: &str| {
            let wanted = SetEmail { email: to.into() };
            admin.call(ProspectEmail).at(&one.id).body(&wanted).send().await.ok()
        };
        invite(&admin, &[&one.id], AssociationType::Resale).await.ok();
        email("b@x.example").await;
        assert_eq!(invitations(&admin).await[0].state, CustomerInvitationState::Cancelled);
        invite(&admin, &[&one.id], AssociationType::Resale).await.ok();
        let chosen = Chosen { prospects: vec![one.id.clone()] };
        admin.call(ProspectDelete).body(&chosen).send().await.ok();
        assert_eq!(invitations(&admin).await[0].state, CustomerInvitationState::Cancelled);
    })
    .await;
}

#[tokio::test]
async fn a_link_lives_as_long_as_its_report() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let one = made(&admin, &new("甲科技有限公司", "a@x.example")).await;
        invite(&admin, &[&one.id], AssociationType::Resale).await.ok();
        world.later(Duration::from_secs(15 * 86_400));
        let admin = world.admin().await;
        let row = invitations(&admin).await.remove(0);
        assert_eq!(row.state, CustomerInvitationState::Expired);
        let again = admin.call(CustomerInvitationResend).at(&row.id).send().await;
        assert_eq!(again.code(), Code::ReportMoved);
        let done = invite(&admin, &[&one.id], AssociationType::Resale).await.ok();
        assert_eq!(done.left[0].why, LeftWhy::Expired);
        // A new report of the same customer can be invited.
        let two =
            report(&admin, &new("甲科技有限公司", "a@x.example")).await.ok().prospect.expect("free again");
        assert_eq!(invite(&admin, &[&two.id], AssociationType::Resale).await.ok().sent.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn managers_see_and_touch_their_own_only() {
    both(async |world: &World| {
        let (manager, other) = (world.person(&MANAGER).await, world.person(&IDLE_MANAGER).await);
        let one = made(&manager, &new("甲科技有限公司", "a@x.example")).await;
        invite(&manager, &[&one.id], AssociationType::Consultative).await.ok();
        let row = invitations(&manager).await.remove(0);
        for person in [&other, &world.person(&STRANGER_ADMIN).await] {
            assert_eq!(invitations(person).await, []);
            let done = invite(person, &[&one.id], AssociationType::Resale).await.ok();
            assert_eq!((done.sent.len(), done.left[0].why), (0, LeftWhy::Missing));
            let again = person.call(CustomerInvitationResend).at(&row.id).send().await;
            assert_eq!(again.code(), Code::NotFound);
        }
    })
    .await;
}

#[tokio::test]
async fn a_general_link_is_the_members_own() {
    both(async |world: &World| {
        let (admin, manager) = (world.admin().await, world.person(&MANAGER).await);
        let one = link(&admin, AssociationType::Resale, false).await;
        assert_eq!(one.tag, "admin@dist.example");
        assert!(one.qr_path.starts_with('M') && one.qr_size > 20);
        assert_eq!(link(&admin, AssociationType::Resale, false).await, one, "it stays as it is");
        assert_ne!(link(&admin, AssociationType::Consultative, false).await.address, one.address);
        assert_ne!(link(&manager, AssociationType::Resale, false).await.address, one.address);
        let renewed = link(&admin, AssociationType::Resale, true).await;
        assert_ne!(renewed.address, one.address);
        assert_eq!(link(&admin, AssociationType::Resale, false).await, renewed);
    })
    .await;
}

//! The customer's door: being let in, following invitations (capabilities 2, 16, 25; product/states.md D1, D2).

use super::invitations::{invitations, invite, link};
use super::{all, made, new};
use crate::harness::fixture::{ADMIN, MANAGER, SHOP, STRANGER_ADMIN};
use crate::harness::{Answer, Client, World, assert_sound, both, code_in, on_sqlite};
use contract::associations::{CustomerTimeline, MilestoneKind as M};
use contract::customers::{AssociationType, CustomerList, CustomerView};
use contract::door::{
    AskCode, Associate, Associated, Consent, Consents, Door, DoorCode, DoorConsent, DoorEnter, DoorLeave,
    DoorLog, DoorView, Enter, LogAction, Offer, OfferAccept, OfferView,
};
use contract::error::{Code, Fault};
use contract::id::CustomerToken;
use contract::prospects::{
    Cause, CustomerInvitationCancel, CustomerInvitationState, GeneralLink, ProspectState,
};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

async fn offer(world: &World, token: &CustomerToken) -> Answer<Offer> {
    world.nobody().call(OfferView).at(token).send().await
}

fn all_of_it(account_name: &str) -> Associate {
    Associate { account_name: account_name.into(), phone: String::new(), consents: Consent::ALL.to_vec() }
}

async fn accept(customer: &Client, token: &CustomerToken, given: &Associate) -> Answer<Associated> {
    customer.call(OfferAccept).at(token).body(given).send().await
}

async fn door(customer: &Client) -> Door {
    customer.call(DoorView).send().await.ok()
}

fn token_of(link: &GeneralLink) -> CustomerToken {
    CustomerToken(link.address.rsplit('/').next().expect("a path").to_owned())
}

fn refused(answer: &Answer<Associated>) -> Cause {
    match answer.ok() {
        Associated::Refused { cause } => cause,
        Associated::Done { .. } => panic!("it was let through"),
    }
}

/// An invitation of a member by mail, to an address.
async fn invited(person: &Client, name: &str, email: &str, of: AssociationType) -> CustomerToken {
    let one = made(person, &new(name, email)).await;
    invite(person, &[&one.id], of).await.ok().sent.remove(0).token
}

#[tokio::test]
async fn an_invited_customer_becomes_the_partners() {
    both(async |world: &World| {
        let manager = world.person(&MANAGER).await;
        let token = invited(&manager, "甲科技有限公司", "wang@x.example", AssociationType::Resale).await;
        let told = offer(world, &token).await.ok();
        assert_eq!(
            (told.partner_name.as_str(), told.by.as_str(), told.name.as_str()),
            ("总经销商", "陈立", "甲科技有限公司")
        );
        assert_eq!(
            (told.email.as_str(), told.association, told.is_open()),
            ("w***@x.example", AssociationType::Resale, true)
        );
        assert_eq!(invitations(&manager).await[0].opened_at, None, "looking changes nothing");
        // The code goes to the address of the invitation, whatever was typed.
        let wanted = AskCode { email: "thief@else.example".into(), invitation: Some(token.clone()) };
        let sent = world.nobody().call(DoorCode).body(&wanted).send().await.ok();
        assert_eq!(sent.challenge.sent_to, "w***@x.example");
        assert!(invitations(&manager).await[0].opened_at.is_some());
        world.later(Duration::from_secs(61));
        let customer = world.customer("Wang@x.example").await;
        assert_eq!(door(&customer).await.accounts, []);
        let some = Associate { consents: vec![Consent::Privacy], ..all_of_it("wang-lab") };
        assert_eq!(accept(&customer, &token, &some).await.fault(), ("consents".into(), Fault::Required));
        let short = accept(&customer, &token, &all_of_it("w")).await;
        assert_eq!(short.fault(), ("account_name".into(), Fault::TooShort { min: 4 }));
        let wrong = Associate { phone: "12".into(), ..all_of_it("wang-lab") };
        assert_eq!(accept(&customer, &token, &wrong).await.fault(), ("phone".into(), Fault::Invalid));
        let given = Associate { phone: "138 0013 8000".into(), ..all_of_it("wang-lab") };
        let account = match accept(&customer, &token, &given).await.ok() {
            Associated::Done { account } => account,
            Associated::Refused { cause } => panic!("{cause:?}"),
        };
        let partner = account.partner.clone().expect("a partner");
        assert_eq!(
            (partner.name.as_str(), partner.association, partner.manager.as_str()),
            ("总经销商", AssociationType::Resale, "陈立")
        );
        assert!(account.unsigned().is_empty());
        // Once.
        assert_eq!(accept(&customer, &token, &given).await.code(), Code::LinkExpired);
        assert_eq!(offer(world, &token).await.ok().state, CustomerInvitationState::Associated);
        // The partner has it: in the list, with its balance of nothing, and its manager is who invited.
        let rows = manager.call(CustomerList).send().await.ok().items;
        let row = rows.iter().find(|r| r.id == account.id).expect("in the manager's list");
        assert_eq!((row.account_name.as_str(), row.phone.as_str()), ("wang-lab", "138****8000"));
        let seen = world.admin().await.call(CustomerView).at(&account.id).send().await.ok();
        assert_eq!(seen.balance.map(|m| m.minor), Some(0));
        let report = all(&manager).await.remove(0);
        assert_eq!((report.state, report.customer.as_ref()), (ProspectState::Associated, Some(&account.id)));
        assert_eq!(invitations(&manager).await[0].customer.as_ref(), Some(&account.id));
        let log = customer.call(DoorLog).at(&account.id).send().await.ok();
        let actions: Vec<_> = log.iter().map(|e| e.action).collect();
        assert_eq!(actions, [LogAction::Associated, LogAction::Created]);
        assert_eq!(world.number("SELECT COUNT(*) FROM customer_relations").await, 1);
        let told = manager.call(CustomerTimeline).at(&account.id).send().await.ok();
        let kinds: Vec<_> = told.iter().map(|m| m.kind).collect();
        assert_eq!(kinds, [M::Associated, M::Assigned, M::Invited, M::Reported]);
        assert_eq!(world.number("SELECT COUNT(*) FROM customer_consents").await, 5);
        // A claim that led to a customer is in nobody's way; the customer is.
        assert_eq!(world.number("SELECT COUNT(*) FROM prospect_claims").await, 0);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_dead_or_somebody_elses_says_so() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let token = invited(&admin, "甲科技有限公司", "wang@x.example", AssociationType::Resale).await;
        let thief = world.customer("thief@else.example").await;
        assert_eq!(accept(&thief, &token, &all_of_it("thief")).await.code(), Code::LinkOfOther);
        assert_eq!(offer(world, &"nothing-there".into()).await.code(), Code::LinkExpired);
        assert_eq!(
            accept(&thief, &"nothing-there".into(), &all_of_it("thief")).await.code(),
            Code::LinkExpired
        );
        let row = invitations(&admin).await.remove(0);
        admin.call(CustomerInvitationCancel).at(&row.id).send().await.ok();
        let told = offer(world, &token).await.ok();
        assert_eq!((told.state, told.is_open()), (CustomerInvitationState::Cancelled, false));
        let customer = world.customer("wang@x.example").await;
        assert_eq!(accept(&customer, &token, &all_of_it("wang-lab")).await.code(), Code::LinkExpired);
        let wanted = AskCode { email: String::new(), invitation: Some(token) };
        assert_eq!(world.nobody().call(DoorCode).body(&wanted).send().await.code(), Code::LinkExpired);
        let late = invited(&admin, "乙贸易有限公司", "li@x.example", AssociationType::Resale).await;
        world.later(DAY * 15);
        assert_eq!(offer(world, &late).await.ok().state, CustomerInvitationState::Expired);
        let customer = world.customer("li@x.example").await;
        assert_eq!(accept(&customer, &late, &all_of_it("li-shop")).await.code(), Code::LinkExpired);
        assert_eq!(world.number("SELECT COUNT(*) FROM customer_accounts").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_general_link_is_for_anybody_and_many_times() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let general = link(&admin, AssociationType::Consultative, false).await;
        let token = token_of(&general);
        assert_eq!(offer(world, &token).await.ok().by, ADMIN.email);
        for n in 0..3 {
            let customer = world.customer(&format!("c{n}@walk.example")).await;
            accept(&customer, &token, &all_of_it(&format!("walk-in-{n}"))).await.ok();
        }
        let rows = invitations(&admin).await;
        assert!(rows.iter().all(|r| r.state == CustomerInvitationState::Associated && r.by == ADMIN.email));
        assert_eq!(rows.len(), 3);
        // A name is one account's.
        let customer = world.customer("c9@walk.example").await;
        let taken = accept(&customer, &token, &all_of_it("Walk-In-1")).await;
        assert_eq!(taken.fault(), ("account_name".into(), Fault::Taken));
        link(&admin, AssociationType::Consultative, true).await;
        assert_eq!(accept(&customer, &token, &all_of_it("late-one")).await.code(), Code::LinkExpired);
        // Whoever was reported and comes by the general link is associated all the same.
        let one = made(&admin, &new("甲科技有限公司", "c9@walk.example")).await;
        let token = token_of(&link(&admin, AssociationType::Consultative, false).await);
        accept(&customer, &token, &all_of_it("late-one")).await.ok();
        let report = all(&admin).await.into_iter().find(|p| p.id == one.id).expect("there");
        assert_eq!(report.state, ProspectState::Associated);
    })
    .await;
}

#[tokio::test]
async fn an_account_that_cannot_be_associated_is_told_why() {
    both(async |world: &World| {
        let (admin, stranger) = (world.admin().await, world.person(&STRANGER_ADMIN).await);
        let mine = token_of(&link(&admin, AssociationType::Resale, false).await);
        let theirs = token_of(&link(&stranger, AssociationType::Resale, false).await);
        let customer = world.customer("wang@x.example").await;
        accept(&customer, &mine, &all_of_it("wang-lab")).await.ok();
        assert_eq!(refused(&accept(&customer, &mine, &all_of_it("wang-lab2")).await), Cause::AlreadyYours);
        assert_eq!(refused(&accept(&customer, &theirs, &all_of_it("wang-lab2")).await), Cause::HasPartner);
        let member = world.customer(MANAGER.email).await;
        assert_eq!(refused(&accept(&member, &theirs, &all_of_it("chen-li")).await), Cause::IsPartner);
        made(&admin, &new("甲科技有限公司", "li@x.example")).await;
        let kept = world.customer("li@x.example").await;
        assert_eq!(refused(&accept(&kept, &theirs, &all_of_it("li-shop")).await), Cause::Protected);
        // The partner sees each failure with its cause.
        let rows = invitations(&stranger).await;
        let causes: Vec<_> = rows.iter().map(|r| (r.state, r.cause)).collect();
        let failed = |cause| (CustomerInvitationState::Failed, Some(cause));
        assert_eq!(causes, [failed(Cause::Protected), failed(Cause::IsPartner), failed(Cause::HasPartner)]);
        assert_eq!(world.number("SELECT COUNT(*) FROM customer_accounts").await, 1);
        // An old account follows no report's link; what failed can be tried again.
        world.change("INSERT INTO customer_accounts (account_id, email, name, name_key, created_at) VALUES ('old', 'old@x.example', 'oldie', 'oldie', 0)").await.expect("past the server");
        let token = invited(&admin, "老账号有限公司", "old@x.example", AssociationType::Resale).await;
        let old = world.customer("old@x.example").await;
        assert_eq!(refused(&accept(&old, &token, &all_of_it("")).await), Cause::TooOld);
        let told = offer(world, &token).await.ok();
        assert_eq!((told.state, told.cause, told.is_open()), (CustomerInvitationState::Failed, Some(Cause::TooOld), true));
        // The general link is the cure.
        match accept(&old, &mine, &all_of_it("")).await.ok() {
            Associated::Done { account } => assert_eq!(account.account_name, "oldie"),
            Associated::Refused { cause } => panic!("{cause:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_partners_links_at_once_one_wins() {
    both(async |world: &World| {
        let mine = token_of(&link(&world.admin().await, AssociationType::Resale, false).await);
        let theirs =
            token_of(&link(&world.person(&STRANGER_ADMIN).await, AssociationType::Resale, false).await);
        for n in 0..4 {
            let customer = world.customer(&format!("c{n}@x.example")).await;
            // The account exists, so that both take the same one.
            world.change(&format!("INSERT INTO customer_accounts (account_id, email, name, name_key, created_at) VALUES ('a{n}', 'c{n}@x.example', 'acc{n}', 'acc{n}', {})", world.app.clock.millis())).await.expect("past the server");
            let given = all_of_it("");
            let (a, b) = tokio::join!(accept(&customer, &mine, &given), accept(&customer, &theirs, &given));
            let done = [&a, &b].iter().filter(|x| x.status == 200 && x.text.contains("done")).count();
            assert_eq!(done, 1, "{} {}", a.text, b.text);
            let rows = format!("SELECT COUNT(*) FROM customers WHERE customer_id = 'a{n}'");
            assert_eq!(world.number(&rows).await, 1);
            // Without an account both would make one: an address is one partner's all the same.
            let customer = world.customer(&format!("new{n}@x.example")).await;
            let (first, second) = (all_of_it(&format!("first-{n}")), all_of_it(&format!("second-{n}")));
            let (a, b) = tokio::join!(accept(&customer, &mine, &first), accept(&customer, &theirs, &second));
            let done = [&a, &b].iter().filter(|x| x.status == 200 && x.text.contains("done")).count();
            assert_eq!(done, 1, "{} {}", a.text, b.text);
            let accounts = format!("SELECT COUNT(*) FROM customer_accounts WHERE email = 'new{n}@x.example'");
            assert_eq!(world.number(&accounts).await, 1);
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_door_opens_to_a_code_and_to_nothing_else() {
    both(async |world: &World| {
        let nobody = world.nobody();
        let ask = async |email: &str| {
            let wanted = AskCode { email: email.into(), invitation: None };
            nobody.call(DoorCode).body(&wanted).send().await
        };
        assert_eq!(ask("").await.fault(), ("email".into(), Fault::Required));
        assert_eq!(ask("nonsense").await.fault(), ("email".into(), Fault::Invalid));
        let sent = ask("wang@x.example").await.ok();
        assert_eq!(ask("wang@x.example").await.code(), Code::CodeTooSoon);
        let right = code_in(&sent.message.expect("the demo keeps it"));
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let enter = async |code: &str| {
            let given = Enter { challenge: sent.challenge.id.clone(), code: code.into() };
            nobody.call(DoorEnter).body(&given).send().await
        };
        for left in [4, 3, 2, 1] {
            let answer = enter(wrong).await;
            assert_eq!((answer.code(), answer.error().number), (Code::CodeWrong, Some(left)));
        }
        assert_eq!(enter(wrong).await.code(), Code::CodeLocked);
        assert_eq!(enter(&right).await.code(), Code::CodeLocked);
        world.later(Duration::from_secs(61));
        let customer = world.customer("wang@x.example").await;
        assert_eq!(door(&customer).await.email, "wang@x.example");
        // A customer's session is no member's, and ends by leaving or by half an hour's rest.
        assert_eq!(customer.call(CustomerList).send().await.code(), Code::SignedOut);
        customer.call(DoorLeave).send().await.ok();
        assert_eq!(customer.call(DoorView).send().await.code(), Code::SignedOut);
        world.later(Duration::from_secs(61));
        let customer = world.customer("wang@x.example").await;
        world.later(Duration::from_secs(29 * 60));
        door(&customer).await;
        world.later(Duration::from_secs(29 * 60));
        door(&customer).await;
        world.later(Duration::from_secs(31 * 60));
        assert_eq!(customer.call(DoorView).send().await.code(), Code::SignedOut);
        let expired = ask("wang@x.example").await.ok();
        let code = code_in(&expired.message.expect("the demo keeps it"));
        world.later(Duration::from_secs(10 * 60));
        let late = nobody.call(DoorEnter).body(&Enter { challenge: expired.challenge.id, code }).send().await;
        assert_eq!(late.code(), Code::CodeExpired);
    })
    .await;
}

#[tokio::test]
async fn a_customer_of_the_partners_making_finds_the_own_account() {
    both(async |world: &World| {
        world
            .change(&format!("UPDATE customers SET email = 'shop@dist.example' WHERE customer_id = '{SHOP}'"))
            .await
            .expect("past the server");
        let customer = world.customer("shop@dist.example").await;
        let own = door(&customer).await;
        assert_eq!(own.accounts.len(), 1);
        let account = &own.accounts[0];
        assert_eq!(
            (account.id.as_str(), account.partner.as_ref().map(|p| p.name.as_str())),
            (SHOP, Some("总经销商"))
        );
        // What was never agreed to is to be signed.
        assert_eq!(account.unsigned(), Consent::ALL);
        let some = Consents { consents: vec![Consent::Privacy, Consent::PartnerNotice] };
        let signed = customer.call(DoorConsent).at(&account.id).body(&some).send().await.ok();
        assert_eq!(signed.accounts[0].unsigned().len(), 3);
        let none = Consents { consents: vec![] };
        let nothing = customer.call(DoorConsent).at(&account.id).body(&none).send().await;
        assert_eq!(nothing.fault(), ("consents".into(), Fault::Required));
        // Nobody else's account is there.
        let other = world.customer("else@x.example").await;
        assert_eq!(other.call(DoorConsent).at(&account.id).body(&some).send().await.code(), Code::NotFound);
        assert_eq!(other.call(DoorLog).at(&account.id).send().await.code(), Code::NotFound);
        world.later(Duration::from_secs(61));
        let again = world.customer("shop@dist.example").await;
        assert_eq!(door(&again).await.accounts.len(), 1, "it is adopted once");
        let log = again.call(DoorLog).at(&account.id).send().await.ok();
        assert_eq!(log.iter().filter(|e| e.action == LogAction::Entered).count(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_customers_change_must_come_from_the_own_pages() {
    on_sqlite(async |world: &World| {
        let customer = world.customer("wang@x.example").await;
        let wire =
            crate::harness::Wire::new("DELETE", "/api/door/session", "").with("sec-fetch-site", "cross-site");
        assert_eq!(customer.send::<()>(wire).await.code(), Code::CrossSite);
        door(&customer).await;
    })
    .await;
}

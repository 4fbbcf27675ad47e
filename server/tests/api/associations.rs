//! Switching the type of an association and ending it (capabilities 1 to 3; product/states.md D1).

use crate::harness::fixture::{
    ADMIN, CONSULTED, DISTRIBUTOR, FROZEN, MANAGER, MILL, NO_CUSTOMER, SHOP, STRANGER_ADMIN,
};
use crate::harness::{Answer as Told, Client, World, assert_sound, both, done, fresh_key, hold, move_now};
use contract::approvals::{ApprovalList, ApprovalWithdraw};
use contract::associations::{
    ANSWER_DAYS, Answer, Ask, AssociationAnswer, AssociationAsk, AssociationCheck, AssociationRequests,
    AssociationWithdraw, CheckQuery, CustomerTimeline, DoorAnswer, DoorEnd, DoorRequests, EndWish, Kind,
    MAX_REQUESTS, MilestoneKind as M, Obstacle, Request, RequestQuery, Side, State,
};
use contract::codes::StepUp;
use contract::customers::{AssociationType, CustomerList, CustomerView, ListQuery};
use contract::door::{Associate, Associated, Consent, DoorView, OfferAccept};
use contract::error::{Code, Fault};
use contract::funds::{AdjustmentKind, AdjustmentList, BalanceList};
use contract::id::{AssociationRequestId, CustomerToken};
use contract::prospects::{AskLink, GeneralLinkView};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
const EMAIL: &str = "owner@shop.example";

async fn ask(person: &Client, customer: &str, kind: Kind) -> Told<Request> {
    let wanted = Ask { kind, reason: "业务调整".into(), understood: true };
    person.call(AssociationAsk).at(&customer.into()).body(&wanted).send().await
}

fn yes() -> Answer {
    Answer { agree: true, reason: String::new() }
}

fn no(reason: &str) -> Answer {
    Answer { agree: false, reason: reason.into() }
}

async fn answer(customer: &Client, id: &AssociationRequestId, given: &Answer) -> Told<Request> {
    customer.call(DoorAnswer).at(id).body(given).send().await
}

/// The distributor's shop with an address, and 88.00 on its account; its owner at the door.
async fn shop(world: &World) -> (Client, Client) {
    let set = format!("UPDATE customers SET email = '{EMAIL}' WHERE customer_id = '{SHOP}'");
    world.change(&set).await.expect("past the server");
    world
        .change(&format!("UPDATE partners SET verification = 0 WHERE partner_id = '{DISTRIBUTOR}'"))
        .await
        .expect("past the server");
    let admin = world.admin().await;
    done(&move_now(&admin, SHOP, "88", &fresh_key()).await);
    (admin, world.customer(EMAIL).await)
}

/// What the partner has, in fen.
async fn own(person: &Client) -> i64 {
    person.call(BalanceList).send().await.ok().first().expect("an account").posted.minor
}

async fn type_of(person: &Client, customer: &str) -> AssociationType {
    person.call(CustomerView).at(&customer.into()).send().await.ok().row.association
}

#[tokio::test]
async fn a_switch_is_the_customers_to_agree_to() {
    both(async |world: &World| {
        let (admin, owner) = shop(world).await;
        let before = own(&admin).await;
        let query = CheckQuery { kind: Some(Kind::Switch) };
        let looked = admin.call(AssociationCheck).at(&SHOP.into()).query(&query).send().await.ok();
        assert_eq!(looked.obstacles, []);
        assert_eq!(
            (looked.before, looked.after),
            (AssociationType::Resale, Some(AssociationType::Consultative))
        );
        assert_eq!(looked.returned.map(|m| m.minor), Some(8_800));
        let unread = Ask { kind: Kind::Switch, reason: String::new(), understood: false };
        let refused = admin.call(AssociationAsk).at(&SHOP.into()).body(&unread).send().await;
        assert_eq!(refused.fault(), ("understood".into(), Fault::Required));
        let request = ask(&admin, SHOP, Kind::Switch).await.ok();
        assert_eq!((request.state, request.side), (State::Pending, Side::Partner));
        assert_eq!(world.texts("SELECT receiver FROM messages WHERE partner_id <> ''").await, [EMAIL]);
        // Nothing changes before the answer; the customer sees what would.
        assert_eq!(type_of(&admin, SHOP).await, AssociationType::Resale);
        let told = owner.call(DoorRequests).at(&SHOP.into()).send().await.ok().remove(0);
        assert_eq!(
            (told.id.clone(), told.returned.map(|m| m.minor), told.actor.as_str()),
            (request.id.clone(), Some(8_800), "")
        );
        let other = world.customer("else@x.example").await;
        assert_eq!(answer(&other, &request.id, &yes()).await.code(), Code::NotFound);
        assert_eq!(other.call(DoorRequests).at(&SHOP.into()).send().await.code(), Code::NotFound);
        let agree = yes();
        let (a, b) = tokio::join!(answer(&owner, &request.id, &agree), answer(&owner, &request.id, &agree));
        let ended = [a.status, b.status];
        assert_eq!(ended.iter().filter(|s| **s == 200).count(), 1, "{} {}", a.text, b.text);
        assert!(!a.text.contains(ADMIN.email) && !b.text.contains(ADMIN.email), "{} {}", a.text, b.text);
        assert_eq!(type_of(&admin, SHOP).await, AssociationType::Consultative);
        assert_eq!(own(&admin).await, before + 8_800);
        let records = admin.call(AdjustmentList).send().await.ok().items;
        assert_eq!((records[0].kind, records[0].amount.minor.abs()), (AdjustmentKind::Unbind, 8_800));
        // And back again: an empty account, and nothing to give back.
        let back = ask(&admin, SHOP, Kind::Switch).await.ok();
        assert_eq!(back.after, Some(AssociationType::Resale));
        answer(&owner, &back.id, &yes()).await.ok();
        assert_eq!(type_of(&admin, SHOP).await, AssociationType::Resale);
        done(&move_now(&admin, SHOP, "5", &fresh_key()).await);
        assert_eq!(world.number("SELECT COUNT(*) FROM customer_relations").await, 3);
        let told = admin.call(CustomerTimeline).at(&SHOP.into()).send().await.ok();
        let kinds: Vec<_> = told.iter().map(|m| (m.kind, m.association)).collect();
        let (resale, consultative) = (Some(AssociationType::Resale), Some(AssociationType::Consultative));
        let expected = [
            (M::Switched, resale),
            (M::SwitchAsked, resale),
            (M::Switched, consultative),
            (M::SwitchAsked, consultative),
            (M::Associated, resale),
        ];
        assert_eq!(kinds, expected);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_refusal_a_withdrawal_and_silence_change_nothing() {
    both(async |world: &World| {
        let (admin, owner) = shop(world).await;
        let one = ask(&admin, SHOP, Kind::Switch).await.ok();
        let told = answer(&owner, &one.id, &no("不同意")).await.ok();
        assert_eq!((told.state, told.answer.as_str()), (State::Refused, "不同意"));
        assert_eq!(answer(&owner, &one.id, &yes()).await.code(), Code::ReportMoved);
        let two = ask(&admin, SHOP, Kind::End).await.ok();
        admin.call(AssociationWithdraw).at(&two.id).send().await.ok();
        admin.call(AssociationWithdraw).at(&two.id).send().await.ok();
        assert_eq!(answer(&owner, &two.id, &yes()).await.code(), Code::ReportMoved);
        let three = ask(&admin, SHOP, Kind::End).await.ok();
        world.later(DAY * u32::try_from(ANSWER_DAYS).expect("few"));
        let (admin, owner) = (world.admin().await, world.customer(EMAIL).await);
        assert_eq!(answer(&owner, &three.id, &yes()).await.code(), Code::ReportMoved);
        let expired = RequestQuery { state: Some(State::Expired.into()), ..RequestQuery::default() };
        let rows = admin.call(AssociationRequests).query(&expired).send().await.ok().items;
        assert_eq!(rows.len(), 1);
        for _ in 0..2 {
            server::jobs::reports(&world.app).await.expect("the job runs");
        }
        assert_eq!(type_of(&admin, SHOP).await, AssociationType::Resale);
        let states = world.texts("SELECT state FROM association_requests ORDER BY asked_at").await;
        assert_eq!(states, ["refused", "withdrawn", "expired"]);
        // Three in three months; the fourth waits.
        let query = CheckQuery { kind: Some(Kind::End) };
        let looked = admin.call(AssociationCheck).at(&SHOP.into()).query(&query).send().await.ok();
        assert_eq!((looked.obstacles, MAX_REQUESTS), (vec![Obstacle::TooMany], 3));
        assert_eq!(ask(&admin, SHOP, Kind::End).await.code(), Code::AssociationBlocked);
        world.later(DAY * 90);
        ask(&world.admin().await, SHOP, Kind::End).await.ok();
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_end_gives_everything_back_and_leaves_the_records() {
    both(async |world: &World| {
        let (admin, owner) = shop(world).await;
        let before = own(&admin).await;
        // An approval that was withdrawn long ago keeps its name.
        let limit = |minor: &str| {
            format!("UPDATE partners SET approval_from = {minor} WHERE partner_id = '{DISTRIBUTOR}'")
        };
        world.change(&limit("1")).await.expect("past the server");
        let asked = match move_now(&admin, SHOP, "9", &fresh_key()).await.ok() {
            StepUp::ApprovalNeeded { approval } => approval.id,
            other => panic!("{other:?}"),
        };
        assert_eq!(ask(&admin, SHOP, Kind::End).await.code(), Code::AssociationBlocked);
        admin.call(ApprovalWithdraw).at(&asked).send().await.ok();
        world.change(&limit("NULL")).await.expect("past the server");
        let count = world
            .number(&format!("SELECT customer_count FROM partners WHERE partner_id = '{DISTRIBUTOR}'"))
            .await;
        let request = ask(&admin, SHOP, Kind::End).await.ok();
        let told = answer(&owner, &request.id, &yes()).await.ok();
        assert_eq!((told.state, told.returned.map(|m| m.minor)), (State::Done, Some(8_800)));
        assert_eq!(own(&admin).await, before + 8_800);
        // Nowhere any more, but in the records.
        assert_eq!(admin.call(CustomerView).at(&SHOP.into()).send().await.code(), Code::NotFound);
        let list = admin.call(CustomerList).send().await.ok();
        assert!(list.items.iter().all(|row| row.id.as_str() != SHOP));
        let name = told.customer_name.clone();
        let search = ListQuery { q: Some(name.clone()), ..ListQuery::default() };
        let hits = admin.call(CustomerList).query(&search).send().await.ok().items;
        assert!(hits.iter().all(|row| row.id.as_str() != SHOP));
        let counted = format!("SELECT customer_count FROM partners WHERE partner_id = '{DISTRIBUTOR}'");
        assert_eq!(world.number(&counted).await, count - 1);
        let records = admin.call(AdjustmentList).send().await.ok().items;
        assert_eq!(records[0].customer_name, name);
        let approvals = admin.call(ApprovalList).send().await.ok().items;
        assert_eq!(approvals[0].customer_name, name);
        // The manager's time has ended with it.
        let times = format!(
            "SELECT manager_id FROM customer_managers WHERE customer_id = '{SHOP}' AND until_at IS NOT NULL"
        );
        assert_eq!(world.texts(&times).await, [MANAGER.user_id]);
        assert_eq!(ask(&admin, SHOP, Kind::End).await.code(), Code::NotFound);
        // The account stays the customer's, and may find another partner, or the same one again.
        let door = owner.call(DoorView).send().await.ok();
        assert_eq!(door.accounts[0].partner, None);
        for person in [&world.person(&STRANGER_ADMIN).await, &admin] {
            let wanted = AskLink { association: AssociationType::Resale, renew: false };
            let link = person.call(GeneralLinkView).body(&wanted).send().await.ok();
            let token = CustomerToken(link.address.rsplit('/').next().expect("a path").to_owned());
            let given = Associate { consents: Consent::ALL.to_vec(), ..Associate::default() };
            match owner.call(OfferAccept).at(&token).body(&given).send().await.ok() {
                Associated::Done { account } => assert_eq!(account.id.as_str(), SHOP),
                Associated::Refused { cause } => panic!("{cause:?}"),
            }
            let request = ask(person, SHOP, Kind::End).await.ok();
            answer(&owner, &request.id, &yes()).await.ok();
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM former_customers").await, 2);
        // Who came back begins a time of its own, and every time has ended.
        let open = "SELECT COUNT(*) FROM customer_managers WHERE until_at IS NULL";
        assert_eq!(world.number(open).await, 0);
        let all = format!("SELECT COUNT(*) FROM customer_managers WHERE customer_id = '{SHOP}'");
        assert_eq!(world.number(&all).await, 3);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_customer_asks_and_the_partner_answers() {
    both(async |world: &World| {
        let (admin, owner) = shop(world).await;
        let none = owner.call(DoorEnd).at(&SHOP.into()).body(&EndWish::default()).send().await;
        assert_eq!(none.fault(), ("reason".into(), Fault::Required));
        let wish = EndWish { reason: "更换伙伴".into() };
        let request = owner.call(DoorEnd).at(&SHOP.into()).body(&wish).send().await.ok();
        assert_eq!((request.side, request.state), (Side::Customer, State::Pending));
        let again = owner.call(DoorEnd).at(&SHOP.into()).body(&wish).send().await;
        assert_eq!(again.code(), Code::AssociationBlocked);
        // It is not the customer's own to answer, nor a manager's, nor another partner's.
        assert_eq!(answer(&owner, &request.id, &yes()).await.code(), Code::NotFound);
        let give = async |person: &Client, given: &Answer| {
            person.call(AssociationAnswer).at(&request.id).body(given).send().await
        };
        assert_eq!(give(&world.person(&MANAGER).await, &yes()).await.code(), Code::Forbidden);
        assert_eq!(give(&world.person(&STRANGER_ADMIN).await, &yes()).await.code(), Code::NotFound);
        assert_eq!(give(&admin, &no("")).await.fault(), ("reason".into(), Fault::Required));
        let told = give(&admin, &no("尚有未结事项")).await.ok();
        assert_eq!((told.state, told.answer.as_str()), (State::Refused, "尚有未结事项"));
        let request = owner.call(DoorEnd).at(&SHOP.into()).body(&wish).send().await.ok();
        let told = admin.call(AssociationAnswer).at(&request.id).body(&yes()).send().await.ok();
        assert_eq!(told.state, State::Done);
        assert_eq!(owner.call(DoorView).send().await.ok().accounts[0].partner, None);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_stands_against_it_is_said_and_seen_to_again_with_the_answer() {
    both(async |world: &World| {
        let (admin, owner) = shop(world).await;
        let look = async |customer: &str| {
            let query = CheckQuery { kind: Some(Kind::End) };
            admin.call(AssociationCheck).at(&customer.into()).query(&query).send().await.ok().obstacles
        };
        assert_eq!(look(FROZEN).await, [Obstacle::Frozen]);
        assert_eq!(ask(&admin, FROZEN, Kind::End).await.code(), Code::AssociationBlocked);
        assert_eq!(ask(&admin, NO_CUSTOMER, Kind::End).await.code(), Code::NotFound);
        world.change("UPDATE partners SET verification = 1").await.expect("past the server");
        hold(&admin, MILL, "7", &fresh_key()).await;
        assert_eq!(look(MILL).await, [Obstacle::MoneyHeld]);
        // Asked for in time, and then an amount is held: the answer comes to nothing, and says why.
        let request = ask(&admin, SHOP, Kind::End).await.ok();
        assert_eq!(look(SHOP).await, [Obstacle::Pending]);
        hold(&admin, SHOP, "3", &fresh_key()).await;
        let told = answer(&owner, &request.id, &yes()).await.ok();
        assert_eq!((told.state, told.obstacle), (State::Failed, Some(Obstacle::MoneyHeld)));
        assert_eq!(type_of(&admin, SHOP).await, AssociationType::Resale);
        assert_eq!(type_of(&admin, CONSULTED).await, AssociationType::Consultative);
        assert_sound(world).await;
    })
    .await;
}

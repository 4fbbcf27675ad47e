//! Members and what they see (capabilities 4 and 86; design/security.md, checks 37 and 40).

use crate::harness::fixture::{
    ADMIN, FINANCE, IDLE_MANAGER, MANAGER, MILL, OPERATOR, Person, SHOP, SUPERVISOR,
};
use crate::harness::{Answer, Client, Wire, World, both, on_sqlite};
use contract::access::{Role, Sight};
use contract::audit::{AuditEntry, AuditList, AuditQuery};
use contract::customers::{CustomerList, CustomerView, ManagerList};
use contract::error::{Code, Fault};
use contract::identity::CurrentSession;
use contract::organisation::{ChangeMember, Member, MemberChange, MemberList, MemberUnbind};
use contract::page::Page;

pub(super) async fn member(admin: &Client, id: &str) -> Member {
    let all = admin.call(MemberList).send().await.ok().items;
    all.into_iter().find(|m| m.id.as_str() == id).expect("a member")
}

/// Gives a member roles and a supervisor, from what it is now.
pub(super) async fn give(
    admin: &Client,
    person: &Person,
    roles: &[&str],
    supervisor: Option<&str>,
) -> Answer<Member> {
    let version = member(admin, person.user_id).await.version;
    give_from(admin, person, roles, supervisor, version).await
}

async fn give_from(
    admin: &Client,
    person: &Person,
    roles: &[&str],
    supervisor: Option<&str>,
    version: i64,
) -> Answer<Member> {
    let change = ChangeMember {
        roles: roles.iter().map(|r| (*r).into()).collect(),
        supervisor: supervisor.map(Into::into),
        version,
    };
    admin.call(MemberChange).at(&person.user_id.into()).body(&change).send().await
}

async fn trail(admin: &Client) -> Vec<AuditEntry> {
    let query = AuditQuery { area: Some("organisation".to_owned().into()), ..AuditQuery::default() };
    admin.call(AuditList).query(&query).send().await.ok().items
}

async fn sees(person: &Client) -> i64 {
    person.call(CustomerList).send().await.ok().total.count
}

#[tokio::test]
async fn a_supervisor_sees_the_customers_of_the_managers_below() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let (supervisor, manager) = (world.person(&SUPERVISOR).await, world.person(&MANAGER).await);
        assert_eq!((sees(&supervisor).await, sees(&manager).await), (0, 1));
        give(&admin, &MANAGER, &["customer_manager"], Some(SUPERVISOR.user_id)).await.ok();
        assert_eq!(sees(&supervisor).await, 1, "with the next request");
        supervisor.call(CustomerView).at(&SHOP.into()).send().await.ok();
        assert_eq!(supervisor.call(CustomerView).at(&MILL.into()).send().await.code(), Code::NotFound);
        // However deep.
        let sql = format!(
            "UPDATE customers SET manager_id = '{}' WHERE customer_id = '{MILL}'",
            IDLE_MANAGER.user_id
        );
        world.change(&sql).await.expect("past the server");
        give(&admin, &IDLE_MANAGER, &["customer_manager"], Some(MANAGER.user_id)).await.ok();
        assert_eq!((sees(&supervisor).await, sees(&manager).await), (2, 1), "a manager is no supervisor");
        let managers = supervisor.call(ManagerList).send().await.ok();
        assert_eq!(managers.len(), 3);
        // Nobody is above themselves.
        let circle = give(&admin, &SUPERVISOR, &["customer_supervisor"], Some(IDLE_MANAGER.user_id)).await;
        assert_eq!(circle.code(), Code::Circle);
        let own = give(&admin, &SUPERVISOR, &["customer_supervisor"], Some(SUPERVISOR.user_id)).await;
        assert_eq!(own.code(), Code::Circle);
        let nobody = give(&admin, &SUPERVISOR, &["customer_supervisor"], Some("u-nobody00")).await;
        assert_eq!(nobody.fault(), ("supervisor".into(), Fault::Invalid));
    })
    .await;
}

#[tokio::test]
async fn a_further_role_widens_and_taking_it_narrows_again() {
    both(async |world: &World| {
        let (admin, manager) = (world.admin().await, world.person(&MANAGER).await);
        let both = give(&admin, &MANAGER, &["customer_manager", "operator"], None).await.ok();
        assert_eq!(both.sight, Sight::All);
        assert!(sees(&manager).await > 1);
        let session = manager.call(CurrentSession).send().await.ok();
        assert_eq!((session.sight, session.roles.len()), (Sight::All, 2));
        give(&admin, &MANAGER, &["customer_manager"], None).await.ok();
        assert_eq!(sees(&manager).await, 1);
        let audit = trail(&admin).await;
        assert_eq!(audit.len(), 2);
        let change: serde_json::Value = serde_json::from_str(&audit[1].detail).expect("JSON");
        assert_eq!(change["roles"]["after"], serde_json::json!(["customer_manager", "operator"]));
    })
    .await;
}

#[tokio::test]
async fn roles_are_given_within_rules() {
    both(async |world: &World| {
        let admin = world.admin().await;
        assert_eq!(give(&admin, &MANAGER, &[], None).await.fault(), ("roles".into(), Fault::Required));
        let four = ["customer_manager", "operator", "finance", "admin"];
        assert_eq!(give(&admin, &MANAGER, &four, None).await.fault(), ("roles".into(), Fault::Invalid));
        let unknown = give(&admin, &MANAGER, &["wizard"], None).await;
        assert_eq!(unknown.fault(), ("roles".into(), Fault::Invalid));
        // Not one's own, not the last admin's.
        assert_eq!(give(&admin, &ADMIN, &["operator"], None).await.code(), Code::OwnRoles);
        assert_eq!(admin.call(MemberUnbind).at(&ADMIN.user_id.into()).send().await.code(), Code::OwnRoles);
        give(&admin, &FINANCE, &["admin"], None).await.ok();
        let second = world.person(&FINANCE).await;
        give(&second, &ADMIN, &["operator"], None).await.ok();
        assert_eq!(admin.call(MemberList).send().await.code(), Code::Forbidden, "with the next request");
        assert_eq!(Role::ALL.len(), 5);
        // Made from an older version: refused, nothing overwritten.
        let version = member(&second, MANAGER.user_id).await.version;
        give(&second, &MANAGER, &["operator"], None).await.ok();
        let late = ChangeMember { roles: vec!["finance".into()], supervisor: None, version };
        let answer = second.call(MemberChange).at(&MANAGER.user_id.into()).body(&late).send().await;
        assert_eq!(answer.code(), Code::Changed);
        assert_eq!(member(&second, MANAGER.user_id).await.roles[0].id.as_str(), "operator");
    })
    .await;
}

#[tokio::test]
async fn two_admins_who_take_each_others_role_leave_one() {
    both(async |world: &World| {
        let one = world.admin().await;
        give(&one, &FINANCE, &["admin"], None).await.ok();
        let two = world.person(&FINANCE).await;
        // Looked at before: whoever is slower may not look any more.
        let finance = member(&one, FINANCE.user_id).await.version;
        let admin = member(&one, ADMIN.user_id).await.version;
        let (a, b) = tokio::join!(
            give_from(&one, &FINANCE, &["operator"], None, finance),
            give_from(&two, &ADMIN, &["operator"], None, admin)
        );
        assert!(a.status == 200 || b.status == 200);
        let admins = world
            .number("SELECT COUNT(*) FROM members WHERE partner_id = 'd0000000000000000000000000000001' AND roles LIKE '% admin %'")
            .await;
        assert_eq!(admins, 1);
    })
    .await;
}

#[tokio::test]
async fn an_unbound_member_is_out_at_once() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let (manager, program) = (world.person(&MANAGER).await, world.program(&MANAGER));
        give(&admin, &IDLE_MANAGER, &["customer_manager"], Some(MANAGER.user_id)).await.ok();
        admin.call(MemberUnbind).at(&MANAGER.user_id.into()).send().await.ok();
        assert_eq!(manager.call(CurrentSession).send().await.code(), Code::SignedOut);
        let answer = program.call(contract::bss::accounts::ListPartnerBalances).send().await;
        assert_eq!(answer.published().0, 401);
        let assigned = format!("SELECT COUNT(*) FROM customers WHERE manager_id = '{}'", MANAGER.user_id);
        assert_eq!(world.number(&assigned).await, 0);
        assert_eq!(member(&admin, IDLE_MANAGER.user_id).await.supervisor, None);
        assert_eq!(admin.call(MemberUnbind).at(&MANAGER.user_id.into()).send().await.code(), Code::NotFound);
        let audit = trail(&admin).await;
        assert!(audit[0].detail.contains("\"customers\":1"), "{}", audit[0].detail);
    })
    .await;
}

#[tokio::test]
async fn members_are_found_by_name_address_and_role() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let count = async |query: &str| {
            let wire = Wire::new("GET", &format!("/api/members{query}"), "");
            let answer: Answer<Page<Member>> = admin.send(wire).await;
            answer.ok().total.count
        };
        assert_eq!(count("").await, 6);
        assert_eq!(count(&format!("?q={}", "%E9%99%88")).await, 1);
        assert_eq!(count("?q=MANAGER").await, 2);
        assert_eq!(count("?q=%25").await, 0);
        assert_eq!(count("?role=customer_manager").await, 2);
        assert_eq!(count("?role=customer_manager,operator").await, 3);
        assert_eq!(count("?role=%25").await, 0);
        assert_eq!(OPERATOR.role, Role::Operator);
    })
    .await;
}

#[tokio::test]
async fn nobody_touches_who_may_do_more() {
    on_sqlite(async |world: &World| {
        // Somebody who may manage members and little else.
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let role = super::roles::create(&admin, "人事", &[contract::access::Permission::MembersManage]).await;
        let role = role.ok().role.id.to_string();
        give(&admin, &OPERATOR, &["operator", &role], None).await.ok();
        let clerk = world.person(&OPERATOR).await;
        assert_eq!(give(&clerk, &MANAGER, &["finance"], None).await.code(), Code::MoreThanOwn);
        assert_eq!(give(&clerk, &FINANCE, &["operator"], None).await.code(), Code::MoreThanOwn);
        assert_eq!(give(&clerk, &OPERATOR, &["admin"], None).await.code(), Code::OwnRoles);
        let answer = clerk.call(MemberUnbind).at(&FINANCE.user_id.into()).send().await;
        assert_eq!(answer.code(), Code::MoreThanOwn);
        let wide = super::roles::create(&clerk, "宽", &[contract::access::Permission::FundsReclaim]).await;
        assert_eq!(wide.code(), Code::MoreThanOwn);
        finance.call(CurrentSession).send().await.ok();
    })
    .await;
}

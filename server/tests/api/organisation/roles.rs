//! Custom roles (创建自定义角色): at most 10, at most 3 a member, effective at once.

use super::members::give;
use crate::harness::fixture::{OPERATOR, SHOP};
use crate::harness::{Answer, Client, World, both, fresh_key, move_now};
use contract::access::Permission;
use contract::error::{Code, Fault};
use contract::funds::BalanceList;
use contract::organisation::{
    ChangeRole, InvitationCreate, NewInvitations, NewRole, RoleChange, RoleCreate, RoleDelete, RoleList,
    RoleRow,
};

pub(super) async fn create(admin: &Client, name: &str, permissions: &[Permission]) -> Answer<RoleRow> {
    let role = NewRole { name: name.into(), permissions: permissions.to_vec() };
    admin.call(RoleCreate).body(&role).send().await
}

#[tokio::test]
async fn a_custom_role_allows_what_it_says_and_nothing_more() {
    both(async |world: &World| {
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        let (admin, operator) = (world.admin().await, world.person(&OPERATOR).await);
        let role = create(&admin, "出纳", &[Permission::FundsRead, Permission::FundsAppropriate]).await.ok();
        let id = role.role.id.to_string();
        give(&admin, &OPERATOR, &["operator", &id], None).await.ok();
        operator.call(BalanceList).send().await.ok();
        assert_eq!(move_now(&operator, SHOP, "1", &fresh_key()).await.status, 200);
        // Changed for everybody who has it, from the next request.
        let change =
            ChangeRole { name: "出纳".into(), permissions: vec![Permission::FundsRead], version: 1 };
        let role = admin.call(RoleChange).at(&role.role.id).body(&change).send().await.ok();
        assert_eq!((role.version, role.members), (2, 1));
        assert_eq!(move_now(&operator, SHOP, "1", &fresh_key()).await.code(), Code::Forbidden);
        let late = admin.call(RoleChange).at(&role.role.id).body(&change).send().await;
        assert_eq!(late.code(), Code::Changed);
        // In use, it stays.
        assert_eq!(admin.call(RoleDelete).at(&role.role.id).send().await.code(), Code::RoleInUse);
        give(&admin, &OPERATOR, &["operator"], None).await.ok();
        assert_eq!(operator.call(BalanceList).send().await.code(), Code::Forbidden);
        let new = NewInvitations { emails: vec!["new@dist.example".into()], roles: vec![id.as_str().into()] };
        admin.call(InvitationCreate).body(&new).send().await.ok();
        assert_eq!(admin.call(RoleDelete).at(&role.role.id).send().await.code(), Code::RoleInUse);
        world.change("DELETE FROM invitations").await.expect("past the server");
        admin.call(RoleDelete).at(&role.role.id).send().await.ok();
        assert_eq!(admin.call(RoleDelete).at(&role.role.id).send().await.code(), Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn roles_have_limits() {
    both(async |world: &World| {
        let admin = world.admin().await;
        assert_eq!(
            create(&admin, " ", &[Permission::Exports]).await.fault(),
            ("name".into(), Fault::Required)
        );
        assert_eq!(create(&admin, "空", &[]).await.fault(), ("permissions".into(), Fault::Required));
        let long = create(&admin, &"长".repeat(65), &[Permission::Exports]).await;
        assert_eq!(long.fault(), ("name".into(), Fault::TooLong { max: 64 }));
        for n in 0..10 {
            create(&admin, &format!("角色 {n}"), &[Permission::Exports]).await.ok();
        }
        assert_eq!(create(&admin, "角色 3", &[Permission::Exports]).await.code(), Code::NameTaken);
        assert_eq!(create(&admin, "角色 10", &[Permission::Exports]).await.code(), Code::TooMany);
        let all = admin.call(RoleList).send().await.ok();
        assert_eq!(all.len(), 15);
        assert_eq!(all.iter().filter(|r| r.preset().is_some()).count(), 5);
        // Presets are not changed.
        let change = ChangeRole { name: "x".into(), permissions: vec![Permission::Exports], version: 0 };
        let preset = admin.call(RoleChange).at(&"operator".into()).body(&change).send().await;
        assert_eq!(preset.code(), Code::NotFound);
    })
    .await;
}

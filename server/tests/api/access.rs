//! A walk over every declared operation: who may call it, what the others are told, and that
//! objects of another partner cannot be told from objects that do not exist.

use crate::harness::fixture::{
    ADMIN, FINANCE, MANAGER, MILL, NO_CUSTOMER, OPERATOR, Person, SHOP, STRANGER_ADMIN, STRANGERS_SHOP,
    SUPERVISOR,
};
use crate::harness::{
    Answer, Client, Wire, World, both, client_token, done, fresh_key, hold, move_now, on_sqlite, sign,
};
use base64::Engine as _;
use contract::access::{Permission, Role};
use contract::api::{Access, IDEMPOTENCY_KEY, Operation};
use contract::associations::{self, Ask, AssociationAsk};
use contract::batches::{BatchCreate, NewBatch};
use contract::codes::StepUp;
use contract::customers::AssociationType;
use contract::error::Code;
use contract::exports::{ExportColumn, ExportCreate, Format, ListName, NewExport};
use contract::identity::SessionList;
use contract::imports::{ImportCreate, NewImport};
use contract::notices::NoticeList;
use contract::organisation::{InvitationCreate, InvitationList, NewInvitations, NewRole, RoleCreate};
use contract::prospects::{CustomerInvitationList, Invite, NewProspect, ProspectInvite, ProspectReport};
use contract::receivers::{NewReceiver, ReceiverCreate};
use contract::views::{NewView, ViewCreate};
use contract::webhooks::{EventKind, NewWebhook, WebhookCreate, WebhookTest};
use serde_json::Value;
use std::collections::BTreeSet;

/// Who may call an operation.
#[derive(Debug, Clone, Copy)]
enum Who {
    Anyone,
    SignedIn,
    People(&'static [Role]),
    Programs(&'static [Role]),
    Customers,
}

const ALL: &[Role] = Role::ALL;
const MONEY: &[Role] = &[Role::Admin, Role::Finance];
const RECORDS: &[Role] = &[Role::Admin, Role::Finance, Role::Operator];
const REVEAL: &[Role] = &[Role::Admin, Role::Finance, Role::CustomerManager, Role::CustomerSupervisor];
const DEVELOPERS: &[Role] = &[Role::Admin, Role::CustomerManager, Role::CustomerSupervisor, Role::Operator];
const ADMINS: &[Role] = &[Role::Admin];
const PROGRAMMERS: &[Role] = &[Role::Admin, Role::Finance, Role::Operator];

/// The expectation, written a second time here: a slip in a declaration or a role shows, and an
/// operation without a row fails the test.
const EXPECTED: &[(&str, Who)] = &[
    ("SignIn", Who::Anyone),
    ("CurrentSession", Who::SignedIn),
    ("SignOut", Who::SignedIn),
    ("EmailAsk", Who::SignedIn),
    ("EmailConfirm", Who::SignedIn),
    ("PhoneView", Who::SignedIn),
    ("PhoneAsk", Who::SignedIn),
    ("PhoneConfirm", Who::SignedIn),
    ("PhoneEnd", Who::SignedIn),
    ("PasswordChange", Who::SignedIn),
    ("FactorView", Who::SignedIn),
    ("TotpBegin", Who::SignedIn),
    ("TotpConfirm", Who::SignedIn),
    ("TotpEnd", Who::SignedIn),
    ("RecoveryRenew", Who::SignedIn),
    ("SecondStep", Who::Anyone),
    ("PasskeyProof", Who::SignedIn),
    ("PasskeyBegin", Who::SignedIn),
    ("PasskeyAdd", Who::SignedIn),
    ("PasskeyRename", Who::SignedIn),
    ("PasskeyRemove", Who::SignedIn),
    ("PasskeyAsk", Who::Anyone),
    ("PasskeySignIn", Who::Anyone),
    ("SsoView", Who::People(ADMINS)),
    ("SsoChange", Who::People(ADMINS)),
    ("SsoTest", Who::People(ADMINS)),
    ("SsoUse", Who::People(ADMINS)),
    ("SsoEnd", Who::People(ADMINS)),
    ("SsoBegin", Who::Anyone),
    ("SsoAnswer", Who::Anyone),
    ("SsoLinkList", Who::SignedIn),
    ("SsoLinkEnd", Who::SignedIn),
    ("ResetAsk", Who::Anyone),
    ("ResetView", Who::Anyone),
    ("ResetUse", Who::Anyone),
    ("PartnerSwitch", Who::SignedIn),
    ("ViewEnd", Who::SignedIn),
    ("MemberList", Who::People(ADMINS)),
    ("MemberChange", Who::People(ADMINS)),
    ("MemberUnbind", Who::People(ADMINS)),
    ("MemberLook", Who::People(ADMINS)),
    ("RoleList", Who::People(ADMINS)),
    ("RoleCreate", Who::People(ADMINS)),
    ("RoleChange", Who::People(ADMINS)),
    ("RoleDelete", Who::People(ADMINS)),
    ("InvitationList", Who::People(ADMINS)),
    ("InvitationCreate", Who::People(ADMINS)),
    ("InvitationResend", Who::People(ADMINS)),
    ("InvitationCancel", Who::People(ADMINS)),
    ("JoinView", Who::Anyone),
    ("JoinAccept", Who::Anyone),
    ("KeyList", Who::SignedIn),
    ("KeyCreate", Who::People(PROGRAMMERS)),
    ("KeyRevoke", Who::SignedIn),
    ("TokenCreate", Who::Anyone),
    ("DomainList", Who::Programs(ALL)),
    ("SessionList", Who::SignedIn),
    ("SessionRevoke", Who::SignedIn),
    ("SessionRevokeAll", Who::SignedIn),
    ("MessageList", Who::SignedIn),
    ("CustomerList", Who::People(ALL)),
    ("CustomerView", Who::People(ALL)),
    ("CustomerReveal", Who::People(REVEAL)),
    ("ManagerList", Who::People(ALL)),
    ("ConsumptionView", Who::People(ALL)),
    ("ConsumptionSummary", Who::People(ALL)),
    ("ConsumptionLines", Who::People(ALL)),
    ("ConsumptionChoices", Who::People(ALL)),
    ("BalanceList", Who::People(MONEY)),
    ("AppropriationQuote", Who::People(MONEY)),
    ("Appropriate", Who::People(MONEY)),
    ("ReclaimQuote", Who::People(MONEY)),
    ("Reclaim", Who::People(MONEY)),
    ("MovementVoid", Who::People(MONEY)),
    ("ReceiptView", Who::People(RECORDS)),
    ("AdjustmentList", Who::People(RECORDS)),
    ("CodeResend", Who::SignedIn),
    ("AuditList", Who::People(MONEY)),
    ("ExportCreate", Who::People(ALL)),
    ("ExportList", Who::People(ALL)),
    ("ExportView", Who::People(ALL)),
    ("ExportFile", Who::People(ALL)),
    ("ExportDelete", Who::People(ALL)),
    ("CustomersAssign", Who::People(ADMINS)),
    ("ManagerCounts", Who::People(ADMINS)),
    ("CustomerManagers", Who::People(ALL)),
    ("ProspectList", Who::People(DEVELOPERS)),
    ("ProspectCheck", Who::People(DEVELOPERS)),
    ("ProspectReport", Who::People(DEVELOPERS)),
    ("ProspectImport", Who::People(DEVELOPERS)),
    ("ProspectEmail", Who::People(DEVELOPERS)),
    ("ProspectDelete", Who::People(DEVELOPERS)),
    ("ProspectInvite", Who::People(DEVELOPERS)),
    ("ProspectMail", Who::People(DEVELOPERS)),
    ("CustomerInvitationList", Who::People(DEVELOPERS)),
    ("CustomerInvitationResend", Who::People(DEVELOPERS)),
    ("CustomerInvitationCancel", Who::People(DEVELOPERS)),
    ("GeneralLinkView", Who::People(DEVELOPERS)),
    ("OfferView", Who::Anyone),
    ("DoorCode", Who::Anyone),
    ("DoorEnter", Who::Anyone),
    ("OfferAccept", Who::Customers),
    ("DoorView", Who::Customers),
    ("DoorLeave", Who::Customers),
    ("DoorConsent", Who::Customers),
    ("DoorLog", Who::Customers),
    ("AssociationCheck", Who::People(ADMINS)),
    ("AssociationAsk", Who::People(ADMINS)),
    ("AssociationAnswer", Who::People(ADMINS)),
    ("AssociationWithdraw", Who::People(ADMINS)),
    ("AssociationRequests", Who::People(ALL)),
    ("CustomerTimeline", Who::People(ALL)),
    ("DoorEnd", Who::Customers),
    ("DoorAnswer", Who::Customers),
    ("DoorRequests", Who::Customers),
    ("ReceiverList", Who::People(ADMINS)),
    ("ReceiverCreate", Who::People(ADMINS)),
    ("ReceiverChange", Who::People(ADMINS)),
    ("ReceiverDelete", Who::People(ADMINS)),
    ("ReceiverAsk", Who::People(ADMINS)),
    ("ReceiverConfirm", Who::People(ADMINS)),
    ("CompanyView", Who::SignedIn),
    ("CompanyChange", Who::People(ADMINS)),
    ("LogoChange", Who::People(ADMINS)),
    ("LogoView", Who::SignedIn),
    ("PreferencesChange", Who::SignedIn),
    ("ApprovalList", Who::SignedIn),
    ("ApprovalGive", Who::People(MONEY)),
    ("ApprovalRefuse", Who::People(MONEY)),
    ("ApprovalWithdraw", Who::SignedIn),
    ("BatchCreate", Who::People(MONEY)),
    ("BatchList", Who::People(MONEY)),
    ("BatchView", Who::People(MONEY)),
    ("BatchRows", Who::People(MONEY)),
    ("BatchRefused", Who::People(MONEY)),
    ("BatchStart", Who::People(MONEY)),
    ("BatchCancel", Who::People(MONEY)),
    ("BatchReverse", Who::People(MONEY)),
    ("ImportCreate", Who::People(MONEY)),
    ("ImportTemplate", Who::People(MONEY)),
    ("ViewList", Who::SignedIn),
    ("ViewCreate", Who::SignedIn),
    ("ViewChange", Who::SignedIn),
    ("ViewDelete", Who::SignedIn),
    ("ViewDefault", Who::SignedIn),
    ("NoticeList", Who::SignedIn),
    ("NoticesRead", Who::SignedIn),
    ("NoticeChoices", Who::SignedIn),
    ("NoticeChoicesChange", Who::SignedIn),
    ("LiveEvents", Who::SignedIn),
    ("WebhookList", Who::People(ADMINS)),
    ("WebhookCreate", Who::People(ADMINS)),
    ("WebhookChange", Who::People(ADMINS)),
    ("WebhookDelete", Who::People(ADMINS)),
    ("WebhookRotate", Who::People(ADMINS)),
    ("WebhookTest", Who::People(ADMINS)),
    ("WebhookReplay", Who::People(ADMINS)),
    ("DeliveryList", Who::People(ADMINS)),
    ("DeliveryView", Who::People(ADMINS)),
    ("DeliveryAgain", Who::People(ADMINS)),
    ("SettingsView", Who::SignedIn),
    ("SettingsChange", Who::People(ADMINS)),
    ("ListSubCustomers", Who::Programs(ALL)),
    ("ListConsumeSubCustomers", Who::Programs(ALL)),
    ("ListSubCustomerBillDetail", Who::Programs(ALL)),
    ("ListPartnerBalances", Who::Programs(MONEY)),
    ("ListCustomersBalancesDetail", Who::Programs(MONEY)),
    ("UpdateCustomerAccountAmount", Who::Programs(MONEY)),
    ("ReclaimToPartnerAccount", Who::Programs(MONEY)),
    ("ListPartnerAdjustRecords", Who::Programs(RECORDS)),
    ("SendVerificationMessageCode", Who::Programs(ADMINS)),
];

fn who(operation: &Operation) -> Who {
    let found = EXPECTED.iter().find(|(name, _)| *name == operation.name);
    found.unwrap_or_else(|| panic!("{} has no row in EXPECTED: say who may call it", operation.name)).1
}

fn is_published(operation: &Operation) -> bool {
    operation.path.starts_with("/v2/") || operation.path.starts_with("/v3/")
}

/// A call with nothing in it, of an object that is not there.
fn empty_call(operation: &Operation) -> Wire {
    let path: String = operation
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { "nothing-there" } else { part })
        .collect::<Vec<_>>()
        .join("/");
    Wire::new(operation.method, &path, "{}")
        .with("content-type", "application/json")
        .with(IDEMPOTENCY_KEY, &fresh_key())
}

/// The answer to somebody who is not known.
fn assert_unknown(operation: &Operation, answer: &Answer<Value>, why: &str) {
    if is_published(operation) {
        let (status, code) = answer.published();
        assert_eq!(status, 401, "{} {why}", operation.name);
        assert!(code.starts_with("APIGW.030"), "{} {why}: {code}", operation.name);
    } else {
        assert_eq!(answer.code(), Code::SignedOut, "{} {why}", operation.name);
    }
}

#[test]
fn every_operation_has_exactly_one_row() {
    let rows: BTreeSet<&str> = EXPECTED.iter().map(|(name, _)| *name).collect();
    assert_eq!(rows.len(), EXPECTED.len(), "a name comes twice");
    let declared: BTreeSet<&str> = contract::operations().iter().map(|o| o.name).collect();
    assert_eq!(rows, declared);
}

#[tokio::test]
async fn nobody_gets_past_the_door() {
    both(async |world: &World| {
        let nobody = world.nobody();
        let (access, _) = ADMIN.key.expect("a key");
        let gone = world.admin().await;
        gone.call(contract::identity::SignOut).send().await.ok();
        for operation in contract::operations() {
            let call = empty_call(&operation);
            if matches!(who(&operation), Who::Anyone) {
                let answer: Answer<Value> = nobody.send(call).await;
                assert!(
                    answer.status != 401 || answer.code() == Code::WrongCredentials,
                    "{}",
                    operation.name
                );
                continue;
            }
            assert_unknown(&operation, &nobody.send(call.clone()).await, "without anything");
            assert_unknown(&operation, &gone.send(call.clone()).await, "with an ended session");
            for cookie in [
                "pc_session=",
                "pc_session=x",
                "pc_customer=x",
                "pc_session='; DROP TABLE sessions; --",
                "other=1",
            ] {
                let answer = nobody.send(call.clone().with("cookie", cookie)).await;
                assert_unknown(&operation, &answer, cookie);
            }
            let wrongly_signed = sign(call.clone().with("host", "h"), &world.app.clock, access, "wrong");
            assert_unknown(&operation, &nobody.wire(wrongly_signed).await, "with a wrong signature");
            let bearer = call.clone().with("authorization", "Bearer x");
            assert_unknown(&operation, &nobody.send(bearer).await, "with a bearer token");
            // People's sessions do not open programs' operations, nor keys people's.
            let other_way: Answer<Value> = match who(&operation) {
                Who::Programs(_) => world.admin().await.send(call).await,
                Who::Customers => {
                    assert_unknown(&operation, &world.admin().await.send(call.clone()).await, "as a member");
                    world.program(&ADMIN).send(call).await
                }
                _ => world.program(&ADMIN).send(call).await,
            };
            assert_unknown(&operation, &other_way, "with the other kind of proof");
        }
    })
    .await;
}

#[tokio::test]
async fn roles_get_what_they_may_and_nothing_more() {
    both(async |world: &World| {
        let before = world.number("SELECT COUNT(*) FROM ledger_transfers").await;
        for person in [&ADMIN, &FINANCE, &MANAGER, &SUPERVISOR, &OPERATOR] {
            for operation in contract::operations() {
                let (may, client) = match who(&operation) {
                    Who::Anyone | Who::SignedIn => (true, world.person(person).await),
                    Who::Customers => continue,
                    Who::People(roles) => (roles.contains(&person.role), world.person(person).await),
                    Who::Programs(roles) => (roles.contains(&person.role), world.program(person)),
                };
                let answer: Answer<Value> = client.send(empty_call(&operation)).await;
                let what = format!("{:?} {}: {} {}", person.role, operation.name, answer.status, answer.text);
                if may {
                    assert!(answer.status != 401 && answer.status != 403 && answer.status < 500, "{what}");
                } else if is_published(&operation) {
                    assert_eq!(answer.published(), (403, "CBC.0151".into()), "{what}");
                } else {
                    assert_eq!(answer.code(), Code::Forbidden, "{what}");
                }
            }
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM ledger_transfers").await, before);
    })
    .await;
}

#[tokio::test]
async fn a_changed_role_counts_from_the_next_request() {
    on_sqlite(async |world: &World| {
        let person = world.admin().await;
        person.call(contract::funds::BalanceList).send().await.ok();
        let sql = format!("UPDATE members SET roles = ' operator ' WHERE user_id = '{}'", ADMIN.user_id);
        assert_eq!(world.change(&sql).await, Ok(1));
        assert_eq!(person.call(contract::funds::BalanceList).send().await.code(), Code::Forbidden);
        let program = world.program(&ADMIN);
        let answer = program.call(contract::bss::accounts::ListPartnerBalances).send().await;
        assert_eq!(answer.published(), (403, "CBC.0151".into()));
    })
    .await;
}

/// What the stranger has: a customer, a posted movement, a movement that waits, its challenge, a session.
struct Foreign {
    passkey: String,
    key: String,
    transfer: String,
    waiting_key: String,
    challenge: String,
    session: String,
    export: String,
    view: String,
    batch: String,
    import: String,
    notice: String,
    role: String,
    invitation: String,
    approval: String,
    webhook: String,
    delivery: String,
    receiver: String,
    sso_link: String,
    prospect: String,
    customer_invitation: String,
    association: String,
}

async fn foreign(world: &World) -> Foreign {
    let stranger = world.person(&STRANGER_ADMIN).await;
    let key = fresh_key();
    let receipt = done(&move_now(&stranger, STRANGERS_SHOP, "10", &key).await);
    let asked = Ask { kind: associations::Kind::Switch, reason: String::new(), understood: true };
    let association = stranger.call(AssociationAsk).at(&STRANGERS_SHOP.into()).body(&asked).send().await.ok();
    let columns = vec![ExportColumn { key: "name".into(), title: "Name".into() }];
    let new = NewExport {
        list: ListName::Customers,
        format: Format::Csv,
        query: String::new(),
        columns,
        page_only: false,
        ids: vec![],
    };
    let export = stranger.call(ExportCreate).body(&new).send().await.ok();
    server::exports::job::make_due(&world.app).await.expect("the job runs");
    let view =
        NewView { list: "customers".into(), name: "陌生".into(), query: String::new(), shared: true };
    let view = stranger.call(ViewCreate).body(&view).send().await.ok();
    let content = base64::engine::general_purpose::STANDARD.encode("customer,amount\nhw_c007,1\n");
    let import = NewImport { name: "陌生.csv".into(), content };
    let import = stranger.call(ImportCreate).body(&import).send().await.ok();
    let batch = NewBatch {
        kind: Some(contract::batches::Kind::Appropriation),
        customers: vec![STRANGERS_SHOP.into()],
        amount: "1".into(),
        ..NewBatch::default()
    };
    let batch = stranger.call(BatchCreate).body(&batch).send().await.ok();
    server::batches::job::work_due(&world.app).await.expect("the job runs");
    server::notices::job::write_due(&world.app).await.expect("the job runs");
    let limit = |minor: &str| {
        format!("UPDATE partners SET approval_from = {minor} WHERE partner_id = '{}'", STRANGER_ADMIN.partner)
    };
    world.change(&limit("2000")).await.expect("past the server");
    let approval = match move_now(&stranger, STRANGERS_SHOP, "20", &fresh_key()).await.ok() {
        StepUp::ApprovalNeeded { approval } => approval.id.to_string(),
        other => panic!("{other:?}"),
    };
    world.change(&limit("NULL")).await.expect("past the server");
    let notice = stranger.call(NoticeList).send().await.ok().items.remove(0).id;
    let role = NewRole { name: "陌生".into(), permissions: vec![Permission::Exports] };
    let role = stranger.call(RoleCreate).body(&role).send().await.ok();
    let new = NewInvitations { emails: vec!["a@b.example".into()], roles: vec!["operator".into()] };
    stranger.call(InvitationCreate).body(&new).send().await.ok();
    let invitation = stranger.call(InvitationList).send().await.ok().items.remove(0);
    let new = NewWebhook {
        url: "https://hook.example/".into(),
        description: "陌生".into(),
        events: vec![EventKind::BatchDone],
    };
    let webhook = stranger.call(WebhookCreate).body(&new).send().await.ok().webhook;
    let receiver =
        NewReceiver { name: "陌生".into(), email: "a@b.example".into(), ..NewReceiver::default() };
    let receiver = stranger.call(ReceiverCreate).body(&receiver).send().await.ok();
    let new = NewProspect {
        name: "陌生的报备客户".into(),
        email: "reported@stranger.example".into(),
        ..NewProspect::default()
    };
    let prospect = stranger.call(ProspectReport).body(&new).send().await.ok().prospect.expect("it is new");
    let invite = Invite { prospects: vec![prospect.id.clone()], association: AssociationType::Resale };
    stranger.call(ProspectInvite).body(&invite).send().await.ok();
    let invited = stranger.call(CustomerInvitationList).send().await.ok();
    let customer_invitation = invited.items.into_iter().next().expect("it was invited").id;
    let delivery = stranger.call(WebhookTest).at(&webhook.id).send().await.ok();
    let sso_link = server::ids::new();
    let link = format!(
        "INSERT INTO sso_links (partner_id, link_id, user_id, issuer, subject, email, linked_at) VALUES ('{}', '{sso_link}', '{}', 'https://陌生.example', 's', 'a@b.example', 1)",
        STRANGER_ADMIN.partner, STRANGER_ADMIN.user_id
    );
    world.change(&link).await.expect("past the server");
    world.change("UPDATE partners SET verification = 1").await.expect("past the server");
    let waiting_key = fresh_key();
    let challenge = hold(&stranger, STRANGERS_SHOP, "5", &waiting_key).await;
    let session = stranger.call(SessionList).send().await.ok().remove(0).id.to_string();
    let passkey = server::ids::new();
    let stored = format!(
        "INSERT INTO passkeys (passkey_id, person_id, credential_id, public_key, sign_count, transports, name, created_at) VALUES ('{passkey}', '{}', 'c', 'a0', 0, '', '陌生', 1)",
        STRANGER_ADMIN.user_id
    );
    world.change(&stored).await.expect("past the server");
    Foreign {
        passkey,
        key,
        transfer: receipt.adjustment.transfer_id.to_string(),
        waiting_key,
        challenge: challenge.id.to_string(),
        session,
        export: export.id.to_string(),
        view: view.id.to_string(),
        batch: batch.id.to_string(),
        import: import.id.to_string(),
        notice: notice.to_string(),
        role: role.role.id.to_string(),
        approval,
        invitation: invitation.id.to_string(),
        webhook: webhook.id.to_string(),
        delivery: delivery.id.to_string(),
        receiver: receiver.id.to_string(),
        sso_link,
        prospect: prospect.id.to_string(),
        customer_invitation: customer_invitation.to_string(),
        association: association.id.to_string(),
    }
}

/// A call with an object's id in it: operation, target and body, each with the id where `{}` stands.
type Probe = (&'static str, &'static str, &'static str, &'static str);

/// Every place in which an id can be sent.
const PROBES: &[Probe] = &[
    ("CustomerView", "customer", "/api/customers/{}", ""),
    ("CustomerManagers", "customer", "/api/customers/{}/managers", ""),
    ("CustomerTimeline", "customer", "/api/customers/{}/timeline", ""),
    ("CustomersAssign", "customer", "/api/customer-assignments", "{\"customers\": [\"{}\"]}"),
    ("CustomerReveal", "customer", "/api/customers/{}/reveal", ""),
    ("ConsumptionView", "customer", "/api/customers/{}/consumption", ""),
    ("AppropriationQuote", "customer", "/api/customers/{}/appropriations/quote", ""),
    ("Appropriate", "customer", "/api/customers/{}/appropriations", "{\"amount\": \"1\"}"),
    ("ReclaimQuote", "customer", "/api/customers/{}/reclaims/quote", ""),
    ("Reclaim", "customer", "/api/customers/{}/reclaims", "{\"amount\": \"1\"}"),
    ("MovementVoid", "key", "/api/movements/{}", ""),
    ("MovementVoid", "waiting_key", "/api/movements/{}", ""),
    ("ReceiptView", "transfer", "/api/transfers/{}", ""),
    ("CodeResend", "challenge", "/api/verification-codes/{}/resend", ""),
    ("ExportView", "export", "/api/exports/{}", ""),
    ("ExportFile", "export", "/api/exports/{}/file", ""),
    ("ExportDelete", "export", "/api/exports/{}", ""),
    ("SessionRevoke", "session", "/api/sessions/{}", ""),
    ("PasskeyRename", "passkey", "/api/person/passkeys/{}", "{\"name\": \"x\"}"),
    ("PasskeyRemove", "passkey", "/api/person/passkeys/{}/end", "{\"password\": \"x\", \"code\": \"x\"}"),
    (
        "SsoLinkEnd",
        "sso_link",
        "/api/person/sso-links/{}/end",
        "{\"password\": \"plum-orchard-4711\", \"code\": \"\"}",
    ),
    ("ApprovalGive", "approval", "/api/approvals/{}/approval", ""),
    ("ApprovalRefuse", "approval", "/api/approvals/{}/refusal", "{\"reason\": \"no\"}"),
    ("ApprovalWithdraw", "approval", "/api/approvals/{}", ""),
    ("KeyRevoke", "access_key", "/api/keys/{}", ""),
    (
        "ViewChange",
        "view",
        "/api/views/{}",
        "{\"name\": \"x\", \"query\": \"\", \"shared\": false, \"version\": 1}",
    ),
    ("ViewDelete", "view", "/api/views/{}", ""),
    ("ViewDefault", "view", "/api/views/default", "{\"list\": \"customers\", \"view\": \"{}\"}"),
    ("BatchView", "batch", "/api/batches/{}", ""),
    ("BatchRows", "batch", "/api/batches/{}/rows", ""),
    ("BatchRefused", "batch", "/api/batches/{}/refused", ""),
    ("BatchStart", "batch", "/api/batches/{}/start", ""),
    ("BatchCancel", "batch", "/api/batches/{}", ""),
    ("BatchReverse", "batch", "/api/batches/{}/reverse", ""),
    (
        "BatchCreate",
        "import",
        "/api/batches",
        "{\"kind\": \"appropriation\", \"file\": {\"import\": \"{}\", \"customer\": 0, \"amount\": 1, \"memo\": null}}",
    ),
    (
        "MemberChange",
        "manager",
        "/api/members/{}",
        "{\"roles\": [\"operator\"], \"supervisor\": null, \"version\": 1}",
    ),
    ("MemberUnbind", "manager", "/api/members/{}", ""),
    ("MemberLook", "manager", "/api/members/{}/view", ""),
    ("MemberList", "role", "/api/members?role={}", ""),
    (
        "RoleChange",
        "role",
        "/api/roles/{}",
        "{\"name\": \"x\", \"permissions\": [\"exports\"], \"version\": 1}",
    ),
    ("RoleDelete", "role", "/api/roles/{}", ""),
    ("InvitationResend", "invitation", "/api/invitations/{}/link", ""),
    ("InvitationCancel", "invitation", "/api/invitations/{}", ""),
    ("InvitationCreate", "role", "/api/invitations", "{\"emails\": [\"x@y.example\"], \"roles\": [\"{}\"]}"),
    (
        "WebhookChange",
        "webhook",
        "/api/webhooks/{}",
        "{\"url\": \"https://x.example/\", \"description\": \"\", \"events\": [\"batch.done\"], \"enabled\": true, \"version\": 1}",
    ),
    ("AssociationCheck", "customer", "/api/customers/{}/association?kind=end", ""),
    (
        "AssociationAsk",
        "customer",
        "/api/customers/{}/association",
        "{\"kind\": \"switch\", \"understood\": true}",
    ),
    ("AssociationRequests", "customer", "/api/association-requests?customer={}", ""),
    ("AssociationAnswer", "association", "/api/association-requests/{}", "{\"agree\": true}"),
    ("AssociationWithdraw", "association", "/api/association-requests/{}", ""),
    ("ProspectEmail", "prospect", "/api/prospects/{}", "{\"email\": \"x@y.example\"}"),
    ("ProspectMail", "prospect", "/api/prospects/{}/mail", "{\"association\": \"resale\"}"),
    ("ProspectList", "manager", "/api/prospects?reporter={}", ""),
    ("CustomerInvitationResend", "customer_invitation", "/api/customer-invitations/{}/link", ""),
    ("CustomerInvitationCancel", "customer_invitation", "/api/customer-invitations/{}", ""),
    ("WebhookDelete", "webhook", "/api/webhooks/{}", ""),
    ("WebhookRotate", "webhook", "/api/webhooks/{}/secret", ""),
    ("WebhookTest", "webhook", "/api/webhooks/{}/test", ""),
    ("WebhookReplay", "webhook", "/api/webhooks/{}/replay", "{\"since\": \"{now}\"}"),
    ("DeliveryList", "webhook", "/api/webhook-deliveries?webhook={}", ""),
    ("DeliveryView", "delivery", "/api/webhook-deliveries/{}", ""),
    ("DeliveryAgain", "delivery", "/api/webhook-deliveries/{}/again", ""),
    (
        "ReceiverChange",
        "receiver",
        "/api/partner/receivers/{}",
        "{\"receiver\": {\"name\": \"x\", \"email\": \"x@y.example\"}, \"version\": 0}",
    ),
    ("ReceiverDelete", "receiver", "/api/partner/receivers/{}", ""),
    ("ReceiverAsk", "receiver", "/api/partner/receivers/{}/codes", "{\"channel\": \"email\"}"),
    (
        "ReceiverConfirm",
        "receiver",
        "/api/partner/receivers/{}/codes",
        "{\"challenge\": \"nothing-there\", \"code\": \"123456\"}",
    ),
    ("EmailConfirm", "challenge", "/api/person/email", "{\"challenge\": \"{}\", \"code\": \"123456\"}"),
    ("PhoneConfirm", "challenge", "/api/person/phone", "{\"challenge\": \"{}\", \"code\": \"123456\"}"),
    ("PartnerSwitch", "partner", "/api/session/partner", "{\"partner_id\": \"{}\"}"),
    ("NoticesRead", "notice", "/api/notices/read", "{\"ids\": [\"{}\"]}"),
    ("CustomerList", "customer", "/api/customers?q={}", ""),
    ("CustomerList", "manager", "/api/customers?manager={}", ""),
    ("AdjustmentList", "customer", "/api/adjustments?customer={}", ""),
    ("AuditList", "customer", "/api/audit?subject={}", ""),
    ("AuditList", "manager", "/api/audit?subject={}", ""),
    ("ListSubCustomers", "customer", "/v2/partners/sub-customers/query", "{\"customer_id\": \"{}\"}"),
    (
        "ListCustomersBalancesDetail",
        "customer",
        "/v2/accounts/customer-accounts/balances/batch-query",
        "{\"customer_infos\": [{\"customer_id\": \"{}\"}]}",
    ),
    (
        "UpdateCustomerAccountAmount",
        "customer",
        "/v2/accounts/partner-accounts/adjust-amount",
        "{\"customer_id\": \"{}\", \"amount\": 1}",
    ),
    (
        "ReclaimToPartnerAccount",
        "customer",
        "/v2/accounts/partner-accounts/reclaim",
        "{\"customer_id\": \"{}\", \"amount\": 1}",
    ),
    (
        "ListPartnerAdjustRecords",
        "customer",
        "/v3/accounts/partner-accounts/adjust-records?customer_id={}",
        "",
    ),
    ("ListPartnerAdjustRecords", "transfer", "/v3/accounts/partner-accounts/adjust-records?trans_id={}", ""),
];

async fn probe(world: &World, person: &Person, probe: &Probe, id: &str) -> Answer<Value> {
    let (name, _, target, body) = probe;
    let operation =
        contract::operations().into_iter().find(|o| o.name == *name).expect("a declared operation");
    let now = serde_json::to_value(world.app.clock.now()).expect("a time");
    let body = body.replace("{}", id).replace("{now}", now.as_str().expect("a text"));
    let wire = Wire::new(operation.method, &target.replace("{}", id), &body)
        .with("content-type", "application/json")
        .with(IDEMPOTENCY_KEY, &fresh_key());
    let client: Client =
        if is_published(&operation) { world.program(person) } else { world.person(person).await };
    let wire = if is_published(&operation) { wire.with("x-client-token", &client_token()) } else { wire };
    client.send(wire).await
}

#[test]
fn every_operation_that_takes_an_id_is_probed() {
    // What is public takes a secret, not an id; customers' doors are tried in `prospects::door`.
    let of_people =
        |o: &&Operation| o.path.contains('{') && !matches!(o.access, Access::Public | Access::Customer);
    for operation in contract::operations().iter().filter(of_people) {
        assert!(
            PROBES.iter().any(|p| p.0 == operation.name),
            "{} takes an id and is not probed",
            operation.name
        );
    }
}

#[tokio::test]
async fn objects_of_another_partner_answer_like_objects_that_are_not_there() {
    both(async |world: &World| {
        let foreign = foreign(world).await;
        let fingerprint = world.texts("SELECT state FROM messages").await;
        for one in PROBES {
            let (theirs, nothing) = match one.1 {
                "customer" => (STRANGERS_SHOP.to_owned(), NO_CUSTOMER.to_owned()),
                "manager" => (STRANGER_ADMIN.user_id.to_owned(), "u-nobody00".to_owned()),
                "key" => (foreign.key.clone(), fresh_key()),
                "approval" => (foreign.approval.clone(), server::ids::new()),
                "access_key" => {
                    (STRANGER_ADMIN.key.expect("a key").0.to_owned(), "AKNOBODY000000000001".to_owned())
                }
                "waiting_key" => (foreign.waiting_key.clone(), fresh_key()),
                "transfer" => (foreign.transfer.clone(), server::ids::new()),
                "challenge" => (foreign.challenge.clone(), server::ids::new()),
                "session" => (foreign.session.clone(), server::ids::new()),
                "passkey" => (foreign.passkey.clone(), server::ids::new()),
                "export" => (foreign.export.clone(), server::ids::new()),
                "view" => (foreign.view.clone(), server::ids::new()),
                "batch" => (foreign.batch.clone(), server::ids::new()),
                "import" => (foreign.import.clone(), server::ids::new()),
                "role" => (foreign.role.clone(), server::ids::new()),
                "receiver" => (foreign.receiver.clone(), server::ids::new()),
                "webhook" => (foreign.webhook.clone(), server::ids::new()),
                "delivery" => (foreign.delivery.clone(), server::ids::new()),
                "invitation" => (foreign.invitation.clone(), server::ids::new()),
                "partner" => (STRANGER_ADMIN.partner.to_owned(), server::ids::new()),
                "notice" => (foreign.notice.clone(), server::ids::new()),
                "prospect" => (foreign.prospect.clone(), server::ids::new()),
                "customer_invitation" => (foreign.customer_invitation.clone(), server::ids::new()),
                "association" => (foreign.association.clone(), server::ids::new()),
                "sso_link" => (foreign.sso_link.clone(), server::ids::new()),
                other => panic!("what is {other}?"),
            };
            let (there, gone) =
                (probe(world, &ADMIN, one, &theirs).await, probe(world, &ADMIN, one, &nothing).await);
            assert_eq!(there.essence(), gone.essence(), "{} {}", one.0, one.1);
            let told = serde_json::to_string(&there.essence()).expect("JSON");
            assert!(!told.contains("陌生"), "{}: {told}", one.0);
            assert!(there.status < 500, "{}: {told}", one.0);
            // Deleting what is not there is no fault: there is nothing left to do.
            if one.2.contains("/{}") && one.0 != "ViewDelete" {
                assert_eq!(there.code(), Code::NotFound, "{}", one.0);
            }
        }
        // The stranger's things are as they were, and still answer to the stranger.
        assert_eq!(world.texts("SELECT state FROM messages").await, fingerprint);
        assert_eq!(world.number("SELECT COUNT(*) FROM ledger_open_holds").await, 1);
        for (name, id) in [
            ("CustomerView", STRANGERS_SHOP),
            ("ReceiptView", foreign.transfer.as_str()),
            ("ExportFile", foreign.export.as_str()),
            ("BatchView", foreign.batch.as_str()),
            ("ViewDefault", foreign.view.as_str()),
        ] {
            let one = PROBES.iter().find(|p| p.0 == name).expect("a probe");
            assert!(probe(world, &STRANGER_ADMIN, one, id).await.status < 300, "{name}");
        }
        let sessions = world.number("SELECT COUNT(*) FROM sessions WHERE user_id = 'u-stranger'").await;
        assert!(sessions >= 1, "nobody else ended the stranger's session");
    })
    .await;
}

#[tokio::test]
async fn a_customer_manager_cannot_tell_others_customers_from_none() {
    both(async |world: &World| {
        for one in PROBES.iter().filter(|p| p.1 == "customer") {
            let operation = contract::operations().into_iter().find(|o| o.name == one.0).expect("declared");
            let allowed = match who(&operation) {
                Who::People(roles) | Who::Programs(roles) => roles.contains(&MANAGER.role),
                _ => true,
            };
            if !allowed {
                continue;
            }
            let (there, gone) =
                (probe(world, &MANAGER, one, MILL).await, probe(world, &MANAGER, one, NO_CUSTOMER).await);
            assert_eq!(there.essence(), gone.essence(), "{}", one.0);
            assert_eq!(probe(world, &MANAGER, one, SHOP).await.status, 200, "{}: the own customer", one.0);
        }
    })
    .await;
}

#[tokio::test]
async fn colleagues_cannot_end_each_others_sessions() {
    both(async |world: &World| {
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let theirs = finance.call(SessionList).send().await.ok().remove(0).id;
        let answer = admin.call(contract::identity::SessionRevoke).at(&theirs).send().await;
        assert_eq!(answer.code(), Code::NotFound);
        finance.call(SessionList).send().await.ok();
    })
    .await;
}

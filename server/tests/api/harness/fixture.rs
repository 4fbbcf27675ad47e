//! The cast: a distributor that asks for verification codes, two resellers and a solution
//! provider that do not, another distributor with its reseller; their people, keys, customers.

use contract::access::{PartnerKind, Role};
use contract::customers::{AssociationType, CustomerType, Frozen, VerifiedStatus};
use contract::id::CustomerId;
use contract::money::Currency;
use server::app::App;
use server::customers::create::{self, NewCustomer};
use server::identity::keys::{self, NewKey};
use server::identity::store::{self, NewPartner, NewUser};
use server::ledger::{AccountKey, Book, Transfer};

/// The password of everybody.
pub const PASSWORD: &str = "plum-orchard-4711";

/// The partner that most tests look at; 1,000,000.00.
pub const DISTRIBUTOR: &str = "d0000000000000000000000000000001";
/// Its first reseller; 5,000.00.
pub const RESELLER: &str = "d0000000000000000000000000000002";
/// Its second reseller; no money, no customers.
pub const QUIET_RESELLER: &str = "d0000000000000000000000000000003";
/// Somebody else; 500.00.
pub const STRANGER: &str = "d0000000000000000000000000000004";
/// Another distributor.
pub const OTHER_DISTRIBUTOR: &str = "d0000000000000000000000000000005";
/// The other distributor's reseller.
pub const FOREIGN_RESELLER: &str = "d0000000000000000000000000000006";

/// The distributor's customer that most tests move money to; resale, of the manager.
pub const SHOP: &str = "0190000000010000000000000000c001";
/// Another resale customer of the distributor, of nobody.
pub const MILL: &str = "0190000000020000000000000000c002";
/// A consultative customer of the distributor.
pub const CONSULTED: &str = "0190000000030000000000000000c003";
/// A resale customer of the distributor whose account is frozen.
pub const FROZEN: &str = "0190000000040000000000000000c004";
/// A customer of the distributor before real-name authentication; resale.
pub const UNNAMED: &str = "0190000000050000000000000000c005";
/// A resale customer of the reseller.
pub const RESELLERS_SHOP: &str = "0190000000060000000000000000c006";
/// A resale customer of the stranger.
pub const STRANGERS_SHOP: &str = "0190000000070000000000000000c007";
/// No customer at all, of the same form.
pub const NO_CUSTOMER: &str = "0190000000ff0000000000000000c0ff";

/// A person of the cast.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub partner: &'static str,
    pub user_id: &'static str,
    pub email: &'static str,
    pub name: &'static str,
    pub role: Role,
    pub key: Option<(&'static str, &'static str)>,
}

const fn person(
    partner: &'static str,
    user_id: &'static str,
    email: &'static str,
    name: &'static str,
    role: Role,
    key: Option<(&'static str, &'static str)>,
) -> Person {
    Person { partner, user_id, email, name, role, key }
}

pub const ADMIN: Person = person(
    DISTRIBUTOR,
    "u-admin",
    "admin@dist.example",
    "林薇",
    Role::Admin,
    Some(("AKADMIN0000000000001", "SKadmin000000000000000000000000000000001")),
);
pub const FINANCE: Person = person(
    DISTRIBUTOR,
    "u-finance",
    "finance@dist.example",
    "周敏",
    Role::Finance,
    Some(("AKFINANCE00000000001", "SKfinance0000000000000000000000000000001")),
);
pub const MANAGER: Person = person(
    DISTRIBUTOR,
    "u-manager",
    "manager@dist.example",
    "陈立",
    Role::CustomerManager,
    Some(("AKMANAGER00000000001", "SKmanager0000000000000000000000000000001")),
);
pub const IDLE_MANAGER: Person =
    person(DISTRIBUTOR, "u-manager2", "manager2@dist.example", "赵岚", Role::CustomerManager, None);
/// Above nobody, until a test says so.
pub const SUPERVISOR: Person = person(
    DISTRIBUTOR,
    "u-supervisor",
    "supervisor@dist.example",
    "许强",
    Role::CustomerSupervisor,
    Some(("AKSUPERVISOR00000001", "SKsupervisor0000000000000000000000000001")),
);
pub const OPERATOR: Person = person(
    DISTRIBUTOR,
    "u-operator",
    "operator@dist.example",
    "吴桐",
    Role::Operator,
    Some(("AKOPERATOR0000000001", "SKoperator000000000000000000000000000001")),
);
pub const RESELLER_ADMIN: Person = person(
    RESELLER,
    "u-reseller",
    "admin@reseller.example",
    "何静",
    Role::Admin,
    Some(("AKRESELLER0000000001", "SKreseller000000000000000000000000000001")),
);
pub const STRANGER_ADMIN: Person = person(
    STRANGER,
    "u-stranger",
    "admin@stranger.example",
    "郑海",
    Role::Admin,
    Some(("AKSTRANGER0000000001", "SKstranger000000000000000000000000000001")),
);
pub const OTHER_ADMIN: Person =
    person(OTHER_DISTRIBUTOR, "u-other", "admin@other.example", "马宁", Role::Admin, None);

/// Everybody.
pub const PEOPLE: [Person; 9] = [
    ADMIN,
    FINANCE,
    MANAGER,
    IDLE_MANAGER,
    SUPERVISOR,
    OPERATOR,
    RESELLER_ADMIN,
    STRANGER_ADMIN,
    OTHER_ADMIN,
];

/// Partner, name, kind, distributor, whether it asks for codes, opening balance in fen.
type Plan = (&'static str, &'static str, PartnerKind, Option<&'static str>, bool, i64);

const PARTNERS: [Plan; 6] = [
    (DISTRIBUTOR, "总经销商", PartnerKind::Distributor, None, true, 100_000_000),
    (RESELLER, "云经销商", PartnerKind::Reseller, Some(DISTRIBUTOR), false, 500_000),
    (QUIET_RESELLER, "静默经销商", PartnerKind::Reseller, Some(DISTRIBUTOR), false, 0),
    (STRANGER, "陌生伙伴", PartnerKind::SolutionProvider, None, false, 50_000),
    (OTHER_DISTRIBUTOR, "另一家总经销商", PartnerKind::Distributor, None, false, 0),
    (FOREIGN_RESELLER, "别家经销商", PartnerKind::Reseller, Some(OTHER_DISTRIBUTOR), false, 0),
];

/// When everything before the tests happened: 2026-01-01 00:00 UTC, in milliseconds.
pub const LONG_AGO: i64 = 1_767_225_600_000;

/// A resale customer, verified, in use, of no manager.
pub fn customer(id: &str, name: &str) -> NewCustomer {
    NewCustomer {
        id: CustomerId::from(id),
        name: name.to_owned(),
        account_name: format!("hw_{}", &id[id.len().saturating_sub(4)..]),
        association: AssociationType::Resale,
        verified: VerifiedStatus::Verified,
        customer_type: CustomerType::Company,
        frozen: Frozen::No,
        manager: None,
        phone: "13800001234".into(),
        email: "lin.wei@customer.example".into(),
        label: String::new(),
        level: "V0".into(),
        bill_account: None,
        associated_on: LONG_AGO,
    }
}

fn customers_of(partner: &str) -> Vec<NewCustomer> {
    let all = vec![
        (
            DISTRIBUTOR,
            NewCustomer {
                manager: Some(MANAGER.user_id.into()),
                label: "Key 重点客户".into(),
                ..customer(SHOP, "北京云帆科技有限公司")
            },
        ),
        (DISTRIBUTOR, customer(MILL, "上海磨坊")),
        (
            DISTRIBUTOR,
            NewCustomer { association: AssociationType::Consultative, ..customer(CONSULTED, "顾问客户") },
        ),
        (DISTRIBUTOR, NewCustomer { frozen: Frozen::Account, ..customer(FROZEN, "冻结客户") }),
        (
            DISTRIBUTOR,
            NewCustomer {
                verified: VerifiedStatus::None,
                customer_type: CustomerType::Unknown,
                ..customer(UNNAMED, "")
            },
        ),
        (RESELLER, customer(RESELLERS_SHOP, "经销商的客户")),
        (STRANGER, customer(STRANGERS_SHOP, "陌生人的客户")),
    ];
    all.into_iter().filter(|(owner, _)| *owner == partner).map(|(_, c)| c).collect()
}

/// Puts the cast into an empty database.
pub async fn fill(app: &App) {
    let password_hash = app.passwords.hash(PASSWORD).await.expect("a password that may be set");
    for (id, name, kind, distributor, verification, balance) in PARTNERS {
        let mut tx = app.db.begin().await.expect("a transaction");
        let partner = NewPartner {
            id: id.into(),
            name: name.to_owned(),
            kind,
            distributor_id: distributor.map(Into::into),
            currency: Currency::CNY,
            verification,
        };
        store::insert_partner(&mut tx, &partner, LONG_AGO).await.expect("a partner");
        for person in PEOPLE.iter().filter(|p| p.partner == id) {
            let user = NewUser {
                partner_id: id.into(),
                user_id: person.user_id.into(),
                email: person.email.to_owned(),
                name: person.name.to_owned(),
                role: person.role,
                password_hash: password_hash.clone(),
            };
            store::insert_user(&mut tx, &user, LONG_AGO).await.expect("a person");
            if let Some((access_key, secret_key)) = person.key {
                let key = NewKey { access_key: access_key.into(), secret_key: secret_key.into() };
                let owner = (&partner.id, &user.user_id);
                keys::insert(&mut tx, &app.seal, owner, "test", &key, keys::Limits::default(), LONG_AGO)
                    .await
                    .expect("a key");
            }
        }
        let stored = store::partner(&mut tx, &partner.id).await.expect("the database answers");
        let stored = stored.expect("the partner was just made");
        create::create(&app.db, &mut tx, &stored, customers_of(id)).await.expect("customers");
        if balance > 0 {
            let (from, to) = (
                AccountKey::outside(&partner.id, Currency::CNY),
                AccountKey::partner(&partner.id, Currency::CNY),
            );
            let mut book = Book::open(&app.db, &mut tx, [from.clone(), to.clone()]).await.expect("accounts");
            let opening = Transfer {
                id: server::ids::transfer(),
                kind: "RECHARGE",
                debit: from,
                credit: to,
                amount: balance,
                currency: Currency::CNY,
                customer_id: None,
                reverses: None,
                actor: "test".into(),
                memo: String::new(),
                at: LONG_AGO,
                hold_until: None,
            };
            book.transfer(&opening).expect("money from outside");
            book.write(&mut tx).await.expect("the opening balance");
        }
        app.db.commit(tx).await.expect("the cast is kept");
    }
}

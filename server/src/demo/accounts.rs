//! The demo's partners and people, and how their sign-ins are told.

use contract::access::{PartnerKind, Role};
use serde_json::json;
use std::io::Write;

/// A partner of the demo.
#[derive(Debug)]
pub(super) struct PartnerPlan {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: PartnerKind,
    pub(super) distributor: Option<&'static str>,
    pub(super) verification: bool,
    /// Opening balance in fen.
    pub(super) balance: i64,
    /// Its share of all customers.
    pub(super) percent: u32,
    pub(super) people: &'static [PersonPlan],
}

/// A person of the demo.
#[derive(Debug)]
pub(super) struct PersonPlan {
    pub(super) user_id: &'static str,
    pub(super) email: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) password: &'static str,
    pub(super) key: Option<(&'static str, &'static str)>,
}

const DISTRIBUTOR: &str = "d0a1000000004c0e9f10000000000001";

static PARTNERS: [PartnerPlan; 4] = [
    PartnerPlan {
        id: DISTRIBUTOR,
        name: "星河云分销有限公司",
        kind: PartnerKind::Distributor,
        distributor: None,
        verification: true,
        balance: 500_000_000_000,
        percent: 90,
        people: &[
            PersonPlan {
                user_id: "u0a1000000000001",
                email: "admin@xinghe.example",
                name: "林薇",
                role: Role::Admin,
                password: "xinghe-admin-2026",
                key: Some(("DEMOXINGHEADMIN00001", "demoSecretXingheAdmin0000000000000000001")),
            },
            PersonPlan {
                user_id: "u0a1000000000002",
                email: "finance@xinghe.example",
                name: "周敏",
                role: Role::Finance,
                password: "xinghe-finance-2026",
                key: Some(("DEMOXINGHEFINANCE001", "demoSecretXingheFinance00000000000000001")),
            },
            PersonPlan {
                user_id: "u0a1000000000003",
                email: "chen@xinghe.example",
                name: "陈立",
                role: Role::CustomerManager,
                password: "xinghe-manager-2026",
                key: None,
            },
            PersonPlan {
                user_id: "u0a1000000000004",
                email: "zhao@xinghe.example",
                name: "赵岚",
                role: Role::CustomerManager,
                password: "xinghe-manager-2026",
                key: None,
            },
            PersonPlan {
                user_id: "u0a1000000000006",
                email: "supervisor@xinghe.example",
                name: "许强",
                role: Role::CustomerSupervisor,
                password: "xinghe-supervisor-2026",
                key: None,
            },
            PersonPlan {
                user_id: "u0a1000000000005",
                email: "operator@xinghe.example",
                name: "吴桐",
                role: Role::Operator,
                password: "xinghe-operator-2026",
                key: Some(("DEMOXINGHEOPERATOR01", "demoSecretXingheOperator0000000000000001")),
            },
        ],
    },
    PartnerPlan {
        id: "d0a1000000004c0e9f10000000000002",
        name: "蓝帆科技有限公司",
        kind: PartnerKind::Reseller,
        distributor: Some(DISTRIBUTOR),
        verification: false,
        balance: 20_000_000_000,
        percent: 4,
        people: &[
            PersonPlan {
                user_id: "u0a2000000000001",
                email: "admin@lanfan.example",
                name: "何静",
                role: Role::Admin,
                password: "lanfan-admin-2026",
                key: Some(("DEMOLANFANADMIN00001", "demoSecretLanfanAdmin0000000000000000001")),
            },
            PersonPlan {
                user_id: "u0a2000000000002",
                email: "manager@lanfan.example",
                name: "孙昊",
                role: Role::CustomerManager,
                password: "lanfan-manager-2026",
                key: None,
            },
        ],
    },
    PartnerPlan {
        id: "d0a1000000004c0e9f10000000000003",
        name: "青禾信息技术有限公司",
        kind: PartnerKind::Reseller,
        distributor: Some(DISTRIBUTOR),
        verification: true,
        balance: 12_000_000_000,
        percent: 3,
        people: &[PersonPlan {
            user_id: "u0a3000000000001",
            email: "admin@qinghe.example",
            name: "马宁",
            role: Role::Admin,
            password: "qinghe-admin-2026",
            key: Some(("DEMOQINGHEADMIN00001", "demoSecretQingheAdmin0000000000000000001")),
        }],
    },
    PartnerPlan {
        id: "d0a1000000004c0e9f10000000000004",
        name: "远山解决方案有限公司",
        kind: PartnerKind::SolutionProvider,
        distributor: None,
        verification: false,
        balance: 18_000_000_000,
        percent: 3,
        people: &[
            PersonPlan {
                user_id: "u0a4000000000001",
                email: "admin@yuanshan.example",
                name: "郑海",
                role: Role::Admin,
                password: "yuanshan-admin-2026",
                key: Some(("DEMOYUANSHANADMIN001", "demoSecretYuanshanAdmin00000000000000001")),
            },
            PersonPlan {
                user_id: "u0a4000000000002",
                email: "manager@yuanshan.example",
                name: "钱悦",
                role: Role::CustomerManager,
                password: "yuanshan-manager-2026",
                key: None,
            },
        ],
    },
];

pub(super) fn partners() -> &'static [PartnerPlan] {
    &PARTNERS
}

/// The user ids of a partner's customer managers.
pub(super) fn managers(index: usize) -> &'static [&'static str] {
    match index {
        0 => &["u0a1000000000003", "u0a1000000000004"],
        1 => &["u0a2000000000002"],
        3 => &["u0a4000000000002"],
        _ => &[],
    }
}

/// Memberships besides a person's first: of which partner, whose, with which role.
pub(super) const FURTHER: [(&str, &str, Role); 1] =
    [("d0a1000000004c0e9f10000000000002", "finance@xinghe.example", Role::Finance)];

/// The supervisor of the first partner's managers.
pub(super) const SUPERVISOR: &str = "u0a1000000000006";

/// Prints the sign-ins and access keys.
///
/// # Errors
/// An output that cannot be written.
pub fn print_accounts(out: &mut impl Write, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        writeln!(out, "{}", serde_json::to_string_pretty(&list())?)?;
        return Ok(());
    }
    for partner in &PARTNERS {
        writeln!(out, "{} ({}), domain id {}", partner.name, partner.kind.as_str(), partner.id)?;
        for person in partner.people {
            writeln!(out, "  {:<17} {:<26} {}", person.role.as_str(), person.email, person.password)?;
            if let Some((access, secret)) = person.key {
                writeln!(out, "  {:<17} AK {access}  SK {secret}", "")?;
            }
        }
    }
    Ok(())
}

fn list() -> Vec<serde_json::Value> {
    let people =
        PARTNERS.iter().flat_map(|partner| partner.people.iter().map(move |person| (partner, person)));
    people
        .map(|(partner, person)| {
            json!({
                "partner": partner.name,
                "partner_kind": partner.kind.as_str(),
                "role": person.role.as_str(),
                "email": person.email,
                "password": person.password,
                "domain_id": partner.id,
                "access_key": person.key.map(|k| k.0),
                "secret_key": person.key.map(|k| k.1),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With a million customers, 7 of 10 resale and a sixth of those with 10,000.00 on average.
    #[test]
    fn opening_balances_suffice_for_the_largest_demo() {
        for partner in &PARTNERS {
            let funded = 1_000_000 * i64::from(partner.percent) / 100 * 7 / 10 / 6;
            assert!(partner.balance > funded * 1_000_000 * 12 / 10, "{}", partner.name);
        }
    }

    #[test]
    fn keys_and_ids_have_their_lengths_and_are_unique() {
        let people: Vec<&PersonPlan> = PARTNERS.iter().flat_map(|p| p.people).collect();
        let keys: Vec<_> = people.iter().filter_map(|p| p.key).collect();
        assert!(keys.iter().all(|(ak, sk)| ak.len() == 20 && sk.len() == 40), "{keys:?}");
        let emails: std::collections::BTreeSet<_> = people.iter().map(|p| p.email).collect();
        assert_eq!(emails.len(), people.len());
        assert_eq!(PARTNERS.iter().map(|p| p.percent).sum::<u32>(), 100);
    }
}

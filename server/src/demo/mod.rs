//! Demo data, always the same: a distributor with two resellers, a solution provider, their
//! people, customers, money, and a month of consumption.

mod accounts;
mod customers;
mod usage;

pub use accounts::print_accounts;

use crate::audit::{self, Act};
use crate::consumption::import::import;
use crate::db::Db;
use crate::identity::keys::{self, Limits, NewKey};
use crate::identity::passwords::Passwords;
use crate::identity::store::{self, NewMember, NewPartner, NewUser, Partner};
use crate::ledger::{AccountKey, Book, Transfer};
use crate::scope::Origin;
use crate::seal::Seal;
use anyhow::{Context, bail};
use contract::audit::Action;
use contract::id::{TransferId, UserId};
use contract::money::Currency;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

/// The moment at which the demo's story ends: 2026-11-01 00:00 GMT+8.
const STORY_END: i64 = 1_793_462_400_000;
/// Customers made in one transaction.
const TOGETHER: u32 = 5_000;

/// A stream of numbers that is the same everywhere and always (SplitMix64).
#[derive(Debug, Clone)]
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is above zero.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap_or(0)]
    }
}

/// Makes the demo in an empty database.
///
/// # Errors
/// A database that has partners already, or refuses.
pub async fn make(db: &Db, seal: &Seal, total: u32) -> anyhow::Result<()> {
    let mut connection = db.read().acquire().await?;
    if !store::partners(&mut connection).await?.is_empty() {
        bail!("this database has partners already; the demo needs an empty one");
    }
    drop(connection);
    let passwords = Passwords::new()?;
    let bar = ProgressBar::new(u64::from(total));
    bar.set_style(ProgressStyle::with_template("customers {bar:40} {human_pos}/{human_len} {elapsed}")?);
    for (index, plan) in accounts::partners().iter().enumerate() {
        let partner = make_partner(db, seal, &passwords, plan).await?;
        let share = u32::try_from(u64::from(total) * u64::from(plan.percent) / 100)?;
        make_customers(db, &partner, index, share, &bar).await?;
        let file = usage::file(&partner, index, share);
        let report = import(db, &partner.id, "demo.csv", file.as_slice(), STORY_END, |_| ()).await?;
        if !report.refused.is_empty() {
            bail!("the demo's consumption was refused: {:?}", report.refused.first());
        }
    }
    make_memberships(db).await?;
    bar.finish_and_clear();
    println!("demo data: {total} customers in all; sign-ins: partner-center demo accounts");
    Ok(())
}

async fn make_partner(
    db: &Db,
    seal: &Seal,
    passwords: &Passwords,
    plan: &accounts::PartnerPlan,
) -> anyhow::Result<Partner> {
    let mut tx = db.begin().await?;
    let new = NewPartner {
        id: plan.id.into(),
        name: plan.name.to_owned(),
        kind: plan.kind,
        distributor_id: plan.distributor.map(Into::into),
        currency: Currency::CNY,
        verification: plan.verification,
    };
    store::insert_partner(&mut tx, &new, STORY_END).await?;
    for person in plan.people {
        let user = NewUser {
            partner_id: plan.id.into(),
            user_id: person.user_id.into(),
            email: person.email.to_owned(),
            name: person.name.to_owned(),
            role: person.role,
            password_hash: passwords.hash(person.password).await?,
        };
        store::insert_user(&mut tx, &user, STORY_END).await?;
        if let Some((access_key, secret_key)) = person.key {
            let key = NewKey { access_key: access_key.to_owned(), secret_key: secret_key.to_owned() };
            keys::insert(&mut tx, seal, (&new.id, &user.user_id), "demo", &key, Limits::default(), STORY_END)
                .await?;
        }
    }
    let partner = store::partner(&mut tx, &new.id).await?.context("the partner was just made")?;
    let (outside, own) =
        (AccountKey::outside(&new.id, Currency::CNY), AccountKey::partner(&new.id, Currency::CNY));
    let mut book = Book::open(db, &mut tx, [outside.clone(), own.clone()]).await?;
    let opening = Transfer {
        id: TransferId(format!("{}-opening", plan.id)),
        kind: "RECHARGE",
        debit: outside,
        credit: own,
        amount: plan.balance,
        currency: Currency::CNY,
        customer_id: None,
        reverses: None,
        actor: "demo".into(),
        memo: "期初余额".into(),
        at: STORY_END - 400 * customers::DAY,
        hold_until: None,
    };
    book.transfer(&opening).map_err(|code| anyhow::anyhow!(code.message()))?;
    book.write(&mut tx).await?;
    let act = Act {
        partner_id: new.id.clone(),
        actor: "demo".into(),
        action: Action::DemoCreated,
        kind: "partner",
        id: new.id.to_string(),
        detail: json!({"transfer": opening.id}),
        origin: Origin::default(),
    };
    audit::record(db, &mut tx, &act, STORY_END).await?;
    db.commit(tx).await?;
    Ok(partner)
}

/// Memberships besides the first ones, and who is above whom.
async fn make_memberships(db: &Db) -> anyhow::Result<()> {
    let mut tx = db.begin().await?;
    for (partner, email, role) in accounts::FURTHER {
        let (person, _) = store::person_by_email(&mut tx, email).await?.context("a person of the demo")?;
        let member = NewMember {
            partner_id: partner.into(),
            user_id: UserId(format!("{}-2", person.user_id)),
            person_id: person.person_id,
            email: person.email,
            name: person.name,
            roles: vec![role.as_str().into()],
            granted: " ".into(),
        };
        store::insert_member(&mut tx, &member, STORY_END + 1).await?;
    }
    for manager in accounts::managers(0) {
        sqlx::query("UPDATE members SET supervisor_id = $1 WHERE user_id = $2")
            .bind(accounts::SUPERVISOR)
            .bind(*manager)
            .execute(&mut *tx)
            .await?;
    }
    db.commit(tx).await?;
    Ok(())
}

async fn make_customers(
    db: &Db,
    partner: &Partner,
    index: usize,
    count: u32,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let managers = accounts::managers(index);
    let mut numbers = Numbers(0x5eed + index as u64);
    let mut made = 0;
    while made < count {
        let together = TOGETHER.min(count - made);
        let batch: Vec<_> = (made..made + together)
            .map(|n| customers::customer(&mut numbers, index, n, count, managers))
            .collect();
        let funded: Vec<Transfer> = batch
            .iter()
            .enumerate()
            .filter_map(|(n, c)| customers::appropriation(&mut numbers, partner, c, n))
            .collect();
        let mut tx = db.begin().await?;
        crate::customers::create::create(db, &mut tx, partner, batch).await?;
        let accounts = funded.iter().flat_map(|t| [t.debit.clone(), t.credit.clone()]);
        let mut book = Book::open(db, &mut tx, accounts).await?;
        for transfer in &funded {
            book.transfer(transfer).map_err(|code| anyhow::anyhow!(code.message()))?;
        }
        book.write(&mut tx).await?;
        db.commit(tx).await?;
        made += together;
        bar.inc(u64::from(together));
    }
    Ok(())
}

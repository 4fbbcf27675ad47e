//! Making customers, many at a time: the row, its place in the search index, its account.

use crate::consumption::FOCUS_COLUMNS;
use crate::customers::store::search_text;
use crate::db::{Db, Tx, Value, insert_rows, search};
use crate::error::Error;
use crate::identity::store::Partner;
use crate::ids;
use crate::ledger::{AccountKey, AccountKind, store as ledger};
use crate::scope::SEQ_BITS;
use contract::audit::Action;
use contract::customers::{AssociationType, CustomerType, Frozen, VerifiedStatus};
use contract::id::{CustomerId, PartnerId, UserId};
use sqlx::Row;
use std::collections::BTreeMap;
use std::io::Read;

/// A customer to make.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    /// The customer.
    pub id: CustomerId,
    /// The real name; empty before authentication.
    pub name: String,
    /// The login account name.
    pub account_name: String,
    /// The association type.
    pub association: AssociationType,
    /// The state of real-name authentication.
    pub verified: VerifiedStatus,
    /// Person or company.
    pub customer_type: CustomerType,
    /// Whether the account is frozen.
    pub frozen: Frozen,
    /// The customer manager.
    pub manager: Option<UserId>,
    /// The phone.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
    /// The label.
    pub label: String,
    /// The level.
    pub level: String,
    /// The sub-account in bill files.
    pub bill_account: Option<String>,
    /// When it was associated, in milliseconds.
    pub associated_on: i64,
}

impl NewCustomer {
    /// The sub-accounts of a FOCUS file as consultative customers.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn from_focus(file: impl Read) -> anyhow::Result<Vec<Self>> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let names = reader.headers()?.clone();
        let place = |column: &str| {
            names
                .iter()
                .position(|n| n == column)
                .ok_or_else(|| anyhow::anyhow!("the column {column} is missing"))
        };
        let [.., id, name] = FOCUS_COLUMNS;
        let (id, name) = (place(id)?, place(name)?);
        let mut accounts: BTreeMap<String, String> = BTreeMap::new();
        for record in reader.into_records().flatten() {
            let value = |at: usize| record.get(at).map(str::trim).filter(|v| !v.is_empty() && *v != "NULL");
            if let Some(account) = value(id) {
                accounts.insert(account.to_owned(), value(name).unwrap_or(account).to_owned());
            }
        }
        Ok(accounts.into_iter().map(|(account, name)| Self::consultative(account, name)).collect())
    }

    fn consultative(account: String, name: String) -> Self {
        Self {
            id: CustomerId(ids::new()),
            name,
            account_name: account.clone(),
            association: AssociationType::Consultative,
            verified: VerifiedStatus::None,
            customer_type: CustomerType::Unknown,
            frozen: Frozen::No,
            manager: None,
            phone: String::new(),
            email: String::new(),
            label: String::new(),
            level: "V0".into(),
            bill_account: Some(account),
            associated_on: 0,
        }
    }
}

const INSERT: &str = "INSERT INTO customers (partner_id, customer_id, seq, name, account_name, sort_name, search_text, association, verified, customer_type, frozen, manager_id, phone, country_code, email, label, level, bill_account, associated_on) VALUES ";

/// Adds customers to a partner, in their order. The partner's counters follow.
///
/// # Errors
/// A database that refuses.
pub async fn create(
    db: &Db,
    tx: &mut Tx,
    partner: &Partner,
    customers: Vec<NewCustomer>,
) -> Result<(), Error> {
    let count = i64::try_from(customers.len()).unwrap_or(i64::MAX);
    // The update locks the partner's row, so two servers do not give out the same places.
    let last: i64 = sqlx::query("UPDATE partners SET last_seq = last_seq + $1, customer_count = customer_count + $1 WHERE partner_id = $2 RETURNING last_seq")
        .bind(count)
        .bind(partner.id.as_str())
        .fetch_one(&mut **tx)
        .await?
        .try_get(0)?;
    let base = (partner.number << SEQ_BITS) + last - count;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(customers.len());
    let mut grams: Vec<Vec<Value>> = Vec::with_capacity(customers.len());
    let mut accounts: Vec<Vec<Value>> = Vec::with_capacity(customers.len());
    for (customer, seq) in customers.into_iter().zip(base + 1..) {
        let text = search_text(&customer.name, &customer.account_name, &customer.label);
        grams.push(vec![seq.into(), search::grams(&text).into()]);
        let key = AccountKey::customer(&partner.id, &customer.id, partner.currency);
        accounts.push(ledger::new_account(
            &key,
            AccountKind::Customer,
            customer.id.as_str(),
            partner.currency,
        ));
        rows.push(row(&partner.id, customer, seq, text));
    }
    insert_rows(tx, INSERT, rows, "").await?;
    insert_rows(tx, search::insert_into(db.engine()), grams, "").await?;
    ledger::open_accounts(tx, accounts).await
}

fn row(partner: &PartnerId, customer: NewCustomer, seq: i64, text: String) -> Vec<Value> {
    let shown = if customer.name.is_empty() { &customer.account_name } else { &customer.name };
    let sort_name = shown.to_lowercase();
    vec![
        partner.as_str().into(),
        customer.id.as_str().into(),
        seq.into(),
        customer.name.into(),
        customer.account_name.into(),
        sort_name.into(),
        text.into(),
        customer.association.code().into(),
        customer.verified.code().into(),
        customer.customer_type.code().into(),
        customer.frozen.code().into(),
        customer.manager.map(|m| m.0).into(),
        customer.phone.into(),
        "0086".into(),
        customer.email.into(),
        customer.label.into(),
        customer.level.into(),
        customer.bill_account.into(),
        customer.associated_on.into(),
    ]
}

/// Makes customers of sub-accounts that are none yet. Answers how many it made.
///
/// # Errors
/// A database that refuses.
pub async fn create_for_bill_accounts(
    db: &Db,
    partner: &Partner,
    customers: Vec<NewCustomer>,
    now: i64,
) -> Result<usize, Error> {
    let mut tx = db.begin().await?;
    let rows =
        sqlx::query("SELECT bill_account FROM customers WHERE partner_id = $1 AND bill_account IS NOT NULL")
            .bind(partner.id.as_str())
            .fetch_all(&mut *tx)
            .await?;
    let known =
        rows.iter().map(|r| r.try_get(0)).collect::<Result<std::collections::BTreeSet<String>, _>>()?;
    let new: Vec<NewCustomer> = customers
        .into_iter()
        .filter(|c| c.bill_account.as_ref().is_some_and(|a| !known.contains(a)))
        .map(|c| NewCustomer { associated_on: now, ..c })
        .collect();
    let made = new.len();
    create(db, &mut tx, partner, new).await?;
    let act = crate::audit::Act {
        partner_id: partner.id.clone(),
        actor: "command line".into(),
        action: Action::CustomersCreated,
        kind: "partner",
        id: partner.id.to_string(),
        detail: serde_json::json!({"customers": made, "from": "bill accounts"}),
        origin: crate::scope::Origin::default(),
    };
    if made > 0 {
        crate::audit::record(db, &mut tx, &act, now).await?;
    }
    db.commit(tx).await?;
    Ok(made)
}

//! The SQL of customers' accounts, their consents and their log.

use crate::db::{Tx, insert_rows};
use crate::error::Error;
use crate::ids;
use contract::access::PartnerKind;
use contract::customers::AssociationType;
use contract::door::{Account, Consent, LOG_SHOWN, LogAction, LogEntry, MyPartner, Signed};
use contract::id::{CustomerId, PartnerId};
use contract::time::from_millis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// An account as stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: CustomerId,
    pub(super) name: String,
    pub(crate) partner: Option<PartnerId>,
    pub(super) created_at: i64,
}

fn stored(row: &AnyRow) -> Result<Stored, Error> {
    Ok(Stored {
        id: CustomerId(row.try_get(0)?),
        name: row.try_get(1)?,
        partner: row.try_get::<Option<String>, _>(2)?.map(PartnerId),
        created_at: row.try_get(3)?,
    })
}

/// The accounts of an address, oldest first.
pub(crate) async fn of(connection: &mut AnyConnection, email: &str) -> Result<Vec<Stored>, Error> {
    let rows = sqlx::query("SELECT account_id, name, partner_id, created_at FROM customer_accounts WHERE email = $1 ORDER BY created_at, account_id LIMIT 50")
        .bind(email)
        .fetch_all(connection)
        .await?;
    rows.iter().map(stored).collect()
}

/// Makes an account. `false` where another has the name.
pub(super) async fn insert(tx: &mut Tx, new: &Stored, email: &str) -> Result<bool, Error> {
    let done = sqlx::query("INSERT INTO customer_accounts (account_id, email, name, name_key, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name_key) DO NOTHING")
        .bind(new.id.as_str())
        .bind(email)
        .bind(new.name.as_str())
        .bind(new.name.to_lowercase())
        .bind(new.created_at)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives an account to a partner. `false` where it has one by now.
pub(super) async fn take(tx: &mut Tx, id: &CustomerId, partner: &PartnerId) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE customer_accounts SET partner_id = $1 WHERE account_id = $2 AND partner_id IS NULL",
    )
    .bind(partner.as_str())
    .bind(id.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adopts the customers of an address that have no account yet: they were made by their partner.
pub(super) async fn adopt(tx: &mut Tx, email: &str) -> Result<(), Error> {
    let rows = sqlx::query("SELECT c.customer_id, c.account_name, c.partner_id, c.associated_on FROM customers c WHERE c.email = $1 AND NOT EXISTS (SELECT 1 FROM customer_accounts a WHERE a.account_id = c.customer_id) ORDER BY c.seq LIMIT 20")
        .bind(email)
        .fetch_all(&mut **tx)
        .await?;
    for row in rows {
        let (id, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        // Names of partners' making are nobody's choice: where one is taken, the id tells them apart.
        for key in [name.to_lowercase(), format!("{}-{id}", name.to_lowercase())] {
            let done = sqlx::query("INSERT INTO customer_accounts (account_id, email, name, name_key, partner_id, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING")
                .bind(id.as_str())
                .bind(email)
                .bind(name.as_str())
                .bind(key)
                .bind(row.try_get::<String, _>(2)?)
                .bind(row.try_get::<i64, _>(3)?)
                .execute(&mut **tx)
                .await?;
            if done.rows_affected() == 1 {
                break;
            }
        }
    }
    Ok(())
}

/// Whether an address is a partner's member's.
pub(super) async fn is_member(connection: &mut AnyConnection, email: &str) -> Result<bool, Error> {
    let row = sqlx::query("SELECT 1 FROM people p JOIN members m ON m.person_id = p.person_id WHERE p.email = $1 AND m.disabled_at IS NULL LIMIT 1")
        .bind(email)
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// Writes consents in their newest version down.
pub(super) async fn consent(
    tx: &mut Tx,
    id: &CustomerId,
    consents: &[Consent],
    (now, ip): (i64, &str),
) -> Result<(), Error> {
    let row = |c: &Consent| {
        vec![id.as_str().into(), c.as_str().into(), c.version().into(), now.into(), ip.to_owned().into()]
    };
    let rows = consents.iter().map(row).collect();
    let into = "INSERT INTO customer_consents (account_id, consent, version, at, ip) VALUES ";
    insert_rows(tx, into, rows, " ON CONFLICT (account_id, consent, version) DO NOTHING").await?;
    Ok(())
}

/// Adds to an account's log.
pub(crate) async fn log(
    tx: &mut Tx,
    id: &CustomerId,
    (action, partner): (LogAction, &str),
    (now, ip): (i64, &str),
) -> Result<(), Error> {
    let row = vec![
        id.as_str().into(),
        ids::new().into(),
        action.as_str().into(),
        partner.into(),
        now.into(),
        ip.into(),
    ];
    let into = "INSERT INTO customer_log (account_id, entry_id, action, partner, at, ip) VALUES ";
    insert_rows(tx, into, vec![row], "").await?;
    Ok(())
}

/// An account's log, newest first.
pub(super) async fn log_of(connection: &mut AnyConnection, id: &CustomerId) -> Result<Vec<LogEntry>, Error> {
    let rows = sqlx::query("SELECT action, partner, at, ip FROM customer_log WHERE account_id = $1 ORDER BY at DESC, entry_id DESC LIMIT $2")
        .bind(id.as_str())
        .bind(LOG_SHOWN)
        .fetch_all(connection)
        .await?;
    let entry = |row: &AnyRow| {
        let action: String = row.try_get(0)?;
        let entry = LogEntry {
            // What a newer program wrote is passed over.
            action: match LogAction::parse(&action) {
                Some(action) => action,
                None => return Ok(None),
            },
            partner: row.try_get(1)?,
            at: from_millis(row.try_get(2)?),
            ip: row.try_get(3)?,
        };
        Ok(Some(entry))
    };
    rows.iter().filter_map(|row| entry(row).transpose()).collect()
}

/// An account as its owner sees it.
pub(super) async fn view(connection: &mut AnyConnection, of: Stored) -> Result<Account, Error> {
    let rows = sqlx::query("SELECT consent, MAX(version), MAX(at) FROM customer_consents WHERE account_id = $1 GROUP BY consent ORDER BY consent")
        .bind(of.id.as_str())
        .fetch_all(&mut *connection)
        .await?;
    let mut consents = Vec::new();
    for row in rows {
        if let Some(consent) = Consent::parse(row.try_get(0)?) {
            consents.push(Signed { consent, version: row.try_get(1)?, at: from_millis(row.try_get(2)?) });
        }
    }
    let partner = match &of.partner {
        None => None,
        Some(id) => partner_of(connection, id, &of.id).await?,
    };
    Ok(Account {
        id: of.id,
        account_name: of.name,
        created_at: from_millis(of.created_at),
        partner,
        consents,
    })
}

async fn partner_of(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    customer: &CustomerId,
) -> Result<Option<MyPartner>, Error> {
    let row = sqlx::query("SELECT p.name, p.kind, c.association, c.associated_on, COALESCE(u.name, '') FROM customers c JOIN partners p ON p.partner_id = c.partner_id LEFT JOIN members u ON u.partner_id = c.partner_id AND u.user_id = c.manager_id WHERE c.partner_id = $1 AND c.customer_id = $2")
        .bind(partner.as_str())
        .bind(customer.as_str())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let unknown = |what: &str| Error::Internal(format!("the database holds an unknown {what}"));
    let kind: String = row.try_get(1)?;
    Ok(Some(MyPartner {
        name: row.try_get(0)?,
        kind: PartnerKind::parse(&kind).ok_or_else(|| unknown("kind of a partner"))?,
        association: AssociationType::from_code(row.try_get(2)?)
            .ok_or_else(|| unknown("association type"))?,
        since: from_millis(row.try_get(3)?),
        manager: row.try_get(4)?,
    }))
}

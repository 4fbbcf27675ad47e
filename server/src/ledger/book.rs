//! Some accounts, locked and loaded, on which transfers are made in memory and then written
//! with a handful of statements, however many transfers there are.

use super::{AccountKey, AccountKind, Phase, store};
use crate::db::{Db, Tx, Value, insert_rows};
use crate::error::Error;
use contract::error::Code;
use contract::id::{CustomerId, TransferId};
use contract::money::Currency;
use std::collections::BTreeMap;

/// An account as it stands in the open transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) kind: AccountKind,
    pub(super) owner_id: String,
    pub(super) currency: Currency,
    pub(super) posted: i64,
    pub(super) held: i64,
    pub(super) entries: i64,
    pub(super) changed: bool,
}

/// A transfer to make.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Its id; new, never used before.
    pub id: TransferId,
    /// What it is, for example `SOURCE_OPERATION_BEADJUST`.
    pub kind: &'static str,
    /// The account that pays.
    pub debit: AccountKey,
    /// The account that receives.
    pub credit: AccountKey,
    /// Minor units, above zero.
    pub amount: i64,
    /// The currency of both accounts.
    pub currency: Currency,
    /// The customer that it concerns.
    pub customer_id: Option<CustomerId>,
    /// The transfer that it corrects.
    pub reverses: Option<TransferId>,
    /// Who makes it.
    pub actor: String,
    /// A remark.
    pub memo: String,
    /// When, in milliseconds.
    pub at: i64,
    /// Hold only, until then.
    pub hold_until: Option<i64>,
}

/// What a transfer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The paying account's posted balance after.
    pub debit_after: i64,
    /// The receiving account's posted balance after.
    pub credit_after: i64,
}

/// Accounts under lock, and what is to be written.
#[derive(Debug)]
pub struct Book {
    pub(super) accounts: BTreeMap<AccountKey, Account>,
    transfers: Vec<Vec<Value>>,
    entries: Vec<Vec<Value>>,
    holds_opened: Vec<Vec<Value>>,
    holds_ended: Vec<(String, String)>,
}

impl Book {
    /// Locks and loads accounts, in one order for all transactions. Those that do not exist
    /// are left out; a transfer on them is refused as `NotFound`.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn open(
        db: &Db,
        tx: &mut Tx,
        keys: impl IntoIterator<Item = AccountKey>,
    ) -> Result<Self, Error> {
        let accounts = store::load_accounts(db, tx, keys.into_iter().collect()).await?;
        Ok(Self {
            accounts,
            transfers: Vec::new(),
            entries: Vec::new(),
            holds_opened: Vec::new(),
            holds_ended: Vec::new(),
        })
    }

    /// Posted balance and held amount of an account.
    #[must_use]
    pub fn balance(&self, key: &AccountKey) -> Option<(i64, i64)> {
        self.accounts.get(key).map(|a| (a.posted, a.held))
    }

    /// Makes a transfer, or holds its amount where it has a `hold_until`.
    ///
    /// # Errors
    /// Refused, and nothing changed: an unknown account, another currency, the same account on
    /// both sides, no amount, too little available, or a balance that would leave 64 bits.
    pub fn transfer(&mut self, transfer: &Transfer) -> Result<Written, Code> {
        let debit = self.accounts.get(&transfer.debit).ok_or(Code::NotFound)?;
        let credit = self.accounts.get(&transfer.credit).ok_or(Code::NotFound)?;
        let same_currency = debit.currency == transfer.currency && credit.currency == transfer.currency;
        if transfer.debit == transfer.credit || !same_currency || transfer.amount <= 0 {
            return Err(Code::BadRequest);
        }
        if debit.kind != AccountKind::Outside {
            contract::funds::can_pay(debit.posted - debit.held, transfer.amount)?;
        }
        // Held amounts of others may still be posted to the receiver: the sum is checked there.
        credit.posted.checked_add(transfer.amount).ok_or(Code::BalanceTooLarge)?;
        debit.posted.checked_sub(transfer.amount).ok_or(Code::BalanceTooLarge)?;
        match transfer.hold_until {
            Some(until) => {
                self.write_transfer(transfer, Phase::Pending, None);
                self.holds_opened.push(vec![
                    transfer.debit.partner_id.as_str().into(),
                    transfer.id.as_str().into(),
                    until.into(),
                ]);
                let (debit_after, credit_after) = posted_of(&self.accounts, transfer);
                if let Some(account) = self.accounts.get_mut(&transfer.debit) {
                    account.held += transfer.amount;
                    account.changed = true;
                }
                Ok(Written { debit_after, credit_after })
            }
            None => {
                self.write_transfer(transfer, Phase::Single, None);
                Ok(self.move_money(transfer))
            }
        }
    }

    /// Ends a pending transfer. `transfer` repeats the pending one's content with a new id;
    /// that it is still open, and stays so, is the caller's to have checked under the lock
    /// of the paying account.
    ///
    /// # Errors
    /// A receiving balance that would leave 64 bits.
    pub fn end(&mut self, transfer: &Transfer, pending: &TransferId, how: Phase) -> Result<Written, Code> {
        let credit = self.accounts.get(&transfer.credit).ok_or(Code::NotFound)?;
        credit.posted.checked_add(transfer.amount).ok_or(Code::BalanceTooLarge)?;
        let debit = self.accounts.get_mut(&transfer.debit).ok_or(Code::NotFound)?;
        debit.held -= transfer.amount;
        debit.changed = true;
        self.write_transfer(transfer, how, Some(pending));
        self.holds_ended.push((transfer.debit.partner_id.to_string(), pending.to_string()));
        if how.moves() {
            Ok(self.move_money(transfer))
        } else {
            let (debit_after, credit_after) = posted_of(&self.accounts, transfer);
            Ok(Written { debit_after, credit_after })
        }
    }

    /// Writes all that was done.
    ///
    /// # Errors
    /// A database that refuses; the transaction is then of no use.
    pub async fn write(self, tx: &mut Tx) -> Result<(), Error> {
        let changed: Vec<Vec<Value>> = self
            .accounts
            .iter()
            .filter(|(_, account)| account.changed)
            .map(|(key, account)| store::account_row(key, account))
            .collect();
        insert_rows(tx, store::UPSERT_ACCOUNTS, changed, store::ON_ACCOUNT_CONFLICT).await?;
        insert_rows(tx, store::INSERT_TRANSFERS, self.transfers, "").await?;
        insert_rows(tx, store::INSERT_ENTRIES, self.entries, "").await?;
        insert_rows(tx, store::INSERT_HOLDS, self.holds_opened, "").await?;
        for (partner, transfer) in self.holds_ended {
            store::delete_hold(tx, &partner, &transfer).await?;
        }
        Ok(())
    }

    fn move_money(&mut self, transfer: &Transfer) -> Written {
        let debit_after = self.enter(&transfer.debit, transfer, -transfer.amount);
        let credit_after = self.enter(&transfer.credit, transfer, transfer.amount);
        Written { debit_after, credit_after }
    }

    fn enter(&mut self, key: &AccountKey, transfer: &Transfer, amount: i64) -> i64 {
        let Some(account) = self.accounts.get_mut(key) else { return 0 };
        account.posted += amount;
        account.entries += 1;
        account.changed = true;
        self.entries.push(vec![
            key.partner_id.as_str().into(),
            key.account_id.as_str().into(),
            account.entries.into(),
            transfer.debit.partner_id.as_str().into(),
            transfer.id.as_str().into(),
            amount.into(),
            account.posted.into(),
            transfer.at.into(),
        ]);
        account.posted
    }

    fn write_transfer(&mut self, transfer: &Transfer, phase: Phase, pending: Option<&TransferId>) {
        self.transfers.push(vec![
            transfer.debit.partner_id.as_str().into(),
            transfer.id.as_str().into(),
            phase.as_str().into(),
            pending.map(ToString::to_string).into(),
            transfer.reverses.as_ref().map(ToString::to_string).into(),
            transfer.kind.into(),
            transfer.debit.partner_id.as_str().into(),
            transfer.debit.account_id.as_str().into(),
            transfer.credit.partner_id.as_str().into(),
            transfer.credit.account_id.as_str().into(),
            transfer.amount.into(),
            transfer.currency.code().into(),
            transfer.customer_id.as_ref().map(ToString::to_string).into(),
            transfer.actor.as_str().into(),
            transfer.memo.as_str().into(),
            transfer.at.into(),
            transfer.hold_until.into(),
        ]);
    }
}

fn posted_of(accounts: &BTreeMap<AccountKey, Account>, transfer: &Transfer) -> (i64, i64) {
    let posted = |key| accounts.get(key).map_or(0, |a| a.posted);
    (posted(&transfer.debit), posted(&transfer.credit))
}

#[cfg(test)]
mod tests;

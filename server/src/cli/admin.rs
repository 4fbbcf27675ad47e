//! `partner-center user`, `partner` and `access-key`: what an installation needs before anybody
//! can sign in.

use crate::audit::{self, Act};
use crate::clock::Clock;
use crate::company::store as company;
use crate::config::Storage;
use crate::db::{Db, Tx};
use crate::factors::store as factors;
use crate::identity::keys::{self, Limits, NewKey};
use crate::identity::passwords::Passwords;
use crate::identity::sessions;
use crate::identity::store::{self, NewPartner, NewUser, Person};
use crate::ids;
use crate::ledger::{AccountKey, Book, Transfer};
use crate::outbox::{self, NewMessage};
use crate::person::{notice, rules};
use crate::scope::Origin;
use crate::seal::Seal;
use crate::sso::store as sso;
use anyhow::{Context, bail};
use clap::Subcommand;
use contract::access::{PartnerKind, Permission, Role};
use contract::audit::Action;
use contract::codes::Channel;
use contract::id::{PartnerId, UserId};
use contract::keys::{MAX_DAYS, SCOPES};
use contract::money::{Currency, Money, parse_amount};
use serde_json::json;
use std::io::Read;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add a person; the password is read from standard input, or made and printed.
    Add {
        /// The partner.
        #[arg(long)]
        partner: String,
        /// The sign-in address.
        #[arg(long)]
        email: String,
        /// The name.
        #[arg(long)]
        name: String,
        /// admin, finance, customer_manager, customer_supervisor or operator.
        #[arg(long, default_value = "admin")]
        role: String,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Disable a person, as a member of whichever partners; sessions and keys end with the next request.
    Disable {
        /// The sign-in address.
        #[arg(long)]
        email: String,
    },
    /// Take the second step of signing in off a person who has lost app, passkeys and recovery codes. All the
    /// person's sessions end, and a mail tells the person. Make sure that it is that person who asks.
    RescueSecondStep {
        /// The sign-in address.
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum PartnerCommand {
    /// Add a partner.
    Add {
        /// The name.
        #[arg(long)]
        name: String,
        /// distributor, reseller or solution_provider.
        #[arg(long)]
        kind: String,
        /// Of a reseller: its distributor.
        #[arg(long)]
        distributor: Option<String>,
        /// The currency of its accounts.
        #[arg(long, default_value = "CNY")]
        currency: String,
    },
    /// Let members sign in otherwise than by single sign-on again, where its provider is out of reach. The provider
    /// stays as it is set up. Make sure that it is the partner who asks.
    LiftSso {
        /// The partner.
        #[arg(long)]
        partner: String,
    },
    /// List partners.
    List,
    /// Note money that came in from outside, as the partner's balance.
    Fund {
        /// The partner.
        #[arg(long)]
        partner: String,
        /// The amount.
        #[arg(long)]
        amount: String,
        /// Where it came from.
        #[arg(long, default_value = "")]
        memo: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make an access key for a person; the secret is printed once.
    Add {
        /// The person's sign-in address.
        #[arg(long)]
        email: String,
        /// What it is for.
        #[arg(long, default_value = "")]
        name: String,
        /// A permission that it has, for example funds_read; repeatable. All of the person's when absent.
        #[arg(long = "scope")]
        scopes: Vec<String>,
        /// For how many days it is good. Without an end when absent.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_DAYS)))]
        days: Option<u32>,
    },
    /// Disable an access key at once.
    Disable {
        /// The access key.
        access_key: String,
    },
}

pub(super) async fn user(db: &Db, storage: &Storage, command: UserCommand) -> anyhow::Result<()> {
    let now = Clock::system().millis();
    match command {
        UserCommand::Add { partner, email, name, role, password_stdin } => {
            let role = Role::parse(&role)
                .context("a role is admin, finance, customer_manager, customer_supervisor or operator")?;
            let password = if password_stdin { from_stdin()? } else { NewKey::random().secret_key };
            if rules::check("password", &password, &[&email, &name]).is_err() {
                bail!("the password is too short or too easy to guess");
            }
            let user = NewUser {
                partner_id: PartnerId(partner),
                user_id: UserId(ids::new()),
                email,
                name,
                role,
                password_hash: Passwords::new()?.hash(&password).await?,
            };
            let mut tx = db.begin().await?;
            if store::partner(&mut tx, &user.partner_id).await?.is_none() {
                bail!("there is no partner {}", user.partner_id);
            }
            store::insert_user(&mut tx, &user, now).await.context("is the address taken?")?;
            note(
                db,
                &mut tx,
                &user.partner_id,
                Action::IdentityUserAdded,
                ("user", user.user_id.as_str()),
                json!({"role": role}),
                now,
            )
            .await?;
            db.commit(tx).await?;
            println!("added {}", user.email);
            if !password_stdin {
                println!("password, shown once: {password}");
            }
        }
        UserCommand::Disable { email } => {
            let mut tx = db.begin().await?;
            for person in memberships(&mut tx, &email).await? {
                store::disable_user(&mut tx, &person, now).await?;
                let object = ("user", person.user_id.as_str());
                note(db, &mut tx, &person.partner.id, Action::IdentityUserDisabled, object, json!({}), now)
                    .await?;
            }
            db.commit(tx).await?;
            println!("disabled {email}");
        }
        UserCommand::RescueSecondStep { email } => {
            rescue(db, &Seal::from_file(&storage.secret())?, &email, now).await?;
            println!("{email} signs in with the password alone until a second step is set up again");
        }
    }
    Ok(())
}

/// Takes app, passkeys and recovery codes off a person, and tells it: the trail of each partner, and the person.
async fn rescue(db: &Db, seal: &Seal, email: &str, now: i64) -> anyhow::Result<()> {
    let mut tx = db.begin().await?;
    let memberships = memberships(&mut tx, email).await?;
    let Some(person) = memberships.first() else { bail!("there is no such active person") };
    let taken = factors::rescue(&mut tx, &person.person_id).await?;
    if taken == (factors::Taken { totp: false, passkeys: 0 }) {
        bail!("{email} has no second step");
    }
    sessions::end_of_person(&mut tx, &person.person_id, None).await?;
    for member in &memberships {
        let object = ("user", member.user_id.as_str());
        if taken.totp {
            note(db, &mut tx, &member.partner.id, Action::IdentityTotpOff, object, json!({}), now).await?;
        }
        if taken.passkeys > 0 {
            let detail = json!({"passkeys": taken.passkeys});
            note(db, &mut tx, &member.partner.id, Action::IdentityPasskeyRemoved, object, detail, now)
                .await?;
        }
    }
    let preferred = company::preferences(&mut tx, &person.person_id).await?;
    let (subject, text) = notice::mail(&notice::RESCUED, "", now, preferred.language == "en");
    let message = NewMessage {
        partner_id: person.partner.id.clone(),
        user_id: person.user_id.to_string(),
        challenge_id: None,
        channel: Channel::Email,
        receiver: person.email.clone(),
        subject,
        text,
    };
    outbox::leave(&mut tx, &message, seal, now).await?;
    db.commit(tx).await?;
    Ok(())
}

/// A person as a member of each partner, in the order in which trails are locked.
async fn memberships(tx: &mut Tx, email: &str) -> anyhow::Result<Vec<Person>> {
    let (person, _) = store::person_by_email(tx, email).await?.context("there is no such active person")?;
    let mut memberships = store::memberships(tx, &person.person_id).await?;
    memberships.sort_by(|a, b| a.partner.id.cmp(&b.partner.id));
    Ok(memberships)
}

pub(super) async fn partner(db: &Db, command: PartnerCommand) -> anyhow::Result<()> {
    let now = Clock::system().millis();
    match command {
        PartnerCommand::Add { name, kind, distributor, currency } => {
            let partner = NewPartner {
                id: PartnerId(ids::new()),
                name,
                kind: PartnerKind::parse(&kind)
                    .context("a kind is distributor, reseller or solution_provider")?,
                distributor_id: distributor.map(PartnerId),
                currency: Currency::parse(&currency).context("a currency has three capital letters")?,
                verification: false,
            };
            if (partner.kind == PartnerKind::Reseller) != partner.distributor_id.is_some() {
                bail!("a reseller, and nobody else, has a --distributor");
            }
            let mut tx = db.begin().await?;
            store::insert_partner(&mut tx, &partner, now).await?;
            note(
                db,
                &mut tx,
                &partner.id,
                Action::PartnerAdded,
                ("partner", partner.id.as_str()),
                json!({"kind": partner.kind}),
                now,
            )
            .await?;
            db.commit(tx).await?;
            println!("{}", partner.id);
        }
        PartnerCommand::LiftSso { partner } => {
            let id = PartnerId(partner);
            let mut tx = db.begin().await?;
            let mut trail = audit::Trail::open(db, &mut tx, [&id]).await?;
            if !sso::lift(&mut tx, &id).await? {
                bail!("{id} does not ask its members for single sign-on");
            }
            let detail = json!({"required": {"before": true, "after": false}});
            trail.add(&act(&id, Action::PartnerSsoUsed, ("partner", id.as_str()), detail), now)?;
            trail.write(&mut tx).await?;
            db.commit(tx).await?;
            println!("members of {id} can sign in otherwise than by single sign-on");
        }
        PartnerCommand::List => {
            let mut connection = db.read().acquire().await?;
            for partner in store::partners(&mut connection).await? {
                println!("{}  {}  {}", partner.id, partner.kind.as_str(), partner.name);
            }
        }
        PartnerCommand::Fund { partner, amount, memo } => {
            fund(db, &PartnerId(partner), &amount, memo, now).await?;
        }
    }
    Ok(())
}

async fn fund(db: &Db, id: &PartnerId, amount: &str, memo: String, now: i64) -> anyhow::Result<()> {
    let mut tx = db.begin().await?;
    let partner = store::partner(&mut tx, id).await?.context("there is no such partner")?;
    let currency = partner.currency;
    let minor = parse_amount(amount, currency).map_err(|fault| anyhow::anyhow!("amount: {fault:?}"))?;
    let (outside, own) = (AccountKey::outside(id, currency), AccountKey::partner(id, currency));
    let mut trail = audit::Trail::open(db, &mut tx, [id]).await?;
    let mut book = Book::open(db, &mut tx, [outside.clone(), own.clone()]).await?;
    let transfer = Transfer {
        id: ids::transfer(),
        kind: "RECHARGE",
        debit: outside,
        credit: own,
        amount: minor,
        currency,
        customer_id: None,
        reverses: None,
        actor: "command line".into(),
        memo,
        at: now,
        hold_until: None,
    };
    book.transfer(&transfer).map_err(|code| anyhow::anyhow!(code.message()))?;
    book.write(&mut tx).await?;
    let detail = json!({"transfer": transfer.id, "amount": Money::new(minor, currency)});
    trail.add(&act(id, Action::FundsRecharge, ("partner", id.as_str()), detail), now)?;
    trail.write(&mut tx).await?;
    db.commit(tx).await?;
    println!("{}", transfer.id);
    Ok(())
}

pub(super) async fn key(db: &Db, seal: &Seal, command: KeyCommand) -> anyhow::Result<()> {
    let now = Clock::system().millis();
    match command {
        KeyCommand::Add { email, name, scopes, days } => {
            let scope = |text: &String| {
                let known = Permission::parse(text).filter(|p| SCOPES.contains(p));
                known.with_context(|| {
                    format!("{text} is none; scopes are {}", SCOPES.map(Permission::as_str).join(", "))
                })
            };
            let scopes = scopes.iter().map(scope).collect::<anyhow::Result<Vec<_>>>()?;
            let limits = Limits {
                scopes: &scopes,
                expires_at: days.map(|d| now + i64::from(d) * 24 * 60 * 60 * 1000),
                made_by: None,
            };
            let mut tx = db.begin().await?;
            let (person, _) =
                store::person_by_email(&mut tx, &email).await?.context("there is no such active person")?;
            let key = NewKey::random();
            keys::insert(&mut tx, seal, (&person.partner.id, &person.user_id), &name, &key, limits, now)
                .await?;
            note(
                db,
                &mut tx,
                &person.partner.id,
                Action::IdentityKeyAdded,
                ("access_key", &key.access_key),
                json!({"name": name, "permissions": scopes, "days": days}),
                now,
            )
            .await?;
            db.commit(tx).await?;
            println!(
                "access key:  {}\nsecret key, shown once:  {}\ndomain id:   {}",
                key.access_key, key.secret_key, person.partner.id
            );
        }
        KeyCommand::Disable { access_key } => {
            let mut tx = db.begin().await?;
            let owner = keys::owner(&mut tx, &access_key).await?.context("there is no such key")?;
            if !keys::disable(&mut tx, &access_key, now).await? {
                bail!("it was disabled before");
            }
            note(
                db,
                &mut tx,
                &owner,
                Action::IdentityKeyDisabled,
                ("access_key", &access_key),
                json!({}),
                now,
            )
            .await?;
            db.commit(tx).await?;
            println!("disabled {access_key}");
        }
    }
    Ok(())
}

fn from_stdin() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn act(partner: &PartnerId, action: Action, object: (&'static str, &str), detail: serde_json::Value) -> Act {
    Act {
        partner_id: partner.clone(),
        actor: "command line".into(),
        action,
        kind: object.0,
        id: object.1.to_owned(),
        detail,
        origin: Origin::default(),
    }
}

async fn note(
    db: &Db,
    tx: &mut Tx,
    partner: &PartnerId,
    action: Action,
    object: (&'static str, &str),
    detail: serde_json::Value,
    now: i64,
) -> anyhow::Result<()> {
    audit::record(db, tx, &act(partner, action, object, detail), now).await?;
    Ok(())
}

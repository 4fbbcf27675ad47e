//! The SQL of people and partners.

use crate::db::{Sql, Tx};
use crate::error::Error;
use contract::access::{PartnerKind, Permission, Rights, Role, Sight};
use contract::id::{PartnerId, RoleId, SessionId, UserId};
use contract::identity::RoleName;
use contract::money::Currency;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;

/// A person with the partner for which it acts.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person.
    pub user_id: UserId,
    /// The sign-in address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The person behind the membership, the same for all partners.
    pub person_id: String,
    /// The roles: presets' words and custom roles' ids.
    pub roles: Vec<RoleId>,
    /// What they allow together.
    pub rights: Rights,
    /// The managers whose customers the person sees; `None` where that is all.
    pub managers: Option<Vec<UserId>>,
    /// The partner.
    pub partner: Partner,
}

/// A partner.
#[derive(Debug, Clone)]
pub struct Partner {
    /// The partner.
    pub id: PartnerId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PartnerKind,
    /// Of a reseller: its distributor.
    pub distributor_id: Option<PartnerId>,
    /// The currency of its accounts.
    pub currency: Currency,
    /// Whether sensitive operations ask for a code.
    pub verification: bool,
    /// Its small number, for ranges of `customers.seq`.
    pub number: i64,
    /// How many customers it has.
    pub customer_count: i64,
}

/// The columns of a person with its partner, for rows read by [`person`].
pub(super) const PERSON_COLUMNS: &str = "u.user_id, u.email, u.name, u.person_id, u.roles, u.granted, p.partner_id, p.name AS partner_name, p.kind, p.distributor_id, p.currency, p.verification, p.number, p.customer_count";

/// Whether the partner `p` asks for a second factor that the member `o` has yet to set up.
pub(super) const FACTOR_DUE: &str = "CAST(CASE WHEN p.second_factor = 0 OR EXISTS (SELECT 1 FROM totps t WHERE t.person_id = o.person_id AND t.confirmed_at IS NOT NULL) OR EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = o.person_id) THEN 0 ELSE 1 END AS BIGINT)";

/// As [`FACTOR_DUE`], in the session `s`: single sign-on stands for the second step where the partner wants it so.
pub(super) const SESSION_FACTOR_DUE: &str = "CAST(CASE WHEN p.second_factor = 0 OR EXISTS (SELECT 1 FROM totps t WHERE t.person_id = o.person_id AND t.confirmed_at IS NOT NULL) OR EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = o.person_id) OR (s.sso_link IS NOT NULL AND EXISTS (SELECT 1 FROM sso_providers i WHERE i.partner_id = p.partner_id AND i.enabled <> 0 AND i.both_steps <> 0)) THEN 0 ELSE 1 END AS BIGINT)";

/// Whether the partner of the member, as it is named here, asks for single sign-on; not of an admin who is exempt.
macro_rules! sso_due {
    ($member:literal, $unless:literal) => {
        concat!(
            "CAST(CASE WHEN ",
            $unless,
            "EXISTS (SELECT 1 FROM sso_providers i WHERE i.partner_id = ",
            $member,
            ".partner_id AND i.enabled <> 0 AND i.required <> 0) AND NOT (",
            $member,
            ".roles LIKE '% admin %' AND EXISTS (SELECT 1 FROM sso_exempt e WHERE e.partner_id = ",
            $member,
            ".partner_id AND e.user_id = ",
            $member,
            ".user_id)) THEN 1 ELSE 0 END AS BIGINT)"
        )
    };
}

/// Whether the partner asks for single sign-on of the member `o`, and the session `s` did not begin by it.
pub(super) const SESSION_SSO_DUE: &str = sso_due!("o", "s.sso_link IS NULL AND ");

/// How many columns [`PERSON_COLUMNS`] are: further ones come after them.
pub(super) const PERSON_WIDTH: usize = 14;

/// A new partner.
#[derive(Debug, Clone)]
pub struct NewPartner {
    /// The partner's id, also its domain id.
    pub id: PartnerId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PartnerKind,
    /// Of a reseller: its distributor.
    pub distributor_id: Option<PartnerId>,
    /// The currency of its accounts.
    pub currency: Currency,
    /// 验证码验证.
    pub verification: bool,
}

/// A new person.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The partner.
    pub partner_id: PartnerId,
    /// The person.
    pub user_id: UserId,
    /// The sign-in address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The hash of the password.
    pub password_hash: String,
}

/// Adds a partner with its ledger accounts.
///
/// # Errors
/// A database that refuses, for example an id that exists.
pub async fn insert_partner(tx: &mut Tx, partner: &NewPartner, now: i64) -> Result<(), Error> {
    use crate::ledger::{AccountKey, AccountKind, store};
    sqlx::query("INSERT INTO partners (partner_id, number, kind, name, distributor_id, currency, verification, created_at) SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7 FROM partners")
        .bind(partner.id.as_str())
        .bind(partner.kind.as_str())
        .bind(partner.name.as_str())
        .bind(partner.distributor_id.as_ref().map(ToString::to_string))
        .bind(partner.currency.code())
        .bind(i64::from(partner.verification))
        .bind(now)
        .execute(&mut **tx)
        .await?;
    let own = AccountKey::partner(&partner.id, partner.currency);
    let outside = AccountKey::outside(&partner.id, partner.currency);
    store::open_accounts(
        tx,
        vec![
            store::new_account(&own, AccountKind::Partner, partner.id.as_str(), partner.currency),
            store::new_account(&outside, AccountKind::Outside, partner.id.as_str(), partner.currency),
        ],
    )
    .await
}

/// Adds a person with a first membership.
///
/// # Errors
/// A database that refuses, for example an address that is taken.
pub async fn insert_user(tx: &mut Tx, user: &NewUser, now: i64) -> Result<(), Error> {
    let person = (user.user_id.as_str(), user.email.as_str(), user.name.as_str());
    insert_person(tx, person, &user.password_hash, now).await?;
    let member = NewMember {
        partner_id: user.partner_id.clone(),
        user_id: user.user_id.clone(),
        person_id: user.user_id.to_string(),
        email: user.email.clone(),
        name: user.name.clone(),
        roles: vec![RoleId::from(user.role.as_str())],
        granted: String::from(" "),
    };
    insert_member(tx, &member, now).await
}

/// Adds a person: id, address and name.
///
/// # Errors
/// A database that refuses, for example an address that is taken.
pub async fn insert_person(
    tx: &mut Tx,
    (id, email, name): (&str, &str, &str),
    password_hash: &str,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO people (person_id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(email.to_lowercase())
    .bind(name)
    .bind(password_hash)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Id, name and password hash of the person with an address, member of a partner or not.
///
/// # Errors
/// A database that does not answer.
pub async fn person_hash(
    connection: &mut AnyConnection,
    email: &str,
) -> Result<Option<(String, String, String)>, Error> {
    let row = sqlx::query("SELECT person_id, name, password_hash FROM people WHERE email = $1")
        .bind(email.to_lowercase())
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).transpose()
}

/// The active member of a partner with an address.
///
/// # Errors
/// A database that does not answer.
pub async fn member_by_email(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    email: &str,
) -> Result<Option<UserId>, Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT user_id FROM members WHERE partner_id = $1 AND email = $2 AND disabled_at IS NULL",
    )
    .bind(partner.as_str())
    .bind(email.to_lowercase())
    .fetch_optional(connection)
    .await?;
    Ok(id.map(UserId))
}

/// A new membership of a person who is there.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The partner.
    pub partner_id: PartnerId,
    /// The person as a member of it.
    pub user_id: UserId,
    /// The person.
    pub person_id: String,
    /// The sign-in address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The roles.
    pub roles: Vec<RoleId>,
    /// What the custom ones among them allow, as [`words`] writes it.
    pub granted: String,
}

/// Adds a membership; one that was ended is taken up again, with its id.
///
/// # Errors
/// A database that refuses.
pub async fn insert_member(tx: &mut Tx, member: &NewMember, now: i64) -> Result<(), Error> {
    sqlx::query("INSERT INTO members (partner_id, user_id, person_id, email, name, roles, granted, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (partner_id, person_id) DO UPDATE SET email = excluded.email, name = excluded.name, roles = excluded.roles, granted = excluded.granted, supervisor_id = NULL, disabled_at = NULL, created_at = excluded.created_at, version = members.version + 1")
        .bind(member.partner_id.as_str())
        .bind(member.user_id.as_str())
        .bind(member.person_id.as_str())
        .bind(member.email.to_lowercase())
        .bind(member.name.as_str())
        .bind(words(member.roles.iter().map(RoleId::as_str)))
        .bind(member.granted.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Words as a column holds them: each between spaces, so that one can be looked for.
#[must_use]
pub fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::from(" ");
    for word in words {
        text.push_str(word);
        text.push(' ');
    }
    text
}

/// The rights of roles, and of what the custom ones among them allow.
#[must_use]
pub fn rights(roles: &str, granted: &str) -> Rights {
    let presets = roles.split_whitespace().filter_map(Role::parse);
    let custom = roles.split_whitespace().any(|role| Role::parse(role).is_none());
    let granted = permissions(granted);
    Rights::of(presets, custom.then_some(granted.as_slice()))
}

/// Permissions as they are stored, with blanks around each.
#[must_use]
pub fn permissions(text: &str) -> Vec<Permission> {
    text.split_whitespace().filter_map(Permission::parse).collect()
}

/// Disables a person: sessions and keys end with their next request.
///
/// # Errors
/// A database that refuses.
pub async fn disable_user(tx: &mut Tx, person: &Person, now: i64) -> Result<(), Error> {
    for text in [
        "UPDATE members SET disabled_at = $1 WHERE partner_id = $2 AND user_id = $3",
        "UPDATE access_keys SET disabled_at = $1 WHERE partner_id = $2 AND user_id = $3 AND disabled_at IS NULL",
    ] {
        sqlx::query(text)
            .bind(now)
            .bind(person.partner.id.as_str())
            .bind(person.user_id.as_str())
            .execute(&mut **tx)
            .await?;
    }
    // A later invitation gives back the membership, and nothing of what was there.
    crate::sso::store::forget(tx, &person.partner.id, &person.user_id).await?;
    super::sessions::end_all(tx, &person.partner.id, &person.user_id).await?;
    Ok(())
}

/// A person by the sign-in address, with the password's hash, as a member of the partner for which the
/// person acted last. Who is no member of any is not found.
///
/// # Errors
/// A database that does not answer.
pub async fn person_by_email(
    connection: &mut AnyConnection,
    email: &str,
) -> Result<Option<(Person, String)>, Error> {
    person_with(connection, " WHERE a.email = ", &email.to_lowercase()).await
}

/// A person by the id behind the memberships, as a member of the partner for which the person acted last.
///
/// # Errors
/// A database that does not answer.
pub async fn person_by_person(
    connection: &mut AnyConnection,
    person_id: &str,
) -> Result<Option<Person>, Error> {
    Ok(person_with(connection, " WHERE a.person_id = ", person_id).await?.map(|(person, _)| person))
}

async fn person_with(
    connection: &mut AnyConnection,
    named: &'static str,
    value: &str,
) -> Result<Option<(Person, String)>, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(PERSON_COLUMNS)
        .push(", a.password_hash FROM people a JOIN members u ON u.person_id = a.person_id JOIN partners p ON p.partner_id = u.partner_id")
        .bind(named, value)
        .push(" AND u.disabled_at IS NULL ORDER BY ")
        // Where single sign-on is asked for, whatever else somebody signs in with opens another partner.
        .push(sso_due!("u", ""))
        .push(", CASE WHEN u.partner_id = a.last_partner_id THEN 0 ELSE 1 END, u.created_at, u.user_id LIMIT 1");
    let Some(row) = sql.prepared().fetch_optional(&mut *connection).await? else { return Ok(None) };
    Ok(Some((with_team(connection, person(&row)?).await?, row.try_get(PERSON_WIDTH)?)))
}

/// The memberships of a person, in the order in which they came.
///
/// # Errors
/// A database that does not answer.
pub async fn memberships(connection: &mut AnyConnection, person_id: &str) -> Result<Vec<Person>, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(PERSON_COLUMNS)
        .push(" FROM members u JOIN partners p ON p.partner_id = u.partner_id")
        .bind(" WHERE u.person_id = ", person_id)
        .push(" AND u.disabled_at IS NULL ORDER BY u.created_at, u.user_id");
    let rows = sql.prepared().fetch_all(&mut *connection).await?;
    rows.iter().map(person).collect()
}

/// Notes for which partner a person acts: the next sign-in begins there.
///
/// # Errors
/// A database that refuses.
pub async fn acts_for(tx: &mut Tx, person: &Person) -> Result<(), Error> {
    sqlx::query("UPDATE people SET last_partner_id = $1 WHERE person_id = $2")
        .bind(person.partner.id.as_str())
        .bind(person.person_id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The names of custom roles among these.
///
/// # Errors
/// A database that does not answer.
pub async fn role_names(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    roles: &[RoleId],
) -> Result<Vec<RoleName>, Error> {
    let customs: Vec<&RoleId> = roles.iter().filter(|r| Role::parse(r.as_str()).is_none()).collect();
    let mut names = BTreeMap::new();
    if !customs.is_empty() {
        let mut sql = Sql::new("SELECT role_id, name FROM roles");
        sql.bind(" WHERE partner_id = ", partner.as_str())
            .any_of(" AND role_id IN (", customs.iter().map(|r| r.as_str()));
        for row in sql.query().fetch_all(connection).await? {
            names.insert(row.try_get::<String, _>(0)?, row.try_get::<String, _>(1)?);
        }
    }
    let name =
        |id: &RoleId| RoleName { name: names.get(id.as_str()).cloned().unwrap_or_default(), id: id.clone() };
    Ok(roles.iter().map(name).collect())
}

/// The member and all members below, however deep: whose customers a supervisor sees.
///
/// # Errors
/// A database that does not answer.
pub async fn team(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    user: &UserId,
) -> Result<Vec<UserId>, Error> {
    // UNION leaves out what it has: a circle ends.
    let rows = sqlx::query("WITH RECURSIVE team (user_id) AS (SELECT user_id FROM members WHERE partner_id = $1 AND user_id = $2 UNION SELECT m.user_id FROM members m JOIN team t ON m.supervisor_id = t.user_id WHERE m.partner_id = $1 AND m.disabled_at IS NULL) SELECT user_id FROM team ORDER BY user_id")
        .bind(partner.as_str())
        .bind(user.as_str())
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(UserId(row.try_get(0)?))).collect()
}

/// Whether a member has yet to set up the second factor that the partner asks for.
///
/// # Errors
/// A database that does not answer.
pub async fn factor_needed(connection: &mut AnyConnection, member: &Person) -> Result<bool, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(FACTOR_DUE)
        .push(" FROM members o JOIN partners p ON p.partner_id = o.partner_id")
        .bind(" WHERE o.partner_id = ", member.partner.id.as_str())
        .bind(" AND o.user_id = ", member.user_id.as_str());
    let row = sql.prepared().fetch_optional(connection).await?;
    row.map_or(Ok(false), |row| Ok(row.try_get::<i64, _>(0)? != 0))
}

/// Whether a partner asks a member for single sign-on, whatever session there is.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn sso_needed(connection: &mut AnyConnection, member: &Person) -> Result<bool, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(sso_due!("o", ""))
        .push(" FROM members o")
        .bind(" WHERE o.partner_id = ", member.partner.id.as_str())
        .bind(" AND o.user_id = ", member.user_id.as_str());
    let row = sql.prepared().fetch_optional(connection).await?;
    row.map_or(Ok(false), |row| Ok(row.try_get::<i64, _>(0)? != 0))
}

/// What the partner asks for, and what a session has of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Doors {
    /// A second factor has yet to be set up.
    pub(super) factor_needed: bool,
    /// The session did not begin by single sign-on, and had to.
    pub(super) sso_needed: bool,
    /// The session began by single sign-on.
    pub(super) by_sso: bool,
    /// The partner's sign-in name; empty where single sign-on is off.
    pub(super) sso: String,
}

/// What a session has yet to show.
///
/// # Errors
/// A database that does not answer.
pub(super) async fn doors(connection: &mut AnyConnection, session: &SessionId) -> Result<Doors, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(SESSION_FACTOR_DUE)
        .push(", ")
        .push(SESSION_SSO_DUE)
        .push(", CAST(CASE WHEN s.sso_link IS NULL THEN 0 ELSE 1 END AS BIGINT), COALESCE((SELECT i.name FROM sso_providers i WHERE i.partner_id = s.partner_id AND i.enabled <> 0), '') FROM sessions s JOIN members o ON o.partner_id = s.partner_id AND o.user_id = s.user_id JOIN partners p ON p.partner_id = s.partner_id")
        .bind(" WHERE s.session_id = ", session.as_str());
    let Some(row) = sql.prepared().fetch_optional(connection).await? else { return Ok(Doors::default()) };
    let flag = |at: usize| -> Result<bool, Error> { Ok(row.try_get::<i64, _>(at)? != 0) };
    Ok(Doors { factor_needed: flag(0)?, sso_needed: flag(1)?, by_sso: flag(2)?, sso: row.try_get(3)? })
}

/// The asking person, as stored now.
///
/// # Errors
/// A database that does not answer.
pub async fn person_by_id(
    connection: &mut AnyConnection,
    scope: &crate::scope::Scope,
) -> Result<Option<Person>, Error> {
    person_of(connection, &scope.partner_id, &scope.user_id).await
}

/// An active person of a partner, for work that goes on after the request.
///
/// # Errors
/// A database that does not answer.
pub async fn person_of(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    user: &UserId,
) -> Result<Option<Person>, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(PERSON_COLUMNS)
        .push(" FROM members u JOIN partners p ON p.partner_id = u.partner_id")
        .bind(" WHERE u.partner_id = ", partner.as_str())
        .bind(" AND u.user_id = ", user.as_str())
        .push(" AND u.disabled_at IS NULL");
    match sql.prepared().fetch_optional(&mut *connection).await? {
        Some(row) => Ok(Some(with_team(connection, person(&row)?).await?)),
        None => Ok(None),
    }
}

/// A partner by its id.
///
/// # Errors
/// A database that does not answer.
pub async fn partner(connection: &mut AnyConnection, id: &PartnerId) -> Result<Option<Partner>, Error> {
    let mut sql = Sql::new(
        "SELECT partner_id, name AS partner_name, kind, distributor_id, currency, verification, number, customer_count FROM partners",
    );
    sql.bind(" WHERE partner_id = ", id.as_str());
    sql.prepared().fetch_optional(connection).await?.map(|row| read_partner(&row, 0)).transpose()
}

/// All partners, in the order of their making.
///
/// # Errors
/// A database that does not answer.
pub async fn partners(connection: &mut AnyConnection) -> Result<Vec<Partner>, Error> {
    let rows = sqlx::query("SELECT partner_id, name AS partner_name, kind, distributor_id, currency, verification, number, customer_count FROM partners ORDER BY number")
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| read_partner(row, 0)).collect()
}

/// The person with the managers below, where the roles show their customers.
pub(super) async fn with_team(connection: &mut AnyConnection, mut person: Person) -> Result<Person, Error> {
    if person.rights.sight == Sight::Team {
        person.managers = Some(team(connection, &person.partner.id, &person.user_id).await?);
    }
    Ok(person)
}

/// Reads the columns of [`PERSON_COLUMNS`]; the team of a supervisor is added by [`with_team`].
pub(super) fn person(row: &AnyRow) -> Result<Person, Error> {
    let roles: String = row.try_get(4)?;
    let (user_id, rights) = (UserId(row.try_get(0)?), rights(&roles, row.try_get(5)?));
    Ok(Person {
        managers: (rights.sight < Sight::All).then(|| vec![user_id.clone()]),
        user_id,
        email: row.try_get(1)?,
        name: row.try_get(2)?,
        person_id: row.try_get(3)?,
        rights,
        roles: roles.split_whitespace().map(RoleId::from).collect(),
        partner: read_partner(row, 6)?,
    })
}

fn read_partner(row: &AnyRow, at: usize) -> Result<Partner, Error> {
    let kind: String = row.try_get(at + 2)?;
    let currency: String = row.try_get(at + 4)?;
    Ok(Partner {
        id: PartnerId(row.try_get(at)?),
        name: row.try_get(at + 1)?,
        kind: PartnerKind::parse(&kind).ok_or_else(|| Error::Internal(format!("unknown kind {kind}")))?,
        distributor_id: row.try_get::<Option<String>, _>(at + 3)?.map(PartnerId),
        currency: Currency::parse(&currency).ok_or_else(|| Error::Internal("unknown currency".into()))?,
        verification: row.try_get::<i64, _>(at + 5)? != 0,
        number: row.try_get(at + 6)?,
        customer_count: row.try_get(at + 7)?,
    })
}

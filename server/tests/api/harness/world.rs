//! A world: a database of its own with the cast in it, a clock that the test moves, and servers.

use super::client::{Auth, Client, HOST, code_in};
use super::engines::Place;
use super::fixture::{self, Person};
use axum::Router;
use contract::door::{AskCode, DoorCode, DoorEnter, Enter};
use server::app::App;
use server::clock::Clock;
use server::config::Settings;
use server::customers::create::{self, NewCustomer};
use server::db::{Db, Engine};
use server::identity::{sessions, store};
use server::ledger::{AccountKey, Book, Transfer};
use server::outbox::Delivery;
use server::passkeys::Site;
use server::scope::Origin;
use server::seal::Seal;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::time::Duration;

/// A server in this program: requests go to its router.
#[derive(Clone)]
pub struct Server {
    /// The application.
    pub app: App,
    /// Everything that it answers.
    pub router: Router,
}

/// A database with a server before it. Stands for that server.
pub struct World {
    /// Which database.
    pub engine: Engine,
    server: Server,
    place: Place,
}

impl Deref for World {
    type Target = Server;
    fn deref(&self) -> &Server {
        &self.server
    }
}

/// Messages stay in the message centre, where tests read them.
pub fn embedded() -> Settings {
    Settings {
        delivery: Delivery { message_centre: true, ..Delivery::default() },
        passkeys: Site::of(&format!("https://{HOST}")),
        ..Settings::default()
    }
}

/// Messages go out these ways.
pub fn delivering(smtp_url: Option<String>, sms_url: Option<String>) -> Settings {
    let mail_from = "Partner Center <no-reply@partner.example>".to_owned();
    let delivery = Delivery { smtp_url, mail_from, sms_url, sms_token: None, message_centre: false };
    Settings { delivery, ..Settings::default() }
}

/// An application over a database, with the secret that all tests share.
pub fn app(db: Db, settings: Settings) -> App {
    App::new(db, Clock::system(), Seal::new([7; 32]), settings).expect("settings that can be used")
}

impl World {
    /// A server over a database.
    pub async fn open(engine: Engine, place: Place, settings: Settings) -> Self {
        let db = Db::open(&place.url()).await.expect("the test's database opens");
        Self { engine, server: Server::over(app(db, settings)), place }
    }

    /// Another server over the same database and the same clock, as on another machine.
    pub async fn another_server(&self, settings: Settings) -> Server {
        let db = Db::open(&self.place.url()).await.expect("the test's database opens again");
        let app = App::new(db, self.app.clock.clone(), Seal::new([7; 32]), settings);
        Server::over(app.expect("settings that can be used"))
    }

    /// Closes the world and removes its database.
    pub async fn end(self) {
        self.server.app.db.read().close().await;
        self.place.remove().await;
    }
}

impl Server {
    fn over(app: App) -> Self {
        let router = server::http::router(&app).expect("every declared endpoint is mounted");
        Self { app, router }
    }

    /// Moves the clock of all servers of the world.
    pub fn later(&self, by: Duration) {
        self.app.clock.advance(by);
    }

    /// Somebody without a session or a key.
    pub fn nobody(&self) -> Client {
        Client::new(self, Auth::Nobody)
    }

    /// A person with a fresh session.
    pub async fn person(&self, person: &Person) -> Client {
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let found = store::person_by_email(&mut tx, person.email).await.expect("the database answers");
        let (found, _) = found.expect("the cast is in the database");
        let origin = Origin::default();
        let token = sessions::begin(&self.app, &mut tx, &found, &origin, "test").await.expect("a session");
        self.app.db.commit(tx).await.expect("the session is kept");
        Client::new(self, Auth::Session(token.0.0))
    }

    /// A customer who proved an address by the code that came to it.
    pub async fn customer(&self, email: &str) -> Client {
        let nobody = self.nobody();
        let wanted = AskCode { email: email.to_owned(), invitation: None };
        let sent = nobody.call(DoorCode).body(&wanted).send().await.ok();
        let code = code_in(&sent.message.expect("the demo keeps it"));
        let given = Enter { challenge: sent.challenge.id, code };
        let answer = nobody.call(DoorEnter).body(&given).send().await;
        let cookie = answer.header("set-cookie").to_owned();
        answer.ok();
        let token = cookie.strip_prefix("pc_customer=").and_then(|c| c.split(';').next()).expect("a cookie");
        Client::new(self, Auth::Customer(token.to_owned()))
    }

    /// A program with a person's access key.
    pub fn program(&self, person: &Person) -> Client {
        let (access, secret) = person.key.expect("this person of the cast has a key");
        let domain = Some(person.partner.to_owned());
        Client::new(self, Auth::Key { access: access.to_owned(), secret: secret.to_owned(), domain })
    }

    /// The distributor's admin. Its partner asks for verification codes.
    pub async fn admin(&self) -> Client {
        self.person(&fixture::ADMIN).await
    }

    /// The reseller's admin. Its partner does not ask for codes.
    pub async fn reseller(&self) -> Client {
        self.person(&fixture::RESELLER_ADMIN).await
    }

    /// Adds customers to a partner, in their order.
    pub async fn add_customers(&self, partner: &str, customers: Vec<NewCustomer>) {
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let owner = store::partner(&mut tx, &partner.into()).await.expect("the database answers");
        let owner = owner.expect("a partner of the cast");
        create::create(&self.app.db, &mut tx, &owner, customers).await.expect("customers are made");
        self.app.db.commit(tx).await.expect("customers are kept");
    }

    /// Money comes to a partner from outside.
    pub async fn fund(&self, partner: &str, minor: i64) {
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let owner = store::partner(&mut tx, &partner.into()).await.expect("the database answers");
        let owner = owner.expect("a partner of the cast");
        let (from, to) =
            (AccountKey::outside(&owner.id, owner.currency), AccountKey::partner(&owner.id, owner.currency));
        let mut book =
            Book::open(&self.app.db, &mut tx, [from.clone(), to.clone()]).await.expect("the accounts");
        let recharge = Transfer {
            id: server::ids::transfer(),
            kind: "RECHARGE",
            debit: from,
            credit: to,
            amount: minor,
            currency: owner.currency,
            customer_id: None,
            reverses: None,
            actor: "test".into(),
            memo: String::new(),
            at: self.app.clock.millis(),
            hold_until: None,
        };
        book.transfer(&recharge).expect("money from outside is always there");
        book.write(&mut tx).await.expect("the recharge is written");
        self.app.db.commit(tx).await.expect("the recharge is kept");
    }

    /// A number from the database, past the server.
    pub async fn number(&self, sql: &str) -> i64 {
        let row = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(self.app.db.read()).await;
        row.expect("the database answers").try_get(0).expect("one whole number")
    }

    /// Texts from the database, past the server.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(self.app.db.read()).await;
        let rows = rows.expect("the database answers");
        rows.iter().map(|row| row.try_get(0).expect("a text")).collect()
    }

    /// Changes the database past the server; answers how many rows, or what the database says.
    pub async fn change(&self, sql: &str) -> Result<u64, String> {
        let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(self.app.db.read()).await;
        done.map(|d| d.rows_affected()).map_err(|e| e.to_string())
    }
}

impl World {
    /// Every row of every table, for telling whether anything changed.
    pub async fn everything(&self) -> BTreeMap<String, Vec<String>> {
        let tables = match self.engine {
            Engine::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'customer_search%'"
            }
            Engine::Postgres => "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'",
        };
        let mut all = BTreeMap::new();
        for table in self.texts(tables).await {
            let row = match self.engine {
                Engine::Sqlite => {
                    let columns = self.texts(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
                    let quoted: Vec<String> = columns.iter().map(|c| format!("quote({c})")).collect();
                    quoted.join(" || ',' || ")
                }
                Engine::Postgres => "CAST(t AS TEXT)".to_owned(),
            };
            let mut rows = self.texts(&format!("SELECT {row} FROM {table} t")).await;
            rows.sort();
            all.insert(table, rows);
        }
        all
    }
}

//! The console in Chromium, driven by `browser/main.mjs`.

pub mod console;
pub mod growth;
pub mod table;

use crate::Arguments;
use crate::client::{Connection, Session, get};
use crate::data::Work;
use crate::parts::SMALL;
use crate::process;
use crate::report::number;
use crate::server::Server;
use crate::stats::median;
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

/// A server with a console inside, and somebody signed in.
struct Used {
    server: Server,
    cookie: String,
}

impl Used {
    async fn start(work: &Work) -> anyhow::Result<Self> {
        let (kept, _) = work.demo(SMALL).await?;
        let folder = work.copy(&kept, "browser").await?;
        let admin = Server::admin(work, &folder).await?;
        let server = Server::start(work, &folder).await?;
        let index = Connection::open(server.address).await?.send(get(server.address, "/")?).await?;
        let has_console = index.status().is_success();
        ensure!(has_console, "this server has no console inside: build the app, then the server");
        let session = Session::begin(server.address, &admin).await?;
        Ok(Self { server, cookie: session.cookie.to_str()?.to_owned() })
    }

    fn address(&self) -> String {
        format!("http://{}", self.server.address)
    }
}

/// What the script saw: a list of values for each figure.
struct Seen(BTreeMap<String, Vec<Value>>);

impl Seen {
    /// Runs the script on a task; `measure` names it there.
    async fn of(arguments: &Arguments, measure: &str, mut task: Value) -> anyhow::Result<Self> {
        task["measure"] = json!(measure);
        task["chromium"] = json!(arguments.chromium);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/main.mjs");
        let said = process::output(Command::new("node").arg(script).arg(task.to_string())).await?;
        let last = said.lines().last().context("the browser script said nothing")?;
        Ok(Self(serde_json::from_str(last)?))
    }

    /// The values of a figure; empty where there is none.
    fn all(&self, name: &str) -> Vec<f64> {
        self.0.get(name).into_iter().flatten().filter_map(Value::as_f64).collect()
    }

    /// The values of a figure that must be there.
    fn values(&self, name: &str) -> anyhow::Result<Vec<f64>> {
        let all = self.all(name);
        ensure!(!all.is_empty(), "the browser script did not measure {name}");
        Ok(all)
    }

    fn median(&self, name: &str) -> anyhow::Result<f64> {
        Ok(median(self.values(name)?))
    }
}

/// The least and the most of some values.
fn range(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    format!("{}–{}", number(least), number(most))
}

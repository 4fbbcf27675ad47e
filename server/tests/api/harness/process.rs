//! The real program as a process, with a data folder of its own, and programs and people that
//! reach it over the network.

use super::wire::{Wire, sign};
use serde_json::Value;
use server::clock::Clock;
use server::db::Db;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_partner-center");
/// The demo distributor's admin.
pub const DEMO_ADMIN: DemoKey = DemoKey {
    access: "DEMOXINGHEADMIN00001",
    secret: "demoSecretXingheAdmin0000000000000000001",
    domain: "d0a1000000004c0e9f10000000000001",
};

/// An access key of the demo.
#[derive(Debug, Clone, Copy)]
pub struct DemoKey {
    pub access: &'static str,
    pub secret: &'static str,
    pub domain: &'static str,
}

/// A data folder.
#[derive(Debug)]
pub struct Installation {
    pub data: PathBuf,
    _folder: Option<TempDir>,
}

impl Installation {
    /// With nothing in it.
    pub fn empty() -> Self {
        let folder = TempDir::new().expect("a folder");
        Self { data: folder.path().join("data"), _folder: Some(folder) }
    }

    /// With the demo's data: 100 customers.
    pub fn demo() -> Self {
        let empty = Self::empty();
        std::fs::create_dir_all(&empty.data).expect("the data folder");
        Self::demo_in(&empty.data);
        empty
    }

    /// Puts the demo's data into a folder that is there.
    pub fn demo_in(data: &Path) -> Self {
        static MADE: OnceLock<PathBuf> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let template = Self { data: TempDir::new().expect("a folder").keep(), _folder: None };
            assert_ok(&template.run(&["demo", "--customers", "100"]));
            template.data
        });
        for entry in std::fs::read_dir(made).expect("the demo's folder") {
            let from = entry.expect("a file").path();
            std::fs::copy(&from, data.join(from.file_name().expect("a name"))).expect("the demo is copied");
        }
        Self { data: data.to_owned(), _folder: None }
    }

    /// The program with this data folder, and nothing of the caller's environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env_clear().arg("--data-dir").arg(&self.data).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().expect("the program starts")
    }

    /// Runs a command with a text on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // A program that does not read is one of the cases.
        let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
        child.wait_with_output().expect("the program ends")
    }

    /// `partner-center verify` must find everything sound.
    #[track_caller]
    pub fn assert_verified(&self) {
        let output = self.run(&["verify"]);
        assert_ok(&output);
        assert!(text(&output).ends_with("OK\n"), "{}", text(&output));
    }

    /// The database's URL.
    pub fn url(&self) -> String {
        format!("sqlite://{}?mode=rwc", self.data.join("partner-center.db").display())
    }

    /// The database, past the program.
    pub async fn db(&self) -> Db {
        Db::open(&self.url()).await.expect("the database opens")
    }

    /// Serves on a free port.
    pub fn serve(&self) -> Running {
        self.serve_with(&[])
    }

    /// Serves with further settings in the environment.
    pub fn serve_with(&self, settings: &[(&str, &str)]) -> Running {
        let mut command = self.command();
        command.args(["serve", "--port", "0", "--message-centre"]).envs(settings.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let errors = child.stderr.take().expect("piped");
        let log = Arc::new(Mutex::new(String::new()));
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                // Shown with a failing test, and the pipe never fills.
                println!("server: {line}");
                let mut kept = kept.lock().expect("nobody panics while holding the log");
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let mut said = String::new();
        BufReader::new(child.stdout.as_mut().expect("piped")).read_line(&mut said).expect("a line");
        let address = said.trim().strip_prefix("Partner Center is at ").unwrap_or_else(|| panic!("{said:?}"));
        Running { address: address.trim_end_matches('/').to_owned(), child, log }
    }
}

/// What a command said on standard output.
pub fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
pub fn assert_ok(output: &Output) {
    assert!(
        output.status.success(),
        "{:?}\n{}\n{}",
        output.status,
        text(output),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A serving process.
#[derive(Debug)]
pub struct Running {
    /// `http://127.0.0.1:port`.
    pub address: String,
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Running {
    /// What it has logged.
    pub fn log(&self) -> String {
        self.log.lock().expect("nobody panics while holding the log").clone()
    }

    /// The host that requests name.
    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// Ends it as a crash would: at once, with nothing finished.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let id = self.child.id().to_string();
        let done = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(done.success());
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("it can be asked")
    }

    /// Waits until it ends.
    pub fn wait(&mut self, longest: Duration) -> ExitStatus {
        let until = Instant::now() + longest;
        loop {
            match self.ended() {
                Some(status) => return status,
                None if Instant::now() > until => panic!("it does not end"),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// A program with a key of the demo.
    pub fn program(&self, key: DemoKey) -> Program {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(90)).no_proxy().build();
        Program { address: self.address.clone(), http: http.expect("a client"), key }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Ended already is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that calls over the network.
#[derive(Debug, Clone)]
pub struct Program {
    address: String,
    http: reqwest::Client,
    key: DemoKey,
}

impl Program {
    /// Signs and sends; answers status and text, or how the connection broke.
    pub async fn send(
        &self,
        method: &str,
        target: &str,
        body: &str,
        token: Option<&str>,
    ) -> Result<(u16, String), reqwest::Error> {
        let host = self.address.trim_start_matches("http://");
        let mut wire = Wire::new(method, target, body)
            .with("host", host)
            .with("content-type", "application/json")
            .with("x-domain-id", self.key.domain);
        if let Some(token) = token {
            wire = wire.with("x-client-token", token);
        }
        let wire = sign(wire, &Clock::system(), self.key.access, self.key.secret);
        let method = wire.method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}{}", self.address, wire.target));
        for (name, value) in wire.headers.iter().filter(|(name, _)| name != "host") {
            request = request.header(name, value);
        }
        let answer = request.body(wire.body).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// Appropriates; answers status and text, or how the connection broke.
    pub async fn appropriate(
        &self,
        customer: &str,
        amount: &str,
        token: &str,
    ) -> Result<(u16, String), reqwest::Error> {
        let body = format!("{{\"customer_id\": \"{customer}\", \"amount\": {amount}}}");
        self.send("POST", "/v2/accounts/partner-accounts/adjust-amount", &body, Some(token)).await
    }

    /// A call that must succeed.
    pub async fn json(&self, method: &str, target: &str, body: &str) -> Value {
        let (status, text) = self.send(method, target, body, None).await.expect("an answer");
        assert_eq!(status, 200, "{target}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Resale customers whose accounts are in use.
    pub async fn customers(&self) -> Vec<String> {
        let body = "{\"association_type\": \"2\", \"limit\": 100}";
        let list = self.json("POST", "/v2/partners/sub-customers/query", body).await;
        let rows = list["customer_infos"].as_array().expect("customers");
        let in_use = rows.iter().filter(|row| row["is_frozen"] == 0);
        in_use.map(|row| row["customer_id"].as_str().expect("an id").to_owned()).collect()
    }

    /// The customer's available amount, as it is written.
    pub async fn balance(&self, customer: &str) -> String {
        let body = format!("{{\"customer_infos\": [{{\"customer_id\": \"{customer}\"}}]}}");
        let target = "/v2/accounts/customer-accounts/balances/batch-query";
        let (status, text) = self.send("POST", target, &body, None).await.expect("an answer");
        assert_eq!(status, 200, "{text}");
        let from = text.find("\"amount\":").expect("an amount") + "\"amount\":".len();
        text[from..].split(',').next().expect("a number").to_owned()
    }
}

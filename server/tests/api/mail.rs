//! Codes by e-mail, to a real mail server in a process of its own; and mail servers that fail.

use crate::harness::fixture::{ADMIN, SHOP};
use crate::harness::{
    Server, World, assert_sound, both, confirm, delivering, done, fresh_key, hold, move_now, python, standing,
};
use base64::Engine as _;
use contract::company::{ChangeCompany, CompanyChange, Details, LogoChange, NewLogo};
use contract::error::Code;
use contract::identity::MessageList;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A mail server that keeps what it gets; it answers the first `defer` mails with 451.
struct MailServer {
    process: Child,
    url: String,
    mails: Receiver<serde_json::Value>,
}

impl MailServer {
    fn start(python: &str, defer: u32) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/mail_sink.py");
        let mut process = Command::new(python)
            .args([script, &defer.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("TEST_PYTHON runs");
        let output = process.stdout.take().expect("piped");
        let (out, mails) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let said = serde_json::from_str(&line).expect("a line of JSON");
                if out.send(said).is_err() {
                    break;
                }
            }
        });
        let ready: serde_json::Value = mails.recv_timeout(Duration::from_secs(20)).expect("it says its port");
        Self { process, url: format!("smtp://127.0.0.1:{}", ready["port"]), mails }
    }

    fn next(&self) -> serde_json::Value {
        self.mails.recv_timeout(Duration::from_secs(10)).expect("a mail")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // Gone already is fine.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A server whose jobs run, as `serve` starts them.
struct Running {
    server: Server,
    stop: watch::Sender<bool>,
    jobs: JoinSet<()>,
}

impl Running {
    async fn start(world: &World, smtp_url: &str) -> Self {
        let server = world.another_server(delivering(Some(smtp_url.to_owned()), None)).await;
        let (stop, stopped) = watch::channel(false);
        let jobs = server::jobs::start(&server.app, &stopped);
        Self { server, stop, jobs }
    }

    async fn end(mut self) {
        self.stop.send(true).expect("the jobs listen");
        while self.jobs.join_next().await.is_some() {}
        self.server.app.db.read().close().await;
    }
}

#[tokio::test]
async fn a_code_arrives_by_mail_and_works() {
    let Some(python) = python() else { return };
    let mail_server = MailServer::start(&python, 0);
    both(async |world: &World| {
        let running = Running::start(world, &mail_server.url).await;
        let person = running.server.person(&ADMIN).await;
        let key = fresh_key();
        let challenge = hold(&person, SHOP, "100.10", &key).await;
        assert_eq!(challenge.sent_to, "a****@dist.example");
        let mail = mail_server.next();
        assert_eq!(mail["rcpt"], serde_json::json!(["admin@dist.example"]));
        assert_eq!(mail["from"], "no-reply@partner.example");
        assert_eq!(mail["subject"], "验证码");
        let text = mail["text"].as_str().expect("the text");
        assert!(text.contains("北京云帆科技有限公司") && text.contains("100.10"), "{text}");
        let at = text.find("您的验证码是 ").expect("the words") + "您的验证码是 ".len();
        let code = &text[at..at + 6];
        done(&confirm(&person, SHOP, "100.10", &key, code).await);
        assert!(
            person.call(MessageList).send().await.ok().is_empty(),
            "what was mailed is in no message centre"
        );
        let kept = world.texts("SELECT state || ':' || sealed_text FROM messages").await;
        assert_eq!(kept, ["delivered:"], "and kept nowhere");
        assert_sound(world).await;
        running.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_has_the_partners_name_and_logo() {
    let Some(python) = python() else { return };
    let mail_server = MailServer::start(&python, 0);
    both(async |world: &World| {
        let admin = world.admin().await;
        let details = Details { display_name: "星河云".into(), ..Details::default() };
        admin.call(CompanyChange).body(&ChangeCompany { details, version: 0 }).send().await.ok();
        let content = base64::engine::general_purpose::STANDARD.encode(b"\x89PNG\r\n\x1a\n-a-picture-");
        admin.call(LogoChange).body(&NewLogo { content }).send().await.ok();
        let running = Running::start(world, &mail_server.url).await;
        let person = running.server.person(&ADMIN).await;
        let key = fresh_key();
        hold(&person, SHOP, "5", &key).await;
        let mail = mail_server.next();
        assert_eq!(mail["subject"], "[星河云] 验证码");
        assert_eq!(mail["kinds"], serde_json::json!(["text/plain", "text/html", "image/png"]));
        let html = mail["html"].as_str().expect("the page");
        assert!(html.contains("<img src=\"cid:logo\" alt=\"星河云\""), "{html}");
        // Both say the same.
        let text = mail["text"].as_str().expect("the text");
        let code = crate::harness::code_in(text);
        assert!(html.contains(&code), "{html}");
        done(&confirm(&person, SHOP, "5", &key, &code).await);
        running.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_asks_for_patience_gets_it() {
    let Some(python) = python() else { return };
    both(async |world: &World| {
        let mail_server = MailServer::start(&python, 1);
        let running = Running::start(world, &mail_server.url).await;
        let person = running.server.person(&ADMIN).await;
        let key = fresh_key();
        hold(&person, SHOP, "5", &key).await;
        let mail = mail_server.next();
        assert_eq!(world.number("SELECT attempts FROM messages").await, 2);
        let text = mail["text"].as_str().expect("the text");
        let at = text.find("您的验证码是 ").expect("the words") + "您的验证码是 ".len();
        done(&confirm(&person, SHOP, "5", &key, &text[at..at + 6]).await);
        assert_sound(world).await;
        running.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_is_down_leaves_nothing_held_and_no_code() {
    both(async |world: &World| {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("smtp://{}", closed.local_addr().expect("an address"));
        drop(closed);
        let running = Running::start(world, &url).await;
        let person = running.server.person(&ADMIN).await;
        let key = fresh_key();
        assert_eq!(move_now(&person, SHOP, "5", &key).await.code(), Code::CodeNotSent);
        assert_eq!(standing(&person, SHOP).await.partner, ["1000000.00", "0.00", "1000000.00"]);
        assert_eq!(world.texts("SELECT state || ':' || sealed_text FROM messages").await, ["failed:"]);
        assert_eq!(world.texts("SELECT code_hash FROM challenges").await, [""]);
        // The movement is over: the key answers so, with a guess as well.
        assert_eq!(move_now(&person, SHOP, "5", &key).await.code(), Code::TransferEnded);
        assert_eq!(confirm(&person, SHOP, "5", &key, "000000").await.code(), Code::TransferEnded);
        assert_sound(world).await;
        running.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_resend_that_cannot_be_delivered_leaves_no_code_either() {
    both(async |world: &World| {
        // The first code comes while all is well, by the message centre.
        let person = world.admin().await;
        let key = fresh_key();
        let challenge = hold(&person, SHOP, "5", &key).await;
        let first_code = person.newest_code().await;
        world.later(Duration::from_secs(61));
        let running = Running::start(world, "smtp://127.0.0.1:1").await;
        let there = person.at(&running.server);
        let answer = there.call(contract::funds::CodeResend).at(&challenge.id).send().await;
        assert_eq!(answer.code(), Code::CodeNotSent);
        assert_eq!(confirm(&there, SHOP, "5", &key, &first_code).await.code(), Code::CodeExpired);
        assert_sound(world).await;
        running.end().await;
    })
    .await;
}

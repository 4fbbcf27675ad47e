//! What everything else is made of: an answer without work, a signed read, a sign-in.

use super::cases::{self, Case};
use crate::Arguments;
use crate::client::{Account, get};
use crate::load::{self, Load};
use crate::report::{Report, Row, Target};
use crate::server::Server;
use crate::signing::Signer;
use crate::stats::{Sample, median};
use anyhow::Context;
use http::Method;
use std::sync::Arc;
use std::time::Duration;

/// Clients that sign in; the server hashes two passwords at once.
const SIGNING_IN: usize = 4;

pub(super) async fn measure(
    server: &Server,
    admin: &Account,
    arguments: &Arguments,
    report: &mut Report,
) -> anyhow::Result<()> {
    let (signer, address) = (signer(server, admin)?, server.address);
    // Checked once, so that turns cannot fail.
    let read =
        move || signer.request(Method::GET, "/v2/accounts/partner-accounts/balances", None, String::new());
    read()?;
    let cases = vec![
        Case::of(
            "an answer without work (/healthz)",
            vec![get(address, "/healthz")?],
            Target::None,
            "the floor of this HTTP stack with its client on the same cores; wrk and a bare axum: 36,500–79,700/s",
        ),
        Case {
            name: "signed read (list_partner_balances)".into(),
            maker: Arc::new(move |_, _| read().unwrap_or_default()),
            target: Target::None,
            reference: "proposed: p99 ≤ 10 ms at 1,000/s (design/performance.md)".into(),
        },
    ];
    cases::measure(address, arguments, cases, report).await?;
    let load = Load { clients: SIGNING_IN, length: Duration::from_secs(arguments.seconds) };
    let maker = load::cycle(vec![admin.sign_in(address)?]);
    let mut rates = Vec::new();
    for _ in 0..arguments.rounds.max(1) {
        rates.push(Sample::rate(&load::run(address, load, &maker).await?));
    }
    report.add(Row {
        measure: format!("sign-ins (argon2id) at {SIGNING_IN} clients"),
        value: median(rates),
        unit: "/s",
        detail: String::new(),
        target: Target::None,
        reference: "one hash of 19 MiB, t=2: 28 ms, so 36/s a core".into(),
    });
    Ok(())
}

/// Signs with the administrator's key.
pub(super) fn signer(server: &Server, admin: &Account) -> anyhow::Result<Signer> {
    let key = admin.access_key.as_deref().zip(admin.secret_key.as_deref());
    let (access, secret) = key.context("the administrator has no access key")?;
    Signer::new(server.address, access, secret)
}

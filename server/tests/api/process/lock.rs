//! Another program holds the database: a clear answer, or success once it lets go; nothing half-done.

use crate::harness::client_token;
use crate::harness::process::{DEMO_ADMIN, Installation};
use sqlx::{AnyConnection, Connection};
use std::time::{Duration, Instant};

/// Somebody with the database locked.
async fn lock(installation: &Installation) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&installation.url()).await.expect("the database opens");
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut connection).await.expect("nobody else writes");
    connection
}

async fn release(mut connection: AnyConnection) {
    sqlx::raw_sql("ROLLBACK").execute(&mut connection).await.expect("it was locked");
    connection.close().await.expect("it closes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_lock_is_waited_for() {
    let installation = Installation::demo();
    let running = installation.serve();
    let program = running.program(DEMO_ADMIN);
    let customer = program.customers().await.remove(0);
    let before = program.balance(&customer).await;
    let held = lock(&installation).await;
    let token = client_token();
    let asking = {
        let (program, customer, token) = (program.clone(), customer.clone(), token.clone());
        tokio::spawn(async move { program.appropriate(&customer, "1.00", &token).await })
    };
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!asking.is_finished(), "it waits");
    // Reading goes on meanwhile.
    assert_eq!(program.balance(&customer).await, before);
    release(held).await;
    let (status, text) = asking.await.expect("the task").expect("an answer");
    assert_eq!(status, 200, "{text}");
    let (_, again) = program.appropriate(&customer, "1.00", &token).await.expect("an answer");
    assert_eq!(again, text);
    installation.assert_verified();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_lock_is_told_clearly_and_nothing_is_done() {
    let installation = Installation::demo();
    let running = installation.serve();
    let program = running.program(DEMO_ADMIN);
    let customers = program.customers().await;
    let before = program.balance(&customers[0]).await;
    let held = lock(&installation).await;
    let started = Instant::now();
    // Several at once wait together, not one after the other.
    let mut asking = tokio::task::JoinSet::new();
    let tokens: Vec<String> = (0..6).map(|_| client_token()).collect();
    for token in tokens.clone() {
        let (program, customer) = (program.clone(), customers[0].clone());
        asking.spawn(async move { program.appropriate(&customer, "1.00", &token).await });
    }
    for answer in asking.join_all().await {
        let (status, text) = answer.expect("an answer, not a broken connection");
        assert_eq!(status, 503, "{text}");
        assert!(text.contains("CBC.0999") && text.contains("nothing was changed"), "{text}");
    }
    let took = started.elapsed();
    assert!(took < Duration::from_secs(45), "{took:?}");
    assert_eq!(program.balance(&customers[0]).await, before);
    release(held).await;
    // The same tokens work now: what was refused for the lock's sake is not remembered as refused.
    for token in &tokens {
        let (status, text) = program.appropriate(&customers[0], "1.00", token).await.expect("an answer");
        assert_eq!(status, 200, "{text}");
    }
    installation.assert_verified();
}

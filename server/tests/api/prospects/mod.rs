//! Customer development: reports, invitations, and the customer's door.

mod door;
mod files;
mod invitations;
mod reports;

use crate::harness::{Answer, Client};
use contract::prospects::{NewProspect, Prospect, ProspectList, ProspectReport, Reported};

/// A customer to report, by its name and an address made of it.
fn new(name: &str, email: &str) -> NewProspect {
    NewProspect { name: name.into(), email: email.into(), ..NewProspect::default() }
}

async fn report(person: &Client, new: &NewProspect) -> Answer<Reported> {
    person.call(ProspectReport).body(new).send().await
}

/// A report that is made.
async fn made(person: &Client, new: &NewProspect) -> Prospect {
    report(person, new).await.ok().prospect.expect("nothing is in its way")
}

async fn all(person: &Client) -> Vec<Prospect> {
    person.call(ProspectList).send().await.ok().items
}

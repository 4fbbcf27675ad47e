//! The Partner Center server: the published partner API, the console's API, the ledger, the
//! jobs, and the built console inside. See ARCHITECTURE.md.

pub mod app;
pub mod approvals;
pub mod audit;
pub mod batches;
pub mod cli;
pub mod clock;
pub mod codes;
pub mod company;
pub mod config;
pub mod consumption;
pub mod customers;
pub mod db;
pub mod demo;
pub mod error;
pub mod exports;
pub mod factors;
pub mod funds;
pub mod http;
pub mod iam;
pub mod identity;
pub mod ids;
pub mod imports;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod notices;
pub mod organisation;
pub mod outbox;
pub mod partner;
pub mod person;
pub mod resellers;
pub mod scope;
pub mod seal;
pub mod views;
pub mod webhooks;

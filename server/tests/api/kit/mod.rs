//! What all lists share: filters, saved views, batches, files that people bring, notices.

pub mod batches;
mod filters;
mod imports;
mod notices;
mod views;

//! The pages, area by area.

pub mod audit;
pub mod batches;
pub mod customers;
pub mod exports;
pub mod funds;
pub mod identity;
pub mod notices;
pub mod organisation;
pub mod partner;
pub mod webhooks;

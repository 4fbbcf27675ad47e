//! The pages, area by area.

pub mod approvals;
pub mod assignments;
pub mod associations;
pub mod audit;
pub mod batches;
pub mod consumption;
pub mod customers;
pub mod door;
pub mod exports;
pub mod funds;
pub mod identity;
pub mod keys;
pub mod notices;
pub mod organisation;
pub mod partner;
pub mod prospects;
pub mod webhooks;

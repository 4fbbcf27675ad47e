//! The pages, area by area.

pub mod customers;
pub mod funds;
pub mod identity;
pub mod partner;

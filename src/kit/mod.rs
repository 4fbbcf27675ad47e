//! Parts of the product that several pages share. They know the contract; the pages know them.

pub mod amount;
pub mod code_form;
pub mod columns;
pub mod errors;
pub mod export;
pub mod facts;
pub mod filters;
pub mod labels;
pub mod list;
pub mod load;
pub mod messages;
pub mod moment;
pub mod page;
pub mod pager;
pub mod passkey;
pub mod pick;
pub mod search;
pub mod selection;
pub mod send;
pub mod source;
pub mod step_up;
pub mod suggest;
pub mod table;
pub mod views;

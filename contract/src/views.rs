//! Saved views of lists: a name for an address (design/ux-checklist.md, 23). A view belongs to a person,
//! who may share it with the partner's members.

use crate::api::Access;
use crate::endpoints;
use crate::error::{Fault, FieldFault};
use crate::id::ViewId;
use crate::text;
use crate::time::Time;
use serde::{Deserialize, Serialize};

endpoints! { "views";
    /// The views that the person may use: their own, and those that others share, by name.
    ViewList: GET "/api/views", Access::SignedIn, reply = Vec<View>;
    /// Saves a view.
    ViewCreate: POST "/api/views", Access::SignedIn, body = NewView, reply = View;
    /// Changes one's own view. `Changed` where `version` is not the present one.
    ViewChange: PUT "/api/views/{view_id}", Access::SignedIn, path = ViewId, body = ViewUpdate, reply = View;
    /// Deletes one's own view. Repeating it changes nothing.
    ViewDelete: DELETE "/api/views/{view_id}", Access::SignedIn, path = ViewId, reply = ();
    /// Chooses the view with which a list opens, or none; for the person alone.
    ViewDefault: POST "/api/views/default", Access::SignedIn, body = DefaultView, reply = ();
}

/// The longest name.
pub const MAX_NAME: usize = 40;
/// The longest query string.
pub const MAX_QUERY: usize = 1_000;
/// The most views of a person.
pub const MAX_VIEWS: i64 = 100;
/// Lists that can have views, as the console names them.
pub const LISTS: [&str; 5] = ["customers", "adjustments", "audit", "exports", "batches"];

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct View {
    /// The view.
    pub id: ViewId,
    /// Its list.
    pub list: String,
    /// Its name.
    pub name: String,
    /// Filters, order and columns, as they stand in the list's address.
    pub query: String,
    /// Whether the partner's members may use it.
    pub shared: bool,
    /// Whether it is the asking person's own.
    pub mine: bool,
    /// Whose it is.
    pub owner: String,
    /// Whether the list opens with it for the asking person.
    pub default: bool,
    /// Counts its changes.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: Time,
}

/// A view to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewView {
    /// Its list.
    pub list: String,
    /// Its name; a person's views of a list have different ones.
    pub name: String,
    /// The query string.
    pub query: String,
    /// Whether the partner's members may use it.
    pub shared: bool,
}

/// A change of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ViewUpdate {
    /// The new name.
    pub name: String,
    /// The new query string.
    pub query: String,
    /// Whether it is shared from now on.
    pub shared: bool,
    /// The version that was changed.
    pub version: i64,
}

/// The view with which a list opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DefaultView {
    /// The list.
    pub list: String,
    /// The view; none for the plain list.
    pub view: Option<ViewId>,
}

/// What is wrong with a name and a query.
#[must_use]
pub fn faults(name: &str, query: &str) -> Vec<FieldFault> {
    let fault = |field: &str, fault: Fault| FieldFault { field: field.to_owned(), fault };
    let name = text::required(name, MAX_NAME).err().map(|f| fault("name", f));
    let query = text::optional(query, MAX_QUERY).err().map(|f| fault("query", f));
    name.into_iter().chain(query).collect()
}

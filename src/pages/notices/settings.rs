//! Message settings (消息接收设置): one's own notices, and whom the partner's messages go to besides its members.

use super::{choices, receivers};
use crate::i18n::texts::notices as words;
use crate::kit::page;
use crate::session;
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::when;
use contract::access::Permission;

/// The page.
pub(super) fn page() -> AnyView {
    let may = || session::allows(Permission::PartnerSettings) == Some(true);
    div()
        .attr("class", "page page--narrow")
        .child(page::head(words::SETTINGS, None, None))
        .child(choices::section())
        .child(when(may, receivers::section))
        .into_any()
}

//! The frame of a page that is open without a session: the product's name over one box.

use crate::i18n::t;
use crate::i18n::texts::app as words;
use crate::shell;
use crate::ui::Words;
use crate::ui::el::{div, h1, header, main, p, span};
use crate::ui::prelude::*;

/// The frame around a box with a heading.
#[must_use]
pub fn gate(title: impl Into<Words>, body: AnyView) -> AnyView {
    div()
        .attr("class", "gate")
        .child(header().attr("class", "gate__head").child(shell::preference_menus()))
        .child(
            main()
                .attr("id", "main")
                .attr("class", "gate__main")
                .child(
                    p().attr("class", "gate__brand")
                        .child(span().attr("class", "brand__mark").attr("aria-hidden", "true"))
                        .child(span().child(t(words::PRODUCT))),
                )
                .child(
                    div()
                        .attr("class", "form gate__box")
                        .child(h1().attr("tabindex", "-1").child(title.into().view()))
                        .child(body),
                ),
        )
        .into_any()
}

//! 线下拓展 > 通用邀请链接: the person's own link for each association type, with its QR code to download.

use super::invite::{TYPE_HINTS, TYPE_NAMES, TYPES};
use crate::api;
use crate::i18n::texts::prospects as words;
use crate::i18n::{t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::{moment, send};
use crate::router;
use crate::ui::button::Button;
use crate::ui::copy::copyable;
use crate::ui::dialog;
use crate::ui::el::{a, div, h2, p, section, svg};
use crate::ui::prelude::*;
use crate::ui::radios::radios;
use crate::ui::{skeleton, toast};
use contract::prospects::{AskLink, GeneralLink, GeneralLinkView};
use leptos::prelude::document;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, Path2d};

/// Pixels of a square in a picture to download.
const PIXELS: u32 = 12;

/// The tab.
pub(super) fn panel() -> AnyView {
    let chosen = RwSignal::new(0_usize);
    let link: Load<GeneralLink> = Load::new(move || {
        let wanted = AskLink { association: TYPES[chosen.get()], renew: false };
        Some(api::call::<GeneralLinkView>(&(), &(), &wanted))
    });
    let renew = move || {
        dialog::confirm(words::RENEW, words::RENEW_TEXT, words::RENEW, move || {
            let wanted = AskLink { association: TYPES[chosen.get_untracked()], renew: true };
            send::send(api::call::<GeneralLinkView>(&(), &(), &wanted), move |new| {
                link.put((*new).clone());
                toast::tell(text(words::RENEWED));
            });
        });
    };
    section()
        .attr("class", "card")
        .child(h2().child(t(words::LINK_TITLE)))
        .child(p().child(t(words::LINK_TEXT)))
        .child(radios(
            words::ASSOCIATION,
            &TYPE_NAMES,
            Rc::new(move || chosen.get()),
            Rc::new(move |n| chosen.set(n)),
        ))
        .child(p().attr("class", "field__hint").child(move || text(TYPE_HINTS[chosen.get()])))
        .child(link.region(|| skeleton::lines(6), move |link| shown(&link, renew)))
        .into_any()
}

fn shown(link: &GeneralLink, renew: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let picture = svg("svg")
        .attr("class", "qr qr--large")
        .attr("viewBox", format!("0 0 {0} {0}", link.qr_size))
        .attr("role", "img")
        .attr("aria-label", t(words::QR))
        .child(svg("path").attr("d", link.qr_path.clone()));
    let name = |kind: &str| format!("invitation-{}.{kind}", link.association.as_str());
    let download = |kind: &str, address: String, words| {
        a().attr("class", "button")
            .attr("href", address)
            .attr("download", name(kind))
            .child(t(words))
            .into_any()
    };
    div()
        .attr("class", "link-card")
        .child(picture)
        .child(
            div()
                .attr("class", "link-card__facts")
                .child(facts::list(vec![
                    fact(words::LINK_OF, copyable(link.address.clone())),
                    fact(words::TAG, link.tag.clone().into_any()),
                    fact(words::SINCE, moment::view(link.since)),
                ]))
                .child(p().attr("class", "field__hint").child(t(words::TAG_HINT)))
                .child(
                    div()
                        .attr("class", "actions")
                        .child(download("svg", as_svg(link), words::DOWNLOAD_SVG))
                        .child(as_png(link).map(|address| download("png", address, words::DOWNLOAD_PNG)))
                        .child(Button::new(words::RENEW).on_click(renew).view()),
                ),
        )
        .into_any()
}

/// The code as a file of its own.
fn as_svg(link: &GeneralLink) -> String {
    let (size, edge) = (link.qr_size, link.qr_size * i64::from(PIXELS));
    let text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" width=\"{edge}\" height=\"{edge}\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path d=\"{}\"/></svg>",
        link.qr_path
    );
    format!("data:image/svg+xml,{}", router::encode(&text))
}

/// The code as a picture; `None` where the browser draws none.
fn as_png(link: &GeneralLink) -> Option<String> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let edge = u32::try_from(link.qr_size).ok()? * PIXELS;
    canvas.set_width(edge);
    canvas.set_height(edge);
    let drawing: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    drawing.set_fill_style_str("#fff");
    drawing.fill_rect(0.0, 0.0, f64::from(edge), f64::from(edge));
    drawing.scale(f64::from(PIXELS), f64::from(PIXELS)).ok()?;
    drawing.set_fill_style_str("#000");
    drawing.fill_with_path_2d(&Path2d::new_with_path_string(&link.qr_path).ok()?);
    canvas.to_data_url().ok()
}

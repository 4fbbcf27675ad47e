//! How a mail looks: plain text, and where the partner has a logo, the same text under it.

use lettre::message::header::ContentType;
use lettre::message::{Attachment, MultiPart, SinglePart};

/// A partner's logo.
#[derive(Debug, Clone)]
pub struct Logo {
    /// Its media type.
    pub kind: String,
    /// The picture.
    pub content: Vec<u8>,
    /// What it stands for, read aloud.
    pub name: String,
}

/// The text, and the same text as a page under the logo, which comes with the mail: nothing is loaded from
/// anywhere, so that reading it tells nobody.
pub(super) fn with_logo(text: &str, logo: &Logo) -> Option<MultiPart> {
    let kind = ContentType::parse(&logo.kind).ok()?;
    let lines: Vec<_> = text.trim_end().lines().map(line).collect();
    let html = format!(
        "<!doctype html><html><body style=\"font: 16px/1.5 sans-serif; color: #1c2330\"><p><img src=\"cid:logo\" alt=\"{}\" height=\"40\"></p><p>{}</p></body></html>",
        escaped(&logo.name),
        lines.join("<br>\r\n"),
    );
    let picture = Attachment::new_inline("logo".into()).body(logo.content.clone(), kind);
    let page = MultiPart::related().singlepart(SinglePart::html(html)).singlepart(picture);
    Some(MultiPart::alternative().singlepart(SinglePart::plain(text.to_owned())).multipart(page))
}

/// A line with its links as links.
fn line(text: &str) -> String {
    let word = |word: &str| {
        let safe = escaped(word);
        let is_link = word.starts_with("https://") || word.starts_with("http://");
        if is_link { format!("<a href=\"{safe}\">{safe}</a>") } else { safe }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_is_no_markup() {
        assert_eq!(line("<b>\"x\" & y"), "&lt;b&gt;&quot;x&quot; &amp; y");
        let link = line("See https://x.example/a?b=1&c=\"2 now");
        assert_eq!(
            link,
            "See <a href=\"https://x.example/a?b=1&amp;c=&quot;2\">https://x.example/a?b=1&amp;c=&quot;2</a> now"
        );
        assert_eq!(line("javascript:alert(1)"), "javascript:alert(1)");
    }

    #[test]
    fn a_mail_has_the_text_the_page_and_the_picture() {
        let logo = Logo { kind: "image/png".into(), content: vec![0x89, b'P'], name: "A & B".into() };
        let mail = String::from_utf8(with_logo("Hello\n", &logo).expect("a mail").formatted()).expect("text");
        for part in ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"] {
            assert!(mail.contains(part), "{part}: {mail}");
        }
        assert!(mail.contains("Content-ID: <logo>"), "{mail}");
        let none = Logo { kind: "no type".into(), ..logo };
        assert!(with_logo("Hello", &none).is_none());
    }
}

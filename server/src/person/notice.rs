//! Mails that tell a person what became of their way to sign in.

use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::identity::store::Person;
use crate::outbox::{self, NewMessage};
use contract::codes::Channel;
use contract::time::{bill_minute, from_millis};

/// What happened, in both languages: subject and first sentence.
pub(super) struct Words {
    pub(super) english: [&'static str; 2],
    pub(super) chinese: [&'static str; 2],
}

pub(super) const PASSWORD_SET: Words = Words {
    english: ["Your password was changed", "The password of your Partner Center account was changed."],
    chinese: ["密码已修改", "您的伙伴中心账号密码已修改。"],
};

/// Tells a person by mail that something was changed, at the address that is given.
pub(super) async fn tell(
    app: &App,
    tx: &mut Tx,
    person: &Person,
    receiver: &str,
    english: bool,
    words: &Words,
) -> Result<(), Error> {
    let now = app.clock.millis();
    let at = bill_minute(from_millis(now));
    let (subject, text) = if english {
        let [subject, what] = words.english;
        let text = format!(
            "{what}\nTime: {at} (GMT+8)\n\nIf it was not you, set a new password with \"Forgot password\" and tell your administrator.\n"
        );
        (subject, text)
    } else {
        let [subject, what] = words.chinese;
        let text = format!(
            "{what}\n时间：{at}（GMT+8）\n\n如非本人操作，请立即通过“忘记密码”重设密码，并联系管理员。\n"
        );
        (subject, text)
    };
    send(app, tx, person, receiver, (subject.to_owned(), text)).await
}

/// Writes a mail to a person.
pub(super) async fn send(
    app: &App,
    tx: &mut Tx,
    person: &Person,
    receiver: &str,
    (subject, text): (String, String),
) -> Result<(), Error> {
    let message = NewMessage {
        partner_id: person.partner.id.clone(),
        user_id: person.user_id.to_string(),
        challenge_id: None,
        channel: Channel::Email,
        receiver: receiver.to_owned(),
        subject,
        text,
    };
    outbox::enqueue(app, tx, &message, app.clock.millis()).await?;
    Ok(())
}

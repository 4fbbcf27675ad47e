//! Mails that tell a person what became of their way to sign in.

use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::identity::store::Person;
use crate::outbox::{self, NewMessage};
use contract::codes::Channel;
use contract::time::{bill_minute, from_millis};

/// What happened, in both languages: subject and first sentence.
pub(crate) struct Words {
    pub(crate) english: [&'static str; 2],
    pub(crate) chinese: [&'static str; 2],
}

pub(crate) const PASSWORD_SET: Words = Words {
    english: ["Your password was changed", "The password of your Partner Center account was changed."],
    chinese: ["密码已修改", "您的伙伴中心账号密码已修改。"],
};

pub(crate) const EMAIL_SET: Words = Words {
    english: [
        "Your sign-in address was changed",
        "Your Partner Center account has another sign-in address now; this one is no longer used.",
    ],
    chinese: ["登录邮箱已修改", "您的伙伴中心账号已更换登录邮箱，本邮箱不再用于登录。"],
};

pub(crate) const PHONE_SET: Words = Words {
    english: [
        "Your phone was set",
        "Another phone was set for verification codes of your Partner Center account.",
    ],
    chinese: ["手机号已设置", "您的伙伴中心账号已设置新的手机号，用于接收验证码。"],
};

pub(crate) const PHONE_ENDED: Words = Words {
    english: [
        "Your phone was removed",
        "The phone of your Partner Center account was removed; verification codes come by mail.",
    ],
    chinese: ["手机号已移除", "您的伙伴中心账号已移除手机号，验证码将发送至邮箱。"],
};

pub(crate) const TOTP_ON: Words = Words {
    english: [
        "Two-step sign-in is on",
        "A code app was added to your Partner Center account: signing in asks for a code.",
    ],
    chinese: ["两步验证已开启", "您的伙伴中心账号已绑定验证器应用，登录时需要输入验证码。"],
};

pub(crate) const TOTP_OFF: Words = Words {
    english: ["Your code app was removed", "The code app was removed from your Partner Center account."],
    chinese: ["验证器应用已解绑", "您的伙伴中心账号已解绑验证器应用。"],
};

pub(crate) const PASSKEY_ADDED: Words = Words {
    english: [
        "A passkey was added",
        "A passkey was added to your Partner Center account: it signs you in without a password.",
    ],
    chinese: ["已添加通行密钥", "您的伙伴中心账号已添加通行密钥，可使用它登录而无需密码。"],
};

pub(crate) const PASSKEY_REMOVED: Words = Words {
    english: ["A passkey was removed", "A passkey was removed from your Partner Center account."],
    chinese: ["已移除通行密钥", "您的伙伴中心账号已移除一个通行密钥。"],
};

pub(crate) const RESCUED: Words = Words {
    english: [
        "Two-step sign-in was taken off",
        "Whoever runs Partner Center has removed the code app, the passkeys and the recovery codes from your account and ended its sessions: you sign in with the password alone until you set a second step up again.",
    ],
    chinese: [
        "两步验证已被解除",
        "系统管理员已移除您的伙伴中心账号的验证器应用、通行密钥和恢复码，并结束了所有登录会话。在您重新设置之前，登录只需输入密码。",
    ],
};

pub(crate) const RECOVERY_RENEWED: Words = Words {
    english: [
        "New recovery codes",
        "The recovery codes of your Partner Center account were made anew; the old ones are void.",
    ],
    chinese: ["恢复码已更新", "您的伙伴中心账号已生成新的恢复码，旧恢复码已失效。"],
};

/// Tells a person by mail that something was changed, at the address that is given.
pub(crate) async fn tell(
    app: &App,
    tx: &mut Tx,
    person: &Person,
    receiver: &str,
    english: bool,
    words: &Words,
) -> Result<(), Error> {
    send(app, tx, person, receiver, mail(words, "", app.clock.millis(), english)).await
}

/// As [`tell`], with the name of the passkey that it is about.
pub(crate) async fn tell_of(
    app: &App,
    tx: &mut Tx,
    person: &Person,
    receiver: &str,
    english: bool,
    (words, passkey): (&Words, &str),
) -> Result<(), Error> {
    let named = if english { format!("Passkey: {passkey}\n") } else { format!("通行密钥：{passkey}\n") };
    send(app, tx, person, receiver, mail(words, &named, app.clock.millis(), english)).await
}

/// Subject and text of such a mail; `more` are whole lines.
pub(crate) fn mail(words: &Words, more: &str, now: i64, english: bool) -> (String, String) {
    let at = bill_minute(from_millis(now));
    if english {
        let [subject, what] = words.english;
        let text = format!(
            "{what}\n{more}Time: {at} (GMT+8)\n\nIf it was not you, set a new password with \"Forgot password\" and tell your administrator.\n"
        );
        (subject.to_owned(), text)
    } else {
        let [subject, what] = words.chinese;
        let text = format!(
            "{what}\n{more}时间：{at}（GMT+8）\n\n如非本人操作，请立即通过“忘记密码”重设密码，并联系管理员。\n"
        );
        (subject.to_owned(), text)
    }
}

/// Writes a mail to a person.
pub(crate) async fn send(
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

//! Mails that tell a partner's admins what became of single sign-on: a quiet change would be a way in.

use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::outbox::{self, NewMessage};
use contract::codes::Channel;
use contract::id::PartnerId;
use contract::time::{bill_minute, from_millis};

/// What happened, in Chinese and in English.
pub(super) type Words = (&'static str, &'static str);

pub(super) const CHANGED: Words =
    ("单点登录的身份提供方已更改", "The identity provider of single sign-on was changed");
pub(super) const ON: Words = ("单点登录已启用", "Single sign-on was switched on");
pub(super) const REQUIRED: Words = ("单点登录已设为必须使用", "Members must use single sign-on now");
pub(super) const USED: Words = ("单点登录的使用方式已更改", "How single sign-on is used was changed");
pub(super) const OFF: Words = ("单点登录已停用", "Single sign-on was switched off");
pub(super) const REMOVED: Words =
    ("单点登录的身份提供方已移除", "The identity provider of single sign-on was taken away");

/// Tells all admins, each in both languages: which one they read is not known here.
///
/// # Errors
/// A database that refuses.
pub(super) async fn tell(
    app: &App,
    tx: &mut Tx,
    partner: &PartnerId,
    by: &str,
    (chinese, english): Words,
) -> Result<(), Error> {
    let now = app.clock.millis();
    let at = bill_minute(from_millis(now));
    for admin in store::admins(tx, partner).await? {
        let message = NewMessage {
            partner_id: partner.clone(),
            user_id: admin.user_id.to_string(),
            challenge_id: None,
            channel: Channel::Email,
            receiver: admin.email,
            subject: format!("{chinese} / {english}"),
            text: format!(
                "{chinese}。\n操作人：{by}\n时间：{at}（GMT+8）\n如非预期操作，请立即检查登录设置和操作日志。\n\n{english}.\nBy: {by}\nTime: {at} (GMT+8)\nIf nobody should have done that, look at the settings and at the operation log at once.\n"
            ),
        };
        outbox::enqueue(app, tx, &message, now).await?;
    }
    Ok(())
}

//! Notices as mails and text messages, in both languages: which one the reader reads is not known here.

use super::store::New;
use contract::audit::Action;

/// What happened, in Chinese and in English.
fn sentence(action: &str) -> [&'static str; 2] {
    match Action::parse(action) {
        Some(Action::ExportsMade) => ["导出文件已生成", "Your export is ready"],
        Some(Action::ExportsFailed) => ["导出失败", "Your export failed"],
        Some(Action::BatchesReady) => {
            ["批量任务已检查完成，待您启动", "Your batch is checked and can be started"]
        }
        Some(Action::BatchesEnded) => ["批量任务已结束", "A batch has ended"],
        Some(Action::BatchesStopped) => ["批量任务已停止", "A batch was stopped"],
        Some(Action::BatchesFailed) => ["批量任务失败", "A batch failed"],
        Some(Action::BatchesCancelled) => {
            ["批量任务未启动，已取消", "A batch was not started in time, and given up"]
        }
        Some(Action::IdentitySignIn) => {
            ["您的账号在新的地址登录", "Your account was used from a new address"]
        }
        Some(Action::WebhooksStopped) => {
            ["Webhook 端点持续失败，已停用", "A webhook endpoint only failed and was switched off"]
        }
        Some(Action::FundsAppropriate) => ["有一笔拨款", "Money was appropriated"],
        Some(Action::FundsReclaim) => ["有一笔回收", "Money was reclaimed"],
        Some(Action::ApprovalsAsked) => ["有一笔资金变动待审批", "A movement of money waits for approval"],
        Some(Action::ApprovalsGiven) => ["资金变动申请已批准", "A request for a movement was approved"],
        Some(Action::ApprovalsRefused) => ["资金变动申请已拒绝", "A request for a movement was refused"],
        Some(Action::OrganisationJoined) => ["有新成员加入", "A member joined"],
        Some(Action::OrganisationMemberChanged) => {
            ["成员的角色或主管已变更", "A member's roles or supervisor were changed"]
        }
        Some(Action::OrganisationUnbound) => ["有成员已解绑", "A membership was ended"],
        Some(
            Action::OrganisationRoleCreated
            | Action::OrganisationRoleChanged
            | Action::OrganisationRoleDeleted,
        ) => ["自定义角色已变更", "A custom role was changed"],
        Some(Action::PartnerSettingsChanged) => {
            ["伙伴的安全设置已变更", "The security settings were changed"]
        }
        Some(Action::IdentityKeyAdded) => ["新建了访问密钥", "An access key was made"],
        Some(
            Action::WebhooksAdded
            | Action::WebhooksChanged
            | Action::WebhooksSecretRotated
            | Action::WebhooksDeleted,
        ) => ["Webhook 端点已变更", "A webhook endpoint was changed"],
        Some(
            Action::ReceiversAdded
            | Action::ReceiversChanged
            | Action::ReceiversConfirmed
            | Action::ReceiversDeleted,
        ) => ["消息接收人已变更", "The receivers of messages were changed"],
        _ => ["有新的消息", "There is news"],
    }
}

/// Subject and text of a mail.
pub(super) fn mail(notice: &New) -> (String, String) {
    let [chinese, english] = sentence(&notice.action);
    let amount = notice.amount.map(|a| format!("\n{} {}", a.currency, a.decimal())).unwrap_or_default();
    let text = format!("{chinese}。\n{english}.{amount}\n\n{}\n", notice.actor);
    (format!("{chinese} / {english}"), text)
}

/// A text message: short, and without who did it, since it is shown on locked screens.
pub(super) fn short(notice: &New) -> String {
    let [chinese, english] = sentence(&notice.action);
    let amount = notice.amount.map(|a| format!(" {} {}", a.currency, a.decimal())).unwrap_or_default();
    format!("{chinese}{amount} / {english}")
}

#[cfg(test)]
mod tests {
    use super::super::audience::{MOVEMENTS, TOLD};
    use super::*;

    #[test]
    fn whatever_is_told_has_words() {
        for action in TOLD.iter().chain(MOVEMENTS) {
            assert_ne!(sentence(action.as_str()), sentence(""), "{action:?}");
        }
    }
}

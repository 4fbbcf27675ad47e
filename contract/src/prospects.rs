//! Customer development (销售 > 拓新 > 客户拓展): customers are reported (报备), then invited to associate
//! (capabilities 18 to 26, product/states.md D2).

use crate::access::Permission;
use crate::api::Access;
use crate::customers::AssociationType;
use crate::endpoints;
use crate::error::Fault;
use crate::filter::{Days, OneOf};
use crate::id::{CustomerId, CustomerInvitationId, CustomerToken, ProspectId, UserId};
use crate::identity::MAX_EMAIL;
use crate::page::Page;
use crate::text;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "prospects";
    /// Reported customers that the person sees, newest first.
    ProspectList: GET "/api/prospects", Access::Needs(Permission::CustomersDevelop), query = ProspectQuery, reply = Page<Prospect>;
    /// Looks for duplicates and conflicts of a report before it is made. Nothing is kept.
    ProspectCheck: POST "/api/prospects/check", Access::Needs(Permission::CustomersDevelop), body = NewProspect, reply = Checked;
    /// Reports a customer (报备客户). A report that conflicts is not made: the answer says with what.
    ProspectReport: POST "/api/prospects", Access::Needs(Permission::CustomersDevelop), body = NewProspect, reply = Reported;
    /// Reports the customers of a file, or only looks at what would become of each row.
    ProspectImport: POST "/api/prospects/import", Access::Needs(Permission::CustomersDevelop), body = ImportProspects, reply = Imported;
    /// Sets the e-mail address of a reported customer (点击添加邮箱).
    ProspectEmail: PUT "/api/prospects/{prospect_id}", Access::Needs(Permission::CustomersDevelop), path = ProspectId, body = SetEmail, reply = Prospect;
    /// Deletes reported customers; that ends their reports (删除, 批量删除).
    ProspectDelete: POST "/api/prospects/delete", Access::Needs(Permission::CustomersDevelop), body = Chosen, reply = Outcome;
    /// Invites reported customers by mail (邀请, 批量邀请).
    ProspectInvite: POST "/api/prospects/invite", Access::Needs(Permission::CustomersDevelop), body = Invite, reply = Invited;
    /// The mail that a reported customer would get.
    ProspectMail: POST "/api/prospects/{prospect_id}/mail", Access::Needs(Permission::CustomersDevelop), path = ProspectId, body = Preview, reply = Mail;
    /// Invitations of customers, newest first: by mail, and those who came by a general link (管理已邀请客户).
    CustomerInvitationList: GET "/api/customer-invitations", Access::Needs(Permission::CustomersDevelop), query = CustomerInvitationQuery, reply = Page<CustomerInvitation>;
    /// Sends an invitation again with a new link; the old link is void.
    CustomerInvitationResend: POST "/api/customer-invitations/{invitation_id}/link", Access::Needs(Permission::CustomersDevelop), path = CustomerInvitationId, reply = CustomerLink;
    /// Takes an invitation back.
    CustomerInvitationCancel: DELETE "/api/customer-invitations/{invitation_id}", Access::Needs(Permission::CustomersDevelop), path = CustomerInvitationId, reply = ();
    /// The person's own general link for an association type (通用邀请链接), made at the first asking; a new one
    /// where that is wished, and the old one is void then.
    GeneralLinkView: POST "/api/customer-links", Access::Needs(Permission::CustomersDevelop), body = AskLink, reply = GeneralLink;
}

/// Reports of a partner that may be in force or under review at once (capability 26).
pub const MAX_REPORTS: i64 = 100;
/// Days for which a report keeps the customer for who made it (capability 26).
pub const HELD_DAYS: i64 = 15;
/// An account older than this cannot follow the link of a report (product/states.md D1).
pub const MAX_ACCOUNT_DAYS: i64 = 7;
/// The longest name of a customer, in characters (capability 15).
pub const MAX_NAME: usize = 128;
/// The longest name of a contact.
pub const MAX_CONTACT: usize = 64;
/// The longest remark.
pub const MAX_MEMO: usize = 256;
/// Reported customers that one call deletes or invites.
pub const MAX_CHOSEN: usize = 100;
/// Rows of a file of reports.
pub const MAX_ROWS: usize = 5_000;

words! {
    /// How a report stands (product/states.md D2).
    ProspectState {
        /// 待审核: it resembles a customer of somebody else, and the platform's operator decides.
        Reviewing = "reviewing",
        /// 已报备: nobody else may report the customer.
        Reported = "reported",
        /// 已关联: the customer followed an invitation.
        Associated = "associated",
        /// The review refused it.
        Rejected = "rejected",
        /// Its time is over; anybody may report the customer again.
        Expired = "expired",
    }
}

words! {
    /// What can be done to a report.
    Act {
        /// The platform's operator lets it in.
        Accept = "accept",
        /// The platform's operator refuses it.
        Reject = "reject",
        /// The customer is invited by mail.
        Invite = "invite",
        /// The customer follows an invitation.
        Associate = "associate",
        /// Its time is over.
        Expire = "expire",
        /// Who made it deletes it.
        Delete = "delete",
    }
}

impl ProspectState {
    /// Where an act leads, `None` for one that is not allowed. `Some(None)` is the end: it is deleted.
    #[must_use]
    pub fn after(self, act: Act) -> Option<Option<Self>> {
        match (self, act) {
            (Self::Reviewing, Act::Accept) | (Self::Reported, Act::Invite) => Some(Some(Self::Reported)),
            (Self::Reviewing, Act::Reject) => Some(Some(Self::Rejected)),
            (Self::Reported, Act::Associate) => Some(Some(Self::Associated)),
            (Self::Reviewing | Self::Reported, Act::Expire) => Some(Some(Self::Expired)),
            // 不支持删除“待审核”和“已关联”状态的客户 (003:17).
            (Self::Reported | Self::Rejected | Self::Expired, Act::Delete) => Some(None),
            _ => None,
        }
    }

    /// Whether it counts against the limit, and keeps others away.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Reviewing | Self::Reported)
    }
}

/// A customer to report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NewProspect {
    /// The company's or the person's name.
    pub name: String,
    /// Whom to talk to there; may be empty.
    pub contact: String,
    /// A phone; may be empty where there is an address.
    pub phone: String,
    /// An e-mail address; may be empty where there is a phone.
    pub email: String,
    /// A remark.
    pub memo: String,
}

impl NewProspect {
    /// It with its texts as they are kept: trimmed, the address in lower case, the phone with its country's code.
    ///
    /// # Errors
    /// The first broken rule of each field.
    pub fn check(&self) -> Result<Self, Vec<(&'static str, Fault)>> {
        let mut faults = Vec::new();
        let mut keep = |field: &'static str, value: Result<String, Fault>| {
            value.unwrap_or_else(|fault| {
                faults.push((field, fault));
                String::new()
            })
        };
        let email = email_of(&self.email);
        let phone = match self.phone.trim() {
            "" if self.email.trim().is_empty() => Err(Fault::Required),
            "" => Ok(String::new()),
            some => text::phone(some).ok_or(Fault::Invalid),
        };
        let checked = Self {
            name: keep("name", text::required(&self.name, MAX_NAME).map(str::to_owned)),
            contact: keep("contact", text::optional(&self.contact, MAX_CONTACT).map(str::to_owned)),
            phone: keep("phone", phone),
            email: keep("email", email),
            memo: keep("memo", text::optional(&self.memo, MAX_MEMO).map(str::to_owned)),
        };
        if faults.is_empty() { Ok(checked) } else { Err(faults) }
    }
}

/// An address as it is kept; empty for none.
///
/// # Errors
/// `Invalid`.
pub fn email_of(typed: &str) -> Result<String, Fault> {
    match typed.trim().to_lowercase() {
        empty if empty.is_empty() => Ok(empty),
        email if email.len() <= MAX_EMAIL && text::is_email(&email) => Ok(email),
        _ => Err(Fault::Invalid),
    }
}

words! {
    /// What a report has in common with somebody else's customer.
    Common {
        /// The name, written one way or another.
        Name = "name",
        /// The phone.
        Phone = "phone",
        /// The e-mail address.
        Email = "email",
    }
}

words! {
    /// What a report meets.
    FindingKind {
        /// A member of the same partner reported the customer already.
        Reported = "reported",
        /// It is the partner's customer already.
        Customer = "customer",
        /// A reseller of the partner reported it already.
        OfReseller = "of_reseller",
        /// It is a customer of a reseller of the partner.
        CustomerOfReseller = "customer_of_reseller",
        /// Another partner reported it: it is kept for that one until then.
        Protected = "protected",
        /// It is a customer of another partner.
        CustomerElsewhere = "customer_elsewhere",
        /// One of the partner's own, or of its resellers, has a name much like it.
        Similar = "similar",
        /// A report of another partner has a name much like it.
        SimilarElsewhere = "similar_elsewhere",
    }
}

/// What a report meets. Of other partners nothing is told but until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// What both have in common.
    pub common: Vec<Common>,
    /// The name of what was met; empty where the person may not know it.
    pub name: String,
    /// The member or the reseller whose it is; empty where the person may not know it.
    pub by: String,
    /// Until when it is kept.
    pub until: Option<Time>,
    /// The customer's page, where the person sees it.
    pub customer: Option<CustomerId>,
}

words! {
    /// What becomes of a report.
    Verdict {
        /// It is in force at once.
        Accepted = "accepted",
        /// The platform's operator decides.
        Review = "review",
        /// It cannot be made.
        Blocked = "blocked",
    }
}

impl Verdict {
    /// By what was met: the same customer of anybody blocks, a likeness to another partner's is looked at.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let one = |finding: &Finding| match finding.kind {
            FindingKind::Similar => Self::Accepted,
            FindingKind::SimilarElsewhere => Self::Review,
            _ => Self::Blocked,
        };
        findings.iter().map(one).max().unwrap_or(Self::Accepted)
    }
}

/// What a report would meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Checked {
    /// What would become of it.
    pub verdict: Verdict,
    /// What it meets.
    pub findings: Vec<Finding>,
    /// Reports that may still be made.
    pub left: i64,
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reported {
    /// The report; absent where it was blocked.
    pub prospect: Option<Prospect>,
    /// What it meets.
    pub findings: Vec<Finding>,
}

/// A reported customer. Personal data is masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Prospect {
    /// The report.
    pub id: ProspectId,
    /// The customer's name.
    pub name: String,
    /// Whom to talk to there.
    pub contact: String,
    /// The phone, masked.
    pub phone: String,
    /// The e-mail address, masked; empty where there is none yet.
    pub email: String,
    /// The remark.
    pub memo: String,
    /// How it stands.
    pub state: ProspectState,
    /// Why the review refused it.
    pub reason: String,
    /// Who reported it.
    pub by: String,
    /// When.
    pub at: Time,
    /// Until when it is kept, or the review has to come to its end.
    pub until: Option<Time>,
    /// When it was last invited by mail.
    pub invited_at: Option<Time>,
    /// The customer that it became.
    pub customer: Option<CustomerId>,
}

/// What reported customers are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ProspectQuery {
    /// Part of the name, the contact or the remark, in any letter case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only these states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<OneOf<ProspectState>>,
    /// Only reports of these members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter: Option<OneOf<UserId>>,
    /// Only what was reported on these days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Days>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The e-mail address of a reported customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetEmail {
    /// The address.
    pub email: String,
}

/// Reported customers, one by one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// Which.
    pub prospects: Vec<ProspectId>,
}

/// Reported customers to invite by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Which.
    pub prospects: Vec<ProspectId>,
    /// 关联类型.
    pub association: AssociationType,
}

words! {
    /// Why a reported customer was left as it was.
    LeftWhy {
        /// It is not there, for this person.
        Missing = "missing",
        /// It is under review.
        Reviewing = "reviewing",
        /// It is a customer by now.
        Associated = "associated",
        /// It was refused.
        Rejected = "rejected",
        /// Its time is over.
        Expired = "expired",
        /// It has no e-mail address.
        NoEmail = "no_email",
    }
}

impl From<ProspectState> for LeftWhy {
    fn from(state: ProspectState) -> Self {
        match state {
            ProspectState::Reviewing => Self::Reviewing,
            // A report in force is left alone for its address only.
            ProspectState::Reported => Self::NoEmail,
            ProspectState::Associated => Self::Associated,
            ProspectState::Rejected => Self::Rejected,
            ProspectState::Expired => Self::Expired,
        }
    }
}

/// A reported customer that was left as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeftAlone {
    /// Which.
    pub id: ProspectId,
    /// Its name; empty where it is not there.
    pub name: String,
    /// Why.
    pub why: LeftWhy,
}

/// What became of many.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// How many it was done to.
    pub done: i64,
    /// Those that were left alone.
    pub left: Vec<LeftAlone>,
}

/// What became of an invitation of many.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invited {
    /// The links that were sent.
    pub sent: Vec<CustomerLink>,
    /// Those that were left alone.
    pub left: Vec<LeftAlone>,
}

/// A link that a customer was sent, for mail that does not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomerLink {
    /// The customer's name.
    pub name: String,
    /// To which address, masked.
    pub email: String,
    /// The secret of the link.
    pub token: CustomerToken,
    /// Until when it is valid.
    pub until: Time,
}

/// Which mail is looked at beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Preview {
    /// 关联类型.
    pub association: AssociationType,
}

/// A mail as it will be sent; in place of the link stands that it is not made yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mail {
    /// To which address, masked.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub text: String,
}

words! {
    /// How an invitation of a customer stands.
    CustomerInvitationState {
        /// Sent, and not yet followed to the end.
        Sent = "sent",
        /// 已关联.
        Associated = "associated",
        /// 关联失败: the customer may try again while the link is valid.
        Failed = "failed",
        /// The link is not valid any more.
        Expired = "expired",
        /// Taken back, or replaced by a newer one.
        Cancelled = "cancelled",
    }
}

words! {
    /// Why an association failed; what helps is told with it (product/states.md D1).
    Cause {
        /// The account has a partner already.
        HasPartner = "has_partner",
        /// The account is this partner's customer already.
        AlreadyYours = "already_yours",
        /// Another partner reported the customer.
        Protected = "protected",
        /// The address belongs to a partner's member.
        IsPartner = "is_partner",
        /// The account is too old for the link of a report.
        TooOld = "too_old",
    }
}

words! {
    /// How a customer was invited.
    InvitationKind {
        /// 线上邀请: by mail.
        Mail = "mail",
        /// 线下拓展: by a general link.
        General = "general",
    }
}

/// An invitation of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomerInvitation {
    /// The invitation.
    pub id: CustomerInvitationId,
    /// How.
    pub kind: InvitationKind,
    /// The customer's name; of a general link what the customer calls itself.
    pub name: String,
    /// The address, masked.
    pub email: String,
    /// 关联类型.
    pub association: AssociationType,
    /// How it stands.
    pub state: CustomerInvitationState,
    /// Why it failed.
    pub cause: Option<Cause>,
    /// Who invited.
    pub by: String,
    /// When, for the last time.
    pub at: Time,
    /// Until when the link is valid.
    pub until: Time,
    /// When it was first opened.
    pub opened_at: Option<Time>,
    /// The customer that it led to.
    pub customer: Option<CustomerId>,
}

/// What invitations are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CustomerInvitationQuery {
    /// Only these states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<OneOf<CustomerInvitationState>>,
    /// Only these kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<OneOf<InvitationKind>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Which general link is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AskLink {
    /// 关联类型.
    pub association: AssociationType,
    /// Whether a new one takes the place of the present one.
    pub renew: bool,
}

/// A general link with its QR code. Both carry the tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GeneralLink {
    /// 关联类型.
    pub association: AssociationType,
    /// The address that customers open.
    pub address: String,
    /// 自定义标签: the account name of the member whose link it is (capability 25).
    pub tag: String,
    /// The address as a QR code: its dark squares as an SVG path, a unit a square.
    pub qr_path: String,
    /// Squares in a line, with the edge.
    pub qr_size: i64,
    /// Since when the link is as it is.
    pub since: Time,
}

/// A file of reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportProspects {
    /// The file's name: `.csv` or `.xlsx`.
    pub name: String,
    /// What is in it, in base64.
    pub content: String,
    /// Whether to look only.
    pub look: bool,
}

/// What became of a file, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Imported {
    /// Reported at once.
    pub accepted: i64,
    /// Under review.
    pub review: i64,
    /// The rows that were not reported.
    pub refused: Vec<RefusedRow>,
}

/// A row that was not reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RefusedRow {
    /// Its place in the file; the headings are row 1.
    pub row: i64,
    /// Its cells, to be corrected.
    pub cells: NewProspect,
    /// Why.
    pub why: RowFault,
}

/// Why a row was not reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RowFault {
    /// A field is wrong.
    Field {
        /// Which.
        field: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// It meets somebody else's customer.
    Blocked {
        /// What it meets first.
        finding: Finding,
    },
    /// The limit of reports is reached.
    Limit,
    /// An earlier row of the file reports the same customer.
    Repeated {
        /// That row.
        row: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(kind: FindingKind) -> Finding {
        let (name, by) = (String::new(), String::new());
        Finding { kind, common: vec![], name, by, until: None, customer: None }
    }

    #[test]
    fn what_ends_stays_ended_and_what_waits_or_is_a_customer_is_not_deleted() {
        use ProspectState as S;
        for state in S::ALL.iter().copied() {
            let may_go = matches!(state, S::Reported | S::Rejected | S::Expired);
            assert_eq!(state.after(Act::Delete), may_go.then_some(None), "{state:?}");
            assert_eq!(state.after(Act::Associate).is_some(), state == S::Reported);
            assert_eq!(state.after(Act::Invite).is_some(), state == S::Reported);
            for act in Act::ALL.iter().copied() {
                if let Some(Some(next)) = state.after(act) {
                    assert!(state.is_live(), "{state:?} goes on by {act:?} to {next:?}");
                }
            }
        }
    }

    #[test]
    fn the_worst_finding_decides() {
        assert_eq!(Verdict::of(&[]), Verdict::Accepted);
        for kind in FindingKind::ALL.iter().copied() {
            let alone = Verdict::of(&[finding(kind)]);
            let like = matches!(kind, FindingKind::Similar | FindingKind::SimilarElsewhere);
            assert_eq!(alone == Verdict::Blocked, !like, "{kind:?}");
            assert_eq!(Verdict::of(&[finding(FindingKind::Similar), finding(kind)]), alone);
        }
    }

    #[test]
    fn a_report_has_a_way_to_the_customer() {
        let new =
            NewProspect { name: " 深圳市样例科技有限公司 ".into(), ..NewProspect::default() };
        assert_eq!(new.check(), Err(vec![("phone", Fault::Required)]));
        let by_phone = NewProspect { phone: "138 0013 8000".into(), ..new.clone() }.check();
        assert_eq!(
            by_phone.map(|p| (p.name, p.phone)),
            Ok(("深圳市样例科技有限公司".into(), "+8613800138000".into()))
        );
        let by_mail = NewProspect { email: " Wang@Sample.example ".into(), ..new }.check();
        assert_eq!(by_mail.map(|p| p.email), Ok("wang@sample.example".into()));
    }
}

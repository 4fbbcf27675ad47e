//! The audit trail: who did what to which object, in a hash chain a partner.

use crate::access::Permission;
use crate::api::Access;
use crate::endpoints;
use crate::filter::{Days, OneOf};
use crate::page::Page;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "audit";
    /// Entries of the partner's audit trail, newest first.
    AuditList: GET "/api/audit", Access::Needs(Permission::AuditRead), query = AuditQuery, reply = Page<AuditEntry>;
}

words! {
    /// What can be done that the trail tells. The part before the dot is the area.
    Action {
        /// A partner was set up.
        PartnerAdded = "partner.added",
        /// The partner's settings were changed.
        PartnerSettingsChanged = "partner.settings_changed",
        /// What the partner tells of itself was changed.
        PartnerCompanyChanged = "partner.company_changed",
        /// The partner's logo was changed.
        PartnerLogoChanged = "partner.logo_changed",
        /// The partner's identity provider was set up or changed.
        PartnerSsoChanged = "partner.sso_changed",
        /// A test sign-in at the identity provider succeeded.
        PartnerSsoTested = "partner.sso_tested",
        /// Single sign-on was switched on or off, or is used otherwise.
        PartnerSsoUsed = "partner.sso_used",
        /// The identity provider was taken away, with the links to it.
        PartnerSsoRemoved = "partner.sso_removed",
        /// A person signed in.
        IdentitySignIn = "identity.sign_in",
        /// Somebody tried to sign in as a person, with a wrong password.
        IdentitySignInFailed = "identity.sign_in_failed",
        /// A person ended one of the sessions.
        IdentitySessionEnded = "identity.session_ended",
        /// A person ended all other sessions.
        IdentitySessionsEnded = "identity.sessions_ended",
        /// A person was added.
        IdentityUserAdded = "identity.user_added",
        /// A person was disabled.
        IdentityUserDisabled = "identity.user_disabled",
        /// An access key was made.
        IdentityKeyAdded = "identity.key_added",
        /// An access key was disabled.
        IdentityKeyDisabled = "identity.key_disabled",
        /// A token for programs was given out.
        IdentityTokenIssued = "identity.token_issued",
        /// A person changed the own preferences.
        IdentityPreferred = "identity.preferred",
        /// A person went on for another partner.
        IdentitySwitched = "identity.switched",
        /// A person set another password.
        IdentityPasswordChanged = "identity.password_changed",
        /// A person was sent a link that sets a new password.
        IdentityResetSent = "identity.reset_sent",
        /// A new password was set by such a link.
        IdentityPasswordReset = "identity.password_reset",
        /// A person asked for another sign-in address.
        IdentityEmailAsked = "identity.email_asked",
        /// A person's sign-in address was changed.
        IdentityEmailChanged = "identity.email_changed",
        /// A person asked for a code to another phone.
        IdentityPhoneAsked = "identity.phone_asked",
        /// The phone that a person's codes can come to was set or taken away.
        IdentityPhoneChanged = "identity.phone_changed",
        /// Somebody gave a person's right password; the second step is due.
        IdentityStepDue = "identity.step_due",
        /// A person began to set up a code app.
        IdentityTotpBegun = "identity.totp_begun",
        /// A person turned a code app on.
        IdentityTotpOn = "identity.totp_on",
        /// A person turned the code app off.
        IdentityTotpOff = "identity.totp_off",
        /// A person began to add a passkey.
        IdentityPasskeyBegun = "identity.passkey_begun",
        /// A person added a passkey.
        IdentityPasskeyAdded = "identity.passkey_added",
        /// A person gave a passkey another name.
        IdentityPasskeyRenamed = "identity.passkey_renamed",
        /// A person removed a passkey.
        IdentityPasskeyRemoved = "identity.passkey_removed",
        /// A passkey was refused whose count of uses went back: somebody may have a copy of it.
        IdentityPasskeyCopied = "identity.passkey_copied",
        /// A person made the recovery codes anew.
        IdentityRecoveryRenewed = "identity.recovery_renewed",
        /// Somebody gave a wrong password or code for a change of what the person signs in with.
        IdentityProofFailed = "identity.proof_failed",
        /// A person was linked to an account at the identity provider.
        IdentitySsoLinked = "identity.sso_linked",
        /// A person took such a link away.
        IdentitySsoUnlinked = "identity.sso_unlinked",
        /// A sign-in at the identity provider came to nothing.
        IdentitySsoFailed = "identity.sso_failed",
        /// A person began to look at the console as a member.
        IdentityViewStarted = "identity.view_started",
        /// A person ended looking at the console as a member.
        IdentityViewEnded = "identity.view_ended",
        /// People were invited.
        OrganisationInvited = "organisation.invited",
        /// An invitation was sent again.
        OrganisationInvitedAgain = "organisation.invited_again",
        /// An invitation was taken back.
        OrganisationInvitationCancelled = "organisation.invitation_cancelled",
        /// An invited person became a member.
        OrganisationJoined = "organisation.joined",
        /// A member's roles or supervisor were changed.
        OrganisationMemberChanged = "organisation.member_changed",
        /// A membership was ended.
        OrganisationUnbound = "organisation.unbound",
        /// A custom role was defined.
        OrganisationRoleCreated = "organisation.role_created",
        /// A custom role was changed.
        OrganisationRoleChanged = "organisation.role_changed",
        /// A custom role was deleted.
        OrganisationRoleDeleted = "organisation.role_deleted",
        /// A customer was created.
        CustomersCreated = "customers.created",
        /// A customer was assigned to a manager, or taken back.
        CustomersAssigned = "customers.assigned",
        /// A customer was reported.
        CustomersReported = "customers.reported",
        /// A report was let in.
        CustomersReportAccepted = "customers.report_accepted",
        /// A report was refused.
        CustomersReportRejected = "customers.report_rejected",
        /// A report ran out.
        CustomersReportExpired = "customers.report_expired",
        /// A report was deleted.
        CustomersReportDeleted = "customers.report_deleted",
        /// The address of a reported customer was set.
        CustomersReportChanged = "customers.report_changed",
        /// A customer was invited.
        CustomersInvited = "customers.invited",
        /// The invitation of a customer was taken back.
        CustomersInvitationCancelled = "customers.invitation_cancelled",
        /// A general link was made anew.
        CustomersLinkRenewed = "customers.link_renewed",
        /// A customer followed an invitation, and belongs to the partner.
        CustomersAssociated = "customers.associated",
        /// A customer followed an invitation in vain.
        CustomersAssociationFailed = "customers.association_failed",
        /// A switch or an end of an association was asked for.
        CustomersAssociationAsked = "customers.association_asked",
        /// Such a request was answered, taken back, or ran out.
        CustomersAssociationAnswered = "customers.association_answered",
        /// Personal data was shown.
        CustomersRevealed = "customers.revealed",
        /// Money was appropriated to a customer.
        FundsAppropriate = "funds.appropriate",
        /// Money was reclaimed from a customer.
        FundsReclaim = "funds.reclaim",
        /// A customer's balance went back to the partner, since the association was switched or ended.
        FundsReturned = "funds.returned",
        /// An amount was held until its code comes.
        FundsHold = "funds.hold",
        /// A held movement was voided.
        FundsVoid = "funds.void",
        /// A hold expired.
        FundsExpire = "funds.expire",
        /// A movement was asked for that a second member must approve.
        ApprovalsAsked = "approvals.asked",
        /// It was approved.
        ApprovalsGiven = "approvals.given",
        /// It was refused.
        ApprovalsRefused = "approvals.refused",
        /// Who asked took it back.
        ApprovalsWithdrawn = "approvals.withdrawn",
        /// The partner's account was recharged.
        FundsRecharge = "funds.recharge",
        /// An export was asked for.
        ExportsAsked = "exports.asked",
        /// An export is ready.
        ExportsMade = "exports.made",
        /// An export could not be made.
        ExportsFailed = "exports.failed",
        /// An export was downloaded.
        ExportsDownloaded = "exports.downloaded",
        /// An export was deleted.
        ExportsDeleted = "exports.deleted",
        /// A file was taken in.
        ImportsTaken = "imports.taken",
        /// A batch was prepared.
        BatchesPrepared = "batches.prepared",
        /// A batch was checked and can be started.
        BatchesReady = "batches.ready",
        /// A batch was started.
        BatchesStarted = "batches.started",
        /// A batch ended: every row has its result.
        BatchesEnded = "batches.ended",
        /// A batch was stopped before all rows had their turn.
        BatchesStopped = "batches.stopped",
        /// A batch was given up before it was started.
        BatchesCancelled = "batches.cancelled",
        /// A batch could not be worked on.
        BatchesFailed = "batches.failed",
        /// A view was saved.
        ViewsSaved = "views.saved",
        /// A view was changed.
        ViewsChanged = "views.changed",
        /// A view was deleted.
        ViewsDeleted = "views.deleted",
        /// A person chose a list's default view.
        ViewsChosen = "views.chosen",
        /// A person chose how notices come.
        NoticesChosen = "notices.chosen",
        /// A receiver of the partner's messages was added.
        ReceiversAdded = "receivers.added",
        /// A receiver was changed.
        ReceiversChanged = "receivers.changed",
        /// A receiver was deleted.
        ReceiversDeleted = "receivers.deleted",
        /// A code was sent to a receiver.
        ReceiversAsked = "receivers.asked",
        /// A receiver's address was confirmed.
        ReceiversConfirmed = "receivers.confirmed",
        /// Usage of customers was imported.
        ConsumptionImported = "consumption.imported",
        /// An endpoint for events was added.
        WebhooksAdded = "webhooks.added",
        /// An endpoint was changed, or switched off or on.
        WebhooksChanged = "webhooks.changed",
        /// An endpoint was given another secret.
        WebhooksSecretRotated = "webhooks.secret_rotated",
        /// An endpoint was deleted.
        WebhooksDeleted = "webhooks.deleted",
        /// A test event was sent to an endpoint.
        WebhooksTested = "webhooks.tested",
        /// An event was delivered again.
        WebhooksRedelivered = "webhooks.redelivered",
        /// All events since a moment were sent again.
        WebhooksReplayed = "webhooks.replayed",
        /// An endpoint that only fails was switched off.
        WebhooksStopped = "webhooks.stopped",
        /// Demo data was made.
        DemoCreated = "demo.created",
    }
}

/// What the audit trail is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AuditQuery {
    /// Only what concerns this object, for example a customer's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// A part of who did it, in any letter case; or the whole id of an object or a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only acts of these days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Days>,
    /// Only acts of these areas: the part of an action before the dot, for example `funds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<OneOf<String>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// The entry's place in the partner's chain, from 1.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// Who: a person's name and address, or an access key.
    pub actor: String,
    /// What, for example `funds.appropriate`.
    pub action: String,
    /// The object's kind and id.
    pub subject: String,
    /// Details of the act as JSON text: what was before and after.
    pub detail: String,
    /// From which address.
    pub ip: String,
    /// The request.
    pub request_id: String,
    /// The hash that chains it to the entry before, in hex.
    pub hash: String,
}

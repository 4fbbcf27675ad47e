//! The endpoints of customer development.

use super::{import, invitations, invited, links, service, store};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::page::Page;
use contract::prospects::{
    Checked, CustomerInvitation, CustomerInvitationCancel, CustomerInvitationList, CustomerInvitationResend,
    CustomerLink, GeneralLink, GeneralLinkView, Imported, Invited, Mail, Outcome, Prospect, ProspectCheck,
    ProspectDelete, ProspectEmail, ProspectImport, ProspectInvite, ProspectList, ProspectMail,
    ProspectReport, Reported,
};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(ProspectList, list)
        .on(ProspectCheck, check)
        .on(ProspectReport, report)
        .on(ProspectImport, take)
        .on(ProspectEmail, set_email)
        .on(ProspectDelete, delete)
        .on(ProspectInvite, invite)
        .on(ProspectMail, preview)
        .on(CustomerInvitationList, all_invitations)
        .on(CustomerInvitationResend, resend)
        .on(CustomerInvitationCancel, cancel)
        .on(GeneralLinkView, link)
}

async fn list(app: App, call: Call<ProspectList>) -> Result<Page<Prospect>, Error> {
    store::list(&app.db, call.scope()?, &call.query).await
}

async fn check(app: App, call: Call<ProspectCheck>) -> Result<Checked, Error> {
    service::look(&app, call.scope()?, &call.body).await
}

async fn report(app: App, call: Call<ProspectReport>) -> Result<Reported, Error> {
    service::report(&app, call.scope()?, &call.body).await
}

async fn take(app: App, call: Call<ProspectImport>) -> Result<Imported, Error> {
    import::import(&app, call.scope()?, &call.body).await
}

async fn set_email(app: App, call: Call<ProspectEmail>) -> Result<Prospect, Error> {
    service::set_email(&app, call.scope()?, &call.path, &call.body).await
}

async fn delete(app: App, call: Call<ProspectDelete>) -> Result<Outcome, Error> {
    service::delete(&app, call.scope()?, &call.body).await
}

async fn invite(app: App, call: Call<ProspectInvite>) -> Result<Invited, Error> {
    invitations::invite(&app, call.scope()?, &call.body).await
}

async fn preview(app: App, call: Call<ProspectMail>) -> Result<Mail, Error> {
    invitations::preview(&app, call.scope()?, &call.path, &call.body).await
}

async fn all_invitations(
    app: App,
    call: Call<CustomerInvitationList>,
) -> Result<Page<CustomerInvitation>, Error> {
    invited::list(&app.db, call.scope()?, &call.query).await
}

async fn resend(app: App, call: Call<CustomerInvitationResend>) -> Result<CustomerLink, Error> {
    invitations::resend(&app, call.scope()?, &call.path).await
}

async fn cancel(app: App, call: Call<CustomerInvitationCancel>) -> Result<(), Error> {
    invitations::cancel(&app, call.scope()?, &call.path).await
}

async fn link(app: App, call: Call<GeneralLinkView>) -> Result<GeneralLink, Error> {
    links::view(&app, call.scope()?, &call.body).await
}

//! Resellers (云经销商): what a distributor may do for its own.

use crate::app::App;
use crate::error::Error;
use crate::identity::store;
use crate::scope::Scope;
use contract::access::PartnerKind;
use contract::id::PartnerId;

/// The scope of a call that names a reseller in `indirect_partner_id`: a distributor then acts
/// on that reseller's data; for everybody else the value is not looked at (product/api.md).
///
/// # Errors
/// `CBC.99000037` where the reseller is not the distributor's.
pub async fn act_on(app: &App, scope: &Scope, reseller: Option<&str>) -> Result<Scope, Error> {
    let Some(id) = reseller.filter(|r| !r.is_empty() && scope.partner_kind == PartnerKind::Distributor)
    else {
        return Ok(scope.clone());
    };
    let mut connection = app.db.read().acquire().await?;
    let partner = store::partner(&mut connection, &PartnerId::from(id)).await?;
    match partner.filter(|p| p.distributor_id.as_ref() == Some(&scope.partner_id)) {
        Some(own) => Ok(Scope {
            partner_id: own.id,
            partner_kind: own.kind,
            partner_number: own.number,
            customer_count: own.customer_count,
            currency: own.currency,
            ..scope.clone()
        }),
        None => Err(Error::Published {
            status: 400,
            code: "CBC.99000037",
            message: "No right to operate this reseller.",
        }),
    }
}

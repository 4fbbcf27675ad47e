//! General links (线下拓展 > 通用邀请链接; capability 25): a member's own, one an association type, with a QR code.
//! Both carry the member's account name as their tag.

use super::invited::{self, Link};
use crate::app::App;
use crate::audit::{Act as Entry, Trail};
use crate::error::Error;
use crate::factors::qr;
use crate::identity::store as identity;
use crate::scope::Scope;
use contract::audit::Action;
use contract::error::Code;
use contract::prospects::{AskLink, GeneralLink};
use contract::time::from_millis;
use serde_json::json;

/// The person's own link; made at the first asking, and anew where that is wished.
///
/// # Errors
/// A database that refuses.
pub(super) async fn view(app: &App, scope: &Scope, wanted: &AskLink) -> Result<GeneralLink, Error> {
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let link = match invited::own_link(&mut tx, scope, wanted.association).await? {
        Some(link) if !wanted.renew => link,
        _ => {
            let person = identity::person_by_id(&mut tx, scope).await?.ok_or(Code::NotFound)?;
            let link = Link {
                partner_id: scope.partner_id.clone(),
                user_id: scope.user_id.clone(),
                association: wanted.association,
                token: hex::encode(rand::random::<[u8; 16]>()),
                tag: person.email,
                since: scope.now,
            };
            invited::put_link(&mut tx, &link).await?;
            let detail = json!({"association": wanted.association});
            let act = Entry::of(scope, Action::CustomersLinkRenewed, "user", scope.user_id.as_str(), detail);
            trail.add(&act, app.clock.millis())?;
            link
        }
    };
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    let address = format!("{}/invitation/{}", app.settings.public_url, link.token);
    let (qr_path, qr_size) = qr::path(&address)?;
    Ok(GeneralLink {
        association: link.association,
        address,
        tag: link.tag,
        qr_path,
        qr_size,
        since: from_millis(link.since),
    })
}

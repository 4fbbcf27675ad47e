//! Bill files that a test makes, and brings in.

use super::world::Server;
use contract::id::PartnerId;
use contract::time::{Day, bill_day, from_millis};
use server::consumption::import::{Report, import};

/// The columns that [`Bill`]s have.
const HEADER: &str = "SubAccountId,SubAccountName,BilledCost,ListCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ProviderName,RegionId,ResourceId,ServiceName\n";

/// A row of a bill file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    pub customer: String,
    /// In GMT+8.
    pub day: Day,
    pub service: String,
    pub region: String,
    pub resource: String,
    pub category: &'static str,
    pub currency: &'static str,
    pub cost: String,
    pub list_cost: String,
}

/// A row of a customer on a day.
pub fn bill(customer: &str, day: Day, service: &str, cost: &str) -> Bill {
    Bill {
        customer: customer.into(),
        day,
        service: service.into(),
        region: "cn-north-4".into(),
        resource: "res".into(),
        category: "Usage",
        currency: "CNY",
        cost: cost.into(),
        list_cost: cost.into(),
    }
}

/// The day so many days before a server's today.
pub fn days_ago(server: &Server, days: u64) -> Day {
    let today = bill_day(from_millis(server.app.clock.millis()));
    Day(today.0.checked_sub_days(chrono::Days::new(days)).expect("a day"))
}

/// Brings rows in as one file. The partner's customers are known in it by their ids.
pub async fn bring_in(server: &Server, partner: &str, bills: &[Bill]) -> Report {
    let known = format!("UPDATE customers SET bill_account = customer_id WHERE partner_id = '{partner}'");
    server.change(&known).await.expect("customers are known in bills");
    bring_in_known(server, partner, bills).await
}

/// As [`bring_in`], once customers are known.
pub async fn bring_in_known(server: &Server, partner: &str, bills: &[Bill]) -> Report {
    let mut file = HEADER.to_owned();
    for b in bills {
        let Bill { customer, day, service, region, resource, category, currency, cost, list_cost } = b;
        // Noon in GMT+8.
        file.push_str(&format!("{customer},N,{cost},{list_cost},{currency},{category},{day} 04:00:00,Cloud,{region},{resource},\"{service}\"\n"));
    }
    let (db, now) = (&server.app.db, server.app.clock.millis());
    import(db, &PartnerId::from(partner), "made.csv", file.as_bytes(), now, |_| ())
        .await
        .expect("a good file")
}

//! The demo's consumption, as a FOCUS 1.0 file: it comes in like a real one.

use super::customers::{DAY, WITH_USAGE, bill_account};
use super::{Numbers, STORY_END};
use crate::consumption::FOCUS_COLUMNS;
use crate::identity::store::Partner;
use contract::time::from_millis;

const SERVICES: [(&str, &str); 6] = [
    ("Elastic Cloud Server", "hws.service.type.ec2"),
    ("Elastic Volume Service", "hws.service.type.ebs"),
    ("Elastic IP", "hws.service.type.eip"),
    ("Object Storage Service", "hws.service.type.obs"),
    ("Relational Database Service", "hws.service.type.rds"),
    ("Cloud Container Engine", "hws.service.type.cce"),
];
/// Days of the story's last month.
const DAYS: i64 = 31;

/// The consumption of a partner's customers in the story's last month.
pub(super) fn file(partner: &Partner, index: usize, customers: u32) -> Vec<u8> {
    let mut numbers = Numbers(0xf0c5 + index as u64);
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(FOCUS_COLUMNS);
    for n in 0..WITH_USAGE.min(customers) {
        let account = bill_account(index, n);
        for (service, code) in SERVICES.iter().take(2 + usize::try_from(numbers.below(5)).unwrap_or(0)) {
            let daily = 500 + numbers.below(40_000);
            for day in 0..DAYS {
                // Fen with four more places, as metered bills have them.
                let cost = daily * (70 + numbers.below(60));
                let start =
                    from_millis(STORY_END - (DAYS - day) * DAY).format("%Y-%m-%d %H:%M:%S").to_string();
                let cost = format!("{}.{:04}", cost / 10_000, cost % 10_000);
                let _ = writer.write_record([
                    &cost,
                    partner.currency.code(),
                    "Usage",
                    &start,
                    &cost,
                    "Huawei Cloud",
                    "cn-north-4",
                    &format!("{code}/{account}"),
                    service,
                    &account,
                    "NULL",
                ]);
            }
        }
    }
    writer.into_inner().unwrap_or_default()
}

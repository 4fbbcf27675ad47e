//! The demo's customers: names, types and balances in believable proportions.

use super::{Numbers, STORY_END};
use crate::customers::create::NewCustomer;
use crate::identity::store::Partner;
use crate::ledger::{AccountKey, Transfer};
use contract::customers::{AssociationType, CustomerType, Frozen, VerifiedStatus};
use contract::funds::AdjustmentKind;
use contract::id::{CustomerId, TransferId, UserId};

/// Milliseconds of a day.
pub(super) const DAY: i64 = 24 * 60 * 60 * 1000;
/// Customers of each partner that have consumption.
pub(super) const WITH_USAGE: u32 = 40;

const PLACES: [&str; 24] = [
    "北京", "上海", "广州", "深圳", "杭州", "南京", "苏州", "成都", "重庆", "武汉", "西安", "长沙", "郑州",
    "青岛", "济南", "厦门", "福州", "合肥", "昆明", "贵阳", "大连", "天津", "宁波", "珠海",
];
const FIRST: [&str; 40] = [
    "云帆", "星海", "博远", "智汇", "鼎新", "华瑞", "天成", "联创", "恒信", "锦程", "瑞丰", "中科", "远景",
    "晨曦", "金石", "卓越", "启明", "腾跃", "万象", "盛世", "凌云", "德润", "安捷", "优品", "数联", "慧通",
    "蓝图", "海纳", "立方", "飞跃", "众诚", "易达", "融创", "明德", "汇智", "新域", "长风", "格物", "思源",
    "同方",
];
const TRADES: [&str; 16] = [
    "科技",
    "网络",
    "信息技术",
    "软件",
    "电子商务",
    "数据",
    "物流",
    "医疗科技",
    "教育科技",
    "智能装备",
    "文化传媒",
    "新能源",
    "生物技术",
    "咨询",
    "贸易",
    "游戏",
];
const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "高", "林", "罗",
];
const GIVEN: [&str; 20] = [
    "伟", "芳", "娜", "敏", "静", "磊", "洋", "勇", "艳", "杰", "涛", "明", "超", "霞", "平", "刚", "婷",
    "宇", "鑫", "雪",
];
const LABELS: [&str; 6] = ["", "", "", "重点客户", "教育行业", "游戏行业"];

/// The `n`th of `count` customers of a partner.
pub(super) fn customer(
    numbers: &mut Numbers,
    index: usize,
    n: u32,
    count: u32,
    managers: &[&str],
) -> NewCustomer {
    let company = numbers.below(10) < 8;
    let verified = match numbers.below(20) {
        0 => VerifiedStatus::None,
        1 => VerifiedStatus::Reviewing,
        _ => VerifiedStatus::Verified,
    };
    let name = match (verified, company) {
        (VerifiedStatus::None, _) => String::new(),
        (_, true) => {
            format!("{}{}{}有限公司", numbers.pick(&PLACES), numbers.pick(&FIRST), numbers.pick(&TRADES))
        }
        (_, false) => format!("{}{}{}", numbers.pick(&SURNAMES), numbers.pick(&GIVEN), numbers.pick(&GIVEN)),
    };
    // Ids begin with the time of association, as the server's own do, so that they lie together.
    let associated_on = STORY_END - 700 * DAY
        + 699 * DAY * i64::from(n) / i64::from(count.max(1))
        + i64::try_from(numbers.below(60_000)).unwrap_or(0);
    let id = format!("{:012x}{:04x}{:016x}", associated_on, index, numbers.next());
    let manager =
        (!managers.is_empty() && numbers.below(10) < 3).then(|| UserId::from(numbers.pick(managers)));
    NewCustomer {
        id: CustomerId(id),
        account_name: format!("hwc{index}_{n:07}"),
        association: if numbers.below(10) < 7 {
            AssociationType::Resale
        } else {
            AssociationType::Consultative
        },
        verified,
        customer_type: match (verified, company) {
            (VerifiedStatus::None, _) => CustomerType::Unknown,
            (_, true) => CustomerType::Company,
            (_, false) => CustomerType::Person,
        },
        frozen: if numbers.below(100) == 0 { Frozen::Account } else { Frozen::No },
        manager,
        phone: format!("1{}{:09}", 3 + numbers.below(7), numbers.below(1_000_000_000)),
        email: format!("it{n}@customer{index}.example"),
        label: numbers.pick(&LABELS).to_owned(),
        level: format!("V{}", numbers.below(6)),
        // The youngest have consumption: the list shows them first.
        bill_account: n.checked_sub(count.saturating_sub(WITH_USAGE)).map(|place| bill_account(index, place)),
        name,
        associated_on,
    }
}

/// The sub-account in bill files of the `n`th customer with consumption.
pub(super) fn bill_account(index: usize, n: u32) -> String {
    format!("sub{index}{n:05}")
}

/// What was appropriated to a customer when the story began; every sixth resale customer has some.
pub(super) fn appropriation(
    numbers: &mut Numbers,
    partner: &Partner,
    customer: &NewCustomer,
    n: usize,
) -> Option<Transfer> {
    if customer.association != AssociationType::Resale || numbers.below(6) != 0 {
        return None;
    }
    let amount = 100 * i64::try_from(1 + numbers.below(20_000)).unwrap_or(1)
        + i64::try_from(numbers.below(100)).unwrap_or(0);
    let at = customer.associated_on + DAY;
    Some(Transfer {
        id: TransferId(format!("{at:012x}{n:04x}{:016x}", numbers.next())),
        kind: AdjustmentKind::Appropriation.operation_type(),
        debit: AccountKey::partner(&partner.id, partner.currency),
        credit: AccountKey::customer(&partner.id, &customer.id, partner.currency),
        amount,
        currency: partner.currency,
        customer_id: Some(customer.id.clone()),
        reverses: None,
        actor: "demo".into(),
        memo: String::new(),
        at,
        hold_until: None,
    })
}

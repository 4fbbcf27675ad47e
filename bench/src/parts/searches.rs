//! The contains-search of the customer list.

use super::cases::{self, Case};
use crate::Arguments;
use crate::client::{Account, Body, Session};
use crate::report::{Report, Target};
use crate::server::Server;
use http::Request;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Two Chinese characters, which a trigram index cannot serve: 700,000 hits to a few hundred in a million.
const TWO: &[&str] = &["有限", "科技", "北京", "云帆", "数据", "重点", "海云", "王伟", "京格", "罗雪"];
const MORE: &[&str] = &["北京云帆", "信息技术", "云帆科技有限", "深圳格物网络", "重点客户", "京汇智游"];
/// Account names are `hwc<partner>_<number>`.
const ACCOUNT: &[&str] = &["hwc0_0001", "hwc0_0012345", "0045678", "c0_00", "HWC0_00777", "98765"];
const NONE: &[&str] = &["不存在", "龘龘", "qzx", "hwc9_1", "王伟伟伟"];
const ONE: &[&str] = &["云", "北", "有", "c", "7"];
const TARGET: Target = Target::AtMost(50.0);
const REFERENCE: &str = "1 M rows: LIKE without index 245 ms, two characters by a trigram index 248 ms";

pub(super) async fn measure(
    server: &Server,
    admin: &Account,
    arguments: &Arguments,
    report: &mut Report,
) -> anyhow::Result<()> {
    let session = Session::begin(server.address, admin).await?;
    let requests = |needles: &[&[&str]], rest: &str| -> anyhow::Result<Vec<Request<Body>>> {
        let needles = needles.iter().flat_map(|n| n.iter());
        needles
            .map(|n| {
                session.get(&format!("/api/customers?q={}{rest}", utf8_percent_encode(n, NON_ALPHANUMERIC)))
            })
            .collect()
    };
    let varied = [TWO, MORE, ACCOUNT, NONE];
    let cases = vec![
        Case::of("search, varied", requests(&varied, "")?, TARGET, REFERENCE),
        Case::of("search, two Chinese characters", requests(&[TWO], "")?, TARGET, REFERENCE),
        Case::of("search, more Chinese characters", requests(&[MORE], "")?, TARGET, REFERENCE),
        Case::of("search, part of an account name", requests(&[ACCOUNT], "")?, TARGET, REFERENCE),
        Case::of("search, no hit", requests(&[NONE], "")?, TARGET, REFERENCE),
        Case::of("search, one character", requests(&[ONE], "")?, Target::None, REFERENCE),
        Case::of("search, varied, by name", requests(&varied, "&sort=name")?, Target::None, REFERENCE),
        Case::of(
            "search, varied, by -available",
            requests(&varied, "&sort=-available")?,
            Target::None,
            REFERENCE,
        ),
        Case::of(
            "search, varied, one association type",
            requests(&varied, "&association=resale")?,
            Target::None,
            REFERENCE,
        ),
    ];
    cases::measure(server.address, arguments, cases, report).await
}

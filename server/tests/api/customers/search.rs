//! The search: part of name, account or label, in any letter case; or the beginning of an id.

use super::{Known, expected, there_and_back};
use crate::harness::fixture::RESELLER;
use crate::harness::{Client, World, both, on_sqlite};
use contract::customers::{CustomerList, ListQuery, Sort};
use contract::error::Fault;

/// Names with everything that a pattern, SQL or a tokeniser could take for its own.
const NAMES: [&str; 24] = [
    "北京云帆科技有限公司",
    "北京",
    "京北物流",
    "云",
    "南京云上",
    "𠮷野家",
    "😀笑脸",
    "ACME Trading",
    "acme-west",
    "Ärger GmbH",
    "STRASSE",
    "100% Cotton",
    "100x Cotton",
    "under_score",
    "underXscore",
    "back\\slash",
    "O'Brien \"Quoted\"",
    "'; DROP TABLE customers; --",
    "a\u{301}ccent",
    "null",
    "<script>alert(1)</script>",
    "ＡＢＣ全角",
    "z0 5317z4eac",
    "",
];

async fn known(world: &World) -> Vec<Known> {
    let mut known: Vec<Known> = NAMES.iter().enumerate().map(|(n, name)| Known::new(n, name)).collect();
    known[3].label = "教育 行业".into();
    known[7].label = "重点客户 VIP".into();
    world.add_customers(RESELLER, known.iter().map(Known::row).collect()).await;
    known.insert(0, Known::first());
    known
}

async fn search(person: &Client, q: &str) -> Vec<String> {
    let query = ListQuery { q: Some(q.to_owned()), ..ListQuery::default() };
    there_and_back(person, &query).await
}

#[tokio::test]
async fn a_search_finds_what_contains_the_text_and_nothing_else() {
    both(async |world: &World| {
        let known = known(world).await;
        let person = world.reseller().await;
        for q in [
            "北京",
            "京北",
            "云帆",
            "北",
            "云",
            "𠮷",
            "😀",
            "😀笑",
            "科技有限",
            "acme",
            "ACME",
            "Acme T",
            "a",
            "ä",
            "Ä",
            "ärger gmbh",
            "strasse",
            "%",
            "100%",
            "0%",
            "_",
            "r_s",
            "\\",
            "k\\s",
            "'",
            "\"",
            "o'brien \"q",
            "'; drop",
            "--",
            ";",
            "á",
            "a\u{301}",
            "null",
            "<script>",
            "ａｂｃ",
            "全角",
            "5317z4eac",
            "z0",
            "*",
            "\"*\"",
            "a OR b",
            "NEAR(a b)",
            "hwacct_0003",
            "hwacct_00",
            "ACCT_0",
            "教育",
            "教育 行",
            "vip",
            "户 V",
            "云帆\n",
            "行业hw",
            "公司hwacct",
            "(",
            "^",
            "grams:a",
            "-",
            "a*",
        ] {
            let wanted = expected(&known, Sort::Newest, |k| k.has(q));
            let found = search(&person, q).await;
            assert_eq!(found, wanted, "{q:?}");
            let query = ListQuery { q: Some(q.to_owned()), ..ListQuery::default() };
            let total = person.call(CustomerList).query(&query).send().await.ok().total;
            assert_eq!((total.count, total.more), (wanted.len() as i64, false), "{q:?}");
        }
        // Something must have been found at all.
        assert_eq!(search(&person, "北京").await.len(), 1 + 1, "two with these two neighbours");
    })
    .await;
}

#[tokio::test]
async fn nothing_to_look_for_is_no_filter() {
    both(async |world: &World| {
        let known = known(world).await;
        let person = world.reseller().await;
        for q in ["", "  ", "\n", "\u{0}", "\u{7}\u{8}"] {
            assert_eq!(search(&person, q).await.len(), known.len(), "{q:?}");
        }
        // Around the text, spaces are not part of it; inside, control characters are not either.
        assert_eq!(search(&person, "  北京云 ").await.len(), 1);
        assert_eq!(search(&person, "北\u{0}京云").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_search_has_128_characters_at_most() {
    both(async |world: &World| {
        let mut long = Known::new(900, &"长".repeat(128));
        long.account_name = "hw_long".into();
        world.add_customers(RESELLER, vec![long.row()]).await;
        let person = world.reseller().await;
        assert_eq!(search(&person, &"长".repeat(128)).await.len(), 1);
        assert_eq!(search(&person, &"😀".repeat(128)).await.len(), 0);
        let query = ListQuery { q: Some("长".repeat(129)), ..ListQuery::default() };
        let answer = person.call(CustomerList).query(&query).send().await;
        assert_eq!(answer.fault(), ("q".to_owned(), Fault::TooLong { max: 128 }));
    })
    .await;
}

#[tokio::test]
async fn the_beginning_of_an_id_finds_it() {
    both(async |world: &World| {
        let known = known(world).await;
        let person = world.reseller().await;
        let id = &known[5].id;
        assert_eq!(search(&person, id).await, [id.as_str()]);
        assert_eq!(search(&person, &id.to_uppercase()).await, [id.as_str()]);
        assert_eq!(search(&person, &id[..16]).await, [id.as_str()]);
        // Three were associated in one moment: their ids begin alike.
        let alike = expected(&known, Sort::Newest, |k| k.id.starts_with(&id[..12]));
        assert_eq!(alike.len(), 3);
        assert_eq!(search(&person, &id[..12]).await, alike);
        assert_eq!(search(&person, &id[..11]).await, [] as [&str; 0], "shorter, it is text");
        assert_eq!(search(&person, &id[4..]).await, [] as [&str; 0], "from the beginning only");
        for sort in super::SORTS {
            let query = ListQuery { q: Some(id[..12].to_owned()), sort: Some(sort), ..ListQuery::default() };
            assert_eq!(there_and_back(&person, &query).await.len(), 3, "{sort:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_index_of_an_older_program_is_filled_when_the_database_is_opened() {
    both(async |world: &World| {
        known(world).await;
        let person = world.reseller().await;
        let found = search(&person, "云帆").await;
        assert_eq!(found.len(), 1);
        world.change("DELETE FROM customer_search").await.expect("the index can be emptied");
        assert!(search(&person, "云帆").await.is_empty());
        world.app.db.migrate().await.expect("the tables are brought up to date");
        assert_eq!(search(&person, "云帆").await, found);
    })
    .await;
}

/// More hits than are sorted at once: near the beginning of an order, at its end, and everywhere.
#[tokio::test]
async fn many_hits_are_found_in_every_order() {
    on_sqlite(async |world: &World| {
        let name = |n: usize| match n % 4 {
            0 => format!("zz{n:05}"),
            1 => format!("ab{n:05}"),
            _ => format!("mm{n:05}"),
        };
        let mut known: Vec<Known> = (0..14_000).map(|n| Known::new(n, &name(n))).collect();
        for part in known.chunks(2_000) {
            world.add_customers(RESELLER, part.iter().map(Known::row).collect()).await;
        }
        known.insert(0, Known::first());
        let person = world.reseller().await;
        for sort in [Sort::Name, Sort::NameDown, Sort::Available, Sort::Newest] {
            for q in ["zz", "ab", "m0", "hwacct"] {
                let query = ListQuery {
                    q: Some(q.into()),
                    sort: Some(sort),
                    limit: Some(100),
                    ..ListQuery::default()
                };
                let expected = expected(&known, sort, |k| k.has(q));
                let page = person.call(CustomerList).query(&query).send().await.ok();
                assert_eq!(super::ids(&page.items), expected[..100], "{sort:?} {q}");
                let query = ListQuery { page: page.next, ..query };
                let page = person.call(CustomerList).query(&query).send().await.ok();
                assert_eq!(super::ids(&page.items), expected[100..200], "{sort:?} {q}, the second page");
                assert_eq!(page.total.count, 5_000.min(expected.len() as i64), "{sort:?} {q}");
            }
        }
    })
    .await;
}

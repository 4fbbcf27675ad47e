use super::*;
use proptest::prelude::*;

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    pairs.iter().map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec())).collect()
}

fn millis(date: &str) -> i64 {
    chrono::NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ")
        .expect("a date")
        .and_utc()
        .timestamp_millis()
}

/// The vectors of product/signing.md.
fn first_set() -> Vec<(String, Vec<u8>)> {
    headers(&[
        ("content-type", "application/json"),
        ("user-agent", "huaweicloud-usdk-python/3.0"),
        ("host", "bss.example.com"),
        ("x-domain-id", "d0001"),
        ("x-sdk-date", "20250101T000000Z"),
    ])
}

/// The vectors of product/signing-observed.md, 5.1.
fn second_set() -> Vec<(String, Vec<u8>)> {
    headers(&[
        ("content-type", "application/json"),
        ("host", "bss.example.test"),
        ("x-domain-id", "d0123456789abcdef"),
        ("x-sdk-date", "20260101T000000Z"),
        ("x-spaces", "a   b"),
    ])
}

fn authorization(key: &str, names: &str, signature: &str) -> Authorization {
    parse(&format!("SDK-HMAC-SHA256 Access={key}, SignedHeaders={names}, Signature={signature}"))
        .expect("readable")
}

#[test]
fn published_vectors_verify() {
    let all = "content-type;host;user-agent;x-domain-id;x-sdk-date";
    let four = "content-type;host;x-domain-id;x-sdk-date";
    let (first, second) = (first_set(), second_set());
    type Case<'a> = (&'a str, &'a str, &'a str, &'a str, &'a [(String, Vec<u8>)], &'a str, &'a str, &'a str);
    let cases: [Case<'_>; 5] = [
        (
            "POST",
            "/v2/partners/sub-customers/query",
            "",
            "{\"limit\": 10, \"offset\": 0}",
            &first,
            all,
            "TESTSK",
            "a718c3f6a2330ca38697c05d514643d359ddc34b09edc007ed82246129024686",
        ),
        (
            "GET",
            "/v2/promotions/benefits/partner-coupons/records/query",
            "customer_id=a%20b%2F~%2A&limit=10&operation_types=10&operation_types=2",
            "",
            &first,
            all,
            "TESTSK",
            "5fcf32fcd81da300765c8db8c132614173c889c0ef07972843e46e2a1df82e2a",
        ),
        (
            "GET",
            "/v2/accounts/partner-accounts/balances",
            "indirect_partner_id=pt%201%2F%C3%A9~%2B%2A",
            "",
            &second,
            four,
            "TESTSK0001secret",
            "a128b374c1cd99803cfb977fb0d6e0a4ed7b86bbe8f21a0bd9d467c62ac4dec0",
        ),
        (
            "POST",
            "/v2/accounts/partner-accounts/adjust-amount",
            "",
            "{\"customer_id\": \"c1\", \"amount\": 100.10}",
            &second,
            four,
            "TESTSK0001secret",
            "7870e1b5b619d1c510623fafed926d6087085fc5b630d7815e88c6922517b77e",
        ),
        (
            "GET",
            "/v2/x",
            "a=A&a=z&b=2&empty=&flag=true",
            "",
            &second,
            "content-type;host;x-domain-id;x-sdk-date;x-spaces",
            "TESTSK0001secret",
            "fec1806362389edf09457e28332c1ad9940b81417d1dd0a51181bef508226f93",
        ),
    ];
    for (method, path, query, body, headers, names, secret, signature) in cases {
        let raw = Raw { method, path, query, headers, body: body.as_bytes() };
        let date = std::str::from_utf8(raw.header("x-sdk-date").expect("dated")).expect("text");
        let auth = authorization("TESTAK", names, signature);
        assert_eq!(verify(&raw, &auth, secret, millis(date)), Ok(()), "{method} {path}");
        // One byte of anything else, and it does not fit.
        let now = millis(date);
        let mismatch = Err(Fault::Mismatch);
        assert_eq!(verify(&Raw { method: "PUT", ..raw }, &auth, secret, now), mismatch);
        assert_eq!(verify(&Raw { path: "/v2/y", ..raw }, &auth, secret, now), mismatch);
        assert_eq!(verify(&Raw { query: "a=1", ..raw }, &auth, secret, now), mismatch);
        assert_eq!(verify(&Raw { body: b"{}", ..raw }, &auth, secret, now), mismatch);
        assert_eq!(verify(&raw, &auth, "another", now), mismatch);
        let mut other = headers.to_vec();
        other[0].1[0] ^= 1;
        assert_eq!(verify(&Raw { headers: &other, ..raw }, &auth, secret, now), mismatch);
    }
}

#[test]
fn dates_may_be_15_minutes_off_and_no_more() {
    let headers = second_set();
    let raw = Raw {
        method: "GET",
        path: "/v2/x",
        query: "a=A&a=z&b=2&empty=&flag=true",
        headers: &headers,
        body: b"",
    };
    let names = "content-type;host;x-domain-id;x-sdk-date;x-spaces";
    let auth = authorization(
        "TESTAK0001",
        names,
        "fec1806362389edf09457e28332c1ad9940b81417d1dd0a51181bef508226f93",
    );
    let date = millis("20260101T000000Z");
    for (now, expected) in [
        (date + SKEW, Ok(())),
        (date - SKEW, Ok(())),
        (date + SKEW + 1, Err(Fault::Skewed)),
        (date - SKEW - 1, Err(Fault::Skewed)),
    ] {
        assert_eq!(verify(&raw, &auth, "TESTSK0001secret", now), expected);
    }
}

#[test]
fn what_must_be_signed_is_signed() {
    let headers = second_set();
    let raw = Raw { method: "GET", path: "/v2/x", query: "", headers: &headers, body: b"" };
    let now = millis("20260101T000000Z");
    let zeros = "0".repeat(64);
    for names in ["host", "x-sdk-date", "content-type", "host;x-sdk-date;x-absent"] {
        assert_eq!(
            verify(&raw, &authorization("A", names, &zeros), "s", now),
            Err(Fault::Unsigned),
            "{names}"
        );
    }
    let mut twice = headers.clone();
    twice.push(("host".into(), b"other".to_vec()));
    let raw = Raw { headers: &twice, ..raw };
    assert_eq!(verify(&raw, &authorization("A", "host;x-sdk-date", &zeros), "s", now), Err(Fault::Unsigned));
}

#[test]
fn a_claimed_body_hash_must_be_the_bodys() {
    let mut headers = second_set();
    headers.push(("x-sdk-content-sha256".into(), b"UNSIGNED-PAYLOAD".to_vec()));
    let raw = Raw { method: "POST", path: "/v2/x", query: "", headers: &headers, body: b"{}" };
    let auth = authorization("A", "host;x-sdk-date;x-sdk-content-sha256", &"0".repeat(64));
    assert_eq!(verify(&raw, &auth, "s", millis("20260101T000000Z")), Err(Fault::WrongBody));
}

#[test]
fn other_algorithms_and_broken_headers_are_unreadable() {
    for header in [
        "",
        "Bearer x",
        "SDK-HMAC-SM3 Access=a, SignedHeaders=host, Signature=00",
        "V11-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00",
        "SDK-HMAC-SHA256",
        "SDK-HMAC-SHA256 Access=a",
        "SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=short",
        "SDK-HMAC-SHA256 Access=a, Access=b, SignedHeaders=host, Signature=00",
    ] {
        assert_eq!(parse(header), Err(Fault::Unreadable), "{header}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(header in ".*", path in ".*", query in ".*", body in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(&header);
        let headers = second_set();
        let raw = Raw { method: "POST", path: &path, query: &query, headers: &headers, body: &body };
        let auth = Authorization { access_key: header, signed_headers: vec!["host".into(), "x-sdk-date".into()], signature: "0".repeat(64) };
        prop_assert!(verify(&raw, &auth, "s", millis("20260101T000000Z")).is_err());
    }
}

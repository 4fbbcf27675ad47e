//! As much of CBOR (RFC 8949) as authenticators write: CTAP2's canonical form, so definite lengths and no depth.

/// How deep values may be inside each other. CTAP2's canonical form ends at four.
const DEEPEST: u8 = 6;

/// A value. Of what no rule here looks at, only that it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Map(Vec<(Self, Self)>),
    Other,
}

impl<'a> Value<'a> {
    /// What a map has under a number.
    pub(super) fn at(&self, key: i64) -> Option<&Self> {
        self.find(&Value::Int(key))
    }

    /// What a map has under a name.
    pub(super) fn named(&self, key: &str) -> Option<&Self> {
        self.find(&Value::Text(key))
    }

    fn find(&self, key: &Value<'_>) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(super) fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }
}

/// The first value of some bytes, and the bytes after it.
pub(super) fn first(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(0)?;
    Some((value, reader.rest))
}

/// The value that some bytes are, all of them.
pub(super) fn whole(bytes: &[u8]) -> Option<Value<'_>> {
    first(bytes).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// Kind and number of a head.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = *self.take(1)?.first()?;
        let number = match first & 0x1f {
            small @ 0..=23 => u64::from(small),
            more @ 24..=27 => {
                let bytes = self.take(1 << (more - 24))?;
                bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
            }
            _ => return None,
        };
        Some((first >> 5, number))
    }

    fn value(&mut self, depth: u8) -> Option<Value<'a>> {
        if depth > DEEPEST {
            return None;
        }
        let (kind, number) = self.head()?;
        Some(match kind {
            0 => Value::Int(i64::try_from(number).ok()?),
            1 => Value::Int(-1 - i64::try_from(number).ok()?),
            2 => Value::Bytes(self.take(usize::try_from(number).ok()?)?),
            3 => Value::Text(std::str::from_utf8(self.take(usize::try_from(number).ok()?)?).ok()?),
            4 => {
                for _ in 0..number {
                    self.value(depth + 1)?;
                }
                Value::Other
            }
            5 => {
                let mut pairs = Vec::new();
                for _ in 0..number {
                    let (key, value) = (self.value(depth + 1)?, self.value(depth + 1)?);
                    // What has a name twice means one thing to one reader and another to the next.
                    if pairs.iter().any(|(k, _)| *k == key) {
                        return None;
                    }
                    pairs.push((key, value));
                }
                Value::Map(pairs)
            }
            6 => self.value(depth + 1)?,
            // False, true, null, numbers with a point.
            _ => Value::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_authenticators_write_is_read() {
        // {"fmt": "none", "attStmt": {}, "authData": h'0102'}
        let bytes =
            hex::decode("a363666d74646e6f6e656761747453746d74a068617574684461746142 0102".replace(' ', ""));
        let bytes = bytes.expect("hex");
        let value = whole(&bytes).expect("a map");
        assert_eq!(value.named("fmt"), Some(&Value::Text("none")));
        assert_eq!(value.named("authData").and_then(Value::bytes), Some(&[1, 2][..]));
        assert_eq!(value.named("attStmt"), Some(&Value::Map(vec![])));
        assert_eq!(whole(&[0x38, 0xff]), Some(Value::Int(-256)));
        assert_eq!(whole(&[0x83, 1, 0xf5, 0xf6]), Some(Value::Other));
        assert_eq!(first(&[0x01, 0x02]), Some((Value::Int(1), &[2][..])));
    }

    #[test]
    fn what_is_cut_off_endless_deep_or_twice_is_refused() {
        let deep = [vec![0x81; 20], vec![0]].concat();
        let bad: [&[u8]; 8] = [
            &[],
            &[0x42, 1],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x5f, 0xff],
            &[0x62, 0xff, 0xff],
            &[0xa2, 1, 1, 1, 2],
            &deep,
        ];
        for bytes in bad {
            assert_eq!(whole(bytes), None, "{bytes:?}");
        }
        assert_eq!(whole(&[1, 2]), None, "more than one value");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            _ = whole(&bytes);
        }
    }
}

//! Reads answers into their types, from JSON that is parsed already.
//!
//! `serde_json` can do this too. It also reads structs out of arrays, names out of numbers and bytes, and
//! compiles that for each type of the contract, though no answer is like it: a tenth of the app
//! (docs/decisions/0004).

use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};
use std::vec;

/// Parses a text.
#[inline(never)]
pub fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// Parses a text that is a list.
pub fn parse_list(text: &str) -> Option<Vec<Value>> {
    if let Some(Value::Array(items)) = parse(text) { Some(items) } else { None }
}

/// Reads a value of a type, or says that it is none.
pub fn read<T: DeserializeOwned>(json: Value) -> Option<T> {
    T::deserialize(Json(json)).ok()
}

struct Json(Value);

/// What is wrong is not told: an answer that does not fit is a server of another version.
fn unfit() -> Error {
    de::Error::custom("")
}

impl<'de> Deserializer<'de> for Json {
    type Error = Error;

    #[inline(never)]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            Value::Object(fields) => visitor.visit_map(Fields::new(fields)),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => visitor.visit_i64(whole),
                (None, Some(number)) => visitor.visit_f64(number),
                _ => Err(unfit()),
            },
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Value::Object(fields) = self.0 else { return Err(unfit()) };
        visitor.visit_seq(InOrder { fields, names: names.iter() })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Value::Object(fields) = self.0 { visitor.visit_map(Fields::new(fields)) } else { Err(unfit()) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(variant_of(self.0, variants)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Value::String(text) = self.0 { visitor.visit_string(text) } else { Err(unfit()) }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Value::String(text) = self.0 { visitor.visit_str(&text) } else { Err(unfit()) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Value::Array(items) = self.0 {
            visitor.visit_seq(Items(items.into_iter()))
        } else {
            Err(unfit())
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_unit() } else { Err(unfit()) }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Value::Bool(value) = self.0 { visitor.visit_bool(value) } else { Err(unfit()) }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.as_i64().map_or_else(|| Err(unfit()), |whole| visitor.visit_i64(whole))
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 f64 char bytes byte_buf unit_struct tuple tuple_struct
    }
}

struct Items(vec::IntoIter<Value>);

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(Json(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// A struct's fields in the order in which it declares them: nothing has to be compared with names in the
/// code of each type, and no field can come twice.
struct InOrder {
    fields: Map<String, Value>,
    names: std::slice::Iter<'static, &'static str>,
}

impl<'de> de::SeqAccess<'de> for InOrder {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        match self.fields.remove(*name) {
            Some(value) => seed.deserialize(Json(value)).map(Some),
            // What may be missing reads a null, or has a default for nothing at all.
            None => Ok(seed.deserialize(Json(Value::Null)).ok()),
        }
    }
}

struct Fields {
    rest: serde_json::map::IntoIter,
    value: Value,
}

impl Fields {
    fn new(fields: Map<String, Value>) -> Self {
        Self { rest: fields.into_iter(), value: Value::Null }
    }
}

impl<'de> de::MapAccess<'de> for Fields {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Json(Value::String(name))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Json(std::mem::take(&mut self.value)))
    }
}

/// A variant by its place among the declared ones: names are compared here, once for all types.
struct Variant {
    place: u32,
    content: Value,
}

#[inline(never)]
fn variant_of(json: Value, variants: &'static [&'static str]) -> Result<Variant, Error> {
    let (name, content) = match json {
        Value::String(name) => (name, Value::Null),
        Value::Object(fields) => fields.into_iter().next().ok_or_else(unfit)?,
        _ => return Err(unfit()),
    };
    let place = variants.iter().position(|variant| *variant == name).ok_or_else(unfit)?;
    Ok(Variant { place: u32::try_from(place).unwrap_or(u32::MAX), content })
}

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Json;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Json), Error> {
        let place: de::value::U32Deserializer<Error> = self.place.into_deserializer();
        Ok((seed.deserialize(place)?, Json(self.content)))
    }
}

impl<'de> de::VariantAccess<'de> for Json {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        if self.0.is_null() { Ok(()) } else { Err(unfit()) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_struct("", names, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::codes::StepUp;
    use contract::consumption::Consumption;
    use contract::customers::{Customer, CustomerRow};
    use contract::error::ErrorBody;
    use contract::exports::Export;
    use contract::funds::{Quote, Receipt};
    use contract::identity::Session;
    use contract::page::Page;
    use serde_json::{from_value, json};

    /// What `serde_json` reads, this reads alike; what it refuses, this refuses.
    fn alike<T: DeserializeOwned + std::fmt::Debug>(json: &Value) {
        let theirs = from_value::<T>(json.clone()).ok();
        assert_eq!(format!("{:?}", read::<T>(json.clone())), format!("{theirs:?}"), "{json}");
    }

    fn money() -> Value {
        json!({"amount": "1.50", "currency": "CNY"})
    }

    fn customer() -> Value {
        json!({"id": "c1", "name": "云", "account_name": "a", "association": "resale", "verified": "verified",
            "frozen": "no", "manager": null, "available": money(), "associated_on": "2026-11-21T03:40:00.123Z", "phone": "1***"})
    }

    fn all_alike(json: &Value) {
        alike::<CustomerRow>(json);
        alike::<Customer>(json);
        alike::<Page<CustomerRow>>(json);
        alike::<StepUp<Receipt>>(json);
        alike::<ErrorBody>(json);
        alike::<Export>(json);
        alike::<Quote>(json);
        alike::<Session>(json);
        alike::<Consumption>(json);
        alike::<()>(json);
        alike::<Vec<String>>(json);
        alike::<Option<i64>>(json);
    }

    #[test]
    fn answers_are_read_as_serde_json_reads_them() {
        let row = customer();
        assert!(read::<CustomerRow>(row.clone()).is_some());
        let page = json!({"items": [row.clone(), row.clone()], "next": "n", "previous": null, "total": {"count": 2, "more": false}});
        assert_eq!(read::<Page<CustomerRow>>(page.clone()).map(|p| p.items.len()), Some(2));
        let fault = |fault: Value| {
            json!({"code": "invalid_fields", "message": "m", "request_id": "r", "number": 3,
            "fields": [{"field": "amount", "fault": fault}]})
        };
        for json in [
            row.clone(),
            page,
            json!(null),
            json!([]),
            json!({}),
            json!("x"),
            json!(3),
            json!(3.5),
            json!(true),
            json!(["a", "b"]),
            fault(json!("required")),
            fault(json!({"too_long": {"max": 3}})),
            fault(json!({"rule": "too_long", "max": 3})),
            fault(json!({"unknown": 1})),
            fault(json!(7)),
        ] {
            all_alike(&json);
        }
        // A field that is missing, and one of another kind.
        for name in row.as_object().expect("an object").keys() {
            for other in [
                None,
                Some(json!(null)),
                Some(json!(17)),
                Some(json!("other")),
                Some(json!([1])),
                Some(json!({"a": 1})),
            ] {
                let mut changed = row.clone();
                let fields = changed.as_object_mut().expect("an object");
                match other {
                    None => _ = fields.remove(name),
                    Some(value) => _ = fields.insert(name.clone(), value),
                }
                alike::<CustomerRow>(&changed);
            }
        }
    }
}

//! Attributes as they are said once, for whoever writes them: the SDK's lists, its log records, or bytes.

use std::borrow::Cow;

use candor::model::Value;
use opentelemetry::logs::{AnyValue, LogRecord as _};
use opentelemetry::{Array, KeyValue, StringValue, Value as Attribute};
use opentelemetry_sdk::logs::SdkLogRecord;

/// The value of an attribute.
pub(crate) enum Term<'a> {
    Bool(bool),
    I64(i64),
    F64(f64),
    /// Text that stands in the program.
    Word(&'static str),
    Text(&'a str),
    Texts(Vec<Cow<'a, str>>),
}

/// Takes attributes.
pub(crate) trait Attributes {
    fn put(&mut self, key: &'static str, value: Term<'_>);

    /// A recorded value.
    fn put_value(&mut self, key: &'static str, value: &Value) {
        match value {
            Value::Bool(v) => self.put(key, Term::Bool(*v)),
            Value::I64(v) => self.put(key, Term::I64(*v)),
            Value::U64(v) => self.put_number(key, *v),
            Value::I128(v) => self.put_number(key, *v),
            Value::F64(v) => self.put(key, Term::F64(*v)),
            Value::Text(text) => self.put(key, Term::Text(text)),
            other @ Value::Opaque => self.put(key, Term::Text(&other.to_string())),
        }
    }

    /// OTLP has signed numbers of 64 bits only; what does not fit stays exact as text.
    fn put_number<N: TryInto<i64> + ToString + Copy>(&mut self, key: &'static str, number: N) {
        match number.try_into() {
            Ok(small) => self.put(key, Term::I64(small)),
            Err(_too_large) => self.put(key, Term::Text(&number.to_string())),
        }
    }

    /// How many there are.
    fn put_count(&mut self, key: &'static str, count: u64) {
        self.put(key, Term::I64(i64::try_from(count).unwrap_or(i64::MAX)));
    }
}

impl Attributes for Vec<KeyValue> {
    fn put(&mut self, key: &'static str, value: Term<'_>) {
        let value = match value {
            Term::Bool(v) => Attribute::Bool(v),
            Term::I64(v) => Attribute::I64(v),
            Term::F64(v) => Attribute::F64(v),
            Term::Word(word) => word.into(),
            Term::Text(text) => text.to_owned().into(),
            Term::Texts(all) => {
                let texts = all.into_iter().map(|text| StringValue::from(text.into_owned()));
                Attribute::Array(Array::String(texts.collect()))
            }
        };
        self.push(KeyValue::new(key, value));
    }
}

impl Attributes for SdkLogRecord {
    fn put(&mut self, key: &'static str, value: Term<'_>) {
        let value: AnyValue = match value {
            Term::Bool(v) => v.into(),
            Term::I64(v) => v.into(),
            Term::F64(v) => v.into(),
            Term::Word(word) => word.into(),
            Term::Text(text) => text.to_owned().into(),
            Term::Texts(all) => all.into_iter().map(Cow::into_owned).collect(),
        };
        self.add_attribute(key, value);
    }
}

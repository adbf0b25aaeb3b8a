//! Values as they are recorded: raw where possible, text otherwise.

use std::borrow::Cow;
use std::fmt;

/// A recorded value. Numbers stay raw; anything else is text.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A boolean.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A signed integer wider than 64 bits.
    I128(i128),
    /// A floating-point number.
    F64(f64),
    /// Text: a string field, or what `Display` or `Debug` said.
    Text(Cow<'static, str>),
    /// A value that can be neither read nor formatted.
    Opaque,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(v) => v.fmt(f),
            Value::I64(v) => v.fmt(f),
            Value::U64(v) => v.fmt(f),
            Value::I128(v) => v.fmt(f),
            Value::F64(v) => v.fmt(f),
            Value::Text(v) => v.fmt(f),
            Value::Opaque => f.write_str("…"),
        }
    }
}

//! Values as they are recorded: numbers raw, anything else as bounded text.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use crate::model::Value;

/// How much text one value keeps, in bytes.
const TEXT: usize = 200;

/// A value to be recorded.
pub struct Cap<'a, T: ?Sized>(pub &'a T);

/// Values that are recorded as they are.
pub trait Raw {
    /// The value.
    fn raw(&self) -> Value;
}

macro_rules! raw {
    ($($type:ty => |$v:ident| $value:expr;)+) => { $(impl Raw for $type {
        #[inline]
        fn raw(&self) -> Value { let $v = *self; $value }
    })+ };
}
raw! {
    bool => |v| Value::Bool(v);
    i8 => |v| Value::I64(v.into());
    i16 => |v| Value::I64(v.into());
    i32 => |v| Value::I64(v.into());
    i64 => |v| Value::I64(v);
    isize => |v| Value::I64(v as i64);
    u8 => |v| Value::U64(v.into());
    u16 => |v| Value::U64(v.into());
    u32 => |v| Value::U64(v.into());
    u64 => |v| Value::U64(v);
    usize => |v| Value::U64(v as u64);
    i128 => |v| Value::I128(v);
    f32 => |v| Value::F64(v.into());
    f64 => |v| Value::F64(v);
    char => |v| Value::Text(Cow::Owned(v.to_string()));
}

impl Raw for String {
    fn raw(&self) -> Value {
        bounded(self)
    }
}
impl Raw for str {
    fn raw(&self) -> Value {
        bounded(&self)
    }
}

struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for c in more.chars() {
            if self.0.len() + c.len_utf8() > TEXT {
                self.0.push('…');
                return Err(fmt::Error);
            }
            self.0.push(c);
        }
        Ok(())
    }
}

fn bounded(value: &dyn fmt::Display) -> Value {
    let mut text = Bounded(String::new());
    // A text that does not fit ends in an ellipsis.
    let _full = write!(text, "{value}");
    Value::Text(Cow::Owned(text.0))
}

/// A value that is recorded as it is.
pub trait CapCopy {
    /// The value.
    fn candor_value(&self) -> Value;
    /// Whether reading it runs no code of the user's.
    #[inline]
    fn candor_is_raw(&self) -> bool {
        true
    }
}
impl<T: Raw + ?Sized> CapCopy for &&&Cap<'_, T> {
    #[inline]
    fn candor_value(&self) -> Value {
        self.0.raw()
    }
}

/// A value that says something.
pub trait CapDisplay {
    /// The value.
    fn candor_value(&self) -> Value;
    /// Reading it runs code of the user's.
    #[inline]
    fn candor_is_raw(&self) -> bool {
        false
    }
}
impl<T: fmt::Display + ?Sized> CapDisplay for &&Cap<'_, T> {
    fn candor_value(&self) -> Value {
        bounded(&self.0)
    }
}

/// A value that can be printed.
pub trait CapDebug {
    /// The value.
    fn candor_value(&self) -> Value;
    /// Reading it runs code of the user's.
    #[inline]
    fn candor_is_raw(&self) -> bool {
        false
    }
}
impl<T: fmt::Debug + ?Sized> CapDebug for &Cap<'_, T> {
    fn candor_value(&self) -> Value {
        bounded(&format_args!("{:?}", self.0))
    }
}

/// Any other value.
pub trait CapAny {
    /// Not readable.
    fn candor_value(&self) -> Value {
        Value::Opaque
    }
    /// It is not read.
    #[inline]
    fn candor_is_raw(&self) -> bool {
        true
    }
}
impl<T: ?Sized> CapAny for Cap<'_, T> {}

/// The key of a limit: its hash, and itself for the report. All keys of a limit are of one type, so a whole number is its own
/// hash; anything else is told apart by its text.
pub fn key_of(value: Value) -> Option<(u64, Value)> {
    let hash = match value {
        Value::U64(number) => number,
        Value::I64(number) => number.cast_unsigned(),
        Value::Text(ref text) => hash_of_text(text),
        ref other => hash_of_text(&other.to_string()),
    };
    Some((hash, value))
}

#[inline(never)]
fn hash_of_text(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_one_type_are_told_apart_by_what_they_say() {
        let text = |text: &str| Value::Text(Cow::Owned(text.to_owned()));
        let hash = |value: Value| key_of(value).map(|(hash, _)| hash);
        for (one, other) in [
            (Value::U64(7), Value::U64(8)),
            (Value::I64(-1), Value::I64(1)),
            (Value::I128(1 << 100), Value::I128(1)),
            (Value::F64(0.5), Value::F64(1.5)),
            (text("a-7"), text("a-8")),
        ] {
            assert_eq!(hash(one.clone()), hash(one.clone()));
            assert_ne!(hash(one), hash(other));
        }
        assert_eq!(key_of(Value::U64(7)).map(|(_, key)| key.to_string()).as_deref(), Some("7"));
    }
}

//! Values as they are recorded: raw where possible, text otherwise.

use std::borrow::Cow;
use std::fmt::Debug;

use super::outcome::bounded;
use crate::model::Value;

/// A value to record.
#[derive(Debug)]
pub struct Capture<'a, T: ?Sized>(pub &'a T);

/// A type that is recorded as it is.
pub trait Raw {
    /// The value.
    fn raw(&self) -> Value;
}

macro_rules! raw {
    ($($variant:ident($into:ty): $($own:ty)+;)+) => {$($(
        impl Raw for $own {
            fn raw(&self) -> Value {
                Value::$variant(<$into>::from(*self))
            }
        }
    )+)+};
}

raw! {
    Bool(bool): bool;
    I64(i64): i8 i16 i32 i64;
    U64(u64): u8 u16 u32 u64;
    I128(i128): i128;
    F64(f64): f32 f64;
}

impl Raw for usize {
    fn raw(&self) -> Value {
        Value::U64(*self as u64)
    }
}

impl Raw for isize {
    fn raw(&self) -> Value {
        Value::I64(*self as i64)
    }
}

impl Raw for char {
    fn raw(&self) -> Value {
        Value::Text(Cow::Owned(self.to_string()))
    }
}

impl Raw for str {
    fn raw(&self) -> Value {
        Value::Text(Cow::Owned(bounded(format_args!("{self}"))))
    }
}

impl Raw for String {
    fn raw(&self) -> Value {
        self.as_str().raw()
    }
}

impl Raw for Cow<'_, str> {
    fn raw(&self) -> Value {
        (**self).raw()
    }
}

impl<T: Raw + ?Sized> Raw for &T {
    fn raw(&self) -> Value {
        (**self).raw()
    }
}

/// The ladder: `(&&&Capture(&value)).value()`.
pub mod value {
    use super::{Capture, Cow, Debug, Raw, Value, bounded};

    /// Recorded as it is.
    pub trait C1 {
        /// The value.
        fn value(&self) -> Value;
    }
    impl<T: Raw + ?Sized> C1 for &&Capture<'_, T> {
        fn value(&self) -> Value {
            self.0.raw()
        }
    }

    /// Recorded as text.
    pub trait C2 {
        /// The value.
        fn value(&self) -> Value;
    }
    impl<T: Debug + ?Sized> C2 for &Capture<'_, T> {
        fn value(&self) -> Value {
            Value::Text(Cow::Owned(bounded(format_args!("{:?}", self.0))))
        }
    }

    /// Not readable.
    pub trait C3 {
        /// The value.
        fn value(&self) -> Value;
    }
    impl<T: ?Sized> C3 for Capture<'_, T> {
        fn value(&self) -> Value {
            Value::Opaque
        }
    }
}

/// The text of a value: `(&&&Capture(&value)).text()`, `None` where it has none.
pub mod text {
    use super::{Capture, Debug, bounded};
    use std::fmt::Display;

    /// By `Display`.
    pub trait T1 {
        /// The text.
        fn text(&self) -> Option<String>;
    }
    impl<T: Display + ?Sized> T1 for &&Capture<'_, T> {
        fn text(&self) -> Option<String> {
            Some(bounded(format_args!("{}", self.0)))
        }
    }

    /// By `Debug`.
    pub trait T2 {
        /// The text.
        fn text(&self) -> Option<String>;
    }
    impl<T: Debug + ?Sized> T2 for &Capture<'_, T> {
        fn text(&self) -> Option<String> {
            Some(bounded(format_args!("{:?}", self.0)))
        }
    }

    /// None.
    pub trait T3 {
        /// The text.
        fn text(&self) -> Option<String>;
    }
    impl<T: ?Sized> T3 for Capture<'_, T> {
        fn text(&self) -> Option<String> {
            None
        }
    }
}

/// Text for a report; `…` where a value has none.
pub mod shown {
    use super::{Capture, Debug, bounded};

    /// By `Debug`.
    pub trait S1 {
        /// The text.
        fn shown(&self) -> String;
    }
    impl<T: Debug + ?Sized> S1 for &Capture<'_, T> {
        fn shown(&self) -> String {
            bounded(format_args!("{:?}", self.0))
        }
    }

    /// None.
    pub trait S2 {
        /// The text.
        fn shown(&self) -> String;
    }
    impl<T: ?Sized> S2 for Capture<'_, T> {
        fn shown(&self) -> String {
            "…".to_owned()
        }
    }
}

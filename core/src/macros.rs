//! The macros that people write: events, checkpoints, witnesses, recoveries.

/// Says that a domain fact has happened. Say it where the effect returned success, not before the final `Ok`.
///
/// ```
/// # use candor::{Event, emit};
/// #[derive(Event)]
/// struct RowInserted {
///     table: &'static str,
/// }
///
/// fn insert(rows: &mut Vec<u64>, row: u64) {
///     rows.push(row);
///     emit!(RowInserted { table: "orders" });
/// }
/// ```
#[macro_export]
macro_rules! emit {
    ($event:expr $(,)?) => {
        $crate::__private::emit_event($event, $crate::__site!())
    };
}

/// Asserts on intermediate state: what has to hold here, now. A false one is a C108; the code goes on.
///
/// ```
/// # use candor::checkpoint;
/// let (debit, credit) = (300, 300);
/// checkpoint!(debit == credit);
/// checkpoint!(debit == credit, "the books balance: {debit} and {credit}");
/// ```
#[macro_export]
macro_rules! checkpoint {
    ($holds:expr $(,)?) => {
        $crate::__private::checkpoint($crate::__check!($holds), || $crate::__private::Held::from($holds))
    };
    ($holds:expr, $($says:tt)+) => {
        $crate::__private::checkpoint($crate::__check!($holds), || {
            if $holds {
                $crate::__private::Held::Yes
            } else {
                $crate::__private::Held::No {
                    expected: $crate::__private::std::string::String::from($crate::__private::core::stringify!($holds)),
                    observed: $crate::__private::std::format!($($says)+),
                    claimed: $crate::__private::core::option::Option::None,
                }
            }
        })
    };
}

/// Witnesses that a place of the code is reached, or that something is sometimes true. The name and the condition may
/// stand in either order.
///
/// ```
/// # use candor::sometimes;
/// # let hits = 3;
/// sometimes!("the cache answers", hits > 0);
/// sometimes!(hits > 9, "the cache is warm");
/// sometimes!("a cold start");
/// ```
///
/// Without a name there is nothing to report:
///
/// ```compile_fail
/// # let hits = 3;
/// candor::sometimes!(hits > 0);
/// ```
#[macro_export]
macro_rules! sometimes {
    ($name:literal $(,)?) => {
        $crate::__private::sometimes($name, $crate::__site!())
    };
    // A truth value is a literal too, and never a name.
    (true, $name:literal $(,)?) => {
        $crate::sometimes!($name, true)
    };
    (false, $name:literal $(,)?) => {
        $crate::sometimes!($name, false)
    };
    ($name:literal, $holds:expr $(,)?) => {
        if $crate::__private::is_on()
            && $crate::__private::guarded("sometimes!", || -> bool { $holds }) == $crate::__private::core::option::Option::Some(true)
        {
            $crate::__private::sometimes($name, $crate::__site!())
        }
    };
    ($holds:expr, $name:literal $(,)?) => {
        $crate::sometimes!($name, $holds)
    };
    ($($other:tt)*) => {
        $crate::__private::core::compile_error!("`sometimes!` takes a name in quotes, and a condition if there is one: `sometimes!(\"the cache answers\", hits > 0)`")
    };
}

/// Says why an error may be let go, in the arm that has it.
///
/// ```
/// # use candor::recovered;
/// # fn refresh() -> Result<(), String> { Err("cold".to_owned()) }
/// if let Err(error) = refresh() {
///     recovered!(error, "the cache is best effort");
/// }
/// ```
#[macro_export]
macro_rules! recovered {
    ($error:expr, $why:literal $(,)?) => {
        match &$error {
            error => {
                #[allow(unused_imports)]
                use $crate::__private::{CapAny as _, CapCopy as _, CapDebug as _, CapDisplay as _};
                $crate::__private::recovered_as(
                    error,
                    || (&&&&$crate::__private::Cap(error)).candor_value(),
                    $why,
                )
            }
        }
    };
}

/// The place of a macro call.
#[doc(hidden)]
#[macro_export]
macro_rules! __site {
    () => {{
        const SITE: &$crate::__private::Site = &$crate::__private::Site {
            file: $crate::__private::core::file!(),
            line: $crate::__private::core::line!(),
            column: $crate::__private::core::column!(),
            function: "",
        };
        SITE
    }};
}

/// The static of a checkpoint.
#[doc(hidden)]
#[macro_export]
macro_rules! __check {
    ($holds:expr) => {{
        const CHECK: &$crate::__private::Check = &$crate::__private::Check {
            code: $crate::__private::Code::C108,
            clause: $crate::__private::core::stringify!($holds),
            site: $crate::__private::Site {
                file: $crate::__private::core::file!(),
                line: $crate::__private::core::line!(),
                column: $crate::__private::core::column!(),
                function: "",
            },
        };
        CHECK
    }};
}

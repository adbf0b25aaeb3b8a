//! The one integration binary of the macros: hygiene (it compiles and changes nothing) and errors (it does not compile).

#[path = "../hygiene/mod.rs"]
#[allow(clippy::all, clippy::restriction, reason = "code of strangers, odd on purpose")]
mod hygiene;
mod macro_errors;

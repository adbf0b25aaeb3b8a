//! The one integration binary of the macros: hygiene (it compiles and changes nothing) and errors (it does not compile).

#[path = "../hygiene/mod.rs"]
mod hygiene;
mod macro_errors;
mod macro_probes;

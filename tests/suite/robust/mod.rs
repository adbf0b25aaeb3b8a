//! candor under bad conditions: what it asks of the user's code panics, recurses, or is far too much.

mod bound;
mod panic;
mod reentry;

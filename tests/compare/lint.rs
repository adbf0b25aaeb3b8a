//! Clippy, all of it, finds nothing in an observed function that it does not find without the attribute.

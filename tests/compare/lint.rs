//! Clippy, all of it, finds nothing in an observed function that it does not find without the attribute.

use std::collections::BTreeSet;

use crate::project::{Project, Said};

/// Functions as people write them, good ones and bad ones.
const FUNCTIONS: &str = concat!(include_str!("functions.rs"), include_str!("badly.rs"));

/// What is asked for: everything that clippy has.
const ASKED: &str = "#![warn(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction, unused, unused_qualifications)]\n\
    #![allow(dead_code, unused_imports, clippy::blanket_clippy_restriction_lints)]\n";

/// What may be raised, and why: lints of the group `restriction`, which nobody has who did not ask for them.
const RAISED: [(&str, &str); 3] = [
    ("implicit_return", "it asks for a `return` at the end, which stands elsewhere now"),
    ("default_numeric_fallback", "a clause is code of the user's: its numbers have no suffix either"),
    ("float_arithmetic", "a clause is code of the user's: it reckons with floats"),
];

/// What may be hidden, and why.
const HIDDEN: [(&str, &str); 6] = [
    ("implicit_return", "as above"),
    ("missing_const_for_fn", "an observed function cannot be a `const fn`"),
    ("unused_async", "the body is awaited, so that its value can be looked at"),
    ("needless_return", "the value of a `return` is looked at, so it is another expression"),
    ("manual_unwrap_or_default", "an arm that drops an error notes it first, so it is another expression"),
    ("let_underscore_untyped", "the dropped value is looked at, so it is another expression"),
];

#[test]
fn clippy_says_the_same_with_the_attribute() {
    let is_attribute = |line: &&str| line.trim_start().starts_with("#[observe");
    let functions = FUNCTIONS.lines().filter(is_attribute).count();
    assert!(functions > 50, "{functions}");
    let plain: Vec<&str> =
        FUNCTIONS.lines().map(|line| if is_attribute(&line) { "" } else { line }).collect();
    let (observed, plain) = (said("lint_observed", FUNCTIONS), said("lint_plain", &plain.join("\n")));
    println!(
        "{functions} observed functions: clippy says {} things without, {} with",
        plain.len(),
        observed.len()
    );
    let unexplained = |all: BTreeSet<&String>, known: &[(&str, &str)]| -> Vec<String> {
        let is_known =
            |said: &str| known.iter().any(|(lint, _)| said.starts_with(&format!("clippy::{lint} ")));
        all.into_iter().filter(|said| !is_known(said)).cloned().collect()
    };
    let raised = unexplained(observed.difference(&plain).collect(), &RAISED);
    assert!(raised.is_empty(), "clippy raises these because of the attribute: {raised:#?}");
    let hidden = unexplained(plain.difference(&observed).collect(), &HIDDEN);
    assert!(hidden.is_empty(), "the attribute hides these: {hidden:#?}");
    for bad in ["float_cmp", "let_unit_value", "let_and_return", "ptr_arg", "cast_possible_truncation"] {
        let is_bad = |said: &String| said.starts_with(&format!("clippy::{bad} "));
        assert!(
            observed.iter().any(is_bad),
            "{bad} is not found in the function that was written to have it"
        );
    }
}

/// What clippy says of these functions in a library, in which all of them are public.
fn said(project: &str, functions: &str) -> BTreeSet<String> {
    let mut public = String::from(ASKED);
    for line in functions.lines() {
        let is_item =
            ["fn ", "async fn ", "struct ", "enum ", "trait "].iter().any(|item| line.starts_with(item));
        public.push_str(if is_item { "pub " } else { "" });
        public.push_str(line);
        public.push('\n');
    }
    let mut library = Project::new(project);
    library.add_library(&public);
    let said = library.ask("clippy");
    said["compared"].iter().map(Said::short).collect()
}

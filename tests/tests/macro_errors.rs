//! Wrong programs: one clear error each, on the right token.

#[test]
fn wrong_programs_are_told_what_is_wrong() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*/*.rs");
}

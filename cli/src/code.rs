//! Codes as an argument: by code or by name, in any case.

use candor::model::Code;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// Parses a code. Of one that does not exist, clap names those that are near.
pub(crate) fn parser() -> impl TypedValueParser<Value = Code> {
    let values = Code::ALL
        .iter()
        .map(|code| PossibleValue::new(code.as_str()).alias(code.name()).help(code.meaning()))
        .collect::<Vec<_>>();
    PossibleValuesParser::new(values).try_map(|text| named(&text).ok_or("no such code"))
}

fn named(text: &str) -> Option<Code> {
    let is_it =
        |code: &&Code| code.as_str().eq_ignore_ascii_case(text) || code.name().eq_ignore_ascii_case(text);
    Code::ALL.iter().find(is_it).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_code_and_by_name() {
        assert_eq!(named("c101"), Some(Code::C101));
        assert_eq!(named("Swallowed-Error"), Some(Code::C101));
        assert_eq!(named("C100"), None);
    }
}

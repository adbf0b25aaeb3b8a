//! Codes as an argument: by code or by name, in any case.

use candor::model::Code;

/// Parses a code. For one that does not exist, the error names those of the same family.
pub(crate) fn parse(text: &str) -> Result<Code, String> {
    named(text).ok_or_else(|| {
        let near: Vec<String> = Code::ALL
            .iter()
            .filter(|code| text.get(..2).is_some_and(|head| code.as_str().starts_with(&head.to_uppercase())))
            .map(|code| format!("{code} {}", code.name()))
            .collect();
        match near.as_slice() {
            [] => "no such code; `cargo candor codes` lists them".to_owned(),
            _ => format!("no such code; near are {}", near.join(", ")),
        }
    })
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

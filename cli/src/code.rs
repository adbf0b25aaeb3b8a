//! Codes as an argument: by code or by name, in any case.

use candor::model::{Code, Level};

/// A code that can be explained: one that a run reports, or the one that the compiler does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Reported by a run.
    Reported(Code),
    /// C902, which no binary can contain.
    Refused,
}

impl Known {
    /// Every code, in order.
    pub(crate) fn all() -> impl Iterator<Item = Known> {
        let at = Code::ALL.partition_point(|code| code.as_str() < Known::Refused.as_str());
        let reported = || Code::ALL.iter().copied().map(Known::Reported);
        reported().take(at).chain([Known::Refused]).chain(reported().skip(at))
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Known::Reported(code) => code.as_str(),
            Known::Refused => "C902",
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Known::Reported(code) => code.name(),
            Known::Refused => "contradictory-or-dead-rule",
        }
    }

    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Known::Reported(code) => code.meaning(),
            Known::Refused => {
                "The attribute declares what cannot hold: the compiler refuses it, so no run reports it."
            }
        }
    }

    /// Its usual level; an error of the compiler is as serious as a violation.
    pub(crate) const fn level(self) -> Level {
        match self {
            Known::Reported(code) => code.level(),
            Known::Refused => Level::Violation,
        }
    }

    pub(crate) const fn level_name(self) -> &'static str {
        match self {
            Known::Reported(code) => code.level().as_str(),
            Known::Refused => "compiler",
        }
    }
}

/// Parses a code. For one that does not exist, the error names those of the same family.
pub(crate) fn parse(text: &str) -> Result<Known, String> {
    named(text).ok_or_else(|| {
        let near: Vec<String> = Known::all()
            .filter(|code| text.get(..2).is_some_and(|head| code.as_str().starts_with(&head.to_uppercase())))
            .map(|code| format!("{} {}", code.as_str(), code.name()))
            .collect();
        match near.as_slice() {
            [] => "no such code; `cargo candor codes` lists them".to_owned(),
            _ => format!("no such code; near are {}", near.join(", ")),
        }
    })
}

fn named(text: &str) -> Option<Known> {
    let is_it =
        |code: &Known| code.as_str().eq_ignore_ascii_case(text) || code.name().eq_ignore_ascii_case(text);
    Known::all().find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_code_and_by_name() {
        assert_eq!(named("c101"), Some(Known::Reported(Code::C101)));
        assert_eq!(named("Swallowed-Error"), Some(Known::Reported(Code::C101)));
        assert_eq!(named("C902"), Some(Known::Refused));
        assert_eq!(named("C100"), None);
    }

    #[test]
    fn all_are_in_order() {
        let codes: Vec<&str> = Known::all().map(Known::as_str).collect();
        assert!(codes.is_sorted());
        assert_eq!(codes.len(), Code::ALL.len() + 1);
    }
}

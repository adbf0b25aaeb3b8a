//! A plain report with source lines, for tests and for the end of a process.

use super::source;
use crate::model::Divergence;

/// Every finding as text, with its line of source.
pub(crate) fn report<'a>(findings: impl IntoIterator<Item = &'a Divergence>) -> String {
    findings.into_iter().map(|finding| with_source(finding) + "\n").collect()
}

/// The plain rendering, with the line of source beneath its `-->`.
pub(super) fn with_source(finding: &Divergence) -> String {
    let mut text = String::new();
    let source = source::line(&finding.site).map(|line| (source::frame(&line, &finding.site), line));
    let source = source.as_ref().map(|(frame, line)| (line.as_str(), frame.as_str()));
    // Writing to a string cannot fail.
    let _written = finding.write(&mut text, source);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Code, Site};

    #[test]
    fn the_source_stands_beneath_the_place() {
        let line = line!() + 1;
        let function = "this line is looked for";
        let mut finding =
            Divergence::new(Code::C101, "pay", Site { file: file!(), line, column: 9, function });
        finding.expected = "a".to_owned();
        finding.observed = "b".to_owned();
        let text = report([&finding]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "error[C101]: swallowed error in `pay`");
        assert!(lines[1].starts_with("  --> "), "{text}");
        assert!(lines[3].contains("let function ="), "{text}");
        assert!(lines[4].contains("^^^"), "{text}");
        assert_eq!(lines[5], "   = expected: a");
    }

    #[test]
    fn without_a_source_the_plain_text_is_the_report() {
        let finding = Divergence::new(Code::C901, "candor", Site::UNKNOWN);
        assert_eq!(report([&finding]), format!("{finding}\n"));
    }
}

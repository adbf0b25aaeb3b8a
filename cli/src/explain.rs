//! `cargo candor explain CODE`: what a code means, when it fires and when not, how to fix it, and an example.
//!
//! The texts are files in `explain/`, one for each code.

use std::io::Write as _;

use anstyle::{AnsiColor, Style as Paint};
use clap::Args;

use crate::code::{self, Known};
use crate::{Outcome, codes};

/// Explain a code: when it fires, when it stays silent, how to fix it, with an example.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A code such as `C101`, or its name, such as `swallowed-error`.
    #[arg(required = true, value_name = "CODE", value_parser = code::parse)]
    codes: Vec<Known>,
}

macro_rules! texts {
    ($($code:ident)+) => {
        /// The text of each code, in Markdown.
        const TEXTS: &[(&str, &str)] =
            &[$((stringify!($code), include_str!(concat!("../explain/", stringify!($code), ".md")))),+];
    };
}

texts! {
    C101 C102 C103 C104 C105 C106 C107 C108 C109 C110 C111 C112 C113 C114 C115 C116 C117 C118 C119 C120
    C301
    C901 C902 C903 C904
}

impl Explain {
    pub(crate) fn run(&self) -> Outcome {
        let texts: Vec<String> = self.codes.iter().map(|code| explanation(*code)).collect();
        let mut out = anstream::stdout().lock();
        out.write_all(texts.join("\n").as_bytes())?;
        Ok(out.flush()?)
    }
}

fn explanation(code: Known) -> String {
    let text = TEXTS.iter().find(|(known, _)| *known == code.as_str()).map_or("", |(_, text)| text);
    let paint = codes::paint(code.level());
    let mut out = format!("{paint}{}{paint:#} {} ({})\n", code.as_str(), code.name(), code.level_name());
    out.push_str(&format!("{}\n", code.meaning()));
    let mut is_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else {
            let shown = shown(line, is_code);
            // A heading brings its own blank line.
            out.push_str(if out.ends_with("\n\n") { shown.trim_start_matches('\n') } else { &shown });
        }
    }
    out
}

/// One line of Markdown as a terminal shows it.
fn shown(line: &str, is_code: bool) -> String {
    const HEADING: Paint = Paint::new().bold();
    const COMMENT: Paint = AnsiColor::Green.on_default();
    if let Some(heading) = line.strip_prefix("# ").filter(|_| !is_code) {
        return format!("\n{HEADING}{heading}{HEADING:#}\n");
    }
    let indent = if is_code { "    " } else { "  " };
    match line.split_once("// ") {
        Some((head, comment)) if is_code => format!("{indent}{head}{COMMENT}// {comment}{COMMENT:#}\n"),
        _ if line.is_empty() => "\n".to_owned(),
        _ => format!("{indent}{line}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_text_with_the_same_sections() {
        let known: Vec<&str> = TEXTS.iter().map(|(code, _)| *code).collect();
        assert_eq!(known, Known::all().map(Known::as_str).collect::<Vec<_>>());
        for (code, text) in TEXTS {
            let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("# ")).collect();
            assert_eq!(
                headings,
                ["# Fires when", "# Stays silent when", "# How to fix it", "# Example"],
                "{code}"
            );
            assert!(text.contains(code), "the example of {code} points at what is reported");
            assert!(text.lines().all(|line| line.len() <= 96), "{code} fits into a terminal");
        }
    }

    #[test]
    fn what_the_compiler_finds_is_explained_too() {
        let text = anstream::adapter::strip_str(&explanation(Known::Refused)).to_string();
        assert!(text.starts_with("C902 contradictory-or-dead-rule (compiler)\n"), "{text}");
        assert!(text.contains("nothing with this code is ever reported by a run"), "{text}");
    }

    #[test]
    fn a_text_as_it_is_shown() {
        let text = anstream::adapter::strip_str(&explanation(Known::Reported(candor::model::Code::C120)))
            .to_string();
        assert_eq!(
            text,
            "C120 wrong-path (violation)
The result is right, but a declared step was never on the path.

Fires when
  The operation fulfilled, and a step that it declares with `via(..)` was not on the
  path: the result may be right by coincidence.

Stays silent when
  The step happened, or the operation did not fulfil.

How to fix it
  Follow the path that was taken. Often a default happens to equal the right answer.

Example
    #[observe(via(DiscountApplied))]
    fn price(cart: &Cart, rules: &Rules) -> Result<Cents, PriceError> {
        let rule = rules.find(cart.customer);           // finds none, the total fits: C120
        Ok(cart.total_with(rule))
    }
"
        );
    }
}

//! Words that say "not finished". What is not finished is not committed.

use super::Complaint;
use super::source::Source;

/// The words, in two halves each, so that this file does not contain what it looks for.
const WORDS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("unimple", "mented!"),
    concat!("to", "do!"),
    concat!("#[", "ignore"),
];

/// Complains about every such word, in code and in comments.
pub(super) fn check(source: &Source) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        for word in WORDS.iter().filter(|word| has_word(line, word)) {
            let mend = "finish it, or take it out and write an issue";
            complaints.push(source.complaint(
                number + 1,
                format!("`{word}` says that this is not finished"),
                mend,
            ));
        }
    }
    complaints
}

/// Whether the word stands there by itself and not as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|after| after.chars().next());
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        // A word that ends in a sign, as a macro does, is complete whatever follows.
        !is_part(before) && (word.ends_with('!') || !is_part(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_fires_on_its_line() {
        for word in WORDS {
            let found = check(&Source::new("core/src/lib.rs", &format!("//! A.\n// {word} (later)\n")));
            assert_eq!(found.iter().map(|complaint| complaint.line).collect::<Vec<_>>(), [2], "{word}");
        }
    }

    #[test]
    fn look_alikes_are_silent() {
        for text in [
            "struct Todo;",
            "const TODOS: u8 = 0;",
            "// XXXL",
            "fn todo() {}",
            "#[allow(x)] // ignored",
            "MAXXX",
        ] {
            assert_eq!(check(&Source::new("core/src/lib.rs", text)), [], "{text}");
        }
    }
}

//! The words of the attribute, and what a misspelt one was probably meant to be.

use proc_macro2::Ident;
use syn::Error;

/// Every word, for the message that names them.
const WORDS: &str = "`key`, `emits`, `never`, `at_most`, `claims`, `before`, `together`, `compensates`, `via`, `agrees`, `retries`, `requires`, \
    `ensures`, `always`, `accounts`, `track`, `maintains`, `recovers`, `outcome`, `cancel_safe`, `idempotent`, `allow`, `crate`, `skip`, and \
    of `tracing::instrument`: `name`, `target`, `level`, `parent`, `follows_from`, `skip(..)`, `skip_all`, `fields`, `args`, \
    `err`, `ret`";

/// The words that may stand more than once.
const REPEATABLE: [&str; 16] = [
    "emits",
    "never",
    "at_most",
    "claims",
    "before",
    "together",
    "compensates",
    "via",
    "requires",
    "ensures",
    "always",
    "accounts",
    "track",
    "maintains",
    "recovers",
    "allow",
];

/// The words of one attribute: which were seen, and whether the legal ones were already told.
#[derive(Default)]
pub(crate) struct Vocabulary {
    seen: Vec<String>,
    is_told: bool,
}

impl Vocabulary {
    /// Notes a word; one that fills a slot cannot stand twice.
    pub(super) fn see(&mut self, word: &Ident, name: &str) -> syn::Result<()> {
        if !REPEATABLE.contains(&name) && self.seen.iter().any(|seen| seen == name) {
            return Err(Error::new(word.span(), format!("`{name}` is given twice")));
        }
        self.seen.push(name.to_owned());
        Ok(())
    }

    /// The first unknown word is told with all that are known; the list is long, so the next ones are told without.
    pub(super) fn unknown(&mut self, word: &Ident, name: &str) -> Error {
        let near = near(name, known());
        let list = match std::mem::replace(&mut self.is_told, true) {
            true => String::new(),
            false => format!("; the words of `observe` are {WORDS}"),
        };
        Error::new(word.span(), format!("unknown word `{name}`{near}{list}"))
    }
}

/// The words themselves.
fn known() -> impl Iterator<Item = &'static str> {
    WORDS
        .split('`')
        .skip(1)
        .step_by(2)
        .map(|word| word.trim_end_matches("(..)"))
        .filter(|word| !word.contains(':'))
}

/// The word that was probably meant: at most two letters away, and at most half of a short word.
pub(crate) fn near<'a>(name: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    let nearest = words.into_iter().map(|word| (distance(name, word), word)).min();
    match nearest {
        Some((steps, word)) if steps <= 2 && steps * 2 <= name.chars().count() => {
            format!(" (did you mean `{word}`?)")
        }
        _ => String::new(),
    }
}

/// How many letters two words differ by.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (index, x) in a.chars().enumerate() {
        let mut next = vec![index + 1];
        for ((y, diagonal), above) in b.chars().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(x != y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{known, near};

    #[test]
    fn a_word_is_suggested_when_two_letters_differ_and_not_when_three_do() {
        assert_eq!(near("emit", known()), " (did you mean `emits`?)");
        assert_eq!(near("maintans", known()), " (did you mean `maintains`?)");
        assert_eq!(near("requirements", known()), "");
        assert_eq!(near("ab", known()), "", "two letters are all of it");
    }

    #[test]
    fn the_name_of_another_attribute_is_no_word() {
        assert!(known().all(|word| word != "tracing::instrument" && word != "observe"));
        assert!(known().any(|word| word == "ret") && known().any(|word| word == "key"));
    }
}

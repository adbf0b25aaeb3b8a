//! The crate's own tests, by name: which were green, and whether they still are.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::build::Copy;

/// A test: its target and its name.
pub(super) type Name = (String, String);

/// How each test ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trial {
    pub(super) ended: BTreeMap<Name, bool>,
}

impl Trial {
    /// Runs the tests of these targets.
    ///
    /// # Errors
    /// When cargo cannot be started.
    pub(super) fn run(copy: &Copy, targets: &BTreeSet<Vec<String>>, more: Extra<'_>) -> io::Result<Trial> {
        if targets.is_empty() && !more.doc {
            return Ok(Trial::default());
        }
        let mut cargo = copy.cargo("test");
        cargo.arg("--no-fail-fast").args(targets.iter().flatten()).envs(more.env.iter().copied());
        let mut trial = Trial::read(&copy.logged(&mut cargo, more.log)?);
        if more.doc && targets.contains(&vec!["--lib".to_owned()]) {
            let mut cargo = copy.cargo("test");
            cargo.args(["--no-fail-fast", "--doc"]).envs(more.env.iter().copied());
            trial
                .ended
                .extend(Trial::read(&copy.logged(&mut cargo, &more.log.with_extension("doc.log"))?).ended);
        }
        Ok(trial)
    }

    /// Reads what cargo and libtest have written.
    fn read(text: &str) -> Trial {
        let mut trial = Trial::default();
        let mut target = String::new();
        for line in text.lines() {
            let line = line.trim_start();
            if let Some(running) = line.strip_prefix("Running ") {
                target = running.split(" (").next().unwrap_or(running).to_owned();
            } else if line.starts_with("Doc-tests ") {
                target = line.to_owned();
            } else if let Some((name, passed)) = ended(line) {
                trial.ended.insert((target.clone(), name), passed);
            }
        }
        trial
    }

    pub(super) fn green(&self) -> usize {
        self.ended.values().filter(|passed| **passed).count()
    }

    /// The tests that were green here and are not green there, or did not end there.
    pub(super) fn broken(&self, after: &Trial) -> BTreeSet<Name> {
        let green = self.ended.iter().filter(|(_, passed)| **passed).map(|(name, _)| name);
        green.filter(|name| after.ended.get(name) != Some(&true)).cloned().collect()
    }

    /// Takes over what passed at another try: such a test depends on the machine.
    pub(super) fn or(&mut self, again: &Trial) {
        for (name, passed) in &again.ended {
            *self.ended.entry(name.clone()).or_default() |= passed;
        }
    }
}

/// What a test run gets besides its targets.
#[derive(Clone, Copy)]
pub(super) struct Extra<'a> {
    pub(super) log: &'a Path,
    pub(super) env: &'a [(&'a str, &'a str)],
    /// Examples in documentation are run too.
    pub(super) doc: bool,
}

/// `test tests::name ... ok`
fn ended(line: &str) -> Option<(String, bool)> {
    let (name, rest) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let name = name.strip_suffix(" - should panic").unwrap_or(name).to_owned();
    match rest.split_whitespace().next()? {
        "ok" => Some((name, true)),
        "ignored" | "ignored," => None,
        _ => Some((name, false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "     Running unittests src/lib.rs (target/debug/deps/a-0123)\nrunning 3 tests\ntest a ... ok\n\
        test b - should panic ... ok\ntest c ... FAILED\ntest d ... ignored, no network\n   Doc-tests a\ntest src/lib.rs - f (line 3) ... ok\n";

    #[test]
    fn tests_are_known_by_target_and_name() {
        let trial = Trial::read(BEFORE);
        assert_eq!((trial.ended.len(), trial.green()), (4, 3));
        assert_eq!(trial.ended.get(&("unittests src/lib.rs".into(), "c".into())), Some(&false));
        assert!(trial.ended.contains_key(&("Doc-tests a".into(), "src/lib.rs - f (line 3)".into())));
    }

    #[test]
    fn a_test_that_turned_red_or_vanished_is_broken_and_one_that_was_red_is_not() {
        let before = Trial::read(BEFORE);
        let after =
            Trial::read(&BEFORE.replace("test a ... ok", "test a ... FAILED").replace("test b", "est b"));
        let broken: Vec<String> = before.broken(&after).into_iter().map(|(_, name)| name).collect();
        assert_eq!(broken, ["a", "b"]);
        assert!(before.broken(&before).is_empty());
    }

    #[test]
    fn a_test_that_passes_at_the_second_try_depends_on_the_machine() {
        let before = Trial::read(BEFORE);
        let mut after = Trial::read(&BEFORE.replace("test a ... ok", "test a ... FAILED"));
        after.or(&before);
        assert!(before.broken(&after).is_empty());
    }
}

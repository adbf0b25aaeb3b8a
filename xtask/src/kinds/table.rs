//! The table, for a terminal and for `docs/kinds.md`.

use std::fmt::Write as _;

use super::kind::Kind;
use super::verdict::Row;

/// A contender that could not be measured, and why.
pub(super) struct LeftOut {
    pub(super) contender: &'static str,
    pub(super) why: String,
}

/// What one row says of the kinds that have to be refused.
fn refusals(row: &Row) -> String {
    let each = row.refused.iter().map(|(_, errors)| match errors.len() {
        0 => "compiles".to_owned(),
        1 => "1 error".to_owned(),
        count => format!("{count} errors"),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The rows and all that failed, as text.
pub(super) fn text(rows: &[Row]) -> String {
    let mut out =
        format!("{:<33} {:<8} {:<12} {:<9} const fn\n", "attribute", "edition", "compile", "warnings");
    for row in rows {
        let compiled = format!("{} of {}", row.compiled(), row.total);
        line(
            &mut out,
            format_args!(
                "{:<33} {:<8} {compiled:<12} {:<9} {}",
                row.contender,
                row.edition,
                row.warned.len(),
                refusals(row)
            ),
        );
    }
    for row in rows.iter().filter(|row| !row.is_clean()) {
        line(&mut out, format_args!("\n{}, edition {}:", row.contender, row.edition));
        for (name, why) in row.failed.iter().chain(&row.warned).chain(&row.wrong) {
            line(&mut out, format_args!("  {name}: {why}"));
        }
    }
    out
}

/// The page.
pub(super) fn markdown(kinds: &[Kind], rows: &[Row], left_out: &[LeftOut]) -> String {
    let mut out = String::from(HEAD);
    out.push_str(
        "| Attribute | Edition | Compile | With new warnings | A `const fn` |\n|---|---|---|---|---|\n",
    );
    for row in rows {
        line(
            &mut out,
            format_args!(
                "| {} | {} | {} of {} | {} | {} |",
                row.contender,
                row.edition,
                row.compiled(),
                row.total,
                row.warned.len(),
                refusals(row)
            ),
        );
    }
    for LeftOut { contender, why } in left_out {
        line(&mut out, format_args!("\n{contender} could not be measured: {why}"));
    }
    out.push_str(
        "\n## What fails\n\nOne line for each, with the first error of the compiler, in edition 2024.\n",
    );
    for row in rows.iter().filter(|row| row.edition == "2024" && !row.failed.is_empty()) {
        line(&mut out, format_args!("\n**{}**\n", row.contender));
        for (name, why) in &row.failed {
            line(&mut out, format_args!("- `{name}`: {}", escaped(why)));
        }
    }
    out.push_str("\n## The kinds\n\n| Program | What is marked in it |\n|---|---|\n");
    for kind in kinds {
        line(&mut out, format_args!("| [`{}`](../{}) | {} |", kind.name, kind.path, kind.title));
    }
    out
}

fn line(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    if writeln!(out, "{line}").is_err() {
        out.push('\n');
    }
}

/// An error as prose: what looks like markup is none.
fn escaped(text: &str) -> String {
    text.replace('<', "\\<").replace('*', "\\*").replace('_', "\\_")
}

const HEAD: &str = "# Kinds of function

Each program under `tests/kinds` has a function of one kind, and a `main` that asserts what it does. They are compiled with each attribute
on the marked functions, in the editions 2021 and 2024; some need 2024. With candor they are also run, once with nothing installed and once observed, and
nothing may be reported of them. The others are the newest releases; arguments are skipped where an attribute would record them, and `err` and
`ret` are asked for only where the value can be shown.

A `const fn` cannot be observed: it may run inside the compiler, where there is no clock and no thread. What is right there is one error
that says so, and the table counts the errors.

Six limits come from the language, and hold whatever an attribute does:

- A clause that reads a place when the call ends needs the place to be there. Over an argument that the body moves away, `ensures` is an error
  of the compiler; `old(..)` keeps what it needs from the start.
- What a function has lent out as `&mut`, its caller may still change. It cannot be tracked to the end of the call.
- `#[track_caller]` does not reach into a closure. Under a contract such a body stands in a block that its exits leave: each `return` and `?`
  that is written in it is checked, one inside a macro such as `bail!` is not.
- What a value is, is asked where it stands. The type of an expression that never ends is still open there, as that of `forever().await` is.
  Where the value is thrown away it becomes `!` or `()`, by the edition, and that is allowed for. Code behind it may give it another type:
  `let work = thread::spawn(|| exit(1)); let n: u8 = work.join()?;`. Numbers, texts, references, boxes, options and lists are allowed for as well;
  a `Result` or a type of the user's own is an error, until the closure says what it returns: `|| -> Job { exit(1) }`.
- Nothing can borrow a field of a `#[repr(packed)]` struct. `packed.result.ok()` takes the `Result` out of it, and the attribute looks at it
  before: that is the error E0793. `{ packed.result }.ok()` does the same and compiles.
- A function in a body cannot ask a type of the `impl` block around for a part of it. Under a contract, and in an `async fn`, a closure that
  is returned as `impl Fn(&Self::Item)` has to say its types; one that is returned as `impl Fn(&T::Item)`, of a `T` of the function, has not.

This page is written by:

```sh
cargo xtask kinds --markdown docs/kinds.md
```

`cargo xtask kinds --own` compiles and runs only the ones with candor; it is a step of the gate.

";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The command that makes the page.
    const COMMAND: &str = "cargo xtask kinds --markdown docs/kinds.md";

    #[test]
    fn the_page_has_its_command_and_every_kind() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let page = std::fs::read_to_string(root.join("docs/kinds.md")).unwrap();
        assert!(HEAD.contains(COMMAND) && page.contains(COMMAND));
        for kind in Kind::all(root).unwrap() {
            assert!(page.contains(&format!("| [`{}`]", kind.name)), "{}: repeat {COMMAND}", kind.name);
        }
    }
}

//! What to write instead: the user's own line, edited.

use super::{Code, Divergence};

/// The help of a finding, with what it says in general replaced by the user's own line as it should be, if its form is known.
pub(super) fn help(found: &Divergence, line: Option<&str>) -> Vec<String> {
    let edited = line.and_then(|line| edit(found, code_of(line)));
    match edited {
        None => found.help.clone(),
        Some(edited) => {
            // Both general lines of a lost task have an edited one; the others have a way out besides.
            let said = if found.code == Code::C119 { 2 } else { 1 };
            edited.into_iter().chain(found.help.iter().skip(said).cloned()).collect()
        }
    }
}

/// The line without its comment.
fn code_of(line: &str) -> &str {
    let end = line.match_indices("//").map(|(at, _)| at).find(|at| {
        // In a string, as in `"https://…"`, it is no comment.
        line.get(..*at).is_some_and(|before| before.matches('"').count().is_multiple_of(2))
    });
    end.and_then(|end| line.get(..end)).unwrap_or(line).trim()
}

fn edit(found: &Divergence, line: &str) -> Option<Vec<String>> {
    match found.code {
        Code::C101 | Code::C114 => dropped(line).or_else(|| arm(line)).or_else(|| only_ok(line)),
        Code::C103 => substituted(line),
        Code::C119 => spawned(line),
        _ => None,
    }
}

/// `let _ = f();`, `let _result = f();`, `_ = f();`, `drop(f());` and `f().ok();`.
fn dropped(line: &str) -> Option<Vec<String>> {
    let inner =
        |prefix: &str, suffix: &str| line.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
    let of_let = inner("let _ =", ";").or_else(|| inner("_ =", ";")).or_else(|| inner("drop(", ");"));
    let of_name = || {
        let (name, expression) = inner("let _", ";")?.split_once(" = ")?;
        name.chars().all(|letter| letter.is_alphanumeric() || letter == '_').then_some(expression)
    };
    let of_ok =
        || line.strip_suffix(".ok();").filter(|rest| !rest.starts_with("let ") && !rest.contains(" = "));
    let expression = of_let.or_else(of_name).or_else(of_ok).map(str::trim)?;
    Some(vec![
        format!("propagate it: `{expression}?;`"),
        format!(
            "or say why it may be dropped, with `use candor::Recover as _`: `{expression}.recovered(\"why\");`"
        ),
    ])
}

/// `if let Err(error) = f() {`: the reason stands in the arm.
fn arm(line: &str) -> Option<Vec<String>> {
    let (name, rest) = line.strip_prefix("if let Err(")?.split_once(')')?;
    let expression = rest.trim().strip_prefix('=')?.trim().strip_suffix('{')?.trim();
    let bound = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') && name != "_";
    let why = if bound {
        format!("or say in the arm why it may be dropped: `candor::recovered!({name}, \"why\");`")
    } else {
        format!(
            "or say why it may be dropped: `if let Err(error) = {expression} {{ candor::recovered!(error, \"why\"); … }}`"
        )
    };
    Some(vec![format!("propagate it: `{expression}?;`"), why])
}

/// `if let Ok(value) = f() {` and `let Ok(value) = f() else {`.
fn only_ok(line: &str) -> Option<Vec<String>> {
    let of_else = line.strip_suffix("{").map(str::trim_end).and_then(|rest| rest.strip_suffix("else"));
    let of_if = || line.strip_prefix("if ").and_then(|rest| rest.strip_suffix('{'));
    let (pattern, expression) = of_else.or_else(of_if)?.trim().strip_prefix("let Ok(")?.split_once(" = ")?;
    let pattern = pattern.strip_suffix(')')?;
    Some(vec![
        format!("propagate it: `let {pattern} = {}?;`", expression.trim()),
        "or look at the error in an `Err` arm, and say there why it may be dropped: `candor::recovered!(error, \"why\");`"
            .to_owned(),
    ])
}

/// `f().unwrap_or(0)` and its kin.
fn substituted(line: &str) -> Option<Vec<String>> {
    const FORMS: [(&str, &str); 3] = [
        (".unwrap_or(", ".recovered_or(\"why\", "),
        (".unwrap_or_else(", ".recovered_or_else(\"why\", "),
        (".unwrap_or_default()", ".recovered_or_default(\"why\")"),
    ];
    let (form, reasoned) = FORMS.into_iter().find(|(form, _)| line.matches(form).count() == 1)?;
    let line = line.replacen(form, reasoned, 1);
    Some(vec![format!("say why the substitute is right, with `use candor::Recover as _`: `{line}`")])
}

/// `tokio::spawn(work);` as a statement.
fn spawned(line: &str) -> Option<Vec<String>> {
    let (spawn, work) = line.strip_suffix(");")?.split_once("spawn(")?;
    let is_path = spawn.chars().all(|letter| letter.is_alphanumeric() || "_:.".contains(letter));
    is_path.then(|| {
        vec![
            format!("keep the handle and await it: `let task = {line}`"),
            format!("or say why it may be lost: `{spawn}spawn(candor::detached(\"why\", {work}));`"),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Site;

    fn help_for(code: Code, line: &str) -> Vec<String> {
        let mut found = Divergence::new(code, "pay", Site::UNKNOWN);
        found.help = vec!["in general".to_owned(), "or declare it".to_owned()];
        help(&found, Some(line))
    }

    #[test]
    fn a_dropped_result() {
        let with_let = help_for(Code::C101, "    let _ = mailer.send(\"https://x\"); // best effort");
        assert_eq!(
            with_let,
            [
                "propagate it: `mailer.send(\"https://x\")?;`",
                "or say why it may be dropped, with `use candor::Recover as _`: `mailer.send(\"https://x\").recovered(\"why\");`",
                "or declare it"
            ]
        );
        let with_ok = help_for(Code::C114, "journal::write(row).ok();");
        assert_eq!(with_ok[0], "propagate it: `journal::write(row)?;`");
        let with_name = help_for(Code::C101, "let _written = journal::write(row);");
        assert_eq!(with_name[0], "propagate it: `journal::write(row)?;`");
    }

    #[test]
    fn an_arm() {
        let named = help_for(Code::C101, "if let Err(cause) = void(order).await {");
        assert_eq!(named[0], "propagate it: `void(order).await?;`");
        assert_eq!(
            named[1],
            "or say in the arm why it may be dropped: `candor::recovered!(cause, \"why\");`"
        );
        let unnamed = help_for(Code::C101, "if let Err(_) = void(order) {");
        assert!(
            unnamed[1].contains("`if let Err(error) = void(order) { candor::recovered!"),
            "{}",
            unnamed[1]
        );
    }

    #[test]
    fn only_the_success_is_looked_at() {
        for line in ["if let Ok(rate) = read(to) {", "let Ok(rate) = read(to) else {"] {
            assert_eq!(help_for(Code::C101, line)[0], "propagate it: `let rate = read(to)?;`");
        }
        for line in ["_ = read(to);", "drop(read(to));"] {
            assert_eq!(help_for(Code::C101, line)[0], "propagate it: `read(to)?;`");
        }
    }

    #[test]
    fn a_substitute() {
        let found = help_for(Code::C103, "let rate = read_rate().unwrap_or(1.0);");
        assert!(found[0].ends_with("`let rate = read_rate().recovered_or(\"why\", 1.0);`"), "{}", found[0]);
        let found = help_for(Code::C103, "read().unwrap_or_default()");
        assert!(found[0].ends_with("`read().recovered_or_default(\"why\")`"), "{}", found[0]);
    }

    #[test]
    fn a_lost_task() {
        let found = help_for(Code::C119, "tokio::spawn(async move { send().await });");
        assert_eq!(
            found,
            [
                "keep the handle and await it: `let task = tokio::spawn(async move { send().await });`",
                "or say why it may be lost: `tokio::spawn(candor::detached(\"why\", async move { send().await }));`"
            ]
        );
    }

    #[test]
    fn what_is_not_known_keeps_its_help() {
        for (code, line) in [
            (Code::C101, "let kept = journal::write(row).ok();"),
            (Code::C101, "match send() {"),
            (Code::C103, "let (a, b) = (x.unwrap_or(1), y.unwrap_or(2));"),
            (Code::C119, "tokio::spawn(async move {"),
            (Code::C106, "let _ = send();"),
        ] {
            assert_eq!(help_for(code, line), ["in general", "or declare it"], "{line}");
        }
    }
}

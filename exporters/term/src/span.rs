//! How far carets reach: from a column to the end of the expression, as far as one line tells.

/// The length in bytes of what begins at `rest`, a part of a line; `before` is the line up to there.
///
/// At least one letter, so that there is always a caret.
pub(crate) fn length(before: &str, rest: &str) -> usize {
    let end = if before.ends_with("fn ") { word(rest).len() } else { end(rest) };
    let text = rest.get(..end).unwrap_or(rest).trim_end();
    if text.is_empty() { rest.chars().next().map_or(0, char::len_utf8) } else { text.len() }
}

/// The identifier at the beginning.
fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Where the expression or statement ends: at a separator outside of brackets, at the bracket around it, or before a block.
fn end(rest: &str) -> usize {
    let has_block =
        matches!(word(rest), "if" | "while" | "match" | "for" | "loop" | "fn" | "pub" | "async" | "unsafe");
    let mut depth = 0_usize;
    let mut skip_to = 0;
    for (at, letter) in rest.char_indices() {
        let here = rest.get(at..).unwrap_or_default();
        if at < skip_to {
            continue;
        }
        match letter {
            '"' | '\'' => skip_to = at + literal(here),
            '/' if here.starts_with("//") => return at,
            '{' if depth == 0 && (has_block || !closes(here)) => return at,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' | ';' | ',' if depth == 0 => return at,
            ')' | ']' | '}' => depth -= 1,
            '=' if depth == 0 && here.starts_with("=>") => return at,
            ' ' if depth == 0 && here.starts_with(" else ") => return at,
            _ => {}
        }
    }
    rest.len()
}

/// The length of the string or character literal at the beginning; a lifetime is its quote alone.
fn literal(text: &str) -> usize {
    let quote = text.chars().next().unwrap_or('"');
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if letter == quote => return at + 1,
            _ if quote == '\'' && at > 1 => return 1,
            _ => {}
        }
    }
    if quote == '\'' { 1 } else { text.len() }
}

/// Whether the brace at the beginning is closed on the line.
fn closes(text: &str) -> bool {
    let mut depth = 0_i32;
    text.chars().any(|letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        depth == 0
    })
}

#[cfg(test)]
mod tests {
    use super::length;

    /// What is marked when a report points at `^`.
    fn marked(line: &str) -> String {
        let (before, rest) = line.split_once('^').unwrap_or(("", line));
        rest.get(..length(before, rest)).unwrap_or_default().to_owned()
    }

    #[test]
    fn statements_and_expressions() {
        assert_eq!(
            marked("    ^let _ = mailer.send(&a, \";\"); // best effort"),
            "let _ = mailer.send(&a, \";\")"
        );
        assert_eq!(marked("    let n = ^text.parse().unwrap_or(0);"), "text.parse().unwrap_or(0)");
        assert_eq!(marked("    take(^rows.ok(), 1)"), "rows.ok()");
        assert_eq!(marked("    ^place("), "place(");
        assert_eq!(marked("    ^Ok(Receipt { total })"), "Ok(Receipt { total })");
        assert_eq!(marked("    ^Receipt { total }"), "Receipt { total }");
    }

    #[test]
    fn heads_of_blocks() {
        assert_eq!(marked("    ^if let Ok(x) = load('{') {"), "if let Ok(x) = load('{')");
        assert_eq!(marked("    ^if let Ok(x) = load() { use_it(x) }"), "if let Ok(x) = load()");
        assert_eq!(marked("    ^let Ok(x) = load() else { return };"), "let Ok(x) = load()");
        assert_eq!(marked("    ^Err(_) => {}"), "Err(_)");
        assert_eq!(marked("    run(^|row| { store(row) })"), "|row| { store(row) }");
    }

    #[test]
    fn functions_and_clauses() {
        assert_eq!(marked("pub fn ^place_order(order: &Order) {"), "place_order");
        assert_eq!(marked("#[observe(emits(^PaymentCaptured | Deferred, X))]"), "PaymentCaptured | Deferred");
        assert_eq!(marked("    ^}"), "}");
        assert_eq!(marked("    keep::<^'a, T>()"), "'a");
    }
}

//! Whether a sentence speaks for an operation: by the words of the operation's name.

/// Words of completion that need no verb of their own.
const COMPLETION: [&str; 9] =
    ["done", "completed", "complete", "finished", "succeeded", "success", "successful", "successfully", "ok"];

/// Past participles that no rule finds.
const IRREGULAR: [(&str, &str); 14] = [
    ("sent", "send"),
    ("paid", "pay"),
    ("made", "make"),
    ("written", "write"),
    ("built", "build"),
    ("sold", "sell"),
    ("bought", "buy"),
    ("put", "put"),
    ("begun", "begin"),
    ("taken", "take"),
    ("given", "give"),
    ("held", "hold"),
    ("set", "set"),
    ("run", "run"),
];

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '=' && c != '_');
    parts.filter(|word| !word.is_empty() && !word.contains('=')).map(str::to_lowercase).collect()
}

/// Whether `text` says that the event called `name` (`PaymentRefunded`) happened: all of its words, or what it is about
/// and a word of completion.
pub(super) fn tells_of(text: &str, name: &str) -> bool {
    let words = words(text);
    let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
    let mut event: Vec<String> = Vec::new();
    for c in name.chars() {
        match event.last_mut() {
            Some(word) if !c.is_uppercase() => word.push(c),
            _ => event.push(c.to_string()),
        }
    }
    let event: Vec<String> = event.iter().map(|word| stem(word)).collect();
    let completes = words.iter().any(|word| COMPLETION.contains(&word.as_str()));
    let all = !event.is_empty() && event.iter().all(|word| stems.contains(word));
    all || (completes && event.last().is_some_and(|what| stems.contains(what)))
}

/// Whether `text` speaks for the whole of the operation called `name`: it uses its verb, or completion words with one
/// of its words.
pub(super) fn speaks_for(text: &str, name: &str) -> bool {
    let words = words(text);
    let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
    let name: Vec<String> = name.split('_').filter(|part| !part.is_empty()).map(stem).collect();
    let Some((verb, nouns)) = name.split_first() else { return false };
    let short = words.len() <= 2;
    let says = |part: &String| stems.contains(part);
    let by_verb = says(verb) && (nouns.is_empty() || short || nouns.iter().any(says));
    let completes = words.iter().any(|word| COMPLETION.contains(&word.as_str()));
    let named = |part: &String| says(part) || words.iter().any(|word| noun_of(word) == Some(part));
    by_verb || (completes && (short && words.len() == 1 || name.iter().any(named)))
}

/// The verb in `payment` and `renewal`.
fn noun_of(word: &str) -> Option<&str> {
    ["ment", "al"].iter().find_map(|ending| word.strip_suffix(ending)).filter(|verb| verb.len() >= 3)
}

/// The stem of an English word, good enough to tell `placed` from `paid`.
fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    if let Some((_, base)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return (*base).trim_end_matches('e').to_owned();
    }
    let mut base = word.as_str();
    for ending in ["ation", "ing", "ed", "es", "s", "e"] {
        if let Some(rest) = base.strip_suffix(ending)
            && rest.len() >= 3
            && !(ending == "s" && rest.ends_with('s'))
        {
            base = rest;
            break;
        }
    }
    // `shipped` and `ship`, `carried` and `carry`.
    let doubled = base.chars().rev().take(2).collect::<Vec<_>>();
    let mut base = base.to_owned();
    if let [last, before] = doubled.as_slice()
        && last == before
        && !matches!(last, 's' | 'l' | 'e' | 'o')
    {
        base.pop();
    }
    if let Some(rest) = base.strip_suffix('i') {
        base = format!("{rest}y");
    }
    base.trim_end_matches('e').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{speaks_for, tells_of};

    #[test]
    fn a_line_tells_of_an_event() {
        assert!(tells_of("refund completed order=3", "PaymentRefunded"));
        assert!(tells_of("mail sent to ana", "MailSent"));
        assert!(!tells_of("refund requested", "PaymentRefunded"));
        assert!(!tells_of("mail queued", "MailSent"));
    }

    #[test]
    fn a_line_speaks_for_the_operation_whose_verb_it_uses() {
        for (text, name) in [
            ("order placed", "place_order"),
            ("transfer done", "transfer"),
            ("saga completed", "run_saga"),
            ("mail sent", "send_mail"),
            ("invoice 7 shipped id=3", "ship_invoice"),
            ("done", "anything"),
            ("import finished", "import"),
            ("payment processed", "process_payment"),
            ("payment completed auth=1", "pay"),
            ("renewal done for customer 7", "renew"),
        ] {
            assert!(speaks_for(text, name), "{text} / {name}");
        }
    }

    #[test]
    fn a_line_about_a_step_does_not() {
        for (text, name) in [
            ("payment captured", "place_order"),
            ("seats booked", "run_saga"),
            ("batch written", "import"),
            ("payment captured from card 7", "pay"),
            ("connection opened to the gateway", "charge"),
            ("reading settings done for worker 3", "checkout"),
        ] {
            assert!(!speaks_for(text, name), "{text} / {name}");
        }
    }
}

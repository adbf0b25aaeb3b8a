//! Questions to a backend's API, and waiting until it answers.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::Outcome;

/// How long a backend may take to have something.
const PATIENCE: Duration = Duration::from_secs(60);

/// The answer as JSON.
pub(super) fn json(url: &str) -> Outcome<Value> {
    Ok(serde_json::from_str(&text(url)?)?)
}

pub(super) fn text(url: &str) -> Outcome<String> {
    let mut answer = ureq::get(url).call().map_err(|error| format!("failed to ask {url}: {error}"))?;
    Ok(answer.body_mut().read_to_string()?)
}

/// The answer to a question with parameters as JSON.
pub(super) fn query(url: &str, parameters: &[(&str, &str)]) -> Outcome<Value> {
    Ok(serde_json::from_str(&text_of(url, parameters)?)?)
}

/// The same as text.
pub(super) fn text_of(url: &str, parameters: &[(&str, &str)]) -> Outcome<String> {
    let mut request = ureq::get(url);
    for (name, value) in parameters {
        request = request.query(name, value);
    }
    let mut answer =
        request.call().map_err(|error| format!("failed to ask {url} {parameters:?}: {error}"))?;
    Ok(answer.body_mut().read_to_string()?)
}

/// A moment, for what is measured.
#[expect(clippy::disallowed_methods, reason = "a chore is no library code; it says how long things took")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// The time of day, in seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "a chore is no library code; backends are asked about a time")]
pub(super) fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Asks again and again until there is an answer.
#[expect(
    clippy::disallowed_methods,
    reason = "a chore is no library code; it has to wait for other processes"
)]
pub(super) fn until<T>(what: &str, mut question: impl FnMut() -> Outcome<Option<T>>) -> Outcome<T> {
    let begun = Instant::now();
    loop {
        let last = match question() {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => String::new(),
            Err(error) => format!(": {error}"),
        };
        if begun.elapsed() > PATIENCE {
            return Err(format!("{what} did not happen within {} seconds{last}", PATIENCE.as_secs()).into());
        }
        thread::sleep(Duration::from_millis(200));
    }
}

//! The shop as a process: asked for its latency and its answers, and ended as a user would.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use crate::e2e::{Outcome, ask, claim};
use crate::hold;

/// A shop that runs.
pub(super) struct Shop {
    child: Child,
    error: BufReader<ChildStderr>,
    base: String,
    agent: ureq::Agent,
}

/// What it said when it ended.
pub(super) struct Ended {
    pub(super) took: Duration,
    /// How many calls it observed: as many spans were made.
    pub(super) calls: u64,
    /// How much was not delivered, by operation and kind.
    pub(super) lost: Vec<(String, String, u64)>,
    /// Why.
    pub(super) because: Option<String>,
}

impl Shop {
    /// Starts the repaired shop; with an endpoint, it exports every operation to it.
    pub(super) fn start(root: &Path, endpoint: Option<&str>) -> Outcome<Shop> {
        let mut command = hold::command(claim::built(root, "shop"))?;
        command.args(["--fixed", "--serve", "--format", "json"]);
        if let Some(endpoint) = endpoint {
            command.arg("--otlp").envs([
                ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
                ("OTEL_TRACES_SAMPLER", "always_on"),
                ("OTEL_SERVICE_NAME", "shop"),
            ]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let error = child.stderr.take().ok_or("the shop has no standard error")?;
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent = ureq::Agent::new_with_config(config);
        Ok(Shop { child, error: BufReader::new(error), base: String::new(), agent })
    }

    /// Waits until it serves.
    pub(super) fn wait(&mut self) -> Outcome<()> {
        let mut line = String::new();
        while !line.starts_with("serving on ") {
            line.clear();
            if self.error.read_line(&mut line)? == 0 {
                return Err("the shop ended before it served".into());
            }
        }
        let base = line.trim_start_matches("serving on ").split(';').next().unwrap_or_default();
        base.trim().clone_into(&mut self.base);
        Ok(())
    }

    /// One request: how long it took and what was answered.
    pub(super) fn ask(&self, path: &str, body: &str) -> Outcome<(Duration, String)> {
        let url = format!("{}{path}", self.base);
        let begun = ask::now();
        let mut answer = if body.is_empty() {
            self.agent.get(&url).call()?
        } else {
            self.agent.post(&url).content_type("application/json").send(body)?
        };
        let text = answer.body_mut().read_to_string()?;
        Ok((begun.elapsed(), format!("{} {text}", answer.status())))
    }

    /// The most memory that it ever had, in MiB.
    pub(super) fn peak(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib: u64 = line.ok_or("no peak of memory")?.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024)
    }

    /// Ends it and reads what it says.
    pub(super) fn end(mut self) -> Outcome<Ended> {
        let begun = ask::now();
        Command::new("kill").args(["-INT", &self.child.id().to_string()]).status()?;
        let mut said = String::new();
        self.error.read_to_string(&mut said)?;
        let status = self.child.wait()?;
        let took = begun.elapsed();
        if !status.success() {
            return Err(format!("the shop ended with {status}: {said}").into());
        }
        let because = said.lines().find_map(|line| line.strip_prefix("not delivered because: "));
        let lost = said.lines().filter_map(loss).collect();
        let calls = said.lines().find_map(observed).unwrap_or(0);
        Ok(Ended { took, calls, lost, because: because.map(str::to_owned) })
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted.
        if self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}

/// `not delivered: 3 span of pay`; what belongs to no operation has no name.
fn loss(line: &str) -> Option<(String, String, u64)> {
    let rest = line.strip_prefix("not delivered: ")?;
    let mut words = rest.split(' ');
    let (count, kind) = (words.next()?.parse().ok()?, words.next()?.to_owned());
    Some((words.nth(1).unwrap_or_default().to_owned(), kind, count))
}

/// `observed: 12 calls`, which only a shop that exports says.
fn observed(line: &str) -> Option<u64> {
    line.strip_prefix("observed: ")?.trim_end_matches(" calls").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{loss, observed};

    #[test]
    fn losses_are_read_as_the_shop_tells_them() {
        assert_eq!(loss("not delivered: 3 span of pay"), Some(("pay".to_owned(), "span".to_owned(), 3)));
        assert_eq!(loss("not delivered: 1 metric of "), Some((String::new(), "metric".to_owned(), 1)));
        assert_eq!(loss("not delivered because: connection refused"), None);
        assert_eq!((observed("observed: 12 calls"), observed("serving on x")), (Some(12), None));
    }
}

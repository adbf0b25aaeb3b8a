//! Driver support for the cases. Only the `main.rs` of a case uses it: the
//! code under test (`buggy.rs`, `fixed.rs`, `clean.rs`, `world.rs`) never does.

#![expect(clippy::disallowed_methods, reason = "a driver outside of candor waits and reads its own environment")]

use std::sync::{Arc, Condvar, Mutex, Once};
use std::time::{Duration, Instant};

/// What one run showed: `visible` is what an ordinary behaviour test looks at,
/// `domain` is the ground truth that such a test does not look at.
#[derive(Default)]
pub struct Checks {
    pub visible: Vec<(String, bool)>,
    pub domain: Vec<(String, bool)>,
}

impl Checks {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn visible(mut self, what: impl Into<String>, ok: bool) -> Self {
        self.visible.push((what.into(), ok));
        self
    }
    pub fn domain(mut self, what: impl Into<String>, ok: bool) -> Self {
        self.domain.push((what.into(), ok));
        self
    }
    pub fn visible_ok(&self) -> bool {
        self.visible.iter().all(|c| c.1)
    }
    pub fn domain_ok(&self) -> bool {
        self.domain.iter().all(|c| c.1)
    }
}

pub fn assert_visible(checks: Checks) {
    for (what, ok) in &checks.visible {
        assert!(ok, "ordinary behaviour check failed: {what}");
    }
}

pub fn drive(id: &str, variants: &[&str], run: impl Fn(&str) -> Option<Checks>) {
    init_logs();
    let wanted = std::env::args().nth(1).unwrap_or_else(|| variants[0].to_string());
    let checks = run(&wanted);
    finish();
    let Some(checks) = checks else {
        eprintln!("usage: {id} [{}]", variants.join("|"));
        std::process::exit(2);
    };
    println!(
        "case={id} variant={wanted} visible={} domain={}",
        if checks.visible_ok() { "PASS" } else { "FAIL" },
        if checks.domain_ok() { "HELD" } else { "VIOLATED" },
    );
    for (what, ok) in &checks.visible {
        println!("  visible {} {what}", if *ok { "ok  " } else { "FAIL" });
    }
    for (what, ok) in &checks.domain {
        println!("  domain  {} {what}", if *ok { "ok  " } else { "BAD " });
    }
    // The exit code is the ordinary view: the domain truth does not touch it.
    std::process::exit(if checks.visible_ok() { 0 } else { 1 });
}

/// Generates `main`, `run(variant)` and one ordinary behaviour test a variant.
#[macro_export]
macro_rules! case {
    ($scenario:ident: $($v:ident),+) => {
        fn run(variant: &str) -> Option<corpus_kit::Checks> {
            match variant {
                $(stringify!($v) => Some($scenario!($v)),)+
                _ => None,
            }
        }
        fn main() {
            corpus_kit::drive(env!("CARGO_PKG_NAME"), &[$(stringify!($v)),+], run)
        }
        #[cfg(test)]
        mod ordinary_behaviour {
            $(#[test]
            fn $v() {
                corpus_kit::init_logs();
                corpus_kit::assert_visible(super::run(stringify!($v)).unwrap())
            })+
        }
    };
}

/// Lets `n` threads meet at one point; nobody waits longer than `patience`, so
/// code that (rightly) never lets two threads in at once is not blocked.
pub struct Meet {
    n: usize,
    patience: Duration,
    seen: Mutex<usize>,
    cv: Condvar,
}

impl Meet {
    pub fn new(n: usize, patience_ms: u64) -> Arc<Self> {
        Arc::new(Meet { n, patience: Duration::from_millis(patience_ms), seen: Mutex::new(0), cv: Condvar::new() })
    }
    pub fn wait(&self) {
        let deadline = Instant::now() + self.patience;
        let mut seen = self.seen.lock().unwrap();
        *seen += 1;
        self.cv.notify_all();
        while *seen < self.n {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            seen = self.cv.wait_timeout(seen, left).unwrap().0;
        }
    }
}

/// Installs candor where `CASE_REPORT` names a file for the findings; otherwise nothing is watched.
pub fn init_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        use tracing_subscriber::prelude::*;
        let Some(path) = std::env::var_os("CASE_REPORT") else { return };
        let report = candor_file::JsonLines::create(path).unwrap();
        *GUARD.lock().unwrap() = Some(candor::builder().exporter(report).install().unwrap());
        tracing_subscriber::registry().with(candor::layer()).init();
    });
}

static GUARD: Mutex<Option<candor::Guard>> = Mutex::new(None);

/// Ends the watch: the findings are written.
fn finish() {
    if let Some(guard) = GUARD.lock().unwrap().take() {
        drop(guard);
    }
}

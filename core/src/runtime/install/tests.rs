use std::sync::{Arc, mpsc};

use super::*;
use crate::model::{Code, Divergence, Site};

/// A collector that no other test shares. Its runs may switch recording on, which disturbs nobody.
fn own() -> &'static Collector {
    let collector: &'static Collector = Box::leak(Box::default());
    // A scope keeps recording on when the run ends, as the tests beside this one need it.
    collector.close_scope(collector.open_scope());
    collector
}

fn finding(line: u32) -> Divergence {
    Divergence::new(Code::C101, "pay", Site { file: "src/pay.rs", line, column: 1, function: "pay" })
}

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<(Vec<Divergence>, Option<Run>)>>);

impl Seen {
    fn read<T>(&self, work: impl FnOnce(&mut (Vec<Divergence>, Option<Run>)) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Exporter for Seen {
    fn divergence(&mut self, divergence: &Divergence) {
        self.read(|seen| seen.0.push(divergence.clone()));
    }
    fn finish(&mut self, run: &Run) {
        self.read(|seen| seen.1 = Some(run.clone()));
    }
}

#[test]
fn every_exporter_gets_each_finding_once_and_then_the_whole_run() {
    let (first, second, collector) = (Seen::default(), Seen::default(), own());
    let guard = builder().exporter(first.clone()).exporter(second.clone()).install_in(collector).unwrap();
    for line in [1, 1, 2] {
        collector.file(0, finding(line));
    }
    assert_eq!(guard.run().divergences.len(), 2);
    let run = guard.finish();
    let counts: Vec<u64> =
        run.divergences.iter().filter(|found| found.code == Code::C101).map(|found| found.count).collect();
    assert_eq!(counts, [2, 1]);
    for exporter in [first, second] {
        exporter.read(|seen| {
            assert_eq!(seen.0.iter().filter(|found| found.code == Code::C101).count(), 2);
            assert_eq!(seen.1.as_ref(), Some(&run));
        });
    }
}

#[test]
fn a_finding_reaches_the_exporter_before_the_end() {
    struct Tell(mpsc::Sender<Code>);
    impl Exporter for Tell {
        fn divergence(&mut self, divergence: &Divergence) {
            let _nobody_listens = self.0.send(divergence.code);
        }
        fn finish(&mut self, _run: &Run) {}
    }
    let ((tell, told), collector) = (mpsc::channel(), own());
    let guard = builder().exporter(Tell(tell)).install_in(collector).unwrap();
    collector.file(0, finding(1));
    assert_eq!(told.recv(), Ok(Code::C101));
    drop(guard);
}

#[test]
fn dropping_the_guard_ends_the_run_also_in_a_panic() {
    let (seen, collector) = (Seen::default(), own());
    let exporter = seen.clone();
    let panicked = std::panic::catch_unwind(move || {
        let _guard = builder().exporter(exporter).install_in(collector).unwrap();
        panic!("on purpose: main panics");
    });
    assert!(panicked.is_err());
    assert!(seen.read(|seen| seen.1.is_some()));
    assert!(builder().quiet().install_in(collector).is_ok(), "the place is free again");
}

#[test]
fn a_second_install_names_the_fix_and_hands_the_exporters_back() {
    let collector = own();
    let guard = builder().quiet().install_in(collector).unwrap();
    let error = builder().exporter(Seen::default()).install_in(collector).unwrap_err();
    assert!(error.is_installed_already());
    assert_eq!(
        error.to_string(),
        "failed to install candor: it is installed already; install it once, at the start of `main`, and keep that guard"
    );
    assert_eq!(error.into_exporters().len(), 1);
    drop(guard);
}

#[test]
fn an_error_can_be_passed_on_with_a_question_mark() {
    fn boxed() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err(InstallError { exporters: Mutex::default(), source: Some(io::Error::other("no threads")) })?
    }
    let error = boxed().unwrap_err();
    assert_eq!(error.to_string(), "failed to install candor: its thread could not be started");
    assert!(error.source().is_some_and(|source| source.to_string() == "no threads"));
}

#[test]
fn a_panicking_exporter_is_counted_and_the_others_go_on() {
    struct Panics;
    impl Exporter for Panics {
        fn divergence(&mut self, _divergence: &Divergence) {
            panic!("on purpose: an exporter panics");
        }
        fn finish(&mut self, _run: &Run) {}
    }
    let (seen, collector) = (Seen::default(), own());
    let guard = builder().exporter(Panics).exporter(seen.clone()).install_in(collector).unwrap();
    collector.file(0, finding(1));
    collector.file(0, finding(2));
    drop(guard);
    assert_eq!(collector.exporter_losses(), 1, "after its panic it is not asked again");
    assert_eq!(seen.read(|seen| seen.0.iter().filter(|found| found.code == Code::C101).count()), 2);
}

#[test]
fn a_hanging_exporter_holds_nobody_up() {
    struct Hangs(mpsc::Receiver<()>);
    impl Exporter for Hangs {
        fn divergence(&mut self, _divergence: &Divergence) {}
        fn finish(&mut self, _run: &Run) {
            let _released = self.0.recv();
        }
    }
    let ((release, released), collector) = (mpsc::channel::<()>(), own());
    let guard =
        builder().exporter(Hangs(released)).deadline(Duration::from_millis(1)).install_in(collector).unwrap();
    let run = guard.finish();
    assert_eq!(run.lost, [("exporter", 1)]);
    assert_eq!(collector.exporter_losses(), 1);
    drop(release);
}

#[test]
fn settings_are_shown_and_a_tick_is_never_zero() {
    let builder = builder().exporter(Seen::default()).strict(true).flush_every(Duration::ZERO);
    let text = format!("{builder:?}");
    assert_eq!(
        text,
        "Builder { exporters: 1, quiet: false, strict: true, sample_times: false, memory: None, flush_every: 1ms, deadline: 5s }"
    );
}

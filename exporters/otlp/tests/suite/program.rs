//! Programs that the tests of `process` run, each in a process of its own.

use candor::{Event, Guard, emit, observe};
use candor_otlp::Otlp;
use tracing_subscriber::prelude::*;

#[derive(Event)]
#[event(value = amount, unit = "EUR")]
struct PaymentCaptured {
    order_id: u64,
    amount: f64,
}

#[derive(Event)]
struct OrderNoted {
    order_id: u64,
}

#[observe]
fn pay(order_id: u64) -> Result<(), String> {
    emit!(PaymentCaptured { order_id, amount: 12.5 });
    Ok(())
}

#[observe]
fn send_mail(up: bool) -> Result<(), String> {
    if up { Ok(()) } else { Err("mail server is down".to_owned()) }
}

/// Drops the error of the mail: C101.
#[observe]
fn place_order(order_id: u64, up: bool) -> Result<(), String> {
    pay(order_id)?;
    tracing::info!("order is paid");
    send_mail(up).ok();
    Ok(())
}

/// The variable that names the program to run.
pub(crate) const PROGRAM: &str = "CANDOR_TEST_PROGRAM";

/// All programs by name.
const PROGRAMS: &[(&str, fn())] = &[
    ("without_runtime", without_runtime),
    ("current_thread", current_thread),
    ("inside_a_task", inside_a_task),
    ("runtime_dropped_first", runtime_dropped_first),
    ("panics", panics),
    ("deep", deep),
    ("spawned", spawned),
    ("ends_before_its_work", ends_before_its_work),
    ("slow", slow),
    ("remote", remote),
    ("carried", crate::carried::program),
    ("beside_prometheus", beside_prometheus),
    ("beside_tracing_opentelemetry", beside_tracing_opentelemetry),
    #[cfg(unix)]
    ("waits_for_sigterm", waits_for_sigterm),
    #[cfg(unix)]
    ("forks", forks),
];

/// In a process that was started for one program, this test is that program; else it looks that no name is there twice.
#[test]
fn the_program_of_this_process() {
    let Ok(name) = std::env::var(PROGRAM) else {
        let mut names: Vec<&str> = PROGRAMS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PROGRAMS.len());
        return;
    };
    let (_, program) = PROGRAMS.iter().find(|(known, _)| *known == name).expect("a program of that name");
    program();
}

pub(crate) fn install() -> Guard {
    // The programs of one binary do not run in one process, so this happens once.
    tracing_subscriber::registry().with(candor::layer()).init();
    candor::builder().exporter(Otlp::from_env().unwrap()).install().unwrap()
}

fn a_hundred_and_one_orders() {
    for order in 0..100 {
        place_order(order, true).unwrap();
    }
    place_order(100, false).unwrap();
}

fn without_runtime() {
    let _guard = install();
    a_hundred_and_one_orders();
}

fn current_thread() {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
        let _guard = install();
        a_hundred_and_one_orders();
    });
}

fn inside_a_task() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let task = runtime.spawn(async {
        let _guard = install();
        a_hundred_and_one_orders();
    });
    runtime.block_on(task).unwrap();
}

fn runtime_dropped_first() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let guard = runtime.block_on(async {
        let guard = install();
        a_hundred_and_one_orders();
        guard
    });
    drop(runtime);
    drop(guard);
}

fn panics() {
    let _guard = install();
    a_hundred_and_one_orders();
    panic!("as the test wants it");
}

/// The child has the guard and none of the threads: it can send nothing, says so, and ends nevertheless.
#[cfg(unix)]
fn forks() {
    let guard = install();
    a_hundred_and_one_orders();
    match fork::fork().unwrap() {
        fork::Fork::Child => {
            place_order(101, false).unwrap();
            println!("the child has ended and lost {:?}", guard.finish().lost);
            std::process::exit(0);
        }
        fork::Fork::Parent(child) => {
            assert_eq!(fork::waitpid(child).unwrap(), 0);
            drop(guard);
        }
    }
}

#[cfg(unix)]
fn waits_for_sigterm() {
    let guard = install().end_on_sigterm().unwrap();
    a_hundred_and_one_orders();
    println!("ready");
    loop {
        std::thread::park();
        assert!(guard.run().duration_ns > 0);
    }
}

#[observe]
fn batch() -> Result<(), String> {
    for order in 0..300 {
        place_order(order, order != 150)?;
    }
    Ok(())
}

fn deep() {
    let _guard = install();
    batch().unwrap();
}

#[observe]
fn spawning() {
    let work = candor::carry(|| place_order(7, false));
    std::thread::spawn(work).join().unwrap().unwrap();
}

fn spawned() {
    let _guard = install();
    spawning();
}

/// Its promise is pending when it ends, and broken when its work ends.
#[observe(emits(OrderNoted))]
fn promises_later(go: std::sync::mpsc::Receiver<()>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(candor::carry(move || go.recv().unwrap()))
}

/// Its work diverges when it has ended itself.
#[observe]
fn leaves_work(go: std::sync::mpsc::Receiver<()>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(candor::carry(move || {
        go.recv().unwrap();
        place_order(7, false).unwrap();
    }))
}

fn ends_before_its_work() {
    let _guard = install();
    for begin in [promises_later, leaves_work] {
        let (go, wait) = std::sync::mpsc::channel();
        let work = begin(wait);
        go.send(()).unwrap();
        work.join().unwrap();
    }
}

#[observe]
fn sleepy(time: std::time::Duration) {
    std::thread::sleep(time);
}

fn slow() {
    let slow = std::time::Duration::from_millis(30);
    let otlp = Otlp::builder().slow(slow).build().unwrap();
    let _guard = candor::builder().exporter(otlp).install().unwrap();
    sleepy(std::time::Duration::ZERO);
    sleepy(slow);
}

#[observe]
fn calling() -> Result<(), String> {
    use opentelemetry::propagation::TextMapPropagator as _;
    let mut headers = std::collections::HashMap::new();
    opentelemetry_sdk::propagation::TraceContextPropagator::new()
        .inject_context(&candor_otlp::context(), &mut headers);
    println!("traceparent={}", headers["traceparent"]);
    place_order(7, false)
}

fn remote() {
    use opentelemetry::propagation::TextMapPropagator as _;
    let _guard = install();
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00".to_owned();
    let headers = std::collections::HashMap::from([("traceparent".to_owned(), traceparent)]);
    let context = opentelemetry_sdk::propagation::TraceContextPropagator::new().extract(&headers);
    let _attached = context.attach();
    calling().unwrap();
}

fn beside_prometheus() {
    use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
    let prometheus = PrometheusBuilder::new()
        .with_recommended_naming(true)
        .set_buckets_for_metric(
            Matcher::Full("candor.operation.duration".to_owned()),
            &candor::DURATION_BOUNDS,
        )
        .unwrap()
        .install_recorder()
        .unwrap();
    let guard = install();
    a_hundred_and_one_orders();
    assert!(guard.finish().unsent.is_empty());
    println!("{}", prometheus.render());
}

/// As [`spanned_order`], in a future.
#[observe(level = "info", name = "awaited_order")]
async fn awaited_order(order_id: u64, up: bool) -> Result<(), String> {
    std::future::ready(()).await;
    emit!(OrderNoted { order_id });
    send_mail(up).ok();
    Ok(())
}

/// Opens a span of `tracing`, which the other tracer exports.
#[observe(level = "info")]
fn spanned_order(order_id: u64, up: bool) -> Result<(), String> {
    emit!(OrderNoted { order_id });
    pay(order_id)?;
    send_mail(up).ok();
    Ok(())
}

fn beside_tracing_opentelemetry() {
    use opentelemetry::trace::TracerProvider as _;
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client_of_its_own()
        .build()
        .unwrap();
    let provider =
        opentelemetry_sdk::trace::SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let tracer = provider.tracer("shop");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    tracing_subscriber::registry().with(candor::layer()).with(layer).init();
    let guard = candor::builder().exporter(Otlp::from_env().unwrap()).install().unwrap();
    tracing::info_span!("request").in_scope(|| spanned_order(1, false)).unwrap();
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(awaited_order(2, false)).unwrap();
    drop(guard);
    provider.shutdown().unwrap();
}

trait OwnClient {
    fn with_http_client_of_its_own(self) -> Self;
}

impl<B: opentelemetry_otlp::WithHttpConfig> OwnClient for B {
    /// No feature of `opentelemetry-otlp` brings one here.
    fn with_http_client_of_its_own(self) -> Self {
        self.with_http_client(reqwest::blocking::Client::builder().no_proxy().build().unwrap())
    }
}

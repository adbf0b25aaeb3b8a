//! Whole programs, each in a process of its own, and what arrives of them.

use std::process::{Child, Command, Output, Stdio};

use opentelemetry_proto::tonic::metrics::v1::{Exemplar, metric::Data};
use opentelemetry_proto::tonic::trace::v1::{Span, status::StatusCode};

use crate::program::PROGRAM;
use crate::receiver::{Manner, Receiver, attribute};

/// Runs a program of [`crate::program`] that exports to this receiver.
pub(crate) fn start(program: &str, receiver: &Receiver, env: &[(&str, &str)]) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "program::the_program_of_this_process"])
        .env(PROGRAM, program)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
        .env("OTEL_SERVICE_NAME", "shop")
        .env("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn run(program: &str, receiver: &Receiver) -> Output {
    let output = start(program, receiver, &[]).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn named<'a>(spans: &'a [Span], name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.name == name).collect()
}

pub(crate) fn only<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let found = named(spans, name);
    assert_eq!(found.len(), 1, "one {name} in {:?}", names(spans));
    found[0]
}

fn names(spans: &[Span]) -> Vec<&str> {
    let mut names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    names
}

/// Of a hundred healthy orders nothing goes out, of the one that diverged everything.
fn assert_one_story(receiver: &Receiver) {
    let spans = receiver.spans();
    assert_eq!(names(&spans), ["pay", "place_order", "send_mail"]);
    let order = only(&spans, "place_order");
    assert_eq!(attribute(&order.attributes, "candor.divergence.code"), "C101");
    let codes: Vec<String> =
        receiver.logs().iter().map(|log| attribute(&log.attributes, "candor.divergence.code")).collect();
    assert!(codes.iter().any(|code| code == "C101"), "{codes:?}");
}

#[test]
fn a_divergent_operation_is_exported_whole_and_healthy_ones_cost_no_span() {
    let receiver = Receiver::start(Manner::Good);
    run("without_runtime", &receiver);
    assert_one_story(&receiver);
    let spans = receiver.spans();
    let (order, pay, mail) = (only(&spans, "place_order"), only(&spans, "pay"), only(&spans, "send_mail"));
    for child in [pay, mail] {
        assert_eq!((&child.parent_span_id, &child.trace_id), (&order.span_id, &order.trace_id));
        assert!(order.start_time_unix_nano <= child.start_time_unix_nano);
        assert!(child.end_time_unix_nano <= order.end_time_unix_nano);
    }
    assert!(order.parent_span_id.is_empty());
    assert!(pay.end_time_unix_nano <= mail.start_time_unix_nano, "one after the other");
    let captured = &pay.events[0];
    assert_eq!(captured.name, "PaymentCaptured");
    assert_eq!(attribute(&captured.attributes, "order_id"), "100");
    assert!((pay.start_time_unix_nano..=pay.end_time_unix_nano).contains(&captured.time_unix_nano));
    assert_eq!(mail.status.as_ref().map(|status| status.code), Some(StatusCode::Error as i32));
    assert_eq!(attribute(&order.attributes, "candor.outcome"), "fulfilled");
    assert_eq!(order.status.as_ref().map_or(0, |status| status.code), StatusCode::Unset as i32);
    let divergence = order.events.iter().find(|event| event.name == "candor.divergence").unwrap();
    assert!(attribute(&divergence.attributes, "code.file.path").ends_with("program.rs"));
    assert!(order.events.iter().any(|event| event.name == "log"), "{:?}", order.events);
}

#[test]
fn times_are_those_of_the_day() {
    let before = now();
    let receiver = Receiver::start(Manner::Good);
    run("without_runtime", &receiver);
    let after = now();
    for span in receiver.spans() {
        assert!(before <= span.start_time_unix_nano && span.end_time_unix_nano <= after, "{span:?}");
    }
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_nanos()).unwrap()
}

#[test]
fn every_kind_of_runtime_is_survived() {
    for program in ["current_thread", "inside_a_task", "runtime_dropped_first"] {
        let receiver = Receiver::start(Manner::Good);
        run(program, &receiver);
        assert_one_story(&receiver);
    }
}

#[test]
fn a_panic_of_the_program_does_not_lose_what_was_seen() {
    let receiver = Receiver::start(Manner::Good);
    let output = start("panics", &receiver, &[]).wait_with_output().unwrap();
    assert!(!output.status.success());
    assert_one_story(&receiver);
}

#[cfg(unix)]
#[test]
fn sigterm_ends_the_run_and_then_the_process() {
    use std::io::{BufRead as _, BufReader};
    use std::os::unix::process::ExitStatusExt as _;
    let receiver = Receiver::start(Manner::Good);
    let mut child = start("waits_for_sigterm", &receiver, &[]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("ready")));
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().signal(), Some(15), "it still ends by the signal");
    assert_one_story(&receiver);
}

#[cfg(unix)]
#[test]
fn a_fork_sends_nothing_twice_and_ends() {
    let receiver = Receiver::start(Manner::Good);
    let output = run("forks", &receiver);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains(r#"the child has ended and lost [("exporter", 1)]"#), "{said}");
    assert_one_story(&receiver);
}

#[test]
fn a_disabled_sdk_sends_nothing() {
    let receiver = Receiver::start(Manner::Good);
    let output =
        start("without_runtime", &receiver, &[("OTEL_SDK_DISABLED", "true")]).wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(receiver.requests(), 0);
}

#[test]
fn signals_are_switched_off_one_by_one() {
    let receiver = Receiver::start(Manner::Good);
    let env = [("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")];
    start("without_runtime", &receiver, &env).wait().unwrap();
    assert!(receiver.spans().is_empty() && receiver.metrics().is_empty());
    assert!(!receiver.logs().is_empty());
}

#[test]
fn the_environment_can_choose_every_operation() {
    let receiver = Receiver::start(Manner::Good);
    start("without_runtime", &receiver, &[("OTEL_TRACES_SAMPLER", "always_on")]).wait().unwrap();
    let spans = receiver.spans();
    assert_eq!(named(&spans, "place_order").len(), 101);
    assert_eq!(named(&spans, "pay").len(), 101);
    let resource = receiver.resources().remove(0);
    assert_eq!(attribute(&resource.attributes, "service.name"), "shop");
    assert_eq!(attribute(&resource.attributes, "deployment.environment.name"), "test");
}

#[test]
fn whoever_encloses_a_divergence_is_exported_too() {
    let receiver = Receiver::start(Manner::Good);
    run("deep", &receiver);
    let spans = receiver.spans();
    let batch = only(&spans, "batch");
    assert_eq!(attribute(&batch.attributes, "candor.kept"), "enclosing");
    // It is exported by itself, whole, and not once more with the batch, however long that was.
    let orders = named(&spans, "place_order");
    let diverged: Vec<_> =
        orders.iter().filter(|span| attribute(&span.attributes, "candor.kept") == "diverged").collect();
    assert_eq!(diverged.len(), 1);
    assert_eq!((&diverged[0].parent_span_id, &diverged[0].trace_id), (&batch.span_id, &batch.trace_id));
    let inside =
        |name| named(&spans, name).iter().filter(|span| span.parent_span_id == diverged[0].span_id).count();
    assert_eq!((inside("pay"), inside("send_mail")), (1, 1));
    // Of its 300 children, those come along that are still in hand; how much is not there is said.
    assert!((2..300).contains(&orders.len()), "{}", orders.len());
    assert!(attribute(&batch.attributes, "candor.omitted").parse::<u64>().unwrap() > 0);
}

#[test]
fn spawned_work_stays_in_its_trace() {
    let receiver = Receiver::start(Manner::Good);
    run("spawned", &receiver);
    let spans = receiver.spans();
    let (batch, order) = (only(&spans, "spawning"), only(&spans, "place_order"));
    assert_eq!((&order.parent_span_id, &order.trace_id), (&batch.span_id, &batch.trace_id));
}

#[test]
fn what_comes_to_light_when_the_work_has_ended_is_exported_too() {
    let receiver = Receiver::start(Manner::Good);
    run("ends_before_its_work", &receiver);
    let spans = receiver.spans();
    let promised = only(&spans, "promises_later");
    assert_eq!(attribute(&promised.attributes, "candor.divergence.code"), "C106");
    let (left, order) = (only(&spans, "leaves_work"), only(&spans, "place_order"));
    assert_eq!(attribute(&left.attributes, "candor.kept"), "enclosing");
    assert_eq!((&order.parent_span_id, &order.trace_id), (&left.span_id, &left.trace_id));
    assert!(left.end_time_unix_nano <= order.start_time_unix_nano, "its own end, not that of its work");
}

#[test]
fn a_slow_operation_is_exported() {
    let receiver = Receiver::start(Manner::Good);
    run("slow", &receiver);
    let spans = receiver.spans();
    assert_eq!(names(&spans), ["sleepy"]);
    assert_eq!(attribute(&spans[0].attributes, "candor.kept"), "slow");
}

#[test]
fn a_remote_caller_keeps_its_trace_and_the_next_service_gets_it() {
    let receiver = Receiver::start(Manner::Good);
    let output = run("remote", &receiver);
    let spans = receiver.spans();
    let order = only(&spans, "place_order");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hex(&order.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(hex(&only(&spans, "calling").parent_span_id), "b7ad6b7169203331");
    let said = String::from_utf8(output.stdout).unwrap();
    let carried = said.lines().find_map(|line| line.split("traceparent=").nth(1)).unwrap();
    assert_eq!(
        carried.trim(),
        format!("00-0af7651916cd43dd8448eb211c80319c-{}-00", hex(&only(&spans, "calling").span_id))
    );
}

#[test]
fn an_existing_tracer_keeps_its_spans_and_nothing_is_exported_twice() {
    let receiver = Receiver::start(Manner::Good);
    run("beside_tracing_opentelemetry", &receiver);
    let spans = receiver.spans();
    // `request` and the orders are spans of `tracing`; the others are candor's.
    assert_eq!(names(&spans), ["awaited_order", "pay", "request", "send_mail", "send_mail", "spanned_order"]);
    let (request, order) = (only(&spans, "request"), only(&spans, "spanned_order"));
    assert_eq!((&order.parent_span_id, &order.trace_id), (&request.span_id, &request.trace_id));
    for order in [order, only(&spans, "awaited_order")] {
        let mails = named(&spans, "send_mail");
        let mine = mails
            .iter()
            .filter(|mail| mail.parent_span_id == order.span_id && mail.trace_id == order.trace_id);
        assert_eq!(mine.count(), 1, "of {}", order.name);
        assert_eq!(attribute(&order.attributes, "candor.divergence.code"), "C101");
        let events: Vec<&str> = order.events.iter().map(|event| event.name.as_str()).collect();
        assert!(events.contains(&"candor.divergence") && events.contains(&"OrderNoted"), "{events:?}");
    }
}

#[test]
fn metrics_have_the_names_that_prometheus_makes_of_them() {
    let receiver = Receiver::start(Manner::Good);
    run("without_runtime", &receiver);
    let metrics = receiver.metrics();
    let duration = metrics.iter().find(|metric| metric.name == "candor.operation.duration").unwrap();
    assert_eq!(duration.unit, "s");
    let names: Vec<&str> = metrics.iter().map(|metric| metric.name.as_str()).collect();
    for name in
        ["candor.operation.outcomes", "candor.operation.active", "candor.divergences", "candor.events"]
    {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
}

/// The exemplars of a metric, over all of its points.
fn exemplars(receiver: &Receiver, name: &str) -> Vec<Exemplar> {
    let metrics = receiver.metrics();
    let points =
        metrics.iter().filter(|metric| metric.name == name).filter_map(|metric| metric.data.as_ref());
    points
        .flat_map(|data| match data {
            Data::Sum(sum) => sum.data_points.iter().flat_map(|point| point.exemplars.clone()).collect(),
            Data::Histogram(all) => {
                all.data_points.iter().flat_map(|point| point.exemplars.clone()).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn metrics_lead_to_the_trace_of_what_diverged() {
    let receiver = Receiver::start(Manner::Good);
    run("without_runtime", &receiver);
    let spans = receiver.spans();
    let order = only(&spans, "place_order");
    for name in ["candor.divergences", "candor.operation.outcomes", "candor.operation.duration"] {
        let found = exemplars(&receiver, name);
        let leads = |own: &&Exemplar| own.trace_id == order.trace_id && own.span_id == order.span_id;
        assert_eq!(found.iter().filter(leads).count(), 1, "{name}: {found:?}");
    }
    assert!(exemplars(&receiver, "candor.events").is_empty(), "an event is no operation");
}

#[test]
fn metrics_of_healthy_operations_lead_nowhere_and_without_traces_none_does() {
    let receiver = Receiver::start(Manner::Good);
    run("slow", &receiver);
    let found = exemplars(&receiver, "candor.operation.duration");
    assert_eq!(found.len(), 1, "only the slow one has a span: {found:?}");
    let receiver = Receiver::start(Manner::Good);
    start("without_runtime", &receiver, &[("OTEL_TRACES_EXPORTER", "none")]).wait().unwrap();
    assert!(!receiver.metrics().is_empty());
    assert!(exemplars(&receiver, "candor.divergences").is_empty());
}

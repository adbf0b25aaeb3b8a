//! The same for log records.

use std::time::SystemTime;

use opentelemetry::logs::{Logger as _, LoggerProvider as _};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::logs::v1::ScopeLogs;
use opentelemetry_proto::transform::logs::tonic::group_logs_by_resource_and_scope;
use opentelemetry_sdk::logs::{LogBatch, SdkLogRecord, SdkLoggerProvider};

use super::super::write_log;
use super::*;
use crate::convert::Log;

/// The request as the SDK builds it, and as it is read from our bytes, each with its scopes in order.
#[derive(Default)]
struct Both {
    data: Vec<SdkLogRecord>,
    written: Vec<(Option<&'static str>, Vec<u8>)>,
}

impl Both {
    fn add(&mut self, log: &Log<'_>) {
        let logger = SdkLoggerProvider::builder().build().logger("any");
        self.data.push(convert::log_data(log, logger.create_log_record()));
        let mut bytes = Vec::new();
        write_log(log, &mut bytes);
        self.written.push((log.target(), bytes));
    }

    fn of(all: &[Kept], lines: bool) -> Both {
        let calibration = candor::Timeline::default().calibration();
        let mut both = Both::default();
        for kept in all {
            convert::each_log(kept, calibration, lines, &mut |log| both.add(log));
        }
        both
    }

    fn requests(&self) -> (ExportLogsServiceRequest, ExportLogsServiceRequest) {
        let (resource, scope) = (resource(), scope());
        let batch: Vec<_> = self.data.iter().map(|record| (record, &scope)).collect();
        let theirs = group_logs_by_resource_and_scope(&LogBatch::new(&batch), &(&resource).into());
        let written = self.written.iter().map(|(target, bytes)| (*target, bytes.as_slice()));
        let body = Envelope::new(&resource, &scope).of_logs(written);
        let ours = ExportLogsServiceRequest::decode(body).unwrap_or_default();
        (in_order(ExportLogsServiceRequest { resource_logs: theirs }), in_order(ours))
    }
}

fn in_order(mut request: ExportLogsServiceRequest) -> ExportLogsServiceRequest {
    let name = |logs: &ScopeLogs| logs.scope.as_ref().map(|scope| scope.name.clone());
    request.resource_logs.iter_mut().for_each(|resource| resource.scope_logs.sort_by_key(name));
    request
}

proptest! {
    #[test]
    fn what_is_written_is_what_the_sdk_makes_of_it(
        all in prop::collection::vec(kept(), 1..6),
        lines in any::<bool>(),
    ) {
        let (theirs, ours) = Both::of(&all, lines).requests();
        prop_assert_eq!(ours, theirs);
    }
}

/// The proptest would not notice if nothing was ever compared.
#[test]
fn each_kind_of_record_is_there_with_everything_in_it() {
    let said = |at, body| KeptLine { at, depth: 0, site: Some(SITE), body };
    let text = "WARN  the till is open".to_owned();
    let mut found = Divergence::new(Code::C101, "place_order", SITE);
    found.observed = "it was dropped".to_owned();
    let kept = Kept {
        lines: vec![
            said(1_000, KeptBody::Event { meta: &EVENT, values: vec![Value::U64(1)] }),
            said(1_100, KeptBody::Event { meta: &OF_CANDOR, values: Vec::new() }),
            said(1_200, KeptBody::Words { kind: LineKind::Log, text }),
            said(1_300, KeptBody::Words { kind: LineKind::Task, text: "it ran".to_owned() }),
        ],
        divergences: vec![found.clone()],
        ..plain()
    };
    let mut both = Both::of(&[kept], true);
    both.add(&Log::of_process(&found, 3, SystemTime::UNIX_EPOCH));
    let (theirs, ours) = both.requests();
    assert_eq!(ours, theirs);
    let [own, shop] = ours.resource_logs[0].scope_logs.as_slice() else { panic!("{ours:?}") };
    assert_eq!((own.log_records.len(), shop.log_records.len()), (4, 1));
    let line = &own.log_records[1];
    assert_eq!((line.severity_text.as_str(), line.flags, line.trace_id.len()), ("WARN", 1, 16));
    let of_process = &own.log_records[3];
    assert_eq!((of_process.event_name.as_str(), of_process.span_id.len()), ("candor.divergence", 0));
}

/// What is late has told its lines before.
#[test]
fn a_late_operation_has_its_divergences_only() {
    let line = KeptBody::Event { meta: &EVENT, values: Vec::new() };
    let kept = Kept {
        lines: vec![KeptLine { at: 1_000, depth: 0, site: None, body: line }],
        divergences: vec![Divergence::new(Code::C101, "place_order", SITE)],
        late: true,
        ..plain()
    };
    let both = Both::of(&[kept], true);
    assert_eq!(both.written.len(), 1);
    let (theirs, ours) = both.requests();
    assert_eq!(ours, theirs);
}

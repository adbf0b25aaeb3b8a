//! The end of a run on one screen: divergences by code, activity next to outcomes, losses, and where to look first.

use std::cmp::Reverse;

use anstyle::Style as Paint;
use candor::model::{Class, Code, Divergence, Level, OperationTotal, Run};

use crate::style::{BLUE, BOLD, DIM, GREEN, RED, WARNING, YELLOW};
use crate::table::{Cell, Column, Table};
use crate::{Style, text};

/// So many operations are shown; the rest is counted.
const OPERATIONS: usize = 12;
/// So many reasons of one operation are shown.
const REASONS: usize = 3;
/// From this width, the headline is one line.
const ONE_LINE: usize = 80;
/// So many places are named to look at first.
const FIRST: usize = 3;

/// The summary of a run.
///
/// ```
/// use candor::model::Run;
/// use candor_term::{Style, summary};
///
/// assert_eq!(summary(&Run::default(), Style::plain()), "candor: nothing was observed\n");
/// ```
#[must_use]
pub fn summary(run: &Run, style: Style) -> String {
    let parts = [codes(run, style), operations(run, style), lost(run, style), first(run, style)];
    let parts = parts.iter().filter(|part| !part.is_empty()).map(|part| format!("\n{part}"));
    headline(run, style) + &parts.collect::<String>()
}

fn headline(run: &Run, style: Style) -> String {
    let line = run.headline();
    let parts = [(RED, &line.violations), (WARNING, &line.suspicions)];
    let parts: Vec<String> = parts
        .into_iter()
        .filter_map(|(paint, part)| part.as_ref().map(|part| style.paint(paint, part)))
        .collect();
    let found = match parts.as_slice() {
        [] if line.scope.is_empty() => line.nothing.to_owned(),
        [] => style.paint(GREEN.bold(), line.nothing),
        _ => parts.join(" and "),
    };
    let head = format!("{} {found}", style.paint(BOLD, "candor:"));
    match style.width() {
        _ if line.scope.is_empty() => format!("{head}\n"),
        0..ONE_LINE => format!("{head}\n  {}\n", line.scope),
        _ => format!("{head} {}\n", line.scope),
    }
}

/// One row for each code and level, the most frequent first.
fn codes(run: &Run, style: Style) -> String {
    let mut totals: Vec<(Code, Level, u64, u64)> = Vec::new();
    for one in &run.divergences {
        match totals.iter_mut().find(|total| (total.0, total.1) == (one.code, one.level)) {
            Some(total) => (total.2, total.3) = (total.2 + one.count, total.3 + 1),
            None => totals.push((one.code, one.level, one.count, 1)),
        }
    }
    totals.sort_by_key(|(code, level, times, _)| (Reverse(*times), *level, *code));
    let row = |(code, level, times, places): (Code, Level, u64, u64)| -> Vec<Cell> {
        let paint = of(level);
        vec![
            (code.as_str().to_owned(), paint),
            (code.name().to_owned(), Paint::new()),
            (level.as_str().to_owned(), paint),
            (text::number(times), BOLD),
            (text::number(places), Paint::new()),
        ]
    };
    let columns = vec![
        ("code", Column::Word),
        ("divergence", Column::Text),
        ("level", Column::Word),
        ("times", Column::Number),
        ("places", Column::Number),
    ];
    table(columns, totals.into_iter().map(row).collect(), style)
}

const fn of(level: Level) -> Paint {
    match level {
        Level::Violation => RED,
        Level::Suspicion => WARNING,
    }
}

fn table(columns: Vec<(&'static str, Column)>, rows: Vec<Vec<Cell>>, style: Style) -> String {
    if rows.is_empty() { String::new() } else { Table { columns, rows }.render(style) }
}

/// Activity next to outcomes: operations that did not always fulfil first, then the most called.
fn operations(run: &Run, style: Style) -> String {
    let mut totals: Vec<&OperationTotal> = run.operations.iter().filter(|total| total.calls > 0).collect();
    totals.sort_by_key(|total| (unfulfilled(total) == 0, Reverse(total.calls), total.operation));
    let (shown, rest) = totals.split_at(totals.len().min(OPERATIONS));
    let columns = vec![
        ("operation", Column::Text),
        ("calls", Column::Number),
        ("fulfilled", Column::Number),
        ("refused", Column::Number),
        ("failed", Column::Number),
        ("abandoned", Column::Number),
        ("mean", Column::Spare),
        ("most frequent reasons", Column::Rest),
    ];
    let mut out = table(columns, shown.iter().map(|total| outcome_row(total)).collect(), style);
    if !rest.is_empty() {
        let all = if rest.iter().all(|total| unfulfilled(total) == 0) {
            ", all of their calls fulfilled"
        } else {
            ""
        };
        let more = u64::try_from(rest.len()).unwrap_or(u64::MAX);
        let more = format!("… and {}{all}", text::counted(more, "operation").replacen(' ', " more ", 1));
        out.push_str(&format!("  {}\n", style.paint(DIM, more)));
    }
    out
}

const fn unfulfilled(total: &OperationTotal) -> u64 {
    total.refused + total.failed + total.abandoned
}

fn outcome_row(total: &OperationTotal) -> Vec<Cell> {
    let ended = total.fulfilled + unfulfilled(total);
    let mean = total.duration_ns.checked_div(ended).map_or_else(|| "–".to_owned(), text::duration);
    let fulfilled = match (total.fulfilled, ended) {
        (0, 0) => count(0, DIM),
        (0, _) => ("0".to_owned(), RED),
        (fulfilled, _) => count(fulfilled, GREEN),
    };
    vec![
        (text::one_line(total.operation), BOLD),
        count(total.calls, Paint::new()),
        fulfilled,
        count(total.refused, YELLOW),
        count(total.failed, RED),
        count(total.abandoned, RED),
        (mean, DIM),
        (reasons(total), DIM),
    ]
}

/// A number, with nothing to see where there is nothing.
fn count(value: u64, paint: Paint) -> Cell {
    if value == 0 { ("–".to_owned(), DIM) } else { (text::number(value), paint) }
}

fn reasons(total: &OperationTotal) -> String {
    let mut parts: Vec<String> = Vec::new();
    if total.active > 0 {
        parts.push(format!("{} still running", text::number(total.active)));
    }
    for reason in total.reasons.iter().take(REASONS) {
        let name = if reason.reason.is_empty() { Class::as_str(reason.class) } else { reason.reason };
        parts.push(format!("{} {}", text::one_line(name), text::number(reason.count)));
    }
    parts.join(", ")
}

fn lost(run: &Run, style: Style) -> String {
    let parts: Vec<String> =
        run.lost.iter().map(|(what, count)| format!("{} {what}", text::number(*count))).collect();
    let lost = format!("  lost: {}; the verdicts they touch are inconclusive", parts.join(", "));
    let lost = (!parts.is_empty()).then_some(lost);
    let memory = run.memory.notice().map(|notice| format!("  {notice}"));
    let shown = |line: String| format!("{}\n", style.paint(YELLOW, text::wrap(&line, style.width())));
    lost.into_iter().chain(memory).map(shown).collect()
}

/// The places to look at first: violations before suspicions, then the most frequent.
fn first(run: &Run, style: Style) -> String {
    let mut places: Vec<&Divergence> = run.divergences.iter().collect();
    places.sort_by_key(|one| (one.level, Reverse(one.count), one.code, one.site));
    places.truncate(FIRST);
    let row = |one: &&Divergence| -> Vec<Cell> {
        let what = format!("{} in `{}`", one.code.title(), text::one_line(one.operation));
        let site = if one.site.is_known() { text::one_line(&one.site.to_string()) } else { String::new() };
        let times = format!("{}×", text::number(one.count));
        vec![(one.code.as_str().to_owned(), of(one.level)), (times, BOLD), (site, BLUE), (what, Paint::new())]
    };
    let columns = vec![("", Column::Word), ("", Column::Number), ("", Column::Text), ("", Column::Text)];
    let rows = table(columns, places.iter().map(row).collect(), style);
    if rows.is_empty() {
        String::new()
    } else {
        format!("  {}\n{rows}", style.paint(BOLD, "look here first:"))
    }
}

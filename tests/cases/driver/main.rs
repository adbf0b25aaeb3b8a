//! Runs every case in every variant, annotated and bare, and compares what candor reports with what is expected.
//!
//! One driver for all cases: everything that differs stands in their `case.toml`.

mod case;
mod judgement;

use case::Case;
use judgement::{Finding, Kind};

/// One row of the printed table.
struct Row {
    id: String,
    lines: usize,
    annotated: Result<String, String>,
    bare: (bool, Vec<Finding>),
}

#[test]
fn every_bug_is_found_where_it_is_and_nothing_else() {
    let rows: Vec<Row> = Case::all().iter().map(row).collect();
    println!("{:<30} {:>6}  {:<34} bare", "case", "lines", "annotated");
    for row in &rows {
        let annotated = match &row.annotated {
            Ok(what) => what.clone(),
            Err(why) => format!("WRONG: {why}"),
        };
        let bare = if row.bare.0 { "found" } else { "-" };
        println!("{:<30} {:>6}  {annotated:<34} {bare}, {} false", row.id, format!("+{}", row.lines), row.bare.1.len());
        for finding in &row.bare.1 {
            println!("{:<30}         bare, false: {finding}", "");
        }
    }
    let bugs = rows.iter().filter(|row| row.id.starts_with('c')).count();
    let found = |of: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| row.id.starts_with('c') && of(row)).count();
    let annotated = found(&|row| row.annotated.is_ok());
    let bare = found(&|row| row.bare.0);
    let bare_false: usize = rows.iter().map(|row| row.bare.1.len()).sum();
    println!("annotated: {annotated} of {bugs} found; bare: {bare} of {bugs} found, {bare_false} false findings");
    let wrong: Vec<&String> = rows.iter().filter_map(|row| row.annotated.as_ref().err()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn row(case: &Case) -> Row {
    let annotated = judge(case);
    let bare = (is_found(case, Kind::Bare), false_findings(case, Kind::Bare));
    Row { id: case.id.clone(), lines: case.added_lines(), annotated, bare }
}

/// The annotated programs: the bug is found, and nothing is said of the others.
fn judge(case: &Case) -> Result<String, String> {
    let noise = false_findings(case, Kind::Annotated);
    if !noise.is_empty() {
        return Err(format!("{}: reported though nothing is wrong: {noise:?}", case.id));
    }
    if case.clean {
        return Ok("silent".to_owned());
    }
    let findings = case.run(Kind::Annotated, "buggy");
    match findings.iter().find(|finding| case.expects(finding, Kind::Annotated)) {
        Some(finding) => Ok(format!("{} {}:{}", finding.code, finding.site.function, finding.site.line)),
        None => Err(format!("{}: the bug is not among {findings:#?}", case.id)),
    }
}

fn is_found(case: &Case, kind: Kind) -> bool {
    !case.clean && case.run(kind, "buggy").iter().any(|finding| case.expects(finding, kind))
}

fn false_findings(case: &Case, kind: Kind) -> Vec<Finding> {
    let right = case.variants.iter().filter(|variant| *variant != "buggy");
    right.flat_map(|variant| case.run(kind, variant)).collect()
}

/// What is found while `work` runs.
fn codes(work: impl FnOnce()) -> Vec<&'static str> {
    let scope = candor::testing::scope();
    work();
    let found = scope.divergences();
    for finding in &found {
        scope.expect_divergence(finding.code);
    }
    found.iter().map(|finding| finding.code.as_str()).collect()
}

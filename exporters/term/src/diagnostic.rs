//! One divergence as rustc would print it: title, source, and what was declared, expected and seen.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use candor::model::{Code, Divergence, Evidence, Level as Severity, Site};

use crate::source::Source;
use crate::{Options, story, text};

/// At most so many places besides the site itself are marked in the source.
const MARKS: usize = 4;
/// Columns before the text of a footer: the line number and `= `.
const GUTTER: usize = 7;

/// Renders one divergence, with its source if it can be found, and its story if it is wanted.
///
/// ```
/// use candor::model::{Code, Divergence, Site};
/// use candor_term::{Options, Style, render};
///
/// let site = Site { file: "no/such/file.rs", line: 7, column: 5, function: "place_order" };
/// let mut divergence = Divergence::new(Code::C106, "place_order", site);
/// divergence.expected = "at least 1 of PaymentCaptured".to_owned();
/// divergence.observed = "0 happened".to_owned();
///
/// let text = render(&divergence, &Options::new(Style::plain()).with_stories(false));
/// assert_eq!(
///     text,
///     "error[C106]: unkept promise in `place_order`
///   --> no/such/file.rs:7:5
///    = expected: at least 1 of PaymentCaptured
///    = observed: 0 happened
/// "
/// );
/// ```
#[must_use]
pub fn render(divergence: &Divergence, options: &Options) -> String {
    let width = options.style().width();
    let source = Source::find(&divergence.site, options);
    let others = sightings(divergence);
    let shown = source.as_ref().map(|source| source.cut(width.saturating_sub(GUTTER)));
    let mut group = title(divergence, width);
    group = match &shown {
        Some(source) => group.element(snippet(divergence, &others, source, width)),
        None if divergence.site.is_known() => group.element(origin(&divergence.site)),
        None => group,
    };
    let line = source.as_ref().and_then(|source| source.line(&divergence.site));
    for (name, text) in divergence.notes(line) {
        let columns = width.saturating_sub(GUTTER + name.len() + 2);
        let level = if name == "help" { Level::HELP } else { Level::NOTE };
        group = group.element(level.with_name(Some(name)).message(text::wrap(&text, columns)));
    }
    let text = renderer(options).render(&[group]).to_string();
    // Without line numbers, nothing but this moves the place and the footers in.
    let mut out = if source.is_some() { text } else { text.replace('\n', "\n  ") };
    out.push('\n');
    if options.has_stories() {
        out.push_str(&story::render(divergence, options.style()));
    }
    out
}

fn renderer(options: &Options) -> Renderer {
    let renderer = if options.style().is_coloured() { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).term_width(options.style().width())
}

fn title(divergence: &Divergence, width: usize) -> Group<'static> {
    let level = match divergence.level {
        Severity::Violation => Level::ERROR,
        Severity::Suspicion => Level::WARNING,
    };
    let columns = width.saturating_sub("warning[C000]: ".len());
    Group::with_title(
        level
            .primary_title(text::wrap(&text::one_line(&divergence.title()), columns))
            .id(divergence.code.as_str()),
    )
}

fn origin(site: &Site) -> Origin<'static> {
    let line = usize::try_from(site.line).unwrap_or(usize::MAX);
    let column = usize::try_from(site.column).unwrap_or(usize::MAX);
    Origin::path(site.file).line(line).char_column(column)
}

fn snippet<'a>(
    divergence: &Divergence,
    others: &[(Site, &'static str)],
    source: &'a Source,
    width: usize,
) -> Snippet<'a, Annotation<'a>> {
    let mark = |site: &Site, kind: AnnotationKind, label: &'static str| {
        let reach = width.saturating_sub(GUTTER + 1 + label.len());
        let (span, fits) = source.locate(site, reach)?;
        let mark = kind.span(span.clone()).label((fits && !label.is_empty()).then_some(label));
        Some((span, mark))
    };
    let primary = mark(&divergence.site, AnnotationKind::Primary, label(divergence));
    let within = primary.as_ref().map(|(span, _)| span.clone()).unwrap_or_default();
    let others = others.iter().filter_map(|(site, label)| mark(site, AnnotationKind::Context, label));
    // A mark within the carets would break them up; the evidence names its place.
    let others = others.filter(|(span, _)| span.end <= within.start || within.end <= span.start);
    let marks: Vec<_> = others.map(|(_, mark)| mark).collect();
    Snippet::source(source.text())
        .path(divergence.site.file)
        .annotations(primary.map(|(_, mark)| mark).into_iter().chain(marks))
}

/// The places in the same file that the evidence names, and what stands next to them.
fn sightings(divergence: &Divergence) -> Vec<(Site, &'static str)> {
    let mut sites: Vec<(Site, &str)> = Vec::new();
    for evidence in &divergence.evidence {
        let Some(site) = evidence.site.filter(|site| site.file == divergence.site.file) else { continue };
        let is_new = !sites.iter().any(|(known, _)| is_same(known, &site));
        if is_new && !is_same(&site, &divergence.site) && sites.len() < MARKS {
            sites.push((site, sighting(evidence)));
        }
    }
    sites
}

fn is_same(one: &Site, other: &Site) -> bool {
    (one.line, one.column) == (other.line, other.column)
}

/// What stands next to the carets of the site; short, so that it fits.
const fn label(divergence: &Divergence) -> &'static str {
    match (divergence.code, divergence.level) {
        (Code::C101, Severity::Violation) => "dropped here",
        (Code::C101, Severity::Suspicion) => "seen here",
        (Code::C102, _) => "claimed here",
        (Code::C103, _) => "substituted here",
        (Code::C105, _) => "abandoned here",
        (Code::C106 | Code::C116 | Code::C117 | Code::C120, _) => "left here",
        (Code::C107 | Code::C115, _) => "happened here",
        (Code::C108 | Code::C109, _) => "false here",
        (Code::C110, _) => "claimed here",
        (Code::C111, _) => "logged here",
        (Code::C113, _) => "happened again here",
        (Code::C114, _) => "dropped here, item by item",
        (Code::C119, _) => "spawned here, then forgotten",
        (Code::C301, _) => "never fulfilled",
        _ => "",
    }
}

/// What stands next to a place that the evidence names. Evidence is words, so this reads words; anything else was "seen".
fn sighting(evidence: &Evidence) -> &'static str {
    const WORDS: &[(&str, &str)] = &[
        ("logged \"", "logged here"),
        ("panicked", "panicked here"),
        (" met Err(", "met an error here"),
        (" left ", "left here"),
        ("the call ended", "ended here"),
        (" was said", "said here"),
        (" happened", "happened here"),
        (" before", "before, here"),
        (" again", "again here"),
        (" abandoned", "abandoned here"),
        (" refused", "refused here"),
        (" failed", "failed here"),
    ];
    let found = WORDS.iter().find(|(words, _)| evidence.what.contains(words));
    found.map_or("seen here", |(_, label)| label)
}

//! The story of a call as a timeline: when, what kind, what, where.

use anstyle::Style as Paint;
use candor::model::{Class, Divergence, LineKind, Site, StoryLine};

use crate::style::{BOLD, CYAN, DIM, GREEN, RED, WARNING, YELLOW};
use crate::{Style, text};

/// So many lines are told in full; of a longer story the middle is left out.
const BOUND: usize = 24;
/// Lines at each end that are always told.
const ENDS: usize = 8;
/// Columns before the text: the indent, the time, the line, the kind and the gaps between them.
const GUTTER: usize = 2 + 8 + 3 + 10;
/// Below this width, places are left out: the text matters more.
const PLACES_FROM: usize = 70;

/// The story of a divergence; empty when nothing was recorded.
pub(crate) fn render(divergence: &Divergence, style: Style) -> String {
    let story = &divergence.story;
    if story.lines.is_empty() && story.duration_ns == 0 {
        return String::new();
    }
    let telling = Telling::new(divergence, style);
    let mut out = telling.title();
    let mut untold = 0;
    let is_late = |line: &StoryLine| line.at_ns > story.duration_ns;
    for (index, line) in story.lines.iter().enumerate().filter(|(_, line)| !is_late(line)) {
        if index == story.lines.len() / 2 {
            // The recorder gives up the middle of a story that is over its bound.
            untold += story.omitted;
        }
        if telling.is_told(index, line) {
            out.push_str(&telling.gap(&mut untold));
            out.push_str(&telling.line(line));
        } else {
            untold += 1;
        }
    }
    out.push_str(&telling.gap(&mut untold));
    out.push_str(&telling.end());
    out.push_str(&telling.afterwards(story.lines.iter().filter(|line| is_late(line))));
    out
}

struct Telling<'a> {
    divergence: &'a Divergence,
    style: Style,
    /// Lines in the middle that are told all the same, because the divergence is about them.
    middle: Vec<usize>,
    /// Columns for the text, and for the place.
    columns: (usize, usize),
}

impl<'a> Telling<'a> {
    fn new(divergence: &'a Divergence, style: Style) -> Telling<'a> {
        let mut telling = Telling { divergence, style, middle: Vec::new(), columns: (0, 0) };
        let lines = &divergence.story.lines;
        let is_pivotal = |(index, line): (usize, &StoryLine)| telling.is_pivotal(line).then_some(index);
        let inner = ENDS..lines.len().saturating_sub(ENDS);
        let pivotal = lines.iter().enumerate().filter_map(is_pivotal).filter(|index| inner.contains(index));
        telling.middle = pivotal.take(BOUND - 2 * ENDS - 2).collect();
        telling.columns = telling.measure();
        telling
    }

    /// Whether the divergence speaks of this line: it stands at its site, or at that of its evidence.
    fn is_pivotal(&self, line: &StoryLine) -> bool {
        let Some(site) = line.site.filter(Site::is_known) else { return false };
        let is_here = |other: &Site| (other.file, other.line) == (site.file, site.line);
        is_here(&self.divergence.site)
            || self.divergence.evidence.iter().filter_map(|one| one.site.as_ref()).any(is_here)
    }

    fn is_told(&self, index: usize, line: &StoryLine) -> bool {
        let lines = self.divergence.story.lines.len();
        let is_end = line.kind == LineKind::End && index + 1 == lines;
        // The end has a form of its own.
        !is_end && (lines <= BOUND || index < ENDS || index >= lines - ENDS || self.middle.contains(&index))
    }

    fn measure(&self) -> (usize, usize) {
        let told = || {
            self.divergence.story.lines.iter().enumerate().filter(|(index, line)| self.is_told(*index, line))
        };
        let longest = told().map(|(_, line)| text::width(&said(line))).max().unwrap_or(0);
        let places = told().map(|(_, line)| text::width(&self.place(line))).max().unwrap_or(0);
        let gap = if places > 0 { 2 } else { 0 };
        let room = self.style.width().saturating_sub(GUTTER + gap);
        // The text comes first, but a third of the room is the place's if it needs it.
        let places = places.min(room.saturating_sub(longest).max(room / 3));
        (longest.min(room - places), places)
    }

    fn title(&self) -> String {
        let title = text::one_line(&self.divergence.story_title());
        format!("\n  {}\n", self.style.paint(BOLD, text::head(&title, self.style.width() - 2)))
    }

    fn line(&self, line: &StoryLine) -> String {
        let (columns, place_columns) = self.columns;
        let (word, mark, body) = look(line.kind);
        let body = if self.is_pivotal(line) { BOLD } else { body };
        let said = said(line);
        let said = text::head(&said, columns);
        let place = self.place(line);
        let place = text::tail(&place, place_columns);
        let kind = self.style.paint(mark, text::left(word, 9));
        let shown = self.style.paint(body, &said);
        let row = if place.is_empty() {
            format!("{kind} {shown}")
        } else {
            let gap = " ".repeat(2 + columns.saturating_sub(text::width(&said)));
            format!("{kind} {shown}{gap}{}", self.style.paint(DIM, place))
        };
        self.row(&text::duration(line.at_ns), "│", &row)
    }

    /// A place in the divergence's own file needs no more than its line.
    fn place(&self, line: &StoryLine) -> String {
        if self.style.width() < PLACES_FROM {
            return String::new();
        }
        match line.site.filter(Site::is_known) {
            Some(site) if site.file == self.divergence.site.file => format!("line {}", site.line),
            Some(site) => text::one_line(&format!("{}:{}", site.file, site.line)),
            None => String::new(),
        }
    }

    fn gap(&self, untold: &mut u64) -> String {
        match std::mem::take(untold) {
            0 => String::new(),
            lines => {
                let omitted = format!("… {} omitted", text::counted(lines, "line"));
                self.row("", "┊", &self.style.paint(DIM, omitted))
            }
        }
    }

    fn end(&self) -> String {
        let outcome = &self.divergence.outcome;
        let paint = match outcome.class {
            Class::Fulfilled => GREEN.bold(),
            Class::Refused => WARNING,
            Class::Failed | Class::Abandoned => RED,
        };
        let said = text::one_line(&outcome.to_string());
        let said = text::head(&said, self.style.width().saturating_sub(GUTTER - 10)).into_owned();
        self.row(&text::duration(self.divergence.story.duration_ns), "┴", &self.style.paint(paint, said))
    }

    /// What spawned work did once the call had ended.
    fn afterwards<'b>(&self, lines: impl Iterator<Item = &'b StoryLine>) -> String {
        let told: String = lines.take(ENDS).map(|line| self.line(line)).collect();
        if told.is_empty() {
            told
        } else {
            self.row("", "┊", &self.style.paint(DIM, "afterwards:")) + &told
        }
    }

    fn row(&self, time: &str, rule: &str, rest: &str) -> String {
        format!("  {} {} {rest}\n", self.style.paint(DIM, text::right(time, 8)), self.style.paint(DIM, rule))
    }
}

/// What a line says, moved in by its depth.
fn said(line: &StoryLine) -> String {
    let indent = "  ".repeat(usize::from(line.depth).min(6));
    format!("{indent}{}", text::one_line(&line.text))
}

/// The word for a kind, its colour, and the colour of the text: business stands out, technical evidence stands back.
fn look(kind: LineKind) -> (&'static str, Paint, Paint) {
    const PLAIN: Paint = Paint::new();
    match kind {
        LineKind::Event => ("event", GREEN.bold(), PLAIN),
        LineKind::Log => ("log", DIM, DIM),
        LineKind::Error => ("error", RED, PLAIN),
        LineKind::Recovered => ("recovered", YELLOW, PLAIN),
        LineKind::Child => ("child", CYAN, PLAIN),
        LineKind::Change => ("change", CYAN, PLAIN),
        LineKind::Check => ("check", YELLOW, PLAIN),
        LineKind::Task => ("task", CYAN, PLAIN),
        LineKind::End => ("end", DIM, PLAIN),
    }
}

//! Log lines among the notes. One that claims success may be evidence at the end of its call, and is not lost before that.

use super::super::light::Numbers;
use super::super::page::{Body, Note, Pages};
use super::super::said::{Hearing, Line, LogSite, Panic, Said};
use super::Notes;
use crate::model::{LogLine, Site, Wording};

/// How many bytes what log lines have said may take before those of notes that were given up are dropped.
const SAID: usize = 16 * 1024;

impl Notes {
    /// Hears a log line, which is noted by [`line`](Notes::line).
    #[inline]
    pub(in crate::record) fn hear(
        &mut self,
        line: (&'static LogSite, u32),
        hearing: &impl Hearing,
    ) -> (Line, Wording, Option<Panic>) {
        let pages = self.pages();
        let (line, panic) = pages.said.hear(line, hearing);
        // What a panic cut off has left its memory there.
        pages.owns |= !line.is_plain() || panic.is_some();
        (line, pages.said.wording(&line), panic)
    }

    /// Takes down a log line with numbers beside what its place is known to say, which is noted by [`line`](Notes::line).
    #[inline]
    pub(in crate::record) fn count(&mut self, line: (&'static LogSite, u32), numbers: &Numbers) -> Line {
        let pages = self.pages();
        pages.owns = true;
        pages.said.count(line, numbers)
    }

    /// Notes a log line; `site` is where the call is.
    #[inline(always)]
    pub(in crate::record) fn line(&mut self, at: u64, site: &'static Site, line: Line, wording: Wording) {
        self.pages().boasts |= wording == Wording::Success;
        self.push(at, Some(site), Body::Line(line));
    }

    /// Drops what nobody tells any more, if there is much of it. Lines that were noted before go by other names now.
    #[inline]
    pub(in crate::record) fn pack_lines(&mut self) {
        let pages = self.pages();
        if pages.said.used() > pages.roomy.max(SAID) {
            pages.pack_said();
        }
    }

    /// What log lines have said.
    pub(in crate::record) fn said(&self) -> Option<&Said> {
        self.pages.as_ref().map(|pages| &pages.said)
    }

    /// Whether some line may claim success.
    #[inline]
    pub(in crate::record) fn boasts(&self) -> bool {
        self.pages.as_ref().is_some_and(|pages| pages.boasts) || self.boasts_in_frame()
    }

    /// The lines of the call itself that claim success.
    pub(in crate::record) fn boasting(&self) -> Vec<LogLine> {
        let Some(pages) = self.pages.as_ref().filter(|pages| pages.boasts) else { return Vec::new() };
        let given_up = pages.given_up.iter().map(|(level, line)| (*level, line.clone()));
        let noted = pages.notes().iter().filter_map(|note| Some((note.level, pages.boast(note)?)));
        given_up.chain(noted).filter(|(level, _)| *level == self.level()).map(|(_, line)| line).collect()
    }
}

impl Pages {
    /// The line of a note, if it claims success.
    pub(in crate::record) fn boast(&self, note: &Note) -> Option<LogLine> {
        match &note.body {
            Body::Line(line) if self.said.wording(line) == Wording::Success => {
                Some(self.said.evidence(line, note.site))
            }
            _ => None,
        }
    }

    /// Drops what lines have said whose notes were given up.
    #[cold]
    fn pack_said(&mut self) {
        let mut packed = Said::default();
        let said = std::mem::take(&mut self.said);
        for note in self.notes_mut() {
            if let Body::Line(line) = &mut note.body {
                *line = packed.copy(line, &said);
            }
        }
        self.roomy = packed.used() * 2;
        self.said = packed;
    }
}

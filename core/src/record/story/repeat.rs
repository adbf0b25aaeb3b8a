//! Log lines that repeat, word for word, what their place is known to say. Most lines of calls that are well are such, and
//! nobody reads them. So a few of them stand in the frame itself, and take their place in its pages only when something
//! else is noted or somebody asks: a call that ends before that is left as one that noted nothing.

use super::super::callsite::Callsite;
use super::super::page::{Body, Note, Pages};
use super::super::said::{Line, LogSite};
use super::Notes;
use crate::model::{Site, Wording};

/// How many of them a frame holds.
const MANY: usize = 4;

/// Those of one frame.
pub(super) type Repeats = [Option<Repeat>; MANY];

/// What they take.
pub(in crate::record) const BYTES: usize = size_of::<Repeats>();

/// One of them, and where the call was.
#[derive(Clone, Copy)]
pub(super) struct Repeat {
    at: u64,
    place: &'static LogSite,
    callsite: &'static Callsite,
    position: u32,
    seq: u32,
}

impl Repeat {
    /// Where the call was.
    fn site(self) -> &'static Site {
        self.callsite.spot(self.position).site()
    }

    fn line(self) -> Line {
        Line::plain(self.place, self.seq)
    }
}

/// How deeply a call is nested, in the lower half, and how many lines its frame holds. In one number, so that a call
/// begins with one store.
#[derive(Clone, Copy, Default)]
pub(super) struct Standing(u32);

impl Standing {
    const ONE: u32 = 1 << 16;

    #[inline(always)]
    pub(super) fn at(level: u16) -> Standing {
        Standing(u32::from(level))
    }

    #[inline(always)]
    pub(super) fn level(self) -> u16 {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
        let level = self.0 as u16;
        level
    }

    #[inline(always)]
    pub(super) fn repeats(self) -> usize {
        (self.0 / Self::ONE) as usize
    }
}

impl Notes {
    /// How much memory the lines in the frame take.
    pub(in crate::record) fn repeat_bytes(&self) -> usize {
        if self.repeats.is_some() { BYTES } else { 0 }
    }

    /// Whether there is, or was, a line in the frame.
    pub(in crate::record) fn can_repeat(&self) -> bool {
        self.repeats.is_some()
    }

    /// From now on lines stand in the frame.
    pub(in crate::record) fn begin_to_repeat(&mut self) {
        self.repeats.get_or_insert_default();
    }

    /// Gives up the memory of lines of a clean frame.
    pub(in crate::record) fn drop_repeats(&mut self) {
        self.repeats = None;
    }

    /// Keeps a line in the frame, if there is room; `position` is where the call is. It is written where it stays: copied
    /// there as a whole, it would wait for its parts.
    #[inline(always)]
    pub(in crate::record) fn repeat(
        &mut self,
        at: u64,
        (callsite, position): (&'static Callsite, u32),
        (place, seq): (&'static LogSite, u32),
    ) -> Option<()> {
        *self.repeats.as_mut()?.get_mut(self.standing.repeats())? =
            Some(Repeat { at, place, callsite, position, seq });
        self.standing.0 += Standing::ONE;
        Some(())
    }

    /// The lines that stand in the frame take their place in the pages. Until then, nobody finds them there.
    #[inline]
    pub(in crate::record) fn unfold(&mut self) {
        if self.standing.repeats() > 0 {
            self.unfold_here();
        }
    }

    #[inline(never)]
    fn unfold_here(&mut self) {
        let mut pages = self.pages.take().unwrap_or_else(super::fresh_pages);
        self.unfold_into(&mut pages, self.level());
        self.pages = Some(pages);
    }

    /// They take their place in these pages, as notes of a call that is nested so deeply.
    pub(super) fn unfold_into(&mut self, pages: &mut Pages, level: u16) {
        for repeat in self.in_frame() {
            let (line, site) = (repeat.line(), repeat.site());
            pages.boasts |= line.known_wording() == Wording::Success;
            pages.push(Note { at: repeat.at, site: Some(site), level, body: Body::Line(line) });
        }
        self.begin(self.level());
    }

    /// Notes a line whose message is what its place is known to say, where it was said.
    pub(in crate::record) fn known_line(&mut self, at: u64, site: Option<&'static Site>, line: Line) {
        self.pages().boasts |= line.known_wording() == Wording::Success;
        self.push(at, site, Body::Line(line));
    }

    /// Whether one of them claims success.
    pub(super) fn boasts_in_frame(&self) -> bool {
        self.in_frame().any(|repeat| repeat.line().known_wording() == Wording::Success)
    }

    fn in_frame(&self) -> impl Iterator<Item = Repeat> {
        let all = self.repeats.iter().flat_map(|repeats| repeats.iter());
        all.take(self.standing.repeats()).flatten().copied()
    }
}

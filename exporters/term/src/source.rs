//! The source around a site, if it can be found.

use std::ops::Range;
use std::path::Path;

use candor::model::Site;

use crate::{Options, span, text};

/// Carets are cut for the sake of their label only while so many of them stay.
const CARETS: usize = 12;

/// The text of a source file in which a site was found.
pub(crate) struct Source {
    text: String,
}

impl Source {
    /// Reads the file of `site`. `None` when there is none, or when it cannot be the one that was compiled.
    pub(crate) fn find(site: &Site, options: &Options) -> Option<Source> {
        let read = |root: &Path| {
            let text = std::fs::read_to_string(root.join(site.file)).ok()?;
            let source = Source { text };
            (source.is_about(site.function) && source.locate(site, usize::MAX).is_some()).then_some(source)
        };
        if site.is_known() { options.roots().find_map(read) } else { None }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The line of `site`.
    pub(crate) fn line(&self, site: &Site) -> Option<&str> {
        let before = usize::try_from(site.line).ok()?.checked_sub(1)?;
        self.text.lines().nth(before)
    }

    /// The same source with its long lines cut, so that nothing is wider than `columns`.
    pub(crate) fn cut(&self, columns: usize) -> Source {
        let lines = self.text.lines().map(|line| text::head(line, columns.max(1)));
        Source { text: lines.collect::<Vec<_>>().join("\n") }
    }

    /// The bytes that the carets of `site` mark, cut for the sake of a label that begins at the column `reach` of their
    /// line at the latest, and whether such a label fits.
    pub(crate) fn locate(&self, site: &Site, reach: usize) -> Option<(Range<usize>, bool)> {
        let before = usize::try_from(site.line).ok()?.checked_sub(1)?;
        let line = self.text.split_inclusive('\n').nth(before)?.trim_end();
        let start: usize = self.text.split_inclusive('\n').take(before).map(str::len).sum();
        let skip = usize::try_from(site.column).ok()?.saturating_sub(1);
        // Beyond the end of a line that was cut, its last letter stands for the rest.
        let is_cut = line.ends_with('…');
        let at = match line.char_indices().nth(skip) {
            Some((at, _)) => at,
            None if is_cut => line.char_indices().next_back()?.0,
            None => return None,
        };
        let (head, rest) = line.split_at_checked(at)?;
        let length = span::length(head, rest);
        let room = reach.saturating_sub(text::width(head));
        let cut = rest.char_indices().map(|(end, _)| end).nth(room).filter(|_| room >= CARETS.min(length));
        let carets = cut.map_or(length, |cut| cut.min(length));
        let fits = text::width(rest.get(..carets).unwrap_or(rest)) <= room;
        Some((start + at..start + at + carets, fits))
    }

    /// A file of the same name in another project does not have the function.
    fn is_about(&self, function: &str) -> bool {
        let name = function.rsplit("::").next().unwrap_or(function);
        !name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') || self.text.contains(name)
    }
}

//! Tables that never wrap: columns are as wide as their cells; what does not fit is cut or left out.

use anstyle::Style as Paint;

use crate::style::DIM;
use crate::{Style, text};

/// How a column behaves when room is short.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// Text that always stays whole.
    Word,
    /// Text that is cut when there is no room.
    Text,
    /// A number; always shown.
    Number,
    /// A number that is left out when there is no room.
    Spare,
    /// Text at the end of the row that is cut first, then left out.
    Rest,
}

/// A cell and its colour.
pub(crate) type Cell = (String, Paint);

/// Columns with their titles, and rows.
pub(crate) struct Table {
    pub(crate) columns: Vec<(&'static str, Column)>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// The space before each column.
const GAP: usize = 2;
/// Text is never cut to less.
const LEAST: usize = 12;

impl Column {
    /// The width that is left of `width` when the row is `over` columns too wide.
    fn give(self, width: usize, over: usize) -> usize {
        let cut = width.saturating_sub(over);
        match self {
            _ if over == 0 => width,
            Column::Text => cut.max(LEAST.min(width)),
            Column::Rest if cut >= LEAST => cut,
            Column::Rest | Column::Spare => 0,
            Column::Word | Column::Number => width,
        }
    }

    const fn is_number(self) -> bool {
        matches!(self, Column::Number | Column::Spare)
    }
}

impl Table {
    /// The table in at most the width of `style`; the row of titles only if there is a title.
    pub(crate) fn render(&self, style: Style) -> String {
        let widths = self.fit(style.width());
        let is_titled = self.columns.iter().any(|(title, _)| !title.is_empty());
        let titles =
            is_titled.then(|| self.columns.iter().map(|(title, _)| ((*title).to_owned(), DIM)).collect());
        titles.iter().chain(&self.rows).map(|row| self.row(row, &widths, style)).collect()
    }

    /// The width of each column; zero leaves it out.
    fn fit(&self, room: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = (0..self.columns.len()).map(|index| self.natural(index)).collect();
        for giving in [Column::Rest, Column::Text, Column::Spare] {
            for (index, (_, column)) in self.columns.iter().enumerate().rev() {
                let over = taken(&widths).saturating_sub(room);
                if let Some(width) = widths.get_mut(index).filter(|_| *column == giving) {
                    *width = column.give(*width, over);
                }
            }
        }
        widths
    }

    fn natural(&self, index: usize) -> usize {
        let title = self.columns.get(index).map_or(0, |(title, _)| text::width(title));
        let cells = self.rows.iter().filter_map(|row| row.get(index)).map(|(cell, _)| text::width(cell));
        cells.max().unwrap_or(0).max(title)
    }

    fn row(&self, row: &[Cell], widths: &[usize], style: Style) -> String {
        let mut out = String::new();
        let mut owed = 0;
        for (((_, column), width), (cell, paint)) in
            self.columns.iter().zip(widths).zip(row).filter(|((_, width), _)| **width > 0)
        {
            let cell = text::head(cell, *width);
            let fill = width.saturating_sub(text::width(&cell));
            let (before, after) = if column.is_number() { (fill, 0) } else { (0, fill) };
            out.push_str(&" ".repeat(owed + GAP + before));
            out.push_str(&style.paint(*paint, cell));
            owed = after;
        }
        format!("{}\n", out.trim_end())
    }
}

/// The width of a row.
fn taken(widths: &[usize]) -> usize {
    widths.iter().filter(|width| **width > 0).map(|width| width + GAP).sum()
}

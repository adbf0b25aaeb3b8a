use crate::world::{Point, PointParsed, PointsWritten, Target, parse};
use candor::observe;
use tracing::{debug, info, warn};

#[derive(Debug, Default, PartialEq)]
pub struct Summary {
    pub lines: usize,
    pub invalid: usize,
}

pub struct Importer<'a> {
    pub target: &'a mut Target,
    pub batch_size: usize,
    pub batch: Vec<Point>,
}

impl Importer<'_> {
    #[observe(ensures(self.batch.is_empty()))]
    fn flush(&mut self) -> Result<(), String> {
        self.target.write(&self.batch)?;
        debug!(points = self.batch.len(), "batch written");
        self.batch.clear();
        Ok(())
    }

    /// Imports a dump in line format.
    #[observe(ensures(sum(PointsWritten.points) == count(PointParsed), self.batch.is_empty()))]
    pub fn import(&mut self, dump: &str) -> Result<Summary, String> {
        let mut summary = Summary::default();
        for line in dump.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            summary.lines += 1;
            let Some(point) = parse(line) else {
                warn!(line, "cannot parse line");
                summary.invalid += 1;
                continue;
            };
            self.batch.push(point);
            if self.batch.len() == self.batch_size {
                self.flush()?;
            }
        }
        info!(lines = summary.lines, invalid = summary.invalid, "import finished");
        Ok(summary)
    }
}

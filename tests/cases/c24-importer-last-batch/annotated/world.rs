use candor::{Event, emit};
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    pub series: String,
    pub value: f64,
}

#[derive(Event)]
pub struct PointParsed;
#[derive(Event)]
pub struct PointsWritten {
    pub points: usize,
}

#[derive(Default)]
pub struct Target {
    pub points: Vec<Point>,
    pub writes: usize,
}

impl Target {
    pub fn write(&mut self, batch: &[Point]) -> Result<(), String> {
        self.points.extend_from_slice(batch);
        self.writes += 1;
        emit!(PointsWritten { points: batch.len() });
        Ok(())
    }
}

pub fn parse(line: &str) -> Option<Point> {
    let (series, value) = line.split_once(' ')?;
    let point = Point { series: series.into(), value: value.parse().ok()? };
    emit!(PointParsed);
    Some(point)
}

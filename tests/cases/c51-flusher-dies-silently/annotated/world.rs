use candor::{Event, emit};
use std::sync::Mutex;

#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub name: &'static str,
    pub value: f64,
}

#[derive(Event)]
pub struct SampleRecorded {
    pub name: &'static str,
}
#[derive(Event)]
pub struct SampleStored;

#[derive(Default)]
pub struct Disk {
    pub lines: Mutex<Vec<String>>,
}

impl Disk {
    pub fn append(&self, line: String) {
        self.lines.lock().unwrap().push(line);
        emit!(SampleStored);
    }
}

pub fn encode(sample: &Sample) -> Result<String, String> {
    if !sample.value.is_finite() {
        return Err(format!("{} is {}: not a JSON number", sample.name, sample.value));
    }
    Ok(format!("{{\"{}\":{}}}", sample.name, sample.value))
}

//! Drives the journeys over real HTTP and counts what came back.

use std::collections::BTreeMap;
use std::io;

use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::journey::{self, Body, Journey, Step};

/// How many quotes are asked for at a time.
const AT_A_TIME: usize = 8;

/// Requests by route and by status.
#[derive(Debug, Default)]
pub(crate) struct Activity(BTreeMap<(&'static str, &'static str), BTreeMap<u16, u32>>);

impl Activity {
    fn count(&mut self, step: &Step, status: u16) {
        *self.0.entry((step.route, step.method)).or_default().entry(status).or_default() += 1;
    }

    fn merge(&mut self, other: Self) {
        for (route, statuses) in other.0 {
            let mine = self.0.entry(route).or_default();
            for (status, n) in statuses {
                *mine.entry(status).or_default() += n;
            }
        }
    }

    pub(crate) fn requests(&self) -> u32 {
        self.0.values().flat_map(BTreeMap::values).sum()
    }

    /// One line per route.
    pub(crate) fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        writeln!(out, "activity: {} requests", self.requests())?;
        for ((route, method), statuses) in &self.0 {
            let statuses: Vec<String> =
                statuses.iter().map(|(status, n)| format!("{status} x {n}")).collect();
            writeln!(out, "  {method:4} {route:24} {}", statuses.join(", "))?;
        }
        Ok(())
    }
}

/// Runs all journeys against the shop at `base`.
pub(crate) async fn drive(base: &str) -> Result<Activity, reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let (plan, quotes) = (journey::plan(), journey::quotes());
    // Draws on stderr, and only on a terminal.
    let bar = ProgressBar::new(plan.iter().chain(&quotes).map(|journey| journey.len() as u64).sum());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} requests {msg}") {
        bar.set_style(style);
    }
    let mut activity = Activity::default();
    for journey in &plan {
        activity.merge(travel(&client, base, journey, &bar).await?);
    }
    let mut answers =
        stream::iter(&quotes).map(|journey| travel(&client, base, journey, &bar)).buffer_unordered(AT_A_TIME);
    while let Some(answer) = answers.next().await {
        activity.merge(answer?);
    }
    bar.finish_and_clear();
    Ok(activity)
}

async fn travel(
    client: &reqwest::Client,
    base: &str,
    journey: &Journey,
    bar: &ProgressBar,
) -> Result<Activity, reqwest::Error> {
    let mut activity = Activity::default();
    let mut order = None;
    for step in journey {
        bar.inc(1);
        if step.path.contains("{id}") && order.is_none() {
            continue;
        }
        let path = step.path.replace("{id}", &order.unwrap_or(0).to_string());
        let (status, answer) = say(client, step, &format!("{base}{path}")).await?;
        activity.count(step, status);
        if step.route == "/orders" {
            order = answer.get("id").and_then(Value::as_u64);
        }
    }
    Ok(activity)
}

async fn say(client: &reqwest::Client, step: &Step, url: &str) -> Result<(u16, Value), reqwest::Error> {
    let request = match step.method {
        "GET" => client.get(url),
        _ => client.post(url),
    };
    let request = match &step.body {
        Body::Nothing => request,
        Body::Json(value) => request.json(value),
        Body::Text(text) => request.body(text.clone()),
    };
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    // An answer without a body is a null.
    let text = answer.text().await?;
    Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
}

//! Panels of a dashboard, laid out in rows.

use serde_json::{Value, json};

/// The width of a dashboard in Grafana's units.
const WIDTH: u32 = 24;
const HEIGHT: u32 = 8;

/// The identifiers of the provisioned data sources.
pub(crate) const PROMETHEUS: &str = "candor-prometheus";
pub(crate) const TEMPO: &str = "candor-tempo";
pub(crate) const JAEGER: &str = "candor-jaeger";
pub(crate) const LOKI: &str = "candor-loki";

/// One panel before it has its place.
pub(crate) struct Panel {
    title: String,
    kind: &'static str,
    description: String,
    unit: String,
    targets: Vec<Value>,
    links: Vec<Value>,
    width: u32,
    source: Value,
}

impl Panel {
    fn new(kind: &'static str, title: impl Into<String>, description: impl Into<String>) -> Panel {
        Panel {
            title: title.into(),
            kind,
            description: description.into(),
            unit: "short".to_owned(),
            targets: Vec::new(),
            links: Vec::new(),
            width: WIDTH / 2,
            source: json!({ "type": "prometheus", "uid": PROMETHEUS }),
        }
    }

    /// Curves over time.
    pub(crate) fn curves(title: impl Into<String>, description: impl Into<String>) -> Panel {
        Panel::new("timeseries", title, description)
    }

    /// The last number of each.
    pub(crate) fn numbers(title: impl Into<String>, description: impl Into<String>) -> Panel {
        Panel::new("stat", title, description)
    }

    /// Bars, the largest first.
    pub(crate) fn bars(title: impl Into<String>, description: impl Into<String>) -> Panel {
        Panel::new("bargauge", title, description)
    }

    /// The traces that a TraceQL query finds.
    pub(crate) fn traces(title: impl Into<String>, traceql: &str) -> Panel {
        let mut panel = Panel::new("table", title, "Exported operations; a row opens its trace.");
        panel.source = json!({ "type": "tempo", "uid": TEMPO });
        panel.targets.push(
            json!({ "refId": "A", "queryType": "traceql", "query": traceql, "filters": [], "limit": 50 }),
        );
        panel.width = WIDTH;
        panel
    }

    /// The log records that a LogQL query finds.
    pub(crate) fn records(title: impl Into<String>, description: impl Into<String>, logql: &str) -> Panel {
        let mut panel = Panel::new("logs", title, description);
        panel.source = json!({ "type": "loki", "uid": LOKI });
        panel.targets.push(json!({ "refId": "A", "queryType": "range", "expr": logql }));
        panel.width = WIDTH;
        panel
    }

    /// Shows, beside the curves so far, operations that they count; a point leads to its trace.
    pub(crate) fn exemplars(mut self) -> Panel {
        for target in &mut self.targets {
            if let Some(fields) = target.as_object_mut() {
                fields.insert("exemplar".to_owned(), json!(true));
            }
        }
        self
    }

    pub(crate) fn unit(mut self, unit: impl Into<String>) -> Panel {
        self.unit = unit.into();
        self
    }

    /// The unit of a business value, as Grafana shows it: three capitals are a currency, anything else follows the number.
    pub(crate) fn worth(self, unit: &str) -> Panel {
        match unit {
            "" => self,
            _ if unit.len() == 3 && unit.bytes().all(|letter| letter.is_ascii_uppercase()) => {
                self.unit(format!("currency:{unit}"))
            }
            _ => self.unit(format!("suffix: {unit}")),
        }
    }

    pub(crate) fn wide(mut self) -> Panel {
        self.width = WIDTH;
        self
    }

    /// A query with the legend of its curves.
    pub(crate) fn query(mut self, expr: impl Into<String>, legend: &str) -> Panel {
        let letter = char::from(b'A' + u8::try_from(self.targets.len()).unwrap_or(25).min(25));
        let target = json!({ "refId": letter.to_string(), "expr": expr.into(), "legendFormat": legend });
        self.targets.push(target);
        self
    }

    /// Links to the traces that a TraceQL query finds, which may name labels of the series.
    pub(crate) fn tempo_links(mut self, traceql: &str) -> Panel {
        let queries = json!([{ "refId": "A", "queryType": "traceql", "query": traceql }]);
        self.links.push(link("Traces in Tempo", TEMPO, &queries));
        self
    }

    /// Links from a divergence to the traces that have it: also where it is not the worst of its call, whose code alone is an
    /// attribute of the span.
    pub(crate) fn trace_links(self) -> Panel {
        let mut panel = self.tempo_links("{ event.candor.divergence.code = \"${__field.labels.code}\" }");
        let tags = "{\"candor.divergence.code\":\"${__field.labels.code}\"}";
        panel.links.push(link(
            "Traces in Jaeger",
            JAEGER,
            &json!([{ "refId": "A", "queryType": "search", "tags": tags }]),
        ));
        panel
    }

    fn place(mut self, id: usize, x: u32, y: u32) -> Value {
        for target in &mut self.targets {
            if let Some(fields) = target.as_object_mut() {
                fields.insert("datasource".to_owned(), self.source.clone());
            }
        }
        json!({
            "id": id,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": self.source,
            "gridPos": { "x": x, "y": y, "w": self.width, "h": HEIGHT },
            "targets": self.targets,
            "fieldConfig": { "defaults": { "unit": self.unit, "links": self.links }, "overrides": [] },
        })
    }
}

/// Opens Grafana's Explore with queries of a data source.
fn link(title: &str, source: &str, queries: &Value) -> Value {
    let left =
        json!({ "datasource": source, "queries": queries, "range": { "from": "now-1h", "to": "now" } });
    json!({ "title": title, "targetBlank": true, "url": format!("/explore?left={left}") })
}

/// Panels from left to right, from top to bottom.
pub(crate) fn lay_out(panels: Vec<Panel>) -> Vec<Value> {
    let (mut x, mut y) = (0, 0);
    let mut all = Vec::new();
    for panel in panels {
        if x + panel.width > WIDTH {
            // The last one of a row takes what is left of it.
            if let Some(width) = all.last_mut().and_then(|last: &mut Value| last.pointer_mut("/gridPos/w")) {
                *width = json!(width.as_u64().unwrap_or(0) + u64::from(WIDTH - x));
            }
            (x, y) = (0, y + HEIGHT);
        }
        let width = panel.width;
        all.push(panel.place(all.len() + 1, x, y));
        x += width;
    }
    all
}

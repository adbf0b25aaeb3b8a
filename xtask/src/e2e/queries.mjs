// Reads queries as lines of JSON, [language, query], and tells each that Grafana's grammars do not take.
import { readFileSync } from 'node:fs';
import { parser as traceql } from '@grafana/lezer-traceql';
import { parser as logql } from '@grafana/lezer-logql';

const parsers = { traceql, logql };

for (const line of readFileSync(0, 'utf8').split('\n').filter((line) => line !== '')) {
  const [language, query] = JSON.parse(line);
  const faults = [];
  parsers[language].parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) faults.push(node.from);
    },
  });
  if (query.trim() === '' || faults.length > 0) {
    console.log(`${language} does not take ${query} at ${faults.join(', ')}`);
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintDashboards } from '../grafana/src/lint/lint.js';
import { PACKAGE_ROOT } from '../src/version.js';

// Judges the dashboards as Grafana would load them.
const folder = join(PACKAGE_ROOT, 'grafana', 'dashboards');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const findings = lintDashboards(
  files.map((file) => ({ file, dashboard: JSON.parse(readFileSync(join(folder, file), 'utf8')) })),
);
for (const { file, place, fault } of findings) process.stderr.write(`${file}: ${place}: ${fault}\n`);
process.stderr.write(`${files.length} dashboards, ${findings.length} faults\n`);
process.exitCode = findings.length === 0 && files.length > 0 ? 0 : 1;

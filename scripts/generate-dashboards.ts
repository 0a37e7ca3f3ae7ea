import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../grafana/src/files.js';
import { PACKAGE_ROOT } from '../src/version.js';

// Dashboards and alerts are made from code; a test fails where one of them is out of date.
for (const { path, text } of generatedFiles()) {
  writeFileSync(join(PACKAGE_ROOT, path), text);
  process.stderr.write(`${path}\n`);
}

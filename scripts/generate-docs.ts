import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../src/version.js';
import { schemaPage } from './docs/schema-page.js';
import { taskFiles } from './docs/task-files.js';

// Documents that are made from the code; a test fails where one of them is out of date.
writeFileSync(join(PACKAGE_ROOT, 'docs', 'schema.md'), schemaPage());
process.stderr.write('docs/schema.md\n');

const tasks = join(PACKAGE_ROOT, 'influxdb', 'tasks');
rmSync(tasks, { recursive: true, force: true });
mkdirSync(tasks, { recursive: true });
for (const [name, flux] of taskFiles()) writeFileSync(join(tasks, name), flux);
process.stderr.write('influxdb/tasks\n');

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../src/version.js';
import { schemaPage } from './docs/schema-page.js';

// Documents that are made from the code; a test fails where one of them is out of date.
writeFileSync(join(PACKAGE_ROOT, 'docs', 'schema.md'), schemaPage());
process.stderr.write('docs/schema.md\n');

import test from 'ava';
import { schemaPage } from '../../scripts/docs/schema-page.js';
import { CONTEXT_TAGS, IDENTITY_TAGS, MEASUREMENTS } from '../../src/points/schema.js';
import { readDocument } from './cookbook.js';

test('docs/schema.md is what the code makes; if not, run "npm run docs"', (t) => {
  t.is(readDocument('docs/schema.md'), schemaPage());
});

test('docs/schema.md tells every measurement with every tag and field, and an example of each', (t) => {
  const page = readDocument('docs/schema.md');
  for (const name of [...Object.keys(IDENTITY_TAGS), ...Object.keys(CONTEXT_TAGS)])
    t.true(page.includes(`| \`${name}\` |`), name);
  for (const [measurement, { tags, fields }] of Object.entries(MEASUREMENTS)) {
    const section = page.split(`\n### ${measurement}\n`)[1]?.split(/\n##/)[0] ?? '';
    for (const name of [...Object.keys(tags), ...Object.keys(fields)])
      t.true(section.includes(`| \`${name}\` |`), `${measurement}.${name}`);
    t.true(section.includes(`\`\`\`text\n${measurement},`), measurement);
  }
});

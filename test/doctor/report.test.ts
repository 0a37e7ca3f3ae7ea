import test from 'ava';
import { countLevels, reportJson, type Section, sectionLines, summaryLine } from '../../src/doctor/report.js';

const SECTION: Section = {
  name: 'part',
  title: 'Part',
  findings: [
    { level: 'ok', what: 'good' },
    { level: 'warning', what: 'so so', fix: 'look' },
    { level: 'fault', what: 'bad\nserver\u001b[31m says', fix: 'repair' },
    { level: 'skipped', what: 'unseen', fix: 'run it' },
  ],
};

test('a finding is a mark and a line, with its fix below', (t) => {
  t.deepEqual(sectionLines(SECTION, false), [
    'Part',
    '  ✓ good',
    '  ! so so',
    '      fix: look',
    '  ✗ bad server [31m says',
    '      fix: repair',
    '  - unseen',
    '      how: run it',
    '',
  ]);
});

test('marks have colours where they are wanted, and texts have none of their own', (t) => {
  const lines = sectionLines(SECTION, true);
  t.is(lines[1], '  \u001b[32m✓\u001b[0m good');
  t.is(lines[4], '  \u001b[31m✗\u001b[0m bad server [31m says');
});

test('the last line counts', (t) => {
  t.is(summaryLine([SECTION]), '1 fault, 1 warning, 1 in order, 1 not checked.');
  t.is(summaryLine([]), 'no fault, 0 in order.');
});

test('programs get the same', (t) => {
  const report = JSON.parse(reportJson([SECTION], 1));
  t.is(report.exit_code, 1);
  t.deepEqual(report.counts, countLevels([SECTION]));
  t.deepEqual(report.checks, [{ name: 'part', findings: SECTION.findings }]);
});

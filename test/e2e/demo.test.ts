import test from 'ava';
import { type DemoResult, disagreements, resultTable } from '../../src/demo/verdict.js';
import { runCommand } from '../helpers/bridge-process.js';
import { tempFolder } from '../helpers/temp-folder.js';

test('the demo ends by itself, finds in InfluxDB what was posted, and says so', async (t) => {
  const { code, output } = await runCommand(['demo', '--for', '20s', '--seed', '3'], tempFolder(t, 'demo'));
  t.is(code, 0, output);
  t.regex(output, /Everything agrees/);
  t.false(output.includes('DISAGREES'), output);
  const row = (label: string) => Number(new RegExp(`^ +${label} +(\\d+)$`, 'm').exec(output)?.[1]);
  t.true(row('posted') > 100, output);
  t.is(row('accepted'), row('posted'));
  t.is(row('accepted'), row('written') + row('repeated') + row('ignored'));
  t.is(row('waiting'), 0);
  t.regex(output, /^ +zoom_qos +(\d+) +\1$/m);
});

test('a time or number that can not be read ends the demo with its help', async (t) => {
  const dataDir = tempFolder(t, 'demo');
  for (const args of [
    ['--for', 'long'],
    ['--for', '0s'],
    ['--seed', '-1'],
    ['--participants', 'many'],
  ]) {
    const { code, output } = await runCommand(['demo', ...args], dataDir);
    t.is(code, 64, output);
    t.regex(output, /Usage: qss-bridge demo/);
  }
});

const GOOD: DemoResult = {
  posted: 12,
  acknowledged: 12,
  counts: { accepted: 12, written: 9, repeated: 2, ignored: 1, quarantined: 0, waiting: 0 },
  written: { zoom_qos: 100, zoom_cpu: 20 },
  found: { zoom_qos: 100, zoom_cpu: 20, qss_bridge: 4 },
};

const CASES: readonly [what: string, changes: Partial<DemoResult>, told: readonly string[]][] = [
  ['all agrees', {}, []],
  ['a query finds more, from an earlier demo', { found: { zoom_qos: 300, zoom_cpu: 20 } }, []],
  [
    'InfluxDB lost points',
    { found: { zoom_qos: 99, zoom_cpu: 20 } },
    ['100 points of zoom_qos were written, but a query finds 99'],
  ],
  [
    'InfluxDB lost a whole measurement',
    { found: { zoom_qos: 100 } },
    ['20 points of zoom_cpu were written, but a query finds 0'],
  ],
  ['a post was not acknowledged', { posted: 13 }, ['13 events were posted, but 12 acknowledged']],
  [
    'an acknowledged event is not there',
    { counts: { ...GOOD.counts, accepted: 11 } },
    [
      '12 events were acknowledged, but 11 accepted',
      '11 events were accepted, but the sum of what became of them is 12',
    ],
  ],
  [
    'an event left unseen',
    { counts: { ...GOOD.counts, written: 8 } },
    ['12 events were accepted, but the sum of what became of them is 11'],
  ],
  ['events still wait', { counts: { ...GOOD.counts, written: 7, waiting: 2 } }, ['2 events still wait']],
  [
    'events are in quarantine',
    { counts: { ...GOOD.counts, written: 8, quarantined: 1 } },
    ['1 events are in quarantine'],
  ],
  ['nothing was written', { written: {} }, ['no point was written']],
  [
    'nothing was posted',
    {
      posted: 0,
      acknowledged: 0,
      counts: { accepted: 0, written: 0, repeated: 0, ignored: 0, quarantined: 0, waiting: 0 },
      written: {},
      found: {},
    },
    ['nothing was posted', 'no point was written'],
  ],
];

for (const [what, changes, told] of CASES)
  test(`the demo's verdict where ${what}`, (t) => {
    t.deepEqual(disagreements({ ...GOOD, ...changes }), told);
  });

test("the demo's table shows events, and points by measurement as written and found", (t) => {
  const lines = resultTable(GOOD).map((line) => line.trim().split(/\s+/));
  t.deepEqual(
    lines.find(([label]) => label === 'accepted'),
    ['accepted', '12'],
  );
  t.deepEqual(
    lines.find(([label]) => label === 'zoom_qos'),
    ['zoom_qos', '100', '100'],
  );
});

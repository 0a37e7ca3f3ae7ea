import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { writeRecord } from '../../src/archive/record.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { laidBodies, laidDown } from './laid-down.js';
import { type CliOptions, runCli } from './run-cli.js';

const START = Date.UTC(2026, 0, 15, 10);

const event = (second: number, more: Record<string, unknown> = {}) => ({
  event: 'meeting.started',
  event_ts: START + second * 1000,
  payload: { account_id: 'a', object: { uuid: `u${second}`, ...more } },
});
const line = (second: number) => JSON.stringify(event(second));

/** A folder for files, a data folder that no bridge works on, and a way to replay into it. */
function place(t: ExecutionContext) {
  const folder = tempFolder(t, 'replay');
  const dataDir = join(folder, 'data');
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const replay = (args: readonly string[], options: CliOptions = {}) =>
    runCli(['replay', ...args], { env: { DATA_DIR: dataDir }, cwd: folder, ...options });
  return { folder, dataDir, file, replay };
}

const rows = (out: string) =>
  Object.fromEntries(
    [...out.matchAll(/^(\S.*?) {2,}([\d,]+)/gm)].map(([, what, count]) => [
      what,
      Number(count?.replaceAll(',', '')),
    ]),
  );

const LOG = (body: unknown, more: Record<string, unknown> = {}) => ({
  event: 'meeting.started',
  status: -1,
  request_headers: 'N/A',
  request_body: body,
  retry_num: 0,
  ...more,
});

const three = [0, 1, 2];
const FORMS: readonly [what: string, name: string, content: string | Uint8Array][] = [
  ['one event a line', 'a.jsonl', three.map(line).join('\n')],
  ['a list of events', 'a.json', JSON.stringify(three.map((second) => event(second)))],
  [
    'a list that was printed for people',
    'a.json',
    JSON.stringify(
      three.map((second) => event(second)),
      null,
      2,
    ),
  ],
  [
    'events that were printed for people',
    'a.json',
    three.map((second) => JSON.stringify(event(second), null, 4)).join('\n'),
  ],
  ['compressed events, whatever the name', 'a.json', gzipSync(three.map(line).join('\n'))],
  [
    'files that were compressed one by one',
    'a.gz',
    Buffer.concat(three.map((second) => gzipSync(`${line(second)}\n`))),
  ],
  [
    'a page of webhook logs, newest first',
    'page.json',
    JSON.stringify({
      page_size: 300,
      webhook_logs: three.toReversed().map((second) => LOG(line(second))),
      next_page_token: '',
    }),
  ],
  [
    'a list of such pages that was printed for people',
    'pages.json',
    JSON.stringify(
      three
        .toReversed()
        .map((second) => ({ next_page_token: 'x', webhook_logs: [LOG(line(second))], page_size: 1 })),
      null,
      2,
    ),
  ],
  [
    'entries of webhook logs, one a line',
    'logs.jsonl',
    three.map((second) => JSON.stringify(LOG(line(second)))).join('\n'),
  ],
  [
    'a file of the archive',
    '2026-01-15T10.jsonl.gz',
    gzipSync(
      Buffer.concat(
        three.map((second) => writeRecord({ receivedMs: 5, again: true, body: Buffer.from(line(second)) })),
      ),
    ),
  ],
];

for (const [what, name, content] of FORMS)
  test(`${what}: its events are taken as Zoom sent them, in the order in which they happened`, async (t) => {
    const { dataDir, file, replay } = place(t);
    const ended = await replay([file(name, content)]);
    t.is(ended.code, 0, ended.err);
    t.deepEqual(rows(ended.out), { read: 3, taken: 3, 'skipped by time': 0, unreadable: 0 });
    t.deepEqual(await laidBodies(dataDir), three.map(line));
    t.true((await laidDown(dataDir)).every(({ again }) => !again));
    t.regex(ended.err, /no bridge runs on .*it takes these events when it is started/);
  });

test('standard input is read, also compressed, and beside files', async (t) => {
  const { dataDir, file, replay } = place(t);
  const ended = await replay(['-', file('b.jsonl', line(2))], {
    input: gzipSync(`${line(0)}\n${line(1)}\n`),
  });
  t.is(ended.code, 0, ended.err);
  t.deepEqual(await laidBodies(dataDir), three.map(line));
});

test('bad lines are counted and shown with file and line, the rest is taken, and the exit code is 1', async (t) => {
  const { dataDir, file, replay } = place(t);
  const bad = file(
    'bad.jsonl',
    [
      line(0),
      'rubbish',
      line(1).slice(0, 50),
      line(1),
      '{"no":"event"}',
      JSON.stringify(LOG('N/A')),
      line(2),
    ].join('\n'),
  );
  const good = file('good.jsonl', line(3));
  const ended = await replay([bad, good]);
  t.is(ended.code, 1);
  t.deepEqual(rows(ended.out), { read: 8, taken: 4, 'skipped by time': 0, unreadable: 4 });
  t.deepEqual(await laidBodies(dataDir), [0, 1, 2, 3].map(line));
  const told = ended.err.split('\n').filter((text) => text.startsWith(bad));
  t.deepEqual(
    told.map((text) => text.slice(bad.length)),
    [
      ':2: this is not a JSON object',
      ':3: this object is cut off',
      ':5: no event: it has no text "event"',
      ':6: request_body holds no event',
    ],
  );
});

test('of many bad lines the first ten are shown and all are counted', async (t) => {
  const { file, replay } = place(t);
  const bad = file('bad.jsonl', `${'x\n'.repeat(1_000)}${line(0)}\n`);
  const ended = await replay([bad]);
  t.is(ended.code, 1);
  t.is(rows(ended.out)['unreadable'], 1_000);
  t.is(ended.err.split('\n').filter((text) => text.startsWith(bad)).length, 10);
});

test('of compressed data that ends too early the whole events are taken, and the end is told', async (t) => {
  const { dataDir, file, replay } = place(t);
  const whole = gzipSync(Array.from({ length: 2_000 }, (_, second) => line(second)).join('\n'), { level: 0 });
  const ended = await replay([file('cut.gz', whole.subarray(0, whole.length / 2))]);
  t.is(ended.code, 1);
  t.regex(ended.err, /cut\.gz:\d+: the compressed data ends too early/);
  const bodies = await laidBodies(dataDir);
  t.true(bodies.length > 900);
  t.deepEqual(
    bodies,
    bodies.map((_, second) => line(second)),
  );
});

test('only events of the time that is meant are taken, from its first moment to before its last', async (t) => {
  const { dataDir, file, replay } = place(t);
  const timeless = JSON.stringify({ event: 'meeting.started', payload: {} });
  const path = file('a.jsonl', [...[0, 10, 20, 30].map(line), timeless].join('\n'));
  const ended = await replay(['--from', '2026-01-15T10:00:10Z', '--to', '2026-01-15T11:00:30+01:00', path]);
  t.is(ended.code, 0, ended.err);
  t.deepEqual(rows(ended.out), { read: 5, taken: 2, 'skipped by time': 3, unreadable: 0 });
  t.deepEqual(await laidBodies(dataDir), [10, 20].map(line));
});

test('URL validations, which are never stored, are passed over', async (t) => {
  const { dataDir, file, replay } = place(t);
  const validation = '{"event":"endpoint.url_validation","event_ts":1,"payload":{"plainToken":"x"}}';
  const ended = await replay([file('a.jsonl', `${validation}\n${line(0)}`)]);
  t.is(ended.code, 0);
  t.is(rows(ended.out)['passed over'], 1);
  t.deepEqual(await laidBodies(dataDir), [line(0)]);
});

test('--again marks events to be worked on though the bridge knows them', async (t) => {
  const { dataDir, file, replay } = place(t);
  await replay(['--again', file('a.jsonl', line(0))]);
  t.deepEqual(
    (await laidDown(dataDir)).map(({ again }) => again),
    [true],
  );
});

test('--rate keeps the pace', async (t) => {
  const { file, replay } = place(t);
  const path = file('a.jsonl', Array.from({ length: 100 }, (_, second) => line(second)).join('\n'));
  const begun = performance.now();
  const ended = await replay(['--rate', '50', path]);
  t.is(ended.code, 0, ended.err);
  t.true(performance.now() - begun > 1_900);
});

test('a file that is not there, or is a folder, ends with 66 before anything is taken', async (t) => {
  const { folder, dataDir, file, replay } = place(t);
  const there = file('a.jsonl', line(0));
  for (const missing of ['nowhere.jsonl', folder]) {
    const ended = await replay([there, missing]);
    t.is(ended.code, 66, missing);
    t.regex(ended.err, /can't read .*(there is no such file|it is a folder)/);
  }
  t.throws(() => statSync(dataDir), { code: 'ENOENT' });
});

const WRONG: readonly (readonly string[])[] = [
  [],
  ['--archive', 'a.jsonl'],
  ['--archive', '--again'],
  ['--from', 'yesterday', 'a'],
  ['--to', '2026-13-01', 'a'],
  ['--from', '2026-01-02', '--to', '2026-01-01', 'a'],
  ['--rate', '0', 'a'],
  ['--rate', 'fast', 'a'],
  ['--nonsense', 'a'],
];

for (const args of WRONG)
  test(`replay ${args.join(' ')} is wrong use: it ends with 64 and tells the right one`, async (t) => {
    const ended = await place(t).replay(args);
    t.is(ended.code, 64);
    t.regex(ended.err, /Usage: qss-bridge replay FILE/);
  });

test('a trial prints points in line protocol, what would be left out, and touches nothing', async (t) => {
  const { folder, file, replay } = place(t);
  const path = file(
    'a.jsonl',
    [
      line(0),
      line(0),
      '{"event":"user.signed_in","event_ts":1768471200000,"payload":{}}',
      '{"event":"meeting.started","event_ts":1768471200000,"payload":{}}',
    ].join('\n'),
  );
  const before = readdirSync(folder).sort();
  const ended = await replay(['--dry-run', path]);
  t.is(ended.code, 0, ended.err);
  t.deepEqual(readdirSync(folder).sort(), before);
  const lines = ended.out.trim().split('\n');
  t.regex(
    lines[0] ?? '',
    /^zoom_meeting,account_id=a,.*meeting=u0,.* event="meeting.started" 1768471200000$/,
  );
  t.deepEqual(
    lines.slice(1).map((text) => text.replace(path, 'a.jsonl')),
    [
      '# a.jsonl:2: repeated meeting.started',
      '# a.jsonl:3: ignored user.signed_in: unknown_event',
      '# a.jsonl:4: quarantined meeting.started: meeting.started holds no payload.object',
    ],
  );
  t.deepEqual(rows(ended.err)['taken'], 4);
});

test('what is laid down is for its owner alone', async (t) => {
  const { dataDir, file, replay } = place(t);
  await replay([file('a.jsonl', line(0))]);
  const inbox = join(dataDir, 'inbox');
  t.is(statSync(dataDir).mode & 0o777, 0o700);
  t.is(statSync(inbox).mode & 0o777, 0o700);
  const names = readdirSync(inbox);
  t.is(names.length, 1);
  for (const name of names) t.is(statSync(join(inbox, name)).mode & 0o777, 0o600);
});

test('elsewhere than on a terminal progress is told in plain lines', async (t) => {
  const { file, replay } = place(t);
  const path = file('a.jsonl', Array.from({ length: 140 }, (_, second) => line(second)).join('\n'));
  const ended = await replay(['--rate', '20', path]);
  t.regex(ended.err, /^reading {2}100 % {2}\d+ events {2}\d+\/s$/m);
  t.false(ended.err.includes('\r') || ended.err.includes('\u001b'));
});

test('a data folder that can not be made is told as such', async (t) => {
  const { folder, file, replay } = place(t);
  const path = file('a.jsonl', line(0));
  writeFileSync(join(folder, 'data'), 'a file is in the way');
  const ended = await replay([path]);
  t.is(ended.code, 73, ended.err);
  t.regex(ended.err, /can't use the data folder .*\nfix: /);
});

test('a reader that has seen enough of a trial, as head has, ends it quietly', async (t) => {
  const { dataDir, file } = place(t);
  const path = file('a.jsonl', Array.from({ length: 20_000 }, (_, second) => line(second)).join('\n'));
  const { code, err } = await runCli(['replay', '--dry-run', path], {
    env: { DATA_DIR: dataDir },
    readAtMost: 100,
  });
  t.is(code, 0);
  t.is(err, '');
});

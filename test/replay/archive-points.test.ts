import { appendFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { archiveFolder, listArchive } from '../../src/archive/archive-file.js';
import { readArchiveFile } from '../../src/archive/read-archive.js';
import { runSimulation } from '../../src/simulator/simulate.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { runCli, SECRET, serve } from './run-cli.js';

const test = anyTest as TestFn<{ influx: TestInflux }>;
let shared: TestInflux | undefined;

test.before(async () => {
  shared = await startTestInflux();
});
test.after.always(async () => await shared?.stop());
test.beforeEach((t) => {
  if (shared === undefined) throw new Error('no InfluxDB');
  t.context.influx = shared;
});

let places = 0;

/** A data folder, two buckets, and the settings that lead to them. */
async function place(t: ExecutionContext<{ influx: TestInflux }>) {
  const { influx } = t.context;
  places += 1;
  const [first, second] = [`first-${places}`, `second-${places}`];
  for (const bucket of [first, second]) await influx.createBucket(bucket);
  const dataDir = tempFolder(t, 'replay');
  const env = (bucket: string) => ({
    DATA_DIR: dataDir,
    ARCHIVE: '14d',
    INFLUX_URL: influx.url,
    INFLUX_ORG: influx.org,
    INFLUX_TOKEN: influx.token,
    INFLUX_BUCKET: bucket,
  });
  return {
    dataDir,
    first: env(first),
    second: env(second),
    dump: (which: 'first' | 'second') => dumpBucket(influx, which === 'first' ? first : second),
  };
}

const story = (url: string, minutes: number, more: Partial<Parameters<typeof runSimulation>[0]> = {}) =>
  runSimulation({
    url,
    secret: SECRET,
    minutes,
    participants: 40,
    meetings: 6,
    seed: 7,
    startTime: Date.UTC(2026, 0, 15, 9, 30),
    scenario: 'mixed',
    duplicates: 0.1,
    unknown: 0.02,
    concurrency: 24,
    validate: false,
    ...more,
  });

async function archived(dataDir: string): Promise<string[]> {
  const bodies: string[] = [];
  for (const file of listArchive(archiveFolder(dataDir)))
    for await (const part of readArchiveFile(file))
      if (part.kind === 'events') bodies.push(...part.events.map(({ body }) => body.toString()));
  return bodies;
}

const sameDump = (t: ExecutionContext, actual: readonly string[], expected: readonly string[]) => {
  const [have, want] = [new Set(actual), new Set(expected)];
  t.deepEqual(
    actual.filter((row) => !want.has(row)).slice(0, 5),
    [],
    'nothing beside the points of the first time',
  );
  t.deepEqual(expected.filter((row) => !have.has(row)).slice(0, 5), [], 'every point of the first time');
  t.is(actual.length, expected.length);
};

test.serial(
  'the archive gives exactly the points of the first time, also of events that came late, twice or in disorder',
  async (t) => {
    const { dataDir, first, second, dump } = await place(t);
    const bridge = await serve(t, first);
    const posted = await story(bridge.webhookUrl, 15);
    const file = join(dataDir, 'late.jsonl');
    await runSimulation({
      url: '',
      secret: '',
      to: { file },
      minutes: 15,
      participants: 40,
      meetings: 6,
      seed: 8,
      startTime: Date.UTC(2026, 0, 15, 9, 30),
      scenario: 'mixed',
    });
    t.is(posted.accepted, posted.posted);
    await bridge.settled(posted.accepted);
    // What happened in the same time, but came after all of it; and once more with what is known by then.
    await runCli(['replay', file], { env: { DATA_DIR: dataDir } });
    const late = (await bridge.settled(posted.accepted + 1))['accepted'] ?? 0;
    t.true(late > posted.accepted);
    await runCli(['replay', '--again', file], { env: { DATA_DIR: dataDir } });
    const counts = await bridge.settled(late + (late - posted.accepted));
    await bridge.end();
    t.true((counts['repeated'] ?? 0) > 0);
    t.is((await archived(dataDir)).length, counts['accepted'] ?? 0);

    const ended = await runCli(['replay', '--archive'], { env: second });
    t.is(ended.code, 0, ended.err);
    t.regex(ended.out, new RegExp(`^read +${(counts['accepted'] ?? 0).toLocaleString('en')}$`, 'm'));
    t.regex(ended.out, new RegExp(`^taken +${(counts['written'] ?? 0).toLocaleString('en')}$`, 'm'));
    t.regex(ended.out, new RegExp(`^repeated +${(counts['repeated'] ?? 0).toLocaleString('en')}$`, 'm'));
    t.regex(ended.out, /^ignored +\d+ {2}unknown_event$/m);
    const points = await dump('first');
    t.true(points.length > 5_000, String(points.length));
    sameDump(t, await dump('second'), points);
    t.deepEqual(
      readdirSync(dataDir).filter((name) => name.startsWith('replay-')),
      [],
      'nothing is left behind',
    );
    const again = await runCli(['replay', '--archive'], { env: second });
    t.is(again.code, 0);
    sameDump(t, await dump('second'), points);
  },
);

test.serial(
  'after any number of kills every accepted event is in the archive, and it gives the points that were written',
  async (t) => {
    const { dataDir, first, second, dump } = await place(t);
    let accepted = 0;
    for (let run = 0; run < 4; run += 1) {
      const bridge = await serve(t, first);
      const posting = story(bridge.webhookUrl, 12, {
        seed: run,
        startTime: Date.UTC(2026, 0, 15, 9, 12 * run),
        timeoutMs: 2_000,
      });
      const enough = accepted + 140 + run * 23;
      const { written: before = 0 } = await bridge.counts();
      await until('some more events are accepted, and some of them written', async () => {
        const counts = await bridge.counts();
        accepted = counts['accepted'] ?? 0;
        return accepted >= enough && (counts['written'] ?? 0) > before;
      });
      await bridge.end('SIGKILL');
      await posting;
    }
    t.true(accepted > 500, String(accepted));
    const bridge = await serve(t, first);
    const counts = await bridge.settled(accepted);
    await bridge.end();
    t.true(listArchive(archiveFolder(dataDir)).length > 2);
    const bodies = await archived(dataDir);
    const { accepted: all = 0, repeated = 0 } = counts;
    t.true(new Set(bodies).size >= all - repeated, 'every event is there');
    t.true(bodies.length >= all);

    const ended = await runCli(['replay', '--archive'], { env: second });
    t.is(ended.code, 0, ended.err);
    sameDump(t, await dump('second'), await dump('first'));
  },
);

test.serial(
  'a stretch of the archive gives the points of that stretch, with what was known from before',
  async (t) => {
    const { dataDir, first, second, dump } = await place(t);
    const bridge = await serve(t, first);
    const { accepted } = await story(bridge.webhookUrl, 12, { duplicates: 0 });
    await bridge.settled(accepted);
    await bridge.end();
    const [from, to] = ['2026-01-15T09:33:00Z', '2026-01-15T09:40:00Z'];
    const bodies = (await archived(dataDir)).map((body) => JSON.parse(body).event_ts as number);
    const meant = bodies.filter((at) => at >= Date.parse(from) && at < Date.parse(to)).length;
    const ended = await runCli(['replay', '--archive', '--from', from, '--to', to], { env: second });
    t.is(ended.code, 0, ended.err);
    t.regex(ended.out, new RegExp(`^skipped by time +${(bodies.length - meant).toLocaleString('en')}$`, 'm'));
    const [all, stretch] = [new Set(await dump('first')), await dump('second')];
    t.true(stretch.length > 1_000 && stretch.length < all.size);
    t.deepEqual(
      stretch.filter((row) => !all.has(row)),
      [],
    );
  },
);

test.serial(
  'a trial of the archive prints the points that it would write, and changes nothing',
  async (t) => {
    const { dataDir, first, second, dump } = await place(t);
    const bridge = await serve(t, first);
    const { accepted } = await story(bridge.webhookUrl, 4);
    await bridge.settled(accepted);
    await bridge.end();
    const before = readdirSync(dataDir, { recursive: true }).sort();
    const ended = await runCli(['replay', '--archive', '--dry-run'], { env: second });
    t.is(ended.code, 0, ended.err);
    t.deepEqual(readdirSync(dataDir, { recursive: true }).sort(), before);
    t.deepEqual(await dump('second'), []);
    const { url, org, token } = t.context.influx;
    const written = await fetch(
      `${url}/api/v2/write?org=${org}&bucket=${second.INFLUX_BUCKET}&precision=ms`,
      {
        method: 'POST',
        headers: { authorization: `Token ${token}` },
        body: ended.out,
      },
    );
    t.is(written.status, 204, await written.text());
    sameDump(t, await dump('second'), await dump('first'));
  },
);

test.serial('the bridge may run meanwhile, and its counts stay as they are', async (t) => {
  const { first, second, dump } = await place(t);
  const bridge = await serve(t, first);
  const { accepted } = await story(bridge.webhookUrl, 5);
  const counts = await bridge.settled(accepted);
  const ended = await runCli(['replay', '--archive'], { env: second });
  t.is(ended.code, 0, ended.err);
  t.deepEqual(await bridge.counts(), counts);
  sameDump(t, await dump('second'), await dump('first'));
});

test.serial('an archive with a damaged part gives the rest, says so, and ends with 1', async (t) => {
  const { dataDir, first, second, dump } = await place(t);
  const bridge = await serve(t, first);
  const { accepted } = await story(bridge.webhookUrl, 4);
  await bridge.settled(accepted);
  await bridge.end();
  const [file] = listArchive(archiveFolder(dataDir));
  appendFileSync(file?.path ?? '', 'this is no part of an archive');
  const ended = await runCli(['replay', '--archive'], { env: second });
  t.is(ended.code, 1);
  t.regex(ended.err, /jsonl\.gz, from byte \d+ on: no part of an archive begins here/);
  t.regex(ended.out, /^damaged parts +1/m);
  sameDump(t, await dump('second'), await dump('first'));
});

test.serial(
  'without an archive, or none of the time that is meant, it ends with 66 and says why',
  async (t) => {
    const { dataDir, first, second } = await place(t);
    const none = await runCli(['replay', '--archive'], { env: second });
    t.is(none.code, 66);
    t.regex(none.err, /there is no archive in .*ARCHIVE/);
    const bridge = await serve(t, first);
    const { accepted } = await story(bridge.webhookUrl, 2);
    await bridge.settled(accepted);
    await bridge.end();
    const other = await runCli(['replay', '--archive', '--to', '2020-01-01'], { env: second });
    t.is(other.code, 66);
    t.regex(other.err, /holds no event of that time/);
    rmSync(archiveFolder(dataDir), { recursive: true });
    t.false(existsSync(archiveFolder(dataDir)));
  },
);

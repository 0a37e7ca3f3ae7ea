import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { archiveFolder, listArchive } from '../../src/archive/archive-file.js';
import { readArchiveFile } from '../../src/archive/read-archive.js';
import { DropOff } from '../../src/inbox/drop-off.js';
import { numbersIn, reading, readings } from '../e2e/reading.js';
import { type BridgeProcess, runCommand, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { BOTH, undecodable, XENIA } from './two-people.js';

const test = anyTest as TestFn<{ influx: TestInflux }>;

test.before(async (t) => {
  t.timeout(300_000);
  t.context.influx = await startTestInflux();
});

test.after.always(async (t) => {
  await t.context.influx?.stop();
});

type Load = {
  /** How many readings were begun to be posted. */
  posted(): number;
  /** Numbers of the readings that were answered with 204 so far. */
  readonly acknowledged: readonly number[];
  stop(): Promise<void>;
};

/** Posts readings, several at a time, without a pause. */
function load(bridge: BridgeProcess): Load {
  let next = 0;
  let going = true;
  const acknowledged: number[] = [];
  const sender = async () => {
    while (going) {
      const number = next;
      next += 1;
      if ((await bridge.post(reading(number))).status === 204) acknowledged.push(number);
    }
  };
  const senders = Array.from({ length: 6 }, sender);
  return {
    posted: () => next,
    acknowledged,
    stop: async () => {
      going = false;
      await Promise.all(senders);
    },
  };
}

/** As an administrator restores: the backup's content in a new, empty folder. */
function restore(t: ExecutionContext, backup: string): string {
  const dataDir = tempFolder(t, 'restored');
  cpSync(backup, dataDir, { recursive: true });
  return dataDir;
}

const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

test('a backup under load, restored elsewhere, writes all that waited, and knows repetitions', async (t) => {
  t.timeout(300_000);
  const { influx } = t.context;
  const bridge = await startBridgeProcess(t, toInflux(influx, 'away'));
  const target = join(tempFolder(t, 'backup'), 'backup');
  const under = load(bridge);
  await until('some are accepted', () => under.acknowledged.length > 500, 60_000);
  const before = [...under.acknowledged];
  const run = await runCommand(['backup', target], bridge.dataDir);
  const after = new Set(under.acknowledged);
  t.is(run.code, 0, run.output);
  t.true(after.size > before.length, 'events were accepted while it was made');
  await under.stop();
  const told = Number(/ (\d+) events waiting/.exec(run.output)?.[1]);
  t.true(told >= before.length && told <= under.posted(), run.output);
  // The machine is lost.
  await bridge.end('SIGKILL');
  rmSync(bridge.dataDir, { recursive: true });

  await influx.createBucket('restored');
  const again = await startBridgeProcess(t, toInflux(influx, 'restored'), restore(t, target));
  await again.drained(120_000);
  const { counts } = await again.status();
  t.is(counts.written, told);
  const written = numbersIn(await dumpBucket(influx, 'restored'));
  t.is(written.length, told, 'each once');
  const there = new Set(written);
  t.deepEqual(
    before.filter((number) => !there.has(number)),
    [],
    'all that was acknowledged before it is in it',
  );

  // Zoom, or a replay, delivers everything once more.
  for (const event of readings(under.posted())) t.is((await again.post(event)).status, 204);
  await again.drained(120_000);
  const all = (await again.status()).counts;
  t.is(all.repeated, told);
  t.is(all.written, under.posted());
  t.deepEqual(
    numbersIn(await dumpBucket(influx, 'restored')),
    sorted(Array.from({ length: under.posted() }, (_, number) => number)),
  );
});

test('a backup made while the bridge writes: what it writes again changes nothing in InfluxDB', async (t) => {
  t.timeout(300_000);
  const { influx } = t.context;
  await influx.createBucket('twice');
  const settings = toInflux(influx, 'twice');
  const bridge = await startBridgeProcess(t, settings);
  const under = load(bridge);
  await until('some are written', async () => (await bridge.status()).counts.written > 100, 60_000);
  const folder = tempFolder(t, 'backups');
  const backups = ['one', 'two', 'three'].map((name) => join(folder, name));
  for (const target of backups) {
    const run = await runCommand(['backup', target], bridge.dataDir);
    t.is(run.code, 0, run.output);
  }
  await under.stop();
  await bridge.drained(120_000);
  await bridge.end('SIGTERM');
  const whole = await dumpBucket(influx, 'twice');
  t.deepEqual(numbersIn(whole), sorted(under.acknowledged));
  for (const target of backups) {
    const again = await startBridgeProcess(t, settings, restore(t, target));
    await again.drained(120_000);
    const { accepted, written, waiting } = (await again.status()).counts;
    t.deepEqual([written, waiting], [accepted, 0]);
    await again.end('SIGTERM');
    t.deepEqual(await dumpBucket(influx, 'twice'), whole);
  }
});

test('quarantine, memory, archive, inbox, key and tokens are in a backup, for the owner alone', async (t) => {
  t.timeout(300_000);
  const { influx } = t.context;
  await influx.createBucket('everything');
  const env = { ...toInflux(influx, 'everything'), ARCHIVE: '14d' };
  const bridge = await startBridgeProcess(t, env);
  for (const event of [...BOTH, undecodable(XENIA)]) t.is((await bridge.post(event)).status, 204);
  await bridge.drained(60_000);
  await bridge.end('SIGTERM');
  const { dataDir } = bridge;
  mkdirSync(join(dataDir, 'tokens'));
  writeFileSync(join(dataDir, 'tokens', 'influx-write-token'), 'a-token\n');
  const body = Buffer.from(JSON.stringify(reading(7)));
  await new DropOff(dataDir, Date.now()).put([{ receivedMs: Date.now(), again: false, body }]);

  const target = join(dataDir, 'backup');
  mkdirSync(`${target}.part`);
  writeFileSync(join(`${target}.part`, 'left behind'), '');
  const run = await runCommand(['backup', 'backup'], dataDir);
  t.is(run.code, 0, run.output);
  t.regex(run.output, /0 events waiting, 1 items in quarantine, 1 files of the archive/);
  t.false(existsSync(`${target}.part`));
  t.deepEqual(readdirSync(target).sort(), ['archive', 'inbox', 'privacy.key', 'spool', 'tokens']);
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    t.is(statSync(path).mode & 0o777, entry.isDirectory() ? 0o700 : 0o600, path);
  }
  t.is(statSync(target).mode & 0o777, 0o700);

  const restored = restore(t, target);
  t.deepEqual(readFileSync(join(restored, 'privacy.key')), readFileSync(join(dataDir, 'privacy.key')));
  t.regex((await runCommand(['quarantine', 'list'], restored)).output, /no_meeting/);
  const [file] = listArchive(archiveFolder(restored));
  if (file === undefined) throw new Error('there is no archive');
  let archived = 0;
  for await (const part of readArchiveFile(file)) archived += part.kind === 'events' ? part.events.length : 0;
  t.is(archived, BOTH.length + 1);
  const again = await startBridgeProcess(t, env, restored);
  await until('the inbox is taken', async () => (await again.status()).counts.accepted === BOTH.length + 2);
  await again.drained(60_000);
  for (const event of BOTH) t.is((await again.post(event)).status, 204);
  await again.drained(60_000);
  const { counts } = await again.status();
  t.is(counts.repeated, BOTH.length);
  t.is(counts.quarantined, 1);
});

test('a folder that is in use, or can not be made, is refused, and nothing is left behind', async (t) => {
  t.timeout(300_000);
  const bridge = await startBridgeProcess(t, toInflux(t.context.influx, 'away'));
  const { dataDir } = bridge;
  const folder = tempFolder(t, 'refused');
  writeFileSync(join(folder, 'file'), '');
  const cases: readonly [string, RegExp][] = [
    [folder, /is there already/],
    [join(folder, 'file'), /is there already/],
    [join(folder, 'file', 'below'), /can't be copied to/],
    [dataDir, /is the data folder or belongs to/],
    [join(dataDir, 'spool', 'backup'), /is the data folder or belongs to/],
  ];
  for (const [target, told] of cases) {
    const run = await runCommand(['backup', target], dataDir);
    t.is(run.code, 1, run.output);
    t.regex(run.output, told);
  }
  t.deepEqual(readdirSync(folder), ['file']);
  t.is((await runCommand(['backup'], dataDir)).code, 64);
  t.is((await runCommand(['backup', 'one', 'two'], dataDir)).code, 64);
  t.is((await runCommand(['backup', 'x'], tempFolder(t, 'empty'))).code, 78);
  t.is((await bridge.post(reading(1))).status, 204, 'the bridge goes on');
});

test('a backup that is killed half way leaves the bridge alone, and the next one works', async (t) => {
  t.timeout(300_000);
  const { influx } = t.context;
  const bridge = await startBridgeProcess(t, toInflux(influx, 'away'));
  const under = load(bridge);
  await until('some are accepted', () => under.acknowledged.length > 300, 60_000);
  const folder = tempFolder(t, 'killed');
  for (let count = 0; count < 4; count += 1) {
    const target = join(folder, `backup-${count}`);
    await runCommand(['backup', target], bridge.dataDir, {}, 150 * (count + 1));
  }
  await sleep(100);
  await under.stop();
  const target = join(folder, 'whole');
  const run = await runCommand(['backup', target], bridge.dataDir);
  t.is(run.code, 0, run.output);
  t.is(Number(/ (\d+) events waiting/.exec(run.output)?.[1]), under.acknowledged.length);
  t.is((await bridge.status()).counts.waiting, under.acknowledged.length);
});

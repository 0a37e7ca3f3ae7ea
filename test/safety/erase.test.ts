import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { archiveFileName, archiveFolder, listArchive } from '../../src/archive/archive-file.js';
import { readArchiveFile } from '../../src/archive/read-archive.js';
import { mentionsOf } from '../../src/erase/mentions.js';
import { type BridgeProcess, runCommand, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { filesWith, tablesWith, wordsIn } from './scan.js';
import { BOTH, CALL, eventsOf, HOSTED, MEETING, undecodable, wordsOf, XENIA, YORICK } from './two-people.js';

const test = anyTest as TestFn<{ influx: TestInflux }>;

test.before(async (t) => {
  t.timeout(300_000);
  t.context.influx = await startTestInflux();
});

test.after.always(async (t) => {
  await t.context.influx?.stop();
});

type Place = {
  readonly bridge: BridgeProcess;
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: string;
  erase(...args: string[]): ReturnType<typeof runCommand>;
};

async function startPlace(
  t: ExecutionContext<{ influx: TestInflux }>,
  bucket: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Place> {
  t.timeout(300_000);
  const { influx } = t.context;
  await influx.createBucket(bucket);
  const env = { ...toInflux(influx, bucket), ...more };
  const bridge = await startBridgeProcess(t, env);
  const admin = { ...env, INFLUX_ADMIN_TOKEN: influx.token };
  const erase = (...args: string[]) => runCommand(['erase', ...args], bridge.dataDir, admin);
  return { bridge, env, bucket, erase };
}

async function archivedText(dataDir: string): Promise<string> {
  const texts: string[] = [];
  for (const file of listArchive(archiveFolder(dataDir)))
    for await (const part of readArchiveFile(file)) {
      if (part.kind !== 'events') throw new Error(`${file.name}: ${part.kind}`);
      texts.push(...part.events.map(({ body }) => body.toString()));
    }
  return texts.join('\n');
}

type Row = Record<string, string | undefined>;

/** Whether a row is of a join or call of Xenia's, or tells the names of a meeting or call that is hers. */
function isOfXenia(text: string): boolean {
  const { meeting, participant, _measurement } = JSON.parse(text) as Row;
  return (
    (meeting === MEETING && participant === XENIA.number) ||
    (meeting === CALL && participant === 'caller') ||
    ((meeting === CALL || meeting === HOSTED) && _measurement === 'zoom_meeting')
  );
}

test('one person is erased from points, quarantine, archive and memory, and nobody else', async (t) => {
  const { bridge, bucket, erase } = await startPlace(t, 'erase-full', { ARCHIVE: '14d' });
  for (const event of [...BOTH, undecodable(XENIA), undecodable(YORICK)])
    t.is((await bridge.post(event)).status, 204);
  await bridge.drained(60_000);
  const { influx } = t.context;
  const before = await dumpBucket(influx, bucket);
  t.deepEqual(wordsIn(before.join(), wordsOf(XENIA)), [...wordsOf(XENIA)]);
  t.true(before.some(isOfXenia));

  const looked = await erase(XENIA.email, XENIA.userId);
  t.is(looked.code, 1, looked.output);
  t.regex(looked.output, /nothing was deleted: run it again with --yes/);
  t.regex(looked.output, /left: [1-9]\d* entries of what the running bridge remembers/);
  t.regex(looked.output, /left: \S+\.jsonl\.gz of the archive/);
  t.deepEqual(await dumpBucket(influx, bucket), before, 'looking changes nothing');

  // A file of an hour that is over is worked on while the bridge runs, the one it writes to is not.
  const [newest] = listArchive(archiveFolder(bridge.dataDir));
  if (newest === undefined) return t.fail('there is no archive');
  const over = join(archiveFolder(bridge.dataDir), archiveFileName(Date.now() - 7_200_000, 0));
  copyFileSync(newest.path, over);

  const running = await erase(XENIA.email, XENIA.userId, '--yes');
  t.is(running.code, 1, running.output);
  t.regex(running.output, /archive: 13 events deleted/);
  t.deepEqual(wordsIn(gunzipSync(readFileSync(over)), wordsOf(XENIA)), []);
  t.deepEqual(wordsIn(gunzipSync(readFileSync(over)), [YORICK.name]), [YORICK.name]);
  t.regex(running.output, /quarantine: 1 items deleted/);
  const after = await dumpBucket(influx, bucket);
  t.deepEqual(
    after,
    before.filter((row) => !isOfXenia(row)),
    'what was not hers is as it was',
  );
  t.deepEqual(wordsIn(after.join(), wordsOf(XENIA)), []);
  t.deepEqual(
    wordsIn(after.join(), wordsOf(YORICK)),
    wordsOf(YORICK).filter((word) => word !== YORICK.phone),
  );

  await bridge.end('SIGTERM');
  const stopped = await erase(XENIA.email, XENIA.userId, XENIA.name, '--yes');
  t.is(stopped.code, 0, stopped.output);
  t.regex(stopped.output, /archive: [1-9]\d* events deleted\nmemory of the bridge: [1-9]\d* entries deleted/);
  t.deepEqual(await tablesWith(bridge.dataDir, wordsOf(XENIA)), {});
  const tables = await tablesWith(bridge.dataDir, wordsOf(YORICK));
  t.deepEqual(Object.keys(tables).sort(), ['context', 'quarantine']);
  const archived = await archivedText(bridge.dataDir);
  t.deepEqual(wordsIn(archived, wordsOf(XENIA)), []);
  t.deepEqual(wordsIn(archived, [YORICK.name, YORICK.address]), [YORICK.name, YORICK.address]);

  const copy = join(tempFolder(t, 'copy'), 'copy');
  t.is((await runCommand(['backup', copy], bridge.dataDir)).code, 0);
  t.deepEqual(filesWith(copy, wordsOf(XENIA)), {}, 'the folder that takes its place holds nothing of hers');
  const aside = join(bridge.dataDir, 'spool', 'data.mdb.damaged-20260115T102030Z');
  writeFileSync(aside, '');
  const besides = await erase(XENIA.email, '--yes');
  t.is(besides.code, 1);
  t.true(besides.output.includes(`left: ${aside}: it may name them`), besides.output);
  rmSync(aside);
  const nothing = await erase(XENIA.email, XENIA.userId, XENIA.name, '--yes');
  t.is(nothing.code, 0);
  t.regex(
    nothing.output,
    /: 0 sets of points deleted\nquarantine: 0 .*\narchive: 0 .*\nmemory of the bridge: 0 /,
  );
});

test('pseudonyms of a person are found by the plain texts, and erased', async (t) => {
  const { bridge, bucket, erase } = await startPlace(t, 'erase-pseudonymous', { PRIVACY: 'pseudonymous' });
  for (const event of BOTH) t.is((await bridge.post(event)).status, 204);
  await bridge.drained(60_000);
  const { influx } = t.context;
  const before = await dumpBucket(influx, bucket);
  t.deepEqual(wordsIn(before.join(), wordsOf(XENIA)), []);
  await bridge.end('SIGTERM');
  const run = await erase(XENIA.email, XENIA.userId, '--yes');
  t.is(run.code, 0, run.output);
  t.regex(run.output, /memory of the bridge: [1-9]/);
  t.deepEqual(
    await dumpBucket(influx, bucket),
    before.filter((row) => !isOfXenia(row)),
  );
});

test('whatever a meeting is called, its points are found and deleted', async (t) => {
  const { bridge, bucket, erase } = await startPlace(t, 'erase-odd');
  const odd = [
    'quo"te',
    'back\\slash\\\\x',
    'space and, comma=equal',
    "single' AND x='y",
    'ünï/+==',
    'dollar $x',
  ];
  for (const uuid of odd)
    for (const event of [...eventsOf(XENIA, uuid), ...eventsOf(YORICK, uuid)])
      t.is((await bridge.post(event)).status, 204);
  await bridge.drained(60_000);
  const run = await erase(XENIA.email, '--yes');
  t.regex(run.output, /6 sets of points deleted/);
  const after = await dumpBucket(t.context.influx, bucket);
  t.deepEqual(wordsIn(after.join(), wordsOf(XENIA)), []);
  const meetings = new Set(after.map((row) => (JSON.parse(row) as Row)['meeting']));
  t.is(meetings.size, odd.length, 'the other one is still in each');
});

test('waiting events are named as left, and erased once they are written', async (t) => {
  const { bridge, env, bucket, erase } = await startPlace(t, 'erase-waiting');
  await bridge.end('SIGTERM');
  const away = await startBridgeProcess(t, { ...env, INFLUX_BUCKET: 'not-there' }, bridge.dataDir);
  for (const event of [...eventsOf(XENIA), ...eventsOf(YORICK)]) await away.post(event);
  await away.end('SIGTERM');
  const waiting = await erase(XENIA.email, '--yes');
  t.is(waiting.code, 1);
  t.regex(waiting.output, /left: 5 waiting events: let the bridge write them, then run this again/);
  const again = await startBridgeProcess(t, env, bridge.dataDir);
  await again.drained(60_000);
  await again.end('SIGTERM');
  t.is((await erase(XENIA.email, '--yes')).code, 0);
  const after = await dumpBucket(t.context.influx, bucket);
  t.deepEqual(wordsIn(after.join(), wordsOf(XENIA)), []);
  t.deepEqual(wordsIn(after.join(), [YORICK.name, YORICK.email]), [YORICK.name, YORICK.email]);
});

test('without texts, or with one that is too short, it is told how to use it', async (t) => {
  const dataDir = tempFolder(t, 'erase');
  t.is((await runCommand(['erase'], dataDir)).code, 64);
  t.is((await runCommand(['erase', 'a', '--yes'], dataDir)).code, 64);
  const nowhere = await runCommand(['erase', 'xenia@example.com'], join(dataDir), {});
  t.is(nowhere.code, 78, nowhere.output);
});

test('a person is named by whole words, in either case, escaped or not, and in what is no JSON', (t) => {
  const { inBody, inValue } = mentionsOf(['zoë.x@example.com', '+1 (202) 555']);
  for (const text of [
    '{"email":"ZOË.X@example.com"}',
    '{"a":[{"b":"mailto:zo\\u00eb.x@example.com"}]}',
    'no json zoë.x@example.com.',
    '{"phone":"call +1 (202) 555"}',
  ])
    t.true(inBody(Buffer.from(text)), text);
  for (const text of ['{"email":"noezoë.x@example.com"}', '{"email":"zoë.x@example.comx"}', '{"n":1}', ''])
    t.false(inBody(Buffer.from(text)), text);
  t.false(inValue(undefined));
});

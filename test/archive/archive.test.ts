import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { Archive, ArchiveError } from '../../src/archive/archive.js';
import { HOUR_MS, listArchive } from '../../src/archive/archive-file.js';
import { readArchiveFile } from '../../src/archive/read-archive.js';
import { tempFolder } from '../helpers/temp-folder.js';

const TEN = Date.UTC(2026, 0, 15, 10);

function start(t: ExecutionContext, folder = join(tempFolder(t, 'archive'), 'archive')) {
  const clock = { ms: TEN + 60_000 };
  const open = (keepSeconds = 86_400) => {
    const archive = new Archive({ folder, keepSeconds, now: () => clock.ms });
    t.teardown(() => archive.close());
    return archive;
  };
  return { folder, clock, open, names: () => readdirSync(folder).sort() };
}

const event = (number: number, receivedMs = TEN) => ({
  receivedMs,
  again: false,
  body: Buffer.from(`{"event":"number","n":${number},"filling":"${'x'.repeat(100)}"}`),
});

const events = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => event(from + index));

async function readAll(folder: string) {
  const numbers: number[] = [];
  const troubles: unknown[] = [];
  for (const file of listArchive(folder))
    for await (const part of readArchiveFile(file)) {
      if (part.kind === 'events')
        numbers.push(...part.events.map(({ body }) => JSON.parse(body.toString()).n));
      else troubles.push(part.kind);
    }
  return { numbers, troubles };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('events lie in files by the hour, in the order in which they were given, and zcat reads them', async (t) => {
  const { folder, clock, open, names } = start(t);
  const archive = open();
  await archive.append(events(0, 3));
  await archive.append(events(3, 2));
  clock.ms += HOUR_MS;
  await archive.append([event(5, clock.ms)]);
  await archive.append([]);
  t.deepEqual(names(), ['2026-01-15T10.jsonl.gz', '2026-01-15T11.jsonl.gz']);
  t.deepEqual(await readAll(folder), { numbers: upTo(6), troubles: [] });
  const lines = gunzipSync(readFileSync(join(folder, '2026-01-15T10.jsonl.gz')))
    .toString()
    .trim()
    .split('\n');
  t.deepEqual(
    lines.map((line) => JSON.parse(line).event.n),
    [0, 1, 2, 3, 4],
  );
});

test('the archive is for its owner alone', async (t) => {
  const { folder, open, names } = start(t);
  await open().append(events(0, 1));
  t.is(statSync(folder).mode & 0o777, 0o700);
  for (const name of names()) t.is(statSync(join(folder, name)).mode & 0o777, 0o600);
});

test('wherever a crash cuts a file, the batches before it are read, and none in part, and a new start does not write behind the cut', async (t) => {
  const { folder, open } = start(t);
  const first = open();
  await first.append(events(0, 40));
  const whole = statSync(join(folder, '2026-01-15T10.jsonl.gz')).size;
  await first.append(events(40, 40));
  const path = join(folder, '2026-01-15T10.jsonl.gz');
  const full = readFileSync(path);
  for (let size = whole; size < full.length; size += 7) {
    writeFileSync(path, full);
    truncateSync(path, size);
    const { numbers } = await readAll(folder);
    t.deepEqual(numbers, upTo(40), `${size} of ${full.length} bytes`);
  }
  truncateSync(path, whole + 20);
  await open().append(events(40, 40));
  const { numbers, troubles } = await readAll(folder);
  t.deepEqual(troubles, ['cut_short']);
  t.deepEqual([...new Set(numbers)], upTo(80));
  t.deepEqual(
    listArchive(folder).map(({ name }) => name),
    ['2026-01-15T10.jsonl.gz', '2026-01-15T10_1.jsonl.gz'],
  );
});

test('files of many starts in one hour are read in the order of the starts', async (t) => {
  const { folder, open } = start(t);
  for (let number = 0; number < 12; number += 1) await open().append([event(number)]);
  t.deepEqual((await readAll(folder)).numbers, upTo(12));
});

test('a clock that is set back changes nothing in the order', async (t) => {
  const { folder, clock, open } = start(t);
  const archive = open();
  await archive.append([event(0)]);
  clock.ms -= 3 * HOUR_MS;
  await archive.append([event(1, clock.ms)]);
  await open().append([event(2, clock.ms)]);
  t.deepEqual((await readAll(folder)).numbers, upTo(3));
});

test('a file from far in the future, of a clock that was wrong, is not added to for ever', async (t) => {
  const { clock, open, names } = start(t);
  clock.ms += 30 * 24 * HOUR_MS;
  await open().append([event(0, clock.ms)]);
  clock.ms = TEN;
  await open().append([event(1)]);
  t.deepEqual(names(), ['2026-01-15T10.jsonl.gz', '2026-02-14T10.jsonl.gz']);
});

test('a clock that is a month behind for a moment leads to no file that is deleted at the next start', async (t) => {
  const { folder, clock, open } = start(t);
  clock.ms = TEN - 30 * 24 * HOUR_MS;
  await open().append([event(0)]);
  clock.ms = TEN;
  await open().expire();
  t.deepEqual((await readAll(folder)).numbers, [0]);
});

test('files are deleted once all their events are too old, others are left alone', async (t) => {
  const { folder, clock, open, names } = start(t);
  const archive = open(2 * 3600);
  for (let hour = 0; hour < 5; hour += 1) {
    await archive.append([event(hour, clock.ms)]);
    clock.ms += HOUR_MS;
  }
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  await archive.expire();
  t.deepEqual(names(), ['2026-01-15T13.jsonl.gz', '2026-01-15T14.jsonl.gz', 'notes.txt']);
  await open().expire();
  t.is(names().length, 3);
});

test('no archive is no reason to fail where there is nothing to delete', async (t) => {
  await t.notThrowsAsync(start(t).open().expire());
});

test('what can not be written is told, and what comes later goes into a new file', async (t) => {
  const folder = join(tempFolder(t, 'archive'), 'archive');
  writeFileSync(folder, 'a file is in the way');
  await t.throwsAsync(
    start(t, folder)
      .open()
      .append([event(0)]),
    {
      instanceOf: ArchiveError,
      message: /can't be written/,
    },
  );
});

test('a damaged part is told, none of its events is given, and the parts around it are read', async (t) => {
  const { folder, open } = start(t);
  const archive = open();
  const path = join(folder, '2026-01-15T10.jsonl.gz');
  await archive.append(events(0, 20));
  const from = statSync(path).size;
  await archive.append(events(20, 20));
  const to = statSync(path).size;
  await archive.append(events(40, 20));
  const bytes = readFileSync(path);
  for (let at = from + 20; at < to; at += 11) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    writeFileSync(path, damaged);
    const { numbers, troubles } = await readAll(folder);
    t.deepEqual(numbers, [...upTo(20), ...upTo(60).slice(40)], `byte ${at}`);
    t.deepEqual(troubles, ['damaged'], `byte ${at}`);
  }
});

test('what is no archive is told, whatever its name', async (t) => {
  const { folder, open } = start(t);
  await open().append(events(0, 1));
  writeFileSync(join(folder, '2026-01-15T09.jsonl.gz'), gzipSync('{"event":"x"}\n'));
  writeFileSync(join(folder, '2026-01-15T08.jsonl.gz'), '');
  t.deepEqual(await readAll(folder), { numbers: [0], troubles: ['damaged'] });
});

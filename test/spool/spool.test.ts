import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { openTables } from '../../src/spool/environment.js';
import { Spool, SpoolError } from '../../src/spool/spool.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { runProgram } from './run-program.js';

const MANY_BYTES = 2 ** 40;
const NOTHING = { seen: new Map(), context: new Map(), quarantine: [] } as const;

function openSpool(t: ExecutionContext, maxBytes = MANY_BYTES, dataDir = tempFolder(t, 'spool')) {
  const spool = new Spool(dataDir, maxBytes);
  t.teardown(() => spool.close());
  return { spool, dataDir };
}

/** Drops all waiting events as written ones. */
function drain(store: WorkStore): number {
  store.refresh();
  const seqs = [...store.eventsAfter(0, 1_000_000)].map(({ seq }) => seq);
  store.commit({
    ...NOTHING,
    seqs,
    outcomes: { written: seqs.length, repeated: 0, ignored: 0, quarantined: 0 },
    nowMs: Date.now(),
  });
  return seqs.length;
}

test('events wait in the order in which they were appended, whole, with the time they came', async (t) => {
  const { spool } = openSpool(t);
  await spool.append(Buffer.from('{"event":"one"}'), 1_000);
  await Promise.all([
    spool.append(Buffer.from('{"event":"two"}'), 2_000),
    spool.append(Buffer.from('{"event":"three"}'), 1_500),
  ]);
  const store = new WorkStore(spool.tables);
  store.refresh();
  t.deepEqual(
    [...store.eventsAfter(0, 10)].map(({ seq, receivedMs, again, body }) => [
      seq,
      receivedMs,
      again,
      body.toString(),
    ]),
    [
      [1, 1_000, false, '{"event":"one"}'],
      [2, 2_000, false, '{"event":"two"}'],
      [3, 1_500, false, '{"event":"three"}'],
    ],
  );
  t.deepEqual(
    [...store.eventsAfter(1, 1)].map(({ seq }) => seq),
    [2],
  );
  t.is(store.event(3)?.body.toString(), '{"event":"three"}');
  t.is(store.event(4), undefined);
});

test('the spool is for its owner alone', async (t) => {
  const { spool, dataDir } = openSpool(t, MANY_BYTES, join(tempFolder(t, 'spool'), 'new', 'data'));
  await spool.append(Buffer.from('{}'), 1);
  t.is(statSync(dataDir).mode & 0o777, 0o700);
  t.is(statSync(join(dataDir, 'spool')).mode & 0o777, 0o700);
  for (const file of ['data.mdb', 'lock.mdb'])
    t.is(statSync(join(dataDir, 'spool', file)).mode & 0o777, 0o600);
});

test('events that come together share commits', async (t) => {
  const { spool } = openSpool(t);
  let commits = 0;
  const { root } = spool.tables;
  root.on('aftercommit', () => {
    commits += 1;
  });
  await Promise.all(
    Array.from({ length: 500 }, (_, index) => spool.append(Buffer.from(`{"n":${index}}`), 1)),
  );
  t.is(spool.counts().waiting, 500);
  t.true(commits >= 1 && commits <= 5, `${commits} commits`);
});

test('more than sixteen megabytes at once are all stored', async (t) => {
  const { spool } = openSpool(t);
  const body = Buffer.alloc(3_000_000, 'x');
  await Promise.all(Array.from({ length: 12 }, () => spool.append(body, 1)));
  t.is(spool.counts().waiting, 12);
  t.true(spool.bytes() >= 36_000_000);
});

test('what was acknowledged is there again after the spool was closed and opened', async (t) => {
  const { spool, dataDir } = openSpool(t);
  for (const text of ['one', 'two', 'three']) await spool.append(Buffer.from(text), 1);
  drain(new WorkStore(spool.tables));
  await spool.append(Buffer.from('four'), 1);
  await spool.close();
  const again = openSpool(t, MANY_BYTES, dataDir).spool;
  t.deepEqual(again.counts(), {
    accepted: 4,
    written: 3,
    repeated: 0,
    ignored: 0,
    quarantined: 0,
    waiting: 1,
  });
  await again.append(Buffer.from('five'), 1);
  t.deepEqual([...again.tables.events.getKeys()], [4, 5], 'numbers go on');
});

test('numbers go on where nothing waits, too', async (t) => {
  const { spool, dataDir } = openSpool(t);
  await spool.append(Buffer.from('one'), 1);
  drain(new WorkStore(spool.tables));
  await spool.close();
  const again = openSpool(t, MANY_BYTES, dataDir).spool;
  await again.append(Buffer.from('two'), 1);
  t.deepEqual([...again.tables.events.getKeys()], [2]);
});

test('a closed spool takes nothing, and what was under way is stored', async (t) => {
  const { spool, dataDir } = openSpool(t);
  const underWay = [1, 2, 3].map((number) => spool.append(Buffer.from(`${number}`), 1));
  const closed = spool.close();
  const error = await t.throwsAsync(spool.append(Buffer.from('late'), 1), { instanceOf: SpoolError });
  t.is(error?.code, 'spool_closed');
  await Promise.all(underWay);
  await closed;
  t.is(openSpool(t, MANY_BYTES, dataDir).spool.counts().waiting, 3);
});

test('a full spool refuses and says why, and takes events again once it was drained', async (t) => {
  const { spool, dataDir } = openSpool(t, 1_048_576);
  const body = Buffer.alloc(50_000, 'x');
  let stored = 0;
  const filled = await t.throwsAsync(
    async () => {
      for (;;) {
        await spool.append(body, 1);
        stored += 1;
      }
    },
    { instanceOf: SpoolError },
  );
  t.is(filled?.code, 'spool_full');
  t.regex(filled?.message ?? '', /SPOOL_MAX_BYTES \(1048576 bytes\)/);
  t.is(spool.failure, filled?.message);
  t.true(stored >= 15 && stored <= 25, `${stored} stored`);
  t.is(spool.counts().accepted, stored);
  const other = openTables(dataDir);
  t.is(drain(new WorkStore(other, spool.owner)), stored, 'drained by another, as the writer thread does');
  await other.root.close();
  await spool.append(body, 1);
  t.is(spool.failure, undefined);
  t.is(spool.counts().waiting, 1);
  t.is(spool.counts().accepted, stored + 1);
});

test('that there is room again is noticed without another event', async (t) => {
  const { spool, dataDir } = openSpool(t, 1_048_576);
  const filling = Array.from({ length: 40 }, () => spool.append(Buffer.alloc(60_000), 1));
  await Promise.allSettled(filling);
  await t.throwsAsync(spool.append(Buffer.from('{}'), 1), { instanceOf: SpoolError });
  t.not(spool.failure, undefined);
  const other = openTables(dataDir);
  drain(new WorkStore(other, spool.owner));
  await other.root.close();
  const deadline = Date.now() + 15_000;
  while (spool.failure !== undefined && Date.now() < deadline) await delay(100);
  t.is(spool.failure, undefined);
});

test('after kill -9 every acknowledged event is there, in order and whole', async (t) => {
  for (const milliseconds of [150, 400, 700]) {
    const dataDir = tempFolder(t, 'spool');
    const child = runProgram(t, 'append', dataDir);
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
    });
    await once(child.stdout, 'data');
    await delay(milliseconds);
    child.kill('SIGKILL');
    await once(child, 'close');
    const acknowledged = text.split('\n').slice(0, -1).map(Number);
    const { spool } = openSpool(t, MANY_BYTES, dataDir);
    const found = new Set<number>();
    const store = new WorkStore(spool.tables);
    store.refresh();
    for (const { seq, receivedMs, body } of store.eventsAfter(0, 1_000_000)) {
      const event: unknown = JSON.parse(body.toString());
      t.deepEqual(event, { number: receivedMs, filling: 'x'.repeat(receivedMs % 3_000) });
      t.is(seq, found.size + 1);
      found.add(receivedMs);
    }
    t.true(acknowledged.length > 20, `${acknowledged.length} acknowledged`);
    t.deepEqual(
      acknowledged.filter((number) => !found.has(number)),
      [],
    );
    t.is(spool.counts().accepted, found.size);
    await spool.append(Buffer.from('{}'), 1);
    t.is(spool.counts().accepted, found.size + 1);
  }
});

test('the counts add up at every moment, whoever looks, while events come and go', async (t) => {
  const { spool, dataDir } = openSpool(t);
  await spool.append(Buffer.from('{}'), 1);
  const sampler = runProgram(t, 'sample', dataDir);
  const drainer = runProgram(t, 'drain', dataDir);
  await Promise.all([once(sampler.stdout, 'data'), once(drainer.stdout, 'data')]);
  let result = '';
  sampler.stdout.on('data', (data: Buffer) => {
    result += data.toString();
  });
  const until = Date.now() + 2_500;
  let appended = 1;
  const wrong: unknown[] = [];
  while (Date.now() < until) {
    const burst = 1 + (appended % 5);
    await Promise.all(Array.from({ length: burst }, () => spool.append(Buffer.from('{}'), 1)));
    appended += burst;
    const counts = spool.counts();
    const { accepted, written, repeated, ignored, quarantined, waiting } = counts;
    if (accepted !== written + repeated + ignored + quarantined + waiting || accepted !== appended)
      wrong.push(counts);
  }
  drainer.stdin.write('end\n');
  await once(drainer, 'close');
  sampler.stdin.write('end\n');
  await once(sampler, 'close');
  t.deepEqual(wrong, []);
  const told = JSON.parse(result) as { looks: number; changes: number; wrong: string[] };
  t.deepEqual(told.wrong, []);
  t.true(told.looks > 500 && told.changes > 10, result);
  t.is(spool.counts().waiting, 0);
  t.is(spool.counts().accepted, appended);
});

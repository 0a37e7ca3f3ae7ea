import { readCounts } from '../../src/spool/counts.js';
import { openTables } from '../../src/spool/environment.js';
import { Spool } from '../../src/spool/spool.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { appendSome, commitOf, isWhole } from './filled.js';

// A process of its own for the tests of the spool: one that appends, one that takes events out, one that only looks.

const [mode = '', dataDir = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Appends for ever, many at a time, and says the number of each event once it is acknowledged. */
async function append(): Promise<void> {
  const spool = new Spool(dataDir, 2 ** 40);
  let next = 0;
  const one = async (): Promise<void> => {
    for (;;) {
      next += 1;
      const number = next;
      await spool.append(
        Buffer.from(JSON.stringify({ number, filling: 'x'.repeat(number % 3_000) })),
        number,
      );
      say(String(number));
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
}

/** Takes out what waits, as the writer does, each time a few with every outcome; ends when told and nothing waits. */
async function drain(): Promise<void> {
  const tables = openTables(dataDir);
  const store = new WorkStore(tables);
  let ending = false;
  process.stdin.on('data', () => {
    ending = true;
  });
  say('ready');
  for (;;) {
    store.refresh();
    const events = [...store.eventsAfter(0, 7)];
    if (events.length === 0 && ending) break;
    const outcomes = { written: 0, repeated: 0, ignored: 0, quarantined: 0 };
    const kinds = ['written', 'repeated', 'ignored', 'quarantined'] as const;
    for (const { seq } of events) outcomes[kinds[seq % 4] ?? 'written'] += 1;
    store.commit({
      seqs: events.map(({ seq }) => seq),
      outcomes,
      seen: new Map(),
      context: new Map(),
      quarantine: [],
      nowMs: Date.now(),
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await tables.root.close();
  process.exit(0);
}

/** Looks at the counts without pause until told to end, and says how often it looked and whatever did not add up. */
async function sample(): Promise<void> {
  const tables = openTables(dataDir);
  let ending = false;
  process.stdin.on('data', () => {
    ending = true;
  });
  let looks = 0;
  let changes = 0;
  let before = '';
  const wrong: string[] = [];
  say('ready');
  while (!ending) {
    for (let look = 0; look < 50; look += 1) {
      const counts = readCounts(tables);
      const { accepted, written, repeated, ignored, quarantined, waiting } = counts;
      const text = JSON.stringify(counts);
      if (accepted !== written + repeated + ignored + quarantined + waiting) wrong.push(text);
      if (text !== before) changes += 1;
      before = text;
      looks += 1;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await tables.root.close();
  say(JSON.stringify({ looks, changes, wrong: wrong.slice(0, 5) }));
  process.exit(0);
}

/**
 * Uses a spool as a bridge does from its start on: reads what waits, takes new events, takes all of them out, takes more. Says what it
 * found, how many of the waiting events were as they had been, and how things stood in the end.
 */
async function use(): Promise<void> {
  const spool = new Spool(dataDir, 2 ** 40);
  const store = new WorkStore(spool.tables);
  const { setAside } = spool;
  const before = spool.counts();
  store.refresh();
  const whole = [...store.eventsAfter(0, 1_000_000)].filter(({ body }) => isWhole(body)).length;
  await appendSome(spool);
  for (;;) {
    store.refresh();
    const seqs = [...store.eventsAfter(0, 150)].map(({ seq }) => seq);
    if (seqs.length === 0) break;
    store.setPlan(seqs);
    store.commit(commitOf(seqs));
  }
  for (let round = 0; round < 10; round += 1) await appendSome(spool);
  const after = spool.counts();
  await spool.close();
  say(JSON.stringify({ setAside, before, whole, after }));
  process.exit(0);
}

// Where the test itself is gone, nobody reads on.
process.stdin.resume().once('end', () => process.exit(1));

const modes: Readonly<Record<string, () => Promise<void>>> = { append, drain, sample, use };
await modes[mode]?.();

import test from 'ava';
import { openTables } from '../../src/spool/environment.js';
import { packEvent } from '../../src/spool/packed-event.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { tempFolder } from '../helpers/temp-folder.js';

/** Around every threshold at which LMDB or its library changes how a value is read: page, buffer, overflow pages. */
const SIZES = [
  1, 10, 100, 1_000, 2_000, 4_080, 4_096, 5_000, 8_000, 16_384, 20_000, 30_000, 33_000, 65_536, 70_000,
  300_000, 1_000_000, 8_000_000,
];

const filled = (size: number, byte: number) => Buffer.alloc(size, byte);

test('the bytes of an event that was read stay what they are, whatever is read, dropped and stored after it', async (t) => {
  const tables = openTables(tempFolder(t, 'buffers'));
  const store = new WorkStore(tables);
  const bodies = [...SIZES, ...SIZES.toReversed(), ...SIZES].map((size, index) => filled(size, index + 1));
  for (const [index, body] of bodies.entries())
    await tables.events.put(index + 1, packEvent({ receivedMs: 1, again: false, body }));
  store.refresh();
  const inRange = [...store.eventsAfter(0, 1_000)].map(({ seq, body }) => ({ seq, body }));
  const single = bodies.map((_, index) => ({ seq: index + 1, body: store.event(index + 1)?.body }));
  const held = [...inRange, ...single];
  const changed = () => held.filter(({ seq, body }) => !bodies[seq - 1]?.equals(body ?? Buffer.alloc(0)));
  t.is(held.length, bodies.length * 2);
  t.deepEqual(changed(), [], 'after reading all');

  store.commit({
    seqs: inRange.map(({ seq }) => seq),
    outcomes: { written: 0, repeated: 0, ignored: 0, quarantined: 0 },
    seen: new Map(),
    context: new Map(),
    quarantine: [],
    nowMs: 1,
  });
  t.deepEqual(changed(), [], 'after dropping all');

  for (let index = 0; index < 120; index += 1) {
    const body = filled(SIZES[index % SIZES.length] ?? 1, 255);
    await tables.events.put(1_000 + index, packEvent({ receivedMs: 1, again: false, body }));
  }
  store.refresh();
  let bytes = 0;
  for (const { body } of store.eventsAfter(0, 1_000)) bytes += body.length;
  for (let index = 0; index < 120; index += 1) store.event(1_000 + index);
  t.true(bytes > 50_000_000);
  t.deepEqual(changed(), [], 'after others took their place on disk');

  await tables.root.close();
  t.deepEqual(changed(), [], 'after the spool was closed');
});

test('bytes that were handed over may be used for something else once the write is acknowledged', async (t) => {
  const tables = openTables(tempFolder(t, 'buffers'));
  const packed = packEvent({ receivedMs: 1, again: false, body: filled(5_000, 7) });
  await tables.events.put(1, packed);
  packed.fill(0);
  const store = new WorkStore(tables);
  store.refresh();
  t.deepEqual(store.event(1)?.body, filled(5_000, 7));
  await tables.root.close();
});

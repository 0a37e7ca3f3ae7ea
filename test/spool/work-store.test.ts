import test, { type ExecutionContext } from 'ava';
import { entriesOf } from '../../src/spool/environment.js';
import { Quarantine } from '../../src/spool/quarantine.js';
import type { QuarantineItem } from '../../src/spool/quarantine-item.js';
import { contentHash, SEEN_FOR_MS, seenKey } from '../../src/spool/seen.js';
import { Spool } from '../../src/spool/spool.js';
import { type Commit, WorkStore } from '../../src/spool/work-store.js';
import { tempFolder } from '../helpers/temp-folder.js';

const HOUR = 3_600_000;
const NOW = 1_760_000_000_000;
const NONE = { written: 0, repeated: 0, ignored: 0, quarantined: 0 };

function open(t: ExecutionContext) {
  const spool = new Spool(tempFolder(t, 'store'), 2 ** 40);
  t.teardown(() => spool.close());
  const store = new WorkStore(spool.tables);
  const commit = (changes: Partial<Commit>) =>
    store.commit({
      seqs: [],
      outcomes: NONE,
      seen: new Map(),
      context: new Map(),
      quarantine: [],
      nowMs: NOW,
      ...changes,
    });
  return { spool, store, commit, quarantine: new Quarantine(spool.tables) };
}

/** Entries of the seen-set for events of one minute that came at a moment. */
const seenOf = (count: number, timeMs: number, receivedMs: number) =>
  new Map(
    Array.from({ length: count }, (_, index) => [
      seenKey(timeMs, `${timeMs} ${receivedMs} ${index}`),
      { receivedMs, events: [{ hash: contentHash(Buffer.from(String(index))) }] },
    ]),
  );

const item = (changes: Partial<QuarantineItem>): QuarantineItem => ({
  kind: 'event',
  reason: 'not_json',
  at: NOW,
  name: 'meeting.participant_qos',
  detail: 'why',
  seq: 1,
  receivedMs: NOW,
  content: Buffer.from('{"event":"x"}'),
  ...changes,
});

test('what was seen is forgotten after three hours, not before', (t) => {
  const { spool, commit } = open(t);
  commit({ seen: seenOf(400, NOW - 4 * HOUR, NOW - 4 * HOUR) });
  commit({ seen: seenOf(300, NOW, NOW) });
  t.is(entriesOf(spool.tables.seen), 300);
  for (let round = 0; round < 5; round += 1) commit({ nowMs: NOW + SEEN_FOR_MS - 1 });
  t.is(entriesOf(spool.tables.seen), 300);
  for (let round = 0; round < 5; round += 1) commit({ nowMs: NOW + SEEN_FOR_MS + 60_000 });
  t.is(entriesOf(spool.tables.seen), 0);
});

test('what was seen is forgotten as quickly as it comes, however many events a batch has', (t) => {
  const { spool, commit } = open(t);
  const minutes = 400;
  for (let minute = 0; minute < minutes; minute += 1) {
    const now = NOW + minute * 60_000;
    commit({ seen: seenOf(600, now, now), nowMs: now });
  }
  const needed = (SEEN_FOR_MS / 60_000) * 600;
  const kept = entriesOf(spool.tables.seen);
  t.true(kept >= needed && kept <= needed + 3 * 600, `${kept} entries, of which ${needed} are needed`);
});

test('events that say no time, of which some always came just now, do not keep what is old from being forgotten', (t) => {
  const { spool, commit } = open(t);
  for (let quarter = 0; quarter < 40; quarter += 1) {
    const now = NOW + (quarter * HOUR) / 4;
    for (let round = 0; round < 4; round += 1)
      commit({
        seen: new Map([...seenOf(5, 0, now + round), ...seenOf(5, now - 60_000, now + round)]),
        nowMs: now,
      });
  }
  const kept = entriesOf(spool.tables.seen);
  t.true(kept <= 14 * 40, `${kept} entries, of which only those of three hours, 520, are needed`);
  t.true(kept >= 12 * 40);
});

test('what is known of someone is kept for two days after it was last added to', (t) => {
  const { spool, store, commit } = open(t);
  const known = { device: [[NOW, 'Windows']] } as const;
  commit({ context: new Map([['p|one', known]]) });
  commit({ context: new Map([['p|two', known]]), nowMs: NOW + 47 * HOUR });
  t.deepEqual(store.contextView().store.get('p|one'), known);
  commit({ nowMs: NOW + 49 * HOUR });
  commit({ nowMs: NOW + 49 * HOUR });
  t.deepEqual([...spool.tables.context.getKeys()], ['p|two']);
  t.is(store.contextView().store.get('p|one'), undefined, 'nor is it kept in memory');
  t.deepEqual(store.contextView().store.get('p|two'), known);
});

test('with many participants the old ones are forgotten, too', (t) => {
  const { spool, commit } = open(t);
  const known = { device: [[NOW, 'Windows']] } as const;
  commit({ context: new Map(Array.from({ length: 500 }, (_, index) => [`p|${index % 2}|${index}`, known])) });
  const later = NOW + 49 * HOUR;
  commit({
    context: new Map(Array.from({ length: 250 }, (_, index) => [`p|0|${index * 2}`, known])),
    nowMs: later,
  });
  for (let round = 0; round < 30; round += 1) commit({ nowMs: later });
  t.is(entriesOf(spool.tables.context), 250);
});

test('a view of the context shows its own changes at once, and others have them once they are committed', (t) => {
  const { spool, store, commit } = open(t);
  const view = store.contextView();
  const known = { device: [[NOW, 'Windows']] } as const;
  view.store.set('p|one', known);
  t.deepEqual(view.store.get('p|one'), known);
  t.is(new WorkStore(spool.tables).contextView().store.get('p|one'), undefined);
  commit({ context: view.changes });
  t.deepEqual(new WorkStore(spool.tables).contextView().store.get('p|one'), known);
});

test('keys longer than LMDB takes are told apart by their end, too', (t) => {
  const { store, commit } = open(t);
  const view = store.contextView();
  const long = 'p|'.padEnd(5_000, 'x');
  view.store.set(`${long}1`, { device: [[1, 'one']] });
  view.store.set(`${long}2`, { device: [[1, 'two']] });
  commit({ context: view.changes });
  t.deepEqual(store.contextView().store.get(`${long}1`), { device: [[1, 'one']] });
  t.deepEqual(store.contextView().store.get(`${long}2`), { device: [[1, 'two']] });
});

test('a retried event waits again under its own number, and is counted as waiting', async (t) => {
  const { spool, store, commit, quarantine } = open(t);
  await spool.append(Buffer.from('{"event":"x"}'), NOW);
  store.refresh();
  commit({ seqs: [1], outcomes: { ...NONE, quarantined: 1 }, quarantine: [item({})] });
  t.false(store.wantsRetry());
  t.is(quarantine.retry({ ids: [1, 99] }), 1);
  store.refresh();
  t.true(store.wantsRetry());
  t.deepEqual(store.takeRetries(), { seqs: [1], lines: [] });
  t.false(store.wantsRetry());
  t.deepEqual(spool.counts(), { accepted: 1, ...NONE, waiting: 1 });
  t.deepEqual(store.event(1), { seq: 1, receivedMs: NOW, again: true, body: Buffer.from('{"event":"x"}') });
  t.is(quarantine.size(), 0);
});

test('a refused point that is retried stays in quarantine until it is stored', async (t) => {
  const { spool, store, commit, quarantine } = open(t);
  commit({
    quarantine: [item({ kind: 'line', reason: 'influx_refused', content: 'zoom_qos,a=b c=1 1760000000000' })],
  });
  quarantine.retry({});
  store.refresh();
  t.deepEqual(store.takeRetries(), { seqs: [], lines: [{ id: 1, text: 'zoom_qos,a=b c=1 1760000000000' }] });
  t.is(quarantine.size(), 1);
  store.settleLines([1]);
  t.is(quarantine.size(), 0);
  t.is(spool.counts().accepted, 0);
});

test('what was dropped before it was tried again is passed over', (t) => {
  const { store, commit, quarantine } = open(t);
  commit({ quarantine: [item({})] });
  quarantine.retry({});
  quarantine.drop({});
  store.refresh();
  t.deepEqual(store.takeRetries(), { seqs: [], lines: [] });
});

test('asking twice to try again is asking once', (t) => {
  const { store, commit, quarantine } = open(t);
  commit({ quarantine: [item({}), item({ seq: 2 })] });
  quarantine.retry({ ids: [1] });
  quarantine.retry({});
  store.refresh();
  t.deepEqual(store.takeRetries().seqs, [1, 2]);
});

test('items are found by number, reason and event, and their numbers are not given again', (t) => {
  const { commit, quarantine } = open(t);
  commit({ quarantine: [item({}), item({ reason: 'no_object' }), item({ name: 'phone.call_qos' })] });
  const ids = (filter: Parameters<Quarantine['list']>[0]) => [...quarantine.list(filter)].map(({ id }) => id);
  t.deepEqual(ids({}), [1, 2, 3]);
  t.deepEqual(ids({ ids: [3, 2] }), [2, 3]);
  t.deepEqual(ids({ reason: 'no_object' }), [2]);
  t.deepEqual(ids({ event: 'phone.call_qos', reason: 'no_object' }), []);
  t.deepEqual(
    [...quarantine.list({}, 2)].map(({ id }) => id),
    [1, 2],
  );
  t.is(quarantine.drop({ ids: [3] }), 1);
  commit({ quarantine: [item({})] });
  t.deepEqual(ids({}), [1, 2, 4]);
});

test('copies of events with unreadable values are kept up to ten thousand, and after a drop again', (t) => {
  const { commit, quarantine } = open(t);
  const copies = (count: number) => Array.from({ length: count }, () => item({ kind: 'values' }));
  commit({ quarantine: copies(10_005) });
  t.is(quarantine.size(), 10_000);
  commit({ quarantine: [item({})] });
  t.is(quarantine.size(), 10_001, 'events that were lost whole are always kept');
  quarantine.drop({ ids: Array.from({ length: 100 }, (_, index) => index + 1) });
  commit({ quarantine: copies(10) });
  t.is(quarantine.size(), 9_911);
});

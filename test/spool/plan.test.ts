import test, { type ExecutionContext } from 'ava';
import { entriesOf } from '../../src/spool/environment.js';
import { contentHash, seenKey } from '../../src/spool/seen.js';
import { Spool } from '../../src/spool/spool.js';
import { type Commit, type Plan, WorkStore } from '../../src/spool/work-store.js';
import { tempFolder } from '../helpers/temp-folder.js';

const HOUR = 3_600_000;
const NOW = 1_760_000_000_000;

function open(t: ExecutionContext) {
  const spool = new Spool(tempFolder(t, 'plan'), 2 ** 40);
  t.teardown(() => spool.close());
  const store = new WorkStore(spool.tables);
  const commit = (changes: Partial<Commit>, next?: Plan) =>
    store.commit(
      {
        seqs: [],
        outcomes: { written: 0, repeated: 0, ignored: 0, quarantined: 0 },
        seen: new Map(),
        context: new Map(),
        quarantine: [],
        nowMs: NOW,
        ...changes,
      },
      next,
    );
  return { spool, store, commit };
}

const plan = (changes: Partial<Plan>): Plan => ({
  seqs: [7, 5, 6],
  lines: { length: 3 },
  attributions: new Map(),
  dependsOn: { context: new Set(), seen: new Set() },
  ...changes,
});

test('the order of the next batch is on disk as soon as the events of the one before are gone', (t) => {
  const { store, commit } = open(t);
  store.setPlan([1, 2]);
  commit({ seqs: [1, 2] }, plan({ attributions: new Map([[5, { site: 'Harbour' }]]) }));
  store.refresh();
  t.deepEqual(store.plan(), [7, 5, 6]);
  t.deepEqual(store.plannedAttributions(), new Map([[5, { site: 'Harbour' }]]));
  commit({ seqs: [7, 5, 6] });
  store.refresh();
  t.deepEqual(store.plan(), []);
  t.deepEqual(store.plannedAttributions(), new Map());
});

test('a next batch that holds no lines has no order to keep', (t) => {
  const { store, commit } = open(t);
  store.setPlan([1, 2]);
  commit({ seqs: [1, 2] }, plan({ lines: { length: 0 } }));
  store.refresh();
  t.deepEqual(store.plan(), []);
});

test('what the next batch was made from is not forgotten before that is committed, however old it is', (t) => {
  const { spool, store, commit } = open(t);
  const seen = new Map(
    ['asked for', 'forgotten'].map((name) => [
      seenKey(NOW, name),
      { receivedMs: NOW, events: [{ hash: contentHash(Buffer.from(name)) }] },
    ]),
  );
  const [asked = ''] = seen.keys();
  const context = new Map([
    ['p|asked for', { device: [[NOW, 'Windows']] as const }],
    ['p|forgotten', { device: [[NOW, 'Mac']] as const }],
  ]);
  commit({ seen, context });
  const dependsOn = { context: new Set(['p|asked for']), seen: new Set([asked]) };
  commit({ nowMs: NOW + 50 * HOUR }, plan({ dependsOn }));
  store.refresh();
  t.is(entriesOf(spool.tables.seen), 1);
  t.not(store.seen(asked), undefined);
  t.is(entriesOf(spool.tables.context), 1);
  t.not(new WorkStore(spool.tables).contextView().store.get('p|asked for'), undefined);
  for (let round = 0; round < 3; round += 1) commit({ nowMs: NOW + 50 * HOUR });
  t.is(entriesOf(spool.tables.seen) + entriesOf(spool.tables.context), 0);
});

test('a view of the context sees changes that are to be committed before its own', (t) => {
  const { store } = open(t);
  const first = store.contextView();
  first.store.set('p|one', { device: [[NOW, 'Windows']] });
  const second = store.contextView(first.changes);
  t.deepEqual(second.store.get('p|one'), { device: [[NOW, 'Windows']] });
  t.deepEqual([...second.lookedUp], ['p|one']);
  t.is(second.changes.size, 0);
});

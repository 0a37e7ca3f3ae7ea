import test from 'ava';
import { Batch } from '../../src/pipeline/batch.js';
import { parseEvent, Worker } from '../../src/pipeline/work.js';
import { PointMaker } from '../../src/points/make-points.js';
import { Spool } from '../../src/spool/spool.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { DEFAULTS } from '../points/folding.js';

const NOW = 1_760_000_000_000;
const TEXT = JSON.stringify({
  event: 'meeting.participant_qos',
  event_ts: NOW,
  payload: {
    account_id: 'ExAcct1',
    object: {
      uuid: 'AAECAwQFBgcICQoLDA0ODw==',
      participant: {
        user_id: '16778240',
        qos: ['audio_input', 'audio_output'].map((type) => ({
          date_time: new Date(NOW).toISOString().slice(0, 19).concat('Z'),
          type,
          details: { bitrate: '54 kbps', latency: '34 ms' },
        })),
      },
    },
  },
});

const open = (t: Parameters<typeof tempFolder>[0]) => {
  const spool = new Spool(tempFolder(t, 'batch'), 2 ** 40);
  t.teardown(() => spool.close());
  return { spool, batch: new Batch(new WorkStore(spool.tables), new Worker(new PointMaker(DEFAULTS))) };
};

const event = (seq: number, text: string, again = false, receivedMs = NOW) =>
  parseEvent({ seq, receivedMs, again, body: Buffer.from(text) });

test('an event that is taken back from quarantine twice counts once, as what became of it last', (t) => {
  const { batch } = open(t);
  batch.add(event(1, 'no JSON', true));
  batch.add(event(2, TEXT));
  batch.add(event(1, 'no JSON', true));
  const { seqs, outcomes, quarantine } = batch.commit([], NOW);
  t.deepEqual(seqs, [1, 2]);
  t.is(batch.size, 2);
  t.deepEqual(outcomes, { written: 1, repeated: 0, ignored: 0, quarantined: 1 });
  t.deepEqual(
    quarantine.map(({ seq }) => seq),
    [1],
  );
});

test('what became of it last is what counts, not what was to be kept of it before', (t) => {
  const { batch } = open(t);
  batch.add(event(1, 'no JSON', true));
  batch.add(event(1, TEXT, true));
  const { seqs, outcomes, quarantine } = batch.commit([], NOW);
  t.deepEqual(seqs, [1]);
  t.deepEqual(outcomes, { written: 1, repeated: 0, ignored: 0, quarantined: 0 });
  t.deepEqual(quarantine, []);
});

test('what time it is for what is forgotten is told by the last event that came, not by one that is worked on again', (t) => {
  const { batch } = open(t);
  batch.add(event(1, TEXT, false, NOW + 2));
  batch.add(event(2, 'no JSON', false, NOW + 1));
  batch.add(event(3, '{}', true, NOW + 9));
  t.is(batch.commit([], NOW + 5).nowMs, NOW + 2);
  t.is(open(t).batch.commit([], NOW + 5).nowMs, NOW + 5, 'the clock, where no event tells it');
});

test('of an event that has lost one of its lines the rest counts as written, of one that has lost all nothing', async (t) => {
  const { spool, batch } = open(t);
  await spool.append(Buffer.from(TEXT), NOW + 1);
  const [line] = batch.add(event(1, TEXT)).lines;
  t.true(batch.lines.length >= 2, 'two readings');
  const all = batch.lines.toLines();
  const refused = (lines: typeof all) =>
    lines.map((each) => ({ line: each, reason: 'influx_refused' as const, message: 'no' }));
  const some = batch.commit(refused(all.slice(0, 1)), NOW);
  t.is(some.outcomes.written, 1);
  t.deepEqual(
    some.quarantine.map(({ kind, seq, receivedMs, name }) => ({ kind, seq, receivedMs, name })),
    [{ kind: 'line', seq: 1, receivedMs: NOW + 1, name: line?.text.split(',')[0] }],
  );
  const whole = batch.commit(refused(all), NOW);
  t.is(whole.outcomes.quarantined, 1);
  t.deepEqual(
    whole.quarantine.map(({ kind }) => kind),
    ['event'],
  );
});

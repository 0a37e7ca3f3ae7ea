import test from 'ava';
import { parseEvent, Worker } from '../../src/pipeline/work.js';
import { PointMaker } from '../../src/points/make-points.js';
import { BASE_DETAILS, BASE_TIME, baseData, baseEvent, sample } from '../points/base-event.js';
import { DEFAULTS } from '../points/folding.js';

const DAY = 86_400_000;
const RECEIVED = BASE_TIME + 25_000;

/** What becomes of an event that came at a moment, with nothing known before. */
function worked(event: unknown, receivedMs = RECEIVED) {
  const body = Buffer.from(JSON.stringify(event));
  const parsed = parseEvent({ seq: 1, receivedMs, again: false, body });
  return new Worker(new PointMaker(DEFAULTS)).work(parsed, new Map(), new Map());
}

test('no point lies more than a day ahead of its arrival: of a sample that does, the event is kept for a look', (t) => {
  const far = new Date(BASE_TIME + 365 * DAY).toISOString();
  const near = new Date(BASE_TIME).toISOString();
  const result = worked(
    baseEvent({
      qos: [sample('audio_input', BASE_DETAILS, near), sample('audio_output', BASE_DETAILS, far)],
    }),
  );
  t.is(result.outcome, 'written');
  t.true(result.lines.length >= 2);
  for (const { time } of result.lines) t.true(time <= RECEIVED + DAY);
  t.like(result.quarantine, { kind: 'values', reason: 'unreadable_time' });
  t.regex(result.quarantine?.detail ?? '', /qos\[1\]\.date_time/);
});

test('details whose event lies a year ahead go to quarantine and teach nothing', (t) => {
  const result = worked(baseData([{ device: 'Mac' }], { eventTs: BASE_TIME + 365 * DAY }));
  t.like(result, { outcome: 'quarantined', reason: 'no_time', lines: [] });
});

test('a zone that is wrong by half a day is no reason to leave anything out', (t) => {
  const result = worked(baseEvent({ eventTs: RECEIVED + DAY / 2 }));
  t.is(result.outcome, 'written');
  t.is(result.quarantine, undefined);
});

import test from 'ava';
import { Happenings } from '../../src/admin/happenings.js';
import { History } from '../../src/admin/history.js';
import { findReceptionNotices } from '../../src/admin/reception.js';
import { stateOf } from '../../src/admin/status.js';
import { ReceiverStats } from '../../src/receiver/receiver-stats.js';
import { Spool } from '../../src/spool/spool.js';
import { recordingLog } from '../helpers/recording-log.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';

const NOW = Date.UTC(2026, 0, 15, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const codes = (stats: ReceiverStats, startedAt = NOW) =>
  findReceptionNotices(stats.snapshot(), startedAt, NOW).map(({ code }) => code);

test('a fresh start has nothing to tell', (t) => {
  t.deepEqual(codes(new ReceiverStats()), []);
});

for (const reason of [
  'signature_mismatch',
  'signature_missing',
  'timestamp_missing',
  'timestamp_stale',
  'timestamp_ahead',
  'auth_header_mismatch',
] as const)
  test(`requests that are refused because of ${reason} are told with what to do, until one is accepted`, (t) => {
    const stats = new ReceiverStats();
    stats.rejected(reason, NOW - MINUTE);
    const [notice] = findReceptionNotices(stats.snapshot(), NOW, NOW);
    t.is(notice?.code, `refusing_${reason}`);
    t.regex(notice?.fix ?? '', /ZOOM_SECRET_TOKEN|proxy|clock|WEBHOOK_AUTH_HEADER/);
    t.is(stateOf(notice === undefined ? [] : [notice]), 'ok', 'a stranger can not make the bridge look ill');
    stats.accepted('meeting.participant_qos', 1, undefined, NOW);
    t.deepEqual(codes(stats), []);
  });

test('a refusal of a while ago is of the past', (t) => {
  const stats = new ReceiverStats();
  stats.rejected('signature_mismatch', NOW - HOUR);
  t.deepEqual(codes(stats), []);
});

test('half an hour without an event is told, counted from the start where none came', (t) => {
  t.deepEqual(codes(new ReceiverStats(), NOW - 31 * MINUTE), ['zoom_silent']);
  const stats = new ReceiverStats();
  stats.accepted('meeting.participant_qos', 1, undefined, NOW - 29 * MINUTE);
  t.deepEqual(codes(stats, NOW - 24 * HOUR), []);
});

test('a URL validation that is overdue is told', (t) => {
  t.deepEqual(codes(new ReceiverStats(NOW - 74 * HOUR)), ['validation_overdue']);
  t.deepEqual(codes(new ReceiverStats(NOW - 72 * HOUR)), []);
});

test('the time of the last URL validation is known after a restart', async (t) => {
  const dataDir = tempFolder(t);
  const spool = new Spool(dataDir, 2 ** 30);
  t.is(spool.lastValidationAt(), undefined);
  new ReceiverStats(undefined, (at) => spool.keepValidation(at)).validated(NOW);
  await until('it is kept', () => spool.lastValidationAt() === NOW);
  await spool.close();
  const again = new Spool(dataDir, 2 ** 30);
  t.is(again.lastValidationAt(), NOW);
  await again.close();
});

test('the last hour is remembered a minute at a time, also where an event went back to be tried again', (t) => {
  const counts = { accepted: 5, written: 5, repeated: 0, ignored: 0, quarantined: 0, waiting: 0 };
  const history = new History(counts);
  history.note(NOW, { ...counts, accepted: 12, written: 9, waiting: 3 });
  history.note(NOW + MINUTE, { ...counts, accepted: 12, written: 8, waiting: 4 });
  t.deepEqual(history.minutes(), [
    { at: NOW, accepted: 7, written: 4, quarantined: 0, waiting: 3 },
    { at: NOW + MINUTE, accepted: 0, written: 0, quarantined: 0, waiting: 4 },
  ]);
  for (let minute = 2; minute < 100; minute += 1) history.note(NOW + minute * MINUTE, counts);
  t.is(history.minutes().length, 60);
});

test('the last ten lines of the log are remembered, latest first, and still logged', (t) => {
  const log = recordingLog();
  const happenings = new Happenings(log, () => NOW);
  for (let line = 1; line <= 12; line += 1)
    happenings.log.warn(`line ${line}`, { reason: 'unreachable', cause: 'x'.repeat(1_000), other: 1 });
  happenings.log.debug('not worth it');
  const recent = happenings.recent();
  t.is(recent.length, 10);
  t.is(recent[0]?.message, 'line 12');
  t.is(recent[0]?.reason, 'unreachable');
  t.is(recent[0]?.cause?.length, 300);
});

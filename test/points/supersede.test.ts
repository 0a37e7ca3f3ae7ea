import test from 'ava';
import fc from 'fast-check';
import { FieldSet } from '../../src/points/field-set.js';
import type { Point } from '../../src/points/point-set.js';
import { writtenBy } from '../../src/points/supersede.js';
import { BASE_DETAILS, baseEvent, sample } from './base-event.js';
import { linesOf, startFolding } from './folding.js';
import { readLine } from './line-reading.js';

const at = (eventTs: number, qos: unknown) => baseEvent({ eventTs, qos });
const EARLY = 1_760_000_061_000;
const LATE = 1_760_000_066_000;

/** What InfluxDB holds when these lines come one after the other: of a field that comes twice, the later value. */
function stored(lines: readonly string[]): Record<string, number | string> {
  const values: Record<string, number | string> = {};
  for (const line of lines) {
    const { measurement, tags, fields, time } = readLine(line);
    for (const [name, value] of Object.entries(fields))
      values[`${measurement} ${tags['stream']} ${time} ${name}`] = value;
  }
  return values;
}

function storedAfter(events: readonly unknown[]): Record<string, number | string> {
  const folding = startFolding();
  return stored(events.flatMap((event) => folding.lines(event)));
}

test('of two readings of one minute the one told later stands, whichever comes first', (t) => {
  const first = at(EARLY, [sample('audio_input', { bitrate: '63 kbps', jitter: '5 ms' })]);
  const second = at(LATE, [sample('audio_input', { bitrate: '70 kbps' })]);
  const expected = {
    'zoom_qos audio_input 1760000040000 bitrate_kbps': 70,
    'zoom_qos audio_input 1760000040000 jitter_ms': 5,
    'zoom_qos audio_input 1760000040000 poor': 0,
  };
  t.deepEqual(storedAfter([first, second]), expected);
  t.deepEqual(storedAfter([second, first]), expected);
});

test('how many values a newer event had already written is told', (t) => {
  const folding = startFolding();
  folding.fold(at(LATE, [sample('audio_input', BASE_DETAILS)]));
  const older = folding.fold(at(EARLY, [sample('audio_input', BASE_DETAILS)]));
  t.is(older.superseded, 6);
  t.deepEqual(linesOf(older), []);
  t.is(older.outcome, 'ignored');
});

test('another stream, another participant and another minute are left alone', (t) => {
  const folding = startFolding();
  folding.fold(at(LATE, [sample('audio_input', BASE_DETAILS)]));
  t.is(folding.lines(at(EARLY, [sample('audio_output', BASE_DETAILS)])).length, 1);
  t.is(folding.lines(baseEvent({ eventTs: EARLY, participant: { user_id: '16779264' } })).length, 1);
  t.is(folding.lines(at(EARLY, [sample('audio_input', BASE_DETAILS, '2025-10-09T08:53:00Z')])).length, 1);
});

test('a minute that only the older of two events holds is kept', (t) => {
  const older = at(EARLY, [
    sample('audio_input', { bitrate: '63 kbps' }),
    sample('audio_input', { bitrate: '64 kbps' }, '2025-10-09T08:55:00Z'),
  ]);
  const newer = at(LATE, [sample('audio_input', { bitrate: '70 kbps' })]);
  const expected = {
    'zoom_qos audio_input 1760000040000 bitrate_kbps': 70,
    'zoom_qos audio_input 1760000100000 bitrate_kbps': 64,
  };
  t.deepEqual(storedAfter([older, newer]), expected);
  t.deepEqual(storedAfter([newer, older]), expected);
});

const bitrates = fc.array(fc.record({ at: fc.integer({ min: 0, max: 5 }), bitrate: fc.nat(99) }), {
  minLength: 1,
  maxLength: 6,
});

test('what is stored is the same whatever the order of arrival', (t) => {
  const orders = bitrates.chain((list) => {
    const events = [...new Map(list.map(({ at, bitrate }) => [at, { at, bitrate }])).values()];
    const { length } = events;
    return fc.tuple(
      fc.constant(events),
      fc.shuffledSubarray(events, { minLength: length, maxLength: length }),
    );
  });
  const toEvent = ({ at: offset, bitrate }: { at: number; bitrate: number }) =>
    at(EARLY + offset * 1000, [
      sample('audio_input', offset % 2 === 0 ? { bitrate } : { bitrate, jitter: offset }),
    ]);
  fc.assert(
    fc.property(orders, ([first, second]) => {
      t.deepEqual(storedAfter(second.map(toEvent)), storedAfter(first.map(toEvent)));
    }),
  );
});

const TYPES = ['audio', 'video', 'as'].flatMap((media) => [
  ...['input', 'output', 'quality'].map((end) => `${media}_${end}`),
  ...['from_crc', 'to_crc', 'from_rwg', 'to_rwg'].map((end) => `${media}_device_${end}`),
]);

test('where every stream type comes as an event of its own, each of them is recognised when it comes again', (t) => {
  const folding = startFolding();
  const types = [...TYPES, 'cpu_usage', 'wifi_rssi', 'notification'];
  t.is(types.length, 24);
  const events = types.map((type) =>
    at(EARLY, [sample(type, { bitrate: '63 kbps', min_rssi: '-60', network_notification: type })]),
  );
  t.true(events.every((event) => folding.fold(event).outcome === 'written'));
  t.true(events.every((event) => folding.fold(event).outcome === 'repeated'));
});

/** A point with a reading. */
function point(local: string, time = EARLY, measurement: Point['measurement'] = 'zoom_qos'): Point {
  const fields = FieldSet.of(measurement, measurement === 'zoom_qos' ? { jitter_ms: 5 } : { count: 1 });
  return { measurement, series: `${local},meeting=m`, local, time, fields };
}

test('events that write the same share what is remembered of it; others do not', (t) => {
  const one = writtenBy([point('zoom_qos,one'), point('zoom_qos,two')], EARLY, EARLY);
  const same = writtenBy([point('zoom_qos,one'), point('zoom_qos,two')], LATE, EARLY);
  t.is(same.names, one.names);
  t.is(same.sums, one.sums);
  t.is(same.at, LATE);
  t.not(writtenBy([point('zoom_qos,one')], EARLY, EARLY).names, one.names);
  t.not(writtenBy([point('zoom_qos,two'), point('zoom_qos,one')], EARLY, EARLY).names, one.names);
  const later = [point('zoom_qos,one'), point('zoom_qos,two', LATE)];
  t.deepEqual(writtenBy(later, EARLY, EARLY).names, ['zoom_qos,one', `zoom_qos,two ${LATE}`]);
  const [first, second] = [point('zoom_qos,one'), point('zoom_qos,two')];
  second.fields.set('latency_ms', 7);
  const more = writtenBy([first, second], EARLY, EARLY);
  t.deepEqual(more.names, one.names);
  t.notDeepEqual(more.sums, one.sums);
});

test('the text of a notice is not kept for events to come', (t) => {
  const points = [point('zoom_notice,a text of its event', EARLY, 'zoom_notice')];
  const [one, other] = [writtenBy(points, EARLY, EARLY), writtenBy(points, EARLY, EARLY)];
  t.deepEqual(one, other);
  t.not(one.names, other.names);
});

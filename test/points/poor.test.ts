import test from 'ava';
import { baseEvent, baseWith, sample } from './base-event.js';
import { linesOfOne } from './folding.js';
import { readLine } from './line-reading.js';

const poorOf = (lines: readonly string[]) => lines.map((line) => readLine(line).fields['poor']);

const LIVE: [Record<string, string>, number | undefined][] = [
  [{ latency: '150 ms', jitter: '40 ms', avg_loss: '2.0%' }, 0],
  [{ latency: '151 ms', jitter: '0 ms', avg_loss: '0.0%' }, 1],
  [{ latency: '0 ms', jitter: '41 ms', avg_loss: '0.0%' }, 1],
  [{ latency: '0 ms', jitter: '0 ms', avg_loss: '2.1%' }, 1],
  [{ avg_loss: '2.1%' }, 1],
  [{ jitter: '3 ms' }, 0],
  [{ latency: '0 ms' }, 0],
  [{ max_loss: '90%' }, undefined],
  [{ bitrate: '0 kbps' }, undefined],
];

for (const [details, poor] of LIVE)
  test(`a sample with ${JSON.stringify(details)} is ${poor === undefined ? 'not judged' : poor === 1 ? 'poor' : 'not poor'}`, (t) => {
    t.deepEqual(poorOf(linesOfOne(baseWith(details))), [poor]);
  });

test('a sample split over two records is judged as a whole', (t) => {
  const event = baseWith({ latency: '10 ms' });
  const split = JSON.stringify(event).replace(
    /"qos":\[(.*?\})\]/,
    '"qos":[$1,{"date_time":"2025-10-09T08:54:00Z","type":"audio_input","details":{"jitter":"90 ms"}}]',
  );
  t.deepEqual(poorOf(linesOfOne(split)), [1]);
});

test('the thresholds are the settings', (t) => {
  const thresholds = { latencyMs: 10, jitterMs: 0, lossPct: 0.5, mos: 4.5 };
  const poor = (details: unknown) => poorOf(linesOfOne(baseWith(details), { thresholds }));
  t.deepEqual(poor({ latency: '10 ms' }), [0]);
  t.deepEqual(poor({ latency: '10.5 ms' }), [1]);
  t.deepEqual(poor({ jitter: '1 ms' }), [1]);
  t.deepEqual(poor({ avg_loss: '0.6%' }), [1]);
});

const summary = (details: unknown) => ({
  event: 'meeting.participant_qos_summary',
  event_ts: 1_760_000_061_000,
  payload: {
    account_id: 'A1',
    object: { uuid: 'u', participant: { participant_id: '1', qos: [{ type: 'audio_output', details }] } },
  },
});

test('a summary is judged by its means, not by its worst moments', (t) => {
  t.deepEqual(
    poorOf(linesOfOne(summary({ avg_latency: '20 ms', max_latency: '900 ms', max_loss: '50%' }))),
    [0],
  );
  t.deepEqual(poorOf(linesOfOne(summary({ avg_latency: '20 ms', avg_loss: '2.5%' }))), [1]);
  t.deepEqual(poorOf(linesOfOne(summary({ max_latency: '900 ms' }))), [undefined]);
});

const call = (details: unknown) => ({
  event: 'phone.call_qos',
  event_ts: 1_760_000_061_000,
  payload: {
    account_id: 'A1',
    object: {
      call_id: '6900000000000000778',
      call_qos: { type: 'caller', qos: { date_time: '2025-10-09T08:54:00Z', type: 'sending', details } },
    },
  },
});

const CALLS: [Record<string, string>, number | undefined][] = [
  [{ mos: '3.5', network_delay: '20', jitter: '1', avg_loss: '0.0' }, 0],
  [{ mos: '3.4', network_delay: '20', jitter: '1', avg_loss: '0.0' }, 1],
  [{ mos: '4.4', network_delay: '310', jitter: '1', avg_loss: '0.0' }, 1],
  [{ mos: '4.4' }, 0],
  [{ bitrate: '60' }, undefined],
];

for (const [details, poor] of CALLS)
  test(`a phone sample with ${JSON.stringify(details)} is ${poor === undefined ? 'not judged' : poor === 1 ? 'poor' : 'not poor'}`, (t) => {
    t.deepEqual(poorOf(linesOfOne(call(details))), [poor]);
  });

test('samples whose types come to the same tag are one point, judged as one', (t) => {
  const others = Array.from({ length: 40 }, (_, index) => sample(`type_${index}`, { jitter: '1 ms' }));
  for (const more of [[], others]) {
    const qos = [sample('null', { latency: '900 ms' }), sample('-', { jitter: '1 ms' }), ...more];
    const unknown = linesOfOne(baseEvent({ qos }))
      .map(readLine)
      .filter(({ tags }) => tags['stream'] === 'unknown');
    t.deepEqual(
      unknown.map(({ fields }) => fields),
      [{ jitter_ms: 1, latency_ms: 900, poor: 1 }],
    );
  }
});

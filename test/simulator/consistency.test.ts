import test from 'ava';
import type { ZoomEvent } from '../../src/simulator/event-types.js';
import type { QosSample, QosSummary } from '../../src/simulator/sample-types.js';
import { joinOf, liveSamples, mean, numberIn, story } from './stories.js';

const HOUR = story(75, { participants: 150, meetings: 12 });

test('a join number comes first with joined, then data, then samples, then left and the summaries', (t) => {
  const stage = new Map<string, 'joined' | 'left'>();
  const hasData = new Set<string>();
  let samples = 0;
  for (const event of HOUR) {
    const live = liveSamples(event);
    if (live !== undefined) {
      samples++;
      t.is(stage.get(live.join), 'joined', live.join);
      t.true(hasData.has(live.join));
    }
    const known = joinOf(event);
    if (known?.kind === 'joined') {
      t.false(stage.has(known.join), 'a join number is used once in a meeting');
      stage.set(known.join, 'joined');
    } else if (known?.kind === 'data') {
      t.is(stage.get(known.join), 'joined');
      hasData.add(known.join);
    } else if (known?.kind === 'left') {
      t.is(stage.get(known.join), 'joined');
      stage.set(known.join, 'left');
    } else if (known?.kind === 'summary') {
      t.is(stage.get(known.join), 'left');
    }
  }
  t.true(samples > 4000);
});

test('nobody sends a sample after leaving, not even those whose leaving is told late', (t) => {
  const lastSample = new Map<string, number>();
  let late = 0;
  for (const event of HOUR) {
    const live = liveSamples(event);
    if (live !== undefined) lastSample.set(live.join, live.at);
    if (event.event !== 'meeting.participant_left') continue;
    const leftAt = Date.parse(event.payload.object.participant.leave_time ?? '') + 1000;
    t.true((lastSample.get(joinOf(event)?.join ?? '') ?? 0) <= leftAt);
    if (event.event_ts - leftAt > 50_000) late++;
  }
  t.true(late > 0);
});

test('some come back, under a new number and uuid', (t) => {
  const joins = new Map<string, Set<string>>();
  for (const event of HOUR) {
    if (event.event !== 'meeting.participant_joined') continue;
    const { uuid, participant } = event.payload.object;
    if (participant.email === '') continue;
    const key = `${uuid} ${participant.email}`;
    joins.set(
      key,
      (joins.get(key) ?? new Set()).add(`${participant.user_id} ${participant.participant_uuid}`),
    );
  }
  t.true([...joins.values()].some((numbers) => numbers.size > 1));
});

test('nobody is in two gatherings or calls at a time', (t) => {
  const whereabouts = new Map<string, string>();
  for (const event of HOUR) {
    const live = liveSamples(event);
    const place = live ?? phonePlace(event);
    if (place === undefined || place.email === '') continue;
    const minute = Math.floor((place.at - 20_000) / 60_000);
    const key = `${place.email} ${minute}`;
    const before = whereabouts.get(key);
    // Within one minute someone may leave a call and be sampled in a meeting; three places would be a fault.
    if (before !== undefined && before !== place.join) whereabouts.set(key, `${before} and more`);
    else whereabouts.set(key, place.join);
  }
  const doubled = [...whereabouts.values()].filter((place) => place.endsWith('and more')).length;
  t.true(doubled / whereabouts.size < 0.02, `${doubled} of ${whereabouts.size}`);
});

function phonePlace(event: ZoomEvent): { join: string; email: string; at: number } | undefined {
  if (event.event !== 'phone.call_qos') return undefined;
  const { call_id, call_qos } = event.payload.object;
  return { join: call_id, email: call_qos.user_email ?? '', at: event.event_ts };
}

test('changes of camera and network come as data events of their own', (t) => {
  const last = new Map<string, { camera: string; network: string }>();
  let cameras = 0;
  let docks = 0;
  for (const event of HOUR) {
    if (event.event !== 'meeting.participant_data') continue;
    const { uuid, participant } = event.payload.object;
    const [item] = participant.data;
    if (item === undefined) continue;
    const key = `${uuid} ${participant.participant_id}`;
    const before = last.get(key);
    if (before !== undefined && before.camera === '' && item.camera !== '') cameras++;
    if (before?.network === 'Wifi' && item.network_type === 'Wired') docks++;
    last.set(key, { camera: item.camera, network: item.network_type });
  }
  t.true(cameras > 0);
  t.true(docks > 0);
});

test('a camera that is off sends empty strings', (t) => {
  const off = HOUR.flatMap((event) => liveSamples(event)?.qos ?? []).filter(
    ({ type, details }) => type === 'video_input' && details['bitrate'] === '',
  );
  t.true(off.length > 0);
  for (const { details } of off) t.deepEqual([...new Set(Object.values(details))], ['']);
});

test('each summary has the least, mean and most of the samples that were sent', (t) => {
  const sent = new Map<string, QosSample[]>();
  let summaries = 0;
  for (const event of HOUR) {
    const live = liveSamples(event);
    if (live !== undefined) sent.set(live.join, [...(sent.get(live.join) ?? []), ...live.qos]);
    const records = summaryOf(event);
    if (records === undefined) continue;
    const samples = sent.get(joinOf(event)?.join ?? '') ?? [];
    for (const record of records) checkRecord(t, record, samples);
    summaries++;
  }
  t.true(summaries > 200);
});

function summaryOf(event: ZoomEvent): readonly QosSummary[] | undefined {
  if (event.event === 'session.user_qos_summary') return event.payload.object.user.qos;
  if (
    event.event === 'meeting.participant_qos_summary' ||
    event.event === 'webinar.participant_qos_summary'
  ) {
    return event.payload.object.participant.qos;
  }
  return undefined;
}

const STREAM_KEYS = [
  ['bitrate', 'bitrate', 'bitrate', 'bitrate'],
  ['latency', 'latency', 'latency', 'latency'],
  ['jitter', 'jitter', 'jitter', 'jitter'],
  ['loss', 'avg_loss', 'avg_loss', 'max_loss'],
  ['frame_rate', 'frame_rate', 'frame_rate', 'frame_rate'],
  ['rssi', 'min_rssi', 'avg_rssi', 'max_rssi'],
] as const;

function checkRecord(
  t: import('ava').ExecutionContext,
  { type, details }: QosSummary,
  samples: readonly QosSample[],
): void {
  const values = (key: string): number[] =>
    samples
      .filter((sample) => sample.type === type)
      .map((sample) => numberIn(sample.details[key]))
      .filter((value) => value !== undefined);
  for (const [name, low, middle, high] of STREAM_KEYS) {
    if (details[`avg_${name}`] === undefined) continue;
    t.is(numberIn(details[`min_${name}`]), Math.min(...values(low)));
    t.is(numberIn(details[`max_${name}`]), Math.max(...values(high)));
    const step = name === 'loss' ? 0.05 : 0.5;
    t.true(Math.abs((numberIn(details[`avg_${name}`]) ?? Number.NaN) - mean(values(middle))) <= step + 1e-9);
  }
  if (details['zoom_avg_cpu_usage'] !== undefined) {
    t.is(numberIn(details['zoom_min_cpu_usage']), Math.min(...values('zoom_min_cpu_usage')));
    t.is(numberIn(details['zoom_max_cpu_usage']), Math.max(...values('zoom_max_cpu_usage')));
    t.is(numberIn(details['system_max_cpu_usage']), Math.max(...values('system_max_cpu_usage')));
  }
}

test('the phone summary holds the very samples of its call', (t) => {
  const sent = new Map<string, string[]>();
  let summaries = 0;
  for (const event of HOUR) {
    if (event.event === 'phone.call_qos') {
      const { call_id, call_qos } = event.payload.object;
      sent.set(call_id, [...(sent.get(call_id) ?? []), `${call_qos.type} ${JSON.stringify(call_qos.qos)}`]);
    }
    if (event.event !== 'phone.call_qos_summary') continue;
    const { call_id, call_qos } = event.payload.object;
    const summed = call_qos.flatMap(({ type, qos }) =>
      qos.map((sample) => `${type} ${JSON.stringify(sample)}`),
    );
    t.deepEqual(summed.sort(), (sent.get(call_id) ?? []).sort());
    summaries++;
  }
  t.true(summaries > 5);
});

test('values wander: one minute resembles the one before more than another participant’s', (t) => {
  const latencies = new Map<string, number[]>();
  for (const event of HOUR) {
    const live = liveSamples(event);
    const value = numberIn(live?.qos.find(({ type }) => type === 'audio_output')?.details['latency']);
    if (live === undefined || value === undefined) continue;
    latencies.set(live.join, [...(latencies.get(live.join) ?? []), value]);
  }
  const series = [...latencies.values()].filter((values) => values.length > 10);
  const steps = series.flatMap((values) =>
    values.slice(1).map((value, i) => Math.abs(value - (values[i] ?? 0))),
  );
  const across = series.slice(1).map((values, i) => Math.abs((values[0] ?? 0) - (series[i]?.[0] ?? 0)));
  t.true(mean(steps) < mean(across) / 2);
});

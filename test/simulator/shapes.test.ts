import test from 'ava';
import fc from 'fast-check';
import { createAccount } from '../../src/simulator/account.js';
import type { ZoomEvent } from '../../src/simulator/event-types.js';
import { SCENARIOS } from '../../src/simulator/faults.js';
import { EVENT_FACTS, encodingOf, keyPaths, LIVE_DETAILS, SUMMARY_DETAILS } from './fact-sheet.js';
import { liveSamples, START, story } from './stories.js';

/** What is wrong with an event's keys and encodings; `""` if nothing is. */
function faultOf(event: ZoomEvent): string {
  const facts = EVENT_FACTS[event.event];
  if (facts === undefined) return `unknown event ${event.event}`;
  const keys = keyPaths(event);
  const allowed = new Set([...facts.keys, ...(facts.optional ?? [])]);
  const extra = [...keys].filter((key) => !allowed.has(key));
  if (extra.length > 0) return `${event.event} has ${extra.join()}`;
  const missing = facts.keys.filter((key) => !keys.has(key) && !isInEmptyList(event, key));
  if (missing.length > 0) return `${event.event} lacks ${missing.join()}`;
  return detailFault(event);
}

// Who leaves before the first whole minute has a summary without records.
function isInEmptyList(event: ZoomEvent, key: string): boolean {
  return event.event.endsWith('qos_summary') && key.includes('qos[]');
}

function detailFault(event: ZoomEvent): string {
  const live = liveSamples(event)?.qos ?? [];
  for (const { type, details } of live) {
    const keys = Object.keys(details);
    if (!hasOneOf(LIVE_DETAILS[type], keys)) return `live ${type} has ${keys.join()}`;
    for (const [key, value] of Object.entries(details)) {
      if (!encodingOf(key).test(value)) return `live ${type} ${key} is ${value}`;
    }
  }
  for (const { type, details } of summaryRecords(event)) {
    const keys = Object.keys(details);
    if (!hasOneOf(SUMMARY_DETAILS[type], keys)) return `summary ${type} has ${keys.join()}`;
    for (const [key, value] of Object.entries(details)) {
      if (!encodingOf(key).test(String(value))) return `summary ${type} ${key} is ${value}`;
      if ((typeof value === 'number') !== key.endsWith('_rssi')) return `summary ${key} is a ${typeof value}`;
    }
  }
  return '';
}

function summaryRecords(event: ZoomEvent) {
  if (event.event === 'session.user_qos_summary') return event.payload.object.user.qos;
  if (
    event.event === 'meeting.participant_qos_summary' ||
    event.event === 'webinar.participant_qos_summary'
  ) {
    return event.payload.object.participant.qos;
  }
  return [];
}

function hasOneOf(sets: readonly (readonly string[])[] | undefined, keys: readonly string[]): boolean {
  const sorted = [...keys].sort().join();
  return sets?.some((set) => [...set].sort().join() === sorted) ?? false;
}

test('every event of an hour has exactly the keys and encodings of the reference', (t) => {
  for (const event of story(60, { participants: 300, meetings: 24 })) t.is(faultOf(event), '');
});

test('no account, however it is made, has a field that the reference does not know', (t) => {
  const anyAccount = fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    participants: fc.integer({ min: 1, max: 60 }),
    meetings: fc.integer({ min: 1, max: 9 }),
    scenario: fc.constantFrom(...SCENARIOS),
    timeScale: fc.constantFrom(0.05, 0.3, 1),
  });
  fc.assert(
    fc.property(anyAccount, (options) => {
      let count = 0;
      for (const { event } of createAccount({ startTime: START, ...options }).events()) {
        const fault = faultOf(event);
        if (fault !== '') throw new Error(fault);
        if (++count === 400) break;
      }
    }),
    { numRuns: 60 },
  );
  t.pass('the property held for every account tried');
});

test('live meetings have no number, topic or host; data and summaries have what they should', (t) => {
  for (const event of story(30)) {
    if (event.event === 'meeting.participant_qos')
      t.deepEqual(Object.keys(event.payload.object), ['uuid', 'participant']);
    if (event.event === 'webinar.participant_data_summary') t.false('id' in event.payload.object);
    if (event.event === 'meeting.participant_data_summary')
      t.regex(event.payload.object.id ?? '', /^\d{11}$/);
  }
});

test('live events say WIN where summaries say Windows', (t) => {
  const live = new Set<string>();
  const summed = new Set<string>();
  for (const event of story(60)) {
    if (event.event === 'meeting.participant_data')
      live.add(event.payload.object.participant.data[0]?.device ?? '');
    if (event.event === 'meeting.participant_data_summary') {
      summed.add(event.payload.object.participant.data[0]?.device ?? '');
    }
  }
  t.true(live.has('WIN') && !live.has('Windows'));
  t.true(summed.has('Windows') && !summed.has('WIN'));
});

test('phone values are bare, live samples are objects and the summary’s are arrays', (t) => {
  const bare = {
    bitrate: /^\d+\.\d$/,
    avg_loss: /^\d+\.\d$/,
    max_loss: /^\d+\.\d$/,
    jitter: /^\d+$/,
    network_delay: /^\d+$/,
    mos: /^[1-5]\.\d$/,
  };
  let sawOutside = false;
  for (const event of story(30)) {
    if (event.event === 'phone.call_qos_summary') t.true(Array.isArray(event.payload.object.call_qos));
    if (event.event !== 'phone.call_qos') continue;
    const { id, user_email, qos } = event.payload.object.call_qos;
    for (const [key, form] of Object.entries(bare)) t.regex(qos.details[key] ?? 'missing', form, key);
    t.is(id === '', user_email === undefined);
    t.is(id === '', qos.details['network'] === undefined);
    sawOutside ||= id === '';
  }
  t.true(sawOutside);
});

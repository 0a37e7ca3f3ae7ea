import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { mutateBytes } from '../../fuzz/mutate-bytes.js';
import { mutateJson } from '../../fuzz/mutate-json.js';
import { sampleEvents } from '../../fuzz/sample-events.js';
import { Random } from '../../src/simulator/random.js';
import { decode } from '../../src/zoom/decode.js';
import type { Decoded, Sample } from '../../src/zoom/decoded.js';
import { isRecord, parseJson } from '../../src/zoom/json.js';
import { endOfRegularList, RegularDetails, splitEvent } from '../../src/zoom/regular-samples.js';

const RECEIVED = 1_760_003_600_000;

/** What an event is understood as, with its metrics as parsing gives them; as text, since lone numbers may be NaN. */
function understood(json: unknown, samples?: Parameters<typeof decode>[2]): string {
  if (!isRecord(json)) return 'no object';
  try {
    const result = decode(json, RECEIVED, samples);
    return JSON.stringify(result === undefined ? undefined : { ...result, event: plain(result.event) }) ?? '';
  } catch (error) {
    return String(error);
  }
}

function plain(event: Decoded): unknown {
  if (event.kind === 'qos') return { ...event, samples: event.samples.map(plainSample) };
  if (event.kind !== 'call') return event;
  return {
    ...event,
    parties: event.parties.map((party) => ({ ...party, samples: party.samples.map(plainSample) })),
  };
}

function plainSample(sample: Sample): unknown {
  const { details } = sample;
  return { ...sample, details: details instanceof RegularDetails ? details.toRecord() : details };
}

/** What is read by patterns has to be what parsing the whole gives. Says whether it was read by patterns. */
function agrees(t: ExecutionContext, text: string): boolean {
  let parsed: unknown;
  let isJson = true;
  try {
    parsed = parseJson(text);
  } catch {
    isJson = false;
  }
  let split: ReturnType<typeof splitEvent>;
  try {
    split = splitEvent(text);
  } catch (error) {
    t.true(error instanceof SyntaxError, String(error));
    if (isJson) t.fail(`it is JSON: ${text}`);
    return false;
  }
  if (split === undefined) return false;
  if (!isJson) t.fail(`it is no JSON: ${text}`);
  else if (understood(split.json, split.samples) !== understood(parsed)) {
    t.is(understood(split.json, split.samples), understood(parsed), text);
  }
  return true;
}

const DETAILS = '{"bitrate":"63 kbps","latency":"26 ms"}';
const SAMPLE = `{"date_time":"2025-10-09T08:54:00Z","type":"audio_input","details":${DETAILS}}`;
const QOS = `"qos":[${SAMPLE}]`;
const eventWith = (qos: string) =>
  `{"event":"meeting.participant_qos","event_ts":1760000061000,"payload":{"account_id":"ExAcct","object":{"uuid":"a==","participant":{"user_id":"1",${qos}}}}}`;

const REGULAR = {
  'one sample': eventWith(QOS),
  'two samples': eventWith(`"qos":[${SAMPLE},${SAMPLE.replace('audio_input', 'audio_output')}]`),
  'blanks around': eventWith(QOS).replaceAll('"payload":', '\n "payload" : '),
  'values with signs of all kinds': eventWith(QOS.replace('63 kbps', 'ü 😀 {}[],:')),
  'a type that nobody knows': eventWith(QOS.replace('audio_input', ' __proto__ ')),
  'a list that another participant of the same name hides': eventWith(QOS).replace(
    '}}}}',
    '},"participant":{"user_id":"2"}}}}',
  ),
  'a list somewhere else': eventWith('"x":1').replace('"uuid"', `${QOS},"uuid"`),
  'a byte order mark in front': `\ufeff${eventWith(QOS)}`,
  'a phone call': `{"event":"phone.call_qos","event_ts":1760000061000,"payload":{"object":{"call_id":"7","call_qos":[{"type":"caller",${QOS}}]}}}`,
};

for (const [name, text] of Object.entries(REGULAR))
  test(`${name}: read by patterns as parsing reads it`, (t) => t.true(agrees(t, text)));

const IRREGULAR = {
  'no list': eventWith('"x":1'),
  'an empty list': eventWith('"qos":[]'),
  'an object for a list': eventWith(`"qos":${SAMPLE}`),
  'two lists': eventWith(`${QOS},${QOS}`),
  'a list with a blank in front of it': eventWith(`"qos": [${SAMPLE}]`),
  'another list with a blank behind it': eventWith(`${QOS},"qos" :[]`),
  'another list with a blank in front': eventWith(`"qos" :[],${QOS}`),
  'another list whose key is written with an escape': eventWith(`${QOS},"\\u0071os":[]`),
  'a key that is part of a text': eventWith(`"x":"\\"qos\\":[",${QOS}`),
  'an escape in a value': eventWith(QOS.replace('63', '6\\u0033')),
  'an escape somewhere else': eventWith(QOS).replace('a==', '\\/a'),
  'a number for a value': eventWith(QOS.replace('"63 kbps"', '63')),
  'a metric that comes twice': eventWith(QOS.replace('latency', 'bitrate')),
  'a metric called __proto__': eventWith(QOS.replace('latency', '__proto__')),
  'a metric whose name is a number': eventWith(QOS.replace('latency', '7')),
  'no metrics': eventWith(QOS.replace(DETAILS, '{}')),
  'a metric beside the details': eventWith(QOS.replace('"details"', '"jitter":"1 ms","details"')),
  'keys in another order': eventWith(QOS.replace(/("date_time":"[^"]*"),("type":"[^"]*")/, '$2,$1')),
  'a control character in a value': eventWith(QOS.replace('63', '6\u00013')),
  'a comma too many': eventWith(`"qos":[${SAMPLE},]`),
  'the end of the list cut off': eventWith(QOS).slice(0, -8),
  'a metric with a name longer than any': eventWith(QOS.replace('latency', 'x'.repeat(65))),
  'more metrics than any sample has': eventWith(
    QOS.replace(
      DETAILS,
      `{${Array.from({ length: 65 }, (_, index) => `"${'a'.repeat(index + 1)}":""`).join()}}`,
    ),
  ),
};

for (const [name, text] of Object.entries(IRREGULAR))
  test(`${name}: left to parsing`, (t) => t.false(agrees(t, text)));

test('what is around the list has to be JSON', (t) => {
  t.throws(() => splitEvent(eventWith(QOS).slice(1)), { instanceOf: SyntaxError });
  t.throws(() => splitEvent(`${eventWith(QOS)}}`), { instanceOf: SyntaxError });
});

test('a type of sample may come in more shapes than are kept', (t) => {
  for (let round = 0; round < 3; round += 1)
    for (let count = 1; count <= 20; count += 1) {
      const metrics = Array.from({ length: count }, (_, index) => `"m_${'x'.repeat(index)}":"${round}"`);
      t.true(agrees(t, eventWith(QOS.replace(DETAILS, `{${metrics.join()}}`))), `${count}`);
    }
});

test('samples with the same names in the same order share their list of names', (t) => {
  const namesIn = (text: string) => splitEvent(text)?.samples[0]?.details.names;
  t.deepEqual(namesIn(eventWith(QOS)), ['bitrate', 'latency']);
  t.is(namesIn(eventWith(QOS)), namesIn(eventWith(QOS.replace('63', '64'))));
});

test('the events of the fixtures and of a synthetic account, and any change of them, are read as parsing reads them', (t) => {
  const random = new Random(20);
  const events = sampleEvents();
  let regular = 0;
  for (const event of events) if (agrees(t, JSON.stringify(event))) regular += 1;
  t.true(regular > events.length / 3, `${regular} of ${events.length} regular`);
  let changed = 0;
  for (let round = 0; round < 20; round += 1)
    for (const event of events) {
      if (agrees(t, mutateJson(event, random))) changed += 1;
      const bytes = mutateBytes(Buffer.from(JSON.stringify(event)), random);
      if (agrees(t, bytes.toString('utf8'))) changed += 1;
    }
  t.true(changed > events.length, `${changed} changed ones were regular`);
});

test('a name that no pattern can be made of spoils nothing for the events behind it', (t) => {
  const type = 'a_type_of_its_own';
  const ordinary = eventWith(QOS.replace('audio_input', type));
  t.false(agrees(t, ordinary.replace('latency', 'x'.repeat(40_000))));
  t.true(agrees(t, ordinary));
});

test('a list of regular samples is found to its end, whatever its length', (t) => {
  const list = (count: number) => `[${Array.from({ length: count }, () => SAMPLE).join()}]`;
  for (const count of [1, 2, 13, 20_000]) t.is(endOfRegularList(`${list(count)},`, 0), list(count).length);
  const long = list(20_000);
  t.is(endOfRegularList(long.slice(0, -1), 0), -1);
  t.is(endOfRegularList(long, 1), -1);
  t.is(endOfRegularList('[]', 0), -1);
  const immense = `{${Array.from({ length: 4_000_000 }, () => '"a":""').join()}}`;
  t.is(endOfRegularList(`[${SAMPLE.replace(DETAILS, immense)}]`, 0), -1, 'a pattern can not take it');
});

test('no event is kept alive by the types of its samples', (t) => {
  const program = `
    import { splitEvent } from ${JSON.stringify(fileURLToPath(new URL('../../src/zoom/regular-samples.js', import.meta.url)))};
    const entry = (type) => '{"date_time":"2026-01-15T09:00:00Z","type":"' + type + '","details":{"bitrate":"63 kbps"}}';
    for (let place = 40; place >= 0; place -= 1) {
      const entries = Array.from({ length: place }, () => entry('usual')).concat(entry('x'.repeat(100) + place));
      const text = Buffer.from('{"event":"e","filling":"' + 'y'.repeat(4_000_000) + '","qos":[' + entries + ']}').toString();
      if (splitEvent(text)?.samples.length !== place + 1) process.exit(1);
    }
  `;
  const args = ['--max-old-space-size=64', '--input-type=module', '-e', program];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  t.is(status, 0, stderr.slice(-2_000));
});

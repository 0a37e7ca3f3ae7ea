import { readdirSync, readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { PACKAGE_ROOT } from '../../src/version.js';
import { isRecord, parseJson } from '../../src/zoom/json.js';
import { scanEvent } from '../../src/zoom/scan-event.js';

/** What is accepted has to be what parsing gives. */
function agrees(t: ExecutionContext, body: Buffer): boolean {
  const head = scanEvent(body);
  if (head === undefined) return false;
  const parsed = parseJson(body.toString('utf8'));
  if (!isRecord(parsed)) {
    t.fail('it is no object');
    return false;
  }
  t.is(head.event, parsed['event'] as string);
  t.is(head.event_ts, parsed['event_ts'] as string | number | undefined);
  return true;
}

test('the events of the fixtures are read without being parsed', (t) => {
  const folder = `${PACKAGE_ROOT}/test/fixtures`;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'sequence.json'))
    t.true(agrees(t, readFileSync(`${folder}/${name}`)), name);
});

const SAID = [
  '{"event":"a"}',
  ' {\n"event" :\t"a" ,\r"event_ts": 1760000061000 } ',
  '{"event_ts":"1760000061000","event":"a"}',
  '{"event":"a","event":"b"}',
  '{"payload":{"event":"inner","event_ts":1},"event":"outer"}',
  '{"payload":[{"event":"inner"}],"event":"outer","last":[[],{},[1,-2.5e+3,true,false,null]]}',
  '{"event":"ünï","x":"\\u00e9\\n\\\\"}',
  '{"event":"","event_ts":0}',
];

for (const text of SAID)
  test(`${text} is read as parsing reads it`, (t) => t.true(agrees(t, Buffer.from(text))));

const LEFT_TO_PARSING = [
  '',
  '{',
  '[]',
  'null',
  '{}',
  '{"event":1}',
  '{"event":null}',
  '{"event":{"event":"a"}}',
  '{"event":"a"}}',
  '{"event":"a"} x',
  '{"event":"a",}',
  '{"event":"a" "b":1}',
  '{"event":"a","b":01}',
  '{"event":"a","b":1.}',
  '{"event":"a","b":-}',
  '{"event":"a","b":tru}',
  '{"event":"a","b":[1,]}',
  '{"event":"a","b":[1}',
  '{"event":"a","b":"\\x"}',
  '{"event":"a","b":"\\u12g4"}',
  '{"event":"a","b":"line\nbreak"}',
  '{"event":"a',
  '{"\\u0065vent":"a"}',
  '{"event":"\\u0061"}',
  '{"event":"a","event_ts":12345678901234567890}',
  '{"event":"a","event_ts":1e3}',
  '{"event":"a","event_ts":{}}',
  '\ufeff{"event":"a"}',
  `{"event":"a","b":${'['.repeat(100)}${']'.repeat(100)}}`,
];

for (const text of LEFT_TO_PARSING)
  test(`${text.slice(0, 40)} is left to parsing`, (t) => t.is(scanEvent(Buffer.from(text)), undefined));

test('whatever is accepted is JSON, and read as parsing reads it, also with bytes changed, left out and put in', (t) => {
  const events = fc
    .record({ event: fc.string(), event_ts: fc.oneof(fc.nat(), fc.string()), payload: fc.jsonValue() })
    .map((event) => Buffer.from(JSON.stringify(event)));
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 2)), {
    maxLength: 3,
  });
  let accepted = 0;
  fc.assert(
    fc.property(events, damage, (body, changes) => {
      let bytes = [...body];
      for (const [place, byte, kind] of changes)
        bytes = bytes.toSpliced(
          place % (bytes.length + 1),
          kind === 1 ? 0 : 1,
          ...(kind === 2 ? [] : [byte]),
        );
      if (agrees(t, Buffer.from(bytes))) accepted += 1;
    }),
    { numRuns: 20_000 },
  );
  t.true(accepted > 1_000, `${accepted} accepted`);
});

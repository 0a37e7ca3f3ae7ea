import test from 'ava';
import { reading } from '../e2e/reading.js';
import { toInflux } from '../helpers/bridge-process.js';
import { startTestInflux } from '../helpers/influx.js';
import { until } from '../helpers/until.js';
import { BASE_DETAILS, sample } from '../points/base-event.js';
import { signedPost, statusesIn } from './requests.js';
import { startVictim } from './under-attack/victim.js';

const DEEP = 100_000;
const QOS = JSON.stringify(reading(7));
const ONE = sample('audio_input', BASE_DETAILS);
const lists = '['.repeat(DEEP) + ']'.repeat(DEEP);
const objects = `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`;

/** The event with one value replaced by any JSON: the first of this name, wherever it is. */
function inPlaceOf(name: string, json: string): string {
  let replaced = false;
  const text = JSON.stringify(reading(7), (key, value: unknown) => {
    if (key !== name || replaced) return value;
    replaced = true;
    return '@';
  });
  if (!replaced) throw new Error(`there is no ${name}`);
  return text.replace('"@"', () => json);
}

/** Signed, so let in; then everything behind has to cope with them. */
const BODIES: Readonly<Record<string, string>> = {
  'lists 100,000 deep beside the event': `{"event":"meeting.started","deep":${lists}}`,
  'objects 100,000 deep beside the event': `{"event":"meeting.started","deep":${objects}}`,
  'lists 100,000 deep in place of the payload': inPlaceOf('payload', lists),
  'lists 100,000 deep in place of the details': inPlaceOf('details', lists),
  'objects 100,000 deep in place of a reading': inPlaceOf('bitrate', objects),
  'lists 100,000 deep in place of the readings': inPlaceOf('qos', lists),
  'lists 100,000 deep in place of the time': inPlaceOf('date_time', lists),
  'lists 100,000 deep in place of the join number': inPlaceOf('user_id', lists),
  'a prototype at the top': `{"__proto__":{"event":"meeting.started"},"event":"meeting.started","payload":{}}`,
  'prototypes everywhere': QOS.replaceAll(
    /\{/g,
    '{"__proto__":{"polluted":1,"toString":null},"constructor":{"prototype":{"polluted":1}},',
  ),
  'names that objects have anyway': QOS.replaceAll('"bitrate"', '"hasOwnProperty"').replaceAll(
    '"audio_input"',
    '"constructor"',
  ),
  'a type that objects have anyway': QOS.replaceAll('"audio_input"', '"__proto__"'),
  'every key twice': QOS.replaceAll(/"(\w+)":/g, '"$1":null,"$1":'),
  'the event twice': QOS.replace('{"event"', '{"event":"endpoint.url_validation","event"'),
  'numbers beyond every range': QOS.replaceAll(/"event_ts":\d+/g, `"event_ts":${'9'.repeat(4_000)}`),
  'a number of a million digits': `{"event":"meeting.started","n":${'7'.repeat(1_000_000)}}`,
  'exponents beyond every range': inPlaceOf('bitrate', '1e999999'),
  'small exponents': inPlaceOf('bitrate', '-1e-999999'),
  'numbers in texts beyond every range': inPlaceOf('bitrate', `"${'9'.repeat(400)} kbps"`),
  'half of a pair of surrogates': inPlaceOf('user_id', '"\\ud800"'),
  'a text of a megabyte': inPlaceOf('user_id', JSON.stringify('x'.repeat(1_000_000))),
  'texts of backslashes': inPlaceOf('uuid', JSON.stringify('\\'.repeat(70_000))),
  'control characters': inPlaceOf('uuid', JSON.stringify('a\u0000\u0001\n\r\t,= "\\')),
  'twenty thousand readings': inPlaceOf(
    'qos',
    `[${Array.from({ length: 20_000 }, () => JSON.stringify(ONE)).join(',')}]`,
  ),
  'a hundred thousand keys': `{"event":"meeting.started",${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
};

test.serial(
  'JSON that is deep, hostile or huge is taken, worked on and accounted for, and valid events pass',
  async (t) => {
    const influx = await startTestInflux(t);
    const victim = await startVictim(t, toInflux(influx, influx.bucket));
    for (const [what, body] of Object.entries(BODIES)) t.notThrows(() => JSON.parse(body), what);
    const statuses = await victim.under(t, async () => {
      const all: [string, number[]][] = [];
      for (const [what, body] of Object.entries(BODIES))
        all.push([what, statusesIn(await victim.exchange(signedPost(body), 20_000))]);
      return all;
    });
    for (const [what, status] of statuses) t.deepEqual(status, [204], what);
    await until(
      'everything is worked on',
      async () => (await victim.bridge.status()).counts.waiting === 0,
      90_000,
    );
    const { counts, writer, state } = await victim.bridge.status();
    const { accepted, written, repeated, ignored, quarantined } = counts;
    t.is(accepted, written + repeated + ignored + quarantined);
    t.is(state, 'ok');
    t.is(writer.tally.events['bug'] ?? 0, 0, 'nothing of it meets a fault of the bridge');
    t.is(writer.tally.refusals['influx_bad_line'] ?? 0, 0);
    t.false(victim.bridge.log.some(({ message }) => message === 'the writer failed and is started again'));
    t.is(Object.getOwnPropertyDescriptor(Object.prototype, 'polluted'), undefined);
  },
);

test.serial(
  'what is signed and no JSON object is refused, however it is made, and valid events pass',
  async (t) => {
    const victim = await startVictim(t);
    const broken = [
      lists,
      '['.repeat(1_000_000),
      '{"a":'.repeat(1_000_000),
      `{"event":"x","deep":${'['.repeat(DEEP)}`,
      '"'.repeat(1_000_000),
      `"${'\\'.repeat(1_000_000)}`,
      `{"event":${'"\\u'.repeat(100_000)}`,
      '1'.repeat(4_000_000),
      `${'1'.repeat(4_000_000)}x`,
      `[${' '.repeat(4_000_000)}`,
      '\ufeff\ufeff{"event":"x"}',
      '\u00a0{"event":"x"}',
      '{"event":"x"}\0',
      '{event:"x"}',
      '{"event":"x",}',
      '{"event":"x"/**/}',
      'NaN',
      '{"event":NaN}',
      '{"__proto__":{"event":"x"}}',
      `{"event":"x","n":${'['.repeat(3_000_000)}`,
    ];
    const statuses = await victim.under(t, async () => {
      const all: number[] = [];
      for (const body of broken) all.push(...statusesIn(await victim.exchange(signedPost(body), 20_000)));
      return all;
    });
    t.deepEqual(
      statuses,
      broken.map(() => 400),
    );
  },
);

import test from 'ava';
import fc from 'fast-check';
import { mutateJson } from '../../fuzz/mutate-json.js';
import { sampleEvents } from '../../fuzz/sample-events.js';
import { Random } from '../../src/simulator/random.js';
import { splitEvent } from '../../src/zoom/regular-samples.js';
import { BASE_DETAILS, baseEvent, sample } from './base-event.js';
import { linesOf, startFolding } from './folding.js';

/** What an event becomes, about which nothing was known before. */
function outcomeOf(text: string): unknown {
  const worked = startFolding().fold(text);
  const { outcome, reason, omissions, superseded, quarantine } = worked;
  return { outcome, reason, omissions, superseded, lines: linesOf(worked), kept: quarantine?.detail };
}

/** A blank in front of its lists of samples makes an event be parsed as a whole. */
const asParsed = (text: string) => text.replaceAll('"qos":[', '"qos": [');

const isRegular = (text: string): boolean => {
  try {
    return splitEvent(text) !== undefined;
  } catch {
    return false;
  }
};

/** Forms that values have had, and what only looks like them. */
const value = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', '-', '+', ' ', '.', '--'),
      fc.oneof(
        fc.double({ noNaN: true }).map(String),
        fc.nat().map(String),
        fc.stringMatching(/^[0-9.,]{0,20}$/),
      ),
      fc.constantFrom(
        '',
        ' kbps',
        'kbps',
        ' ms',
        '%',
        ' %',
        ' fps',
        ' Kbps',
        ' mbps',
        ' kbps ',
        ' kbpsx',
        '%%',
        ' m',
      ),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom('', '-', 'n/a', 'normal', 'GOOD', '1280*720', '1280x720 ', 'critical', 'good', 'undefined'),
  fc.string(),
);

test('a value read where it stands is what it is after parsing, whatever it says', (t) => {
  let regular = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom(...Object.keys(BASE_DETAILS), 'resolution', 'quality', 'min_rssi', 'x'),
          value,
        ),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      fc.constantFrom('audio_input', 'cpu_usage', 'wifi_rssi', 'audio_quality', 'anything'),
      fc.boolean(),
      (metrics, type, isSummary) => {
        const event = baseEvent({
          qos: [sample(type, Object.fromEntries(metrics)), sample(type, BASE_DETAILS)],
        });
        const text = JSON.stringify({
          ...event,
          ...(isSummary ? { event: 'meeting.participant_qos_summary' } : {}),
        });
        if (isRegular(text)) regular += 1;
        t.deepEqual(outcomeOf(text), outcomeOf(asParsed(text)), text);
      },
    ),
    { numRuns: 2_000 },
  );
  t.true(regular > 500, `${regular} were read where they stood`);
});

test('events of the fixtures and of a synthetic account, and changes of them, become the same points either way', (t) => {
  const random = new Random(31);
  let regular = 0;
  for (const event of sampleEvents())
    for (const text of [JSON.stringify(event), mutateJson(event, random), mutateJson(event, random)]) {
      if (!isRegular(text)) continue;
      regular += 1;
      t.deepEqual(outcomeOf(text), outcomeOf(asParsed(text)), text);
    }
  t.true(regular > 100, `${regular} were read where they stood`);
});

import test from 'ava';
import { COMPANION_EVENTS, QSS_EVENTS } from '../../src/zoom/event-names.js';
import { isRecord, parseJson } from '../../src/zoom/json.js';
import { startTestInflux } from '../helpers/influx.js';
import { fixtureNames, fixtureSites, readFixtures } from './fixtures.js';
import { startFolding } from './folding.js';
import { readLine } from './line-reading.js';
import { inOrder, readBack, type StoredValue, writeLines } from './read-back.js';

const fixtures = await readFixtures();
const folding = startFolding({ findSite: await fixtureSites() });

// Each depends on those before it, so they are folded in one go.
const folded = new Map(fixtures.map(({ name, body }) => [name, folding.lines(body)]));

for (const { name, lines } of fixtures)
  test(`${name} becomes exactly the lines beside it`, (t) => {
    t.deepEqual(folded.get(name), [...lines]);
  });

test('there is a fixture for every event of the subscription and every companion', (t) => {
  const names = new Set(fixtures.map(({ body }) => eventName(body)));
  t.deepEqual(
    [...QSS_EVENTS.keys(), ...COMPANION_EVENTS.keys()].filter((name) => !names.has(name)),
    [],
  );
});

test('every fixture stands in the sequence once and has its lines', async (t) => {
  const sequence = fixtures.map(({ name }) => name).sort();
  t.deepEqual(sequence, (await fixtureNames('json')).sort());
  t.deepEqual(sequence, (await fixtureNames('lp')).sort());
});

test('InfluxDB gives every value of the fixtures back, with its type, its tags and its time', async (t) => {
  const influx = await startTestInflux(t);
  const lines = fixtures.flatMap((fixture) => fixture.lines);
  t.is(await writeLines(influx, lines), 'stored');
  const read = await readBack(influx, Date.UTC(2026, 2, 4), Date.UTC(2026, 2, 5));
  t.deepEqual(inOrder(read), inOrder(expectedFrom(lines)));
});

function eventName(body: string): string {
  const event = parseJson(body);
  return isRecord(event) ? String(event['event']) : '';
}

/** The live event and the summary of a call give some values twice. */
function expectedFrom(lines: readonly string[]): StoredValue[] {
  const values = lines.map(readLine).flatMap(({ fields, ...point }) =>
    Object.entries(fields).map(([field, value]): [string, StoredValue] => {
      const { measurement, tags, time } = point;
      return [JSON.stringify([measurement, tags, time, field]), { measurement, tags, time, field, value }];
    }),
  );
  return [...new Map(values).values()];
}

import test from 'ava';
import type { Timed } from '../../src/points/timed.js';
import { fixtureSites, readFixtures } from './fixtures.js';
import { startFolding } from './folding.js';

const fixtures = await readFixtures();
const options = { findSite: await fixtureSites() };

test('a restart before any event changes no line: points depend on the event and on what was learned, on nothing else', (t) => {
  const context = new Map<string, Timed>();
  for (const { name, body, lines } of fixtures)
    t.deepEqual(startFolding(options, context).lines(body), [...lines], name);
});

test('an event that is worked again with what was known before it gives the same lines', (t) => {
  const context = new Map<string, Timed>();
  for (const { body, lines } of fixtures) {
    const before = structuredClone(context);
    const first = startFolding(options, context);
    t.deepEqual(first.lines(body), [...lines]);
    t.deepEqual(startFolding(options, before).lines(body), [...lines]);
    t.deepEqual(before, context);
  }
});

test('an event that comes twice is recognised and writes nothing', (t) => {
  const folding = startFolding(options);
  for (const { body } of fixtures) folding.fold(body);
  for (const { name, body } of fixtures) t.is(folding.fold(body).outcome, 'repeated', name);
});

test('what is learned does not depend on the order of the events', (t) => {
  const learned = (bodies: readonly string[]) => {
    const folding = startFolding(options);
    for (const body of bodies) folding.fold(body);
    return new Map([...folding.context].sort());
  };
  const bodies = fixtures.map(({ body }) => body);
  t.deepEqual(learned([...bodies].reverse()), learned(bodies));
});

import test from 'ava';
import fc from 'fast-check';
import { fold, stretchAt, type Timed, valueAt, valuesAt } from '../../src/points/timed.js';

type Told = { readonly at: number; readonly values: Record<string, string | undefined> };

const foldAll = (told: readonly Told[]): Timed =>
  told.reduce<Timed>((timed, { at, values }) => fold(timed, at, values), {});

const value = fc.option(fc.constantFrom('Wifi', 'Wired', 'Cellular', ''), { nil: undefined });
const told = (moments: number): fc.Arbitrary<Told> =>
  fc.record({
    at: fc.integer({ min: 0, max: moments }),
    values: fc.record({ network_type: value, device: value }, { requiredKeys: [] }),
  });
const shuffled = (moments: number, maxLength: number) =>
  fc
    .array(told(moments), { maxLength })
    .chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );

test('what is known is the same whatever the order in which it was told', (t) => {
  fc.assert(
    fc.property(shuffled(15, 40), ([first, second]) => {
      t.deepEqual(foldAll(second), foldAll(first));
    }),
  );
});

test('also where more changes are told than are remembered', (t) => {
  fc.assert(
    fc.property(shuffled(200, 80), ([first, second]) => {
      t.deepEqual(foldAll(second), foldAll(first));
    }),
  );
});

test('telling something twice changes nothing, and the very same object comes back', (t) => {
  fc.assert(
    fc.property(fc.array(told(12), { maxLength: 20 }), (list) => {
      const known = foldAll(list);
      for (const { at, values } of list) t.is(fold(known, at, values), known);
    }),
  );
});

test('a value holds from its moment to the next one', (t) => {
  const known = foldAll([
    { at: 20, values: { device: 'Windows' } },
    { at: 10, values: { device: 'WIN' } },
  ]);
  t.is(valueAt(known, 'device', 10), 'WIN');
  t.is(valueAt(known, 'device', 19), 'WIN');
  t.is(valueAt(known, 'device', 20), 'Windows');
  t.is(valueAt(known, 'device', 99), 'Windows');
});

test('before the first value that is known, the first holds', (t) => {
  const known = fold({}, 10, { device: 'WIN' });
  t.is(valueAt(known, 'device', 0), 'WIN');
  t.is(valueAt(known, 'location', 0), undefined);
});

test('of two values told for one moment the greater stays', (t) => {
  t.deepEqual(fold(fold({}, 5, { site: 'a' }), 5, { site: 'b' }), { site: [[5, 'b']] });
  t.deepEqual(fold(fold({}, 5, { site: 'b' }), 5, { site: 'a' }), { site: [[5, 'b']] });
});

test('the latest sixteen changes of each name are remembered', (t) => {
  let known: Timed = {};
  for (let at = 40; at > 0; at -= 1) known = fold(known, at, { version: String(at) });
  t.deepEqual(
    known['version']?.map(([since]) => since),
    Array.from({ length: 16 }, (_, index) => 25 + index),
  );
});

test('in the stretch around a moment nothing that is known changes', (t) => {
  fc.assert(
    fc.property(fc.array(told(30), { maxLength: 20 }), fc.integer({ min: 0, max: 35 }), (list, at) => {
      const known = foldAll(list);
      const { from, until } = stretchAt(known, at);
      t.true(from <= at && at < until);
      for (let moment = Math.max(0, from); moment < Math.min(until, 40); moment += 1)
        t.deepEqual(valuesAt(known, moment), valuesAt(known, at));
    }),
  );
});

import test from 'ava';
import fc from 'fast-check';
import { Agenda } from '../../src/simulator/agenda.js';
import { Random } from '../../src/simulator/random.js';

test('tasks come in time order, those of one moment in the order in which they were entered', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const agenda = new Agenda<string>();
      times.forEach((at, index) => {
        agenda.add(at, () => `${at} ${index}`);
      });
      const expected = times
        .map((at, index) => ({ at, index }))
        .sort((a, b) => a.at - b.at || a.index - b.index);
      for (const { at, index } of expected) {
        const next = agenda.takeNext();
        if (next?.task(next.at) !== `${at} ${index}`) return false;
      }
      return agenda.takeNext() === undefined && agenda.size === 0;
    }),
  );
  t.pass('the property held');
});

test('a seed gives the same numbers, a fork’s are its own', (t) => {
  const draw = (random: Random): number[] => Array.from({ length: 5 }, () => random.next());
  t.deepEqual(draw(new Random(3)), draw(new Random(3)));
  t.notDeepEqual(draw(new Random(3)), draw(new Random(4)));
  const parent = new Random(3);
  const fork = draw(parent.fork('a'));
  parent.next();
  t.deepEqual(draw(parent.fork('a')), fork);
  t.notDeepEqual(draw(parent.fork('b')), fork);
});

test('numbers stay within their bounds and weights are kept', (t) => {
  const random = new Random(5);
  const counts = { often: 0, seldom: 0 };
  for (let i = 0; i < 10_000; i++) {
    const whole = random.whole(-2, 2);
    t.true(whole >= -2 && whole <= 2);
    counts[
      random.pickWeighted([
        [9, 'often'],
        [1, 'seldom'],
      ] as const)
    ]++;
  }
  t.true(counts.seldom > 850 && counts.seldom < 1150);
  t.throws(() => random.pick([]), { instanceOf: RangeError });
});

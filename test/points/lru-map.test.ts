import test from 'ava';
import { LruMap } from '../../src/points/lru-map.js';

test('what is used stays, however much comes; what is not used goes, and never more than the limit are held', (t) => {
  const map = new LruMap<string, number>(10);
  map.set('used', -1);
  map.set('unused', -2);
  for (let count = 0; count < 100; count += 1) {
    map.set(`other ${count}`, count);
    t.is(map.get('used'), -1);
  }
  t.is(map.get('unused'), undefined);
  const held = Array.from({ length: 100 }, (_, count) => map.get(`other ${count}`)).filter(
    (value) => value !== undefined,
  );
  t.true(held.length <= 10, `${held.length}`);
  t.deepEqual(held.slice(-4), [96, 97, 98, 99]);
});

test('a value that is set again takes the place of the one before, wherever that stood', (t) => {
  const map = new LruMap<string, string>(4);
  map.set('key', 'old');
  for (const other of ['a', 'b']) map.set(other, other);
  map.set('key', 'new');
  t.is(map.get('key'), 'new');
  map.delete('key');
  t.is(map.get('key'), undefined);
});

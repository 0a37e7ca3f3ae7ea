import test from 'ava';
import { withoutValues } from '../../src/writer/without-values.js';

test('a message that quotes a stored value is shown without it, with where it happened', (t) => {
  const message = 'Data read, but end of buffer not reached {"email":"jane@example.com\\n","known":{}}';
  t.is(withoutValues(message), 'Data read, but end of buffer not reached');
  t.is(
    withoutValues(`Error: ${message}\nmore of it\n    at decode (file.js:1:1)\n    at get (file.js:2:2)`),
    'Error: Data read, but end of buffer not reached\n    at decode (file.js:1:1)\n    at get (file.js:2:2)',
  );
});

test('other messages stay as they are', (t) => {
  for (const text of ['', 'the disk is gone', 'Unexpected end of MessagePack data\n    at x'])
    t.is(withoutValues(text), text);
});

import test from 'ava';
import fc from 'fast-check';
import { readRecord, writeRecord } from '../../src/archive/record.js';

const body = (text: string) => Buffer.from(text);

test('a line of the archive is JSON with the bytes of the event in its midst', (t) => {
  const event = '{"event":"meeting.started","event_ts":1760000061000, "n":1.0,"id":9007199254740993}';
  const line = writeRecord({ receivedMs: 1_768_471_200_123, again: false, body: body(event) });
  t.is(line.toString(), `{"received":1768471200123,"event":${event}}\n`);
  t.is(
    writeRecord({ receivedMs: 5, again: true, body: body('{}') }).toString(),
    '{"received":5,"again":true,"event":{}}\n',
  );
});

test('a body with line breaks or a byte order mark keeps its bytes and still takes one line', (t) => {
  for (const text of ['{\n"event":"x"}', '{"event":"x"\r}', '\ufeff{"event":"x"}', ' {"event":"x"} ', '']) {
    const line = writeRecord({ receivedMs: 1, again: false, body: body(text) });
    t.is(line.indexOf('\n'), line.length - 1, JSON.stringify(text));
    t.notThrows(() => JSON.parse(line.toString()));
    t.is(readRecord(line.subarray(0, -1))?.body.toString(), text);
  }
});

test('any bytes, whatever they are, come back as they were', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.boolean(),
      fc.nat(2 ** 31),
      fc.boolean(),
      (bytes, again, receivedMs, braces) => {
        const own = braces ? Buffer.concat([body('{'), bytes, body('}')]) : Buffer.from(bytes);
        const line = writeRecord({ receivedMs, again, body: own });
        t.deepEqual(readRecord(line.subarray(0, -1)), { receivedMs, again, body: own });
      },
    ),
  );
});

test('what is no line of the archive is told from one', (t) => {
  for (const text of [
    '',
    '{}',
    '{"event":"x"}',
    '{"received":1}',
    '{"received":"1","event":{}}',
    '{"received":1,"event":{}',
    '{"received":1,"base64":"{}"}',
    '{"received":1,"base64":"e30="',
    ' {"received":1,"event":{}}',
  ])
    t.is(readRecord(body(text)), undefined, text);
});

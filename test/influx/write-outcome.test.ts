import test from 'ava';
import { InfluxWriter } from '../../src/influx/influx-writer.js';
import { readRetryAfter, type WaitReason, type WriteOutcome } from '../../src/influx/write-outcome.js';
import { startAnsweringServer } from './answering-server.js';

type Given = {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
};

/** Sends one line to a server that gives this answer, and says what that meant. */
async function outcomeOfAnswer(
  t: Parameters<typeof startAnsweringServer>[0],
  { status, type = 'application/json; charset=utf-8', body = '{}', headers = {} }: Given,
): Promise<WriteOutcome> {
  const url = await startAnsweringServer(t, (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  });
  const writer = new InfluxWriter({ url, token: 'token', org: 'org', bucket: 'zoom' });
  t.teardown(async () => writer.close());
  return await writer.send(['zoom_qos,meeting=m value=1 1760000000'], 's');
}

const json = (code: string, message: string) => JSON.stringify({ code, message });
const HTML = '<html><body><h1>Service</h1></body></html>';

const WAITS: readonly [status: number, type: 'json' | 'html', reason: WaitReason][] = [
  [200, 'html', 'not_influxdb'],
  [301, 'html', 'not_influxdb'],
  [302, 'html', 'not_influxdb'],
  [400, 'html', 'not_influxdb'],
  [401, 'json', 'unauthorized'],
  [401, 'html', 'unauthorized'],
  [403, 'json', 'unauthorized'],
  [403, 'html', 'unauthorized'],
  [404, 'json', 'not_found'],
  [404, 'html', 'not_influxdb'],
  [405, 'html', 'not_influxdb'],
  [408, 'html', 'not_influxdb'],
  [418, 'json', 'not_influxdb'],
  [429, 'json', 'overloaded'],
  [429, 'html', 'overloaded'],
  [500, 'json', 'server_error'],
  [500, 'html', 'server_error'],
  [502, 'html', 'server_error'],
  [503, 'json', 'overloaded'],
  [503, 'html', 'overloaded'],
  [504, 'html', 'server_error'],
];

for (const [status, type, reason] of WAITS)
  test(`${status} as ${type} means: wait, because of ${reason}`, async (t) => {
    const outcome = await outcomeOfAnswer(t, {
      status,
      ...(type === 'json'
        ? { body: json('some code', 'some reason') }
        : { type: 'text/html; charset=utf-8', body: HTML }),
    });
    if (outcome.kind !== 'wait') return t.fail(outcome.kind);
    t.is(outcome.reason, reason);
    t.true(outcome.message.startsWith(`it answered ${status}: `), outcome.message);
    t.false(outcome.message.includes('<h1>'), 'no page is told as a reason');
    if (type === 'json') t.true(outcome.message.endsWith('some reason'));
    t.is(outcome.retryAfterSeconds, undefined);
  });

for (const status of [201, 204])
  test(`${status} means: stored`, async (t) => {
    t.deepEqual(await outcomeOfAnswer(t, { status, body: status === 204 ? '' : '{}' }), { kind: 'stored' });
  });

const RETENTION =
  'failure writing points to database: partial write: points beyond retention policy dropped=2';

test('422 means: a part is stored and the rest never will be', async (t) => {
  t.deepEqual(await outcomeOfAnswer(t, { status: 422, body: json('unprocessable entity', RETENTION) }), {
    kind: 'partial',
    dropped: 2,
    message: RETENTION,
  });
});

test('a 422 that does not say how many were dropped counts as one', async (t) => {
  t.deepEqual(await outcomeOfAnswer(t, { status: 422, body: json('unprocessable entity', 'no') }), {
    kind: 'partial',
    dropped: 1,
    message: 'no',
  });
});

test('a 500 that speaks of a partial write means the same as 422', async (t) => {
  t.deepEqual(await outcomeOfAnswer(t, { status: 500, body: json('internal error', RETENTION) }), {
    kind: 'partial',
    dropped: 2,
    message: RETENTION,
  });
});

test('a 503 that speaks of a partial write is waited for all the same', async (t) => {
  t.is((await outcomeOfAnswer(t, { status: 503, body: json('unavailable', RETENTION) })).kind, 'wait');
});

test('400 from InfluxDB means: a line can not be read', async (t) => {
  t.deepEqual(await outcomeOfAnswer(t, { status: 400, body: json('invalid', "unable to parse 'X'") }), {
    kind: 'bad_line',
    message: "unable to parse 'X'",
  });
});

test('a 400 whose long list of lines was cut is understood', async (t) => {
  const outcome = await outcomeOfAnswer(t, { status: 400, body: json('invalid', 'x'.repeat(100_000)) });
  t.is(outcome.kind, 'bad_line');
});

test('a message over several lines becomes one, of bounded length', async (t) => {
  const outcome = await outcomeOfAnswer(t, {
    status: 400,
    body: json('invalid', `a\nb\n\n${'c'.repeat(800)}`),
  });
  if (outcome.kind !== 'bad_line') return t.fail(outcome.kind);
  t.true(outcome.message.startsWith('a b ccc'));
  t.is(outcome.message.length, 500);
});

const SERIES = `zoom_qos,account_id=A,device=Ada\\\\ at\\\\ home,meeting=${'m'.repeat(300)}`;

test('how many were dropped is read however long the message is, and what it quotes of points is not told on', async (t) => {
  const point = (name: string, time: string) =>
    `${name} point ${SERIES} at ${time} dropped because it violates a bound`;
  const outcome = await outcomeOfAnswer(t, {
    status: 422,
    body: json(
      'unprocessable entity',
      `partial write: dropped 17 points outside retention policy of duration 24h0m0s - ${point('oldest', '2025-10-08T08:54:00Z')}, ${point('newest', '2025-10-09T08:54:00Z')} dropped=17 for database: 6c2360eee06999c4`,
    ),
  });
  if (outcome.kind !== 'partial') return t.fail(outcome.kind);
  t.is(outcome.dropped, 17);
  t.is(
    outcome.message,
    'partial write: dropped 17 points outside retention policy of duration 24h0m0s - oldest point of zoom_qos at 2025-10-08T08:54:00Z dropped because it violates a bound, newest point of zoom_qos at 2025-10-09T08:54:00Z dropped because it violates a bound dropped=17 for database: 6c2360eee06999c4',
  );
});

test('a line that could not be read is not told on either', async (t) => {
  const bad = (name: string) =>
    `unable to parse '${name},device=Ada\\'s email="ada@example.com" NaN': bad timestamp`;
  const outcome = await outcomeOfAnswer(t, {
    status: 400,
    body: json('invalid', `${bad('zoom_qos')}\n${bad('zoom_cpu')}`),
  });
  if (outcome.kind !== 'bad_line') return t.fail(outcome.kind);
  t.is(
    outcome.message,
    'unable to parse a line of zoom_qos: bad timestamp unable to parse a line of zoom_cpu: bad timestamp',
  );
});

test('413 means: too much at once, from InfluxDB or from a proxy before it', async (t) => {
  t.is(
    (await outcomeOfAnswer(t, { status: 413, body: json('request too large', 'too large') })).kind,
    'too_large',
  );
  t.is((await outcomeOfAnswer(t, { status: 413, type: 'text/html', body: HTML })).kind, 'too_large');
});

test('a refused connection means: not reachable', async (t) => {
  const writer = new InfluxWriter({ url: 'http://127.0.0.1:1', token: 'token', org: 'org', bucket: 'zoom' });
  const outcome = await writer.send(['m,t=1 f=1 1'], 's');
  if (outcome.kind !== 'wait') return t.fail(outcome.kind);
  t.is(outcome.reason, 'unreachable');
  t.regex(outcome.message, /ECONNREFUSED/);
});

test('a connection that is cut before the answer means: not reachable', async (t) => {
  const url = await startAnsweringServer(t, (request) => request.socket.destroy());
  const outcome = await new InfluxWriter({ url, token: 't', org: 'o', bucket: 'b' }).send(
    ['m,t=1 f=1 1'],
    's',
  );
  if (outcome.kind !== 'wait') return t.fail(outcome.kind);
  t.is(outcome.reason, 'unreachable');
});

test('no answer in time means: timeout', async (t) => {
  const url = await startAnsweringServer(t, (request) => request.resume());
  const outcome = await new InfluxWriter({ url, token: 't', org: 'o', bucket: 'b' }, 200).send(
    ['m,t=1 f=1 1'],
    's',
  );
  if (outcome.kind !== 'wait') return t.fail(outcome.kind);
  t.is(outcome.reason, 'timeout');
});

for (const status of [429, 503])
  test(`Retry-After of a ${status} is in seconds`, async (t) => {
    const outcome = await outcomeOfAnswer(t, {
      status,
      body: json('x', 'x'),
      headers: { 'retry-after': '7' },
    });
    t.is(outcome.kind === 'wait' ? outcome.retryAfterSeconds : undefined, 7);
  });

const NOW = Date.parse('2025-10-09T08:54:21Z');
const RETRY_AFTER: readonly [value: string | string[] | undefined, seconds: number | undefined][] = [
  [undefined, undefined],
  ['0', 0],
  ['30', 30],
  [' 30 ', 30],
  ['999999', 999_999],
  ['Thu, 09 Oct 2025 08:55:21 GMT', 60],
  ['Thu, 09 Oct 2025 08:54:21 GMT', 0],
  ['Thu, 09 Oct 2025 08:00:00 GMT', 0],
  ['', undefined],
  ['-1', undefined],
  ['+5', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['10s', undefined],
  ['10, 20', undefined],
  ['1000000', undefined],
  ['Infinity', undefined],
  ['2025-10-09T08:55:21Z', undefined],
  ['Thu, 09 Oct 2025 08:55:21 CET', undefined],
  ['Thu, 09 Oct 2025', undefined],
  ['Thu, 99 Oct 2025 08:55:21 GMT', undefined],
  ['1760000000000', undefined],
  [['10', '20'], undefined],
];

for (const [value, seconds] of RETRY_AFTER)
  test(`Retry-After ${JSON.stringify(value)} is ${seconds === undefined ? 'passed over' : `${seconds} s`}`, (t) => {
    t.is(readRetryAfter(value, NOW), seconds);
  });

test('a request is what was given, though its memory is used for something else at once', async (t) => {
  const bodies: string[] = [];
  const url = await startAnsweringServer(t, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(204).end();
    });
  });
  const writer = new InfluxWriter({ url, token: 'token', org: 'org', bucket: 'zoom' });
  t.teardown(async () => writer.close());
  const line = 'zoom_qos,meeting=m value=1 1760000000\n';
  for (const count of [1, 100, 60_000]) {
    const bytes = Buffer.from(line.repeat(count));
    const sent = writer.send(bytes, 's');
    bytes.fill(0);
    t.deepEqual(await sent, { kind: 'stored' });
    t.true(bodies.at(-1) === line.repeat(count), `${count} lines`);
  }
});

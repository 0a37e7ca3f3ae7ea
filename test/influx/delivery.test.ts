import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { Delivery, type Obstacle } from '../../src/influx/delivery.js';
import { InfluxWriter } from '../../src/influx/influx-writer.js';
import type { BatchLine } from '../../src/influx/line-batch.js';
import { startAnsweringServer } from './answering-server.js';

type Answer = (lines: readonly string[], response: ServerResponse, request: IncomingMessage) => void;

type Running = {
  readonly url: string;
  /** The lines of each request, in order. */
  readonly requests: string[][];
  /** When each request came, ms. */
  readonly times: number[];
  /** The lines that were answered with 204. */
  readonly stored: string[];
};

const json = (response: ServerResponse, status: number, code: string, message: string) =>
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify({ code, message }));

const store: Answer = (_lines, response) => response.writeHead(204).end();

/** A server like InfluxDB's write endpoint; `answer` decides, by the number of the request. */
async function startStoring(t: ExecutionContext, answer: (index: number) => Answer): Promise<Running> {
  const requests: string[][] = [];
  const times: number[] = [];
  const stored: string[] = [];
  const url = await startAnsweringServer(t, async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const lines = text.toString('utf8').split('\n');
    requests.push(lines);
    times.push(performance.now());
    response.on('finish', () => {
      if (response.statusCode === 204) stored.push(...lines);
    });
    answer(requests.length - 1)(lines, response, request);
  });
  return { url, requests, times, stored };
}

function startDelivery(t: ExecutionContext, url?: string, timeoutMs?: number) {
  const obstacles: (Obstacle | undefined)[] = [];
  const delivery = new Delivery({ random: () => 0, onObstacle: (obstacle) => obstacles.push(obstacle) });
  const writerTo = (to: string) =>
    new InfluxWriter({ url: to, token: 'token', org: 'org', bucket: 'zoom' }, timeoutMs);
  if (url !== undefined) delivery.setWriter(writerTo(url));
  t.teardown(async () => delivery.close());
  return { delivery, obstacles, writerTo };
}

const line = (name: string, time = 1_760_000_040_000): BatchLine => ({
  text: `zoom_qos,meeting=${name} latency_ms=134`,
  time,
  seq: 1,
});

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => line(String(index), 1_760_000_000_000 + index * 60_000));

test('nothing to write asks nobody', async (t) => {
  const server = await startStoring(t, () => store);
  const { delivery } = startDelivery(t, server.url);
  t.deepEqual(await delivery.deliver([]), []);
  t.is(server.requests.length, 0);
});

test('many lines go in one compressed request, whole and in order', async (t) => {
  const server = await startStoring(t, () => store);
  const { delivery } = startDelivery(t, server.url);
  const given = lines(5_000);
  t.deepEqual(await delivery.deliver(given), []);
  t.deepEqual(server.requests, [given.map(({ text, time }) => `${text} ${time / 1000}`)]);
});

const rejectNaN: Answer = (given, response, request) =>
  given.some((text) => text.includes(' NaN'))
    ? json(response, 400, 'invalid', "unable to parse 'X': bad timestamp")
    : store(given, response, request);

test('of three events the lines of the first and the third arrive where the second is malformed', async (t) => {
  const server = await startStoring(t, () => rejectNaN);
  const { delivery, obstacles } = startDelivery(t, server.url);
  const bad = line('two', Number.NaN);
  const refusals = await delivery.deliver([line('one'), bad, line('three')]);
  t.deepEqual(refusals, [
    { line: bad, reason: 'influx_bad_line', message: "unable to parse 'X': bad timestamp" },
  ]);
  t.deepEqual(
    server.stored.map((text) => /meeting=(\w+)/.exec(text)?.[1]),
    ['one', 'three'],
  );
  t.deepEqual(obstacles, [], 'a bad line is not in the way of the others');
  t.is(server.requests.filter((given) => given.length === 1 && given[0]?.includes('NaN')).length, 1);
});

test('whichever lines are malformed, exactly these are refused and all others arrive once', async (t) => {
  const server = await startStoring(
    t,
    () => (given, response) =>
      given.some((text) => text.includes('bad'))
        ? json(response, 400, 'invalid', 'unable to parse')
        : store(given, response, response.req),
  );
  const { delivery } = startDelivery(t, server.url);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), async (flags) => {
      server.stored.length = 0;
      const given = flags.map((isBad, index) => line(`${isBad ? 'bad' : 'good'}${index}`));
      const refusals = (await delivery.deliver(given)) ?? [];
      const expected = given.filter(({ text }) => text.includes('bad'));
      const arrived = server.stored.map((text) => /meeting=(\w+)/.exec(text)?.[1]);
      t.deepEqual(
        refusals.map((refusal) => refusal.line),
        expected,
      );
      t.deepEqual(
        arrived,
        given.filter((one) => !expected.includes(one)).map(({ text }) => /meeting=(\w+)/.exec(text)?.[1]),
      );
    }),
    { numRuns: 40 },
  );
});

test('one bad line among five thousand costs a few dozen requests, not thousands', async (t) => {
  const server = await startStoring(t, () => rejectNaN);
  const { delivery } = startDelivery(t, server.url);
  const given = [...lines(3_000), line('bad', Number.NaN), ...lines(1_999)];
  const refusals = await delivery.deliver(given);
  t.is(refusals?.length, 1);
  t.is(server.stored.length, 4_999);
  t.true(server.requests.length <= 30, `${server.requests.length} requests`);
});

test('413 halves until it fits', async (t) => {
  const server = await startStoring(
    t,
    () => (given, response) =>
      given.length > 3 ? response.writeHead(413).end() : response.writeHead(204).end(),
  );
  const { delivery } = startDelivery(t, server.url);
  const given = lines(10);
  t.deepEqual(await delivery.deliver(given), []);
  t.deepEqual(
    server.stored,
    given.map(({ text, time }) => `${text} ${time / 1000}`),
  );
});

test('a single line that is too large is refused, its neighbours arrive', async (t) => {
  const server = await startStoring(
    t,
    () => (given, response) =>
      given.some((text) => text.includes('huge'))
        ? response.writeHead(413).end()
        : response.writeHead(204).end(),
  );
  const { delivery } = startDelivery(t, server.url);
  const refusals = await delivery.deliver([line('one'), line('huge'), line('three')]);
  t.is(refusals?.length, 1);
  t.is(server.stored.length, 2);
});

const RETENTION =
  'failure writing points to database: partial write: points beyond retention policy dropped=1';

for (const status of [422, 500])
  test(`a partial write told by ${status} is one request only, and one line counts as lost`, async (t) => {
    const server = await startStoring(
      t,
      () => (_given, response) => json(response, status, 'unprocessable entity', RETENTION),
    );
    const { delivery, obstacles } = startDelivery(t, server.url);
    const given = [line('one', 3_000), line('two', 1_000), line('three', 2_000)];
    const refusals = await delivery.deliver(given);
    t.deepEqual(
      refusals?.map((refusal) => [refusal.line, refusal.reason, refusal.message]),
      [[given[1], 'influx_refused', RETENTION]],
    );
    await delay(700);
    t.is(server.requests.length, 1, 'it is never sent again');
    t.deepEqual(obstacles, []);
  });

const WAITED_FOR: readonly [what: string, reason: string, answer: Answer][] = [
  ['401', 'unauthorized', (_given, response) => json(response, 401, 'unauthorized', 'unauthorized access')],
  ['403', 'unauthorized', (_given, response) => json(response, 403, 'forbidden', 'no')],
  ['404', 'not_found', (_given, response) => json(response, 404, 'not found', 'bucket "zoom" not found')],
  ['429', 'overloaded', (_given, response) => json(response, 429, 'too many requests', 'slow down')],
  ['500', 'server_error', (_given, response) => json(response, 500, 'internal error', 'engine closed')],
  ['503', 'overloaded', (_given, response) => json(response, 503, 'unavailable', 'starting')],
  [
    "a proxy's page",
    'server_error',
    (_given, response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
  ],
  ['a page with 200', 'not_influxdb', (_given, response) => response.writeHead(200).end('<h1>Sign in</h1>')],
  ['a cut connection', 'unreachable', (_given, _response, request) => request.socket.destroy()],
];

for (const [what, reason, answer] of WAITED_FOR)
  test(`${what}: everything is kept and arrives once the cause is gone`, async (t) => {
    const server = await startStoring(t, (index) => (index < 2 ? answer : store));
    const { delivery, obstacles } = startDelivery(t, server.url);
    const given = lines(3);
    t.deepEqual(await delivery.deliver(given), []);
    t.is(server.requests.length, 3);
    t.is(server.stored.length, 3);
    t.deepEqual(
      obstacles.map((obstacle) => obstacle?.reason),
      [reason, undefined],
      'told once for each change',
    );
    const [first = 0, second = 0, third = 0] = server.times;
    t.true(second - first >= 370, `first wait ${second - first} ms`);
    t.true(third - second >= 740, `second wait ${third - second} ms`);
    t.is(delivery.obstacle, undefined);
  });

test('Retry-After is waited for, in seconds', async (t) => {
  const server = await startStoring(t, (index) =>
    index === 0 ? (_given, response) => response.writeHead(429, { 'retry-after': '2' }).end('{}') : store,
  );
  const { delivery } = startDelivery(t, server.url);
  t.deepEqual(await delivery.deliver(lines(1)), []);
  const [first = 0, second = 0] = server.times;
  t.true(second - first >= 1_950 && second - first < 4_000, `${second - first} ms`);
});

test('a server that takes the request and never answers is left; the next try uses a new connection', async (t) => {
  const ports: (number | undefined)[] = [];
  const closed: Promise<unknown>[] = [];
  const server = await startStoring(t, (index) => (given, response, request) => {
    ports.push(request.socket.remotePort);
    if (index > 0) return store(given, response, request);
    closed.push(once(request.socket, 'close'));
  });
  const { delivery, obstacles } = startDelivery(t, server.url, 300);
  t.deepEqual(await delivery.deliver(lines(2)), []);
  t.deepEqual(
    obstacles.map((obstacle) => obstacle?.reason),
    ['timeout', undefined],
  );
  t.is(new Set(ports).size, 2);
  await Promise.all(closed);
  t.is(server.stored.length, 2);
});

test('without a target it waits, says so, and begins as soon as it has one', async (t) => {
  const server = await startStoring(t, () => store);
  const { delivery, obstacles, writerTo } = startDelivery(t);
  const delivered = delivery.deliver(lines(1));
  await delay(1_200);
  t.is(delivery.obstacle?.reason, 'not_configured');
  const since = performance.now();
  delivery.setWriter(writerTo(server.url));
  t.deepEqual(await delivered, []);
  t.true(performance.now() - since < 1_000, 'the wait, by now of 1.5 s, was broken off');
  t.deepEqual(
    obstacles.map((obstacle) => obstacle?.reason),
    ['not_configured', undefined],
  );
});

test('a new target is used at once while the old one can not be reached', async (t) => {
  const server = await startStoring(t, () => store);
  const { delivery, writerTo } = startDelivery(t, 'http://127.0.0.1:1');
  const delivered = delivery.deliver(lines(1));
  await delay(1_300);
  t.is(delivery.obstacle?.reason, 'unreachable');
  const since = performance.now();
  delivery.setWriter(writerTo(server.url));
  t.deepEqual(await delivered, []);
  t.true(performance.now() - since < 1_000);
});

test('told to stop during a wait it tries once more and gives up at once', async (t) => {
  const server = await startStoring(
    t,
    () => (_given, response) => response.writeHead(429, { 'retry-after': '60' }).end('{}'),
  );
  const { delivery } = startDelivery(t, server.url);
  const delivered = delivery.deliver(lines(1));
  while (server.requests.length === 0) await delay(10);
  await delay(50);
  const since = performance.now();
  delivery.stop();
  t.is(await delivered, undefined);
  t.true(performance.now() - since < 1_000);
  t.is(server.requests.length, 2);
});

test('told to stop it still writes what can be written', async (t) => {
  const server = await startStoring(t, () => store);
  const { delivery } = startDelivery(t, server.url);
  delivery.stop();
  t.deepEqual(await delivery.deliver(lines(2)), []);
  t.is(server.stored.length, 2);
});

test('closed while an answer is awaited it gives up at once', async (t) => {
  const server = await startStoring(t, () => () => {});
  const { delivery } = startDelivery(t, server.url);
  const delivered = delivery.deliver(lines(1));
  while (server.requests.length === 0) await delay(10);
  const since = performance.now();
  delivery.close();
  t.is(await delivered, undefined);
  t.true(performance.now() - since < 1_000);
});

test('closed between two requests it sends no other', async (t) => {
  const server = await startStoring(t, () => store);
  const { delivery } = startDelivery(t, server.url);
  t.deepEqual(await delivery.deliver(lines(1)), []);
  delivery.close();
  t.is(await delivery.deliver(lines(1)), undefined);
  t.is(server.requests.length, 1);
});

test('closed while a batch is taken apart it gives up in the middle', async (t) => {
  const server = await startStoring(t, () => (given, response) => {
    if (given.length > 1) return json(response, 400, 'invalid', 'unable to parse');
    delivery.close();
    response.writeHead(204).end();
  });
  const { delivery } = startDelivery(t, server.url);
  t.is(await delivery.deliver(lines(8)), undefined);
  t.is(server.requests.filter((given) => given.length === 1).length, 1);
});

/** Enough lines of two measurements for two requests. */
const manyLines = (): BatchLine[] =>
  Array.from({ length: 1_200 }, (_, seq) => ({
    text: `${seq % 2 === 0 ? 'zoom_qos' : 'zoom_score'},meeting=${seq} value=1`,
    time: 1_760_000_000_000,
    seq,
  }));
const isOfQos = (given: readonly string[]) => given[0]?.startsWith('zoom_qos,') === true;

test('the two requests of many lines are under way at the same time', async (t) => {
  const waiting: ServerResponse[] = [];
  const server = await startStoring(t, () => (_given, response) => {
    waiting.push(response);
    if (waiting.length === 2) for (const other of waiting) other.writeHead(204).end();
  });
  const { delivery } = startDelivery(t, server.url);
  t.deepEqual(await delivery.deliver(manyLines()), [], 'neither is answered before the other has come');
  t.is(server.stored.length, 1_200);
});

test('while one of two requests is stored and the other waits, the obstacle is told, until that one is stored too', async (t) => {
  let isBack = false;
  const server = await startStoring(t, () => (given, response) => {
    if (isOfQos(given) || isBack) response.writeHead(204).end();
    else json(response, 503, 'unavailable', 'busy');
  });
  const { delivery, obstacles } = startDelivery(t, server.url);
  const delivered = delivery.deliver(manyLines());
  while (server.stored.length === 0 || obstacles.length === 0) await delay(10);
  await delay(50);
  t.is(delivery.obstacle?.reason, 'overloaded');
  isBack = true;
  t.deepEqual(await delivered, []);
  t.is(delivery.obstacle, undefined);
  t.deepEqual(
    obstacles.map((obstacle) => obstacle?.reason),
    ['overloaded', undefined],
  );
  t.is(server.requests.filter(isOfQos).length, 1, 'what was stored is not sent again');
});

test('an answer that says to wait breaks off no other request', async (t) => {
  let late: ServerResponse | undefined;
  const server = await startStoring(t, (index) => (given, response) => {
    if (isOfQos(given)) {
      late = response;
      return;
    }
    if (index < 2) json(response, 503, 'unavailable', 'busy');
    else {
      response.writeHead(204).end();
      late?.writeHead(204).end();
    }
  });
  const { delivery } = startDelivery(t, server.url);
  t.deepEqual(await delivery.deliver(manyLines()), []);
  t.is(server.requests.filter(isOfQos).length, 1);
});

test('refused lines of both requests are told', async (t) => {
  const server = await startStoring(t, () => (given, response) => {
    const bad = given.filter((text) => /meeting=(?:4|7) /.test(text));
    if (bad.length === 0) response.writeHead(204).end();
    else json(response, 400, 'invalid', 'unable to parse');
  });
  const { delivery } = startDelivery(t, server.url);
  const refusals = (await delivery.deliver(manyLines())) ?? [];
  t.deepEqual(refusals.map((refusal) => refusal.line.seq).sort(), [4, 7]);
  t.is(new Set(server.stored).size, 1_198);
});

test('given up in one of two requests, a batch is given up', async (t) => {
  const server = await startStoring(t, () => (given, response) => {
    if (isOfQos(given)) response.writeHead(204).end();
    else json(response, 503, 'unavailable', 'busy');
  });
  const { delivery } = startDelivery(t, server.url);
  delivery.stop();
  t.is(await delivery.deliver(manyLines()), undefined);
  t.is(server.stored.length, 600);
});

/** Answers 413 to more than so many lines, and nothing to fewer. */
const tooLargeOrSilent =
  (most: number): Answer =>
  (given, response) => {
    if (given.length > most) response.writeHead(413).end();
  };

test('taken apart, many lines are two requests at a time at most, and closing breaks both off and begins no other', async (t) => {
  const server = await startStoring(t, () => tooLargeOrSilent(500));
  const { delivery } = startDelivery(t, server.url, 10_000);
  const twice = manyLines().flatMap((each) => [each, { ...each, time: each.time + 60_000 }]);
  const delivered = delivery.deliver(twice);
  while (server.requests.length < 6) await delay(10);
  await delay(100);
  const sizes = () => server.requests.map(({ length }) => length).sort((left, right) => right - left);
  t.deepEqual(sizes(), [1_200, 1_200, 600, 600, 300, 300]);
  const since = performance.now();
  delivery.close();
  t.is(await delivered, undefined);
  t.true(performance.now() - since < 1_000);
  await delay(200);
  t.is(server.requests.length, 6);
});

test('a request that is not answered in time is broken off, tried again, and told as such; the other one goes on', async (t) => {
  let brokenOff = 0;
  const attempts = { qos: 0, score: 0 };
  let waiting: ServerResponse | undefined;
  const server = await startStoring(t, () => (given, response) => {
    const kind = isOfQos(given) ? 'qos' : 'score';
    attempts[kind] += 1;
    response.on('close', () => {
      if (response.writableFinished) return;
      brokenOff += 1;
      // The other one is answered once this one was given up.
      waiting?.writeHead(204).end();
    });
    if (kind === 'qos') {
      if (attempts.qos > 1) response.writeHead(204).end();
    } else if (attempts.score === 1) json(response, 503, 'unavailable', 'busy');
    else waiting = response;
  });
  const { delivery, obstacles } = startDelivery(t, server.url, 3_000);
  t.deepEqual(await delivery.deliver(manyLines()), []);
  t.deepEqual(attempts, { qos: 2, score: 2 });
  t.is(brokenOff, 1, 'only the one that was late');
  t.true(obstacles.some((obstacle) => obstacle?.reason === 'timeout'));
  t.false(obstacles.some((obstacle) => obstacle?.reason === 'unreachable'));
  t.is(obstacles.at(-1), undefined);
});

test('once one of two requests is stored the other one is tried again at once', async (t) => {
  const attempts: Record<string, number> = {};
  const server = await startStoring(t, () => (given, response) => {
    const kind = isOfQos(given) ? 'qos' : 'score';
    attempts[kind] = (attempts[kind] ?? 0) + 1;
    const isBack = attempts[kind] > 1;
    if (isBack) response.writeHead(204).end();
    else {
      const headers = { 'content-type': 'application/json', 'retry-after': kind === 'qos' ? '1' : '600' };
      response.writeHead(503, headers).end('{}');
    }
  });
  const { delivery } = startDelivery(t, server.url);
  t.deepEqual(await delivery.deliver(manyLines()), []);
  t.deepEqual(attempts, { qos: 2, score: 2 }, 'it did not wait for ten minutes');
});

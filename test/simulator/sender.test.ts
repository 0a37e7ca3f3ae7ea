import test from 'ava';
import { SimulatorOptionError } from '../../src/simulator/errors.js';
import {
  Sender,
  type SenderOptions,
  ZOOM_RETRY_DELAYS_MS,
  ZOOM_TIMEOUT_MS,
} from '../../src/simulator/sender.js';
import { signBody } from '../../src/zoom/signature.js';
import { type Receiver, type Reply, startReceiver } from './receiver.js';

const SECRET = 'test-secret-token';
const EVENT = {
  event: 'meeting.started',
  event_ts: 1,
  payload: { account_id: 'a', object: { topic: 'Zoë 🦩' } },
};
/** 30, 150 and 510 ms. */
const QUICK = 0.0001;

interface Bench extends AsyncDisposable {
  readonly receiver: Receiver;
  readonly sender: Sender;
}

async function bench(reply: (index: number) => Reply, options: Partial<SenderOptions> = {}): Promise<Bench> {
  const receiver = await startReceiver(reply);
  const sender = new Sender({
    url: receiver.url,
    secret: SECRET,
    retryScale: QUICK,
    timeoutMs: 30_000,
    ...options,
  });
  return {
    receiver,
    sender,
    [Symbol.asyncDispose]: async () => {
      await sender.close();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

test('a request has the headers of Zoom’s, signed over its very bytes', async (t) => {
  await using it = await bench(() => 204);
  const before = Math.floor(Date.now() / 1000);
  const outcome = await it.sender.send(EVENT);
  t.like(outcome, { result: 'delivered', attempts: 1 });
  const [request] = it.receiver.received;
  if (request === undefined) return t.fail('nothing was received');
  const { headers, body } = request;
  t.is(headers['user-agent'], 'Zoom Marketplace/1.0a');
  t.is(headers['content-type'], 'application/json; charset=utf-8');
  t.is(headers['content-length'], String(body.length));
  t.is(headers['transfer-encoding'], undefined);
  t.regex(String(headers['x-zm-request-id']), /^[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}$/);
  t.truthy(headers['x-zm-trackingid']);
  const timestamp = String(headers['x-zm-request-timestamp']);
  t.regex(timestamp, /^\d{10}$/);
  t.true(Number(timestamp) >= before && Number(timestamp) <= before + 2);
  t.is(headers['x-zm-signature'], signBody(SECRET, timestamp, body));
  t.deepEqual(JSON.parse(body.toString()), EVENT);
});

test('extra headers go with every request', async (t) => {
  await using it = await bench(() => 204, { headers: { authorization: 'verification-token' } });
  await it.sender.send(EVENT);
  t.is(it.receiver.received[0]?.headers.authorization, 'verification-token');
});

for (const status of [200, 204]) {
  test(`${status} on the first try is delivered`, async (t) => {
    await using it = await bench(() => status);
    t.like(await it.sender.send(EVENT), { result: 'delivered', attempts: 1 });
    t.like(it.sender.counts, { posted: 1, delivered: 1, retried: 0, byStatus: { [status]: 1 } });
  });
}

for (const status of [201, 202, 301, 302, 307, 400, 401, 404, 413, 429]) {
  test(`${status} loses the event: no second try, no redirect followed`, async (t) => {
    await using it = await bench(() => status);
    t.like(await it.sender.send(EVENT), { result: 'refused', attempts: 1, answer: { status } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    t.is(it.receiver.received.length, 1);
    t.like(it.sender.counts, { refused: 1, retried: 0, byStatus: { [status]: 1 } });
  });
}

const TROUBLES: readonly [name: string, reply: Reply, label: string][] = [
  ['500', 500, '500'],
  ['503', 503, '503'],
  ['a receiver that hangs', 'hang', 'timeout'],
  ['a reset connection', 'reset', 'ECONNRESET'],
  [
    'an answer that never ends',
    (response) => response.writeHead(200, { 'content-length': 5 }).write('{'),
    'timeout',
  ],
];

for (const [name, reply, label] of TROUBLES) {
  test.serial(`${name} is tried again with the same body and request id`, async (t) => {
    await using it = await bench((index) => (index === 0 ? reply : 204), { timeoutMs: 400 });
    t.like(await it.sender.send(EVENT), { result: 'delivered', attempts: 2 });
    const [first, second] = it.receiver.received;
    t.deepEqual(first?.body, second?.body);
    t.is(first?.headers['x-zm-request-id'], second?.headers['x-zm-request-id']);
    t.is(first?.headers['x-zm-trackingid'], second?.headers['x-zm-trackingid']);
    t.like(it.sender.counts, { delivered: 1, retried: 1, byStatus: { [label]: 1, 204: 1 } });
  });
}

for (const status of [200, 201, 202, 206]) {
  test(`${status} on a retry is delivered`, async (t) => {
    await using it = await bench((index) => (index === 0 ? 503 : status));
    t.like(await it.sender.send(EVENT), { result: 'delivered', attempts: 2 });
  });
}

test('a refusal on a retry is final', async (t) => {
  await using it = await bench((index) => (index === 0 ? 503 : 401));
  t.like(await it.sender.send(EVENT), { result: 'refused', attempts: 2 });
});

test('after three retries the event is given up', async (t) => {
  await using it = await bench(() => 503);
  t.like(await it.sender.send(EVENT), { result: 'given up', attempts: 4, answer: { status: 503 } });
  t.like(it.sender.counts, { givenUp: 1, retried: 3, delivered: 0, byStatus: { 503: 4 } });
});

test.serial('the retries come 5, 25 and 85 minutes after the first try, scaled', async (t) => {
  t.deepEqual(ZOOM_RETRY_DELAYS_MS, [300_000, 1_500_000, 5_100_000]);
  const times: number[] = [];
  await using it = await bench(() => {
    times.push(performance.now());
    return 500;
  });
  const start = performance.now();
  await it.sender.send(EVENT);
  t.is(times.length, 4);
  // From the moment of sending, and with room above: what is received late, the first one too, says nothing of the sender.
  [30, 150, 510].forEach((delay, index) => {
    const after = (times[index + 1] ?? 0) - start;
    t.true(after >= delay - 1 && after < delay + 5_000, `${after} ms for ${delay}`);
  });
});

test('a retry is stamped and signed afresh, or keeps its stamp where asked to', async (t) => {
  for (const keepStamp of [false, true]) {
    let clock = 1_768_473_000_000;
    await using it = await bench((index) => (index === 0 ? 503 : 204), {
      keepStamp,
      now: () => {
        clock += 300_000;
        return clock;
      },
    });
    await it.sender.send(EVENT);
    const stamps = it.receiver.received.map(({ headers }) => String(headers['x-zm-request-timestamp']));
    t.deepEqual(stamps, keepStamp ? ['1768473300', '1768473300'] : ['1768473300', '1768473600']);
    for (const { headers, body } of it.receiver.received) {
      t.is(headers['x-zm-signature'], signBody(SECRET, String(headers['x-zm-request-timestamp']), body));
    }
  }
});

test('Zoom waits three seconds for an answer', async (t) => {
  t.is(ZOOM_TIMEOUT_MS, 3000);
  await using it = await bench(() => 'hang', { retryDelaysMs: [], timeoutMs: ZOOM_TIMEOUT_MS });
  const start = performance.now();
  t.like(await it.sender.send(EVENT), { result: 'given up', answer: { reason: 'timeout' } });
  const passed = performance.now() - start;
  t.true(passed >= 2950 && passed < 3800, `${passed}`);
});

test('a receiver that is not there is a network error, tried again', async (t) => {
  const receiver = await startReceiver(() => 204);
  await receiver[Symbol.asyncDispose]();
  const sender = new Sender({ url: receiver.url, secret: SECRET, retryScale: QUICK });
  t.like(await sender.send(EVENT), { result: 'given up', attempts: 4, answer: { reason: 'ECONNREFUSED' } });
  await sender.close();
});

test('a failed TLS handshake loses the event', async (t) => {
  const receiver = await startReceiver(() => 204);
  const sender = new Sender({
    url: receiver.url.replace('http:', 'https:'),
    secret: SECRET,
    retryScale: QUICK,
  });
  const { result, attempts, answer } = await sender.send(EVENT);
  t.is(result, 'refused');
  t.is(attempts, 1);
  t.regex(answer.status === undefined ? answer.reason : '', /SSL|EPROTO/);
  await sender.close();
  await receiver[Symbol.asyncDispose]();
});

test('no more requests are under way than allowed, over few connections', async (t) => {
  let inside = 0;
  let most = 0;
  const receiver = await startReceiver(() => (response) => {
    inside++;
    most = Math.max(most, inside);
    setTimeout(() => {
      inside--;
      response.writeHead(204).end();
    }, 5);
  });
  const sender = new Sender({ url: receiver.url, secret: SECRET, concurrency: 4 });
  for (let i = 0; i < 60; i++) {
    await sender.ready();
    void sender.send(EVENT);
  }
  await sender.idle();
  t.is(sender.counts.delivered, 60);
  t.is(most, 4);
  t.true(new Set(receiver.received.map(({ port }) => port)).size <= 4);
  await sender.close();
  await receiver[Symbol.asyncDispose]();
});

test('a connection that the receiver closed while it was idle is no failed try', async (t) => {
  await using it = await bench((index) => (index === 1 ? 'reset' : 204), { concurrency: 1 });
  await it.sender.send(EVENT);
  t.like(await it.sender.send(EVENT), { result: 'delivered', attempts: 1 });
  const ids = it.receiver.received.map(({ headers }) => headers['x-zm-request-id']);
  t.is(ids[1], ids[2]);
});

test('closing abandons the retries that wait', async (t) => {
  await using it = await bench(() => 503, { retryScale: 1 });
  const outcome = it.sender.send(EVENT);
  while (it.sender.counts.byStatus['503'] === undefined)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await it.sender.close();
  t.like(await outcome, { result: 'abandoned', attempts: 1 });
  t.is(it.sender.counts.abandoned, 1);
});

test('what is no http URL is refused', (t) => {
  for (const url of ['nonsense', 'ftp://example.com/']) {
    t.throws(() => new Sender({ url, secret: SECRET }), {
      instanceOf: SimulatorOptionError,
      message: /url is/,
    });
  }
});

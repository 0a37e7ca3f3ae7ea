import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { UrlValidationError } from '../../src/simulator/errors.js';
import { runSimulation, type SimulationOptions } from '../../src/simulator/simulate.js';
import type { SimulationSummary } from '../../src/simulator/tally.js';
import { likeZoomWants, type Received, type Reply, startReceiver } from './receiver.js';

const SECRET = 'test-secret-token';
// Many runs share one process here; Zoom's three seconds are tested with the sender.
const SMALL = {
  secret: SECRET,
  timeoutMs: 30_000,
  participants: 20,
  meetings: 3,
  minutes: 6,
  seed: 3,
} satisfies Partial<SimulationOptions>;

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((a, b) => a + b, 0);
const named = ({ body }: Received): string => /"event":"([^"]+)"/.exec(body.toString())?.[1] ?? '';

test('a run validates the URL, then posts everything, and the summary agrees with the receiver', async (t) => {
  await using receiver = await startReceiver(likeZoomWants(SECRET));
  const summary = await runSimulation({ url: receiver.url, duplicates: 0.05, unknown: 0.05, ...SMALL });
  const [validation, ...events] = receiver.received;
  t.is(validation && named(validation), 'endpoint.url_validation');
  t.is(summary.posted, events.length);
  t.is(summary.accepted, events.length);
  t.is(sum(summary.byEvent), summary.posted);
  t.deepEqual(summary.byStatus, { 204: events.length });
  t.deepEqual(summary.errors, {});
  const bodies = events.map(({ body }) => body.toString());
  t.is(summary.repeatedOnPurpose, bodies.length - new Set(bodies).size);
  t.true(summary.repeatedOnPurpose > 0);
  t.is(
    summary.unknownOnPurpose,
    events.filter((event) => named(event) === 'user.presence_status_updated').length,
  );
  t.true(summary.unknownOnPurpose > 0);
});

test('one seed and start time post the same events', async (t) => {
  const post = async (): Promise<string[]> => {
    await using receiver = await startReceiver(likeZoomWants(SECRET));
    await runSimulation({ url: receiver.url, concurrency: 1, startTime: Date.UTC(2026, 0, 15), ...SMALL });
    return receiver.received.map(({ body }) => body.toString());
  };
  t.deepEqual(await post(), await post());
});

test('the default story ends now: nothing lies in the future, nothing is older than its minutes', async (t) => {
  await using receiver = await startReceiver(likeZoomWants(SECRET));
  const begun = Date.now();
  await runSimulation({ url: receiver.url, ...SMALL });
  for (const { body } of receiver.received) {
    const at = Number(/"event_ts":(\d+)/.exec(body.toString())?.[1]);
    t.true(at <= Date.now() && at >= begun - 6 * 60_000 - 1000);
  }
});

const BAD_ANSWERS: readonly [name: string, reply: Reply, message: RegExp][] = [
  ['204', 204, /status is 204/],
  ['401', 401, /status is 401/],
  ['a reset', 'reset', /no answer \(ECONNRESET\)/],
  ['plain text', (response) => response.end('{}'), /content type is missing/],
  [
    'no JSON',
    (response) => response.setHeader('content-type', 'application/json').end('ok'),
    /no JSON object/,
  ],
  [
    'the wrong plain token',
    (response) => response.setHeader('content-type', 'application/json').end('{"plainToken":"x"}'),
    /plainToken is not/,
  ],
  [
    'the HMAC of another secret',
    (response, request) => {
      const reply = likeZoomWants('another secret')(0, request);
      if (typeof reply === 'function') reply(response, request);
    },
    /encryptedToken is not/,
  ],
];

for (const [name, reply, message] of BAD_ANSWERS) {
  test(`a validation answered with ${name} ends the run`, async (t) => {
    await using receiver = await startReceiver(() => reply);
    await t.throwsAsync(runSimulation({ url: receiver.url, ...SMALL }), {
      instanceOf: UrlValidationError,
      code: 'URL_VALIDATION_FAILED',
      message,
    });
    t.is(receiver.received.length, 1);
  });
}

test('without validation nothing is validated', async (t) => {
  await using receiver = await startReceiver(() => 204);
  await runSimulation({ url: receiver.url, validate: false, ...SMALL });
  t.false(receiver.received.some((request) => named(request) === 'endpoint.url_validation'));
});

test('refusals are counted by status and not tried again', async (t) => {
  await using receiver = await startReceiver(() => 401);
  const summary = await runSimulation({ url: receiver.url, validate: false, ...SMALL });
  t.deepEqual(summary.errors, { 'refused 401': summary.posted });
  t.is(summary.accepted, 0);
  t.is(summary.retried, 0);
});

test('outage: what a receiver could not take at first is delivered by a retry', async (t) => {
  const good = likeZoomWants(SECRET);
  await using receiver = await startReceiver((index, request) =>
    index > 20 && index < 60 ? 503 : good(index, request),
  );
  const summary = await runSimulation({ url: receiver.url, scenario: 'outage', retryScale: 0.001, ...SMALL });
  t.is(summary.accepted, summary.posted);
  t.deepEqual(summary.errors, {});
  t.is(summary.byStatus['503'], 39);
  t.is(summary.retried, 39);
});

test('an abort ends an endless run, abandons its retries and still gives the summary', async (t) => {
  await using receiver = await startReceiver(() => 503);
  const abort = new AbortController();
  const seen: SimulationSummary[] = [];
  const { minutes: _, ...endless } = SMALL;
  const running = runSimulation({
    url: receiver.url,
    validate: false,
    startTime: Date.now() - 120_000,
    retryScale: 1,
    signal: abort.signal,
    onProgress: (summary) => seen.push(summary),
    ...endless,
  });
  while (receiver.received.length < 20) await new Promise((resolve) => setTimeout(resolve, 10));
  abort.abort();
  const summary = await running;
  t.is(summary.accepted, 0);
  t.true((summary.errors['abandoned 503'] ?? 0) >= 20);
  t.is(sum(summary.errors), summary.posted);
  t.deepEqual(seen.at(-1), summary);
});

test('rate bounds the events of a second', async (t) => {
  await using receiver = await startReceiver(likeZoomWants(SECRET));
  const start = performance.now();
  const summary = await runSimulation({ url: receiver.url, ...SMALL, minutes: 3, rate: 100 });
  const seconds = (performance.now() - start) / 1000;
  t.true(summary.posted / seconds < 125, `${summary.posted} in ${seconds} s`);
});

test('a file gets one event a line and no validation', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'simulation-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'events.jsonl');
  const summary = await runSimulation({ url: '', ...SMALL, to: { file } });
  const lines = (await readFile(file, 'utf8')).split('\n');
  t.is(lines.pop(), '');
  t.is(lines.length, summary.posted);
  t.is(summary.accepted, summary.posted);
  for (const line of lines) t.regex(line, /^\{"event":"[a-z]+\.[a-z_]+","event_ts":\d{13},/);
});

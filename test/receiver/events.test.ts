import test from 'ava';
import { unpackEvent } from '../../src/spool/packed-event.js';
import { COMPANION_EVENTS, QSS_EVENTS } from '../../src/zoom/event-names.js';
import { B1, B1_SIGNATURE, startSpool, startWebhook, T } from '../helpers/webhook.js';

test('C09: every copy of an event is acknowledged: repeated, late, and two at once', async (t) => {
  const spool = await startSpool(t);
  const { post, clock } = await startWebhook(t, { append: (body, at) => spool.append(body, at) });
  const both = await Promise.all([
    post(B1, { signature: B1_SIGNATURE }),
    post(B1, { signature: B1_SIGNATURE }),
  ]);
  clock.ms += 300_000;
  const late = await post(B1, {
    timestamp: 1_760_000_361,
    signature: 'v0=c8c1af4a7236932a22ab67fdd17cbb1a6ca9764b12b96177852d642a099dbebe',
  });
  const earlierMinute = await post(B1.replace('08:54:00Z', '08:53:00Z'));
  t.deepEqual(
    [...both, late, earlierMinute].map(({ status }) => status),
    [204, 204, 204, 204],
  );
  t.is(spool.counts().waiting, 4);
});

test.serial(
  'C10: while nothing reads the spool, 200 events are acknowledged in time and lie on disk in full',
  async (t) => {
    const spool = await startSpool(t);
    const { post } = await startWebhook(t, { append: (body, at) => spool.append(body, at) });
    const times: number[] = [];
    const bodies = Array.from({ length: 200 }, (_, index) =>
      B1.replace('16778240', String(16_778_240 + index)),
    );
    for (let from = 0; from < bodies.length; from += 20)
      await Promise.all(
        bodies.slice(from, from + 20).map(async (body) => {
          const began = performance.now();
          t.is((await post(body)).status, 204);
          times.push(performance.now() - began);
        }),
      );
    t.true(Math.max(...times) < 3000);
    const onDisk = [...spool.tables.events.getRange()].map(({ value }) => unpackEvent(value));
    t.deepEqual(onDisk.map(({ body }) => Buffer.from(body).toString()).sort(), bodies.sort());
    t.true(onDisk.every(({ receivedMs }) => receivedMs === T * 1000));
  },
);

test('C11: signed events that nobody knows, and those without an object, are acknowledged', async (t) => {
  const { post, stored } = await startWebhook(t);
  const bodies = [
    '{"event":"app_deauthorized","event_ts":1760000061000,"payload":{"account_id":"ACC0000000000000000001","user_id":"U1"}}',
    '{"event":"user.presence_status_updated","event_ts":1760000061000,"payload":{"object":{}}}',
    '{"event":"meeting.participant_qos"}',
    '{"event":"meeting.participant_qos","event_ts":"soon","payload":null}',
    '{"event":"meeting.participant_qos","event_ts":-1e400,"payload":[]}',
    '{"event":""}',
    '{"event":"__proto__","constructor":{},"__proto__":{"a":1}}',
    '{"event":"x.y","payload":{"object":{"participant":{"qos":7}}}}',
    '\ufeff{"event":"x.y"}',
    ' \r\n\t{"event":"x.y"} ',
    `{"event":"x.y","deep":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    `{"event":"x.y","number":${'9'.repeat(400)}}`,
    `{"event":"${'x'.repeat(100_000)}"}`,
  ];
  for (const body of bodies) t.is((await post(body)).status, 204, body.slice(0, 100));
  t.deepEqual(stored.map(String), bodies);
});

for (const body of [
  '{"payload":{}}',
  '{"event":7}',
  '{"event":null}',
  '{"event":["meeting.started"]}',
  '{"event":{"name":"meeting.started"}}',
  '{}',
  '[]',
  `[${B1}]`,
  'null',
  'true',
  '7',
  '"meeting.started"',
  '',
  ' ',
  'event=meeting.started',
  '{"event":"meeting.started"',
  `${B1}${B1}`,
  `${B1}\n${B1}`,
  "{'event':'meeting.started'}",
  '<event>meeting.started</event>',
  '\u0000',
])
  test(`C11: signed but no event is answered with 400: ${JSON.stringify(body.length < 60 ? body : `${body.slice(0, 20)} … ${body.slice(-2)} (${body.length})`)}`, async (t) => {
    const { post, stored, rejected } = await startWebhook(t);
    const { status, body: told } = await post(body);
    t.is(status, 400);
    t.is(told, '');
    t.deepEqual(stored, []);
    t.deepEqual(rejected(), { not_an_event: 1 });
  });

test('C11: a thousand unknown names make one label', async (t) => {
  const { post, stats } = await startWebhook(t);
  for (let index = 0; index < 1000; index += 1) await post(`{"event":"new.event_${index}"}`);
  t.deepEqual(stats.snapshot().lastEventAt, { other: T * 1000 });
  t.is(stats.snapshot().accepted, 1000);
});

test('C11: every event that the bridge knows has a label of its own', async (t) => {
  const { post, stats } = await startWebhook(t);
  const names = [...QSS_EVENTS.keys(), ...COMPANION_EVENTS.keys()];
  for (const event of names) t.is((await post(JSON.stringify({ event }))).status, 204);
  t.deepEqual(Object.keys(stats.snapshot().lastEventAt).sort(), names.sort());
});

test('what was accepted is counted with its bytes, its time and its delay', async (t) => {
  const { post, stats, clock } = await startWebhook(t);
  clock.ms += 2500;
  await post(B1);
  t.like(stats.snapshot(), {
    accepted: 1,
    bytes: B1.length,
    lastAcceptedAt: clock.ms,
    delayMs: 2500,
    rejected: {},
  });
});

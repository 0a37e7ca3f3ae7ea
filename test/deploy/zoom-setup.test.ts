import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import test from 'ava';
import { environmentSchema, SECRET_NAMES } from '../../src/settings/schema.js';
import { COMPANION_EVENTS, QSS_EVENTS } from '../../src/zoom/event-names.js';
import { startTestInflux } from '../helpers/influx.js';
import { readText } from './repository.js';

const page = readText('docs/zoom-setup.md');
const codes = new Set([...page.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code));

/** Written out, so that a name that is lost in the source is missed here. */
const TO_TICK = [
  ...['meeting', 'webinar'].flatMap((kind) =>
    ['participant_qos', 'participant_qos_summary', 'participant_data', 'participant_data_summary'].map(
      (name) => `${kind}.${name}`,
    ),
  ),
  ...['user_qos', 'user_qos_summary', 'user_data', 'user_data_summary'].map((name) => `session.${name}`),
  'phone.call_qos',
  'phone.call_qos_summary',
];

const COMPANIONS = [
  ...['meeting', 'webinar'].flatMap((kind) =>
    ['started', 'ended', 'participant_joined', 'participant_left'].map((name) => `${kind}.${name}`),
  ),
  ...['started', 'ended', 'user_joined', 'user_left'].map((name) => `session.${name}`),
  ...['caller_connected', 'callee_answered', 'caller_ended', 'callee_ended'].map((name) => `phone.${name}`),
];

test('the page names all 14 events of the feed, and the bridge knows them', (t) => {
  t.is(TO_TICK.length, 14);
  t.deepEqual(
    TO_TICK.filter((name) => !codes.has(name)),
    [],
  );
  t.deepEqual([...QSS_EVENTS.keys()].sort(), [...TO_TICK].sort());
});

test('the page names all companion events, and every other event that the bridge understands', (t) => {
  for (const name of [...COMPANIONS, ...COMPANION_EVENTS.keys()]) t.true(codes.has(name), name);
  for (const name of COMPANIONS) t.true(COMPANION_EVENTS.has(name), name);
});

test('the settings that the page names exist', (t) => {
  const known = new Set([
    ...Object.keys(environmentSchema.schema),
    ...SECRET_NAMES.map((name) => `${name}_FILE`),
  ]);
  const compose = readText('docker-compose.yml');
  const named = new Set(page.match(/\b(?:ZOOM|WEBHOOK|TLS|INFLUX|PUBLIC)_[A-Z_]+\b/g));
  t.true(named.size > 8);
  for (const name of named) t.true(known.has(name) || compose.includes(`\${${name}:-`), name);
});

test('links inside the page lead somewhere', (t) => {
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-');
  const anchors = new Set([...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => `#${anchor(heading)}`));
  for (const [, target = ''] of page.matchAll(/\]\((#[^)]*)\)/g)) t.true(anchors.has(target), target);
});

test("the commands that play Zoom's part sign as Zoom does", (t) => {
  const script = /```sh\n(secret=[\s\S]*?)curl /.exec(page)?.[1] ?? '';
  const { stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-ec', `${script}printf '%s\\n' "$time" "$signature" "$body"`],
    {
      encoding: 'utf8',
    },
  );
  const [time, signature, body] = stdout.split('\n');
  t.is(
    signature,
    createHmac('sha256', 'the-secret-token-of-your-app').update(`v0:${time}:${body}`).digest('hex'),
    stderr,
  );
});

test('the example of a Basic header is the Base64 of its user and password', (t) => {
  t.true(page.includes(`authorization: Basic ${Buffer.from('zoom:example-password').toString('base64')}`));
});

test('the query that checks what arrived counts samples by source and media', async (t) => {
  const flux = /influx query '\n([\s\S]*?)'\n/.exec(page)?.[1] ?? '';
  const influx = await startTestInflux(t);
  const now = Math.floor(Date.now() / 1000);
  const line = (meeting: string, media: string, age: number) =>
    `zoom_qos,source=meeting,media=${media},meeting=${meeting} latency_ms=40,jitter_ms=3 ${now - age}`;
  const written = await fetch(`${influx.url}/api/v2/write?org=${influx.org}&bucket=zoom&precision=s`, {
    method: 'POST',
    headers: { authorization: `Token ${influx.writeToken}` },
    body: [
      line('a', 'audio', 60),
      line('b', 'audio', 120),
      line('a', 'video', 60),
      line('a', 'video', 3600),
    ].join('\n'),
  });
  t.is(written.status, 204);
  const rows = await influx.query(flux);
  t.deepEqual(rows.map((row) => `${row['source']} ${row['media']} ${row['_value']}`).sort(), [
    'meeting audio 2',
    'meeting video 1',
  ]);
});

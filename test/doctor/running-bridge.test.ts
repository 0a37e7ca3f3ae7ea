import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { validationRequest } from '../../src/doctor/own-events.js';
import { postSigned } from '../../src/doctor/post-signed.js';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { until } from '../helpers/until.js';
import { examined } from './examined.js';
import { bridgeEnv, type RealBridge, SECRET, startRealBridge } from './real-bridge.js';

const HOUR_MS = 3_600_000;

async function post(running: RealBridge, body: string | Buffer, secret = SECRET): Promise<number> {
  const answer = await postSigned({
    url: new URL(`http://127.0.0.1:${running.port}/zoom/webhook`),
    secret,
    body: Buffer.from(body),
    authHeader: undefined,
    nowMs: Date.now(),
    trust: { insecure: false, ca: undefined },
    timeoutMs: 3_000,
    signal: new AbortController().signal,
  });
  return answer.kind === 'answer' ? answer.status : 0;
}

const started = () =>
  `{"event":"meeting.started","event_ts":${Date.now()},"payload":{"account_id":"a","object":{"uuid":"u==","id":"1"}}}`;

const examineBridge = (t: ExecutionContext, running: RealBridge, hours = 0) => {
  t.true(hours >= 0);
  return examined(running.env, ['bridge'], { now: () => Date.now() + hours * HOUR_MS });
};

test.serial('no bridge is no fault: it says how to start one', async (t) => {
  const result = await examined(await bridgeEnv(t), ['bridge']);
  t.deepEqual(result.complaints, []);
  t.deepEqual(result.lines('skipped'), [
    'none runs with these settings -> start it (npm start), then run this again',
  ]);
});

test.serial(
  'a bridge on the data folder whose private side is elsewhere is told with its process',
  async (t) => {
    const running = await startRealBridge(t);
    const result = await examined({ ...running.env, ADMIN_PORT: String(await findFreePort()) }, [
      'bridge',
      'data_dir',
    ]);
    t.regex(result.text, new RegExp(`✓ a bridge works on it now: process ${process.pid}`));
    t.regex(
      result.complaints.join(),
      new RegExp(
        `✗ process ${process.pid} works on .*, but its private side does not answer on .* -> run the doctor with the settings of that bridge`,
      ),
    );
  },
);

test.serial('a lock that a dead process left behind is no bridge', async (t) => {
  const env = await bridgeEnv(t);
  writeFileSync(join(String(env['DATA_DIR']), 'bridge.lock'), '999999999 1\n', { mode: 0o600 });
  t.regex((await examined(env, ['data_dir'])).text, /✓ no bridge works on it now/);
});

test.serial('a bridge that just started is told to wait for Zoom', async (t) => {
  const result = await examineBridge(t, await startRealBridge(t));
  t.regex(result.text, /✓ version \d+\.\d+\.\d+ runs since \d{4}-/);
  t.regex(result.text, /✓ it takes events signed with ZOOM_SECRET_TOKEN/);
  t.regex(
    result.text,
    /! no event of Zoom's has come since it was started, \d+ s ago\n {6}fix: hold a test meeting/,
  );
  t.regex(
    result.text,
    /- Zoom has not validated the URL since the start, .* due by \d{4}-.* UTC\n {6}how: press Validate/,
  );
  t.regex(result.text, /! InfluxDB takes no points: InfluxDB is not ready yet\n {6}fix: wait until/);
  t.deepEqual(result.lines('fault'), []);
});

test.serial("the doctor's own events are not taken for Zoom's", async (t) => {
  const running = await startRealBridge(t);
  await examineBridge(t, running);
  t.is(running.bridge.status().counts.accepted, 1);
  t.regex((await examineBridge(t, running)).text, /! no event of Zoom's has come since it was started/);
});

test.serial(
  'events and validations are told with their time, and the next validation with its own',
  async (t) => {
    const running = await startRealBridge(t);
    t.is(await post(running, started()), 204);
    t.is(await post(running, validationRequest(Date.now()).body), 200);
    const due = new Date(Date.now() + 72 * HOUR_MS).toISOString().slice(0, 10);
    const soon = await examineBridge(t, running);
    t.regex(soon.text, /✓ Zoom's last event came \d+ s ago/);
    t.regex(soon.text, new RegExp(`✓ the last URL validation was \\d+ s ago; the next one is due by ${due}`));
    const later = await examineBridge(t, running, 80);
    t.regex(later.text, /! Zoom's last event came 3 d ago\n {6}fix: hold a test meeting/);
    t.regex(
      later.text,
      new RegExp(
        `! the last URL validation was 3 d ago; the next one was due on ${due}.*\\n {6}fix: press Validate .* six failures`,
      ),
    );
  },
);

test.serial('requests that were refused are told by reason, with what it means', async (t) => {
  const running = await startRealBridge(t);
  t.is(await post(running, started(), 'Some-Other-Secret-001'), 401);
  t.is(
    (await fetch(`http://127.0.0.1:${running.port}/zoom/webhook`, { method: 'POST', body: '{}' })).status,
    401,
  );
  const before = await examineBridge(t, running);
  t.regex(
    before.text,
    /! 1 request was refused since the start \(signature_mismatch\): with a signature that does not fit .*\n {6}fix: compare ZOOM_SECRET_TOKEN/,
  );
  t.regex(
    before.text,
    /! 1 request was refused since the start \(signature_missing\): without x-zm-signature: not from Zoom, or a proxy/,
  );
  t.regex(before.text, /! requests are refused \(signature_mismatch\), and none was accepted since/);
  t.notRegex(before.text, /✗/, 'a stranger can not make the doctor find a fault');
  t.is(await post(running, started()), 204);
  const after = await examineBridge(t, running);
  t.regex(
    after.text,
    /✓ 1 request was refused since the start \(signature_missing\)/,
    'strangers, since events arrive',
  );
  t.regex(after.text, /! 1 request was refused since the start \(signature_mismatch\)/);
});

test.serial('quarantine is told with the command that shows it', async (t) => {
  const running = await startRealBridge(t);
  t.is(
    await post(
      running,
      `{"event":"meeting.participant_qos","event_ts":${Date.now()},"payload":"not an object"}`,
    ),
    204,
  );
  await until('quarantine', () => running.bridge.status().quarantine.items > 0);
  const result = await examineBridge(t, running);
  t.regex(
    result.text,
    /! 1 item is in quarantine: .*\n {6}fix: see what and why: qss-bridge quarantine list/,
  );
});

test.serial('a bridge that was started with other settings is told which', async (t) => {
  const running = await startRealBridge(t);
  const env = { ...running.env, ZOOM_SECRET_TOKEN: 'Another-Secret-Entirely', PRIVACY: 'minimal' };
  const result = await examined(env, ['bridge']);
  t.regex(
    result.text,
    /! it runs with other settings than those here: PRIVACY is full, here minimal\n {6}fix: start the bridge again/,
  );
  t.regex(
    result.text,
    /✗ it refuses events signed with the ZOOM_SECRET_TOKEN of these settings: .*\n {6}fix: start the bridge again/,
  );
  t.notRegex(result.text, /Another-Secret/);
});

test.serial('a full spool makes the bridge say so, and the doctor with it', async (t) => {
  const running = await startRealBridge(t, { SPOOL_MAX_BYTES: '1MiB' });
  const topic = 'x'.repeat(400_000);
  const answers: number[] = [];
  for (let count = 0; count < 5; count += 1)
    answers.push(await post(running, started().replace('"id":"1"', `"id":"${count}","topic":"${topic}"`)));
  t.is(answers.at(-1), 503);
  const result = await examineBridge(t, running);
  t.regex(result.text, /✗ takes no events: events can't be stored: .*\n {6}fix: make room/);
  t.regex(
    result.text,
    /! \d of \d events wait to be written; they take 1\d\d % of SPOOL_MAX_BYTES\n {6}fix: put right/,
  );
});

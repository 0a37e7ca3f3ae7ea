import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readings } from '../e2e/reading.js';
import { type BridgeProcess, runCommand, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { BOTH, undecodable, XENIA } from './two-people.js';

/** Everything below a folder that anybody but its owner may touch. */
function openToOthers(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined || (stats.mode & 0o077) === 0 ? [] : [`${path} ${stats.mode.toString(8)}`];
  });
  return (statSync(folder).mode & 0o077) === 0 ? found : [folder, ...found];
}

function countFiles(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile()).length;
}

for (const umask of [0o000, 0o022, 0o077])
  test.serial(
    `below DATA_DIR all is the owner's alone, with umask ${umask.toString(8).padStart(3, '0')}`,
    async (t) => {
      t.timeout(300_000);
      const before = process.umask(umask);
      t.teardown(() => void process.umask(before));
      const cwd = tempFolder(t, 'rights');
      const dataDir = join(cwd, 'data');
      const env = {
        DATA_DIR: dataDir,
        ARCHIVE: '14d',
        RETENTION: '0s',
        ROLLUP_RETENTION: '0s',
        LOG_LEVEL: 'debug',
      };
      const bridge = await startBridgeProcess(t, env, cwd);
      for (const event of [...BOTH, undecodable(XENIA)]) t.is((await bridge.post(event)).status, 204);
      await bridge.drained(90_000);
      t.deepEqual(openToOthers(dataDir), [], 'while it runs');
      const run = (...args: string[]) => runCommand(args, cwd, env);
      writeFileSync(join(cwd, 'events.json'), JSON.stringify(readings(3)));
      t.is((await bridge.end('SIGTERM')).code, 0);
      const replayed = await run('replay', 'events.json');
      t.is(replayed.code, 0, replayed.output);
      t.is((await run('quarantine', 'list')).code, 0);
      t.is((await run('backup', 'copy')).code, 0);
      const erased = await run('erase', XENIA.email, '--yes');
      t.true(erased.code === 0 || erased.code === 1, erased.output);
      t.deepEqual(openToOthers(dataDir), [], 'afterwards');
      t.deepEqual(openToOthers(join(cwd, 'copy')), [], 'the backup');
      for (const part of ['spool', 'archive', 'influxdb', 'tokens'])
        t.true(countFiles(join(dataDir, part)) > 0, `${part} was looked at`);
    },
  );

/** What InfluxDB answers to a request with a token. */
async function ask(
  { url }: TestInflux,
  token: string,
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/api/v2/${path}`, {
    method,
    headers: { authorization: `Token ${token}`, 'content-type': type },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** What only an administrator may do. */
async function refusesAdministration(t: ExecutionContext, influx: TestInflux, token: string): Promise<void> {
  const bucket = JSON.stringify({ orgID: influx.orgId, name: 'mine', retentionRules: [] });
  t.true((await ask(influx, token, 'POST', 'buckets', bucket)).status >= 401, 'make a bucket');
  const rights = [{ action: 'read', resource: { type: 'buckets', orgID: influx.orgId } }];
  const authorization = JSON.stringify({ orgID: influx.orgId, permissions: rights });
  t.true((await ask(influx, token, 'POST', 'authorizations', authorization)).status >= 401, 'make a token');
  for (const path of ['authorizations', 'tasks', 'users', 'dashboards', 'telegrafs'])
    for (const secret of [influx.token, influx.readToken, influx.writeToken])
      t.false((await ask(influx, token, 'GET', path)).text.includes(secret), `${path} tells no token`);
  const task = JSON.stringify({ orgID: influx.orgId, flux: 'option task = {name: "mine", every: 1h}' });
  t.true((await ask(influx, token, 'POST', 'tasks', task)).status >= 400, 'make a task');
}

const queryOf = (bucket: string) =>
  `from(bucket: "${bucket}") |> range(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z)`;

async function startWithTwoTokens(
  t: ExecutionContext,
): Promise<{ influx: TestInflux; bridge: BridgeProcess }> {
  const influx = await startTestInflux(t);
  const bridge = await startBridgeProcess(
    t,
    toInflux({ ...influx, token: influx.writeToken }, influx.bucket),
  );
  for (const event of BOTH) t.is((await bridge.post(event)).status, 204);
  await bridge.drained(60_000);
  return { influx, bridge };
}

test("the bridge works with a token that writes its two buckets; that token can't read, and can't administer", async (t) => {
  t.timeout(300_000);
  const { influx, bridge } = await startWithTwoTokens(t);
  t.is((await bridge.ready()).state, 'ok');
  t.is((await bridge.status()).counts.written, BOTH.length);
  const { writeToken, org, bucket, rollupBucket } = influx;
  for (const name of [bucket, rollupBucket, '_monitoring', '_tasks']) {
    const { status, text } = await ask(
      influx,
      writeToken,
      'POST',
      `query?org=${org}`,
      queryOf(name),
      'application/vnd.flux',
    );
    t.true(status >= 400, `${name}: ${status}`);
    t.notRegex(text, /zoom_qos|zoom_participant|zoom_call/);
  }
  await refusesAdministration(t, influx, writeToken);
  // InfluxDB takes the right to write for the right to delete. SECURITY.md says so.
  const everything = JSON.stringify({ start: '1970-01-01T00:00:00Z', stop: '2100-01-01T00:00:00Z' });
  t.is((await ask(influx, writeToken, 'POST', `delete?org=${org}&bucket=${bucket}`, everything)).status, 204);
});

test("Grafana's token reads the two buckets; it can't write, delete or administer", async (t) => {
  t.timeout(300_000);
  const { influx } = await startWithTwoTokens(t);
  const { readToken, org, bucket, rollupBucket } = influx;
  const count = async () => (await influx.query(queryOf(bucket))).length;
  const before = await count();
  const read = await ask(
    influx,
    readToken,
    'POST',
    `query?org=${org}`,
    queryOf(bucket),
    'application/vnd.flux',
  );
  t.is(read.status, 200);
  t.regex(read.text, /zoom_qos/);
  for (const name of [bucket, rollupBucket]) {
    const written = await ask(
      influx,
      readToken,
      'POST',
      `write?org=${org}&bucket=${name}`,
      'zoom_qos,meeting=m x=1 1760000000000000000',
      'text/plain',
    );
    t.true(written.status >= 401 && written.status <= 404, `${name}: ${written.status}`);
    const everything = JSON.stringify({ start: '1970-01-01T00:00:00Z', stop: '2100-01-01T00:00:00Z' });
    const deleted = await ask(influx, readToken, 'POST', `delete?org=${org}&bucket=${name}`, everything);
    t.true(deleted.status >= 401 && deleted.status <= 404, `${name}: ${deleted.status}`);
  }
  const copied = `${queryOf(bucket)} |> filter(fn: (r) => r._measurement == "zoom_qos") |> to(bucket: "${rollupBucket}")`;
  const byQuery = await ask(influx, readToken, 'POST', `query?org=${org}`, copied, 'application/vnd.flux');
  t.true(byQuery.status >= 400 || /error/.test(byQuery.text), 'nor by a query that writes');
  t.is((await influx.query(queryOf(rollupBucket))).length, 0);
  await refusesAdministration(t, influx, readToken);
  t.is(await count(), before);
});

test('with the read-only token the bridge writes nothing, loses nothing, and says what is wrong', async (t) => {
  t.timeout(300_000);
  const influx = await startTestInflux(t);
  const bridge = await startBridgeProcess(t, toInflux({ ...influx, token: influx.readToken }, influx.bucket));
  t.is((await bridge.post(BOTH[0])).status, 204);
  await until('it says so', async () => (await bridge.ready()).state === 'degraded', 60_000);
  const { counts } = await bridge.status();
  t.deepEqual([counts.written, counts.waiting], [0, 1]);
});

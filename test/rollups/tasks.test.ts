import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setLogger } from '@influxdata/influxdb-client';
import { AuthorizationsAPI, MeAPI, OrgsAPI, TasksAPI } from '@influxdata/influxdb-client-apis';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { taskFiles } from '../../scripts/docs/task-files.js';
import { InfluxSetupError } from '../../src/influx/influx-setup-error.js';
import { type ProvisionOptions, provisionInflux } from '../../src/influx/provision.js';
import { rollupTasks } from '../../src/rollups/tasks.js';
import { ROOT, readText } from '../deploy/repository.js';
import { influxClient, startTestInflux, type TestInflux } from '../helpers/influx.js';
import { accountPoints } from './account.js';
import { expectedRollups } from './reference.js';
import { readRollups, writeRaw } from './rolled-up.js';

const suite = anyTest as TestFn<TestInflux>;
const test = suite.serial;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 86_400;

// Refusals are part of what is tested here; the client would print each of them.
setLogger({ error: () => undefined, warn: () => undefined });

suite.before(async (t) => {
  t.context = await startTestInflux();
});
suite.after.always(async (t) => {
  await t.context.stop();
});

let serial = 0;

/** An organization of its own, with buckets that keep as much as production's do. */
async function newSetup(t: ExecutionContext<TestInflux>, overrides: Partial<ProvisionOptions> = {}) {
  serial += 1;
  const org = `org ${serial}`;
  await new OrgsAPI(admin(t)).postOrgs({ body: { name: org } });
  const options: ProvisionOptions = {
    url: t.context.url,
    org,
    adminToken: t.context.token,
    bucket: 'zoom',
    rollupBucket: 'zoom_rollup',
    retentionSeconds: 30 * DAY,
    rollupRetentionSeconds: 400 * DAY,
    tokensDir: `${t.context.dataDir}/tokens-${serial}`,
    ...overrides,
  };
  return options;
}

const admin = (t: ExecutionContext<TestInflux>) => influxClient(t.context);

async function tasksOf(t: ExecutionContext<TestInflux>, orgID: string) {
  const { tasks = [] } = await new TasksAPI(admin(t)).getTasks({ orgID, limit: 500 });
  return tasks.map((task) => ({ ...task, id: task.id, name: task.name, status: task.status ?? '' }));
}

/** Lets InfluxDB run a task now, and waits until it has. */
async function runTask(t: ExecutionContext<TestInflux>, taskID: string) {
  const api = new TasksAPI(admin(t));
  const { id: runID = '' } = await api.postTasksIDRuns({ taskID, body: {} });
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const run = await api.getTasksIDRunsID({ taskID, runID }).catch(() => undefined);
    if (run?.status === 'success' || run?.status === 'failed' || run?.status === 'canceled') {
      // For a moment a run that has ended is neither among those that go on nor in the bucket of those that are over.
      const logs = await api.getTasksIDRunsIDLogs({ taskID, runID }).catch(() => undefined);
      if (logs !== undefined)
        return { status: run.status, log: (logs.events ?? []).map(({ message }) => message).join('\n') };
    }
    await sleep(100);
  }
  throw new Error(`the task ${taskID} does not end`);
}

test('every task runs without an error, and gives what the raw points of whole windows say', async (t) => {
  const options = await newSetup(t);
  const { orgId } = await provisionInflux(options);
  const influx = { ...t.context, org: options.org };
  const query = (flux: string) =>
    admin(t).getQueryApi(options.org).collectRows<Record<string, unknown>>(flux);
  const now = Date.now();
  const from = Math.floor(now / HOUR) * HOUR - 4 * HOUR;
  const raw = accountPoints({ from, minutes: Math.floor((now - from) / MINUTE), people: 6 });
  await writeRaw(influx, options.bucket, raw);
  for (const { id, name } of await tasksOf(t, orgId)) {
    const { status, log } = await runTask(t, id);
    t.is(status, 'success', `${name}: ${log}`);
    t.regex(log, /Completed\(success\)/);
  }
  // An hour may have become whole while they ran, and then they have it in the place of the first one.
  const ended = Date.now();
  const found = await readRollups({ query }, '"zoom_rollup"');
  const expected = expectedRollups(raw, ['5m', '1h']);
  const startOf = (key: string) => Date.parse(String(JSON.parse(key)[2]));
  const inShort = [...found].filter(([key]) => key.includes('_5m"'));
  t.true(inShort.length > 100);
  const wholeHours = [...found].filter(([key]) => key.includes('_1h"') && startOf(key) + HOUR <= ended);
  t.is(new Set(wholeHours.map(([key]) => startOf(key))).size >= 3, true, 'three whole hours');
  for (const [key, fields] of [...inShort, ...wholeHours]) {
    t.deepEqual(Object.keys(fields).sort(), Object.keys(expected.get(key) ?? {}).sort(), key);
    t.is(fields['samples'], expected.get(key)?.['samples'], key);
  }
  for (const [key] of inShort) t.true(startOf(key) + 5 * MINUTE <= Date.now(), 'no window that still runs');
  const late = new Set(inShort.map(([key]) => startOf(key)));
  t.true(
    [...late].some((start) => start <= now - 95 * MINUTE),
    'one for what came late',
  );
});

test('tasks of empty buckets run without an error', async (t) => {
  const options = await newSetup(t, { bucket: "it's raw \\ é", rollupBucket: 'rolled up' });
  const { orgId } = await provisionInflux(options);
  for (const { id, name } of await tasksOf(t, orgId)) t.is((await runTask(t, id)).status, 'success', name);
});

test('a task that somebody changed, paused or removed is put right, and told', async (t) => {
  const options = await newSetup(t);
  const { orgId } = await provisionInflux(options);
  const before = await tasksOf(t, orgId);
  const [first, second, third] = before;
  if (first === undefined || second === undefined || third === undefined) return t.fail('no tasks');
  const api = new TasksAPI(admin(t));
  await api.patchTasksID({ taskID: first.id, body: { flux: first.flux.replaceAll('0.95', '0.5') } });
  await api.patchTasksID({ taskID: second.id, body: { status: 'inactive' } });
  await api.deleteTasksID({ taskID: third.id });
  const titleOf = (name: string) => /^qss-bridge: (.*) into /.exec(name)?.[1];
  const { changes } = await provisionInflux(options);
  t.deepEqual(
    [...changes].sort(),
    [
      `corrected the task for ${titleOf(first.name)}: its Flux was another`,
      `corrected the task for ${titleOf(second.name)}: it was inactive`,
      `created the task for ${titleOf(third.name)}`,
    ].sort(),
  );
  t.deepEqual((await provisionInflux(options)).changes, []);
  const after = await tasksOf(t, orgId);
  t.deepEqual(after.map(({ flux }) => flux).sort(), before.map(({ flux }) => flux).sort());
  t.true(after.every(({ status }) => status === 'active'));
});

test('tasks of ours that are not wanted any more are removed; those of others are left alone', async (t) => {
  const options = await newSetup(t);
  const { orgId } = await provisionInflux(options);
  const other = {
    ...options,
    bucket: 'two',
    rollupBucket: 'two_rollup',
    tokensDir: `${options.tokensDir}-two`,
  };
  await provisionInflux(other);
  const [ours] = await tasksOf(t, orgId);
  const api = new TasksAPI(admin(t));
  const flux = (name: string) =>
    `option task = {name: "${name}", every: 1h}\nfrom(bucket: "zoom") |> range(start: -1h)`;
  await api.postTasks({
    body: {
      orgID: orgId,
      flux: flux('old'),
      ...(ours?.description === undefined ? {} : { description: ours.description }),
    },
  });
  await api.postTasks({ body: { orgID: orgId, flux: flux('qss-bridge: mine') } });
  const first = ours?.description?.includes('"two"') ? other : options;
  t.deepEqual((await provisionInflux(first)).changes, [
    'removed the task "old", which is not needed any more',
  ]);
  t.deepEqual((await provisionInflux(options)).changes, []);
  t.deepEqual((await provisionInflux(other)).changes, []);
  t.is((await tasksOf(t, orgId)).length, 2 * rollupTasks(options).length + 1);
});

test('a token that may not make tasks is told so', async (t) => {
  const options = await newSetup(t);
  const { orgId } = await provisionInflux(options);
  for (const { id } of await tasksOf(t, orgId)) await new TasksAPI(admin(t)).deleteTasksID({ taskID: id });
  const me = await new MeAPI(admin(t)).getMe();
  const { token } = await new AuthorizationsAPI(admin(t)).postAuthorizations({
    body: {
      orgID: orgId,
      permissions: [
        ...(['buckets', 'authorizations', 'tasks'] as const).flatMap((type) =>
          (type === 'tasks' ? (['read'] as const) : (['read', 'write'] as const)).map((action) => ({
            action,
            resource: { type, orgID: orgId },
          })),
        ),
        { action: 'read', resource: { type: 'orgs', id: orgId } },
        { action: 'read', resource: { type: 'users', id: String(me.id) } },
      ],
    },
  });
  const error = await t.throwsAsync(provisionInflux({ ...options, adminToken: String(token) }), {
    instanceOf: InfluxSetupError,
  });
  t.is(error?.code, 'influx_forbidden');
  t.regex(error?.message ?? '', /^the admin token may not create the task "qss-bridge: zoom_place every 5m/);
});

test('windows whose raw points may be gone are not made', (t) => {
  const titles = (retentionSeconds: number, rollupRetentionSeconds = 0) =>
    rollupTasks({ bucket: 'a', rollupBucket: 'b', retentionSeconds, rollupRetentionSeconds }).map(
      ({ title, flux }) => `${title} ${flux.match(/^ +start: /gm)?.length}`,
    );
  t.true(titles(0).includes('zoom_place every 1d 3'));
  t.true(titles(49 * 3_600).includes('zoom_place every 1d 1'));
  t.true(titles(0, 49 * 3_600).includes('zoom_place every 1d 1'));
  t.false(titles(DAY).some((title) => title.startsWith('zoom_place every 1d')));
  t.true(titles(0).includes('zoom_place every 5m 6'));
  t.true(titles(DAY).includes('zoom_place every 5m 5'));
  t.true(titles(3_600).includes('zoom_place every 5m 4'));
});

test('the files in influxdb/tasks are what the code makes; if not, run "npm run docs"', (t) => {
  const files = taskFiles();
  t.deepEqual(readdirSync(join(ROOT, 'influxdb/tasks')).sort(), [...files.keys()].sort());
  for (const [name, flux] of files) t.is(readText(`influxdb/tasks/${name}`), flux, name);
});

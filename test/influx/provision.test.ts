import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HttpError, type InfluxDB, Point, setLogger } from '@influxdata/influxdb-client';
import { AuthorizationsAPI, BucketsAPI, MeAPI, OrgsAPI } from '@influxdata/influxdb-client-apis';
import anyTest, { type TestFn } from 'ava';
import { type ProvisionOptions, type ProvisionResult, provisionInflux } from '../../src/influx/provision.js';
import { rollupTasks } from '../../src/rollups/tasks.js';
import { influxClient, startTestInflux, type TestInflux } from '../helpers/influx.js';
import { startProxy } from './answering-server.js';

const DAY = 86_400;
const suite = anyTest as TestFn<TestInflux>;
// One after the other: to make all tasks takes InfluxDB a second, and it makes one at a time.
const test = suite.serial;
let serial = 0;

// Refusals are what is tested here; the client would print each of them.
setLogger({ error: () => undefined, warn: () => undefined });

suite.before(async (t) => {
  t.context = await startTestInflux();
});
suite.after.always(async (t) => {
  await t.context.stop();
});

/** An organization of its own for each test, since a server for each would be slow. */
async function newSetup(
  influx: TestInflux,
  overrides: Partial<ProvisionOptions> = {},
): Promise<ProvisionOptions> {
  serial += 1;
  const number = serial;
  const org = `org ${number}`;
  await new OrgsAPI(admin(influx)).postOrgs({ body: { name: org } });
  return {
    url: influx.url,
    org,
    adminToken: influx.token,
    bucket: 'zoom',
    rollupBucket: 'zoom_rollup',
    retentionSeconds: 30 * DAY,
    rollupRetentionSeconds: 400 * DAY,
    tokensDir: join(influx.dataDir, `tokens-${number}`),
    ...overrides,
  };
}

function admin(influx: TestInflux): InfluxDB {
  return influxClient({ url: influx.url, token: influx.token });
}

async function bucketRules(influx: TestInflux, orgID: string, name: string): Promise<unknown> {
  const { buckets = [] } = await new BucketsAPI(admin(influx)).getBuckets({ orgID, name });
  return buckets[0]?.retentionRules[0];
}

async function ourTokens(influx: TestInflux, orgID: string) {
  const { authorizations = [] } = await new AuthorizationsAPI(admin(influx)).getAuthorizations({ orgID });
  return authorizations.filter(({ description }) => description?.startsWith('qss-bridge: '));
}

async function findToken(influx: TestInflux, orgID: string, token: string) {
  const found = (await ourTokens(influx, orgID)).find((authorization) => authorization.token === token);
  return { api: new AuthorizationsAPI(admin(influx)), authID: String(found?.id) };
}

async function write(influx: TestInflux, token: string, org: string, bucket: string): Promise<number> {
  const api = influxClient({ url: influx.url, token }).getWriteApi(org, bucket, 'ms', { maxRetries: 0 });
  try {
    api.writePoint(new Point('sample').floatField('value', 1));
    await api.close();
    return 204;
  } catch (error) {
    return error instanceof HttpError ? error.statusCode : 0;
  }
}

/** @returns the values read, or what was said instead. */
async function read(
  influx: TestInflux,
  token: string,
  org: string,
  bucket: string,
): Promise<number[] | string> {
  const api = influxClient({ url: influx.url, token }).getQueryApi(org);
  try {
    const rows = await api.collectRows<{ _value: number }>(`from(bucket: "${bucket}") |> range(start: -1h)`);
    return rows.map((row) => row._value);
  } catch (error) {
    return error instanceof HttpError ? `${error.statusCode} ${error.message}` : String(error);
  }
}

test('the first setup creates both buckets, with retention and shard groups, and two tokens', async (t) => {
  const options = await newSetup(t.context);
  const result = await provisionInflux(options);
  t.deepEqual(result.changes, [
    'created bucket zoom, which keeps 30 d',
    'created bucket zoom_rollup, which keeps 400 d',
    `created token "qss-bridge: write" in ${result.writeTokenFile}, since there was none`,
    `created token "qss-bridge: read, for Grafana" in ${result.readTokenFile}, since there was none`,
    ...rollupTasks(options).map(({ title }) => `created the task for ${title}`),
  ]);
  t.deepEqual(await bucketRules(t.context, result.orgId, 'zoom'), {
    type: 'expire',
    everySeconds: 30 * DAY,
    shardGroupDurationSeconds: DAY,
  });
  t.deepEqual(await bucketRules(t.context, result.orgId, 'zoom_rollup'), {
    type: 'expire',
    everySeconds: 400 * DAY,
    shardGroupDurationSeconds: 7 * DAY,
  });
  t.is((await readFile(result.writeTokenFile, 'utf8')).trim(), result.writeToken);
  t.is((await readFile(result.readTokenFile, 'utf8')).trim(), result.readToken);
});

test('running setup again changes nothing, neither in InfluxDB nor in the files', async (t) => {
  const options = await newSetup(t.context);
  const first = await provisionInflux(options);
  const tokensBefore = await ourTokens(t.context, first.orgId);
  const fileBefore = await stat(first.writeTokenFile);
  for (const _again of [1, 2]) {
    const { changes, ...rest } = await provisionInflux(options);
    t.deepEqual(changes, []);
    t.is(rest.writeToken, first.writeToken);
    t.is(rest.readToken, first.readToken);
  }
  t.deepEqual(await ourTokens(t.context, first.orgId), tokensBefore);
  t.is((await stat(first.writeTokenFile)).mtimeMs, fileBefore.mtimeMs);
});

test('another retention is applied to the buckets that are there, and told', async (t) => {
  const options = await newSetup(t.context);
  const { orgId } = await provisionInflux(options);
  const { changes } = await provisionInflux({
    ...options,
    retentionSeconds: 6 * 3_600,
    rollupRetentionSeconds: 0,
  });
  t.deepEqual(changes.slice(0, 3), [
    'bucket zoom now keeps 6 h instead of 30 d',
    'new shard groups of bucket zoom now span 6 h instead of 1 d',
    'bucket zoom_rollup now keeps everything instead of 400 d',
  ]);
  t.deepEqual(
    changes
      .slice(3)
      .filter((change) => !/^corrected the task for \w+ every (5m|1h): its Flux was another$/.test(change)),
    ['place', 'call'].map(
      (family) =>
        `removed the task "qss-bridge: zoom_${family} every 1d into zoom_rollup", which is not needed any more`,
    ),
    'days that may have lost points are left alone',
  );
  t.like(await bucketRules(t.context, orgId, 'zoom'), {
    everySeconds: 21_600,
    shardGroupDurationSeconds: 21_600,
  });
  t.deepEqual(
    (await provisionInflux({ ...options, retentionSeconds: 21_600, rollupRetentionSeconds: 0 })).changes,
    [],
  );
});

test('a bucket that somebody made by hand is taken over with its data', async (t) => {
  const options = await newSetup(t.context);
  const { orgs = [] } = await new OrgsAPI(admin(t.context)).getOrgs({ org: options.org });
  await new BucketsAPI(admin(t.context)).postBuckets({
    body: { orgID: String(orgs[0]?.id), name: 'zoom', retentionRules: [] },
  });
  t.is(await write(t.context, t.context.token, options.org, 'zoom'), 204);
  const { changes, readToken } = await provisionInflux(options);
  t.is(changes[0], 'bucket zoom now keeps 30 d instead of everything');
  t.deepEqual(await read(t.context, readToken, options.org, 'zoom'), [1]);
});

test('the write token writes the two buckets, and reads nothing', async (t) => {
  const options = await newSetup(t.context);
  const { writeToken } = await provisionInflux(options);
  t.is(await write(t.context, writeToken, options.org, 'zoom'), 204);
  t.is(await write(t.context, writeToken, options.org, 'zoom_rollup'), 204);
  t.regex(String(await read(t.context, writeToken, options.org, 'zoom')), /^404 .*could not find bucket/);
});

test('the read token reads the two buckets, and writes nothing', async (t) => {
  const options = await newSetup(t.context);
  const { readToken, writeToken } = await provisionInflux(options);
  await write(t.context, writeToken, options.org, 'zoom');
  await write(t.context, writeToken, options.org, 'zoom_rollup');
  t.deepEqual(await read(t.context, readToken, options.org, 'zoom'), [1]);
  t.deepEqual(await read(t.context, readToken, options.org, 'zoom_rollup'), [1]);
  t.is(await write(t.context, readToken, options.org, 'zoom'), 403);
});

test('neither token reaches another bucket, of the same organization or of another one', async (t) => {
  const options = await newSetup(t.context);
  const { readToken, writeToken, orgId } = await provisionInflux(options);
  await new BucketsAPI(admin(t.context)).postBuckets({
    body: { orgID: orgId, name: 'other', retentionRules: [] },
  });
  t.is(await write(t.context, t.context.token, options.org, 'other'), 204);
  t.is(await write(t.context, writeToken, options.org, 'other'), 403);
  t.regex(String(await read(t.context, readToken, options.org, 'other')), /could not find bucket/);
  t.is(await write(t.context, writeToken, t.context.org, 'zoom'), 403);
  t.not(typeof (await read(t.context, readToken, t.context.org, 'zoom')), 'object');
});

const faults: {
  title: string;
  since: RegExp;
  breakIt: (influx: TestInflux, first: ProvisionResult) => Promise<unknown>;
}[] = [
  {
    title: 'a revoked token is replaced',
    since: /InfluxDB does not know the one in the file$/,
    breakIt: async (influx, { orgId, writeToken }) => {
      const { api, authID } = await findToken(influx, orgId, writeToken);
      await api.deleteAuthorizationsID({ authID });
    },
  },
  {
    title: 'an inactive token is replaced and removed',
    since: /the one in the file is inactive; removed the old one$/,
    breakIt: async (influx, { orgId, writeToken }) => {
      const { api, authID } = await findToken(influx, orgId, writeToken);
      await api.patchAuthorizationsID({ authID, body: { status: 'inactive' } });
    },
  },
  {
    title: 'a lost file leads to a new token and the end of the old one',
    since: /influx-write-token is missing; removed the old one$/,
    breakIt: (_influx, { writeTokenFile }) => rm(writeTokenFile),
  },
  {
    title: 'an empty file counts as a lost one',
    since: /influx-write-token is missing; removed the old one$/,
    breakIt: (_influx, { writeTokenFile }) => writeFile(writeTokenFile, '\n'),
  },
  {
    title: 'a mutilated token is replaced',
    since: /InfluxDB does not know the one in the file; removed the old one$/,
    breakIt: (_influx, { writeTokenFile, writeToken }) => writeFile(writeTokenFile, writeToken.slice(1)),
  },
  {
    title: 'a token of too many rights that somebody put into the file is replaced, and stays theirs',
    since: /the one in the file had other rights; removed the old one$/,
    breakIt: (influx, { writeTokenFile }) => writeFile(writeTokenFile, influx.token),
  },
];

for (const { title, since, breakIt } of faults) {
  test(title, async (t) => {
    const options = await newSetup(t.context);
    const first = await provisionInflux(options);
    await breakIt(t.context, first);
    const second = await provisionInflux(options);
    t.is(second.changes.length, 1);
    t.regex(second.changes[0] ?? '', since);
    t.not(second.writeToken, first.writeToken);
    t.is(second.readToken, first.readToken);
    t.is((await readFile(second.writeTokenFile, 'utf8')).trim(), second.writeToken);
    t.is(await write(t.context, second.writeToken, options.org, 'zoom'), 204);
    t.is(await write(t.context, first.writeToken, options.org, 'zoom'), 401);
    t.is((await ourTokens(t.context, first.orgId)).length, 2);
    t.deepEqual((await provisionInflux(options)).changes, []);
  });
}

test('a bucket that was removed comes back, with tokens for the new one', async (t) => {
  const options = await newSetup(t.context);
  const first = await provisionInflux(options);
  const api = new BucketsAPI(admin(t.context));
  const { buckets = [] } = await api.getBuckets({ orgID: first.orgId, name: 'zoom' });
  await api.deleteBucketsID({ bucketID: String(buckets[0]?.id) });
  const second = await provisionInflux(options);
  t.is(second.changes.length, 3);
  t.is(await write(t.context, second.writeToken, options.org, 'zoom'), 204);
  t.deepEqual(await read(t.context, second.readToken, options.org, 'zoom'), [1]);
  t.is((await ourTokens(t.context, first.orgId)).length, 2);
});

test('two bridges with buckets of their own leave each other their tokens', async (t) => {
  const one = await newSetup(t.context);
  const two = { ...one, bucket: 'two', rollupBucket: 'two_rollup', tokensDir: `${one.tokensDir}-two` };
  const first = await provisionInflux(one);
  await provisionInflux(two);
  await rm(two.tokensDir, { recursive: true });
  await provisionInflux(two);
  t.deepEqual((await provisionInflux(one)).changes, []);
  t.is(await write(t.context, first.writeToken, one.org, 'zoom'), 204);
});

test('a token is still found among hundreds', async (t) => {
  const options = await newSetup(t.context);
  const { orgId } = await provisionInflux(options);
  const api = new AuthorizationsAPI(admin(t.context));
  for (let made = 0; made < 150; made += 1) {
    await api.postAuthorizations({
      body: { orgID: orgId, permissions: [{ action: 'read', resource: { type: 'buckets', orgID: orgId } }] },
    });
  }
  t.deepEqual((await provisionInflux(options)).changes, []);
});

test('a server that keeps only hashes of tokens is set up once, and a revoked token is noticed there too', async (t) => {
  const url = await startProxy(t, t.context.url, {
    alter: (path, body) =>
      path.startsWith('/api/v2/authorizations') ? body.replaceAll(/"token": "[^"]*",/g, '') : body,
  });
  const options = await newSetup(t.context, { url });
  const first = await provisionInflux(options);
  t.deepEqual((await provisionInflux(options)).changes, []);

  await writeFile(first.readTokenFile, t.context.token);
  const other = await provisionInflux(options);
  t.regex(other.changes.join('\n'), /the one in the file had other rights; removed the old one$/);

  await writeFile(first.readTokenFile, 'not-this-one');
  const second = await provisionInflux(options);
  t.regex(second.changes.join('\n'), /does not know the one in the file; removed the old one$/);
  t.not(second.readToken, first.readToken);

  const { api, authID } = await findToken(t.context, first.orgId, first.writeToken);
  await api.deleteAuthorizationsID({ authID });
  const third = await provisionInflux(options);
  t.is(third.changes.length, 1);
  t.not(third.writeToken, first.writeToken);
  t.deepEqual((await provisionInflux(options)).changes, []);
});

test('InfluxDB may live below a path, with or without a slash or the API at its end', async (t) => {
  const url = await startProxy(t, t.context.url, { prefix: '/metrics/influx' });
  const options = await newSetup(t.context, { url: `${url}/metrics/influx` });
  await provisionInflux(options);
  for (const end of ['/', '///', '/api/v2', '/api/v2/']) {
    t.deepEqual((await provisionInflux({ ...options, url: `${url}/metrics/influx${end}` })).changes, []);
  }
});

test('an all-access token of the organization suffices, no operator is needed', async (t) => {
  const options = await newSetup(t.context);
  const { orgs = [] } = await new OrgsAPI(admin(t.context)).getOrgs({ org: options.org });
  const orgID = String(orgs[0]?.id);
  const me = await new MeAPI(admin(t.context)).getMe();
  const types = ['buckets', 'authorizations', 'tasks', 'orgs', 'users'] as const;
  const ids: Partial<Record<(typeof types)[number], string>> = { orgs: orgID, users: String(me.id) };
  const { token } = await new AuthorizationsAPI(admin(t.context)).postAuthorizations({
    body: {
      orgID,
      permissions: types.flatMap((type) =>
        (['read', 'write'] as const).map((action) => ({
          action,
          resource: ids[type] === undefined ? { type, orgID } : { type, id: ids[type] },
        })),
      ),
    },
  });
  const withAllAccess = { ...options, adminToken: String(token) };
  t.is((await provisionInflux(withAllAccess)).changes.length, 4 + rollupTasks(options).length);
  t.deepEqual((await provisionInflux(withAllAccess)).changes, []);
});

test('tokens are for the owner alone, in a folder for the owner alone', async (t) => {
  const result = await provisionInflux(await newSetup(t.context));
  for (const file of [result.writeTokenFile, result.readTokenFile, `${result.readTokenFile}.id`]) {
    t.is((await stat(file)).mode & 0o777, 0o600);
  }
  t.is((await stat(join(result.readTokenFile, '..'))).mode & 0o777, 0o700);
});

test('the token that only reads may be opened to the users of other containers, and stays so', async (t) => {
  const options = await newSetup(t.context, { tokenFileMode: 0o644 });
  const { readTokenFile, writeTokenFile } = await provisionInflux(options);
  t.is((await stat(readTokenFile)).mode & 0o777, 0o644);
  t.is((await stat(writeTokenFile)).mode & 0o777, 0o600);
  t.is((await stat(options.tokensDir)).mode & 0o777, 0o755);
  t.deepEqual((await provisionInflux(options)).changes, []);
  await chmod(readTokenFile, 0o600);
  t.deepEqual((await provisionInflux(options)).changes, [`permissions of ${readTokenFile} are now 644`]);
  t.is((await stat(readTokenFile)).mode & 0o777, 0o644);
});

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { OrgsAPI } from '@influxdata/influxdb-client-apis';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import {
  CredentialsUnreadableError,
  makeCredentials,
  writeCredentials,
} from '../../src/influx/local/credentials.js';
import { influxdFolder } from '../../src/influx/local/influxd-folder.js';
import { CredentialsLostError, onboardInfluxd } from '../../src/influx/local/onboard.js';
import type { RunningInfluxd } from '../../src/influx/local/running-influxd.js';
import { startInfluxd } from '../../src/influx/local/start-influxd.js';
import { influxClient, influxdForTests } from '../helpers/influx.js';

interface Fresh {
  server: RunningInfluxd;
  dataDir: string;
}

const test = anyTest as TestFn<Fresh>;

test.beforeEach(async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'qss-bridge-onboard-'));
  t.context = { dataDir, server: await startInfluxd({ binary: await influxdForTests(), dataDir }) };
});
test.afterEach.always(async (t) => {
  await t.context.server.stop();
  await rm(t.context.dataDir, { recursive: true, force: true });
});

function onboard({ context }: ExecutionContext<Fresh>, org = 'acme') {
  return onboardInfluxd({ url: context.server.url, dataDir: context.dataDir, org, bucket: 'zoom' });
}

async function orgsSeenBy(url: string, token: string): Promise<string[]> {
  const { orgs = [] } = await new OrgsAPI(influxClient({ url, token })).getOrgs();
  return orgs.map(({ name }) => name);
}

test('a new InfluxDB gets an organization and an operator token that works', async (t) => {
  const { org, token } = await onboard(t);
  t.is(org, 'acme');
  t.deepEqual(await orgsSeenBy(t.context.server.url, token), ['acme']);
});

test('its credentials are kept for the owner alone, and read back the next time', async (t) => {
  const first = await onboard(t);
  const { credentials } = influxdFolder(t.context.dataDir);
  t.is((await stat(credentials)).mode & 0o777, 0o600);
  t.is((await stat(dirname(credentials))).mode & 0o777, 0o700);
  t.deepEqual(await onboard(t), first);
  t.deepEqual(await onboard(t, 'renamed in the settings'), first, 'what is there stays what it is');
});

test('no two get the same password or token', async (t) => {
  const [one, two] = [makeCredentials('user', 'org'), makeCredentials('user', 'org')];
  t.not(one.password, two.password);
  t.not(one.token, two.token);
  t.true(one.password.length >= 20);
  t.pass();
});

test('a crash after the credentials were kept and before InfluxDB had them loses nothing', async (t) => {
  const kept = makeCredentials('qss-bridge', 'acme');
  await writeCredentials(influxdFolder(t.context.dataDir).credentials, kept);
  t.deepEqual(await onboard(t), kept);
  t.deepEqual(await orgsSeenBy(t.context.server.url, kept.token), ['acme']);
});

test('lost credentials are told with the file and the command that makes new ones', async (t) => {
  await onboard(t);
  const { credentials, bolt } = influxdFolder(t.context.dataDir);
  await rm(credentials);
  const error = await t.throwsAsync(onboard(t), {
    instanceOf: CredentialsLostError,
    code: 'influx_credentials_lost',
  });
  t.true(error?.message.includes(`${credentials} is missing`));
  t.true(error?.message.includes(`influxd recovery auth create-operator --bolt-path ${bolt}`));
});

test('credentials of another InfluxDB are told as such, and without the token', async (t) => {
  await onboard(t);
  const other = makeCredentials('qss-bridge', 'acme');
  await writeCredentials(influxdFolder(t.context.dataDir).credentials, other);
  const error = await t.throwsAsync(onboard(t), { instanceOf: CredentialsLostError });
  t.regex(error?.message ?? '', /holds a token that it does not know/);
  t.false(error?.message.includes(other.token));
});

test('a damaged file of credentials is told, without its content', async (t) => {
  const { credentials } = influxdFolder(t.context.dataDir);
  const { token } = await onboard(t);
  const text = await readFile(credentials, 'utf8');
  for (const damaged of [text.slice(0, -5), '{}', '[]', '', text.replace('"token"', '"tokn"')]) {
    await writeFile(credentials, damaged);
    const error = await t.throwsAsync(onboard(t), { instanceOf: CredentialsUnreadableError });
    t.true(error?.message.includes(credentials));
    t.false(`${error?.message} ${String(error?.cause)}`.includes(token.slice(0, 8)));
  }
});

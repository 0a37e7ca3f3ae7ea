import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { tempFolder } from '../helpers/temp-folder.js';
import { ROOT, readText } from './repository.js';

type Advisories = Readonly<Record<string, readonly object[]>>;

const advisory = (severity: string, id = 'GHSA-aaaa-bbbb-cccc') => ({
  id: 1,
  url: `https://github.com/advisories/${id}`,
  title: 'A sample fault',
  severity,
  vulnerable_versions: '>=0',
  cwe: [],
  cvss: { score: 0 },
});

/** A registry that knows these faults; a number: it answers the question with that status. */
async function startRegistry(t: ExecutionContext, answer: Advisories | number): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      const isQuestion = request.method === 'POST' && request.url === '/-/npm/v1/security/advisories/bulk';
      response.statusCode = isQuestion ? (typeof answer === 'number' ? answer : 200) : 404;
      response.setHeader('content-type', 'application/json');
      response.end(isQuestion && typeof answer !== 'number' ? JSON.stringify(answer) : '{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (data: string) => {
      output += data;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}

async function audit(t: ExecutionContext, registry: string, allowed?: unknown) {
  t.timeout(180_000);
  const folder = tempFolder(t, 'audit');
  const file = join(folder, 'allow.json');
  if (allowed !== undefined) writeFileSync(file, JSON.stringify(allowed));
  const args = ['scripts/audit.mjs', ...(allowed === undefined ? [] : [file])];
  return await run(process.execPath, args, {
    npm_config_registry: registry,
    // npm keeps what it has learned of an advisory.
    npm_config_cache: join(folder, 'cache'),
  });
}

const allow = (expires: string, more: object = {}) => [
  { advisory: 'GHSA-aaaa-bbbb-cccc', reason: 'does not reach what we use of it', expires, ...more },
];

test('dependencies without a known fault pass', async (t) => {
  const { code, output } = await audit(t, await startRegistry(t, {}));
  t.is(code, 0, output);
  t.regex(output, /no serious known fault/);
});

for (const severity of ['high', 'critical'])
  test(`a ${severity} fault fails, and is named with the package and the advisory`, async (t) => {
    const registry = await startRegistry(t, { 'content-type': [advisory(severity)] });
    const { code, output } = await audit(t, registry);
    t.is(code, 1, output);
    t.regex(
      output,
      new RegExp(`${severity} in content-type: A sample fault \\(GHSA-aaaa-bbbb-cccc\\): NOT ALLOWED`),
    );
  });

test('a serious fault passes where the list allows it until a later day, and only that one', async (t) => {
  const one = await startRegistry(t, { 'content-type': [advisory('high')] });
  const { code, output } = await audit(t, one, allow('2999-12-31'));
  t.is(code, 0, output);
  t.regex(output, /GHSA-aaaa-bbbb-cccc\): allowed/);
  const two = await startRegistry(t, {
    'content-type': [advisory('high')],
    koa: [advisory('high', 'GHSA-dddd-eeee-ffff')],
  });
  const other = await audit(t, two, allow('2999-12-31'));
  t.is(other.code, 1, other.output);
  t.regex(other.output, /1 serious known faults/);
});

test('a moderate fault is told and passes; what is allowed for nothing is told as well', async (t) => {
  const registry = await startRegistry(t, { 'content-type': [advisory('moderate')] });
  const { code, output } = await audit(t, registry, allow('2999-12-31'));
  t.is(code, 0, output);
  t.regex(output, /moderate in content-type: .*: not serious/);
  t.regex(output, /GHSA-aaaa-bbbb-cccc is allowed and not there: take it out/);
});

const FAULTY_LISTS: readonly [unknown, RegExp][] = [
  [allow('2020-01-31'), /GHSA-aaaa-bbbb-cccc has expired on 2020-01-31/],
  [allow('soon'), /has no day of expiry/],
  [allow('2999-13-41'), /has no day of expiry/],
  [allow('2999-12-31', { reason: '' }), /has no reason/],
  [allow('2999-12-31', { advisory: 'CVE-1' }), /CVE-1 is no id/],
  [{}, /holds no list/],
];

test('an entry that has expired or lacks something fails, whatever the registry says', async (t) => {
  for (const [list, told] of FAULTY_LISTS) {
    const { code, output } = await audit(t, 'http://127.0.0.1:9/', list);
    t.is(code, 1, output);
    t.regex(output, told);
  }
});

for (const status of [403, 404, 405])
  test(`a registry that can't be asked (${status}) is told loudly, with an exit code of its own`, async (t) => {
    const { code, output } = await audit(t, await startRegistry(t, status));
    t.is(code, 3, output);
    t.regex(output, /NOT CHECKED FOR KNOWN FAULTS/);
  });

test('a registry that fails or is not there fails the audit', async (t) => {
  const failing = await audit(t, await startRegistry(t, 500));
  t.is(failing.code, 1, failing.output);
  const gone = await audit(t, 'http://127.0.0.1:9/');
  t.is(gone.code, 1, gone.output);
  t.regex(gone.output, /could not be asked/);
});

test('the list in use is without faults today, and every run of CI asks', async (t) => {
  const { code, output } = await audit(t, await startRegistry(t, {}));
  t.is(code, 0, output);
  t.regex(readText('.ci/run'), /npm run --silent audit \|\| audit=\$\?[\s\S]*exit "\$audit"[\s\S]*npm test/);
});

type Component = {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly { readonly license?: { readonly id?: string } }[];
  readonly hashes?: readonly { readonly content: string }[];
};

/** Licences that let anybody run and change a program without telling others. */
const PERMISSIVE = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD']);

test('the bill of materials has every production dependency with version, licence and hash, and no other', async (t) => {
  t.timeout(180_000);
  const { code, output } = await run('npm', ['run', '--silent', 'sbom'], {});
  t.is(code, 0, output);
  const bom = JSON.parse(output) as {
    bomFormat: string;
    metadata: { component: { name: string; version: string; type: string } };
    components: readonly Component[];
    dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  };
  const own = JSON.parse(readText('package.json')) as { name: string; version: string };
  t.is(bom.bomFormat, 'CycloneDX');
  t.deepEqual([bom.metadata.component.name, bom.metadata.component.version], [own.name, own.version]);
  t.is(bom.metadata.component.type, 'application');

  const lock = JSON.parse(readText('package-lock.json')) as {
    packages: Record<string, { version: string; dev?: boolean; devOptional?: boolean }>;
  };
  const expected = Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`);
  const references = new Set(bom.components.map((component) => component['bom-ref']));
  for (const { ref, dependsOn } of bom.dependencies)
    for (const name of [ref, ...dependsOn])
      t.true(references.has(name) || name === `${own.name}@${own.version}`, `${ref} needs ${name}`);
  const listed = bom.components.map(({ name, version }) => `${name}@${version}`);
  t.deepEqual([...new Set(listed)].sort(), [...new Set(expected)].sort());
  t.true(listed.some((name) => name.startsWith('koa@')) && listed.some((name) => name.startsWith('lmdb@')));
  for (const { name, licenses, hashes } of bom.components) {
    t.true(licenses.length > 0, name);
    for (const { license } of licenses) t.true(PERMISSIVE.has(license?.id ?? ''), `${name}: ${license?.id}`);
    t.regex(hashes?.[0]?.content ?? '', /^[0-9a-f]{40,128}$/, name);
  }
});

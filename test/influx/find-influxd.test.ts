import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import {
  cachedInfluxdPath,
  findInfluxd,
  InfluxdNotExecutableError,
} from '../../src/influx/local/find-influxd.js';

const test = anyTest as TestFn<string>;

test.beforeEach(async (t) => {
  t.context = await mkdtemp(join(tmpdir(), 'qss-bridge-find-'));
});
test.afterEach.always(async (t) => {
  await rm(t.context, { recursive: true, force: true });
});

async function program(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

test('INFLUXD comes first, then the PATH, then the cache folder', async (t) => {
  const named = await program(join(t.context, 'named', 'my-influxd'));
  const onPath = await program(join(t.context, 'bin', 'influxd'));
  const env = { XDG_CACHE_HOME: join(t.context, 'cache'), PATH: `/nowhere:${dirname(onPath)}` };
  const cached = await program(cachedInfluxdPath(env));

  t.deepEqual(await findInfluxd({ env: { ...env, INFLUXD: ` ${named} ` } }), {
    path: named,
    source: 'INFLUXD',
  });
  t.deepEqual(await findInfluxd({ env: { ...env, INFLUXD: '' } }), { path: onPath, source: 'PATH' });
  t.deepEqual(await findInfluxd({ env: { ...env, PATH: '' } }), { path: cached, source: 'cache' });
});

test('nothing is found where there is nothing', async (t) => {
  t.is(await findInfluxd({ env: { HOME: t.context } }), undefined);
});

test('the cache folder is XDG_CACHE_HOME, or .cache of the home folder', (t) => {
  t.is(cachedInfluxdPath({ XDG_CACHE_HOME: '/x', HOME: '/home/me' }), '/x/qss-bridge/influxd-2.8.0/influxd');
  t.is(
    cachedInfluxdPath({ XDG_CACHE_HOME: '', HOME: '/home/me' }),
    '/home/me/.cache/qss-bridge/influxd-2.8.0/influxd',
  );
});

test('what only bears the name is passed over: a folder, and a file that can not be run', async (t) => {
  await mkdir(join(t.context, 'one', 'influxd'), { recursive: true });
  await mkdir(join(t.context, 'two'));
  await writeFile(join(t.context, 'two', 'influxd'), 'text');
  await chmod(join(t.context, 'two', 'influxd'), 0o644);
  const real = await program(join(t.context, 'three', 'influxd'));
  const PATH = ['one', 'two', 'three'].map((folder) => join(t.context, folder)).join(':');
  t.is((await findInfluxd({ env: { PATH, HOME: t.context } }))?.path, real);
});

test('INFLUXD that names nothing that runs is an error with its value, not a reason to take another', async (t) => {
  const onPath = await program(join(t.context, 'bin', 'influxd'));
  const text = join(t.context, 'notes.txt');
  await writeFile(text, 'text');
  for (const INFLUXD of [join(t.context, 'absent'), t.context, text]) {
    const error = await t.throwsAsync(findInfluxd({ env: { INFLUXD, PATH: dirname(onPath) } }), {
      instanceOf: InfluxdNotExecutableError,
      code: 'influxd_not_executable',
    });
    t.true(error?.message.includes(INFLUXD));
  }
});

import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { writePrivateFile } from '../../src/influx/private-file.js';

const test = anyTest as TestFn<string>;

test.beforeEach(async (t) => {
  t.context = await mkdtemp(join(tmpdir(), 'qss-bridge-private-'));
});
test.afterEach.always(async (t) => {
  await rm(t.context, { recursive: true, force: true });
});

test('a private file is for the owner alone, and so is a folder made for it', async (t) => {
  const path = join(t.context, 'new', 'secret');
  await writePrivateFile(path, 'text');
  t.is(await readFile(path, 'utf8'), 'text');
  t.is((await stat(path)).mode & 0o777, 0o600);
  t.is((await stat(join(t.context, 'new'))).mode & 0o777, 0o700);
});

test('the mode is as asked, whatever the umask', async (t) => {
  const before = process.umask(0o077);
  t.teardown(() => process.umask(before));
  const path = join(t.context, 'shared');
  await writePrivateFile(path, 'text', 0o644);
  t.is((await stat(path)).mode & 0o777, 0o644);
});

test('readers see the old text or the new one, never a part', async (t) => {
  const path = join(t.context, 'file');
  const texts = ['a'.repeat(100_000), 'b'.repeat(100_000)];
  await writePrivateFile(path, texts[0] ?? '');
  let writing = true;
  const writer = (async () => {
    for (let round = 0; round < 20; round += 1) {
      await writePrivateFile(path, texts[round % 2] ?? '');
    }
    writing = false;
  })();
  while (writing) {
    t.true(texts.includes(await readFile(path, 'utf8')));
  }
  await writer;
  t.deepEqual(await readdir(t.context), ['file']);
});

test('a write that fails leaves the old file and no other', async (t) => {
  const folder = join(t.context, 'taken');
  await writePrivateFile(join(folder, 'inside'), 'text');
  await t.throwsAsync(writePrivateFile(folder, 'text'));
  t.deepEqual(await readdir(t.context), ['taken']);
});

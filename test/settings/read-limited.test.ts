import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { FileError, readLimited, readRegularFile } from '../../src/settings/read-limited.js';
import { tempFolder } from '../helpers/temp-folder.js';

const KIB = 1024;

test('a file up to the limit is read whole, whatever its size', (t) => {
  const file = join(tempFolder(t), 'file');
  for (const size of [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 300 * KIB]) {
    const content = Buffer.alloc(size, 'abcdefg');
    writeFileSync(file, content);
    for (const read of [readLimited, readRegularFile]) {
      t.true(read(file, 300 * KIB).equals(content), `${size}`);
      if (size > 0)
        t.throws(() => read(file, size - 1), { instanceOf: FileError, message: /is longer than/ });
    }
  }
});

test('what is longer is refused before it is read', (t) => {
  const file = join(tempFolder(t), 'file');
  writeFileSync(file, '');
  truncateSync(file, 2 ** 40);
  t.throws(() => readLimited(file, 16 * KIB * KIB), { message: `${file} is longer than 16 MiB` });
});

test('what has no end is read up to the limit', (t) => {
  t.throws(() => readLimited('/dev/zero', 64 * KIB), { message: '/dev/zero is longer than 64 KiB' });
  t.throws(() => readRegularFile('/dev/zero', 64 * KIB), { message: '/dev/zero is not a file' });
});

test('a folder is told as such', (t) => {
  for (const read of [readLimited, readRegularFile])
    t.throws(() => read('/', KIB), { instanceOf: FileError, message: '/ is a folder, not a file' });
});

test('a secret can come from a program', (t) => {
  const module = fileURLToPath(new URL('../../src/settings/read-limited.js', import.meta.url));
  const script = `import { readLimited } from ${JSON.stringify(module)}; process.stdout.write(readLimited(process.argv[1], 1024));`;
  const command = `"$0" --input-type=module -e "$1" <(sleep 0.2; echo from-a-program)`;
  const text = execFileSync('bash', ['-c', command, process.execPath, script], { encoding: 'utf8' });
  t.is(text, 'from-a-program\n');
});

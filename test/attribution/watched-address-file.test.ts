import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { ADDRESS_SOURCES, type AddressSource } from '../../src/attribution/address-source.js';
import { WatchedAddressFile } from '../../src/attribution/watched-address-file.js';
import { makeAddressDatabase } from '../helpers/address-database.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';

const EVERY_MS = 25;

function source(setting: AddressSource['setting']): AddressSource {
  const found = ADDRESS_SOURCES.find((other) => other.setting === setting);
  if (found === undefined) throw new Error(setting);
  return found;
}

/** Watches a file and gathers what is told. */
function watch(t: ExecutionContext, file: string, setting: AddressSource['setting'] = 'SITES_FILE') {
  const told: (string | undefined)[] = [];
  const watched = new WatchedAddressFile(
    source(setting),
    file,
    (_source, _file, error) => told.push(error),
    EVERY_MS,
  );
  t.teardown(() => watched.close());
  const becomes = async (site: string) => {
    await until(`${site} is in force`, () => watched.find('192.0.2.1') === site);
    t.is(watched.find('192.0.2.1'), site);
  };
  return { told, becomes, find: watched.find };
}

const list = (site: string) => `192.0.2.0/24,${site}\n`;

/** Long enough for several looks. */
const looks = () => sleep(EVERY_MS * 6);

test('a list that is replaced by renaming is used', async (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'sites.csv');
  writeFileSync(file, list('Old'));
  const { becomes, told } = watch(t, file);
  writeFileSync(`${file}.new`, list('New'));
  renameSync(`${file}.new`, file);
  await becomes('New');
  t.deepEqual(told, [undefined]);
});

test('a list that is edited in place is used, also one of the same length', async (t) => {
  const file = join(tempFolder(t), 'sites.csv');
  writeFileSync(file, list('Old'));
  const { becomes } = watch(t, file);
  writeFileSync(file, list('New'));
  await becomes('New');
  appendFileSync(file, '192.0.2.1,Reception\n');
  await becomes('Reception');
});

test('a list behind a link that is turned to another folder is used, as Kubernetes does it', async (t) => {
  const folder = tempFolder(t);
  for (const [version, site] of [
    ['..v1', 'Old'],
    ['..v2', 'New'],
  ] as const) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'sites.csv'), list(site));
  }
  symlinkSync('..v1', join(folder, '..data'));
  symlinkSync(join('..data', 'sites.csv'), join(folder, 'sites.csv'));
  const { becomes } = watch(t, join(folder, 'sites.csv'));
  symlinkSync('..v2', join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  rmSync(join(folder, '..v1'), { recursive: true });
  await becomes('New');
});

test('a faulty list leaves the old one in force and is told once, and again when it is right', async (t) => {
  const file = join(tempFolder(t), 'sites.csv');
  writeFileSync(file, list('Old'));
  const { becomes, told, find } = watch(t, file);
  writeFileSync(file, `${list('New')}nonsense\n`);
  await until('the fault is told', () => told.length === 1);
  t.regex(told[0] ?? '', /line 2: "nonsense"/);
  utimesSync(file, 1, 1);
  await looks();
  t.is(told.length, 1);
  t.is(find('192.0.2.1'), 'Old');
  writeFileSync(file, list('New'));
  await becomes('New');
  t.is(told.length, 2);
  t.is(told[1], undefined);
});

test('going back to the old list after a faulty one is told as well', async (t) => {
  const file = join(tempFolder(t), 'sites.csv');
  writeFileSync(file, list('Old'));
  const { told, find } = watch(t, file);
  writeFileSync(file, 'nonsense\n');
  await until('the fault is told', () => told.length === 1);
  writeFileSync(file, list('Old'));
  await until('the list is right again', () => told.length === 2);
  t.is(told[1], undefined);
  t.is(find('192.0.2.1'), 'Old');
});

test('a file that is gone leaves the old list in force, and is used when it is back', async (t) => {
  const file = join(tempFolder(t), 'sites.csv');
  writeFileSync(file, list('Old'));
  const { becomes, told, find } = watch(t, file);
  rmSync(file);
  await until('it is told', () => told.length === 1);
  t.regex(told[0] ?? '', /ENOENT/);
  await looks();
  t.is(told.length, 1);
  t.is(find('192.0.2.1'), 'Old');
  mkdirSync(file);
  await until('a folder in its place is told', () => told.length === 2);
  t.regex(told[1] ?? '', /is a folder/);
  rmSync(file, { recursive: true });
  writeFileSync(file, list('New'));
  await becomes('New');
});

test('a file that is only touched is not told', async (t) => {
  const file = join(tempFolder(t), 'sites.csv');
  writeFileSync(file, list('Old'));
  const { told } = watch(t, file);
  utimesSync(file, 1, 1);
  await looks();
  t.deepEqual(told, []);
});

test('a list that grows beyond the limit is not used', async (t) => {
  const file = join(tempFolder(t), 'sites.csv');
  writeFileSync(file, list('Old'));
  const { told, find } = watch(t, file);
  truncateSync(file, 16 * 1024 ** 2 + 1);
  await until('it is told', () => told.length === 1);
  t.regex(told[0] ?? '', /is longer than 16 MiB/);
  t.is(find('192.0.2.1'), 'Old');
});

test('a new database of providers is used, a damaged one leaves the old one in force', async (t) => {
  const database = (isp: string) =>
    makeAddressDatabase('GeoLite2-ASN', { '192.0.2.0/24': { autonomous_system_organization: isp } });
  const file = join(tempFolder(t), 'asn.mmdb');
  writeFileSync(file, database('Old Networks'));
  const { becomes, told, find } = watch(t, file, 'ASN_DB_FILE');
  t.is(find('192.0.2.1'), 'Old Networks');
  writeFileSync(file, database('New Networks').subarray(0, 300));
  await until('it is told', () => told.length === 1);
  t.regex(told[0] ?? '', /no whole MaxMind-format/);
  t.is(find('192.0.2.1'), 'Old Networks');
  writeFileSync(file, database('New Networks'));
  await becomes('New Networks');
});

for (const [path, pattern] of [
  ['/', /is a folder/],
  ['/dev/zero', /is not a file/],
  ['/nowhere/sites.csv', /ENOENT/],
] as const)
  test(`${path} is refused at the start`, (t) => {
    t.throws(() => new WatchedAddressFile(source('SITES_FILE'), path, () => {}), { message: pattern });
  });

import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Random } from '../../src/simulator/random.js';
import { damagedFiles, type SetAside, setAsideIfDamaged } from '../../src/spool/damaged-file.js';
import { examineFile } from '../../src/spool/examine-file.js';
import { salvageEvents } from '../../src/spool/salvage.js';
import { Spool } from '../../src/spool/spool.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { type Damage, RUINS, WOUNDS } from './damage.js';
import { fillSpool, isWhole, SOME } from './filled.js';
import { runProgram } from './run-program.js';

/** Waiting in the spool that is damaged; as many more were taken out of it. */
const WAITING = 8 * SOME;
const NOW = Date.UTC(2026, 0, 15, 10, 20, 30);

type Used = {
  readonly setAside?: SetAside;
  readonly before: { readonly waiting: number; readonly accepted: number };
  readonly whole: number;
  readonly after: { readonly waiting: number; readonly accepted: number };
};

const sound = tempFolder({ teardown: (clean) => test.after.always(clean) }, 'sound');
test.before(async (t) => {
  const spool = new Spool(sound, 2 ** 40);
  await fillSpool(spool);
  t.is(spool.counts().waiting, WAITING);
  await spool.close();
});

const fileIn = (dataDir: string) => join(dataDir, 'spool', 'data.mdb');

/** A copy of the sound spool, damaged. */
function damaged(t: ExecutionContext, damage: Damage, seed = 1) {
  const dataDir = tempFolder(t, 'damaged');
  cpSync(sound, dataDir, { recursive: true });
  const bytes = damage(readFileSync(fileIn(sound)), new Random(seed));
  writeFileSync(fileIn(dataDir), bytes);
  return { dataDir, bytes };
}

/** Uses a spool in a process of its own, since a fault there would end this one. */
async function use(t: ExecutionContext, dataDir: string): Promise<Used> {
  const child = runProgram(t, 'use', dataDir);
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const [code, signal] = await once(child, 'close');
  t.deepEqual([code, signal], [0, null]);
  return JSON.parse(said) as Used;
}

test('a sound spool is left alone, after an orderly end as after any other', (t) => {
  const dataDir = tempFolder(t, 'sound-copy');
  cpSync(sound, dataDir, { recursive: true });
  t.is(setAsideIfDamaged(dataDir, NOW), undefined);
  writeFileSync(join(dataDir, 'spool', 'in-use'), '');
  t.is(setAsideIfDamaged(dataDir, NOW), undefined);
  t.deepEqual(damagedFiles(dataDir), []);
  t.is(setAsideIfDamaged(tempFolder(t), NOW), undefined, 'nor is there anything to say of a new one');
});

for (const [what, damage] of Object.entries(RUINS))
  test.serial(
    `a spool ${what} is set aside with the reason, whole, and an empty one takes its place`,
    async (t) => {
      const { dataDir, bytes } = damaged(t, damage);
      const used = await use(t, dataDir);
      t.regex(basename(used.setAside?.file ?? ''), /^data\.mdb\.damaged-\d{8}T\d{6}Z$/);
      t.regex(used.setAside?.reason ?? '', /page \d|the file is (empty|cut off)|the list of free pages/);
      t.is(used.setAside?.bytes, bytes.length);
      t.deepEqual(damagedFiles(dataDir), [used.setAside?.file]);
      t.true(readFileSync(used.setAside?.file ?? '').equals(bytes));
      t.is(used.before.accepted, 0);
      t.is(used.after.waiting, 10 * SOME);
      t.is(used.after.accepted, 11 * SOME);
      t.is((await use(t, dataDir)).setAside, undefined, 'the new one is sound');
    },
  );

for (const [what, damage] of Object.entries(WOUNDS))
  test.serial(`where ${what} either the spool is set aside, or every event still waits`, async (t) => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const { dataDir, bytes } = damaged(t, damage, seed);
      const { setAside, before, whole, after } = await use(t, dataDir);
      t.is(after.waiting, 10 * SOME, `seed ${seed}`);
      if (setAside === undefined) {
        t.is(before.waiting, WAITING, `seed ${seed}`);
        t.true(whole >= WAITING - 4, `seed ${seed}: ${whole} are as they were`);
      } else t.true(readFileSync(setAside.file).equals(bytes), `seed ${seed}`);
    }
  });

test('what comes after the name of an earlier damaged file gets a name of its own', (t) => {
  const { dataDir } = damaged(t, () => Buffer.from('one'));
  setAsideIfDamaged(dataDir, NOW);
  writeFileSync(fileIn(dataDir), 'two');
  setAsideIfDamaged(dataDir, NOW);
  const files = damagedFiles(dataDir);
  t.deepEqual(
    files.map((file) => basename(file)),
    ['data.mdb.damaged-20260115T102030Z', 'data.mdb.damaged-20260115T102030Z-2'],
  );
  t.deepEqual(
    files.map((file) => readFileSync(file, 'utf8')),
    ['one', 'two'],
  );
});

test.serial('noise in the file of locks does no harm', async (t) => {
  for (const content of [Buffer.alloc(0), Buffer.alloc(8_272, 0xa5), Buffer.alloc(100_000)]) {
    const dataDir = tempFolder(t, 'locks');
    cpSync(sound, dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'spool', 'lock.mdb'), content);
    const { setAside, whole } = await use(t, dataDir);
    t.is(setAside, undefined);
    t.is(whole, WAITING);
  }
});

test.serial('bytes behind the end of the file do no harm', async (t) => {
  const { dataDir } = damaged(t, (bytes) => Buffer.concat([bytes, Buffer.alloc(1_000_000, 'x')]));
  const { setAside, whole } = await use(t, dataDir);
  t.is(setAside, undefined);
  t.is(whole, WAITING);
});

test('after an orderly end a limited part is looked at, and after any other all of it', (t) => {
  const headless: Damage = (bytes) => {
    const changed = Buffer.from(bytes);
    for (let page = 0; page < changed.length; page += 4096)
      if (changed.readUInt16LE(page + 18) === 4) changed.fill(0, page, page + 24);
    return changed;
  };
  const file = fileIn(damaged(t, headless).dataDir);
  t.notThrows(() => examineFile(file, 4096));
  t.throws(() => examineFile(file), {
    code: 'spool_damaged',
    message: /^page \d+, with a large value, is overwritten$/,
  });
});

test('a spool that is open is marked so, and no longer when it was closed', async (t) => {
  const dataDir = tempFolder(t, 'mark');
  const marks = () => readdirSync(join(dataDir, 'spool')).filter((name) => name === 'in-use').length;
  const spool = new Spool(dataDir, 2 ** 40);
  t.is(marks(), 1);
  await spool.close();
  t.is(marks(), 0);
});

test('the events that wait can be read out of a file whose way to them is sound, in their order', (t) => {
  const bodies = [...salvageEvents(fileIn(sound))];
  t.is(bodies.length, WAITING);
  t.true(bodies.every(isWhole));
});

for (const what of ['whose first page is zeros', 'whose second page is noise'])
  test(`of a file ${what} every event can still be had`, (t) => {
    const { dataDir } = damaged(t, RUINS[what] ?? ((bytes) => bytes));
    t.true([...salvageEvents(fileIn(dataDir))].filter(isWhole).length >= WAITING);
  });

test('of half a file about half of the events can be had, and of none nothing', (t) => {
  const salvaged = (damage: Damage) => {
    const { dataDir } = damaged(t, damage);
    return [...salvageEvents(fileIn(dataDir))].filter(isWhole).length;
  };
  t.true(salvaged((bytes) => bytes.subarray(0, bytes.length / 2)) > WAITING / 4);
  for (const what of ['that is empty', 'that is all zeros', 'that is all noise', 'that is text'])
    t.is(salvaged(RUINS[what] ?? ((bytes) => bytes)), 0, what);
});

test('whatever is damaged, nothing that is read out of it makes the reader fail', (t) => {
  for (const damage of [...Object.values(WOUNDS), ...Object.values(RUINS)])
    for (let seed = 10; seed < 20; seed += 1) {
      const { dataDir } = damaged(t, damage, seed);
      t.notThrows(() => [...salvageEvents(fileIn(dataDir))]);
      rmSync(dataDir, { recursive: true });
      mkdirSync(dataDir);
    }
});

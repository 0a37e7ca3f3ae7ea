import { chmodSync, existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { DropOff } from '../../src/inbox/drop-off.js';
import { inboxFileName, inboxFolder, listInbox } from '../../src/inbox/inbox-file.js';
import { PickUp } from '../../src/inbox/pick-up.js';
import { recordingLog } from '../helpers/recording-log.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';

const RECEIVED = 1_768_471_200_000;

/** An inbox with one bundle in it, and what is taken from it. */
async function place(t: ExecutionContext, startedMs: number) {
  const dataDir = tempFolder(t, 'inbox');
  const folder = inboxFolder(dataDir);
  const put = (body: string, ms: number) =>
    new DropOff(dataDir, ms).put([{ receivedMs: RECEIVED, again: false, body: Buffer.from(body) }]);
  await put('{"event":"first"}', startedMs);
  const taken: string[] = [];
  const log = recordingLog();
  const start = () => {
    const pickUp = new PickUp({
      dataDir,
      append: async ({ body }) => void taken.push(body.toString()),
      hasRoom: () => true,
      log,
    });
    t.teardown(() => pickUp.stop());
  };
  return { folder, put, taken, log, start };
}

test('a folder in the inbox is passed over, told once, and holds nothing up', async (t) => {
  const { folder, put, taken, log, start } = await place(t, 2);
  const odd = inboxFileName(1, 1, 1);
  mkdirSync(join(folder, odd));
  start();
  await until('the bundle behind it is taken', () => taken.length === 1);
  await sleep(2_200);
  const told = () => log.entries.filter(({ level }) => level === 'warn');
  t.is(told().length, 1);
  t.regex(JSON.stringify(told()), new RegExp(`passed over.*${odd}.*EISDIR`));
  t.true(existsSync(join(folder, odd)));
  await put('{"event":"second"}', 3);
  await until('later bundles are taken', () => taken.length === 2);
  rmdirSync(join(folder, odd));
  await until('nothing is left', () => listInbox(folder).length === 0);
});

const NOBODY = 65_534;

/** Root may read everything, so it steps down for the test: to nobody, who then owns what the test makes. */
function stepDown(t: ExecutionContext): void {
  if (process.getuid?.() !== 0) return;
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  t.teardown(() => {
    process.seteuid?.(0);
    process.setegid?.(0);
  });
}

test.serial('a file that may not be read is passed over until it may', async (t) => {
  stepDown(t);
  const { folder, put, taken, log, start } = await place(t, 1);
  const [name = ''] = listInbox(folder);
  chmodSync(join(folder, name), 0o000);
  await put('{"event":"second"}', 2);
  start();
  await until('the bundle behind it is taken', () => taken.length === 1);
  t.is(log.entries.filter(({ level }) => level === 'warn').length, 1);
  chmodSync(join(folder, name), 0o600);
  await until('it is taken', () => taken.length === 2);
});

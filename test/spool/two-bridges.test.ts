import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { DataDirLockedError, lockDataDir } from '../../src/spool/lock.js';
import { ReplacedError } from '../../src/spool/ownership.js';
import { Spool, SpoolError } from '../../src/spool/spool.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { tempFolder } from '../helpers/temp-folder.js';

const LOCK = fileURLToPath(new URL('../../src/spool/lock.js', import.meta.url));

/**
 * Locks a data folder as a process number 1 of its own, as in a container; resolves with it once it has the lock or has ended. What it
 * said is taken from its ended streams, since the end of a process may be told before its last words are.
 */
async function lockInContainer(t: ExecutionContext, dataDir: string) {
  const program = `import { lockDataDir } from ${JSON.stringify(LOCK)};
    lockDataDir(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000);
    process.stdin.resume().once('end', () => process.exit());`;
  const child = spawn('unshare', [
    ...['--pid', '--fork', '--mount-proc', '--kill-child'],
    ...[process.execPath, '--input-type=module', '-e', program, dataDir],
  ]);
  t.teardown(() => child.kill('SIGKILL'));
  const closed = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (some) => (said += some));
  await Promise.race([once(child.stdout, 'data'), closed]);
  return { child, closed, said: said.trim() };
}

/** Whether this user may make containers' process spaces; in CI, where nothing is passed over, it has to. */
function canUnshare(t: ExecutionContext): boolean {
  const { status, stderr } = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']);
  if (status === 0) return true;
  const reason = `no process space of its own can be made here, so nothing was tested: ${String(stderr).trim()}`;
  if (process.env['CI'] !== undefined) throw new Error(reason);
  t.log(reason);
  t.pass();
  return false;
}

test('a second container on the same volume is refused while the first one lives, though both are process 1', async (t) => {
  if (!canUnshare(t)) return;
  const dataDir = tempFolder(t, 'containers');
  t.is((await lockInContainer(t, dataDir)).said, 'locked');
  t.regex((await lockInContainer(t, dataDir)).said, /another bridge \(process 1\) works on/);
  t.throws(() => lockDataDir(dataDir), { instanceOf: DataDirLockedError });
});

test('the lock of a container that was killed is taken over', async (t) => {
  if (!canUnshare(t)) return;
  const dataDir = tempFolder(t, 'containers');
  const { child, closed, said } = await lockInContainer(t, dataDir);
  t.is(said, 'locked');
  child.kill('SIGKILL');
  await closed;
  t.notThrows(lockDataDir(dataDir));
});

test('of two bridges that have the spool open the first one is refused from then on, and overwrites nothing', async (t) => {
  const dataDir = tempFolder(t, 'two');
  const first = new Spool(dataDir, 2 ** 30);
  await first.append(Buffer.from('first'), 1);
  const second = new Spool(dataDir, 2 ** 30);
  const error = await t.throwsAsync(first.append(Buffer.from('lost?'), 2), { instanceOf: SpoolError });
  t.regex(error?.message ?? '', /another bridge has taken over DATA_DIR/);
  await second.append(Buffer.from('second'), 3);
  await t.throwsAsync(first.append(Buffer.from('lost?'), 4), { instanceOf: SpoolError });
  const store = new WorkStore(second.tables);
  store.refresh();
  t.deepEqual(
    [...store.eventsAfter(0, 10)].map(({ body }) => body.toString()),
    ['first', 'second'],
  );
  t.is(second.counts().accepted, 2);
  await first.close();
  await second.close();
});

test('the writer of a bridge that was replaced takes nothing out any more', async (t) => {
  const dataDir = tempFolder(t, 'two');
  const first = new Spool(dataDir, 2 ** 30);
  await first.append(Buffer.from('first'), 1);
  const writer = new WorkStore(first.tables, first.owner);
  writer.setPlan([1]);
  const second = new Spool(dataDir, 2 ** 30);
  t.throws(() => writer.setPlan([1]), { instanceOf: ReplacedError });
  const nothing = { written: 0, repeated: 0, ignored: 0, quarantined: 0 };
  t.throws(
    () =>
      writer.commit({
        seqs: [1],
        outcomes: { ...nothing, written: 1 },
        seen: new Map(),
        context: new Map(),
        quarantine: [],
        nowMs: 2,
      }),
    { instanceOf: ReplacedError },
  );
  t.is(second.counts().waiting, 1);
  t.is(second.counts().written, 0);
  await first.close();
  await second.close();
});

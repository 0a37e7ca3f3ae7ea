import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { DataDirLockedError, lockDataDir } from '../../src/spool/lock.js';
import { tempFolder } from '../helpers/temp-folder.js';

const lockModule = new URL('../../src/spool/lock.js', import.meta.url).href;

/** A process that has the lock, or that says why it does not get it. It tries at the given moment. */
async function startHolder(t: ExecutionContext, dataDir: string, at = 0) {
  const program = `
    const { lockDataDir } = await import(${JSON.stringify(lockModule)});
    while (Date.now() < ${at});
    try { lockDataDir(${JSON.stringify(dataDir)}); console.log('locked'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.message); process.exit(0); }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
  });
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

test('a lock is held until it is given back', (t) => {
  const dataDir = join(tempFolder(t), 'new', 'folder');
  const unlock = lockDataDir(dataDir);
  const file = join(dataDir, 'bridge.lock');
  t.is(statSync(file).mode & 0o777, 0o600);
  t.is(Number.parseInt(readFileSync(file, 'utf8'), 10), process.pid);
  unlock();
  t.false(existsSync(file));
  unlock();
  lockDataDir(dataDir)();
});

test('while another process has the lock nobody gets it, and the message says what to do', async (t) => {
  const dataDir = tempFolder(t);
  const { child, said } = await startHolder(t, dataDir);
  t.is(said, 'locked');
  const error = t.throws(() => lockDataDir(dataDir), { instanceOf: DataDirLockedError });
  t.is(error?.code, 'data_dir_locked');
  t.true(error?.message.includes(`process ${child.pid}`));
  t.true(error?.message.includes(dataDir));
  t.regex(error?.message ?? '', /stop it, or give this one its own DATA_DIR/);
});

test('what a killed process left behind is taken over', async (t) => {
  const dataDir = tempFolder(t);
  const { child } = await startHolder(t, dataDir);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockDataDir(dataDir)();
  t.false(existsSync(join(dataDir, 'bridge.lock')));
});

test('a lock whose number now belongs to another program is taken over', (t) => {
  const dataDir = tempFolder(t);
  const sleeper = spawn('sleep', ['30']);
  t.teardown(async () => {
    sleeper.kill('SIGKILL');
  });
  writeFileSync(join(dataDir, 'bridge.lock'), `${sleeper.pid} 12\n`);
  lockDataDir(dataDir)();
  t.pass();
});

test('a lock that was cut short in writing is taken over', (t) => {
  const dataDir = tempFolder(t);
  for (const content of ['', '\n', 'rubbish', '0', '-1 5', '99999999']) {
    writeFileSync(join(dataDir, 'bridge.lock'), content);
    lockDataDir(dataDir)();
  }
  t.pass();
});

test('the lock of an earlier process with the same number is taken over, as in a container that starts again', (t) => {
  const dataDir = tempFolder(t);
  writeFileSync(join(dataDir, 'bridge.lock'), `${process.pid} 1\n`);
  lockDataDir(dataDir)();
  t.pass();
});

test.serial(
  'of several that start at the same moment, with or without a lock left behind, exactly one gets it',
  async (t) => {
    for (const round of [1, 2, 3, 4]) {
      const dataDir = tempFolder(t);
      if (round % 2 === 0) writeFileSync(join(dataDir, 'bridge.lock'), `${spawnSync('true').pid} 1\n`);
      const at = Date.now() + 700;
      const holders = await Promise.all(Array.from({ length: 6 }, () => startHolder(t, dataDir, at)));
      const told = holders.map(({ said }) => said);
      t.is(told.filter((said) => said === 'locked').length, 1, told.join('\n'));
      t.is(told.filter((said) => said.startsWith('another bridge')).length, 5, told.join('\n'));
      t.deepEqual(readdirSync(dataDir), ['bridge.lock'], 'nothing else is left behind');
      for (const { child } of holders) child.kill('SIGKILL');
    }
  },
);

test('a takeover that was broken off is taken over itself', (t) => {
  const dataDir = tempFolder(t);
  const gone = spawnSync('true').pid;
  for (const name of ['bridge.lock', 'bridge.lock.takeover', 'bridge.lock.takeover.takeover'])
    writeFileSync(join(dataDir, name), `${gone} 1\n`);
  lockDataDir(dataDir)();
  t.deepEqual(readdirSync(dataDir), []);
});

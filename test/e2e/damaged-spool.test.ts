import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { damagedFiles } from '../../src/spool/damaged-file.js';
import { runCommand, startBridgeProcess } from '../helpers/bridge-process.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { readings } from './reading.js';

/** Nothing listens there, so that events wait. */
const NO_INFLUX = {
  INFLUX_URL: 'http://127.0.0.1:9',
  INFLUX_ORG: 'o',
  INFLUX_TOKEN: 't',
  INFLUX_BUCKET: 'zoom',
};
const WAITING = 60;

/** A data folder in which events wait, with a file that was damaged afterwards. */
async function damagedFolder(t: ExecutionContext, damage: (bytes: Buffer) => Buffer): Promise<string> {
  const dataDir = tempFolder(t, 'damaged');
  const bridge = await startBridgeProcess(t, NO_INFLUX, dataDir);
  for (const event of readings(WAITING)) t.is((await bridge.post(event)).status, 204);
  await bridge.end('SIGTERM');
  const file = join(dataDir, 'spool', 'data.mdb');
  writeFileSync(file, damage(readFileSync(file)));
  return dataDir;
}

test('a bridge whose spool is damaged says so, goes on with an empty one, and takes back what can be read', async (t) => {
  const dataDir = await damagedFolder(t, (bytes) =>
    Buffer.concat([Buffer.alloc(4096), bytes.subarray(4096)]),
  );
  const bridge = await startBridgeProcess(t, NO_INFLUX, dataDir);
  const [aside = ''] = damagedFiles(dataDir);
  t.like(
    bridge.log.find(({ level }) => level === 'error'),
    {
      message: 'the spool is damaged and was set aside; the bridge starts with an empty one',
      file: aside,
      cause: 'meta page 0 is overwritten',
    },
  );
  const status = await bridge.status();
  t.deepEqual(status.spool.damagedFiles, [aside]);
  t.like(
    status.problems.find(({ code }) => code === 'spool_damaged'),
    { severity: 'notice' },
  );
  t.is(status.counts.accepted, 0);
  const metrics = await (await fetch(`${bridge.adminUrl}/metrics`)).text();
  t.regex(metrics, /^qss_bridge_spool_damaged_files 1$/m);
  const { output: advice } = await runCommand(['doctor'], dataDir, NO_INFLUX);
  t.true(advice.includes(`the spool was damaged and set aside: ${aside}`), advice);

  const { code, output } = await runCommand(['replay', aside], dataDir, NO_INFLUX);
  t.is(code, 0, output);
  await until('the events are back', async () => (await bridge.status()).counts.accepted >= WAITING);
  rmSync(aside);
  const after = await bridge.status();
  t.deepEqual(after.spool.damagedFiles, []);
  t.is(
    after.problems.find(({ code: problem }) => problem === 'spool_damaged'),
    undefined,
  );
  t.is((await bridge.end('SIGTERM')).code, 0);
});

test('a command on a damaged spool without a bridge says what is wrong and leaves it where it is', async (t) => {
  const dataDir = await damagedFolder(t, (bytes) => bytes.subarray(0, 8192));
  const before = readFileSync(join(dataDir, 'spool', 'data.mdb'));
  const { code, output } = await runCommand(['quarantine', 'list'], dataDir);
  t.is(code, 70);
  t.regex(output, /data\.mdb is damaged: .*\nfix: start the bridge/);
  t.true(readFileSync(join(dataDir, 'spool', 'data.mdb')).equals(before));
  t.deepEqual(
    damagedFiles(dataDir).map((file) => basename(file)),
    [],
  );
});

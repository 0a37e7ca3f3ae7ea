import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { startTestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { runCli, serve } from './run-cli.js';

test('while the archive can not be written events stay in the spool, the status says why, and all goes on by itself afterwards', async (t) => {
  const influx = await startTestInflux(t);
  const dataDir = tempFolder(t, 'replay');
  const archive = join(dataDir, 'archive');
  writeFileSync(archive, 'a file is in the way');
  const env = {
    DATA_DIR: dataDir,
    ARCHIVE: '1d',
    INFLUX_URL: influx.url,
    INFLUX_ORG: influx.org,
    INFLUX_TOKEN: influx.writeToken,
  };
  const bridge = await serve(t, env);
  const file = join(dataDir, 'events.jsonl');
  writeFileSync(
    file,
    '{"event":"meeting.started","event_ts":1768471200000,"payload":{"object":{"uuid":"u"}}}',
  );
  await runCli(['replay', file], { env });
  const status = async () => {
    const answer = await fetch(`${bridge.adminUrl}/status.json`);
    return (await answer.json()) as { state: string; problems: { code: string; what: string }[] };
  };
  await until(
    'the status says it',
    async () => (await status()).problems.some(({ code }) => code === 'writer_failed'),
    30_000,
  );
  t.regex((await status()).problems[0]?.what ?? '', /the archive .* can't be written/);
  t.like(await bridge.counts(), { accepted: 1, waiting: 1, written: 0 });
  rmSync(archive);
  await bridge.settled(1);
  t.like(await bridge.counts(), { accepted: 1, waiting: 0, written: 1 });
  await until('nothing is wrong any more', async () => (await status()).state === 'ok', 30_000);
  t.is(readdirSync(archive).length, 1);
});

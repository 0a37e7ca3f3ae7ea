import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { ROOT } from '../deploy/repository.js';
import { makeAuthority } from '../doctor/certificates.js';
import { startProxy } from '../doctor/proxy.js';
import { BRIDGE_SECRET, type BridgeProcess, startBridgeProcess } from '../helpers/bridge-process.js';
import { startTestInflux, type Teardown, type TestInflux } from '../helpers/influx.js';
import { CLI } from '../helpers/run-cli.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { baseEvent } from '../points/base-event.js';

/** The secret that the documents write. */
const DOCUMENTED_SECRET = 'the-secret-token-of-your-app';

/** What came of a command. */
export type Typed = { readonly code: number | null; readonly output: string };

/** A machine as the documents have it: a bridge with its InfluxDB, and a proxy that the world reaches. */
export type ReaderMachine = {
  readonly bridge: BridgeProcess;
  readonly influx: TestInflux;
  /** Types a text into a shell in the folder of the bridge. */
  type(text: string): Promise<Typed>;
};

/**
 * Makes the machine. What a document writes is typed as it stands; what is unlike on this machine is so by these means alone:
 *
 * - `qss-bridge` and `npm run qss-bridge --` are small programs that run the executable, without npm's building it anew
 * - `influx`, which need not be installed here, is a small program that sends InfluxDB what `influx delete` sends
 * - curl is told by its own settings that qss.example.com is the proxy, that 127.0.0.1:9464 is the private side of this bridge, and
 *   whose certificates to trust
 * - the doctor, who looks names up himself, gets `https://localhost:PORT` and `--ca` for `https://your-host`
 */
export async function startReaderMachine(t: Teardown): Promise<ReaderMachine> {
  const folder = tempFolder(t, 'reader');
  const influx = await startTestInflux(t);
  const [port, adminPort] = [await findFreePort(), await findFreePort()];
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const authority = makeAuthority(t);
  const [known, local] = await Promise.all(
    ['qss.example.com', 'localhost'].map(async (name) =>
      startProxy(t, port, { pair: await authority.issue({ name }) }),
    ),
  );
  writeFileSync(
    join(folder, '.curlrc'),
    [
      `connect-to = "qss.example.com:443:localhost:${known?.port}"`,
      `connect-to = "127.0.0.1:9464:127.0.0.1:${adminPort}"`,
      `cacert = "${authority.caFile}"`,
      '',
    ].join('\n'),
  );
  const programs = makePrograms(folder);
  writeFiles(folder);
  const env = {
    PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: folder,
    CURL_HOME: folder,
    ZOOM_SECRET_TOKEN: `${BRIDGE_SECRET},${DOCUMENTED_SECRET}`,
    HOST: '127.0.0.1',
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    DATA_DIR: dataDir,
    ARCHIVE: '14d',
    INFLUX_URL: influx.url,
    INFLUX_ORG: influx.org,
    RETENTION: '0s',
    ROLLUP_RETENTION: '0s',
  };
  const shell = async (text: string, more: Readonly<Record<string, string>>): Promise<Typed> => {
    const there = text.replace(
      'https://your-host/zoom/webhook',
      () => `${local?.href} --ca ${authority.caFile}`,
    );
    const child = spawn('bash', ['-eo', 'pipefail', '-c', there], { cwd: folder, env: { ...env, ...more } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (data: string) => {
        output += data;
      });
    const timer = setTimeout(() => child.kill('SIGKILL'), 90_000);
    const [code] = await once(child, 'close');
    clearTimeout(timer);
    return { code, output };
  };
  const setup = await shell('npm run qss-bridge -- setup', { INFLUX_ADMIN_TOKEN: influx.token });
  if (setup.code !== 0) throw new Error(setup.output);
  const token = { INFLUX_TOKEN_FILE: join(dataDir, 'tokens/influx-write-token') };
  const bridge = await startBridgeProcess(t, { ...env, ...token }, dataDir);
  return {
    bridge,
    influx,
    type: (text) => shell(text, { ...token, INFLUX_ADMIN_TOKEN: influx.token }),
  };
}

/** Programs that a reader has and this machine has not, or has otherwise. */
function makePrograms(folder: string): string {
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const program = (name: string, text: string) => {
    writeFileSync(join(programs, name), text);
    chmodSync(join(programs, name), 0o755);
  };
  program('qss-bridge', `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  program(
    'npm',
    `#!/bin/sh
[ "$1 $2 $3" = 'run qss-bridge --' ] || { echo "npm $* is not for this place" >&2; exit 64; }
shift 3
exec qss-bridge "$@"
`,
  );
  program(
    'influx',
    `#!/usr/bin/env node
const { parseArgs } = require('node:util');
const text = { type: 'string' };
const { values: { bucket, start, stop, predicate } } = parseArgs({
  args: process.argv.slice(3),
  options: { bucket: text, start: text, stop: text, predicate: text },
});
const { INFLUX_URL, INFLUX_ORG, INFLUX_ADMIN_TOKEN } = process.env;
fetch(\`\${INFLUX_URL}/api/v2/\${process.argv[2]}?org=\${INFLUX_ORG}&bucket=\${bucket}\`, {
  method: 'POST',
  headers: { authorization: \`Token \${INFLUX_ADMIN_TOKEN}\`, 'content-type': 'application/json' },
  body: JSON.stringify({ start, stop, predicate }),
}).then(({ status }) => { process.exitCode = status === 204 ? 0 : 1; });
`,
  );
  return programs;
}

/** Files that the documents take for granted. */
function writeFiles(folder: string): void {
  copyFileSync(join(ROOT, '.env.example'), join(folder, '.env.example'));
  writeFileSync(join(folder, 'question.flux'), 'import "array"\narray.from(rows: [{answer: "as CSV"}])\n');
  const missed = [1, 2, 3].map((minute) => ({
    status: -1,
    request_body: JSON.stringify(
      baseEvent({ eventTs: Date.parse('2026-01-15T10:00:00Z') + minute * 60_000 }),
    ),
  }));
  writeFileSync(join(folder, 'missed.json'), JSON.stringify({ next_page_token: '', webhook_logs: missed }));
}

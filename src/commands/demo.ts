import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { newSecret, runDemo } from '../demo/run-demo.js';
import { makeLog } from '../log.js';
import type { RawEnvironment } from '../settings/read-environment.js';
import { readSettings } from '../settings/read-settings.js';
import { parseDuration } from '../settings/units.js';
import { type Command, EXIT, UsageError } from './command.js';
import { untilSignal } from './until-signal.js';

const OPTIONS = {
  for: { type: 'string' },
  seed: { type: 'string' },
  participants: { type: 'string', default: '200' },
  meetings: { type: 'string', default: '20' },
} as const;

/** Shows everything at work, without an account. */
export const demo: Command = {
  name: 'demo',
  summary: 'run everything on this machine with a synthetic Zoom account',
  help: `Usage: qss-bridge demo [--for 60s] [--seed N] [--participants N] [--meetings N]

Starts a local InfluxDB (gets it first where there is none) and the bridge, and lets a synthetic Zoom account post signed
events of all kinds: the last hour in about a minute, then live. Data goes to data/demo, or to DATA_DIR.

  --for TIME        end by itself after this time (30s, 5m) and check that everything posted is in InfluxDB
  --seed N          tell the same story again
  --participants N  people in meetings at a time (200)
  --meetings N      meetings, webinars and sessions side by side (20)

Exit codes: 0 all agrees, 1 something does not, 64 wrong use, 69 InfluxDB is not to be had.`,

  async run(args, { env, out }) {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const forSeconds = values.for === undefined ? undefined : parseDuration(values.for);
    if (values.for !== undefined && (forSeconds === undefined || forSeconds === 0))
      throw new UsageError(`--for takes a time such as 60s or 5m, not ${values.for}`);
    const whole = (name: 'participants' | 'meetings' | 'seed', value: string) => {
      if (!/^\d{1,9}$/.test(value) || Number(value) === 0)
        throw new UsageError(`--${name} takes a whole number above 0, not ${value}`);
      return Number(value);
    };
    const seed = values.seed === undefined ? undefined : whole('seed', values.seed);
    const participants = whole('participants', values.participants);
    const meetings = whole('meetings', values.meetings);
    const settings = readSettings(await demoEnvironment(env));
    const stopping = new AbortController();
    void untilSignal().then(() => stopping.abort());
    const agrees = await runDemo({
      settings,
      log: makeLog({ level: settings.log.level, format: settings.log.format ?? 'pretty' }, true),
      out,
      terminal: process.stdout.isTTY === true,
      signal: stopping.signal,
      forMs: forSeconds === undefined ? undefined : forSeconds * 1000,
      seed,
      participants,
      meetings,
    });
    return agrees ? EXIT.ok : EXIT.failed;
  },
};

/** The demo's own settings; what belongs to a real installation is left aside. */
async function demoEnvironment(env: RawEnvironment): Promise<RawEnvironment> {
  return {
    ZOOM_SECRET_TOKEN: newSecret(),
    HOST: '127.0.0.1',
    PORT: String(await freePort(Number(env['PORT'] ?? 8080))),
    ADMIN_HOST: '127.0.0.1',
    ADMIN_PORT: String(await freePort(Number(env['ADMIN_PORT'] ?? 9464))),
    DATA_DIR: env['DATA_DIR'] ?? resolve('data/demo'),
    LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn',
    LOG_FORMAT: env['LOG_FORMAT'],
    PRIVACY: env['PRIVACY'],
  };
}

/** This port where it is free, else any. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    return wanted;
  } catch {
    return 0;
  } finally {
    server.close();
  }
}

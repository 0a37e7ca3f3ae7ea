import { createServer } from 'node:net';
import type { Settings } from '../settings/settings.js';
import type { Check, DoctorContext } from './check.js';
import { exchange } from './exchange.js';
import { type Finding, fault, ok, skipped } from './finding.js';
import { lockOwner } from './lock-owner.js';
import { portOwner } from './port-owner.js';
import { type BridgeView, reachable } from './running-bridge.js';

type Side = {
  readonly what: string;
  readonly host: string;
  readonly port: number;
  readonly hostName: string;
  readonly portName: string;
  /** Whether the running bridge is what listens there. */
  readonly isHeldBy: (bridge: BridgeView) => boolean;
};

const TIMEOUT_MS = 2_000;

/** Whether both ports are to be had, or are held by the bridge itself. */
export const checkPorts: Check = {
  name: 'ports',
  title: 'Ports',
  limitMs: 10_000,
  async *run(context, signal): AsyncIterable<Finding> {
    for (const side of sidesOf(context.settings)) {
      if (context.reading.faulty.has(side.portName) || context.reading.faulty.has(side.hostName))
        yield skipped(
          `${side.what} was not looked at`,
          `correct ${side.portName} and ${side.hostName} first`,
        );
      else yield await judge(side, context, signal);
    }
  },
};

function sidesOf({ webhook, admin }: Settings): readonly Side[] {
  return [
    {
      what: "Zoom's side",
      ...webhook,
      hostName: 'HOST',
      portName: 'PORT',
      isHeldBy: (bridge) =>
        bridge.kind === 'running' && portOf(bridge.status.receiver.webhookUrl) === webhook.port,
    },
    {
      what: 'the private side',
      ...admin,
      hostName: 'ADMIN_HOST',
      portName: 'ADMIN_PORT',
      isHeldBy: (bridge) => bridge.kind === 'running',
    },
  ];
}

async function judge(side: Side, context: DoctorContext, signal: AbortSignal): Promise<Finding> {
  const { what, host, port, hostName, portName } = side;
  const where = `port ${port} (${portName}) for ${what}`;
  if (port === 0) return ok(`${what} takes any free port (${portName} is 0)`);
  const obstacle = await tryListening(host, port);
  if (obstacle === undefined) return ok(`${where} is free`);
  if (obstacle === 'EADDRINUSE') {
    const pid = lockOwner(context.settings.dataDir);
    if (side.isHeldBy(await context.bridge()))
      return ok(`${where} is held by the running bridge${pid === undefined ? '' : ` (process ${pid})`}`);
    return await judgeTaken(side, where, signal);
  }
  if (obstacle === 'EACCES')
    return fault(
      `this user may not use ${where}`,
      `set ${portName} to one above 1023, or give the right to use it`,
    );
  if (obstacle === 'EADDRNOTAVAIL' || obstacle === 'ENOTFOUND')
    return fault(`this machine has no address ${host} (${hostName})`, `correct ${hostName}`);
  return fault(`${where} can't be listened on: ${obstacle}`, `correct ${hostName} and ${portName}`);
}

async function judgeTaken(
  { host, port, portName }: Side,
  where: string,
  signal: AbortSignal,
): Promise<Finding> {
  const owner = portOwner(port);
  const by = owner === undefined ? '' : `: ${owner.name}, process ${owner.pid}`;
  const answer = await exchange(new URL(`http://${reachable(host)}:${port}/healthz`), {
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (answer.kind === 'answer' && answer.body === 'ok\n')
    return fault(
      `${where} is taken by another QSS Bridge, one with other settings${by}`,
      `stop that one, or give this one its own PORT, ADMIN_PORT and DATA_DIR; if it is the one you mean, run the doctor with its settings`,
    );
  return fault(
    `${where} is taken by another program${by}`,
    `stop that program, or set ${portName} to a free port and have what is in front of the bridge use it`,
  );
}

/** @returns the code of what is in the way; undefined where nothing is */
function tryListening(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function portOf(url: string): number {
  if (!URL.canParse(url)) return 0;
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

import { connect, isIPv6 } from 'node:net';
import { whyNoAnswer } from '../explain-network.js';
import { type Finding, fault, ok, warning } from '../finding.js';

const TIMEOUT_MS = 4_000;

/** Opens a connection to each address: Zoom may take any of them. */
export async function reachAddresses(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const outcomes = await Promise.all(
    addresses.map(async (address) => ({ address, failure: await tryConnecting(address, port, signal) })),
  );
  const open = outcomes.filter(({ failure }) => failure === undefined);
  const closed = outcomes.flatMap(({ address, failure }) => {
    if (failure === undefined) return [];
    // Many machines have no IPv6: that says nothing about the other side.
    if (isIPv6(address) && open.length > 0 && /NETUNREACH|HOSTUNREACH|ADDRNOTAVAIL/.test(failure)) return [];
    const said = `no connection to ${address} port ${port}: ${whyNoAnswer({ kind: 'failed', code: failure, message: '', ms: 0 })}`;
    return [
      open.length === 0
        ? fault(
            said,
            `see that the proxy or the bridge runs and that firewalls let port ${port} in from everywhere; some networks can't reach their own public address: then try from outside, curl -i https://HOST/healthz`,
          )
        : warning(said, 'put it right or remove it from DNS: Zoom may take this address'),
    ];
  });
  return open.length === 0
    ? closed
    : [ok(`port ${port} is open at ${open.map(({ address }) => address).join(', ')}`), ...closed];
}

/** @returns the code of what is in the way; undefined where nothing is */
function tryConnecting(host: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (failure: string | undefined) => {
      clearTimeout(timer);
      resolve(failure);
      socket.destroy();
    };
    const timer = setTimeout(() => end('TIMED_OUT'), TIMEOUT_MS);
    socket.once('connect', () => end(undefined));
    socket.on('error', (error: Error & { code?: string }) => end(error.code ?? error.message));
  });
}

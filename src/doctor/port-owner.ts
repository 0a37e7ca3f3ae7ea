import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTENING = '0A';

/** Which program listens on a port, where this user may see it. Linux only. */
export function portOwner(port: number): { readonly pid: number; readonly name: string } | undefined {
  const sockets = listeningSockets(port);
  if (sockets.size === 0) return undefined;
  for (const pid of orNone(() => readdirSync('/proc')).filter((name) => /^\d+$/.test(name)))
    for (const descriptor of orNone(() => readdirSync(`/proc/${pid}/fd`))) {
      const target = orNone(() => [readlinkSync(`/proc/${pid}/fd/${descriptor}`)])[0] ?? '';
      if (sockets.has(target)) return { pid: Number(pid), name: nameOf(pid) };
    }
  return undefined;
}

/** The links by which their owners hold them. Source: proc(5), /proc/net/tcp. */
function listeningSockets(port: number): ReadonlySet<string> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    orNone(() => readFileSync(file, 'utf8').split('\n').slice(1)),
  );
  const sockets = lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(`:${hex}`) && state === LISTENING)
    .map((columns) => `socket:[${columns[9] ?? ''}]`);
  return new Set(sockets);
}

function nameOf(pid: string): string {
  return orNone(() => [readFileSync(`/proc/${pid}/comm`, 'utf8').trim()])[0] ?? 'unknown';
}

function orNone(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}

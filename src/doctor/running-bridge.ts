import {
  array,
  boolean,
  type Infer,
  is,
  mask,
  number,
  object,
  optional,
  record,
  string,
  type,
} from 'superstruct';
import type { Settings } from '../settings/settings.js';
import { type Exchange, exchange } from './exchange.js';

/** The part of `/status.json` that is read here, as this and other versions of the bridge give it. */
const StatusSchema = object({
  version: string(),
  startedAt: number(),
  state: string(),
  problems: array(object({ code: string(), severity: string(), what: string(), fix: string() })),
  counts: object({
    accepted: number(),
    written: number(),
    repeated: number(),
    ignored: number(),
    quarantined: number(),
    waiting: number(),
  }),
  receiver: object({
    rejected: record(string(), number()),
    lastEventAt: record(string(), number()),
    lastValidationAt: optional(number()),
    webhookUrl: string(),
  }),
  spool: object({ bytes: number(), maxBytes: number(), oldestWaitingAt: optional(number()) }),
  quarantine: object({ items: number() }),
  writer: object({ url: optional(string()) }),
  settings: record(string(), string()),
});

const ReadinessSchema = type({ state: string(), can_accept: boolean(), can_write: boolean() });

/** How a running bridge says that it is. */
export type BridgeStatus = Infer<typeof StatusSchema>;

/** What answers where the private side of a bridge with these settings would. */
export type BridgeView =
  | { readonly kind: 'running'; readonly status: BridgeStatus; readonly ready: boolean }
  /** Nothing listens there. */
  | { readonly kind: 'absent' }
  /** Something listens that is no bridge, or one that does not answer. */
  | { readonly kind: 'other'; readonly exchange: Exchange };

/** How long the private side may take for an answer. */
const TIMEOUT_MS = 3_000;

/** Asks the private side of the bridge that these settings describe. Never throws. */
export async function askBridge(
  { admin }: Pick<Settings, 'admin'>,
  signal: AbortSignal,
): Promise<BridgeView> {
  if (admin.port === 0) return { kind: 'absent' };
  const base = new URL(`http://${reachable(admin.host)}:${admin.port}/`);
  const answer = await exchange(new URL('status.json', base), { timeoutMs: TIMEOUT_MS, signal });
  if (answer.kind === 'failed')
    return answer.code === 'ECONNREFUSED' ? { kind: 'absent' } : { kind: 'other', exchange: answer };
  const status = readStatus(answer.body);
  if (status === undefined) return { kind: 'other', exchange: answer };
  const readiness = await exchange(new URL('readyz', base), { timeoutMs: TIMEOUT_MS, signal });
  const ready =
    readiness.kind === 'answer' && readiness.status === 200 && is(parse(readiness.body), ReadinessSchema);
  return { kind: 'running', status, ready };
}

/** The address at which a server that listens on this host can be reached from this machine. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function readStatus(body: string): BridgeStatus | undefined {
  try {
    return mask(parse(body), StatusSchema);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

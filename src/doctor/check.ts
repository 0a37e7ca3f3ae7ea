import type { RawEnvironment } from '../settings/read-environment.js';
import type { Settings } from '../settings/settings.js';
import type { Trust } from './exchange.js';
import type { Finding } from './finding.js';
import type { BridgeView } from './running-bridge.js';
import type { SettingsReading } from './usable-settings.js';

/** What the checks look at and with. */
export type DoctorContext = {
  /** With what `.env` adds. */
  readonly env: RawEnvironment;
  readonly reading: SettingsReading;
  /** The settings as far as they can be used; what is faulty is at its default. */
  readonly settings: Settings;
  /** The webhook's address as Zoom knows it; undefined where it was not given. */
  readonly url: URL | undefined;
  /** How the certificate of `url` is judged. */
  readonly trust: Trust;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly nodeVersion: string;
  /** Milliseconds that each of some flushes to this folder's disk took. */
  readonly measureFsync: (folder: string) => Promise<readonly number[]>;
  /** The bridge that runs with these settings, as it was when first asked. */
  readonly bridge: () => Promise<BridgeView>;
  /** Whether the running bridge takes what is signed with the first secret; asked once, past every proxy. */
  readonly takesSecret: () => Promise<'yes' | 'no' | 'unknown'>;
};

/** One part of the examination. */
export type Check = {
  /** As in the JSON output. */
  readonly name: string;
  /** As in the heading. */
  readonly title: string;
  readonly limitMs: number;
  run(context: DoctorContext, signal: AbortSignal): AsyncIterable<Finding> | Iterable<Finding>;
};
